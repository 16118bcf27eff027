//! How far lanes may be ahead of the one whose turn it is.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// What may wait for its turn, for each thread.
const BYTES: usize = 16 << 20;

/// Counts the bytes that wait in all lanes. A lane that is ahead of its turn is held up when there are too many: memory
/// stays the same however long the input is, and however slow the reader of the output.
pub(crate) struct Ahead {
    state: Mutex<State>,
    changed: Condvar,
    limit: usize,
}

struct State {
    /// The lane whose turn it is.
    turn: usize,
    /// The bytes that wait, by lane.
    waiting: Vec<usize>,
    total: usize,
    closed: bool,
}

impl Ahead {
    pub(crate) fn new(lanes: usize, threads: usize) -> Self {
        let state = State { turn: 0, waiting: vec![0; lanes], total: 0, closed: false };
        Self { state: Mutex::new(state), changed: Condvar::new(), limit: BYTES.saturating_mul(threads.max(1)) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until `bytes` more of `lane` may wait, and counts them. The lane whose turn it is may always have one batch
    /// there, so that the run goes on.
    pub(crate) fn admit(&self, lane: usize, bytes: usize) {
        let may_not = |state: &mut State| {
            let is_due = lane == state.turn && state.waiting[lane] == 0;
            !state.closed && !is_due && state.total > 0 && state.total + bytes > self.limit
        };
        let mut state = self.changed.wait_while(self.state(), may_not).unwrap_or_else(PoisonError::into_inner);
        state.waiting[lane] += bytes;
        state.total += bytes;
    }

    /// `bytes` of `lane` wait no longer.
    pub(crate) fn take(&self, lane: usize, bytes: usize) {
        let mut state = self.state();
        state.waiting[lane] -= bytes;
        state.total -= bytes;
        self.changed.notify_all();
    }

    /// It is the turn of `lane`.
    pub(crate) fn turn(&self, lane: usize) {
        self.state().turn = lane;
        self.changed.notify_all();
    }

    /// When the guard goes, even by a panic, nobody takes anything any more, and nobody need wait.
    pub(crate) fn close_at_end(&self) -> impl Drop + '_ {
        Closing(self)
    }
}

struct Closing<'a>(&'a Ahead);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        self.0.state().closed = true;
        self.0.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_lane_ahead_waits_for_its_turn_and_the_one_that_is_due_does_not() {
        let ahead = Ahead::new(2, 1);
        let passed = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for _ in 0..3 {
                    ahead.admit(1, BYTES / 2);
                    passed.fetch_add(1, Ordering::SeqCst);
                }
            });
            while passed.load(Ordering::SeqCst) < 2 {
                std::thread::yield_now();
            }
            ahead.admit(0, BYTES);
            std::thread::sleep(Duration::from_millis(20));
            assert_eq!(passed.load(Ordering::SeqCst), 2, "the third has to wait");
            ahead.take(0, BYTES);
            ahead.turn(1);
            ahead.take(1, BYTES / 2);
        });
        assert_eq!(passed.load(Ordering::SeqCst), 3);
    }

    #[test]
    fn nobody_waits_for_a_reader_that_has_gone() {
        let ahead = Ahead::new(2, 1);
        ahead.admit(1, BYTES * 2);
        drop(ahead.close_at_end());
        ahead.admit(1, BYTES);
    }
}

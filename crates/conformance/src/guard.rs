//! Runs something that may panic or never end.

use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// Why there is no outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// It panicked with this message.
    Panicked(String),
    /// It took too long.
    TimedOut,
}

thread_local! {
    /// The message of the last panic in a guarded thread; `None` in threads that aren't guarded.
    static LAST: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Queries nest deeply.
const STACK: usize = 16 << 20;

/// Runs `work` in a thread of its own and waits for it until `limit` has passed; a thread that takes longer is left
/// to itself.
pub(crate) fn guarded<T: Send + 'static>(
    limit: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Failure> {
    catch_messages();
    let (sender, receiver) = mpsc::channel();
    let spawned = thread::Builder::new().stack_size(STACK).spawn(move || {
        LAST.set(Some(String::new()));
        let outcome = panic::catch_unwind(AssertUnwindSafe(work));
        let outcome = outcome.map_err(|_| Failure::Panicked(LAST.take().unwrap_or_default()));
        // Nobody listens any longer after a timeout.
        let _ = sender.send(outcome);
    });
    if let Err(error) = spawned {
        return Err(Failure::Panicked(error.to_string()));
    }
    match receiver.recv_timeout(limit) {
        Ok(outcome) => outcome,
        Err(RecvTimeoutError::Timeout) => Err(Failure::TimedOut),
        Err(RecvTimeoutError::Disconnected) => Err(Failure::Panicked("the thread died".to_owned())),
    }
}

/// Keeps the messages of panics in guarded threads instead of printing them.
fn catch_messages() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let guarded = LAST.with(|last| match &mut *last.borrow_mut() {
                Some(message) => {
                    *message = info.to_string().replace('\n', " ");
                    true
                }
                None => false,
            });
            if !guarded {
                usual(info);
            }
        }));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panics_and_endless_work_are_told() {
        let limit = Duration::from_secs(60);
        assert_eq!(guarded(limit, || 7), Ok(7));
        let panicked = guarded(limit, || panic!("no {}", "way"));
        assert!(matches!(panicked, Err::<(), _>(Failure::Panicked(message)) if message.contains("no way")));
        let slow = guarded(Duration::from_millis(1), || thread::sleep(Duration::from_millis(500)));
        assert_eq!(slow, Err(Failure::TimedOut));
    }
}

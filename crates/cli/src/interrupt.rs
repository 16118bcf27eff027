//! Ctrl-C while a query runs: asks the run to stop, and keeps what it gave.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;

/// How often it is looked whether Ctrl-C was pressed.
const LOOK: Duration = Duration::from_millis(20);

/// Whether Ctrl-C was pressed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Interrupt {
    pressed: Arc<AtomicBool>,
}

impl Interrupt {
    /// Catches Ctrl-C from now on. A second one ends the process where `twice_ends`; a prompt goes on.
    pub(crate) fn catch(twice_ends: bool) -> Self {
        let interrupt = Self::default();
        let signal = signal_hook::consts::SIGINT;
        // Where signals can't be caught, Ctrl-C ends the process, as everywhere.
        if twice_ends {
            let _ = signal_hook::flag::register_conditional_shutdown(signal, 130, interrupt.pressed.clone());
        }
        let _ = signal_hook::flag::register(signal, interrupt.pressed.clone());
        interrupt
    }

    /// Whether it was pressed since the last reset.
    pub(crate) fn is_pressed(&self) -> bool {
        self.pressed.load(Ordering::Relaxed)
    }

    /// What `work` gives, or `None` as soon as Ctrl-C is pressed. Then the work, which may be long and can't be stopped,
    /// goes on in the background until it is done or the process ends, and nobody takes what it gives.
    pub(crate) fn wait<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let (sender, receiver) = sync_channel(1);
        let worker = std::thread::spawn(move || {
            // Where nobody waits any more, nobody is told.
            let _ = sender.send(work());
        });
        loop {
            match receiver.recv_timeout(LOOK) {
                Ok(result) => return Some(result),
                Err(RecvTimeoutError::Timeout) if self.is_pressed() => return None,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    if let Err(panic) = worker.join() {
                        std::panic::resume_unwind(panic);
                    }
                    return None;
                }
            }
        }
    }

    /// Forgets what was pressed.
    pub(crate) fn reset(&self) {
        self.pressed.store(false, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_work_is_left_alone_when_interrupted() {
        let interrupt = Interrupt::default();
        assert_eq!(interrupt.wait(|| 1), Some(1));
        interrupt.pressed.store(true, Ordering::Relaxed);
        let (end, ended) = sync_channel::<()>(1);
        assert_eq!(interrupt.wait(move || ended.recv().is_ok()), None);
        drop(end);
    }
}

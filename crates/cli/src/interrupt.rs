//! Ctrl-C while a query runs: asks the run to stop, and keeps what it gave.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

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

    /// Forgets what was pressed.
    pub(crate) fn reset(&self) {
        self.pressed.store(false, Ordering::Relaxed);
    }
}

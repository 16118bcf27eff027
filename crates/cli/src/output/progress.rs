//! The line that says how far a long run is.

use std::cell::Cell;
use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use quarry::{Account, Extent, counted};

use super::account::size;

/// A run shorter than this shows nothing.
const PATIENCE: Duration = Duration::from_millis(500);

/// Back to the line's beginning, and nothing in it: right also after the terminal has echoed a key there.
const CLEAN: &str = "\r\u{1b}[K";

/// Shows the state of a run on standard error, where that is a terminal.
pub(crate) struct Progress {
    on_terminal: bool,
    is_shown: Cell<bool>,
    begun: Instant,
    extent: Option<Extent>,
    /// What the account said before the run.
    before: (u64, u64, u64),
}

impl Progress {
    /// Begins to watch.
    pub(crate) fn new(account: &Account, extent: Option<Extent>) -> Self {
        let on_terminal = io::stderr().is_terminal();
        Self { on_terminal, is_shown: Cell::new(false), begun: Instant::now(), extent, before: read(account) }
    }

    /// Shows where the run is.
    pub(crate) fn tick(&self, account: &Account, rows: u64) {
        let elapsed = self.begun.elapsed();
        if !self.on_terminal || elapsed < PATIENCE {
            return;
        }
        let (bytes, events, files) = read(account);
        let read = Read { bytes: bytes - self.before.0, events: events - self.before.1, files: files - self.before.2 };
        let line = read.line(self.extent, elapsed, rows);
        let room = terminal_size::terminal_size_of(io::stderr()).map_or(80, |(width, _)| usize::from(width.0));
        // A few columns stay free for what the terminal echoes.
        write(&format!("{CLEAN}{}", super::width::cut(&line, room.saturating_sub(4))));
        self.is_shown.set(true);
    }

    /// Takes the line away; a later tick shows it again.
    pub(crate) fn clear(&self) {
        if self.is_shown.replace(false) {
            write(CLEAN);
        }
    }
}

/// Writes to standard error; where that is gone, nobody watches.
fn write(text: &str) {
    let mut stderr = io::stderr().lock();
    let _ = stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush());
}

fn read(account: &Account) -> (u64, u64, u64) {
    (counted(&account.bytes), counted(&account.events), counted(&account.files))
}

/// What was read so far.
struct Read {
    bytes: u64,
    events: u64,
    files: u64,
}

impl Read {
    fn line(&self, extent: Option<Extent>, elapsed: Duration, rows: u64) -> String {
        let seconds = elapsed.as_secs_f64().max(0.001);
        let rate = self.bytes as f64 / seconds;
        let mut parts = Vec::new();
        let done = match extent {
            Some(extent) if extent.exact && extent.bytes > 0 => {
                parts.push(format!("{} of {}", size(self.bytes), size(extent.bytes)));
                Some(self.bytes as f64 / extent.bytes as f64)
            }
            Some(extent) if extent.files > 1 => {
                parts.push(format!("{}, {} of {} files", size(self.bytes), self.files, extent.files));
                Some(self.files as f64 / extent.files as f64)
            }
            _ => {
                parts.push(size(self.bytes));
                None
            }
        };
        parts.push(format!("{} events", short(self.events)));
        parts.push(format!("{}/s", size(rate as u64)));
        if let Some(done) = done.filter(|done| (0.02..1.0).contains(done)) {
            parts.push(format!("{} left", span(seconds / done - seconds)));
        }
        if rows > 0 {
            parts.push(format!("{} rows", short(rows)));
        }
        format!("{} (Ctrl-C stops)", parts.join(" · "))
    }
}

fn short(n: u64) -> String {
    match n {
        0..10_000 => n.to_string(),
        10_000..10_000_000 => format!("{:.0} k", n as f64 / 1e3),
        _ => format!("{:.1} M", n as f64 / 1e6),
    }
}

fn span(seconds: f64) -> String {
    let seconds = seconds.ceil().max(0.0) as u64;
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min {:02} s", seconds / 60, seconds % 60),
        _ => format!("{} h {:02} min", seconds / 3600, seconds % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_how_much_is_left_where_that_is_known() {
        let read = Read { bytes: 250_000_000, events: 120_000, files: 0 };
        let extent = Extent { bytes: 1_000_000_000, exact: true, files: 1 };
        assert_eq!(
            read.line(Some(extent), Duration::from_secs(1), 3),
            "250.0 MB of 1.00 GB · 120 k events · 250.0 MB/s · 3 s left · 3 rows (Ctrl-C stops)"
        );
        assert_eq!(read.line(None, Duration::from_secs(1), 0), "250.0 MB · 120 k events · 250.0 MB/s (Ctrl-C stops)");
        assert_eq!(span(3725.0), "1 h 02 min");
    }
}

//! Runs a query and shows its rows as they come.

use std::io;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

use quarry::format::RowWriter;
use quarry::{Account, Batch, ExecError, Query, Summary};

use super::chart::Chart;
use super::progress::Progress;
use super::screen::Screen;
use super::table::Table;
use crate::interrupt::Interrupt;

/// How often the run is looked at.
const TICK: Duration = Duration::from_millis(50);
/// Rows that have waited this long are shown, whether or not more will come.
const FIRST_ROWS: Duration = Duration::from_millis(200);
/// Batches that wait to be shown; a run that is further ahead waits.
const WAITING: usize = 2;

/// What rows are written with.
pub(crate) enum Writer {
    /// A table, which holds rows until their widths are known.
    Table(Table),
    /// A chart, which needs all rows.
    Chart(Chart),
    /// A format that writes each row by itself.
    Rows(Box<dyn RowWriter>),
}

impl Writer {
    fn inner(&mut self) -> &mut dyn RowWriter {
        match self {
            Writer::Table(table) => table,
            Writer::Chart(chart) => chart,
            Writer::Rows(rows) => &mut **rows,
        }
    }
}

/// What came of a run.
#[derive(Debug)]
pub(crate) struct Shown {
    /// What the run did beside giving rows, or why it failed.
    pub(crate) outcome: Result<Summary, ExecError>,
    /// Whether it was stopped by Ctrl-C.
    pub(crate) interrupted: bool,
    /// The rows that were shown.
    pub(crate) rows: u64,
    /// How long it took, where that is known: a pager that waits for its reader also holds up what reads the logs.
    pub(crate) elapsed: Option<Duration>,
    /// Whether the reader left before the end.
    pub(crate) left: bool,
    /// Why the rows could not be written.
    pub(crate) written: io::Result<()>,
}

/// Runs `query` and writes its rows to `screen` until it ends, Ctrl-C is pressed, or nobody reads any more.
/// `cancelled` is the flag of the query's session.
pub(crate) fn show(
    query: &Query,
    account: &Account,
    cancelled: &AtomicBool,
    interrupt: &Interrupt,
    writer: &mut Writer,
    mut screen: Screen,
) -> Shown {
    let begun = Instant::now();
    let progress = Progress::new(account, query.extent());
    let mut run = Run { writer, screen: &mut screen, rows: 0, waiting: None, held_up: false };
    let mut written = run.begin(query);
    let mut interrupted = false;
    let (outcome, computed) = std::thread::scope(|scope| {
        let (sender, receiver) = sync_channel::<Batch>(WAITING);
        let worker = scope.spawn(move || {
            let outcome = query.run(account, &mut |batch| match sender.send(batch) {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            });
            (outcome, begun.elapsed())
        });
        loop {
            if interrupt.is_pressed() {
                interrupted = true;
                cancelled.store(true, Ordering::Relaxed);
            }
            match receiver.recv_timeout(TICK) {
                Ok(batch) => {
                    progress.clear();
                    written = run.take(query, &batch);
                }
                Err(RecvTimeoutError::Timeout) if run.screen.is_paging() => {}
                Err(RecvTimeoutError::Timeout) => {
                    written = run.tick(&progress);
                    progress.tick(account, run.rows);
                }
                Err(RecvTimeoutError::Disconnected) => break,
            }
            if written.is_err() {
                cancelled.store(true, Ordering::Relaxed);
                break;
            }
        }
        drop(receiver);
        worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    });
    progress.clear();
    interrupted |= interrupt.is_pressed();
    let (rows, held_up) = (run.rows, run.held_up);
    let ended = written.and_then(|()| run.end());
    let elapsed = match screen.is_paging() {
        true => (!held_up).then_some(computed),
        false => Some(begun.elapsed()),
    };
    let finished = screen.finish();
    // A reader that has seen enough, such as a pager or `head`, is no failure.
    let (left, written) = match ended.and(finished) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => (true, Ok(())),
        other => (false, other),
    };
    Shown { outcome, interrupted, rows, elapsed, left, written }
}

struct Run<'a> {
    writer: &'a mut Writer,
    screen: &'a mut Screen,
    rows: u64,
    /// Since when rows are held back.
    waiting: Option<Instant>,
    /// Whether a pager kept the run waiting.
    held_up: bool,
}

impl Run<'_> {
    fn begin(&mut self, query: &Query) -> io::Result<()> {
        self.writer.inner().begin(self.screen, query.columns())
    }

    fn take(&mut self, query: &Query, batch: &Batch) -> io::Result<()> {
        self.rows += batch.rows() as u64;
        self.waiting.get_or_insert_with(Instant::now);
        self.watched(|run| {
            run.writer.inner().rows(run.screen, query.columns(), batch)?;
            run.show_waiting()
        })
    }

    /// Writes, and sees whether a pager made it wait.
    fn watched(&mut self, write: impl FnOnce(&mut Self) -> io::Result<()>) -> io::Result<()> {
        let begun = Instant::now();
        let written = write(self);
        self.held_up |= self.screen.is_paging() && begun.elapsed() > TICK;
        written
    }

    fn show_waiting(&mut self) -> io::Result<()> {
        if self.waiting.is_none_or(|since| since.elapsed() < FIRST_ROWS) {
            return Ok(());
        }
        self.waiting = None;
        if let Writer::Table(table) = &mut *self.writer {
            table.flush(self.screen)?;
        }
        self.screen.release()
    }

    fn tick(&mut self, progress: &Progress) -> io::Result<()> {
        if self.waiting.is_some() {
            progress.clear();
        }
        self.watched(Self::show_waiting)
    }

    fn end(&mut self) -> io::Result<()> {
        self.writer.inner().end(self.screen)
    }
}

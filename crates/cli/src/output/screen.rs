//! Where rows go on a terminal: straight to it, or through a pager once there are more than it holds.

use std::io::{self, IsTerminal, Write};

use super::pager::{self, Pager};

/// The size of a terminal, in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) columns: usize,
    pub(crate) rows: usize,
}

/// The size of the terminal that standard output is; `None` where it is none.
pub(crate) fn size() -> Option<Size> {
    if !io::stdout().is_terminal() {
        return None;
    }
    let (columns, rows) = match terminal_size::terminal_size_of(io::stdout()) {
        Some((width, height)) => (usize::from(width.0), usize::from(height.0)),
        None => (80, 24),
    };
    Some(Size { columns: columns.clamp(20, 1000), rows: rows.clamp(5, 1000) })
}

/// Standard output as a screen. What is written is kept until it is known whether it fits.
pub(crate) struct Screen {
    /// The lines that fit, where a pager may be used.
    page: Option<usize>,
    kept: Vec<u8>,
    lines: usize,
    /// How much of `kept` was printed already.
    shown: usize,
    pager: Option<Pager>,
}

impl Screen {
    /// A screen that pages what is longer than it, or one that prints all of it.
    pub(crate) fn new(paging: bool) -> Self {
        let page = size().filter(|_| paging && io::stdin().is_terminal()).map(|size| size.rows.saturating_sub(2));
        Self { page, kept: Vec::new(), lines: 0, shown: 0, pager: None }
    }

    /// Whether a pager shows the rows.
    pub(crate) fn is_paging(&self) -> bool {
        self.pager.is_some()
    }

    /// Prints what is kept, though more may come and turn it into pages.
    pub(crate) fn release(&mut self) -> io::Result<()> {
        if self.pager.is_some() || self.shown == self.kept.len() {
            return Ok(());
        }
        let mut stdout = io::stdout().lock();
        stdout.write_all(&self.kept[self.shown..])?;
        stdout.flush()?;
        self.shown = self.kept.len();
        if self.page.is_none() {
            self.kept.clear();
            self.shown = 0;
        }
        Ok(())
    }

    /// Prints the rest, or waits until the reader has left the pager.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        match self.pager.take() {
            Some(pager) => pager.finish(),
            None => self.release(),
        }
    }

    fn start_paging(&mut self, rows: usize) -> io::Result<()> {
        let choice = pager::chosen(std::env::var("PAGER").ok().as_deref(), pager::is_program);
        match Pager::start(choice, rows) {
            Some(mut pager) => {
                let kept = std::mem::take(&mut self.kept);
                let written = pager.write_all(&kept);
                self.pager = Some(pager);
                written
            }
            // Without a pager the rows are simply printed.
            None => {
                self.page = None;
                self.release()
            }
        }
    }
}

impl Write for Screen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(pager) = &mut self.pager {
            return pager.write(bytes);
        }
        self.kept.extend_from_slice(bytes);
        match self.page {
            Some(page) => {
                self.lines += bytes.iter().filter(|byte| **byte == b'\n').count();
                if self.lines > page {
                    self.start_paging(page)?;
                }
            }
            None if self.kept.len() > 1 << 16 => self.release()?,
            None => {}
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

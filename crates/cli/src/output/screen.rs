//! Where rows go on a terminal: straight to it, or through a pager once there are more than it holds.

use std::io::{self, IsTerminal, Write};

use super::pager::{self, Pager};
use super::width::width;

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
    /// What fits, where a pager may be used.
    page: Option<Size>,
    kept: Vec<u8>,
    /// The lines of the screen that are taken; a text line wider than the screen takes several.
    lines: usize,
    /// The columns taken of the last text line.
    column: usize,
    /// How much of `kept` was printed already.
    shown: usize,
    pager: Option<Pager>,
}

impl Screen {
    /// A screen that pages what is longer than it, or one that prints all of it.
    pub(crate) fn new(paging: bool) -> Self {
        let page = size()
            .filter(|_| paging && io::stdin().is_terminal())
            .map(|size| Size { rows: size.rows.saturating_sub(2), ..size });
        Self { page, kept: Vec::new(), lines: 0, column: 0, shown: 0, pager: None }
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

    fn count(&mut self, bytes: &[u8], columns: usize) {
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.column += visible_width(&String::from_utf8_lossy(line));
            if line.ends_with(b"\n") {
                self.lines += self.column.div_ceil(columns).max(1);
                self.column = 0;
            }
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

/// The columns that a text takes without its colours.
fn visible_width(text: &str) -> usize {
    let text = text.trim_end_matches('\n');
    text.split('\u{1b}')
        .enumerate()
        .map(|(i, part)| {
            let shown = if i == 0 { part } else { part.split_once('m').map_or("", |(_, shown)| shown) };
            width(shown)
        })
        .sum()
}

impl Write for Screen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(pager) = &mut self.pager {
            return pager.write(bytes);
        }
        self.kept.extend_from_slice(bytes);
        match self.page {
            Some(page) => {
                self.count(bytes, page.columns);
                if self.lines > page.rows {
                    self.start_paging(page.rows)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_wider_than_the_screen_ran_over_it_without_a_pager() {
        let page = Some(Size { columns: 10, rows: 100 });
        let mut screen = Screen { page, kept: Vec::new(), lines: 0, column: 0, shown: 0, pager: None };
        let _ = screen.write(format!("{}\n\n", "x".repeat(25)).as_bytes());
        assert_eq!(screen.lines, 4);
        let _ = screen.write("\u{1b}[1mshort\u{1b}[0m".as_bytes());
        let _ = screen.write(b"\n");
        assert_eq!(screen.lines, 5);
    }
}

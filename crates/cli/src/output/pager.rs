//! What shows results that are longer than the screen: a program, or pages of our own.

use std::io::{self, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// What pages long results.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// Nothing: all is printed.
    Off,
    /// A program with its arguments.
    Program(String, Vec<String>),
    /// A page at a time, where there is no program.
    Pages,
}

/// What `named`, the value of PAGER, asks for: nothing where it is empty or `cat`. Without it, `less`.
pub(crate) fn chosen(named: Option<&str>, is_program: impl Fn(&str) -> bool) -> Choice {
    let mut words = named.unwrap_or("less").split_whitespace().map(str::to_owned);
    match words.next() {
        None => Choice::Off,
        Some(program) if program == "cat" => Choice::Off,
        Some(program) if is_program(&program) => Choice::Program(program, words.collect()),
        Some(_) => Choice::Pages,
    }
}

/// Whether `name` can be started.
pub(crate) fn is_program(name: &str) -> bool {
    if name.contains(std::path::MAIN_SEPARATOR) {
        return Path::new(name).is_file();
    }
    let Some(paths) = std::env::var_os("PATH") else { return false };
    std::env::split_paths(&paths).any(|folder| {
        folder.join(name).is_file() || folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)).is_file()
    })
}

/// A pager at work.
pub(crate) enum Pager {
    /// A program reads what is written.
    Program(Child),
    /// Pages of our own.
    Pages(Pages),
}

impl Pager {
    /// Starts what was chosen; `None` where that is nothing or can't be started.
    pub(crate) fn start(choice: Choice, rows: usize) -> Option<Self> {
        match choice {
            Choice::Off => None,
            Choice::Pages => Some(Self::Pages(Pages { rows: rows.max(2), on_page: 0 })),
            Choice::Program(program, arguments) => {
                let mut command = Command::new(program);
                command.args(arguments).stdin(Stdio::piped());
                if std::env::var_os("LESS").is_none() {
                    command.env("LESS", "FRX");
                }
                command.spawn().ok().map(Self::Program)
            }
        }
    }

    /// Waits until the reader has left.
    pub(crate) fn finish(self) -> io::Result<()> {
        match self {
            Self::Program(mut child) => {
                drop(child.stdin.take());
                child.wait().map(drop)
            }
            Self::Pages(_) => io::stdout().flush(),
        }
    }
}

impl Write for Pager {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Program(child) => match &mut child.stdin {
                Some(stdin) => stdin.write(bytes),
                None => Ok(bytes.len()),
            },
            Self::Pages(pages) => pages.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Prints a page, and asks before the next.
pub(crate) struct Pages {
    rows: usize,
    on_page: usize,
}

impl Pages {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut stdout = io::stdout().lock();
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            if self.on_page >= self.rows {
                stdout.flush()?;
                ask()?;
                self.on_page = 0;
            }
            stdout.write_all(line)?;
            self.on_page += usize::from(line.ends_with(b"\n"));
        }
        Ok(bytes.len())
    }
}

/// Asks whether to go on.
///
/// # Errors
/// The reader has seen enough: a broken pipe, as of any other pager.
fn ask() -> io::Result<()> {
    io::stderr().write_all(b"-- Enter shows more, q and Enter leaves -- ")?;
    let mut answer = String::new();
    let read = io::stdin().read_line(&mut answer)?;
    if read == 0 || answer.trim_start().starts_with(['q', 'Q']) {
        return Err(io::ErrorKind::BrokenPipe.into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_chooses_the_pager() {
        let all = |_: &str| true;
        assert_eq!(chosen(None, all), Choice::Program("less".into(), Vec::new()));
        assert_eq!(chosen(Some("more -d"), all), Choice::Program("more".into(), vec!["-d".into()]));
        assert_eq!(chosen(Some("cat"), all), Choice::Off);
        assert_eq!(chosen(Some(""), all), Choice::Off);
        assert_eq!(chosen(None, |_| false), Choice::Pages);
    }
}

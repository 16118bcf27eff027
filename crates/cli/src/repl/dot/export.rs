use std::fs::{self, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::Ordering;

use quarry::format::{Csv, Json, Ndjson, RowWriter, Tsv};
use quarry::{Account, Query, Session};

use super::super::shell::{Answer, Failure, Flow, Shell};
use super::{Arguments, Dot, misused, words};
use crate::output::{account, say};

pub(super) const EXPORT: Dot = Dot {
    name: "export",
    usage: ".export [--force] FILE",
    summary: "write all rows of the last query to a file",
    details: "The file's ending says the format: csv, tsv, json, ndjson, parquet or arrows (a stream of Arrow batches). The implicit limit doesn't hold. A file that is \
              there is only replaced with --force.",
    arguments: Arguments::Paths,
    run,
};

/// Makes what writes a file.
type Make = fn() -> Box<dyn RowWriter>;

/// What writes a file of each ending.
const FORMATS: &[(&str, Make)] = &[
    ("csv", || Box::<Csv>::default()),
    ("tsv", || Box::<Tsv>::default()),
    ("json", || Box::<Json>::default()),
    ("ndjson", || Box::<Ndjson>::default()),
    #[cfg(feature = "parquet")]
    ("parquet", || Box::<quarry::format::Parquet>::default()),
    #[cfg(feature = "parquet")]
    ("arrows", || Box::<quarry::format::ArrowStream>::default()),
    ("jsonl", || Box::<Ndjson>::default()),
];

fn run(shell: &mut Shell, rest: &str) -> Answer {
    let mut arguments = words(rest);
    let force = arguments.iter().any(|word| word == "--force");
    arguments.retain(|word| word != "--force");
    let [file] = arguments.as_slice() else { return Err(misused(&EXPORT)) };
    let path = Path::new(file);
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or("").to_lowercase();
    let Some((_, format)) = FORMATS.iter().find(|(known, _)| *known == ending) else {
        let known: Vec<&str> = FORMATS.iter().map(|(known, _)| *known).collect();
        return Err(format!("the ending of {file} says no format; one of {} does", known.join(", ")).into());
    };
    let text = shell.last()?;
    let session = Session { default_limit: None, ..shell.session() };
    let engine = shell.engine.clone();
    let query = shell.prepare(&text, &session, &engine)?;
    let rows = export(shell, &query, &session, path, force, format())?;
    let s = if rows == 1 { "" } else { "s" };
    say(&format!("{rows} row{s} in {file}"));
    Ok(Flow::On)
}

fn export(
    shell: &Shell,
    query: &Query,
    session: &Session,
    path: &Path,
    force: bool,
    mut writer: Box<dyn RowWriter>,
) -> Result<u64, Failure> {
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            format!("{0} is there already; .export --force {0} replaces it", path.display())
        }
        _ => format!("{}: {error}", path.display()),
    };
    let opened = OpenOptions::new().write(true).create_new(!force).create(force).truncate(force).open(path);
    let mut out = BufWriter::with_capacity(1 << 16, opened.map_err(failed)?);
    let read = Account::default();
    let columns = query.columns();
    let mut written = writer.begin(&mut out, columns);
    let outcome = query.run(&read, &mut |batch| {
        if shell.interrupt.is_pressed() {
            session.cancelled.store(true, Ordering::Relaxed);
            return ControlFlow::Break(());
        }
        if written.is_ok() {
            written = writer.rows(&mut out, columns, &batch);
        }
        if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    let ended = written.and_then(|()| writer.end(&mut out)).and_then(|()| out.flush());
    let outcome = match (ended, outcome) {
        (Err(error), _) => Err(failed(error)),
        (Ok(()), Err(error)) => Err(error.to_string()),
        (Ok(()), Ok(_)) if shell.interrupt.is_pressed() => Err("stopped".to_owned()),
        (Ok(()), Ok(summary)) => Ok(summary.rows),
    };
    account::close(&read, true);
    outcome.map_err(|message| {
        // Half a file would look like a whole one.
        let _ = fs::remove_file(path);
        Failure::from(message)
    })
}

//! `quarry fmt`

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use quarry_rules::keeps_layout;

use super::engine;
use crate::exit::Exit;
use crate::output::{print, say};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  quarry fmt rules
  quarry fmt --check rules
  quarry fmt - < query.esql

A query stays as it is where the .toml beside it says keep_layout = true in [metadata].

Exit code: 0; with --check 1 where a file would change; 2 where one can't be read or parsed.")]
pub(crate) struct FmtArgs {
    /// Query files (.esql) and folders; - is standard input
    #[arg(value_name = "PATH", required = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// Change nothing; only say which files would change
    #[arg(long)]
    pub(crate) check: bool,
}

/// Rewrites query files in the standard layout.
pub(crate) fn run(args: &FmtArgs) -> Exit {
    let (mut changed, mut failed) = (0, false);
    for path in files(&args.paths) {
        if keeps_layout(&path) {
            continue;
        }
        let text = match engine::read_text(&path) {
            Ok(text) => text,
            Err(message) => {
                say(&format!("error: {message}"));
                failed = true;
                continue;
            }
        };
        let formatted = match quarry::syntax::format(&text) {
            Ok(formatted) if text.ends_with('\n') => format!("{}\n", formatted.trim_end()),
            Ok(formatted) => formatted,
            Err(diagnostics) => {
                say(&crate::output::diagnostics(&path.display().to_string(), &text, &diagnostics));
                failed = true;
                continue;
            }
        };
        if path == Path::new("-") && !args.check {
            print(&formatted);
            continue;
        }
        if formatted == text {
            continue;
        }
        changed += 1;
        if args.check {
            print(&format!("{} would change\n", path.display()));
        } else if let Err(error) = fs::write(&path, formatted) {
            say(&format!("error: {}: {error}", path.display()));
            failed = true;
        } else {
            print(&format!("{}\n", path.display()));
        }
    }
    match (failed, changed) {
        (true, _) => Exit::Failed,
        (false, 1..) if args.check => Exit::Found,
        _ => Exit::Nothing,
    }
}

/// The files that are named, and the query files below the folders that are.
fn files(paths: &[PathBuf]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let mut found = Vec::new();
        let mut open = vec![path.clone()];
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
                match entry.file_type() {
                    Ok(kind) if kind.is_dir() => open.push(entry.path()),
                    Ok(_) if entry.path().extension().is_some_and(|e| e == "esql") => found.push(entry.path()),
                    _ => {}
                }
            }
        }
        found.sort();
        files.extend(found);
    }
    files
}

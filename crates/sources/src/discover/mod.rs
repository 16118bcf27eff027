//! From what the user names to files, in an order that depends only on names.

mod folder;

use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use globset::GlobBuilder;

use crate::decompress::Spool;
use crate::{Input, SourceError};

/// Where bytes come from.
#[derive(Clone, Debug)]
pub(crate) enum Origin {
    /// A regular file.
    File(PathBuf),
    /// Something that can be read only once.
    Stream(Arc<Spool>),
}

/// A file that an input stands for.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    /// Where its bytes are.
    pub(crate) origin: Origin,
    /// Its name in reports.
    pub(crate) display: String,
    /// Its name inside the input, with slashes: the same wherever the input lies.
    pub(crate) relative: String,
    /// The index that the input is given as.
    pub(crate) index: Option<String>,
    /// Whether the user named this very file.
    pub(crate) explicit: bool,
}

/// What was found, and what wasn't.
#[derive(Debug, Default)]
pub(crate) struct Discovery {
    /// The files, in order.
    pub(crate) files: Vec<Found>,
    /// Names and reasons of what can't be read.
    pub(crate) unreadable: Vec<(String, String)>,
}

/// Finds the files of all inputs.
pub(crate) fn discover(inputs: &[Input]) -> Result<Discovery, SourceError> {
    let mut all = Discovery::default();
    for input in inputs {
        one(input, &mut all)?;
    }
    Ok(all)
}

fn one(input: &Input, all: &mut Discovery) -> Result<(), SourceError> {
    let path = Path::new(&input.path);
    let mut add = |origin: Origin, relative: String, display: String, explicit: bool| {
        all.files.push(Found { origin, display, relative, index: input.name.clone(), explicit });
    };
    if input.path == "-" {
        let spool = Spool::new(Box::new(std::io::stdin()));
        add(Origin::Stream(Arc::new(spool)), "-".to_owned(), "-".to_owned(), true);
        return Ok(());
    }
    match fs::metadata(path) {
        Ok(meta) if meta.is_dir() => {
            let (found, unreadable) = folder::walk(path, usize::MAX);
            for file in found {
                let relative = slashes(file.strip_prefix(path).unwrap_or(&file));
                let display = file.display().to_string();
                add(Origin::File(file), relative, display, false);
            }
            all.unreadable.extend(unreadable);
        }
        Ok(meta) => {
            let relative = path.file_name().map_or_else(|| input.path.clone(), |n| n.to_string_lossy().into_owned());
            let origin = if meta.is_file() {
                Origin::File(path.to_owned())
            } else {
                match fs::File::open(path) {
                    Ok(file) => Origin::Stream(Arc::new(Spool::new(Box::new(file)))),
                    Err(error) => {
                        all.unreadable.push((input.path.clone(), error.to_string()));
                        return Ok(());
                    }
                }
            };
            add(origin, relative, input.path.clone(), true);
        }
        Err(_) if is_glob(&input.path) => glob(input, all)?,
        Err(error) => all.unreadable.push((input.path.clone(), error.to_string())),
    }
    Ok(())
}

/// Whether a path has wildcards.
pub(crate) fn is_glob(path: &str) -> bool {
    path.contains(['*', '?', '[', '{'])
}

fn glob(input: &Input, all: &mut Discovery) -> Result<(), SourceError> {
    let bad =
        |error: globset::Error| SourceError::Glob { pattern: input.path.clone(), reason: error.kind().to_string() };
    let pattern = input.path.strip_prefix("./").unwrap_or(&input.path);
    let matcher = GlobBuilder::new(pattern).literal_separator(true).build().map_err(bad)?.compile_matcher();
    let base: PathBuf = Path::new(pattern)
        .components()
        .take_while(|part| !matches!(part, Component::Normal(name) if is_glob(&name.to_string_lossy())))
        .collect();
    let depth = if pattern.contains("**") {
        usize::MAX
    } else {
        Path::new(pattern).components().count() - base.components().count()
    };
    let root = if base.as_os_str().is_empty() { Path::new(".") } else { &base };
    let (found, unreadable) = folder::walk(root, depth);
    let before = all.files.len();
    for file in found {
        let file = file.strip_prefix(".").map(Path::to_path_buf).unwrap_or(file);
        if matcher.is_match(&file) {
            all.files.push(Found {
                relative: slashes(file.strip_prefix(&base).unwrap_or(&file)),
                display: file.display().to_string(),
                origin: Origin::File(file),
                index: input.name.clone(),
                explicit: false,
            });
        }
    }
    all.unreadable.extend(unreadable);
    if all.files.len() == before {
        all.unreadable.push((input.path.clone(), "no file matches".to_owned()));
    }
    Ok(())
}

fn slashes(path: &Path) -> String {
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

//! Paths of files and folders.

use std::fs;
use std::path::MAIN_SEPARATOR;

use super::candidate::{Candidate, MOST};
use crate::output::text::printable;

/// What begins with `typed` in its folder. Folders end with a separator.
pub(super) fn candidates(typed: &str) -> Vec<Candidate> {
    let (folder, begun) = match typed.rfind(['/', MAIN_SEPARATOR]) {
        Some(at) => typed.split_at(at + 1),
        None => ("", typed),
    };
    let looked_in = match folder.strip_prefix("~/") {
        Some(rest) => std::env::var_os("HOME").map(|home| std::path::PathBuf::from(home).join(rest)),
        None if folder.is_empty() => Some(".".into()),
        None => Some(folder.into()),
    };
    let Some(entries) = looked_in.and_then(|folder| fs::read_dir(folder).ok()) else { return Vec::new() };
    let mut found: Vec<Candidate> = entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let hidden = name.starts_with('.') && !begun.starts_with('.');
            if hidden || !name.starts_with(begun) || printable(&name) != name {
                return None;
            }
            let end = if entry.path().is_dir() { "/" } else { "" };
            Some(Candidate { text: format!("{folder}{name}{end}"), shown: format!("{name}{end}") })
        })
        .take(MOST)
        .collect();
    found.sort_by(|a, b| a.text.cmp(&b.text));
    found
}

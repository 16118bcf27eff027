//! The files that inputs stand for, now.

use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};

use super::FollowInput;
use super::files::is_inside;

/// A file at a path.
pub(super) struct Place {
    pub(super) path: PathBuf,
    pub(super) name: String,
    pub(super) index: Option<String>,
    pub(super) meta: Metadata,
    /// It is of interest only if it was the followed file once: it has that file's name with something behind.
    pub(super) only_known: bool,
    /// Whether the user named this very file.
    pub(super) named: bool,
}

/// How deep folders are searched.
const DEEPEST: usize = 64;

/// All files, in the order of their paths.
pub(super) fn places(inputs: &[FollowInput], excluded: &[PathBuf], problems: &mut Vec<String>) -> Vec<Place> {
    let mut places = Vec::new();
    for input in inputs {
        match fs::metadata(&input.path) {
            Ok(meta) if meta.is_dir() => folder(input, &input.path, excluded, 0, &mut places, problems),
            Ok(meta) if meta.is_file() => {
                places.extend(place(input, input.path.clone(), meta, false));
                beside(input, &mut places);
            }
            Ok(_) => problems.push(format!("{}: neither a file nor a folder", input.path.display())),
            // It may be away for the moment, or not be there yet.
            Err(_) => beside(input, &mut places),
        }
    }
    places
}

fn place(input: &FollowInput, path: PathBuf, meta: Metadata, only_known: bool) -> Option<Place> {
    let name = path.file_name()?.to_string_lossy().into_owned();
    let named = path == input.path;
    Some(Place { path, name, index: input.index.clone(), meta, only_known, named })
}

fn folder(
    input: &FollowInput,
    path: &Path,
    excluded: &[PathBuf],
    depth: usize,
    places: &mut Vec<Place>,
    problems: &mut Vec<String>,
) {
    if depth > DEEPEST || is_inside(path, excluded) {
        return;
    }
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) => {
            problems.push(format!("{}: {error}", path.display()));
            return;
        }
    };
    let mut found: Vec<_> = entries.flatten().collect();
    found.sort_by_key(std::fs::DirEntry::file_name);
    for entry in found {
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        let path = entry.path();
        // Links are not followed: they could lead back up.
        match entry.metadata() {
            Ok(meta) if meta.is_dir() => folder(input, &path, excluded, depth + 1, places, problems),
            Ok(meta) if meta.is_file() && !is_inside(&path, excluded) => {
                places.extend(place(input, path, meta, false));
            }
            _ => {}
        }
    }
}

/// What rotation may have made of a followed file: `app.log.1` of `app.log`.
fn beside(input: &FollowInput, places: &mut Vec<Place>) {
    let Some(name) = input.path.file_name().map(|name| name.to_string_lossy().into_owned()) else { return };
    let parent = match input.path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let Ok(entries) = fs::read_dir(parent) else { return };
    let stem = name.split('.').next().unwrap_or(&name).to_owned();
    let mut found: Vec<_> = entries.flatten().collect();
    found.sort_by_key(std::fs::DirEntry::file_name);
    for entry in found {
        let other = entry.file_name().to_string_lossy().into_owned();
        if other == name || stem.is_empty() || !other.starts_with(&stem) {
            continue;
        }
        if let Ok(meta) = entry.metadata()
            && meta.is_file()
        {
            places.extend(place(input, entry.path(), meta, true));
        }
    }
}

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The files below `root`, sorted by path part by part; hidden ones are left out, and a folder that links lead to
/// again is visited once. Also names and reasons of what can't be listed.
pub(crate) fn walk(root: &Path, max_depth: usize) -> (Vec<PathBuf>, Vec<(String, String)>) {
    let mut walk = Walk { files: Vec::new(), unreadable: Vec::new(), visited: HashSet::new() };
    // A stack and no recursion: folders can be nested as deeply as a disk allows.
    let mut pending = vec![(root.to_owned(), 0_usize)];
    while let Some((path, depth)) = pending.pop() {
        match fs::metadata(&path) {
            Ok(meta) if meta.is_dir() => {
                if depth < max_depth && walk.enter(&path) {
                    let children = walk.list(&path);
                    pending.extend(children.into_iter().rev().map(|child| (child, depth + 1)));
                }
            }
            Ok(meta) if meta.is_file() => walk.files.push(path),
            Ok(_) => {}
            Err(error) => walk.unreadable.push((path.display().to_string(), error.to_string())),
        }
    }
    (walk.files, walk.unreadable)
}

struct Walk {
    files: Vec<PathBuf>,
    unreadable: Vec<(String, String)>,
    visited: HashSet<PathBuf>,
}

impl Walk {
    fn enter(&mut self, path: &Path) -> bool {
        match fs::canonicalize(path) {
            Ok(real) => self.visited.insert(real),
            Err(error) => {
                self.unreadable.push((path.display().to_string(), error.to_string()));
                false
            }
        }
    }

    fn list(&mut self, path: &Path) -> Vec<PathBuf> {
        let entries = match fs::read_dir(path) {
            Ok(entries) => entries,
            Err(error) => {
                self.unreadable.push((path.display().to_string(), error.to_string()));
                return Vec::new();
            }
        };
        let mut children = Vec::new();
        for entry in entries {
            match entry {
                Ok(entry) if entry.file_name().as_encoded_bytes().starts_with(b".") => {}
                Ok(entry) => children.push(entry.path()),
                Err(error) => self.unreadable.push((path.display().to_string(), error.to_string())),
            }
        }
        children.sort();
        children
    }
}

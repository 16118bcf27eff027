//! Whose layout a query has.

use std::fs;
use std::path::Path;

/// Whether the file beside the query at `path` says that its text is kept as it is: `keep_layout = true` in
/// `[metadata]`. A file that can't be read says nothing; `quarry check` tells what is wrong with it.
#[must_use]
pub fn keeps_layout(path: &Path) -> bool {
    let Ok(text) = fs::read_to_string(path.with_extension("toml")) else { return false };
    let Ok(table) = text.parse::<toml::Table>() else { return false };
    table.get("metadata").and_then(|metadata| metadata.get("keep_layout")).and_then(toml::Value::as_bool) == Some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_file_that_says_so_keeps_the_layout() {
        let folder = tempfile::tempdir().unwrap();
        let query = folder.path().join("r.esql");
        assert!(!keeps_layout(&query));
        for (text, keeps) in [
            ("[metadata]\nkeep_layout = true", true),
            ("[metadata]\nkeep_layout = false", false),
            ("[rule]\nkeep_layout = true", false),
            ("[metadata", false),
        ] {
            fs::write(query.with_extension("toml"), text).unwrap();
            assert_eq!(keeps_layout(&query), keeps, "{text}");
        }
    }
}

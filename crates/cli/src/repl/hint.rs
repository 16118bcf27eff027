//! The rest of the most recent line of the history that begins like the one typed.

use rustyline::history::{History, SearchDirection};

/// What would complete `line`, where the cursor stands at its end.
pub(crate) fn from_history(line: &str, at: usize, history: &dyn History) -> Option<String> {
    if line.trim().is_empty() || at < line.len() || history.is_empty() {
        return None;
    }
    let found = history.starts_with(line, history.len() - 1, SearchDirection::Reverse).ok()??;
    let rest = found.entry.get(line.len()..)?;
    // A hint of several lines would move the screen with every key.
    let rest = rest.split('\n').next().unwrap_or("");
    (!rest.is_empty()).then(|| rest.to_owned())
}

#[cfg(test)]
mod tests {
    use rustyline::history::MemHistory;

    use super::*;

    #[test]
    fn the_latest_line_is_hinted() {
        let mut history = MemHistory::new();
        for line in ["FROM a | LIMIT 1", "FROM a | LIMIT 2", "ROW x = 1"] {
            history.add(line).unwrap();
        }
        assert_eq!(from_history("FROM a |", 8, &history).as_deref(), Some(" LIMIT 2"));
        assert_eq!(from_history("FROM a |", 3, &history), None);
        assert_eq!(from_history("", 0, &history), None);
        assert_eq!(from_history("FROM b", 6, &history), None);
    }
}

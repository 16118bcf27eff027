//! Whether a text is a whole entry, or goes on in the next line.

use quarry::syntax::{Lexeme, LexemeKind, lexemes};

/// Words after which something must come.
const OPENING_WORDS: &[&str] = &["and", "as", "by", "in", "like", "metadata", "not", "on", "or", "rlike", "with", "is"];

/// Commands that are whole without anything after them.
const WHOLE_COMMANDS: &[&str] = &["show info", "dedup", "distinct"];

/// Whether Enter runs `text`. An empty line at the end runs anything.
pub(crate) fn is_whole(text: &str) -> bool {
    let trimmed = text.trim();
    if trimmed.is_empty() || trimmed.starts_with('.') {
        return true;
    }
    let last_line = text.rsplit('\n').next().unwrap_or(text);
    if text.contains('\n') && last_line.trim().is_empty() {
        return true;
    }
    let pieces = lexemes(text);
    !pieces.iter().any(|piece| !piece.closed) && !is_nested(&pieces) && !expects_more(text, &pieces)
}

fn is_nested(pieces: &[Lexeme]) -> bool {
    let count = |kind| pieces.iter().filter(|piece| piece.kind == kind).count();
    count(LexemeKind::Open) > count(LexemeKind::Close)
}

fn expects_more(text: &str, pieces: &[Lexeme]) -> bool {
    let Some(last) = pieces.iter().rev().find(|piece| piece.kind != LexemeKind::Comment) else { return true };
    let typed = last.span.text(text);
    match last.kind {
        LexemeKind::Pipe | LexemeKind::Comma | LexemeKind::Open => true,
        // A setting is followed by its query; after a query a semicolon is only a habit.
        LexemeKind::Semicolon => ends_setting(text, pieces),
        // `*` ends KEEP and COUNT(*); every other sign wants something after it.
        LexemeKind::Operator => typed != "*",
        LexemeKind::Keyword => OPENING_WORDS.iter().any(|word| word.eq_ignore_ascii_case(typed)),
        LexemeKind::Command => !WHOLE_COMMANDS.iter().any(|word| word.eq_ignore_ascii_case(typed)),
        _ => false,
    }
}

fn ends_setting(text: &str, pieces: &[Lexeme]) -> bool {
    let is_end = |piece: &&Lexeme| piece.kind == LexemeKind::Semicolon;
    let ends = pieces.iter().filter(is_end).count();
    let mut statements = pieces.split(|piece| piece.kind == LexemeKind::Semicolon);
    let last = statements.nth(ends.saturating_sub(1)).and_then(|statement| statement.first());
    last.is_some_and(|first| first.span.text(text).eq_ignore_ascii_case("set"))
}

#[cfg(test)]
mod tests {
    use super::is_whole;

    #[test]
    fn what_is_open_goes_on() {
        for text in [
            "FROM logs |",
            "FROM logs | WHERE",
            "FROM logs | WHERE a == \"x",
            "FROM logs | WHERE a IN (\"x\",",
            "FROM logs | WHERE a ==",
            "FROM logs | EVAL x = (1 + 2",
            "FROM logs | STATS COUNT(*) BY",
            "FROM logs | STATS a = COUNT(*),",
            "FROM logs | WHERE a AND",
            "SET time_zone = \"UTC\";",
            "SET time_zone = \"UTC\"; SET unmapped_fields = \"load\";",
            "FROM logs /* why",
            "FROM logs METADATA",
            "FROM logs | // a comment",
        ] {
            assert!(!is_whole(text), "{text}");
        }
    }

    #[test]
    fn what_is_whole_runs() {
        for text in [
            "",
            ".help",
            ".open \"half",
            "FROM logs",
            "SHOW INFO",
            "FROM logs | DEDUP",
            "FROM logs | KEEP a*",
            "FROM logs | STATS COUNT(*)",
            "FROM logs | SORT a DESC",
            "FROM logs // done",
            "FROM logs | WHERE a == \"x\n",
            "FROM logs |\n  ",
            "FORM lgos",
            "FROM logs;",
            "SET time_zone = \"UTC\"; FROM logs;",
        ] {
            assert!(is_whole(text), "{text}");
        }
    }
}

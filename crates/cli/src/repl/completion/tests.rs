//! Completion over real inputs, at a dozen places.

use quarry::{EngineOptions, Input};

use super::*;

const EVENTS: &str = r#"{"event":{"action":"GetObject"},"user":{"name":"amy"},"n":3,"odd name":1,"@timestamp":"2026-01-15T07:00:00Z"}
{"event":{"action":"GetObject"},"user":{"name":"bob \"the\" \\ b"},"n":3}
{"event":{"action":"PutObject"},"user":{"name":"evil\u001b[2J"},"n":4}
"#;

struct Fixture {
    _folder: tempfile::TempDir,
    completion: Completion,
}

fn fixture() -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.ndjson");
    std::fs::write(&path, EVENTS).unwrap();
    let engine = Engine::open(&[Input::new(path.to_string_lossy())], EngineOptions::default()).unwrap();
    Fixture { completion: Completion::new(&engine, &Session::default()), _folder: folder }
}

impl Fixture {
    /// The completed lines for a cursor at `^`.
    fn lines(&self, line: &str) -> Vec<String> {
        let at = line.find('^').unwrap_or(line.len());
        let line = line.replace('^', "");
        let (start, found) = self.completion.complete(&line, at);
        found.iter().map(|c| format!("{}{}{}", &line[..start], c.text, &line[at..])).collect()
    }

    fn texts(&self, line: &str) -> Vec<String> {
        self.completion.complete(line, line.len()).1.into_iter().map(|c| c.text).collect()
    }
}

#[test]
fn a_query_is_completed_from_its_first_word_to_its_last() {
    let fixture = fixture();
    assert_eq!(fixture.lines("fro"), ["FROM "]);
    assert_eq!(fixture.lines("FROM a"), ["FROM app"]);
    assert_eq!(fixture.lines("FROM app | wh"), ["FROM app | WHERE "]);
    assert_eq!(fixture.lines("FROM app METADATA _i").len(), 4);
    assert_eq!(fixture.lines("FROM app | WHERE event.a"), ["FROM app | WHERE event.action"]);
    assert_eq!(fixture.lines("FROM app | WHERE act"), ["FROM app | WHERE event.action"]);
    assert_eq!(fixture.lines("FROM app | EVAL x = to_low"), ["FROM app | EVAL x = TO_LOWER("]);
    assert_eq!(fixture.lines("FROM app | KEEP odd"), ["FROM app | KEEP `odd name`"]);
    assert_eq!(fixture.lines("FROM app | WHERE n == 3 AN"), ["FROM app | WHERE n == 3 AND "]);
    assert_eq!(fixture.lines("FROM app | SORT n d"), ["FROM app | SORT n DESC "]);
    assert_eq!(fixture.lines("SET time"), ["SET time_zone = "]);
    assert_eq!(
        fixture.lines("FROM app | STATS c = COUNT(*) BY b = BUCKET(@timestamp, 1 ho"),
        [
            "FROM app | STATS c = COUNT(*) BY b = BUCKET(@timestamp, 1 hours",
            "FROM app | STATS c = COUNT(*) BY b = BUCKET(@timestamp, 1 hour",
        ]
    );
}

#[test]
fn values_come_from_the_data_the_most_frequent_first() {
    let fixture = fixture();
    assert_eq!(fixture.texts("FROM app | WHERE event.action == "), ["\"GetObject\"", "\"PutObject\""]);
    assert_eq!(
        fixture.lines("FROM app | WHERE event.action IN (\"Pu"),
        ["FROM app | WHERE event.action IN (\"PutObject\""]
    );
    assert_eq!(
        fixture.lines("FROM app | WHERE event.action != \"put^\""),
        ["FROM app | WHERE event.action != \"PutObject\""]
    );
    assert_eq!(fixture.texts("FROM app | WHERE n == "), ["3", "4"]);
    assert_eq!(fixture.texts("FROM app | EVAL up = TO_UPPER(event.action) | WHERE up : \"G"), ["\"GETOBJECT\""]);
    // A condition that leaves nothing of the sample doesn't leave nothing to offer.
    assert_eq!(fixture.texts("FROM app | WHERE n == 99 | WHERE event.action == ").len(), 2);
}

#[test]
fn values_are_escaped_and_hostile_ones_left_out() {
    let fixture = fixture();
    assert_eq!(fixture.texts("FROM app | WHERE user.name == "), ["\"amy\"", r#""bob \"the\" \\ b""#]);
}

#[test]
fn only_the_columns_at_the_cursor_are_offered() {
    let fixture = fixture();
    let after = fixture.texts("FROM app | EVAL made = n + 1 | DROP n | KEEP ");
    assert!(after.contains(&"made".to_owned()) && !after.contains(&"n".to_owned()), "{after:?}");
    assert_eq!(fixture.texts("FROM app | STATS total = SUM(n) BY user.name | SORT "), ["total", "user.name"]);
    // The command before is half written; what is known of the others still holds.
    assert!(!fixture.texts("FROM app | EVAL broken = (n + | KEEP ").is_empty());
}

#[test]
fn dot_commands_and_what_they_take() {
    let fixture = fixture();
    assert_eq!(fixture.lines(".fie"), [".fields "]);
    assert_eq!(fixture.lines(".fields ev"), [".fields event.action"]);
    assert_eq!(fixture.lines(".mode ver"), [".mode vertical"]);
    assert_eq!(fixture.lines(".help to_low"), [".help TO_LOWER"]);
    assert_eq!(fixture.lines(".open src/ma"), [".open src/main.rs"]);
}

#[test]
fn any_cursor_in_any_text_is_answered() {
    let fixture = fixture();
    for text in [
        "FROM app | WHERE \"é",
        "((((",
        "| | |",
        "FROM (FROM (",
        "SET x",
        ". ",
        ".open '",
        "日本 == ",
        "FROM app | FORK (WHERE n == ",
    ] {
        for (at, _) in text.char_indices() {
            let _ = fixture.completion.complete(text, at);
        }
        let _ = fixture.completion.complete(text, text.len());
    }
}

#[test]
fn dates_are_compared_with_the_present_and_with_the_ends_of_the_data() {
    let fixture = fixture();
    let texts = fixture.texts("FROM app | WHERE @timestamp > ");
    assert_eq!(texts[..2], ["NOW()", "NOW() - 1 hour"]);
    assert!(texts.contains(&"\"2026-01-15T07:00:00.000Z\"".to_owned()), "{texts:?}");
    assert_eq!(
        fixture.lines("FROM app | WHERE @timestamp >= \"2026"),
        ["FROM app | WHERE @timestamp >= \"2026-01-15T07:00:00.000Z\""]
    );
    assert!(fixture.texts("FROM app | WHERE n > ").contains(&"event.action".to_owned()));
    assert_eq!(fixture.lines(".set keys v"), [".set keys vi"]);
}

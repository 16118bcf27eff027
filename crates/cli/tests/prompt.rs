//! The prompt, typed at through a pseudo-terminal.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

#[path = "support/terminal.rs"]
mod terminal;

use std::fmt::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use terminal::Terminal;

/// A folder with a small log in it.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut lines = String::new();
    for i in 0..300 {
        let action = ["GetObject", "PutObject", "GetObject", "ListBuckets"][i % 4];
        writeln!(
            lines,
            "{{\"@timestamp\":\"2026-01-15T{:02}:00:00Z\",\"event\":{{\"action\":\"{action}\"}},\"n\":{i}}}",
            i % 24
        )
        .unwrap();
    }
    std::fs::write(folder.path().join("app.ndjson"), lines).unwrap();
    folder
}

fn state_file(folder: &Path) -> PathBuf {
    let mut files = std::fs::read_dir(folder.join("state").join("quarry")).unwrap();
    files.next().unwrap().unwrap().path()
}

#[test]
fn an_entry_goes_on_until_it_is_whole() {
    let folder = folder();
    let mut terminal = Terminal::prompt(folder.path(), &["-i", "app.ndjson"], &[]);
    terminal.enter("FROM app |");
    terminal.enter("  WHERE n IN (1,");
    terminal.enter("  2)");
    terminal.answered("2 rows in");
    assert!(terminal.text().contains("PutObject"), "{}", terminal.text());
    // A word of the language is coloured.
    assert!(terminal.formatted().contains("FROM"));
    assert!(terminal.formatted().contains("\u{1b}[34;1m") || terminal.formatted().contains("\u{1b}[1;34m"));
    terminal.enter("FROM app | WHERE x == \"open");
    terminal.enter("");
    terminal.answered("error");
    assert!(terminal.leave());
}

#[test]
fn tab_completes_fields_and_values_and_puts_in_corrections() {
    let folder = folder();
    let mut terminal = Terminal::prompt(folder.path(), &["-i", "app.ndjson"], &[]);
    terminal.send("FROM app | WHERE event.a\t");
    terminal.wait_for("WHERE event.action");
    terminal.send(" == \"List\t");
    terminal.wait_for("== \"ListBuckets\"");
    terminal.enter(" | STATS c = COUNT(*)");
    terminal.answered("75");
    terminal.enter("FROM app | WHER n == 1");
    terminal.wait_for("did you mean WHERE?");
    terminal.wait_for("Tab puts the corrected query into the line.");
    terminal.send("\t");
    terminal.wait_until("the correction", |screen| screen.trim_end().ends_with("quarry> FROM app | WHERE n == 1"));
    terminal.send("\r");
    terminal.answered("PutObject     1\n1 row in");
    assert!(terminal.leave());
}

#[test]
fn entries_are_kept_for_the_next_session_and_for_nobody_else() {
    let folder = folder();
    let mut terminal = Terminal::prompt(folder.path(), &["-i", "app.ndjson"], &[]);
    terminal.enter("FROM app | STATS total = COUNT(*)");
    terminal.answered("1 row in");
    assert!(terminal.leave());
    let file = state_file(folder.path());
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let mut terminal = Terminal::prompt(folder.path(), &["-i", "app.ndjson"], &[]);
    // The rest of the earlier entry is hinted, and taken by one key.
    terminal.send("FROM");
    terminal.wait_for("FROM app | STATS total = COUNT(*)");
    terminal.send("\u{1b}[C\r");
    terminal.answered("1 row in");
    // And it is found by search.
    terminal.send("\u{12}STATS to");
    terminal.wait_for("(reverse-i-search)`STATS to': FROM app | STATS total = COUNT(*)");
    terminal.send("\u{3}");
    terminal.answered("");
    assert!(terminal.leave());
}

#[test]
fn ctrl_c_stops_a_long_query_and_keeps_the_prompt() {
    let folder = folder();
    let line = format!("{{\"message\":\"{}\"}}\n", "x".repeat(400));
    std::fs::write(folder.path().join("big.ndjson"), line.repeat(300_000)).unwrap();
    let mut terminal = Terminal::prompt(folder.path(), &["-i", "big.ndjson"], &[]);
    let hashes = r#"HASH("sha512", HASH("sha512", HASH("sha512", HASH("sha512", message))))"#;
    terminal.enter(&format!("FROM big | EVAL h = {hashes} | STATS n = COUNT(*) BY h"));
    // The progress line comes once the query is long.
    terminal.wait_for("Ctrl-C stops");
    terminal.send("\u{3}");
    terminal.answered("stopped: the rows are those of what was read so far");
    assert!(!terminal.text().contains("Ctrl-C stops"), "the progress line is gone: {}", terminal.text());
    terminal.enter("ROW still = \"here\"");
    terminal.answered("─────\nhere\n");
    assert!(terminal.leave());
}

#[test]
fn what_is_longer_than_the_screen_goes_through_the_pager() {
    let folder = folder();
    let mut terminal = Terminal::prompt(folder.path(), &["-i", "app.ndjson"], &[("PAGER", "grep -c Object")]);
    terminal.enter("FROM app | KEEP n, event.action | LIMIT 200");
    // The pager got all of it: it counts 150 of 200 rows.
    terminal.wait_until("the pager's count", |screen| screen.lines().any(|line| line.trim() == "150"));
    terminal.answered("200 rows in");
    terminal.enter("FROM app | SORT n | KEEP n | LIMIT 2");
    terminal.answered("2 rows in");
    assert!(terminal.leave());
}

#[test]
fn without_a_pager_there_are_pages() {
    let folder = folder();
    let mut terminal = Terminal::prompt(folder.path(), &["-i", "app.ndjson"], &[("PAGER", "no-such-pager")]);
    terminal.enter("FROM app | SORT n | KEEP n | LIMIT 200");
    terminal.wait_for("Enter shows more");
    assert!(!terminal.text().contains("\n 60"), "{}", terminal.text());
    terminal.send("\r");
    terminal.wait_for("\n 40");
    terminal.send("q\r");
    terminal.answered("rows in");
    assert!(terminal.leave());
}

#[test]
fn tables_follow_the_size_of_the_screen() {
    let folder = folder();
    let mut terminal = Terminal::prompt(folder.path(), &["-i", "app.ndjson"], &[]);
    terminal.enter("ROW a = \"aaaaaaaaaaaaaaaaaaaa\", b = \"bbbbbbbbbbbbbbbbbbbb\", c = 1");
    terminal.answered("aaaaaaaaaaaaaaaaaaaa  bbbbbbbbbbbbbbbbbbbb  1");
    terminal.resize(30, 40);
    // The next prompt knows the new size.
    terminal.enter("");
    terminal.wait_until("another prompt", |screen| screen.matches("quarry>").count() == 3);
    terminal.enter("ROW a = \"aaaaaaaaaaaaaaaaaaaa\", b = \"bbbbbbbbbbbbbbbbbbbb\", c = 1");
    terminal.wait_for("aaaaaaaaaaaaaaaa…  bbbbbbbbbbbbbbbb…  1");
    terminal.enter("ROW a = 1, b = 2, long_name_c = 3, long_name_d = 4, long_name_e = 5");
    terminal.wait_for("── row 1 ─");
    terminal.answered("long_name_e  5");
    assert!(terminal.leave());
}

#[test]
fn charts_are_drawn() {
    let folder = folder();
    let mut terminal = Terminal::prompt(folder.path(), &["-i", "app.ndjson"], &[]);
    terminal.enter("FROM app | STATS c = COUNT(*) BY event.action | SORT c DESC");
    terminal.answered("3 rows in");
    terminal.enter(".chart");
    terminal.wait_for("█ c by event.action");
    terminal.answered("GetObject    150 ████");
    terminal.enter("FROM app | STATS c = COUNT(*) BY t = BUCKET(@timestamp, 1 hour)");
    terminal.answered("24 rows in");
    terminal.enter(".chart");
    terminal.wait_for("c · highest 13 · sum 300");
    terminal.answered("2026-01-15 00:00");
    assert!(terminal.leave());
}

#[test]
fn a_query_becomes_a_rule_whose_test_passes() {
    let folder = folder();
    let mut terminal = Terminal::prompt(folder.path(), &["-i", "app.ndjson"], &[]);
    terminal.enter("FROM app METADATA _id, _index | WHERE event.action == \"PutObject\" AND n < 10");
    terminal.answered("3 rows in");
    terminal.enter(".rule save puts");
    terminal.answered("make 3 alerts");
    terminal.enter(".run puts");
    terminal.answered("3 alerts · severity low");
    assert!(terminal.leave());
    let output =
        Command::new(env!("CARGO_BIN_EXE_quarry")).args(["test", "rules"]).current_dir(folder.path()).output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && printed.contains("1 passed, 0 failed"), "{printed}");
}

#[test]
fn wide_characters_keep_columns_and_hostile_values_do_nothing() {
    let folder = folder();
    let lines = "{\"who\":\"日本語\",\"n\":1}\n{\"who\":\"a\\u001b[2J\\u001b[Hb\\u202ec\",\"n\":22}\n";
    std::fs::write(folder.path().join("bad.ndjson"), lines).unwrap();
    let mut terminal = Terminal::prompt(folder.path(), &["-i", "bad.ndjson"], &[]);
    terminal.enter("FROM bad | KEEP who, n");
    terminal.answered("2 rows in");
    let screen = terminal.text();
    let line = screen.lines().find(|line| line.starts_with("日本語")).unwrap();
    let other = screen.lines().find(|line| line.contains("\\u{1b}[2J\\u{1b}[Hb\\u{202e}c")).unwrap();
    // Three wide characters take six columns, and so end in the same column as the others.
    assert_eq!(line.chars().count() + 3, other.chars().count(), "{screen}");
    assert!(screen.contains("quarry> FROM bad"), "the screen was not cleared: {screen}");
    // What failed for a value is told with the value, which came to the terminal as it was.
    terminal.enter("FROM bad | EVAL ip = TO_IP(who) | KEEP n, ip");
    terminal.answered("'a\\u{1b}[2J\\u{1b}[Hb\\u{202e}c'");
    assert!(terminal.text().contains("quarry> FROM bad"), "the screen was not cleared: {}", terminal.text());
    terminal.send("FROM bad | WHERE who == \t");
    terminal.wait_for("== \"日本語\"");
    terminal.send("\u{3}");
    terminal.answered("");
    assert!(terminal.leave());
}

#[test]
fn quarry_alone_is_a_prompt() {
    let folder = folder();
    let mut terminal = Terminal::start(folder.path(), &[], &[("NO_COLOR", "1")]);
    terminal.wait_for("quarry> ");
    terminal.enter(".open app.ndjson");
    terminal.answered("Open: app (1 file");
    terminal.enter(".opne x");
    terminal.answered("did you mean .open?");
    terminal.enter(".quit");
    assert!(terminal.leave());
}

#[test]
fn ctrl_c_stops_the_opening_of_inputs() {
    let folder = folder();
    let made = Command::new("mkfifo").arg(folder.path().join("pipe")).status().unwrap();
    assert!(made.success());
    let mut terminal = Terminal::prompt(folder.path(), &["-i", "app.ndjson"], &[]);
    // Nobody writes to the pipe, so that opening it takes for ever.
    terminal.enter(".open pipe");
    std::thread::sleep(std::time::Duration::from_millis(300));
    terminal.send("\u{3}");
    terminal.answered("stopped before all inputs were looked at; none is opened");
    terminal.enter("FROM app | STATS n = COUNT(*)");
    terminal.answered("300\n1 row in");
    assert!(terminal.leave());
}

/// Types an entry as far as a place, presses Tab, and waits for what should come; then drops the line.
fn completes(terminal: &mut Terminal, typed: &str, expected: &str) {
    terminal.send(typed);
    terminal.send("\t");
    let expected = format!("quarry> {expected}");
    terminal.wait_until(&format!("[{expected}]"), |screen| {
        screen.lines().last().is_some_and(|line| line.starts_with(&expected))
    });
    terminal.send("\u{3}");
    terminal.wait_until("an empty line", |screen| screen.trim_end().ends_with("quarry>"));
}

#[test]
fn tab_completes_at_a_dozen_places() {
    let folder = folder();
    let mut terminal = Terminal::prompt(folder.path(), &["-i", "app.ndjson"], &[]);
    for (typed, expected) in [
        ("FR", "FROM"),
        ("FROM a", "FROM app"),
        ("FROM \"app.n", "FROM \"app.ndjson\""),
        ("FROM app METADATA _so", "FROM app METADATA _source"),
        ("FROM app | STA", "FROM app | STATS"),
        ("FROM app | KEEP act", "FROM app | KEEP event.action"),
        ("FROM app | STATS c = COUNT_DIS", "FROM app | STATS c = COUNT_DISTINCT("),
        ("FROM app | WHERE event.action == \"Put", "FROM app | WHERE event.action == \"PutObject\""),
        (
            "FROM app | WHERE event.action IN (\"GetObject\", \"Li",
            "FROM app | WHERE event.action IN (\"GetObject\", \"ListBuckets\"",
        ),
        ("FROM app | WHERE event.action LIKE \"Lis", "FROM app | WHERE event.action LIKE \"ListBuckets\""),
        ("FROM app | EVAL fresh = n * 2 | SORT fre", "FROM app | EVAL fresh = n * 2 | SORT fresh"),
        ("FROM app | WHERE @timestamp > NOW() - 3 wee", "FROM app | WHERE @timestamp > NOW() - 3 week"),
        ("SET unm", "SET unmapped_fields"),
        (".fie", ".fields"),
        (".open app.n", ".open app.ndjson"),
        (".fields even", ".fields event.action"),
        (".help mv_app", ".help MV_APPEND"),
    ] {
        completes(&mut terminal, typed, expected);
    }
    assert!(terminal.leave());
}

#[test]
fn what_could_not_be_opened_is_told_once() {
    let folder = folder();
    std::fs::create_dir(folder.path().join("nothing")).unwrap();
    let mut terminal = Terminal::prompt(folder.path(), &["-i", "app.ndjson"], &[]);
    terminal.enter(".open missing.json");
    terminal.answered("missing.json: No such file");
    terminal.enter(".open nothing");
    terminal.answered("There are no logs in what was to be opened.");
    terminal.enter(".open more=app.ndjson");
    terminal.answered("Open: app, more (2 files");
    assert_eq!(terminal.text().matches("No such file").count(), 1, "{}", terminal.text());
    assert!(terminal.leave());
}

#[test]
fn a_long_list_asked_a_question_that_swallowed_what_was_typed() {
    let folder = folder();
    let fields: Vec<String> = (0..400).map(|i| format!("\"part.f{i}\":{i}")).collect();
    std::fs::write(folder.path().join("wide.ndjson"), format!("{{{},\"n\":1}}\n", fields.join(","))).unwrap();
    let mut terminal = Terminal::prompt(folder.path(), &["-i", "wide.ndjson"], &[]);
    terminal.send("FROM wide | KEEP \t");
    terminal.wait_for("part.  400 names");
    terminal.send("part.\t");
    terminal.wait_for("more: type on");
    // What all of them begin with was put in.
    terminal.send("389\r");
    terminal.answered("part.f389\n─────────\n      389");
    assert!(!terminal.text().contains("possibilities"), "{}", terminal.text());
    assert!(terminal.leave());
}

#[test]
fn reading_in_the_pager_counted_as_time_of_the_query() {
    let folder = folder();
    let pager = folder.path().join("pager");
    std::fs::write(&pager, "#!/bin/sh\nsleep 2\ncat > /dev/null\n").unwrap();
    std::fs::set_permissions(&pager, std::fs::Permissions::from_mode(0o755)).unwrap();
    std::fs::write(folder.path().join("many.ndjson"), "{\"message\":\"a line of some length\"}\n".repeat(50_000))
        .unwrap();
    let pager = pager.to_string_lossy().into_owned();
    let mut terminal = Terminal::prompt(folder.path(), &["-i", "many.ndjson"], &[("PAGER", &pager)]);
    terminal.enter("FROM many | LIMIT 4000");
    terminal.answered("4000 rows in ");
    let screen = terminal.text();
    let seconds = screen.split_once("4000 rows in ").unwrap().1.split(' ').next().unwrap();
    assert!(seconds.parse::<f64>().unwrap() < 2.0, "{seconds}");
    // Where the pager held up the reading, nobody knows how long that would have taken.
    terminal.enter("FROM many | LIMIT 50000");
    terminal.answered("50000 rows · read");
    assert!(terminal.leave());
}

#[test]
fn numbers_and_dates_are_never_cut() {
    let folder = folder();
    let mut terminal = Terminal::prompt(folder.path(), &["-i", "app.ndjson"], &[]);
    terminal.resize(30, 60);
    terminal.enter("");
    let long = "x".repeat(60);
    terminal.enter(&format!("ROW n = 9007199254740993, t = \"2026-01-15\"::date, s = \"{long}\""));
    terminal.answered("9007199254740993  2026-01-15T00:00:00.000Z  xxx");
    assert!(terminal.leave());
}

#[test]
fn what_was_typed_ahead_of_an_answer_was_lost() {
    let folder = folder();
    let mut terminal = Terminal::prompt(folder.path(), &["-i", "app.ndjson"], &[]);
    terminal.send("ROW first = 1\rROW second = 2\rFROM app | STATS third = COUNT(*)\r");
    terminal.wait_for("second\n──────\n     2");
    terminal.answered("third\n─────\n  300");
    assert!(terminal.leave());
}

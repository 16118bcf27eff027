//! Canonical texts and layouts by example.

use crate::{format, parse, print};

#[track_caller]
fn prints(text: &str, printed: &str) {
    let parsed = parse(text);
    assert_eq!(parsed.errors, [], "{text}");
    assert_eq!(print(&parsed.statement), printed);
}

#[track_caller]
fn formats(text: &str, formatted: &str) {
    let once = format(text).unwrap();
    assert_eq!(once, formatted);
    assert_eq!(format(&once).unwrap(), once);
}

#[test]
fn canonical_text() {
    prints(
        "set time_zone=\"UTC\";from a,b metadata _id|where not x==1 and`y`like \"a\\\\*\"|stats count(*),n=Sum(z)by `k 1`",
        "SET time_zone = \"UTC\";\nFROM a, b METADATA _id\n| WHERE NOT x == 1 AND y LIKE \"\"\"a\\*\"\"\"\n| STATS COUNT(*), n = SUM(z) BY `k 1`",
    );
    prints("from a|keep as,`b c`*,foo`*`bar,x.*", "FROM a\n| KEEP as, `b c`*, `foo*bar`, x.*");
    prints("row a=-+1, b=- -1, c=-(1), d=-x::int", "ROW a = -+1, b = --1, c = -(1), d = -x::int");
    prints("from a|where `first`==first(`by`)", "FROM a\n| WHERE `first` == FIRST(`by`)");
    prints(
        "from a|inlinestats max(b)|fork(where c|limit 1)(dedup)",
        "FROM a\n| INLINE STATS MAX(b)\n| FORK (WHERE c | LIMIT 1) (DEDUP)",
    );
    prints("row s=\"a\\tb\\n\\\"\", t=\"say \\\"x\\\"\"", "ROW s = \"a\\tb\\n\\\"\", t = \"\"\"say \"x\"\"\"\"");
    prints(
        "row a=1d,b=2 Hours,c=1e20,d=0.1,e=[1,2.5]",
        "ROW a = 1 day, b = 2 hours, c = 1e20, d = 0.1, e = [1.0, 2.5]",
    );
}

#[test]
fn short_commands_stay_on_their_line() {
    formats(
        "from logs | where a==1 and b==2 | stats count(*) by c | limit 5",
        "FROM logs\n| WHERE a == 1 AND b == 2\n| STATS count(*) BY c\n| LIMIT 5",
    );
}

#[test]
fn long_lines_are_broken() {
    formats(
        "from logs | where event.category == \"process\" and event.type == \"start\" and (process.name == \"powershell.exe\" or process.name == \"pwsh.exe\") | eval x = concat(host.name, \"-\", user.name), y = case(event.outcome == \"failure\", \"the event failed\", event.outcome == \"success\", \"the event succeeded\", \"unknown\")",
        "FROM logs\n| WHERE event.category == \"process\"\n    AND event.type == \"start\"\n    AND (process.name == \"powershell.exe\" OR process.name == \"pwsh.exe\")\n| EVAL\n    x = CONCAT(host.name, \"-\", user.name),\n    y = CASE(\n        event.outcome == \"failure\",\n        \"the event failed\",\n        event.outcome == \"success\",\n        \"the event succeeded\",\n        \"unknown\"\n    )",
    );
}

#[test]
fn comments_stay_with_what_they_are_about() {
    formats(
        "// top\nfrom logs // the logs\n// only failures\n| where a == 1 // one\n  and // joined\n  /* two */ b == 2\n| keep x, // first\n  // second\n  y\n| eval /* in */ z = 1 // end\n// bottom",
        "// top\nFROM logs // the logs\n// only failures\n| WHERE a == 1 // one\n    // joined\n    /* two */\n    AND b == 2\n| KEEP\n    x, // first\n    // second\n    y\n| EVAL\n    /* in */\n    z = 1 // end\n// bottom",
    );
}

#[test]
fn comments_inside_brackets_are_kept() {
    formats(
        "from a | where (b // x\n or c // y\n) and d in (1, // one\n 2 // two\n) | fork (where e // z\n) (limit 1)",
        "FROM a\n| WHERE (\n        b // x\n        OR c // y\n    )\n    AND d IN (\n        1, // one\n        2 // two\n    )\n| FORK\n    (\n        WHERE e // z\n    )\n    (LIMIT 1)",
    );
}

#[test]
fn texts_with_errors_are_left_alone() {
    assert!(format("from a | where b = 1").is_err());
}

//! Following by what a rule's file says of time: its own time field, a window that ends before the run, the most alerts
//! of a run, suppression; and what is late.

#![cfg(unix)]
#![allow(clippy::unwrap_used)]

mod support {
    pub(crate) mod follow;
}

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use support::follow::fed;

/// A folder with a rule.
struct Followed {
    folder: tempfile::TempDir,
}

impl Followed {
    fn new(query: &str, table: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("r.esql"), query).unwrap();
        fs::write(folder.path().join("r.toml"), format!("[rule]\nrule_id = \"r\"\nname = \"r\"\n{table}\n")).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_quarry"));
        command.arg("run").arg(self.path("r.esql")).arg("--follow").args(arguments);
        command
    }

    /// The alerts of what comes on standard input, and what is said.
    fn stream(&self, arguments: &[&str], text: &str) -> (Vec<Value>, String) {
        fed(self.command(arguments).args(["-i", "app=-"]), text)
    }
}

/// An event at so many seconds after nine.
fn event(seconds: i64, more: &str) -> String {
    format!("{{\"@timestamp\":\"{}\"{more}}}\n", time(seconds))
}

fn time(seconds: i64) -> String {
    let seconds = 9 * 3600 + seconds;
    format!("2026-01-15T{:02}:{:02}:{:02}Z", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

fn ingested(seconds: i64) -> String {
    format!(",\"event\":{{\"ingested\":\"{}\"}}", time(seconds))
}

const COUNT: &str = "FROM app | STATS n = COUNT(*) | WHERE n >= 2";

#[test]
fn windows_go_by_the_rules_own_time_field() {
    let schedule = "interval = \"1m\"\nfrom = \"now-1m\"\ntimestamp_override = \"event.ingested\"";
    let rule = Followed::new(COUNT, schedule);
    // An hour apart, delivered together; the last has only the other field.
    let text = event(0, &ingested(3610)) + &event(3590, &ingested(3620)) + &event(3630, "");
    let (alerts, told) = rule.stream(&["--lateness", "10s"], &text);
    assert_eq!(alerts.iter().map(|alert| &alert["n"]).collect::<Vec<_>>(), [3], "{told}");
    assert!(!told.contains("came after"), "{told}");
    let only = Followed::new(COUNT, &format!("{schedule}\ntimestamp_override_fallback_disabled = true"));
    let (alerts, told) = only.stream(&[], &text);
    assert_eq!(alerts.iter().map(|alert| &alert["n"]).collect::<Vec<_>>(), [2], "{told}");
    assert!(told.contains("1 event have no time") || told.contains("1 event has no time"), "{told}");
}

#[test]
fn a_window_ends_where_the_rule_says() {
    // Runs at each minute, over what is two minutes old to one minute old.
    let rule = Followed::new(COUNT, "interval = \"1m\"\nfrom = \"now-2m\"\nto = \"now-1m\"");
    let text: String = [0, 60, 61, 119, 200].map(|seconds| event(seconds, "")).concat();
    let (alerts, _) = rule.stream(&[], &text);
    let got: Vec<(&Value, &Value)> = alerts.iter().map(|alert| (&alert["n"], &alert["@timestamp"])).collect();
    let runs: Vec<String> = alerts.iter().map(|a| a["kibana.alert.intended_timestamp"].to_string()).collect();
    // Of the windows 0 to 60, 60 to 120 and 120 to 180 the first two have two events or more.
    assert_eq!(got.iter().map(|(n, _)| *n).collect::<Vec<_>>(), [2, 3], "{runs:?}");
}

#[test]
fn a_run_makes_no_more_alerts_than_the_rule_says() {
    let query = "FROM app METADATA _id, _index, _version | KEEP _id, _index, _version";
    let text: String = [10, 20, 30, 70].map(|seconds| event(seconds, "")).concat();
    let schedule = "interval = \"1m\"\nfrom = \"now-1m\"";
    let (alerts, told) = Followed::new(query, &format!("{schedule}\nmax_signals = 2")).stream(&[], &text);
    assert_eq!(alerts.len(), 3, "{told}");
    assert!(told.contains("more than 2 alerts in one run") && told.contains("1 alert left out"), "{told}");
    // Nothing is cut that no file asks for.
    assert_eq!(Followed::new(query, schedule).stream(&[], &text).0.len(), 4);
}

const BY_USER: &str = "FROM app METADATA _id, _index, _version | KEEP user, _id, _index, _version";

fn user(seconds: i64, name: &str) -> String {
    event(seconds, &format!(",\"user\":\"{name}\""))
}

#[test]
fn what_suppression_took_in_is_told_when_its_group_is_closed() {
    let table = "[rule.alert_suppression]\ngroup_by = [\"user\"]\nduration = { value = 1, unit = \"m\" }";
    let rule = Followed::new(BY_USER, table);
    let first: String = [user(0, "a"), user(5, "a")].concat();
    let state = rule.path("state");
    let arguments = ["--lateness", "10s", "--state", state.to_str().unwrap()];
    let count = |alert: &Value| alert["kibana.alert.suppression.docs_count"].as_u64().unwrap();
    let (alerts, _) = rule.stream(&arguments, &first);
    assert_eq!(alerts.iter().map(count).collect::<Vec<_>>(), [1], "it came at once, so it is known at once");
    let (more, _) = rule.stream(&arguments, &(user(50, "a") + &user(59, "b") + &user(130, "b")));
    let got: Vec<(&str, u64)> = more.iter().map(|alert| (alert["user"].as_str().unwrap(), count(alert))).collect();
    assert_eq!(got, [("b", 0), ("b", 0), ("a", 2)]);
    assert_eq!(more[2]["kibana.alert.uuid"], alerts[0]["kibana.alert.uuid"]);
    assert_eq!(more[2]["kibana.alert.suppression.end"], "2026-01-15T09:00:50.000Z");
    assert_eq!(more[2]["kibana.alert.last_detected"], "2026-01-15T09:00:50.000Z");
    assert_eq!(more[2]["user"], "a", "the whole alert comes again");
}

/// Follows the folder until what is said of its alerts doesn't change any more.
fn settled(rule: &Followed, logs: &Path, until: impl Fn(&str) -> bool) -> Vec<Value> {
    let out = rule.path("alerts.ndjson");
    let mut child = rule
        .command(&["--lateness", "10s", "--quiet"])
        .arg("-i")
        .arg(format!("app={}", logs.display()))
        .arg("--state")
        .arg(rule.path("state"))
        .arg("--output")
        .arg(&out)
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let begun = std::time::Instant::now();
    while !fs::read_to_string(&out).is_ok_and(|text| until(&text)) {
        assert!(begun.elapsed().as_secs() < 60, "the alerts don't come");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    fs::read_to_string(&out).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_restart_makes_nothing_late_that_lies_in_files_behind_others() {
    let rule = Followed::new(
        "FROM app | STATS n = COUNT(*), since = MIN(@timestamp)",
        "interval = \"10m\"\nfrom = \"now-10m\"",
    );
    let logs = rule.path("logs");
    fs::create_dir(&logs).unwrap();
    // More than is read at once, in files whose names tell nothing of their order.
    let pad = format!(",\"pad\":\"{}\"", "x".repeat(4000));
    let lines = |from: i64, to: i64| (from..to).map(|second| event(second, &pad)).collect::<String>();
    fs::write(logs.join("z.log"), lines(1, 601)).unwrap();
    fs::write(logs.join("m.log"), event(700, "")).unwrap();
    let alerts = settled(&rule, &logs, |text| text.lines().count() >= 1);
    assert_eq!(alerts[0]["n"], 600);
    fs::write(logs.join("a.log"), event(7800, "")).unwrap();
    let mut old = fs::OpenOptions::new().append(true).open(logs.join("z.log")).unwrap();
    old.write_all(lines(701, 3001).as_bytes()).unwrap();
    fs::write(logs.join("b.log"), lines(3001, 6001)).unwrap();
    let alerts = settled(&rule, &logs, |text| text.lines().count() >= 11);
    let counts: Vec<i64> = alerts.iter().map(|alert| alert["n"].as_i64().unwrap()).collect();
    // A window holds both its ends.
    assert_eq!(counts, [600, 502, 601, 601, 601, 601, 601, 601, 601, 601, 1]);
}

/// Times at the ends of what a number can hold made windows overflow.
#[test]
fn a_time_that_no_calendar_has_is_none() {
    let rule = Followed::new(COUNT, "interval = \"5m\"\nfrom = \"now-6m\"");
    let odd = |time: &str| format!("{{\"@timestamp\":{time}}}\n");
    let odd =
        [odd("-9223372036854775808"), odd("9223372036854775807"), odd("\"-292275055-05-16T16:47:04.192Z\"")].concat();
    let text = odd + &event(0, "") + &event(1, "");
    let (alerts, told) = rule.stream(&[], &text);
    assert_eq!(alerts.len(), 1, "{told}");
    let log = rule.path("app.ndjson");
    fs::write(&log, &text).unwrap();
    for arguments in [&["run", "--scheduled", "--format", "ndjson"][..], &["backtest"]] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_quarry"));
        command.args(arguments).arg(rule.path("r.esql")).arg("-i").arg(format!("app={}", log.display()));
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("1 alert"), "{arguments:?}: {said}");
    }
}

//! Following, with the process killed at random moments while logs are rotated, copied, cut off and added: the alerts
//! of all runs together are those of one run over everything, and none comes twice.

#![cfg(unix)]
#![allow(clippy::unwrap_used)]

mod support {
    pub(crate) mod follow;
}

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use support::follow::fed;

/// Numbers that are the same in each run of the test.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// Logs that are written, and what is done to them.
struct Logs {
    folder: PathBuf,
    random: Random,
    /// Events written so far; each has its number.
    written: u64,
    rotated: u64,
    /// The end of a line that was begun.
    rest: String,
}

/// 2026-01-15T09:00:00Z, and a second for each event.
const START: i64 = 1_768_467_600;

fn event(number: u64) -> String {
    let seconds = START + number as i64;
    let time = format!("2026-01-15T{:02}:{:02}:{:02}Z", (seconds / 3600) % 24, (seconds / 60) % 60, seconds % 60);
    let action = if number.is_multiple_of(7) { "bad" } else { "good" };
    format!(
        "{{\"@timestamp\":\"{time}\",\"event\":{{\"action\":\"{action}\",\"id\":\"{number}\"}},\"user\":{{\"name\":\"u{}\"}}}}\n",
        number % 5
    )
}

impl Logs {
    fn log(&self) -> PathBuf {
        self.folder.join("app.log")
    }

    fn append(&mut self, text: &str) {
        let mut file = OpenOptions::new().create(true).append(true).open(self.log()).unwrap();
        file.write_all(text.as_bytes()).unwrap();
    }

    fn finish_line(&mut self) {
        let rest = std::mem::take(&mut self.rest);
        if !rest.is_empty() {
            self.append(&rest);
        }
    }

    fn next(&mut self) -> String {
        self.written += 1;
        event(self.written)
    }

    fn other(&mut self, ending: &str) -> PathBuf {
        self.rotated += 1;
        self.folder.join(format!("app.log.{}{ending}", self.rotated))
    }

    /// Does one of the things that are done to logs.
    fn step(&mut self) {
        match self.random.below(13) {
            0..=6 => {
                self.finish_line();
                for _ in 0..=self.random.below(4) {
                    let line = self.next();
                    self.append(&line);
                }
            }
            // A line that isn't finished.
            7 => {
                self.finish_line();
                let line = self.next();
                let cut = self.random.below(line.len() as u64) as usize;
                self.append(&line[..cut]);
                self.rest = line[cut..].to_owned();
            }
            // Rotation by renaming.
            8 => {
                self.finish_line();
                let other = self.other("");
                if self.log().exists() {
                    fs::rename(self.log(), other).unwrap();
                }
            }
            // Rotation by copying and cutting off.
            9 => {
                self.finish_line();
                let other = self.other("");
                if self.log().exists() {
                    fs::copy(self.log(), other).unwrap();
                    OpenOptions::new().write(true).truncate(true).open(self.log()).unwrap();
                }
            }
            // A compressed file appears.
            10 => {
                let path = self.other(".json.gz");
                let text: String = (0..3).map(|_| self.next()).collect();
                let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
                gzip.write_all(text.as_bytes()).unwrap();
                fs::write(path, gzip.finish().unwrap()).unwrap();
            }
            // One appears in two halves, and a document over several lines in a folder of its own.
            11 => {
                let path = self.other(".json.gz");
                let text: String = (0..3).map(|_| self.next()).collect();
                let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
                gzip.write_all(text.as_bytes()).unwrap();
                let packed = gzip.finish().unwrap();
                fs::write(&path, &packed[..packed.len() / 2]).unwrap();
                std::thread::sleep(Duration::from_millis(self.random.below(300)));
                OpenOptions::new().append(true).open(path).unwrap().write_all(&packed[packed.len() / 2..]).unwrap();
                let below = self.folder.join(format!("day{}", self.rotated));
                fs::create_dir(&below).unwrap();
                let list = format!("[\n{},\n{}]\n", self.next().trim(), self.next().trim());
                fs::write(below.join("records.json"), list).unwrap();
            }
            // A rotated file is compressed.
            _ => {
                let rotated = fs::read_dir(&self.folder)
                    .unwrap()
                    .flatten()
                    .map(|entry| entry.path())
                    .find(|path| path.extension().is_some_and(|end| end.to_string_lossy().parse::<u64>().is_ok()));
                if let Some(path) = rotated {
                    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
                    gzip.write_all(&fs::read(&path).unwrap()).unwrap();
                    fs::write(path.with_extension(format!("{}.gz", self.rotated + 1000)), gzip.finish().unwrap())
                        .unwrap();
                    fs::remove_file(path).unwrap();
                    self.rotated += 1;
                }
            }
        }
    }
}

fn rules(folder: &Path) -> PathBuf {
    let rules = folder.join("rules");
    fs::create_dir(&rules).unwrap();
    let put = |name: &str, text: &str| fs::write(rules.join(name), text).unwrap();
    put("bad.esql", "FROM * METADATA _id, _index, _version | WHERE event.action == \"bad\" | KEEP event.id");
    put("bad.toml", "[rule]\nrule_id = \"bad\"\nname = \"bad\"\nrisk_score = 1\nseverity = \"low\"\n");
    put("many.esql", "FROM * | STATS n = COUNT(*), since = MIN(@timestamp) BY user.name | WHERE n >= 5");
    put(
        "many.toml",
        "[rule]\nrule_id = \"many\"\nname = \"many\"\nrisk_score = 1\nseverity = \"low\"\ninterval = \"30s\"\nfrom = \"now-30s\"\n",
    );
    put(
        "quiet.esql",
        "FROM * METADATA _id, _index, _version | WHERE event.action == \"bad\" | KEEP event.id, user.name",
    );
    put(
        "quiet.toml",
        "[rule]\nrule_id = \"quiet\"\nname = \"quiet\"\n[rule.alert_suppression]\ngroup_by = [\"user.name\"]\n\
         duration = { value = 60, unit = \"s\" }\n",
    );
    rules
}

/// Runs over the state of `folder`, with a lateness that covers no more than what is written out of order.
fn start(rules: &Path, logs: &Path, folder: &Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_quarry"))
        .arg("run")
        .arg(rules)
        .arg("-i")
        .arg(format!("app={}", logs.display()))
        .args(["--follow", "--quiet", "--lateness", "10s", "--state"])
        .arg(folder.join("state"))
        .arg("--output")
        .arg(folder.join("alerts.ndjson"))
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn alerts(folder: &Path) -> Vec<Value> {
    let text = fs::read_to_string(folder.join("alerts.ndjson")).unwrap_or_default();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn of_rule<'a>(alerts: &'a [Value], rule: &str) -> Vec<&'a Value> {
    alerts.iter().filter(|alert| alert["kibana.alert.rule.rule_id"] == rule).collect()
}

fn wait_until(child: &mut Child, mut done: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !done() {
        assert!(begun.elapsed() < Duration::from_secs(60), "the alerts don't come");
        assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn terminate(mut child: Child) {
    Command::new("kill").arg("-TERM").arg(child.id().to_string()).status().unwrap();
    let status = child.wait().unwrap();
    assert!(status.code().is_some_and(|code| code < 2), "it didn't stop cleanly: {status}");
}

fn killed_at_random(seed: u64) {
    let folder = tempfile::tempdir().unwrap();
    let logs = folder.path().join("logs");
    fs::create_dir(&logs).unwrap();
    let rules = rules(folder.path());
    let mut writer = Logs { folder: logs.clone(), random: Random(seed), written: 0, rotated: 0, rest: String::new() };
    for _ in 0..16 {
        let mut child = start(&rules, &logs, folder.path());
        // Some are killed before they have begun.
        let until = Instant::now() + Duration::from_millis(20 + writer.random.below(580));
        while Instant::now() < until {
            writer.step();
            std::thread::sleep(Duration::from_millis(5 + writer.random.below(30)));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        // Things go on while it is down.
        for _ in 0..writer.random.below(4) {
            writer.step();
        }
    }
    writer.finish_line();
    // An event of much later ends all windows.
    let last = writer.written;
    writer.append(
        "{\"@timestamp\":\"2026-01-15T20:00:00Z\",\"event\":{\"action\":\"end\"},\"user\":{\"name\":\"end\"}}\n",
    );
    let bad: Vec<u64> = (1..=last).filter(|number| number % 7 == 0).collect();
    let many = windows(last);
    let child = start(&rules, &logs, folder.path());
    let begun = Instant::now();
    let is_all = |alerts: &[Value]| {
        let of = |rule| of_rule(alerts, rule).len();
        of("bad") >= bad.len() && of("many") >= many.len() && events_in_groups(alerts) == bad.len() as u64
    };
    // What is missing is told below.
    while begun.elapsed() < Duration::from_secs(30) && !is_all(&alerts(folder.path())) {
        std::thread::sleep(Duration::from_millis(50));
    }
    // What comes twice would come now.
    std::thread::sleep(Duration::from_millis(700));
    terminate(child);

    let alerts = alerts(folder.path());
    let mut ids: Vec<String> =
        alerts.iter().map(|alert| format!("{} {}", alert["kibana.alert.uuid"], of_group(alert))).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), alerts.len(), "seed {seed}: an id came twice");
    let mut numbers: Vec<u64> =
        of_rule(&alerts, "bad").iter().map(|alert| alert["event.id"].as_str().unwrap().parse().unwrap()).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, bad, "seed {seed}");
    let mut groups: Vec<(String, u64)> = of_rule(&alerts, "many")
        .iter()
        .map(|alert| {
            (
                format!("{} {}", alert["user.name"].as_str().unwrap(), alert["since"].as_str().unwrap()),
                alert["n"].as_u64().unwrap(),
            )
        })
        .collect();
    groups.sort();
    assert_eq!(groups, many, "seed {seed}");
    assert_eq!(events_in_groups(&alerts), bad.len() as u64, "seed {seed}: each is in one group");
    let suppressed = of_rule(&alerts, "quiet").iter().filter(|alert| of_group(alert) != &Value::from(0)).count();
    assert!(suppressed > 0, "seed {seed}");
}

/// How many events the alerts of the rule with suppression stand for. The last line of an alert tells what became part
/// of it; which event is the first of its group depends on which was read first.
fn events_in_groups(alerts: &[Value]) -> u64 {
    let number = |alert: &Value| alert["kibana.alert.uuid"].to_string();
    let told: BTreeMap<String, u64> = of_rule(alerts, "quiet")
        .into_iter()
        .map(|alert| (number(alert), 1 + of_group(alert).as_u64().unwrap()))
        .collect();
    told.values().sum()
}

/// How many others an alert stands for.
fn of_group(alert: &Value) -> &Value {
    &alert["kibana.alert.suppression.docs_count"]
}

/// The groups of each window, worked out from the events alone: windows end every 30 seconds and hold both ends.
fn windows(last: u64) -> Vec<(String, u64)> {
    let mut found = Vec::new();
    let mut end = START;
    while end < START + last as i64 + 30 {
        let mut groups: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
        for number in 1..=last {
            let time = START + number as i64;
            if time >= end - 30 && time <= end {
                groups.entry(number % 5).or_default().push(number);
            }
        }
        for (user, numbers) in groups.into_iter().filter(|(_, numbers)| numbers.len() >= 5) {
            let time: Value = serde_json::from_str(&event(numbers[0])).unwrap();
            let time = time["@timestamp"].as_str().unwrap().replace('Z', ".000Z");
            found.push((format!("u{user} {time}"), numbers.len() as u64));
        }
        end += 30;
    }
    found.sort();
    found
}

#[test]
fn nothing_is_lost_or_repeated_whenever_it_is_killed() {
    for seed in [1, 2, 3] {
        killed_at_random(seed);
    }
}

#[test]
fn a_followed_file_is_followed_through_its_rotation() {
    let folder = tempfile::tempdir().unwrap();
    let rules = rules(folder.path());
    let log = folder.path().join("app.log");
    let mut child = start(&rules, &log, folder.path());
    let write = |text: &str| {
        OpenOptions::new().create(true).append(true).open(&log).unwrap().write_all(text.as_bytes()).unwrap()
    };
    let count = || of_rule(&alerts(folder.path()), "bad").len();
    write(&event(7));
    wait_until(&mut child, || count() == 1);
    write(&event(14));
    fs::rename(&log, folder.path().join("app.log.1")).unwrap();
    write(&event(21));
    wait_until(&mut child, || count() == 3);
    write(&event(28));
    fs::copy(&log, folder.path().join("app.log.2")).unwrap();
    OpenOptions::new().write(true).truncate(true).open(&log).unwrap();
    write(&event(35));
    wait_until(&mut child, || count() == 5);
    terminate(child);
}

#[test]
fn standard_input_alerts_as_it_comes() {
    let folder = tempfile::tempdir().unwrap();
    let rules = rules(folder.path());
    let mut child = Command::new(env!("CARGO_BIN_EXE_quarry"))
        .args(["run", rules.join("bad.esql").to_str().unwrap(), "-i", "app=-", "--follow", "--quiet"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut output = std::io::BufReader::new(child.stdout.take().unwrap());
    for number in [7, 14] {
        let begun = Instant::now();
        input.write_all(event(number).as_bytes()).unwrap();
        let mut line = String::new();
        std::io::BufRead::read_line(&mut output, &mut line).unwrap();
        let alert: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(alert["event.id"], number.to_string());
        assert!(begun.elapsed() < Duration::from_secs(5), "it took {:?}", begun.elapsed());
    }
    drop(input);
    assert_eq!(child.wait().unwrap().code(), Some(1));
}

/// What `quarry run` says of what came on its standard input.
fn followed(arguments: &[&str], text: &str) -> (Vec<Value>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_quarry"));
    fed(command.arg("run").args(arguments).args(["-i", "app=-", "--follow"]), text)
}

#[test]
fn an_alert_holds_its_event_as_in_a_batch() {
    let folder = tempfile::tempdir().unwrap();
    let rule = rules(folder.path()).join("bad.esql");
    let (alerts, _) = followed(&[rule.to_str().unwrap()], &event(7));
    assert_eq!(alerts.len(), 1);
    assert_eq!(alerts[0]["user.name"], "u2", "a field that the query doesn't keep");
    assert_eq!(alerts[0]["kibana.alert.original_event.action"], "bad");
}

#[test]
fn suppression_lasts_beyond_what_is_read_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("quiet.esql");
    fs::write(&path, "FROM app METADATA _id, _index, _version | WHERE event.action == \"bad\" | KEEP user.name")
        .unwrap();
    let suppression = "alert_suppression = { group_by = [\"user.name\"], duration = { value = 1, unit = \"h\" } }";
    fs::write(path.with_extension("toml"), format!("[rule]\nrule_id = \"quiet\"\nname = \"quiet\"\n{suppression}\n"))
        .unwrap();
    let logs = folder.path().join("logs");
    fs::create_dir(&logs).unwrap();
    let write = |number: u64| {
        let mut file = OpenOptions::new().create(true).append(true).open(logs.join("app.log")).unwrap();
        file.write_all(event(number).as_bytes()).unwrap();
    };
    // Users 2 and 4; each event comes in a process of its own.
    for number in [7, 14, 42, 49, 77] {
        write(number);
        let mut child = start(&path, &logs, folder.path());
        let state = folder.path().join("state/state.json");
        let before = fs::read_to_string(&state).unwrap_or_default();
        wait_until(&mut child, || fs::read_to_string(&state).is_ok_and(|now| now != before));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let mut child = start(&path, &logs, folder.path());
    wait_until(&mut child, || alerts(folder.path()).len() >= 2);
    // What comes once too often would come now.
    std::thread::sleep(Duration::from_millis(700));
    terminate(child);
    let users: Vec<String> = alerts(folder.path()).iter().map(|alert| alert["user.name"].to_string()).collect();
    assert_eq!(users, ["\"u2\"", "\"u4\""]);
}

#[test]
fn a_group_that_grows_alerts_as_often_as_in_a_scheduled_run() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("many.esql");
    fs::write(&path, "FROM app | STATS n = COUNT(*) BY user.name | WHERE n >= 3").unwrap();
    let schedule = "interval = \"30s\"\nfrom = \"now-2m\"";
    fs::write(path.with_extension("toml"), format!("[rule]\nrule_id = \"many\"\nname = \"many\"\n{schedule}\n"))
        .unwrap();
    let text: String = (1..600).filter(|number| number % 7 != 3 && number % 100 < 60).map(event).collect();
    let logs = folder.path().join("app.ndjson");
    fs::write(&logs, &text).unwrap();
    let rule = path.to_str().unwrap();
    let told = |alerts: Vec<Value>| -> Vec<String> {
        alerts.iter().map(|alert| format!("{} {}", alert["user.name"], alert["n"])).collect()
    };
    let mut command = Command::new(env!("CARGO_BIN_EXE_quarry"));
    let input = format!("app={}", logs.display());
    let (scheduled, _) = fed(command.args(["run", rule, "-i", &input, "--scheduled", "--format", "ndjson"]), "");
    let (mut followed, mut scheduled) = (told(followed(&[rule], &text).0), told(scheduled));
    assert!(scheduled.len() > 20, "{scheduled:?}");
    followed.sort();
    scheduled.sort();
    assert_eq!(followed, scheduled);
}

#[test]
fn exceptions_and_lists_beside_rules_count_while_following() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("listed.esql");
    fs::create_dir(folder.path().join("lookups")).unwrap();
    fs::write(folder.path().join("lookups/watched.csv"), "user.name,why\nu2,left\nu4,left\n").unwrap();
    let query = "FROM * METADATA _id, _index, _version | LOOKUP JOIN watched ON user.name | WHERE why IS NOT NULL";
    fs::write(&path, query).unwrap();
    let harmless = folder.path().join("harmless.ndjson");
    let item = r#"{"list_id":"l","item_id":"i","name":"u4 is known","type":"simple","entries":[{"field":"user.name","operator":"included","type":"match","value":"u4"}]}"#;
    fs::write(&harmless, item).unwrap();
    let text = event(1) + &event(2) + &event(4);
    let (alerts, _) = followed(&[path.to_str().unwrap()], &text);
    let users = |alerts: &[Value]| alerts.iter().map(|alert| alert["user.name"].to_string()).collect::<Vec<_>>();
    assert_eq!(users(&alerts), ["\"u2\"", "\"u4\""]);
    let (alerts, _) = followed(&[path.to_str().unwrap(), "--exceptions", harmless.to_str().unwrap()], &text);
    assert_eq!(users(&alerts), ["\"u2\""]);
}

#[test]
fn a_rule_over_another_index_is_not_silent() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("elsewhere.esql");
    fs::write(&path, "FROM logs-elsewhere-* | WHERE event.action == \"bad\"").unwrap();
    let (alerts, told) = followed(&[path.to_str().unwrap()], &event(7));
    assert!(alerts.is_empty());
    assert!(told.contains("there is no input for 1 rule"), "{told}");
}

#[test]
fn a_file_that_is_cut_off_is_read_from_its_beginning() {
    let folder = tempfile::tempdir().unwrap();
    let rules = rules(folder.path());
    let log = folder.path().join("app.log");
    fs::write(&log, event(7)).unwrap();
    let mut child = start(&rules, &log, folder.path());
    let count = || of_rule(&alerts(folder.path()), "bad").len();
    wait_until(&mut child, || count() == 1);
    // At once longer than before, so that only the content tells that it isn't what was read.
    fs::write(&log, event(14) + &event(21) + &event(28)).unwrap();
    wait_until(&mut child, || count() == 4);
    fs::write(&log, event(35)).unwrap();
    wait_until(&mut child, || count() == 5);
    terminate(child);
    let mut numbers: Vec<String> =
        of_rule(&alerts(folder.path()), "bad").iter().map(|alert| alert["event.id"].to_string()).collect();
    numbers.sort();
    assert_eq!(numbers, ["\"14\"", "\"21\"", "\"28\"", "\"35\"", "\"7\""]);
}

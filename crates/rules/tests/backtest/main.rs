//! Scheduled runs against an oracle that knows nothing of the engine: it goes through every window and every event.
#![allow(clippy::unwrap_used)]

mod model;

use std::collections::HashSet;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;

use model::{Event, Exception, Expected, Settings, Suppression};
use proptest::prelude::*;
use quarry::{Engine, EngineOptions, Input, Session};
use quarry_rules::{
    Alert, BacktestOptions, Exceptions, Rule, RuleBacktest, RunOptions, WindowEvent as Handed, backtest, load, search,
};

const MINUTE: i64 = 60_000;
const START: i64 = 1_767_225_600_000;

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = (0..120_i64, proptest::option::weighted(0.8, 0..3_u8), 0..4_i64, proptest::option::of(0..15_i64));
    proptest::collection::vec(event.prop_map(|(minute, user, n, ingested)| Event { minute, user, n, ingested }), 1..40)
}

fn settings() -> impl Strategy<Value = Settings> {
    let suppression = (proptest::option::of(1..60_i64), any::<bool>())
        .prop_map(|(duration, groups_missing)| Suppression { duration, groups_missing });
    let exception = prop_oneof![
        (0..3_u8).prop_map(Exception::User),
        Just(Exception::Made(20)),
        (2..5_i64).prop_map(Exception::Made)
    ];
    (
        (1..20_i64, 1..40_i64, prop_oneof![Just(0), 0..15_i64]),
        1..6_usize,
        proptest::option::of(suppression),
        any::<[bool; 3]>(),
        proptest::collection::vec(exception, 0..3),
        (0..60_i64, 0..100_i64),
    )
        .prop_map(|((interval, length, delay), max_signals, suppression, flags, exceptions, (from, range))| {
            Settings {
                interval,
                look_back: delay + length,
                delay,
                max_signals,
                suppression,
                by_ingested: flags[0],
                falls_back: flags[1],
                as_reference: flags[2],
                exceptions,
                from,
                to: from + range,
            }
        })
}

/// Every five minutes over five minutes of the first hour.
fn plain() -> Settings {
    Settings {
        interval: 5,
        look_back: 5,
        delay: 0,
        max_signals: 10,
        suppression: None,
        by_ingested: false,
        falls_back: true,
        as_reference: false,
        exceptions: Vec::new(),
        from: 0,
        to: 60,
    }
}

struct Files {
    folder: tempfile::TempDir,
}

impl Files {
    fn new(events: &[Event]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut file = std::fs::File::create(folder.path().join("app.ndjson")).unwrap();
        for (place, event) in events.iter().enumerate() {
            let time = |minute: i64| quarry::format_time(START + minute * MINUTE);
            let mut fields = serde_json::json!({ "@timestamp": time(event.minute), "n": event.n, "seq": place });
            if let Some(user) = event.user {
                fields["user"] = serde_json::json!({ "name": format!("u{user}") });
            }
            if let Some(late) = event.ingested {
                fields["event"] = serde_json::json!({ "ingested": time(event.minute + late) });
            }
            writeln!(file, "{fields}").unwrap();
        }
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn rule(&self, query: &str, settings: &Settings) -> Rule {
        let Settings { interval, look_back, delay, max_signals, falls_back, .. } = settings;
        let mut text = format!(
            "[rule]\nname = \"rule\"\nrule_id = \"rule\"\nquery = '''{query}'''\nlanguage = \"esql\"\ntype = \"esql\"\n\
             interval = \"{interval}m\"\nfrom = \"now-{look_back}m\"\nto = \"now-{delay}m\"\nmax_signals = {max_signals}\n"
        );
        if settings.by_ingested {
            text.push_str("timestamp_override = \"event.ingested\"\n");
            text.push_str(&format!("timestamp_override_fallback_disabled = {}\n", !falls_back));
        }
        if let Some(Suppression { duration, groups_missing }) = settings.suppression {
            let strategy = if groups_missing { "suppress" } else { "doNotSuppress" };
            text.push_str(&format!(
                "[rule.alert_suppression]\ngroup_by = [\"user.name\"]\nmissing_fields_strategy = \"{strategy}\"\n"
            ));
            if let Some(minutes) = duration {
                text.push_str(&format!("duration = {{ value = {minutes}, unit = \"m\" }}\n"));
            }
        }
        std::fs::write(self.path("rule.toml"), text).unwrap();
        let mut loaded = load(&[self.path("rule.toml")]);
        assert!(loaded.errors.is_empty(), "{:?}", loaded.errors);
        loaded.rules.remove(0)
    }

    fn options(&self, settings: &Settings) -> RunOptions {
        let item = |exception: &Exception| {
            let (field, value) = match exception {
                Exception::User(user) => ("user.name", format!("u{user}")),
                Exception::Made(value) => ("Esql.made", value.to_string()),
            };
            let entry = serde_json::json!({ "field": field, "operator": "included", "type": "match", "value": value });
            format!("{}\n", serde_json::json!({ "name": "harmless", "type": "simple", "entries": [entry] }))
        };
        std::fs::write(self.path("exceptions"), settings.exceptions.iter().map(item).collect::<String>()).unwrap();
        let exceptions = Exceptions::load(&[self.path("exceptions")], &[]).unwrap();
        RunOptions { events: true, exceptions: Arc::new(exceptions), unsuppressed: false }
    }

    fn engine(&self) -> Engine {
        let path = self.path("app.ndjson");
        Engine::open(&[Input::new(path.to_string_lossy())], EngineOptions::default()).unwrap()
    }

    fn run(&self, query: &str, settings: &Settings) -> (Vec<Alert>, RuleBacktest) {
        let rules = [self.rule(query, settings)];
        let options = BacktestOptions {
            from: Some(START + settings.from * MINUTE),
            to: Some(START + settings.to * MINUTE),
            as_reference: settings.as_reference,
            run: self.options(settings),
        };
        let mut alerts = Vec::new();
        let mut runs = None;
        backtest(&rules, &self.engine(), &session(), &options, &mut |_, event| {
            match event {
                Handed::Alert(alert) => alerts.push(*alert),
                Handed::Done(done) => runs = Some(*done.unwrap()),
            }
            ControlFlow::Continue(())
        });
        (alerts, runs.unwrap())
    }

    /// The alerts of one search over everything.
    fn search(&self, query: &str, settings: &Settings) -> Vec<Alert> {
        let rule = self.rule(query, settings);
        let mut alerts = Vec::new();
        search(&rule, &self.engine(), &session(), &self.options(settings), &mut |alert| {
            alerts.push(alert);
            ControlFlow::Continue(())
        })
        .unwrap();
        alerts
    }
}

fn session() -> Session {
    Session { threads: 1, ..Session::default() }
}

/// How many others became part of an alert.
fn members(alert: &Alert) -> u64 {
    alert.document.get("kibana.alert.suppression.docs_count").and_then(|count| count.as_u64()).unwrap_or(0)
}

fn place(alert: &Alert) -> (usize, u64) {
    (alert.row["seq"].as_u64().unwrap() as usize, members(alert))
}

fn group(alert: &Alert) -> (model::Group, u64) {
    let user = alert.row.get("user.name").map(|name| name.as_str().unwrap()[1..].parse().unwrap());
    (((alert.time - START) / MINUTE, user, alert.row["Esql.made"].as_u64().unwrap()), members(alert))
}

fn given<Row>(alerts: &[Alert], runs: &RuleBacktest, row: impl Fn(&Alert) -> (Row, u64)) -> Expected<Row> {
    Expected {
        alerts: alerts.iter().map(row).collect(),
        duplicates: runs.duplicates,
        suppressed: runs.suppressed,
        cut: runs.cut,
    }
}

const EVENTS: &str = "FROM app METADATA _id, _version, _index | WHERE n >= 2 | EVAL Esql.made = n * 10 \
                      | KEEP seq, user.name, Esql.made, _id, _version, _index";
const GROUPS: &str =
    "FROM app | STATS Esql.made = COUNT(*) BY user.name | WHERE Esql.made >= 2 | SORT user.name NULLS LAST";

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn every_event_is_an_alert_once(events in events(), settings in settings()) {
        let (alerts, runs) = Files::new(&events).run(EVENTS, &settings);
        // With suppression an alert is given away when its group is closed, but in order.
        prop_assert_eq!(given(&alerts, &runs, place), model::events(&events, &settings));
        prop_assert_eq!(runs.alerts as usize, alerts.len());
        prop_assert_eq!(runs.runs as usize, settings.runs().len());
        let undated = events.iter().filter(|event| event.time(&settings).is_none()).count();
        prop_assert!(runs.undated <= undated, "only those that the query looks at are counted");
        let uuids: HashSet<&str> = alerts.iter().map(|alert| alert.uuid.as_str()).collect();
        prop_assert_eq!(uuids.len(), alerts.len());
    }

    #[test]
    fn a_group_alerts_once_while_windows_overlap(events in events(), settings in settings()) {
        let (alerts, runs) = Files::new(&events).run(GROUPS, &settings);
        prop_assert_eq!(given(&alerts, &runs, group), model::groups(&events, &settings));
        let uuids: HashSet<&str> = alerts.iter().map(|alert| alert.uuid.as_str()).collect();
        prop_assert_eq!(uuids.len(), alerts.len());
    }

    #[test]
    fn one_search_groups_by_the_time_of_the_events(events in events(), settings in settings()) {
        let alerts = Files::new(&events).search(EVENTS, &settings);
        let mut got: Vec<(usize, u64)> = alerts.iter().map(place).collect();
        let mut expected = model::search(&events, &settings);
        got.sort_unstable();
        expected.sort_unstable();
        prop_assert_eq!(got, expected);
    }
}

#[test]
fn events_without_the_time_of_the_rule_are_grouped_by_their_timestamps() {
    let suppression = Some(Suppression { duration: Some(10), groups_missing: true });
    let settings = Settings { suppression, by_ingested: true, falls_back: false, ..plain() };
    // In the file, the first of them comes last.
    let event = |minute, ingested| Event { minute, user: Some(0), n: 2, ingested };
    let events = [event(30, None), event(11, None), event(2, Some(3)), event(0, None)];
    let alerts = Files::new(&events).search(EVENTS, &settings);
    assert_eq!(alerts.iter().map(place).collect::<Vec<_>>(), [(3, 1), (1, 0), (0, 0)]);
    let (alerts, runs) = Files::new(&events).run(EVENTS, &settings);
    assert_eq!(alerts.iter().map(place).collect::<Vec<_>>(), [(2, 0)], "no window of a schedule holds them");
    assert_eq!(runs.undated, 3);
}

#[test]
fn a_count_of_nothing_is_a_row_in_every_window() {
    let settings = Settings { as_reference: true, ..plain() };
    let events = [Event { minute: 7, user: None, n: 0, ingested: None }];
    let (alerts, runs) = Files::new(&events).run("FROM app | STATS c = COUNT(*) | WHERE c == 0", &settings);
    assert_eq!((runs.runs, runs.evaluated), (12, 12));
    assert_eq!(alerts.len(), 11);
}

#[test]
fn a_group_that_lasts_alerts_in_each_of_windows_that_only_touch() {
    let event = |minute| Event { minute, user: Some(0), n: 2, ingested: None };
    let events: Vec<Event> = [1, 2, 6, 7, 11, 12].map(event).into();
    let (alerts, runs) = Files::new(&events).run(GROUPS, &plain());
    assert_eq!((alerts.len(), runs.duplicates), (3, 0));
    let (alerts, _) = Files::new(&events).run(GROUPS, &Settings { look_back: 6, ..plain() });
    assert_eq!(alerts.len(), 2, "that of the second window is one with that of the first");
}

#[test]
fn a_query_after_in_has_the_window_of_the_run() {
    let settings = Settings { interval: 10, look_back: 10, ..plain() };
    let event = |minute, user, n| Event { minute, user: Some(user), n, ingested: None };
    // The first user's other event is in another window.
    let events = [event(5, 0, 2), event(15, 0, 3), event(25, 1, 2), event(26, 1, 3)];
    let query = "FROM app METADATA _id, _version, _index \
                 | WHERE n == 3 AND user.name IN (FROM app | WHERE n == 2 | KEEP user.name) \
                 | EVAL Esql.made = n * 10 | KEEP seq, user.name, Esql.made, _id, _version, _index";
    let (alerts, _) = Files::new(&events).run(query, &settings);
    assert_eq!(alerts.iter().map(place).collect::<Vec<_>>(), [(3, 0)]);
}

#[test]
fn the_clock_is_that_of_each_run() {
    let settings = Settings { look_back: 60, ..plain() };
    let events: Vec<Event> = (0..4).map(|i| Event { minute: i * 10, user: None, n: i, ingested: None }).collect();
    let query = "FROM app METADATA _id, _version, _index | EVAL age = DATE_DIFF(\"minutes\", @timestamp, NOW()) \
                 | WHERE age >= 20 | KEEP seq, age, _id, _version, _index";
    let (alerts, _) = Files::new(&events).run(query, &settings);
    let ages: Vec<u64> = alerts.iter().map(|alert| alert.row["age"].as_u64().unwrap()).collect();
    assert_eq!(ages, [20, 20, 20, 20]);
}

//! Scheduled runs against an oracle that knows nothing of the engine: it goes through every window and every event.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Write;
use std::ops::ControlFlow;

use proptest::prelude::*;
use quarry::{Engine, EngineOptions, Input, Session};
use quarry_rules::{Alert, BacktestOptions, Rule, RuleBacktest, WindowEvent as Handed, backtest, load};

const MINUTE: i64 = 60_000;
const START: i64 = 1_767_225_600_000;

#[derive(Clone, Debug)]
struct Event {
    /// Minutes after the start.
    minute: i64,
    user: Option<u8>,
    n: i64,
    /// Minutes by which it arrived later, where that is known.
    ingested: Option<i64>,
}

#[derive(Clone, Debug)]
struct Settings {
    interval: i64,
    look_back: i64,
    max_signals: usize,
    /// Minutes, or 0 for a group by run; no suppression without.
    suppression: Option<i64>,
    groups_missing: bool,
    by_ingested: bool,
    as_reference: bool,
    from: i64,
    to: i64,
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = (0..120_i64, proptest::option::weighted(0.8, 0..3_u8), 0..4_i64, proptest::option::of(0..15_i64));
    proptest::collection::vec(event.prop_map(|(minute, user, n, ingested)| Event { minute, user, n, ingested }), 0..40)
}

fn settings() -> impl Strategy<Value = Settings> {
    let suppression = proptest::option::of(prop_oneof![Just(0_i64), 1..60_i64]);
    (1..20_i64, 1..40_i64, 1..6_usize, suppression, any::<[bool; 3]>(), 0..60_i64, 0..100_i64).prop_map(
        |(interval, look_back, max_signals, suppression, flags, from, length)| Settings {
            interval,
            look_back,
            max_signals,
            suppression,
            groups_missing: flags[0],
            by_ingested: flags[1],
            as_reference: flags[2],
            from,
            to: from + length,
        },
    )
}

impl Event {
    fn time(&self, settings: &Settings) -> i64 {
        match self.ingested {
            Some(late) if settings.by_ingested => self.minute + late,
            _ => self.minute,
        }
    }
}

/// The ends of all windows, in minutes.
fn ends(settings: &Settings) -> Vec<i64> {
    let mut ends = Vec::new();
    let mut now = settings.from;
    loop {
        now += settings.interval;
        ends.push(now);
        if now >= settings.to {
            return ends;
        }
    }
}

/// The events of a window with their places in the file, by time.
fn inside<'e>(events: &'e [Event], settings: &Settings, now: i64) -> Vec<(usize, &'e Event)> {
    let mut inside: Vec<(usize, &Event)> = events
        .iter()
        .enumerate()
        .filter(|(_, event)| (now - settings.look_back..=now).contains(&event.time(settings)))
        .collect();
    inside.sort_by_key(|(place, event)| (event.time(settings), *place));
    inside
}

/// The events that are alerts, each with the number of those suppressed under it.
fn expected_events(events: &[Event], settings: &Settings) -> Vec<(usize, u64)> {
    struct Group {
        alert: usize,
        start: i64,
        run: usize,
    }
    let mut alerts: Vec<(usize, u64)> = Vec::new();
    let mut seen: HashSet<usize> = HashSet::new();
    let mut groups: HashMap<Option<u8>, Group> = HashMap::new();
    for (run, now) in ends(settings).into_iter().enumerate() {
        let (mut made, mut added) = (0, 0);
        for (place, event) in inside(events, settings, now) {
            if event.n < 2 || seen.contains(&place) {
                continue;
            }
            let grouped = settings.suppression.filter(|_| event.user.is_some() || settings.groups_missing);
            let open = grouped.and_then(|minutes| {
                groups.get_mut(&event.user).filter(|group| match minutes {
                    0 => group.run == run,
                    minutes => now - minutes <= group.start,
                })
            });
            if let Some(group) = open {
                if settings.as_reference && added >= settings.max_signals {
                    continue;
                }
                added += 1;
                alerts[group.alert].1 += 1;
                group.start = group.start.min(event.time(settings));
                seen.insert(place);
                continue;
            }
            if made >= settings.max_signals {
                continue;
            }
            made += 1;
            seen.insert(place);
            if grouped.is_some() {
                let group = Group { alert: alerts.len(), start: event.time(settings), run };
                groups.insert(event.user, group);
            }
            alerts.push((place, 0));
        }
    }
    alerts
}

/// The groups that are alerts: window, user and count.
fn expected_groups(events: &[Event], settings: &Settings) -> Vec<(i64, Option<u8>, u64)> {
    let mut alerts = Vec::new();
    let mut last: HashMap<Option<u8>, i64> = HashMap::new();
    for now in ends(settings) {
        let mut counts: BTreeMap<Option<u8>, u64> = BTreeMap::new();
        for (_, event) in inside(events, settings, now) {
            *counts.entry(event.user).or_default() += 1;
        }
        for (user, count) in counts {
            if count < 2 {
                continue;
            }
            let overlaps = last.get(&user).is_some_and(|end| now - settings.look_back <= *end);
            if settings.as_reference || !overlaps {
                last.insert(user, now);
                alerts.push((now, user, count));
            }
        }
    }
    alerts.sort();
    alerts
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

    fn rule(&self, query: &str, settings: &Settings) -> Rule {
        let path = self.folder.path().join("rule.toml");
        let mut text = format!(
            "[rule]\nname = \"rule\"\nrule_id = \"rule\"\nquery = '''{query}'''\nlanguage = \"esql\"\ntype = \"esql\"\n\
             interval = \"{}m\"\nfrom = \"now-{}m\"\nmax_signals = {}\n",
            settings.interval, settings.look_back, settings.max_signals
        );
        if settings.by_ingested {
            text.push_str("timestamp_override = \"event.ingested\"\n");
        }
        if let Some(minutes) = settings.suppression.filter(|_| query.contains("METADATA")) {
            let strategy = if settings.groups_missing { "suppress" } else { "doNotSuppress" };
            text.push_str(&format!(
                "[rule.alert_suppression]\ngroup_by = [\"user.name\"]\nmissing_fields_strategy = \"{strategy}\"\n"
            ));
            if minutes > 0 {
                text.push_str(&format!("duration = {{ value = {minutes}, unit = \"m\" }}\n"));
            }
        }
        std::fs::write(&path, text).unwrap();
        let mut loaded = load(&[path]);
        assert!(loaded.errors.is_empty(), "{:?}", loaded.errors);
        loaded.rules.remove(0)
    }

    fn run(&self, query: &str, settings: &Settings) -> (Vec<Alert>, RuleBacktest) {
        let rules = [self.rule(query, settings)];
        let path = self.folder.path().join("app.ndjson");
        let engine = Engine::open(&[Input::new(path.to_string_lossy())], EngineOptions::default()).unwrap();
        let options = BacktestOptions {
            from: Some(START + settings.from * MINUTE),
            to: Some(START + settings.to * MINUTE),
            as_reference: settings.as_reference,
            ..BacktestOptions::default()
        };
        let mut alerts = Vec::new();
        let mut runs = None;
        backtest(&rules, &engine, &Session { threads: 1, ..Session::default() }, &options, &mut |_, event| {
            match event {
                Handed::Alert(alert) => alerts.push(*alert),
                Handed::Done(done) => runs = Some(*done.unwrap()),
            }
            ControlFlow::Continue(())
        });
        (alerts, runs.unwrap())
    }
}

const EVENTS: &str =
    "FROM app METADATA _id, _version, _index | WHERE n >= 2 | KEEP seq, user.name, n, _id, _version, _index";
const GROUPS: &str = "FROM app | STATS c = COUNT(*) BY user.name | WHERE c >= 2";

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn every_event_is_an_alert_once(events in events(), settings in settings()) {
        prop_assume!(!events.is_empty());
        let (alerts, runs) = Files::new(&events).run(EVENTS, &settings);
        let mut got: Vec<(usize, u64)> = alerts
            .iter()
            .map(|alert| {
                let suppressed = alert.document.get("kibana.alert.suppression.docs_count").and_then(|n| n.as_u64());
                (alert.row["seq"].as_u64().unwrap() as usize, suppressed.unwrap_or(0))
            })
            .collect();
        let expected = expected_events(&events, &settings);
        // With suppression an alert is given away when its group is closed, but in order.
        prop_assert_eq!(&got, &expected);
        prop_assert_eq!(runs.alerts as usize, expected.len());
        prop_assert_eq!(runs.runs as usize, ends(&settings).len());
        got.sort_unstable();
        got.dedup_by_key(|(seq, _)| *seq);
        prop_assert_eq!(got.len(), alerts.len());
        let uuids: HashSet<&str> = alerts.iter().map(|alert| alert.uuid.as_str()).collect();
        prop_assert_eq!(uuids.len(), alerts.len());
    }

    #[test]
    fn a_group_alerts_once_while_windows_overlap(events in events(), settings in settings()) {
        prop_assume!(!events.is_empty());
        let settings = Settings { max_signals: 1000, ..settings };
        let (alerts, _) = Files::new(&events).run(GROUPS, &settings);
        let mut got: Vec<(i64, Option<u8>, u64)> = alerts
            .iter()
            .map(|alert| {
                let user = alert.row.get("user.name").map(|name| name.as_str().unwrap()[1..].parse().unwrap());
                ((alert.time - START) / MINUTE, user, alert.row["c"].as_u64().unwrap())
            })
            .collect();
        got.sort();
        prop_assert_eq!(got, expected_groups(&events, &settings));
    }
}

#[test]
fn a_count_of_nothing_is_a_row_in_every_window() {
    let settings = Settings {
        interval: 5,
        look_back: 5,
        max_signals: 10,
        suppression: None,
        groups_missing: true,
        by_ingested: false,
        as_reference: true,
        from: 0,
        to: 60,
    };
    let events = [Event { minute: 7, user: None, n: 0, ingested: None }];
    let (alerts, runs) = Files::new(&events).run("FROM app | STATS c = COUNT(*) | WHERE c == 0", &settings);
    assert_eq!((runs.runs, runs.evaluated), (12, 12));
    assert_eq!(alerts.len(), 11);
}

#[test]
fn the_clock_is_that_of_each_run() {
    let settings = Settings {
        interval: 5,
        look_back: 60,
        max_signals: 10,
        suppression: None,
        groups_missing: true,
        by_ingested: false,
        as_reference: false,
        from: 0,
        to: 60,
    };
    let events: Vec<Event> = (0..4).map(|i| Event { minute: i * 10, user: None, n: i, ingested: None }).collect();
    let query = "FROM app METADATA _id, _version, _index | EVAL age = DATE_DIFF(\"minutes\", @timestamp, NOW()) \
                 | WHERE age >= 20 | KEEP seq, age, _id, _version, _index";
    let (alerts, _) = Files::new(&events).run(query, &settings);
    let ages: Vec<u64> = alerts.iter().map(|alert| alert.row["age"].as_u64().unwrap()).collect();
    assert_eq!(ages, [20, 20, 20, 20]);
}

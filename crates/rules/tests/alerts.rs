//! Alerts end to end: documents, identity, overrides, exceptions, alerts on alerts.
#![allow(clippy::unwrap_used)]

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use quarry::{Engine, EngineOptions, Input, Session};
use quarry_rules::{
    Alert, AlertIndex, BacktestOptions, Exceptions, Rule, RunOptions, WindowEvent, backtest, load, search,
};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn engine(path: &Path) -> Engine {
    Engine::open(&[Input::new(path.to_string_lossy())], EngineOptions::default()).unwrap()
}

fn written(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

fn rule(folder: &Path, table: &str, query: &str) -> Rule {
    let path = written(folder, "rule.toml", &format!("[rule]\nrule_id = \"r\"\nquery = '''{query}'''\n{table}"));
    let mut loaded = load(&[path]);
    assert!(loaded.errors.is_empty(), "{:?}", loaded.errors);
    loaded.rules.remove(0)
}

fn alerts(rule: &Rule, engine: &Engine, options: &RunOptions) -> Vec<Alert> {
    let mut alerts = Vec::new();
    search(rule, engine, &Session::default(), options, &mut |alert| {
        alerts.push(alert);
        ControlFlow::Continue(())
    })
    .unwrap();
    alerts
}

fn with_events() -> RunOptions {
    RunOptions { events: true, ..RunOptions::default() }
}

#[test]
fn an_alert_holds_the_document_that_a_raw_record_becomes() {
    let rules = load(&[root().join("rules/aws_s3_object_encrypted_with_external_kms_key.esql")]).rules;
    let engine = engine(&root().join("examples/cloudtrail"));
    let found = alerts(&rules[0], &engine, &with_events());
    assert!(!found.is_empty());
    for alert in &found {
        let document = &alert.document;
        assert_eq!(document["cloud.provider"], "aws", "{document:?}");
        assert_eq!(document["event.kind"], "signal");
        assert_eq!(document["kibana.alert.original_event.kind"], "event");
        assert_eq!(document["kibana.alert.original_event.action"], document["event.action"]);
        assert_eq!(document["kibana.alert.ancestors"][0]["index"], "logs-aws.cloudtrail-default");
        for (name, value) in alert.row.iter().filter(|(name, _)| !name.starts_with(['_', '@'])) {
            assert_eq!(&document[name], value, "{name}");
        }
        // What `_id` was made of is a place that can be found again.
        let place = engine.locate(alert.carried.id.as_deref().unwrap()).unwrap();
        assert!(place.path.contains("cloudtrail"), "{}", place.path);
    }
}

#[test]
fn an_event_is_the_same_alert_in_every_kind_of_run() {
    let rules = load(&[root().join("rules/aws_s3_object_encrypted_with_external_kms_key.esql")]).rules;
    let engine = engine(&root().join("examples/cloudtrail"));
    let once: HashSet<String> =
        alerts(&rules[0], &engine, &RunOptions::default()).into_iter().map(|alert| alert.uuid).collect();
    for as_reference in [false, true] {
        let options = BacktestOptions { as_reference, ..BacktestOptions::default() };
        let mut scheduled = HashSet::new();
        backtest(&rules[..1], &engine, &Session::default(), &options, &mut |_, event| {
            match event {
                WindowEvent::Alert(alert) => assert!(scheduled.insert(alert.uuid)),
                WindowEvent::Done(done) => assert_eq!(done.unwrap().undated, 0),
            }
            ControlFlow::Continue(())
        });
        assert_eq!(scheduled, once);
    }
}

#[test]
fn values_that_were_taken_apart_are_alerts_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let events = written(folder.path(), "app.ndjson", "{\"@timestamp\":0,\"user.name\":[\"a\",\"b\"]}\n");
    let engine = engine(&events);
    let uuids = |query: &str| -> Vec<String> {
        let rule = rule(folder.path(), "", query);
        alerts(&rule, &engine, &RunOptions::default()).into_iter().map(|alert| alert.uuid).collect()
    };
    let plain = uuids("FROM app METADATA _id, _index, _version | MV_EXPAND user.name | KEEP user.name");
    assert_eq!(plain.len(), 2);
    assert_ne!(plain[0], plain[1]);
    // The value, not its place, makes the alert.
    let first = uuids("FROM app METADATA _id | MV_EXPAND user.name | WHERE user.name == \"b\" | KEEP user.name");
    assert_eq!(first, [plain[1].clone()]);
    // A renamed column is still the expanded one; without it the whole row counts.
    let renamed = uuids("FROM app METADATA _id | MV_EXPAND user.name | RENAME user.name AS who | KEEP who");
    assert_eq!(renamed, plain);
    let hidden = uuids("FROM app METADATA _id | MV_EXPAND user.name | EVAL who = TO_UPPER(user.name) | KEEP who");
    assert_eq!(hidden.iter().collect::<HashSet<_>>().len(), 2);
}

#[test]
fn exceptions_speak_of_events_and_of_columns() {
    let folder = tempfile::tempdir().unwrap();
    let lines: String = ["eve", "eve", "eve", "bob", "bob", "ann"]
        .iter()
        .enumerate()
        .map(|(i, user)| {
            format!("{{\"@timestamp\":{i},\"user\":{{\"name\":\"{user}\"}},\"source\":{{\"ip\":\"10.0.0.{i}\"}}}}\n")
        })
        .collect();
    let engine = engine(&written(folder.path(), "app.ndjson", &lines));
    let rule = rule(folder.path(), "", "FROM app | STATS c = COUNT(*) BY user.name | SORT user.name");
    let rows = |items: &str| -> Vec<String> {
        let path = written(folder.path(), "exceptions.json", items);
        let exceptions = Arc::new(Exceptions::load(&[path], &[]).unwrap());
        let options = RunOptions { events: true, exceptions, ..RunOptions::default() };
        let found = alerts(&rule, &engine, &options);
        found.iter().map(|alert| format!("{}={}", alert.row["user.name"].as_str().unwrap(), alert.row["c"])).collect()
    };
    assert_eq!(rows("[]"), ["ann=1", "bob=2", "eve=3"]);
    // Events are left out before they are counted.
    let by_address = r#"[{"name":"x","entries":[{"field":"source.ip","operator":"included","type":"match_any","value":["10.0.0.0","10.0.0.3"]}]}]"#;
    assert_eq!(rows(by_address), ["ann=1", "bob=1", "eve=2"]);
    // A column that the query makes is looked at in its rows.
    let by_count = r#"[{"name":"x","entries":[
        {"field":"c","operator":"included","type":"match","value":"2"},
        {"field":"user.name","operator":"included","type":"wildcard","value":"b?b"}]}]"#;
    assert_eq!(rows(by_count), ["ann=1", "eve=3"]);
    // Both together can't be applied to groups.
    let mixed = r#"[{"name":"x","entries":[
        {"field":"c","operator":"included","type":"match","value":"2"},
        {"field":"source.ip","operator":"included","type":"exists"}]}]"#;
    assert_eq!(rows(mixed).len(), 3);
}

#[test]
fn rules_read_the_alerts_of_others() {
    let folder = tempfile::tempdir().unwrap();
    let events = written(folder.path(), "app.ndjson", "{\"@timestamp\":1000,\"user\":{\"name\":\"eve\"}}\n");
    let first = rule(
        folder.path(),
        "name = \"first\"\nseverity = \"high\"\nrisk_score = 73",
        "FROM app METADATA _id, _index, _version | KEEP user.name, _id, _index, _version",
    );
    let mut index = AlertIndex::new().unwrap();
    for alert in alerts(&first, &engine(&events), &with_events()) {
        index.add(&alert).unwrap();
    }
    assert_eq!(index.len(), 1);
    let inputs = [Input::new(events.to_string_lossy())];
    let with_alerts = AlertIndex::engine(std::slice::from_mut(&mut index), &inputs, EngineOptions::default()).unwrap();
    let second = rule(
        folder.path(),
        "name = \"second\"",
        "FROM .alerts-security.* METADATA _id, _index, _version | WHERE kibana.alert.risk_score > 70 AND \
         kibana.alert.original_time < NOW() | KEEP user.name, kibana.alert.rule.name, _id, _index, _version",
    );
    assert!(AlertIndex::is_read_by(&second) && !AlertIndex::is_read_by(&first));
    let found = alerts(&second, &with_alerts, &with_events());
    assert_eq!(found.len(), 1);
    let document = &found[0].document;
    assert_eq!(found[0].row["kibana.alert.rule.name"], "first");
    assert_eq!(document["kibana.alert.rule.name"], "second");
    assert_eq!(document["user.name"], "eve");
    assert_eq!(document["kibana.alert.depth"], 2);
    let ancestors = document["kibana.alert.ancestors"].as_array().unwrap();
    let types: Vec<&str> = ancestors.iter().map(|ancestor| ancestor["type"].as_str().unwrap()).collect();
    assert_eq!(types, ["event", "signal"]);
}

#[test]
fn the_lines_of_a_list_beside_a_rule_are_no_events() {
    let folder = tempfile::tempdir().unwrap();
    let events = written(folder.path(), "app.ndjson", "{\"name\":\"x\"}\n");
    std::fs::create_dir(folder.path().join("lookups")).unwrap();
    written(&folder.path().join("lookups"), "names.csv", "name,bad\nx,1\ny,2\n");
    let rule = rule(folder.path(), "name = \"r\"", "FROM * METADATA _id, _index, _version | LOOKUP JOIN names ON name");
    for given in [None, Some(Input::named("names", folder.path().join("lookups/names.csv").to_string_lossy()))] {
        let mut inputs = vec![Input::new(events.to_string_lossy())];
        inputs.extend(given);
        let mut options = EngineOptions::default();
        quarry_rules::add_lookups(std::slice::from_ref(&rule), &mut inputs, &mut options);
        let found = alerts(&rule, &Engine::open(&inputs, options).unwrap(), &with_events());
        assert_eq!(found.len(), 1);
        assert_eq!((&found[0].row["name"], &found[0].row["bad"]), (&"x".into(), &1.into()));
    }
}

#[test]
fn tables_beside_the_rule_are_carried_along() {
    let folder = tempfile::tempdir().unwrap();
    let path = written(
        folder.path(),
        "r.toml",
        "[metadata]\nmaturity = \"production\"\n[transform]\nx = 1\n[rule]\nname = \"r\"\ntype = \"esql\"\nquery = \"FROM app\"\n",
    );
    let rule = load(&[path]).rules.remove(0);
    assert_eq!(rule.metadata.beside["transform"]["x"], 1);
    let events = written(folder.path(), "app.ndjson", "{\"a\":1}\n");
    let found = alerts(&rule, &engine(&events), &with_events());
    assert_eq!(found[0].document["kibana.alert.rule.parameters"]["meta"]["maturity"], "production");
}

//! Whole queries over generated logs: reading, filtering, grouping, sorting.

use std::fmt::Write;
use std::hint::black_box;
use std::ops::ControlFlow;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use quarry::{Engine, EngineOptions, Input, Session};

const EVENTS: usize = 20_000;

/// ECS documents of about 700 bytes with 60 actions, 12 accounts and 4,000 addresses.
fn events() -> String {
    let mut text = String::new();
    for i in 0..EVENTS {
        let (action, account, address) = (i * 7 % 60, i * 5 % 12, i * 31 % 4000);
        let _ = writeln!(
            text,
            r#"{{"@timestamp":"2026-01-15T{:02}:{:02}:{:02}.000Z","data_stream":{{"dataset":"app.events","namespace":"default","type":"logs"}},"event":{{"action":"Action{action}","outcome":"{}","provider":"service{}.example.com"}},"cloud":{{"account":{{"id":"{account:012}"}},"region":"us-east-1"}},"source":{{"ip":"10.0.{}.{}"}},"labels":{{"padding":"{}"}}}}"#,
            i / 3600 % 24,
            i / 60 % 60,
            i % 60,
            if i % 17 == 0 { "failure" } else { "success" },
            action % 9,
            address / 250,
            address % 250,
            "x".repeat(400),
        );
    }
    text
}

fn queries(c: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("events.ndjson");
    let text = events();
    std::fs::write(&path, &text).expect("the events are written");
    let engine = Engine::open(&[Input::new(path.to_string_lossy())], EngineOptions::default()).expect("an input");
    let mut group = c.benchmark_group("queries");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.sample_size(20);
    for (name, query) in [
        ("count", "FROM logs-* | STATS n = COUNT(*)"),
        ("rare literal", r#"FROM logs-* | WHERE event.action == "Action59" | KEEP @timestamp, source.ip"#),
        (
            "group by two",
            "FROM logs-* | STATS n = COUNT(*), ips = COUNT_DISTINCT(source.ip) BY event.action, cloud.account.id",
        ),
        ("top ten", "FROM logs-* | SORT @timestamp DESC | LIMIT 10 | KEEP @timestamp, event.action"),
    ] {
        let session = Session { default_limit: None, ..Session::default() };
        let query = session.prepare(&engine, query).expect("a valid query");
        group.bench_function(name, |b| {
            b.iter(|| {
                query.run(engine.account(), &mut |batch| {
                    black_box(batch);
                    ControlFlow::Continue(())
                })
            });
        });
    }
    group.finish();
}

criterion_group!(benches, queries);
criterion_main!(benches);

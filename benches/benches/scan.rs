//! Reading logs: prefilter, extraction, decompression, each by a query that does little else.

use std::fs::{self, File};
use std::hint::black_box;
use std::io::{self, Read, Write};
use std::ops::ControlFlow;
use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use quarry::{Engine, EngineOptions, Input, Session};
use quarry_benches::World;

const EVENTS: usize = 20_000;

/// Writes the events as ECS lines and as raw gzip files of 2,000 records; gives the bytes of each before compression.
fn write(folder: &Path) -> io::Result<(u64, u64)> {
    let mut world = World::new(1);
    let events: Vec<_> = (0..EVENTS).map(|_| world.event()).collect();
    let lines: String = events.iter().flat_map(|event| [event.document.as_str(), "\n"]).collect();
    fs::write(folder.join("events.ndjson"), &lines)?;
    fs::create_dir(folder.join("raw"))?;
    let mut raw_bytes = 0;
    for (number, records) in events.chunks(2000).enumerate() {
        let records: Vec<&str> = records.iter().map(|event| event.raw.as_str()).collect();
        let text = format!("{{\"Records\":[{}]}}", records.join(","));
        raw_bytes += text.len() as u64;
        let file = File::create(folder.join(format!("raw/{number}.json.gz")))?;
        GzEncoder::new(file, Compression::new(6)).write_all(text.as_bytes())?;
    }
    Ok((lines.len() as u64, raw_bytes))
}

fn scan(c: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (lines, raw) = write(folder.path()).expect("the events are written");
    let lines = ("events.ndjson", lines);
    let raw = ("raw", raw);
    let mut group = c.benchmark_group("scan");
    group.sample_size(20);
    for (name, (input, bytes), prefilter, query) in [
        ("lines, prefilter", lines, true, "FROM logs-* | WHERE event.action == \"NoSuchAction\" | KEEP source.ip"),
        ("lines, one column", lines, false, "FROM logs-* | WHERE event.action == \"NoSuchAction\" | KEEP event.action"),
        (
            "lines, six columns",
            lines,
            false,
            "FROM logs-* | WHERE event.action == \"NoSuchAction\" | KEEP @timestamp, event.outcome, event.provider, \
             cloud.account.id, aws.cloudtrail.request_parameters, aws.cloudtrail.user_identity.arn",
        ),
        ("raw gzip, prefilter", raw, true, "FROM logs-* | WHERE event.action == \"NoSuchAction\" | KEEP source.ip"),
        (
            "raw gzip, one column",
            raw,
            false,
            "FROM logs-* | WHERE event.action == \"NoSuchAction\" | KEEP event.action",
        ),
    ] {
        let path = folder.path().join(input);
        let engine = Engine::open(&[Input::new(path.to_string_lossy())], EngineOptions::default()).expect("an input");
        let session = Session { default_limit: None, threads: 1, prefilter, ..Session::default() };
        let query = session.prepare(&engine, query).expect("a valid query");
        group.throughput(Throughput::Bytes(bytes));
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

/// The decoders alone: for whole members, and bit by bit.
fn decompression(c: &mut Criterion) {
    let mut world = World::new(1);
    let text: String = (0..2000).map(|_| world.event().raw).collect();
    let mut packed = Vec::new();
    GzEncoder::new(&mut packed, Compression::new(6)).write_all(text.as_bytes()).expect("memory takes all");
    let mut plain = vec![0; text.len()];
    let mut group = c.benchmark_group("decompression");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("libdeflate", |b| {
        let mut decompressor = libdeflater::Decompressor::new();
        b.iter(|| decompressor.gzip_decompress(black_box(&packed), &mut plain));
    });
    group.bench_function("zlib-rs", |b| {
        b.iter(|| GzDecoder::new(black_box(packed.as_slice())).read_exact(&mut plain));
    });
    group.finish();
}

criterion_group!(benches, scan, decompression);
criterion_main!(benches);

//! Rows that were written as Parquet and are read again.

#![cfg(feature = "parquet")]
#![allow(clippy::unwrap_used)]

use std::ops::ControlFlow;
use std::path::Path;

use quarry::format::{ArrowStream, Parquet, RowWriter};
use quarry::{Engine, EngineOptions, Input, Query, Session};

fn open(path: &Path) -> Engine {
    Engine::open(&[Input::named("t", path.to_string_lossy())], EngineOptions::default()).unwrap()
}

/// A session without implicit limit.
fn all() -> Session {
    Session { default_limit: None, ..Session::default() }
}

fn written(query: &Query, engine: &Engine, writer: &mut dyn RowWriter) -> Vec<u8> {
    let mut out = Vec::new();
    writer.begin(&mut out, query.columns()).unwrap();
    query
        .run(engine.account(), &mut |batch| {
            writer.rows(&mut out, query.columns(), &batch).unwrap();
            ControlFlow::Continue(())
        })
        .unwrap();
    writer.end(&mut out).unwrap();
    out
}

/// Columns and rows of a query, as text.
fn shown(engine: &Engine, text: &str) -> Vec<String> {
    let query = all().prepare(engine, text).unwrap();
    let result = query.collect(engine).unwrap();
    let columns = result.columns.iter().map(|c| format!("{}:{}", c.name, c.data_type));
    columns.chain(result.rows().iter().map(|row| format!("{row:?}"))).collect()
}

/// Writes what `text` gives, reads it, and compares.
fn round(engine: &Engine, text: &str, order: &str) -> usize {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rows.parquet");
    let query = all().prepare(engine, text).unwrap();
    std::fs::write(&path, written(&query, engine, &mut Parquet::default())).unwrap();
    let names: Vec<String> = query.columns().iter().map(|c| format!("`{}`", c.name)).collect();
    let again = open(&path);
    let (before, after) = (shown(engine, text), shown(&again, &format!("FROM t {order} | KEEP {}", names.join(", "))));
    assert_eq!(before, after, "{text}");
    assert_eq!(quarry::counted(&again.account().misfits), 0);
    before.len()
}

#[test]
fn every_type_comes_back_as_it_was() {
    round(
        &Engine::empty(),
        r#"ROW b = true, i = 7, l = 9000000000, ul = TO_UNSIGNED_LONG("18446744073709551615"), d = 1.5, k = "a",
            t = TO_DATETIME("2026-01-15T09:00:00.123Z"), n = TO_DATE_NANOS("2026-01-15T09:00:00.123456789Z"),
            ip = TO_IP("10.0.0.1"), ip6 = TO_IP("2001:db8::1"), v = TO_VERSION("1.2.10"),
            g = TO_GEOPOINT("POINT(1.5 2.25)"), c = TO_CARTESIANPOINT("POINT(1 2)"), nothing = null,
            old = TO_DATETIME("1900-01-01T00:00:00Z"),
            lb = [true, false], li = [3, 1, 2, 1], lk = ["b", "a", "b"], ld = [2.5, -0.5],
            lip = ["10.0.0.2", "10.0.0.1"]::ip, lt = ["2026-01-02", "2026-01-01"]::date"#,
        "",
    );
}

#[test]
fn columns_that_have_lists_only_in_some_batches_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.ndjson");
    let line = |i: usize| match i % 7 {
        0 => format!("{{\"n\":{i},\"k\":null}}\n"),
        _ if i > 9000 => {
            format!("{{\"n\":{i},\"k\":[\"x{i}\",\"y\"],\"source\":{{\"ip\":[\"10.0.0.1\",\"10.0.0.2\"]}}}}\n")
        }
        _ => format!("{{\"n\":{i},\"k\":\"x{i}\",\"source\":{{\"ip\":\"10.0.0.1\"}}}}\n"),
    };
    std::fs::write(&path, (0..12_000).map(line).collect::<String>()).unwrap();
    let lines = round(&open(&path), "FROM t | KEEP n, k, source.ip", "| SORT n");
    assert_eq!(lines, 12_003);
}

#[test]
fn a_result_without_rows_keeps_its_columns() {
    let text = "ROW a = 1, b = \"x\" | WHERE a > 1";
    assert_eq!(round(&Engine::empty(), text, ""), 2);
}

#[test]
fn one_file_gives_the_same_by_one_thread_and_by_many() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.ndjson");
    let noise = |i: u64| i.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(17).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let line = |i: u64| format!("{{\"n\":{i},\"k\":\"{:x}{:x}\"}}\n", noise(i), noise(i ^ 0xABCD_EF01));
    std::fs::write(&path, (0..300_000).map(line).collect::<String>()).unwrap();
    let engine = open(&path);
    let query = all().prepare(&engine, "FROM t | KEEP n, k").unwrap();
    let path = folder.path().join("t.parquet");
    std::fs::write(&path, written(&query, &engine, &mut Parquet::default())).unwrap();
    let engine = open(&path);
    let text = "FROM t METADATA _id | STATS c = COUNT(*), s = SUM(n), m = MAX(k), ids = COUNT_DISTINCT(_id)";
    let with = |threads| {
        let session = Session { threads, ..all() };
        format!("{:?}", session.prepare(&engine, text).unwrap().collect(&engine).unwrap().rows())
    };
    assert_eq!(with(1), with(4));
    assert!(with(1).starts_with("[[Long(300000), Long(44999850000)"), "{}", with(1));
}

#[test]
fn files_with_different_columns_are_one_index() {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::empty();
    for (name, text) in
        [("a", "ROW x = 1, only = true, tags = [\"p\", \"q\"]"), ("b", "ROW tags = \"r\", x = \"text\"")]
    {
        let query = all().prepare(&engine, text).unwrap();
        let path = folder.path().join(format!("{name}.parquet"));
        std::fs::write(path, written(&query, &engine, &mut Parquet::default())).unwrap();
    }
    let both = open(folder.path());
    assert_eq!(
        shown(&both, "FROM t | SORT x | KEEP x, only, tags"),
        [
            "x:keyword",
            "only:boolean",
            "tags:keyword",
            "[String(\"1\"), Boolean(true), List([String(\"p\"), String(\"q\")])]",
            "[String(\"text\"), Null, String(\"r\")]",
        ]
    );
    assert_eq!(quarry::counted(&both.account().misfits), 0);
}

#[test]
fn an_arrow_stream_has_the_rows() {
    let engine = Engine::empty();
    let query = all().prepare(&engine, "ROW a = [1, 2], b = \"x\"").unwrap();
    let bytes = written(&query, &engine, &mut ArrowStream::default());
    let mut reader = arrow_ipc::reader::StreamReader::try_new(bytes.as_slice(), None).unwrap();
    let schema = reader.schema();
    assert_eq!(schema.field(0).metadata()["elastic:type"], "integer");
    assert!(schema.field(0).data_type().is_nested() && !schema.field(1).data_type().is_nested());
    assert_eq!(reader.next().unwrap().unwrap().num_rows(), 1);
}

#[test]
fn damaged_files_are_reported_and_never_end_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::empty();
    let text = "ROW a = [1, 2, 3], b = \"x\", d = 1.5, t = TO_DATETIME(\"2026-01-01\") | MV_EXPAND a";
    let query = all().prepare(&engine, text).unwrap();
    let good = written(&query, &engine, &mut Parquet::default());
    let whole = folder.path().join("good.parquet");
    std::fs::write(&whole, &good).unwrap();
    let bad = folder.path().join("bad.parquet");
    let mut reported = 0;
    let mut seed = 1_u64;
    for round in 0..600_usize {
        let mut bytes = good.clone();
        if round < good.len().min(200) {
            bytes.truncate(good.len() - 1 - round);
        } else {
            for _ in 0..=round % 3 {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let at = (seed >> 33) as usize % bytes.len();
                bytes[at] ^= 1 << (seed >> 29 & 7);
            }
        }
        std::fs::write(&bad, bytes).unwrap();
        let inputs = [&bad, &whole].map(|path| Input::named("t", path.to_string_lossy()));
        let engine = Engine::open(&inputs, EngineOptions::default()).unwrap();
        let query = all().prepare(&engine, "FROM t METADATA _source | SORT a, b, d, t").unwrap();
        let rows = query.collect(&engine).unwrap().rows().len();
        assert!(rows >= 3, "the good file is read");
        reported += usize::from(quarry::counted(&engine.account().unreadable) > 0);
    }
    assert!(reported >= 200, "{reported} reports");
}

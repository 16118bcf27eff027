//! Inputs of every shape and compression, good and bad.
mod common;

use std::io::Write;

use common::{Folder, bzip2, events, field, gzip, keywords, malformed, meta, open, rows, scan, xz, zstd};
use quarry_plan::catalog::Catalog;
use quarry_plan::scan::{Account, OneOf, ScanColumnKind, ScanRequest, counted};
use quarry_sources::{FileCatalog, Format, Input, Options};
use quarry_types::{DataType, Value};

fn numbers(rows: &[Vec<Value>]) -> Vec<String> {
    rows.iter().map(|row| row[0].to_string()).collect()
}

#[test]
fn every_shape_is_read_in_every_compression() {
    let shapes = [
        "{\"a\":\"1\"}\n{\"a\":\"2\"}\n",
        "{\n  \"a\": \"1\"\n}\n{\n  \"a\": \"2\"\n}\n",
        "[{\"a\":\"1\"},\n {\"a\":\"2\"}]",
        "{\"Records\":[{\"a\":\"1\"},{\"a\":\"2\"}]}",
        "{\"x\":1,\"Records\":[{\"a\":\"1\"}]}\n{\"x\":1,\"Records\":[{\"a\":\"2\"}]}\n",
        "{\"took\":1,\"hits\":{\"hits\":[{\"_id\":\"i\",\"_source\":{\"a\":\"1\"}},{\"_id\":\"j\",\"_source\":{\"a\":\"2\"}}]}}",
        "{\"_id\":\"i\",\"_source\":{\"a\":\"1\"}}\n{\"_id\":\"j\",\"_source\":{\"a\":\"2\"}}\n",
    ];
    for shape in shapes {
        let two_members = [gzip(&shape.as_bytes()[..10]), gzip(&shape.as_bytes()[10..])].concat();
        for bytes in [shape.as_bytes().to_vec(), gzip(shape.as_bytes()), zstd(shape.as_bytes()), two_members] {
            let folder = Folder::new();
            folder.write("x.json", bytes);
            let catalog = open(&[folder.input()]);
            let (rows, account) = keywords(&catalog, "x", &["a"]);
            assert_eq!(numbers(&rows), ["1", "2"], "{shape}");
            assert_eq!((events(&account), malformed(&account)), (2, 0));
            assert_eq!((counted(&account.files), counted(&account.unreadable)), (1, 0));
            assert_eq!(counted(&account.bytes), shape.len() as u64);
        }
    }
}

#[test]
fn a_truncated_gzip_gives_what_it_has() {
    let mut text = String::new();
    for i in 0..20_000 {
        text.push_str(&format!("{{\"a\":\"{}\"}}\n", i * 7919 % 100_003));
    }
    let whole = gzip(text.as_bytes());
    let folder = Folder::new();
    folder.write("a.json.gz", &whole[..whole.len() / 2]);
    folder.write("b.json.gz", gzip(b"{\"a\":\"last\"}"));
    folder.write("c.json.gz", [&whole[..], b"trailing"].concat());
    let catalog = open(&[Input::named("x", folder.path().to_str().unwrap())]);
    let (rows, account) = keywords(&catalog, "x", &["a"]);
    assert!(rows.len() > 25_000 && rows.len() < 40_001);
    assert!(rows.iter().any(|row| row[0] == "last".into()));
    assert_eq!((malformed(&account), counted(&account.unreadable)), (0, 2));
    assert!(account.unreadable_reports()[0].message.starts_with("truncated gzip after "), "{account:?}");
}

#[test]
fn damage_that_leaves_no_record_is_told_though_nothing_reads_the_file() {
    let folder = Folder::new();
    let whole = gzip(b"{\"a\":\"a record that is cut in its middle\"}\n");
    folder.write("half.json.gz", &whole[..whole.len() / 2]);
    folder.write("other.json", "{\"a\":\"1\"}\n");
    let account = Account::default();
    let catalog = FileCatalog::open(&[folder.input()], Options::default(), &account).unwrap();
    assert_eq!(counted(&account.unreadable), 0, "a run may yet read it");
    account.settle();
    let told = |account: &Account| -> Vec<String> {
        account.unreadable_reports().iter().map(|report| format!("{} {}", report.input, report.message)).collect()
    };
    let first = told(&account);
    assert!(first.len() == 1 && first[0].contains("half.json.gz truncated gzip"), "{first:?}");
    account.settle();
    assert_eq!((counted(&account.unreadable), told(&account)), (1, first.clone()), "it is told once");
    drop(catalog);
    // A run that reads it tells it, and nothing is added to that.
    let account = Account::default();
    let catalog = FileCatalog::open(&[folder.input()], Options::default(), &account).unwrap();
    let (_, run) = keywords(&catalog, "half", &["a"]);
    assert!(told(&run).len() == 1 && told(&run)[0].starts_with(&first[0]), "{run:?}");
    run.unreadable_reports().into_iter().for_each(|report| account.unreadable(report));
    account.settle();
    assert_eq!((counted(&account.unreadable), told(&account)), (1, told(&run)));
}

#[test]
fn bzip2_and_xz_are_read_as_gzip_is() {
    let text: String = (0..20_000).map(|i| format!("{{\"a\":\"{}\"}}\n", i * 7919 % 100_003)).collect();
    for (name, pack) in [("bzip2", bzip2 as fn(&[u8]) -> Vec<u8>), ("xz", xz)] {
        let whole = pack(text.as_bytes());
        let folder = Folder::new();
        // The name doesn't say what it is.
        folder.write("a.json", &whole[..whole.len() / 2]);
        folder.write("b.json", [&pack(b"{\"a\":\"first\"}\n")[..], &[0; 8], &pack(b"{\"a\":\"last\"}\n")].concat());
        folder.write("c.json", [&whole[..], b"trailing"].concat());
        let mut broken = whole.clone();
        let middle = broken.len() / 2;
        broken[middle] ^= 0xFF;
        folder.write("d.json", broken);
        folder.write("e.json", pack(b""));
        let catalog = open(&[Input::named("x", folder.path().to_str().unwrap())]);
        let (rows, account) = keywords(&catalog, "x", &["a"]);
        assert!(rows.len() > 20_002 && rows.len() < 60_003, "{name}: {} rows", rows.len());
        for wanted in ["first", "last"] {
            assert!(rows.iter().any(|row| row[0] == wanted.into()), "{name}");
        }
        assert_eq!((malformed(&account), counted(&account.unreadable)), (0, 3), "{name}: {account:?}");
        let messages: Vec<String> = account.unreadable_reports().iter().map(|r| r.message.clone()).collect();
        for (message, start) in messages.iter().zip(["truncated", "bytes that are no", "damaged"]) {
            assert!(message.starts_with(&format!("{start} {name}")), "{messages:?}");
        }
    }
}

#[test]
fn an_xz_that_wants_gigabytes_is_refused() {
    // The header of a small file asks for a dictionary of 1 GiB.
    let mut packed = xz(b"{\"a\":\"1\"}\n");
    let at = packed.windows(3).position(|bytes| bytes[..2] == [0x21, 0x01]).unwrap() + 2;
    packed[at] = 36;
    let mut crc = flate2::Crc::new();
    crc.update(&packed[12..20]);
    packed[20..24].copy_from_slice(&crc.sum().to_le_bytes());
    let folder = Folder::new();
    folder.write("x.json", packed);
    let catalog = open(&[folder.input()]);
    let (rows, account) = keywords(&catalog, "x", &[]);
    assert!(rows.is_empty());
    assert_eq!(counted(&account.unreadable), 1, "{account:?}");
}

#[test]
fn a_gzip_bomb_is_streamed() {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let zeros = vec![b'0'; 1 << 20];
    encoder.write_all(b"{\"a\":\"").unwrap();
    for _ in 0..200 {
        encoder.write_all(&zeros).unwrap();
    }
    encoder.write_all(b"\"}\n{\"a\":\"after\"}\n").unwrap();
    let folder = Folder::new();
    folder.write("bomb.json.gz", encoder.finish().unwrap());
    let options = Options { max_record_bytes: 4 << 20, ..Options::default() };
    let catalog = FileCatalog::open(&[folder.input()], options, &Account::default()).unwrap();
    let (rows, account) = keywords(&catalog, "bomb", &["a"]);
    assert_eq!(numbers(&rows), ["after"]);
    assert_eq!((events(&account), malformed(&account)), (2, 1));
}

#[test]
fn bad_records_are_reported_with_their_lines() {
    let folder = Folder::new();
    let deep = format!("{{\"a\":{}1{}}}", "[".repeat(10_000), "]".repeat(10_000));
    let mut bytes = format!("{{\"a\":\"1\"}}\n{{\"a\":\n\n{deep}\n12\n{{\"a\":\"2\"}} trailing\n").into_bytes();
    bytes.extend_from_slice(b"{\"a\":\"caf\xE9\"}\n{\"a\":\"x\",\"a\":\"y\"}\n{\"a\":\"z\"}");
    folder.write("x.ndjson", bytes);
    let (rows, account) = keywords(&open(&[folder.input()]), "x", &["a"]);
    assert_eq!(numbers(&rows), ["1", "caf\u{FFFD}", "y", "z"]);
    assert_eq!((events(&account), malformed(&account)), (8, 4));
    let lines: Vec<u64> = account.malformed_reports().iter().map(|report| report.line).collect();
    assert_eq!(lines, [2, 4, 5, 6]);
    assert_eq!(account.misfit_reports().len(), 1, "{account:?}");
}

#[test]
fn misfits_name_field_and_value() {
    let folder = Folder::new();
    folder.write("x.json", "{\"n\":1}\n{\"n\":\"many\"}\n");
    let account = Account::default();
    let relation = open(&[folder.input()]).resolve("x", false).unwrap();
    let rows = rows(&relation, &[field("n", DataType::Long)], &account);
    assert_eq!(rows, [[Value::Long(1)], [Value::Null]]);
    let report = &account.misfit_reports()[0];
    assert_eq!((report.line, report.message.as_str()), (2, "field [n]: \"many\" is no long; read as null"));
}

#[test]
fn odd_folders_are_walked() {
    let folder = Folder::new();
    folder.write("b/x.json", "{\"a\":\"2\"}");
    folder.write("a/y.json", "{\"a\":\"1\"}");
    folder.write("z.json/inner.json", "{\"a\":\"3\"}");
    folder.write(".hidden/x.json", "{\"a\":\"no\"}");
    folder.write("empty.json", "");
    folder.write("README.md", "# Title\n\n{ not json }\n");
    #[cfg(unix)]
    std::os::unix::fs::symlink(folder.path(), folder.path().join("loop")).unwrap();
    let catalog = open(&[Input::named("all", folder.path().to_str().unwrap())]);
    let (rows, account) = keywords(&catalog, "all", &["a"]);
    assert_eq!(numbers(&rows), ["1", "2", "3"]);
    assert_eq!((events(&account), malformed(&account), counted(&account.unreadable)), (3, 0, 0));
    let other: Vec<_> = catalog.inputs().into_iter().filter(|info| info.format == Format::Other).collect();
    assert!(other.len() == 1 && other[0].path.ends_with("README.md"));
}

#[test]
fn missing_inputs_are_reported_and_the_rest_is_read() {
    let folder = Folder::new();
    folder.write("x.json", "{\"a\":\"1\"}");
    let account = Account::default();
    let missing = Input::new(folder.path().join("missing.json").to_str().unwrap());
    let catalog = FileCatalog::open(&[missing.clone(), folder.input()], Options::default(), &account).unwrap();
    assert_eq!(catalog.names(), ["x"]);
    assert_eq!(counted(&account.unreadable), 1);
    assert!(FileCatalog::open(&[missing], Options::default(), &Account::default()).is_err());
    let glob = Input::new(folder.path().join("[").to_str().unwrap());
    assert!(FileCatalog::open(&[glob], Options::default(), &Account::default()).is_err());
}

#[test]
fn patterns_of_paths_are_inputs_and_targets() {
    let folder = Folder::new();
    folder.write("a/1.json", "{\"a\":\"1\"}");
    folder.write("a/2.json", "{\"a\":\"2\"}");
    folder.write("b/3.json", "{\"a\":\"3\"}");
    folder.write("b/3.txt", "{\"a\":\"4\"}");
    let path = |tail: &str| folder.path().join(tail).to_str().unwrap().to_owned();
    let catalog = open(&[Input::new(path("*/*.json"))]);
    assert_eq!(catalog.names(), ["1", "2", "3"]);
    let none = FileCatalog::default();
    for (target, expected) in [
        (path("a"), &["1", "2"][..]),
        (path("*/[23].json"), &["2", "3"]),
        (path("**/*.json"), &["1", "2", "3"]),
        (path("b/3.txt"), &["4"]),
    ] {
        assert_eq!(numbers(&keywords(&none, &target, &["a"]).0), expected, "{target}");
        assert!(none.resolve(&target, false).is_err());
    }
    assert!(none.resolve(&path("c/*.json"), true).is_err());
    assert!(none.resolve("logs-*", true).is_err());
}

#[test]
fn parts_of_a_large_file_give_the_same_rows() {
    let folder = Folder::new();
    let mut text = String::new();
    for i in 0..1000 {
        text.push_str(&format!("{{\"a\":\"{i}\",\"pad\":\"{}\"}}\n", "p".repeat(i % 97 * 30)));
        if i % 100 == 50 {
            text.push_str("broken\n");
        }
    }
    assert!(text.len() > 1 << 20);
    folder.write("x.json", &text);
    let mut seen = Vec::new();
    for split_bytes in [16 << 20, 200_000, 7_777] {
        let options = Options { split_bytes, ..Options::default() };
        let catalog = FileCatalog::open(&[folder.input()], options, &Account::default()).unwrap();
        let relation = catalog.resolve("x", false).unwrap();
        let account = Account::default();
        let columns = [field("a", DataType::Keyword), meta(ScanColumnKind::Id), meta(ScanColumnKind::Source)];
        let splits = relation.members[0].table.splits(&ScanRequest::new(columns.to_vec())).len();
        assert_eq!(splits as u64, (text.len() as u64 / split_bytes).max(1));
        let rows = rows(&relation, &columns, &account);
        assert_eq!((events(&account), malformed(&account)), (1010, 10));
        assert_eq!((counted(&account.files), counted(&account.bytes) >= text.len() as u64), (1, true));
        seen.push((rows, account.malformed_reports()));
    }
    assert!(seen[0].0 == seen[1].0 && seen[0].0 == seen[2].0);
    assert_eq!(seen[0].1, seen[1].1);
    assert_eq!(seen[0].1, seen[2].1);
    assert_eq!(seen[0].1[1].line, 152 + 1);
}

#[test]
fn a_prefilter_loses_nothing_and_counts_what_it_skips() {
    let folder = Folder::new();
    folder.write("x.json", "{\"a\":\"yes\"}\n{\"a\":\"no\"}\n{\"a\":\"\\u0079es\"}\n{\"a\":\"\\u006eo\"}\n");
    let relation = open(&[folder.input()]).resolve("x", false).unwrap();
    let mut request = ScanRequest::new(vec![field("a", DataType::Keyword)]);
    request.prefilter = Some(quarry_plan::scan::Prefilter { all: vec![vec!["yes".to_owned()]], ..Default::default() });
    let account = Account::default();
    let rows = scan(&relation, &request, &account);
    assert_eq!(numbers(&rows), ["yes", "yes", "no"]);
    assert_eq!((events(&account), counted(&account.skipped)), (4, 1));
}

#[test]
fn what_no_record_can_be_is_not_parsed_for() {
    let folder = Folder::new();
    folder.write("x.json", "{\"a\":\"1\"}\n{\"a\":\"2\",\"b\":null}\n{\"a\":\"3\",\"b\":\"\"}\n{\"a\":\"4\",\n");
    let relation = open(&[folder.input()]).resolve("x", false).unwrap();
    let mut request = ScanRequest::new(vec![field("a", DataType::Keyword), field("b", DataType::Keyword)]);
    let mut found = |present: &[&[&str]]| {
        let names = |names: &&[&str]| names.iter().map(|&name| name.to_owned()).collect();
        let present = present.iter().map(names).collect();
        request.prefilter = Some(quarry_plan::scan::Prefilter { present, ..Default::default() });
        let account = Account::default();
        let rows = numbers(&scan(&relation, &request, &account));
        (rows, events(&account), counted(&account.skipped), malformed(&account))
    };
    let owned = |rows: &[&str]| rows.iter().map(|&row| row.to_owned()).collect::<Vec<_>>();
    assert_eq!(found(&[&["b"]]), (owned(&["3"]), 4, 0, 1));
    assert_eq!(found(&[&["b", "a"]]), (owned(&["1", "2", "3"]), 4, 0, 1));
    // A field that isn't asked for may be there.
    assert_eq!(found(&[&["c"], &["a"]]), (owned(&["1", "2", "3"]), 4, 0, 1));
    assert_eq!(found(&[&["a"], &[]]), (owned(&[]), 4, 4, 0));
}

#[test]
fn an_object_is_there_however_another_reader_takes_the_field() {
    let folder = Folder::new();
    folder.write("x.json", "{\"o\":{\"p\":1}}\n{\"o\":\"q\"}\n{\"p\":2}\n{\"o\":[]}\n{\"o\":[{\"p\":3}]}\n{\"o.p\":4}\n{\"o\":[[{\"p\":5}]]}\n");
    let relation = open(&[folder.input()]).resolve("x", false).unwrap();
    for types in [[DataType::Flattened, DataType::Keyword], [DataType::Keyword, DataType::Flattened]] {
        let mut request = ScanRequest::new(types.map(|data_type| field("o", data_type)).to_vec());
        let all = scan(&relation, &request, &Account::default());
        let there: Vec<_> = all.into_iter().filter(|row| row.iter().any(|value| *value != Value::Null)).collect();
        let present = vec![vec!["o".to_owned()]];
        request.prefilter = Some(quarry_plan::scan::Prefilter { present, ..Default::default() });
        let screened = scan(&relation, &request, &Account::default());
        assert!(there.len() >= 2 && there.iter().all(|row| screened.contains(row)), "{there:?} {screened:?}");
    }
}

#[test]
fn one_of_several_fields_with_its_value_is_enough() {
    let folder = Folder::new();
    let records = [
        r#"{"a":"x"}"#,
        r#"{"a":"y","b":"z"}"#,
        r#"{"a":"y","b":"w"}"#,
        r#"{"a":"y"}"#,
        r#"{"a":"\u0079"}"#,
        r#"{"b":["v","w"]}"#,
    ];
    folder.write("x.json", records.join("\n"));
    let relation = open(&[folder.input()]).resolve("x", false).unwrap();
    let mut request = ScanRequest::new(vec![field("a", DataType::Keyword), field("b", DataType::Keyword)]);
    let one_of = |field: &str, value: &str| OneOf { field: field.to_owned(), values: vec![value.to_owned()] };
    let choices = vec![vec![one_of("a", "x"), one_of("b", "z")]];
    request.prefilter = Some(quarry_plan::scan::Prefilter { choices, ..Default::default() });
    let rows = scan(&relation, &request, &Account::default());
    // What an escape may hide and lists are for the condition itself to judge.
    assert_eq!(numbers(&rows), ["x", "y", "y", "null"]);
    assert_eq!(rows[1][1].to_string(), "z");
}

#[test]
fn a_very_long_line_is_passed_over() {
    let folder = Folder::new();
    let path = folder.write("x.json", "{\"a\":\"1\"}\n");
    let mut file = std::fs::OpenOptions::new().append(true).open(&path).unwrap();
    let chunk = vec![b'x'; 1 << 20];
    file.write_all(b"{\"a\":\"").unwrap();
    for _ in 0..100 {
        file.write_all(&chunk).unwrap();
    }
    file.write_all(b"\"}\n{\"a\":\"2\"}\n").unwrap();
    drop(file);
    let catalog = open(&[folder.input()]);
    let (rows, account) = keywords(&catalog, "x", &["a"]);
    assert_eq!(numbers(&rows), ["1", "2"]);
    assert_eq!(malformed(&account), 1);
    assert_eq!(account.malformed_reports()[0].line, 2);
}

#[test]
fn a_broken_record_is_not_followed_through_all_that_comes_after_it() {
    for broken in [r#"{"x":{"y":[1,2}}"#, r#"{"x":{"y":1}"#, r#"{"x":{"y":"a"#, r#"{"x":{"y":[1,"#] {
        let folder = Folder::new();
        folder.write("x.json", format!("{broken}\n").repeat(50_000) + "{\"a\":\"1\"}\n");
        let began = std::time::Instant::now();
        let (_, account) = keywords(&open(&[folder.input()]), "x", &["a"]);
        assert!(malformed(&account) > 0, "{broken}");
        // A second at most; it was minutes.
        assert!(began.elapsed().as_secs() < 30, "{broken}");
    }
}

#[test]
fn scanning_stops_when_asked() {
    let folder = Folder::new();
    folder.write("x.json", "{\"a\":\"1\"}\n".repeat(1000));
    let relation = open(&[folder.input()]).resolve("x", false).unwrap();
    let mut request = ScanRequest::new(vec![field("a", DataType::Keyword)]);
    request.batch_rows = 10;
    let mut batches = 0;
    for split in relation.members[0].table.splits(&request) {
        split.scan(&request, &Account::default(), &mut |_| {
            batches += 1;
            if batches == 3 { std::ops::ControlFlow::Break(()) } else { std::ops::ControlFlow::Continue(()) }
        });
    }
    assert_eq!(batches, 3);
}

//! `quarry normalize`: the documents of raw logs.
#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::process::Command;

use serde_json::Value;

fn quarry(arguments: &[&str]) -> Vec<u8> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let output = Command::new(env!("CARGO_BIN_EXE_quarry")).current_dir(root).args(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn documents(arguments: &[&str]) -> Vec<Value> {
    let text = String::from_utf8(quarry(arguments)).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_parquet_file_holds_the_same_documents() {
    let raw = ["normalize", "-q", "-i", "examples/cloudtrail"];
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("day.parquet");
    std::fs::write(&file, quarry(&[&raw[..], &["--format", "parquet"]].concat())).unwrap();
    let keep = "KEEP @timestamp, event.*, source.ip, related.user, tags, aws.cloudtrail.request_parameters";
    let query = |from: &str, input: &str| {
        documents(&["query", "-q", "--no-limit", "-i", input, "--format", "ndjson", &format!("FROM {from} | {keep}")])
    };
    let written = query("day", file.to_str().unwrap());
    assert_eq!(written.len(), documents(&raw).len());
    assert_eq!(written, query("logs-*", "examples/cloudtrail"));
}

#[test]
fn the_raw_record_is_kept_where_it_is_asked_for() {
    let first = |more: &[&str]| {
        documents(&[&["normalize", "-q", "-i", "examples/cloudtrail"], more].concat()).into_iter().next().unwrap()
    };
    assert_eq!(first(&[])["event"].get("original"), None);
    let document = first(&["--original"]);
    let original: Value = serde_json::from_str(document["event"]["original"].as_str().unwrap()).unwrap();
    assert_eq!(original["eventName"], document["event"]["action"]);
}

#[test]
fn parameters_that_stand_for_nothing_are_in_no_document() {
    let folder = tempfile::tempdir().unwrap();
    let record = r#"{"eventVersion":"1.08","eventTime":"2026-01-15T09:00:00Z","eventSource":"s3.amazonaws.com",
        "eventName":"PutBucketReplication","awsRegion":"eu-west-1","requestParameters":{"replication":"","bucketName":"b",
        "rule":{"prefix":"-","filter":{}}},"responseElements":{"comment":"none"}}"#;
    let file = folder.path().join("record.json");
    std::fs::write(&file, record).unwrap();
    let document = documents(&["normalize", "-q", "-i", file.to_str().unwrap()]).remove(0);
    let flattened = &document["aws"]["cloudtrail"]["flattened"];
    assert_eq!(*flattened, serde_json::json!({"request_parameters": {"bucketName": "b"}}));
}

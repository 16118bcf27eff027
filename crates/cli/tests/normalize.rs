//! `quarry normalize`: the documents of raw logs.
#![allow(clippy::unwrap_used)]

#[path = "support/places.rs"]
mod places;

use std::path::Path;
use std::process::Command;

use places::{Data, database};

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

/// A record of a call from an address, and a folder with databases that know the address.
fn located() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let record = r#"{"eventVersion":"1.08","eventTime":"2026-01-15T09:00:00Z","eventSource":"s3.amazonaws.com",
        "eventName":"GetObject","awsRegion":"eu-west-1","sourceIPAddress":"198.51.100.23",
        "userAgent":"aws-cli/1.16.248 Python/3.4.7 Linux/4.9.184-0.1 botocore/1.12.239"}"#;
    std::fs::write(folder.path().join("record.json"), record).unwrap();
    let named = |name| ("names", Data::Map(vec![("en", Data::Text(name))]));
    let city = Data::Map(vec![
        ("city", Data::Map(vec![named("Springfield")])),
        ("continent", Data::Map(vec![("code", Data::Text("EU")), named("Europe")])),
        ("country", Data::Map(vec![("iso_code", Data::Text("NL")), named("Netherlands")])),
        ("location", Data::Map(vec![("latitude", Data::Real(52.5)), ("longitude", Data::Real(4.25))])),
        ("subdivisions", Data::List(vec![Data::Map(vec![("iso_code", Data::Text("NH")), named("North Holland")])])),
    ]);
    let system = Data::Map(vec![
        ("autonomous_system_number", Data::Number(64500)),
        ("autonomous_system_organization", Data::Text("Example Net")),
    ]);
    for (kind, data) in [("GeoLite2-City", city), ("GeoLite2-ASN", system)] {
        let path = folder.path().join(format!("{kind}.mmdb"));
        std::fs::write(path, database(kind, [198, 51, 100], &data)).unwrap();
    }
    folder
}

fn normalized(folder: &Path, databases: Option<&Path>) -> (Value, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_quarry"));
    command.args(["normalize", "-q", "-i", "record.json"]).current_dir(folder).env_remove("QUARRY_GEOIP_DIR");
    if let Some(databases) = databases {
        command.env("QUARRY_GEOIP_DIR", databases);
    }
    let output = command.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    (serde_json::from_slice(&output.stdout).unwrap_or_default(), errors)
}

#[test]
fn places_come_from_the_databases_that_the_environment_names() {
    let folder = located();
    let (document, errors) = normalized(folder.path(), Some(folder.path()));
    assert_eq!(errors, "");
    assert_eq!(
        document["source"],
        serde_json::json!({
            "address": "198.51.100.23",
            "as": {"number": 64500, "organization": {"name": "Example Net"}},
            "geo": {
                "city_name": "Springfield",
                "continent_name": "Europe",
                "country_iso_code": "NL",
                "country_name": "Netherlands",
                "location": "POINT (4.25 52.5)",
                "region_iso_code": "NL-NH",
                "region_name": "North Holland",
            },
            "ip": "198.51.100.23",
        })
    );
    assert_eq!(normalized(folder.path(), None).0["source"].get("geo"), None);
    std::fs::write(folder.path().join("GeoLite2-City.mmdb"), "nothing").unwrap();
    let (_, errors) = normalized(folder.path(), Some(folder.path()));
    assert!(errors.contains("Cannot read the database"), "{errors}");
}

#[test]
fn device_and_system_were_left_out_of_the_user_agent() {
    let folder = located();
    assert_eq!(
        normalized(folder.path(), None).0["user_agent"],
        serde_json::json!({
            "device": {"name": "Spider"},
            "name": "aws-cli",
            "original": "aws-cli/1.16.248 Python/3.4.7 Linux/4.9.184-0.1 botocore/1.12.239",
            "os": {"full": "Linux 4.9.184", "name": "Linux", "version": "4.9.184"},
            "version": "1.16.248",
        })
    );
}

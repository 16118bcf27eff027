//! Real logs, where they are at hand: every event is read, and none is malformed.
mod common;

use std::path::Path;

use common::{events, malformed, meta, open, rows};
use quarry_plan::catalog::Catalog;
use quarry_plan::scan::{Account, ScanColumnKind, counted};
use quarry_sources::Input;

fn folder() -> Option<std::path::PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/real");
    root.is_dir().then_some(root)
}

#[test]
fn real_logs_are_read_whole() {
    let Some(root) = folder() else { return };
    for (name, expected) in [
        ("invictus-aws", 2900),
        ("stratus-red-team", 310),
        ("otrf-security-datasets", 7472),
        ("panther-rule-tests", 3003),
        ("sigma-regression", 238),
        ("plaso-jsonl", 25),
        ("opensearch-catalog", 50),
        ("beats-auditd-ecs", 9),
    ] {
        let catalog = open(&[Input::new(root.join(name).to_str().unwrap())]);
        let relation = catalog.resolve("*", false).unwrap();
        let account = Account::default();
        let all = rows(&relation, &[meta(ScanColumnKind::Id)], &account);
        let ids: std::collections::HashSet<String> = all.iter().map(|row| row[0].to_string()).collect();
        assert_eq!((all.len(), ids.len()), (expected, expected), "{name}");
        assert_eq!(events(&account), expected as u64, "{name}");
        assert_eq!((malformed(&account), counted(&account.unreadable)), (0, 0), "{name}: {account:?}");
    }
}

#[test]
fn cloudtrail_is_recognised() {
    let Some(root) = folder() else { return };
    for (path, expected) in [
        ("invictus-aws", 2900),
        ("stratus-red-team", 310),
        ("otrf-security-datasets/aws", 103),
        ("panther-rule-tests/AWS.CloudTrail.ndjson", 463),
    ] {
        let catalog = open(&[Input::new(root.join(path).to_str().unwrap())]);
        let relation = catalog.resolve("logs-aws.cloudtrail-*", false).unwrap();
        assert_eq!(relation.members.len(), 1);
        assert!(relation.members[0].view.is_some());
        let all = rows(&relation, &[], &Account::default());
        assert_eq!(all.len(), expected, "{path}");
    }
}

#[test]
fn fields_of_all_real_logs_can_be_read() {
    let Some(root) = folder() else { return };
    let catalog = open(&[Input::new(root.to_str().unwrap())]);
    let account = Account::default();
    let mut total = 0;
    for name in catalog.names() {
        let relation = catalog.resolve(&name, false).unwrap();
        for member in &relation.members {
            let columns: Vec<_> = member.table.fields().iter().map(|f| common::field(&f.name, f.data_type)).collect();
            let one = quarry_plan::catalog::Relation { members: vec![member.clone()] };
            total += rows(&one, &columns, &account).len();
        }
    }
    assert_eq!(total, 14_007);
    assert_eq!(malformed(&account), 0);
    for report in account.misfit_reports() {
        println!("{report:?}");
    }
    println!("misfits: {}", counted(&account.misfits));
}

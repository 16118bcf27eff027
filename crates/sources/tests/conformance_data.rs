//! The data sets of the conformance specs, where they are at hand: every cell fits its type.
mod common;

use std::path::Path;

use common::{field, malformed, rows};
use quarry_plan::catalog::{Catalog, Relation};
use quarry_plan::scan::{Account, counted};
use quarry_sources::{FileCatalog, Input, Mapping, Options};
use quarry_types::DataType;

#[test]
fn every_cell_fits() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/conformance/esql");
    if !root.is_dir() {
        return;
    }
    let mapping =
        |name: &str| Mapping::parse(&std::fs::read_to_string(root.join("mappings").join(name)).unwrap()).unwrap();
    let options = Options {
        mappings: vec![
            (Some("employees".into()), mapping("mapping-default.json")),
            (Some("apps".into()), mapping("mapping-apps.json")),
            (Some("ul_logs".into()), mapping("mapping-ul_logs.json")),
        ],
        ..Options::default()
    };
    let input = Input::new(root.join("data").to_str().unwrap());
    let catalog = FileCatalog::open(&[input], options, &Account::default()).unwrap();
    assert!(catalog.names().len() > 15);
    for name in catalog.names() {
        let relation = catalog.resolve(&name, false).unwrap();
        let member = relation.members[0].clone();
        let columns: Vec<_> = member.table.fields().iter().map(|f| field(&f.name, f.data_type)).collect();
        let account = Account::default();
        let all = rows(&Relation { members: vec![member] }, &columns, &account);
        assert!(!all.is_empty(), "{name}");
        assert_eq!((malformed(&account), counted(&account.misfits)), (0, 0), "{name}: {account:?}");
        for (i, column) in columns.iter().enumerate() {
            let readable = column.data_type != DataType::Unsupported;
            assert_eq!(all.iter().any(|row| !row[i].is_null()), readable, "{name}: {column:?}");
        }
        if name == "employees" {
            assert_eq!(all.len(), 100);
        }
    }
}

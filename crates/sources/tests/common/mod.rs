//! What the tests of this crate share.
#![allow(clippy::unwrap_used, dead_code, missing_docs, missing_debug_implementations, unreachable_pub)]

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use quarry_plan::catalog::{Catalog, Relation};
use quarry_plan::scan::{Account, ScanColumn, ScanColumnKind, ScanRequest, counted};
use quarry_sources::{FileCatalog, Input, Options};
use quarry_types::{DataType, Value};

pub struct Folder(tempfile::TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn input(&self) -> Input {
        Input::new(self.0.path().to_str().unwrap())
    }
}

pub fn open(inputs: &[Input]) -> FileCatalog {
    FileCatalog::open(inputs, Options::default(), &Account::default()).unwrap()
}

pub fn field(name: &str, data_type: DataType) -> ScanColumn {
    ScanColumn { kind: ScanColumnKind::Field(name.to_owned()), data_type }
}

pub fn meta(kind: ScanColumnKind) -> ScanColumn {
    let data_type = match kind {
        ScanColumnKind::Version => DataType::Long,
        ScanColumnKind::Source => DataType::Source,
        _ => DataType::Keyword,
    };
    ScanColumn { kind, data_type }
}

/// All rows of all members.
pub fn rows(relation: &Relation, columns: &[ScanColumn], account: &Account) -> Vec<Vec<Value>> {
    scan(relation, &ScanRequest::new(columns.to_vec()), account)
}

pub fn scan(relation: &Relation, request: &ScanRequest, account: &Account) -> Vec<Vec<Value>> {
    let mut rows = Vec::new();
    for member in &relation.members {
        for split in member.table.splits(request) {
            split.scan(request, account, &mut |batch| {
                assert!(batch.rows() <= request.batch_rows && batch.columns().len() == request.columns.len());
                for row in 0..batch.rows() {
                    rows.push(batch.columns().iter().map(|column| column.value(row)).collect());
                }
                ControlFlow::Continue(())
            });
        }
    }
    rows
}

/// The rows of `FROM pattern` over fields of keyword type.
pub fn keywords(catalog: &FileCatalog, pattern: &str, names: &[&str]) -> (Vec<Vec<Value>>, Account) {
    let account = Account::default();
    let columns: Vec<_> = names.iter().map(|name| field(name, DataType::Keyword)).collect();
    let relation = catalog.resolve(pattern, true).unwrap();
    (rows(&relation, &columns, &account), account)
}

pub fn events(account: &Account) -> u64 {
    counted(&account.events)
}

pub fn malformed(account: &Account) -> u64 {
    counted(&account.malformed)
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 1).unwrap()
}

pub fn bzip2(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub fn xz(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = liblzma::write::XzEncoder::new(Vec::new(), 0);
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

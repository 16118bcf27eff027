//! The inputs seen through a few of their rows.

use std::ops::ControlFlow;
use std::sync::Arc;

use quarry_plan::catalog::{Catalog, CatalogError, EnrichPolicy, Member, Relation};
use quarry_plan::scan::{Account, Field, ScanRequest, Split, Table};
use quarry_sources::FileCatalog;
use quarry_types::Batch;

/// How many places are read.
const PLACES: usize = 10;
/// How many rows are taken at each place.
const ROWS: usize = 200;

/// The indices of a catalog, cut down to samples.
#[derive(Debug)]
pub(crate) struct SampleCatalog {
    files: Arc<FileCatalog>,
}

impl SampleCatalog {
    pub(crate) fn new(files: Arc<FileCatalog>) -> Self {
        Self { files }
    }
}

impl Catalog for SampleCatalog {
    fn resolve(&self, pattern: &str, quoted: bool) -> Result<Relation, CatalogError> {
        let relation = self.files.resolve(pattern, quoted)?;
        let sampled = |member: Member| Member {
            table: Arc::new(SampleTable { has_view: member.view.is_some(), inner: member.table }),
            ..member
        };
        Ok(Relation { members: relation.members.into_iter().map(sampled).collect() })
    }

    fn policy(&self, name: &str) -> Option<EnrichPolicy> {
        self.files.policy(name)
    }

    fn names(&self) -> Vec<String> {
        self.files.names()
    }
}

#[derive(Debug)]
struct SampleTable {
    inner: Arc<dyn Table>,
    has_view: bool,
}

impl Table for SampleTable {
    fn fields(&self) -> Vec<Field> {
        self.inner.fields()
    }

    fn field(&self, name: &str) -> Option<Field> {
        // Without a view, an unknown name would be looked for through all of the input.
        if self.has_view { self.inner.field(name) } else { self.fields().into_iter().find(|field| field.name == name) }
    }

    fn document_field(&self, name: &str) -> Option<Field> {
        self.inner.document_field(name)
    }

    fn knows_any(&self, matches: &dyn Fn(&str) -> bool) -> bool {
        self.inner.knows_any(matches)
    }

    fn splits(&self, request: &ScanRequest) -> Vec<Arc<dyn Split>> {
        let all = self.inner.splits(request);
        let places = all.len().min(PLACES);
        let rows = ROWS * PLACES / places.max(1);
        (0..places)
            .map(|i| Arc::new(Head { inner: all[i * all.len() / places].clone(), rows }) as Arc<dyn Split>)
            .collect()
    }
}

/// The first rows of a split.
#[derive(Debug)]
struct Head {
    inner: Arc<dyn Split>,
    rows: usize,
}

impl Split for Head {
    fn scan(&self, request: &ScanRequest, account: &Account, emit: &mut dyn FnMut(Batch) -> ControlFlow<()>) {
        let request = ScanRequest { batch_rows: request.batch_rows.min(self.rows), ..request.clone() };
        let mut left = self.rows;
        self.inner.scan(&request, account, &mut |batch| {
            let taken = batch.rows().min(left);
            left -= taken;
            let batch = if taken < batch.rows() { batch.slice(0, taken) } else { batch };
            match emit(batch) {
                ControlFlow::Continue(()) if left > 0 => ControlFlow::Continue(()),
                _ => ControlFlow::Break(()),
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::{Engine, EngineOptions, Input, Session};

    #[test]
    fn a_sample_takes_rows_from_all_over_and_not_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("app.ndjson");
        let lines: String = (0..50_000).map(|i| format!("{{\"n\":{i},\"level\":\"info\"}}\n")).collect();
        std::fs::write(&path, lines).unwrap();
        let options = EngineOptions { split_bytes: 100_000, ..EngineOptions::default() };
        let engine = Engine::open(&[Input::new(path.to_string_lossy())], options).unwrap().sample();
        let session = Session::default();
        let query = session.prepare(&engine, "FROM app | STATS n = COUNT(*), most = MAX(n)").unwrap();
        let rows = query.collect(&engine).unwrap().rows();
        let (count, most) = (rows[0][0].as_i64().unwrap(), rows[0][1].as_i64().unwrap());
        assert_eq!(count, 2000);
        assert!(most > 40_000, "{most}");
        assert_eq!(session.columns(&engine, "FROM app | EVAL x = oops( | KEEP n, level")[1].name, "level");
    }
}

//! Which fields a run has met, found out while it reads.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use quarry_plan::lineage::{Lineage, Origin, identity};
use quarry_plan::scan::{Account, Extent, Field, Reader, ScanColumnKind, ScanRequest, Split, SplitKey, Table};
use quarry_plan::{Node, Plan};
use quarry_types::{Batch, Column};

/// For each column of a table that is read, whether a value was met in it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Witness {
    met: HashMap<(usize, String), Vec<Arc<AtomicBool>>>,
}

impl Witness {
    /// The plan with every scan watched.
    pub(crate) fn watch(&mut self, plan: Plan) -> Plan {
        let plan = plan.map_inputs(&mut |input| self.watch(input));
        let Plan { node, output } = plan;
        let node = match node {
            Node::Scan { table, columns, prefilter } => {
                let key = identity(&table);
                let met = columns.iter().map(|kind| self.flag(key, kind)).collect();
                Node::Scan { table: Arc::new(Watched { table, met }), columns, prefilter }
            }
            node => node,
        };
        Plan { node, output }
    }

    /// What says whether a column of the table had a value. Of several fields in one column it says so of them all.
    fn flag(&mut self, table: usize, kind: &ScanColumnKind) -> Arc<AtomicBool> {
        let flag = Arc::<AtomicBool>::default();
        let names = match kind {
            ScanColumnKind::Field(name) => std::slice::from_ref(name),
            ScanColumnKind::FirstOf(names) => names,
            _ => &[],
        };
        for name in names {
            self.met.entry((table, name.clone())).or_default().push(flag.clone());
        }
        flag
    }

    /// Of `fields`, those that no document looked at has.
    pub(crate) fn unmet(&self, fields: &[(String, Lineage)]) -> Vec<String> {
        // The same name in several FROMs is one field to whoever reads of it.
        let mut by_name: BTreeMap<&str, bool> = BTreeMap::new();
        for (name, lineage) in fields {
            let met = lineage.from_constants || lineage.origins.iter().any(|origin| self.may_exist(origin));
            *by_name.entry(name).or_default() |= met;
        }
        let unmet: BTreeSet<&str> = by_name.into_iter().filter(|(_, met)| !met).map(|(name, _)| name).collect();
        unmet.into_iter().map(str::to_owned).collect()
    }

    fn may_exist(&self, origin: &Origin) -> bool {
        let ScanColumnKind::Field(name) = &origin.kind else { return true };
        match self.met.get(&(identity(&origin.table), name.clone())) {
            // Nothing needed it, so nothing is known of it.
            None => true,
            Some(met) => met.iter().any(|met| met.load(Ordering::Relaxed)) || origin.table.sampled(name),
        }
    }
}

/// A table whose scans note in which columns they meet values.
#[derive(Debug)]
struct Watched {
    table: Arc<dyn Table>,
    met: Vec<Arc<AtomicBool>>,
}

impl Table for Watched {
    fn fields(&self) -> Vec<Field> {
        self.table.fields()
    }

    fn field(&self, name: &str) -> Option<Field> {
        self.table.field(name)
    }

    fn document_field(&self, name: &str) -> Option<Field> {
        self.table.document_field(name)
    }

    fn sampled(&self, name: &str) -> bool {
        self.table.sampled(name)
    }

    fn describe(&self) -> String {
        self.table.describe()
    }

    fn extent(&self) -> Option<Extent> {
        self.table.extent()
    }

    fn reads_first_of(&self) -> bool {
        self.table.reads_first_of()
    }

    fn knows_any(&self, matches: &dyn Fn(&str) -> bool) -> bool {
        self.table.knows_any(matches)
    }

    fn splits(&self, request: &ScanRequest) -> Vec<Arc<dyn Split>> {
        let watched = |split| -> Arc<dyn Split> { Arc::new(WatchedSplit { split, met: self.met.clone() }) };
        self.table.splits(request).into_iter().map(watched).collect()
    }
}

#[derive(Debug)]
struct WatchedSplit {
    split: Arc<dyn Split>,
    met: Vec<Arc<AtomicBool>>,
}

impl Split for WatchedSplit {
    fn scan(&self, request: &ScanRequest, account: &Account, emit: &mut dyn FnMut(Batch) -> ControlFlow<()>) {
        self.split.scan(request, account, &mut |batch| {
            self.observe(&batch);
            emit(batch)
        });
    }

    fn key(&self) -> Option<SplitKey> {
        self.split.key()
    }

    fn scan_together<'a>(&'a self, readers: Vec<Reader<'a>>, account: &'a Account) {
        self.split.scan_together(readers, account);
    }

    fn observe(&self, batch: &Batch) {
        for (met, column) in self.met.iter().zip(batch.columns()) {
            if !met.load(Ordering::Relaxed) && has_value(column) {
                met.store(true, Ordering::Relaxed);
            }
        }
    }
}

fn has_value(column: &Column) -> bool {
    (0..column.len()).any(|row| !column.is_null(row))
}

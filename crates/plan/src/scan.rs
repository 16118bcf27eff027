//! What the engine asks of a source of rows, and what the source reports back.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use quarry_types::{Batch, DataType};

/// A field that a table can be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The full dotted name.
    pub name: String,
    /// Its type.
    pub data_type: DataType,
}

impl Field {
    /// A field.
    #[must_use]
    pub fn new(name: impl Into<String>, data_type: DataType) -> Self {
        Self { name: name.into(), data_type }
    }
}

/// How much there is to read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// Bytes after decompression, as an [`Account`] counts them; those of compressed inputs are not known and count
    /// as they are on disk.
    pub bytes: u64,
    /// Whether `bytes` is exact.
    pub exact: bool,
    /// Inputs.
    pub files: u64,
}

/// Rows of one shape, wherever they come from.
pub trait Table: Debug + Send + Sync {
    /// The fields that FROM shows, sorted by name.
    fn fields(&self) -> Vec<Field>;

    /// The field called `name`, also where FROM doesn't show it: known from a dictionary, or found by looking
    /// through all of the input. `None` where no such field exists.
    fn field(&self, name: &str) -> Option<Field>;

    /// Where a view makes documents of this table's rows: the field called `name` that documents of their kind may
    /// have and the view doesn't make. Such a field is null.
    fn document_field(&self, _name: &str) -> Option<Field> {
        None
    }

    /// Whether the field `name` was seen in the records looked at beforehand.
    fn sampled(&self, _name: &str) -> bool {
        false
    }

    /// Whether documents of this table may have a field for whose name `matches` holds, though none was seen.
    fn knows_any(&self, _matches: &dyn Fn(&str) -> bool) -> bool {
        false
    }

    /// What the rows come from, in a few words: an index, how many files.
    fn describe(&self) -> String {
        "a table".to_owned()
    }

    /// Whether its splits can be asked for [`ScanColumnKind::FirstOf`].
    fn reads_first_of(&self) -> bool {
        false
    }

    /// How much there is to read, where that is known before reading.
    fn extent(&self) -> Option<Extent> {
        None
    }

    /// The parts that can be scanned independently, in the order in which their rows come. Their number and bounds
    /// must not depend on how many threads there are.
    fn splits(&self, request: &ScanRequest) -> Vec<Arc<dyn Split>>;
}

/// A part of a table.
pub trait Split: Debug + Send + Sync {
    /// Reads the part in order and hands over batches with the columns of `request`, in its order. Stops early when
    /// `emit` breaks or the request is cancelled. What can't be read is reported to the account and the rest is
    /// read all the same.
    fn scan(&self, request: &ScanRequest, account: &Account, emit: &mut dyn FnMut(Batch) -> ControlFlow<()>);

    /// What the rows come from, where several scans of it can be one: splits with the same key read the same rows, and
    /// keys are in the order of a table's splits. `None` where a scan is for one reader only.
    fn key(&self) -> Option<SplitKey> {
        None
    }

    /// As [`Split::scan`], once for all of `readers`, which may belong to splits with the same key. Each is handed what
    /// its own scan would give; one that breaks gets no more.
    fn scan_together<'a>(&'a self, readers: Vec<Reader<'a>>, account: &'a Account) {
        for reader in readers {
            self.scan(reader.request, account, reader.emit);
        }
    }

    /// Is shown each batch of a reader of this split that is handed on, where another split with the same key reads for
    /// it.
    fn observe(&self, _batch: &Batch) {}
}

/// The identity of what a split reads, within one catalog.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SplitKey {
    /// The table's place among others, and what tells it from them.
    pub table: (usize, String),
    /// The split's number in the table.
    pub number: usize,
}

/// One of those for whom a split is scanned.
pub struct Reader<'a> {
    /// What it wants.
    pub request: &'a ScanRequest,
    /// Takes its batches.
    pub emit: &'a mut dyn FnMut(Batch) -> ControlFlow<()>,
}

impl Debug for Reader<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").field("request", self.request).finish_non_exhaustive()
    }
}

/// What to read.
#[derive(Clone, Debug)]
pub struct ScanRequest {
    /// The columns to produce; may be empty where only rows are counted.
    pub columns: Vec<ScanColumn>,
    /// Literals that a row must contain to be of interest. A source may use them to skip rows; it need not.
    pub prefilter: Option<Prefilter>,
    /// How many rows a batch should have at most.
    pub batch_rows: usize,
    /// Set when no more rows are wanted.
    pub cancelled: Arc<AtomicBool>,
}

impl ScanRequest {
    /// Asks for `columns`, without prefilter.
    #[must_use]
    pub fn new(columns: Vec<ScanColumn>) -> Self {
        Self { columns, prefilter: None, batch_rows: 4096, cancelled: Arc::default() }
    }

    /// Whether reading should stop.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }
}

/// One column to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScanColumn {
    /// What it holds.
    pub kind: ScanColumnKind,
    /// The type to read it as.
    pub data_type: DataType,
}

/// What a scanned column holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ScanColumnKind {
    /// The field with this full dotted name.
    Field(String),
    /// The values of the first of these fields that has any, by their full dotted names. Only tables of which
    /// [`Table::reads_first_of`] says so are asked for it.
    FirstOf(Vec<String>),
    /// METADATA `_id`: the document's own, else one made from its place; stable.
    Id,
    /// METADATA `_index`
    Index,
    /// METADATA `_version`; 1 where the document has none.
    Version,
    /// METADATA `_source`: the document's JSON text.
    Source,
    /// METADATA `_index_mode`: always `standard`.
    IndexMode,
    /// Any other metadata field; null.
    Absent,
}

/// Literals that a record must contain: at least one of each inner list. They are decoded strings; a record in
/// which an escape could hide one must be kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prefilter {
    /// Conjunction of disjunctions.
    pub all: Vec<Vec<String>>,
    /// Fields that must have one of certain values, each.
    pub fields: Vec<OneOf>,
    /// The same where it is enough that one of several fields has one of its values: one of each inner list.
    pub choices: Vec<Vec<OneOf>>,
    /// Full dotted names of columns that are asked for, of which a record must have one: one of each inner list. An empty
    /// list says that no record is of interest.
    pub present: Vec<Vec<String>>,
}

/// A field whose value must be one of several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneOf {
    /// The full dotted name; one of the columns that are asked for as keyword.
    pub field: String,
    /// The values.
    pub values: Vec<String>,
}

/// A report about something in the input that was passed over.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Report {
    /// The input's place in the order of inputs.
    pub order: usize,
    /// Line, from 1; 0 where it concerns the whole input.
    pub line: u64,
    /// The input's name: a path, or `-`.
    pub input: String,
    /// What is wrong, and what was done.
    pub message: String,
}

/// How many reports of a kind are kept in full; the others are only counted.
pub const MOST_REPORTS: usize = 10;

#[derive(Debug, Default)]
struct Reports {
    kept: BTreeMap<Report, ()>,
}

impl Reports {
    fn add(&mut self, report: Report) {
        self.kept.insert(report, ());
        if self.kept.len() > MOST_REPORTS {
            self.kept.pop_last();
        }
    }
}

/// Counts what a run has read and passed over. Shared by all threads; the reports kept are the first in input
/// order, whatever the order in which they came.
#[derive(Debug, Default)]
pub struct Account {
    /// Inputs opened and read to their end.
    pub files: AtomicU64,
    /// Bytes read, after decompression.
    pub bytes: AtomicU64,
    /// Events read, malformed ones and ones skipped by a prefilter included.
    pub events: AtomicU64,
    /// Of those, events that a prefilter showed to be of no interest and that were not parsed.
    pub skipped: AtomicU64,
    /// Of those, events that could not be parsed.
    pub malformed: AtomicU64,
    /// Values that did not fit their field's type and were read as null.
    pub misfits: AtomicU64,
    /// Inputs that could not be read, or not to their end.
    pub unreadable: AtomicU64,
    malformed_reports: Mutex<Reports>,
    misfit_reports: Mutex<Reports>,
    unreadable_reports: Mutex<Reports>,
    /// By input, what was found wrong with it before anything read it.
    suspects: Mutex<BTreeMap<String, Report>>,
}

/// Adds to a counter of an [`Account`].
pub fn count(counter: &AtomicU64, n: u64) {
    counter.fetch_add(n, Ordering::Relaxed);
}

/// The value of a counter of an [`Account`].
#[must_use]
pub fn counted(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}

impl Account {
    /// Counts and keeps a malformed event.
    pub fn malformed(&self, report: Report) {
        count(&self.malformed, 1);
        add(&self.malformed_reports, report);
    }

    /// Counts and keeps a value that didn't fit.
    pub fn misfit(&self, report: Report) {
        count(&self.misfits, 1);
        add(&self.misfit_reports, report);
    }

    /// Counts and keeps an input that can't be read.
    pub fn unreadable(&self, report: Report) {
        if let Ok(mut suspects) = self.suspects.lock() {
            suspects.remove(&report.input);
        }
        count(&self.unreadable, 1);
        add(&self.unreadable_reports, report);
    }

    /// Keeps what is wrong with an input until a run reads it and says so itself, or until [`Account::settle`].
    pub fn suspect(&self, report: Report) {
        if let Ok(mut suspects) = self.suspects.lock() {
            suspects.insert(report.input.clone(), report);
        }
    }

    /// Counts the suspects that no run has read: nobody else would tell of them.
    pub fn settle(&self) {
        let suspects = self.suspects.lock().map(|mut suspects| std::mem::take(&mut *suspects)).unwrap_or_default();
        suspects.into_values().for_each(|report| self.unreadable(report));
    }

    /// The first malformed events.
    #[must_use]
    pub fn malformed_reports(&self) -> Vec<Report> {
        list(&self.malformed_reports)
    }

    /// The first values that didn't fit.
    #[must_use]
    pub fn misfit_reports(&self) -> Vec<Report> {
        list(&self.misfit_reports)
    }

    /// The first inputs that can't be read.
    #[must_use]
    pub fn unreadable_reports(&self) -> Vec<Report> {
        list(&self.unreadable_reports)
    }
}

fn add(reports: &Mutex<Reports>, report: Report) {
    if let Ok(mut reports) = reports.lock() {
        reports.add(report);
    }
}

fn list(reports: &Mutex<Reports>) -> Vec<Report> {
    reports.lock().map(|reports| reports.kept.keys().cloned().collect()).unwrap_or_default()
}

/// Asks a run to stop.
pub fn cancel(flag: &AtomicBool) {
    flag.store(true, Ordering::Relaxed);
}

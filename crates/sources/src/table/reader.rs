use std::ops::ControlFlow;

#[cfg(feature = "parquet")]
use quarry_plan::scan::ScanColumn;
use quarry_plan::scan::{Account, Reader, Report, ScanColumnKind};
use quarry_types::{Batch, ColumnBuilder};

use super::sink::InputState;
use crate::catalog::{Group, Index};
use crate::extract::{Empty, Envelope, Finds, Found, Kind, Row, Rule, Text};
use crate::frame::Place;
use crate::table::fields::is_parent;

/// A batch with as much text is full, however few rows it has: whole documents are long.
const BATCH_BYTES: usize = 4 << 20;

/// Builds the batches of one reader of a split.
pub(super) struct Rows<'a> {
    reader: Reader<'a>,
    /// For each column that is a field: its place in the batch, where its values are found, and how they are read.
    fields: Vec<(usize, usize, Rule)>,
    /// The same for columns with the values of the first of several fields.
    fallbacks: Vec<(usize, Vec<(usize, Rule)>)>,
    /// The places of the other columns.
    others: Vec<usize>,
    builders: Vec<ColumnBuilder>,
    rows: usize,
    /// How long the texts of their values are.
    bytes: usize,
    row: Row,
    /// Whether it has broken off.
    pub(super) done: bool,
}

/// A record, and what was found in it.
pub(super) struct Record<'a> {
    /// Its bytes; empty where it is no JSON.
    pub(super) bytes: &'a [u8],
    /// The document in it.
    pub(super) document: &'a str,
    pub(super) place: Place<'a>,
    pub(super) envelope: Option<&'a Envelope>,
    pub(super) finds: &'a Finds,
    /// Where `_id`, `_version` and `_index` inside the document are found, where they are wanted.
    pub(super) id_at: Option<usize>,
    /// The index that the document says it is in.
    pub(super) index: Option<&'a str>,
}

impl<'a> Rows<'a> {
    /// `place` tells where the values of a field are found.
    pub(super) fn new(group: &Group, reader: Reader<'a>, mut place: impl FnMut(&str, &Rule) -> usize) -> Self {
        let (mut fields, mut fallbacks, mut others) = (Vec::new(), Vec::new(), Vec::new());
        for (position, column) in reader.request.columns.iter().enumerate() {
            let mut field = |name: &String| {
                let mut rule = Rule::new(name.clone(), column.data_type);
                rule.is_parent = is_parent(group, name);
                rule.precision = group.mapping.field(name).map(|field| field.precision).unwrap_or_default();
                (place(name, &rule), rule)
            };
            match &column.kind {
                ScanColumnKind::Field(name) => {
                    let (number, rule) = field(name);
                    fields.push((position, number, rule));
                }
                ScanColumnKind::FirstOf(names) => fallbacks.push((position, names.iter().map(field).collect())),
                _ => others.push(position),
            }
        }
        let builders = reader.request.columns.iter().map(|column| ColumnBuilder::new(column.data_type)).collect();
        Self { reader, fields, fallbacks, others, builders, rows: 0, bytes: 0, row: Row::default(), done: false }
    }

    /// Hands over the rows that there are.
    pub(super) fn flush(&mut self) {
        let rows = std::mem::take(&mut self.rows);
        self.bytes = 0;
        if rows == 0 || self.done {
            return;
        }
        let columns = self.builders.iter_mut().map(ColumnBuilder::finish).collect();
        self.done = (self.reader.emit)(Batch::new(columns, rows)).is_break();
    }

    /// What it wants, in order.
    #[cfg(feature = "parquet")]
    pub(super) fn columns(&self) -> &'a [ScanColumn] {
        &self.reader.request.columns
    }

    /// How its fields are read, each with its place among the columns.
    #[cfg(feature = "parquet")]
    pub(super) fn rules(&self) -> Vec<(usize, Rule)> {
        self.fields.iter().map(|(position, _, rule)| (*position, rule.clone())).collect()
    }

    /// How many rows a batch may have.
    #[cfg(feature = "parquet")]
    pub(super) fn batch_rows(&self) -> usize {
        self.reader.request.batch_rows
    }

    /// Hands over rows that were made elsewhere.
    #[cfg(feature = "parquet")]
    pub(super) fn hand_over(&mut self, batch: Batch) {
        self.done = batch.rows() > 0 && (self.reader.emit)(batch).is_break();
    }

    /// Hands over a full batch.
    pub(super) fn after_row(&mut self) {
        if self.rows >= self.reader.request.batch_rows.max(1) || self.bytes >= BATCH_BYTES {
            self.flush();
        }
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.done || self.reader.request.is_cancelled()
    }

    pub(super) fn push(
        &mut self,
        record: &Record<'_>,
        input: &InputState<'_>,
        text: &mut Text,
        empty: &Empty,
        account: &Account,
    ) {
        for (position, number, rule) in &self.fields {
            let found = &record.finds.columns[*number];
            let builder = &mut self.builders[*position];
            if found.is_empty() {
                builder.finish_row();
                continue;
            }
            self.bytes += found.iter().map(|found| (found.end - found.start) as usize).sum::<usize>();
            self.row.push(builder, rule, found, record.document, empty, &mut |misfit| {
                account.misfit(record.misfit(input, rule, misfit));
            });
            builder.finish_row();
        }
        for (position, fields) in &self.fallbacks {
            let builder = &mut self.builders[*position];
            for (number, rule) in fields {
                let found = &record.finds.columns[*number];
                self.row.push(builder, rule, found, record.document, empty, &mut |misfit| {
                    account.misfit(record.misfit(input, rule, misfit));
                });
                if builder.open_elements() > 0 {
                    self.bytes += found.iter().map(|found| (found.end - found.start) as usize).sum::<usize>();
                    break;
                }
            }
            builder.finish_row();
        }
        for position in &self.others {
            let builder = &mut self.builders[*position];
            match &self.reader.request.columns[*position].kind {
                ScanColumnKind::Field(_) | ScanColumnKind::FirstOf(_) => continue,
                ScanColumnKind::Source if record.bytes.is_empty() => {}
                ScanColumnKind::Source => {
                    self.bytes += record.document.len();
                    builder.push_str(record.document);
                }
                ScanColumnKind::Index => match (record.index, &input.source.index) {
                    (Some(index), _) => builder.push_str(index),
                    (None, Index::Fixed(index) | Index::PerDocument { default: index, .. }) => builder.push_str(index),
                },
                ScanColumnKind::Id => match record.id(text) {
                    Some(id) => builder.push_str(id),
                    None => builder.push_str(&format!("{}-{:012}", input.id_prefix, record.place.offset)),
                },
                ScanColumnKind::Version => builder.push_i64(record.version().unwrap_or(1)),
                ScanColumnKind::IndexMode => builder.push_str("standard"),
                ScanColumnKind::Absent => {}
            }
            builder.finish_row();
        }
        self.rows += 1;
    }
}

impl Record<'_> {
    fn misfit(&self, input: &InputState<'_>, rule: &Rule, misfit: Found) -> Report {
        Report {
            order: input.source.order,
            line: input.lines.line(self.place),
            input: input.source.found.display.clone(),
            message: misfit_message(rule, misfit, self.document),
        }
    }

    fn id<'t>(&'t self, text: &'t mut Text) -> Option<&'t str> {
        let own = self.envelope.and_then(|envelope| envelope.id);
        if let Some(id) = own.and_then(|(from, to)| std::str::from_utf8(self.bytes.get(from..to)?).ok()) {
            return Some(id);
        }
        let at = self.id_at?;
        // Without an index, an id is something of the log's own.
        self.finds.columns[at + 2].first()?;
        text.of(*self.finds.columns[at].first()?, self.document)
    }

    fn version(&self) -> Option<i64> {
        if let Some(version) = self.envelope.and_then(|envelope| envelope.version) {
            return Some(version);
        }
        let at = self.id_at?;
        self.finds.columns[at + 2].first()?;
        let found = *self.finds.columns[at + 1].first()?;
        self.document.get(found.start as usize..found.end as usize)?.parse().ok()
    }
}

/// A value longer than this is cut in a report.
const LONGEST_VALUE: usize = 60;

pub(crate) fn misfit_message(rule: &Rule, found: Found, document: &str) -> String {
    let value = document.get(found.start as usize..found.end as usize).unwrap_or("");
    let quote = if matches!(found.kind, Kind::Plain | Kind::Escaped) { "\"" } else { "" };
    let short: String = value.chars().take(LONGEST_VALUE).collect();
    let more = if short.len() < value.len() { "..." } else { "" };
    format!("field [{}]: {quote}{short}{more}{quote} is no {}; read as null", rule.name, rule.data_type)
}

/// Whether to go on: as long as anybody wants more.
pub(super) fn go_on(readers: &[Rows<'_>]) -> ControlFlow<()> {
    if readers.iter().all(Rows::is_cancelled) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
}

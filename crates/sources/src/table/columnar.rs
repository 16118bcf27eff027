//! Scans of files that have columns: batches are put together from those.

use std::ops::{ControlFlow, Range};

use quarry_plan::scan::{Account, ScanColumn, ScanColumnKind};
use quarry_types::{Batch, Column, ColumnBuilder};

use super::fields::paths;
use super::reader::Rows;
use super::sink::{InputState, ScanSink};
use crate::catalog::{Group, Index, Source};
use crate::parquet::{self, Footer, Wanted};

/// Reads some row groups for all readers: each column is read once.
pub(super) fn read(
    source: &Source,
    footer: &Footer,
    groups: Range<usize>,
    group: &Group,
    sink: &mut ScanSink<'_>,
    account: &Account,
) -> ControlFlow<()> {
    let index = match &source.index {
        Index::Fixed(index) | Index::PerDocument { default: index, .. } => index.as_str(),
    };
    if !sink.is_of_interest(index) {
        return ControlFlow::Continue(());
    }
    sink.flush();
    let (readers, input) = sink.readers();
    let columns = || readers.iter().flat_map(|reader| reader.columns());
    let wants_source = columns().any(|column| column.kind == ScanColumnKind::Source);
    let names: Vec<String> = columns().filter_map(field_name).map(str::to_owned).collect();
    let names: Vec<&str> = names.iter().flat_map(|name| first_known(group, footer, name)).collect();
    let batch_rows = readers.iter().map(Rows::batch_rows).min().unwrap_or(1);
    let wanted = Wanted { groups, names: (!wants_source).then_some(&names), batch_rows };
    parquet::rows(source, footer, &wanted, account, &mut |mut rows| {
        for reader in readers.iter_mut().filter(|reader| !reader.is_cancelled()) {
            let columns: Vec<ScanColumn> = reader.columns().to_vec();
            let rules = reader.rules();
            let made = columns
                .iter()
                .enumerate()
                .map(|(position, column)| match rules.iter().find(|(at, _)| *at == position) {
                    Some((_, rule)) => rows.column(&paths(group, &rule.name), rule),
                    None => metadata(column, &rows, index, input),
                })
                .collect();
            reader.hand_over(Batch::new(made, rows.len()));
        }
        super::reader::go_on(readers)
    })
}

fn field_name(column: &ScanColumn) -> Option<&str> {
    match &column.kind {
        ScanColumnKind::Field(name) => Some(name),
        _ => None,
    }
}

/// The name under which the file has a field.
fn first_known<'a>(group: &'a Group, footer: &Footer, name: &'a str) -> Option<&'a str> {
    paths(group, name).into_iter().find(|path| footer.leaves.iter().any(|leaf| leaf.name == *path))
}

/// A column that isn't a field.
fn metadata(column: &ScanColumn, rows: &parquet::Rows<'_>, index: &str, input: Option<&InputState<'_>>) -> Column {
    let mut builder = ColumnBuilder::with_capacity(column.data_type, rows.len());
    for row in 0..rows.len() {
        match column.kind {
            ScanColumnKind::Field(_) | ScanColumnKind::FirstOf(_) | ScanColumnKind::Absent => {}
            ScanColumnKind::Index => builder.push_str(index),
            ScanColumnKind::IndexMode => builder.push_str("standard"),
            ScanColumnKind::Version => builder.push_i64(1),
            ScanColumnKind::Source => builder.push_str(&rows.document(row)),
            ScanColumnKind::Id => {
                let prefix = input.map_or("", |input| &input.id_prefix);
                builder.push_str(&format!("{prefix}-{:012}", rows.before + row as u64));
            }
        }
        builder.finish_row();
    }
    builder.finish()
}

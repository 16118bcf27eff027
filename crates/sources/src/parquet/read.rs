use std::collections::HashMap;
use std::ops::{ControlFlow, Range};
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int32Type, Int64Type};
use arrow_array::{Array, ArrayRef, Int64Array, RecordBatch, StringViewArray};
use arrow_schema::DataType as Arrow;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use quarry_plan::scan::{Account, Report, count};
use quarry_types::{Column, ColumnBuilder, DataType, Layout};

use super::leaf::Leaf;
use super::render::{Moment, json, moment, render};
use super::resolve::Elements;
use super::{Chunks, Footer, guarded};
use crate::catalog::Source;
use crate::extract::{Empty, Found, Row, Rule};

/// A stretch of rows of a file, from which columns are made as they are asked for.
pub(crate) struct Rows<'a> {
    pub(crate) source: &'a Source,
    footer: &'a Footer,
    batch: RecordBatch,
    /// The rows of the file before these.
    pub(crate) before: u64,
    account: &'a Account,
    /// Several readers may want the same.
    made: HashMap<(String, DataType), Column>,
}

impl Rows<'_> {
    /// The number of rows.
    pub(crate) fn len(&self) -> usize {
        self.batch.num_rows()
    }

    /// The values that stand under the first of `paths` that the file has.
    pub(crate) fn column(&mut self, paths: &[&str], rule: &Rule) -> Column {
        let leaf = paths.iter().find_map(|path| self.footer.leaf(path));
        let Some(leaf) = leaf else { return Column::nulls(rule.data_type, self.len()) };
        let key = (leaf.name.clone(), rule.data_type);
        if let Some(column) = self.made.get(&key) {
            return column.clone();
        }
        let column = self.make(leaf, rule);
        self.made.insert(key, column.clone());
        column
    }

    fn make(&self, leaf: &Leaf, rule: &Rule) -> Column {
        let rows = self.len();
        let elements = self.batch.column_by_name(&leaf.root).and_then(|column| Elements::of(column, &leaf.steps));
        let Some(elements) = elements else { return Column::nulls(rule.data_type, rows) };
        let is_exact = leaf.is_exact && leaf.data_type == rule.data_type;
        if let Some(flat) = elements.flat(rows).filter(|_| rule.precision == Default::default())
            && let Some(array) = as_stored(&flat, rule.data_type, is_exact)
        {
            return Column::new(rule.data_type, array);
        }
        self.convert(&elements, rule, is_exact)
    }

    /// Reads each value as one of JSON is read.
    fn convert(&self, elements: &Elements, rule: &Rule, is_exact: bool) -> Column {
        static NOTHING: Empty = Empty { strings: Vec::new() };
        let mut builder = ColumnBuilder::with_capacity(rule.data_type, self.len());
        let (mut text, mut found, mut row) = (String::new(), Vec::new(), Row::default());
        for number in 0..self.len() {
            text.clear();
            found.clear();
            for place in elements.row(number) {
                let start = text.len() as u32;
                if let Some(kind) = render(elements.values.as_ref(), place, &mut text) {
                    found.push(Found { kind, start, end: text.len() as u32 });
                }
            }
            let mut misfit = |value: Found| {
                self.account.misfit(Report {
                    order: self.source.order,
                    line: self.before + number as u64 + 1,
                    input: self.source.found.display.clone(),
                    message: crate::table::misfit_message(rule, value, &text),
                });
            };
            if is_exact {
                row.in_order(&mut builder, rule, &found, &text, &NOTHING, &mut misfit);
            } else {
                row.push(&mut builder, rule, &found, &text, &NOTHING, &mut misfit);
            }
            builder.finish_row();
        }
        builder.finish()
    }

    /// The JSON text of a row; empty where its columns were not all read.
    pub(crate) fn document(&self, row: usize) -> String {
        let schema = self.batch.schema_ref();
        let columns = schema.fields().iter().zip(self.batch.columns());
        let members =
            columns.filter_map(|(field, column)| Some((field.name().clone(), json(column.as_ref(), row, 0)?)));
        serde_json::Value::Object(members.collect()).to_string()
    }
}

impl Footer {
    fn leaf(&self, name: &str) -> Option<&Leaf> {
        self.leaves.iter().find(|leaf| leaf.name == name)
    }
}

/// The array that a column of `wanted` holds, where the file's has the same values.
fn as_stored(array: &ArrayRef, wanted: DataType, is_exact: bool) -> Option<ArrayRef> {
    match (wanted.layout(), array.data_type()) {
        (Layout::Boolean, Arrow::Boolean) | (Layout::Int32, Arrow::Int32) | (Layout::UInt64, Arrow::UInt64) => {
            Some(array.clone())
        }
        (Layout::Int64, Arrow::Int64) if wanted == DataType::Long => Some(array.clone()),
        (Layout::Int64, Arrow::Int32) if wanted == DataType::Long => {
            Some(Arc::new(array.as_primitive::<Int32Type>().unary::<_, Int64Type>(i64::from)))
        }
        (Layout::Int64, Arrow::Timestamp(..) | Arrow::Date32 | Arrow::Date64) => dates(array, wanted),
        // What isn't finite is no value here, and is reported.
        (Layout::Float64, Arrow::Float64) => {
            let doubles = array.as_primitive::<Float64Type>();
            doubles.values().iter().all(|value| value.is_finite()).then(|| array.clone())
        }
        (Layout::Utf8View, _) if is_exact || wanted.is_string() => match array.data_type() {
            Arrow::Utf8 => Some(Arc::new(StringViewArray::from(array.as_string::<i32>()))),
            Arrow::LargeUtf8 => Some(Arc::new(StringViewArray::from(array.as_string::<i64>()))),
            Arrow::Utf8View => Some(array.clone()),
            _ => None,
        },
        _ => None,
    }
}

/// Points in time as `wanted`; `None` where one lies outside it.
fn dates(array: &ArrayRef, wanted: DataType) -> Option<ArrayRef> {
    let mut dates = Vec::with_capacity(array.len());
    for at in 0..array.len() {
        if array.is_null(at) {
            dates.push(None);
            continue;
        }
        dates.push(Some(match (moment(array.as_ref(), at)?, wanted) {
            (Moment::Millis(ms), DataType::Date) => ms,
            (Moment::Nanos(ns), DataType::Date) => ns.div_euclid(1_000_000),
            (Moment::Nanos(ns), DataType::DateNanos) if ns >= 0 => ns,
            (Moment::Millis(ms), DataType::DateNanos) if ms >= 0 => ms.checked_mul(1_000_000)?,
            _ => return None,
        }));
    }
    Some(Arc::new(Int64Array::from(dates)))
}

/// The columns of the file that hold `names`, or all of them.
fn projection(footer: &Footer, names: Option<&[&str]>) -> ProjectionMask {
    let Some(names) = names else { return ProjectionMask::all() };
    let columns = names.iter().filter_map(|name| footer.leaf(name)).flat_map(|leaf| leaf.columns.clone());
    let known = footer.metadata.parquet_schema().num_columns();
    ProjectionMask::leaves(footer.metadata.parquet_schema(), columns.filter(|column| *column < known))
}

/// What is read of a file.
#[derive(Debug)]
pub(crate) struct Wanted<'a> {
    /// The row groups.
    pub(crate) groups: Range<usize>,
    /// The fields; `None` for all there are.
    pub(crate) names: Option<&'a [&'a str]>,
    /// How many rows are handed on at a time at most.
    pub(crate) batch_rows: usize,
}

/// The most values that are read at a time: of a file with thousands of columns few rows.
const MOST_VALUES: usize = 1 << 20;
/// Fewer rows than this aren't worth their own batch.
const FEWEST_ROWS: usize = 16;

/// How many rows are read at a time, of `columns` columns.
fn batch_rows(wanted: usize, columns: usize) -> usize {
    wanted.min((MOST_VALUES / columns.max(1)).max(FEWEST_ROWS)).clamp(1, 1 << 16)
}

/// Hands on the rows of some row groups. A damaged one is reported and the others are read.
pub(crate) fn rows(
    source: &Source,
    footer: &Footer,
    wanted: &Wanted<'_>,
    account: &Account,
    take: &mut dyn FnMut(Rows<'_>) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let mask = projection(footer, wanted.names);
    let known = footer.metadata.parquet_schema().num_columns();
    let columns = (0..known).filter(|column| mask.leaf_included(*column)).count();
    if wanted.groups.start == 0 {
        count(&account.bytes, source.bytes.saturating_sub(footer.all_group_bytes()));
    }
    for group in wanted.groups.clone() {
        let mut before = footer.rows_before(group);
        // A row group is opened before its first row comes, also where no more than that is wanted.
        count(&account.bytes, projected_bytes(footer, group, &mask));
        let read = guarded_io(|| Chunks::of(&source.found.origin, footer)).and_then(|chunks| {
            guarded(|| {
                ParquetRecordBatchReaderBuilder::new_with_metadata(chunks, footer.metadata.clone())
                    .with_projection(mask.clone())
                    .with_row_groups(vec![group])
                    .with_batch_size(batch_rows(wanted.batch_rows, columns))
                    .build()
            })
        });
        let mut reader = match read {
            Ok(reader) => reader,
            Err(reason) => {
                report(source, footer, group, before, &reason, account);
                continue;
            }
        };
        loop {
            match guarded(|| reader.next().transpose().map_err(Into::into)) {
                Ok(None) => break,
                Ok(Some(batch)) => {
                    let length = batch.num_rows() as u64;
                    count(&account.events, length);
                    take(Rows { source, footer, batch, before, account, made: HashMap::new() })?;
                    before += length;
                }
                Err(reason) => {
                    report(source, footer, group, before, &reason, account);
                    break;
                }
            }
        }
    }
    ControlFlow::Continue(())
}

fn guarded_io(run: impl FnOnce() -> std::io::Result<Chunks>) -> Result<Chunks, String> {
    run().map_err(|error| error.to_string())
}

fn projected_bytes(footer: &Footer, group: usize, mask: &ProjectionMask) -> u64 {
    let columns = footer.metadata.metadata().row_group(group).columns().iter().enumerate();
    let read = columns.filter(|(column, _)| mask.leaf_included(*column));
    read.map(|(_, chunk)| u64::try_from(chunk.compressed_size()).unwrap_or(0)).fold(0, u64::saturating_add)
}

fn report(source: &Source, footer: &Footer, group: usize, from: u64, reason: &str, account: &Account) {
    let to = footer.rows_before(group + 1);
    account.unreadable(Report {
        order: source.order,
        line: 0,
        input: source.found.display.clone(),
        message: format!("rows {} to {to} can't be read ({reason}); the rest was read", from.saturating_add(1)),
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_with_thousands_of_columns_were_read_with_millions_of_values_at_a_time() {
        assert_eq!(batch_rows(4096, 5), 4096);
        assert_eq!(batch_rows(4096, 5000), 209);
        assert_eq!(batch_rows(4096, 1_000_000), 16);
        assert_eq!(batch_rows(1, 5000), 1);
        assert_eq!(batch_rows(usize::MAX, 0), 1 << 16);
    }
}

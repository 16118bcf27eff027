//! What extractors have in common that take one value per row.

use quarry_types::{Cells, Column, ColumnBuilder, DataType, Element};

use crate::{Context, Failure};

/// The columns of one row being filled. What isn't set is null.
pub(super) struct Row<'a> {
    builders: &'a mut [ColumnBuilder],
    wanted: &'a [bool],
}

impl Row<'_> {
    fn builder(&mut self, column: usize) -> Option<&mut ColumnBuilder> {
        let wanted = self.wanted.get(column).copied().unwrap_or(true);
        self.builders.get_mut(column).filter(|_| wanted)
    }

    /// Sets a string.
    pub(super) fn set(&mut self, column: usize, value: &str) {
        if let Some(builder) = self.builder(column) {
            builder.push_str(value);
        }
    }

    /// Sets a string, where there is one.
    pub(super) fn set_some(&mut self, column: usize, value: Option<&str>) {
        if let Some(value) = value {
            self.set(column, value);
        }
    }

    /// Sets an integer.
    pub(super) fn set_integer(&mut self, column: usize, value: i32) {
        if let Some(builder) = self.builder(column) {
            builder.push_i32(value);
        }
    }

    /// Sets a long.
    pub(super) fn set_long(&mut self, column: usize, value: i64) {
        if let Some(builder) = self.builder(column) {
            builder.push_i64(value);
        }
    }

    /// Sets a boolean.
    pub(super) fn set_boolean(&mut self, column: usize, value: bool) {
        if let Some(builder) = self.builder(column) {
            builder.push_bool(value);
        }
    }
}

/// What is done with a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lists {
    /// The row is null, with a warning.
    Refused,
    /// The first value stands for all.
    First,
}

/// Hands each row's value to `fill`. A failure is reported and leaves the row null: `fill` sets nothing before it.
pub(super) fn fill<'c, E: Element>(
    context: &mut Context<'_>,
    columns: &[(String, DataType)],
    input: Option<Cells<'c, E>>,
    wanted: &[bool],
    lists: Lists,
    mut fill: impl FnMut(E::Item<'c>, &mut Row<'_>) -> Result<(), Failure>,
) -> Vec<Column> {
    let Some(cells) = input else {
        return columns.iter().map(|(_, t)| Column::nulls(*t, context.rows)).collect();
    };
    let mut builders: Vec<ColumnBuilder> =
        columns.iter().map(|(_, t)| ColumnBuilder::with_capacity(*t, context.rows)).collect();
    for row in 0..context.rows {
        let range = cells.range(row);
        let result = match range.len() {
            0 => Ok(()),
            n if n > 1 && lists == Lists::Refused => {
                Err(Failure::illegal_argument("This command doesn't support multi-value input"))
            }
            _ => fill(cells.element(range.start), &mut Row { builders: &mut builders, wanted }),
        };
        if let Err(failure) = result {
            context.warn(&failure);
        }
        builders.iter_mut().for_each(ColumnBuilder::finish_row);
    }
    builders.iter_mut().map(ColumnBuilder::finish).collect()
}

/// Runs an extractor over one cell, for tests: the columns that aren't null as `name=value`, then the warnings.
#[cfg(test)]
pub(super) fn run(extractor: &dyn super::Extractor, data_type: DataType, input: quarry_types::Value) -> Vec<String> {
    let input = Column::from_values(data_type, [input]);
    let (settings, site) = (crate::Settings::default(), std::sync::Arc::new(crate::Site::default()));
    let mut warnings = crate::Warnings::default();
    let mut context = Context { rows: 1, site: &site, warnings: &mut warnings, settings: &settings };
    let names = extractor.columns();
    let columns = extractor.extract(&mut context, &input, &vec![true; names.len()]);
    let values = names.iter().zip(&columns).filter(|(_, column)| !column.is_null(0));
    let mut shown: Vec<String> = values.map(|((name, _), column)| format!("{name}={}", column.value(0))).collect();
    shown.extend(warnings.texts().into_iter().skip(1).map(|text| text.replacen("Line 0:0: ", "", 1)));
    shown
}

use std::collections::HashMap;
use std::ops::ControlFlow;

use quarry_functions::Warnings;
use quarry_plan::scan::Account;
use quarry_plan::{ColumnId, Matching, Plan};
use quarry_types::{Batch, Column, DataType};

use crate::budget::Share;
use crate::group_table::GroupTable;
use crate::operator::held::Held;
use crate::{Evaluator, ExecError, ExecOptions, execute};

/// The rows that a lookup looks into, in a form in which they are found quickly.
pub(crate) struct Rows {
    pub(super) batch: Batch,
    pub(super) index: Index,
    /// What failed while they were read.
    pub(super) warnings: Warnings,
    _held: Held,
    _share: Share,
}

/// How rows are found.
pub(super) enum Index {
    /// Every row is compared.
    None,
    /// By keys of single values.
    Keys {
        table: GroupTable,
        /// The rows of each group.
        rows: Vec<Vec<u32>>,
        /// Keys that rows with lists have among others: such rows are never found, which is told.
        lists: GroupTable,
        /// Whether some row lacks a key.
        nulls: bool,
    },
    /// By the texts of a column.
    Texts(HashMap<String, Vec<u32>>),
    /// The texts of ranges, row by row: what they mean depends on what is looked for.
    Ranges { ranges: Column, bounds: [Option<Column>; 4] },
}

impl Rows {
    /// Runs `plan` and indexes what comes out.
    pub(super) fn read(
        plan: &Plan,
        matching: &Matching,
        options: &ExecOptions,
        account: &Account,
    ) -> Result<Self, ExecError> {
        let types = plan.output.iter().map(|attribute| attribute.data_type).collect();
        let mut held = Held::new(types, &options.budget, "The lookup");
        let mut failure = None;
        let mut warnings = execute(plan, options, account, &mut |batch| match held.add(&batch) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                failure = Some(error);
                ControlFlow::Break(())
            }
        })?;
        if let Some(error) = failure {
            return Err(error);
        }
        let batch = held.take();
        let column = |id: ColumnId| {
            plan.position(id).map_or_else(|| Column::nulls(DataType::Null, batch.rows()), |i| batch.column(i).clone())
        };
        let index = match matching {
            Matching::Conditions { keys, .. } if keys.is_empty() => Index::None,
            Matching::Conditions { keys, .. } => {
                let columns: Vec<Column> = keys
                    .iter()
                    .map(|(_, key)| Evaluator::new(key, &plan.output))
                    .map(|key| key.evaluate(&batch, &mut warnings, &options.settings))
                    .collect();
                by_keys(&columns, batch.rows())
            }
            Matching::Text { column: id, .. } => by_texts(&column(*id)),
            Matching::Range { ranges, bounds, .. } => {
                Index::Ranges { ranges: column(*ranges), bounds: bounds.map(|bound| bound.map(&column)) }
            }
        };
        let mut share = options.budget.share("The lookup");
        share.set(index.memory_bytes())?;
        Ok(Self { batch, index, warnings, _held: held, _share: share })
    }
}

impl Index {
    fn memory_bytes(&self) -> usize {
        match self {
            Index::None | Index::Ranges { .. } => 0,
            Index::Keys { table, rows, lists, .. } => {
                let rows: usize = rows.iter().map(|rows| 24 + rows.capacity() * 4).sum();
                table.memory_bytes() + lists.memory_bytes() + rows
            }
            Index::Texts(texts) => texts.iter().map(|(text, rows)| 64 + text.len() + rows.capacity() * 4).sum(),
        }
    }
}

fn by_keys(keys: &[Column], rows: usize) -> Index {
    let types: Vec<DataType> = keys.iter().map(Column::data_type).collect();
    let (mut table, mut lists) = (GroupTable::new(&types), GroupTable::new(&types));
    let (mut single, mut multiple) = (Vec::new(), Vec::new());
    let mut nulls = false;
    for row in 0..rows {
        if keys.iter().any(|key| key.is_null(row)) {
            nulls = true;
            continue;
        }
        if keys.iter().any(|key| key.is_list() && key.value(row).elements().len() > 1) {
            multiple.push(row as u32);
        } else {
            single.push(row as u32);
        }
    }
    let pick = |rows: &[u32]| -> Vec<Column> {
        let indices = arrow_array::UInt32Array::from(rows.to_vec());
        keys.iter().map(|key| key.take(&indices)).collect()
    };
    let groups = table.number(&pick(&single), single.len());
    let mut of_group = vec![Vec::new(); table.len()];
    for (row, group) in single.iter().zip(groups) {
        of_group[group as usize].push(*row);
    }
    lists.groups(&pick(&multiple), multiple.len());
    Index::Keys { table, rows: of_group, lists, nulls }
}

fn by_texts(column: &Column) -> Index {
    let mut texts: HashMap<String, Vec<u32>> = HashMap::new();
    for (row, value) in column.values().enumerate() {
        for element in value.elements() {
            let rows = texts.entry(element.to_string()).or_default();
            if rows.last() != Some(&(row as u32)) {
                rows.push(row as u32);
            }
        }
    }
    Index::Texts(texts)
}

use std::collections::HashSet;

use quarry_types::{Booleans, Column, ColumnBuilder, DataType, Strings, encode_key};

use super::comparison::{self, Comparison, single_valued};
use super::logic::Truth;
use crate::definition::accept::{BOOLEAN, DATES, IP, RANGE, SIGNED, SPATIAL, STRING, UNSIGNED_LONG, VERSION};
use crate::{BuildError, Call, Category, Evaluation, Example, Kernel, Parameter, Returns, ScalarFunction, Signature};

const BOOL: Returns = Returns::Always(DataType::Boolean);

/// `IN`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "in",
    aliases: &[],
    category: Category::Operator,
    summary: "Whether a value equals one of the listed ones.",
    details: "Without a match null where the value or a listed one is null.",
    parameters: &[
        Parameter { name: "field", description: "The value." },
        Parameter { name: "inlist", description: "The values to compare with." },
    ],
    signatures: &[
        Signature::new(&[SIGNED, SIGNED], BOOL).variadic().unified(),
        Signature::new(&[UNSIGNED_LONG, UNSIGNED_LONG], BOOL).variadic(),
        Signature::new(&[STRING, STRING], BOOL).variadic(),
        Signature::new(&[DATES, DATES], BOOL).variadic().unified(),
        Signature::new(&[IP, IP], BOOL).variadic(),
        Signature::new(&[VERSION, VERSION], BOOL).variadic(),
        Signature::new(&[BOOLEAN, BOOLEAN], BOOL).variadic(),
        Signature::new(&[SPATIAL, SPATIAL], BOOL).variadic().unified(),
        Signature::new(&[RANGE, RANGE], BOOL).variadic().unified(),
    ],
    examples: &[Example { query: "ROW x = 1 IN (1, null), y = 2 IN (1, null)", result: "true | null" }],
    evaluation: Evaluation::Kernel(build),
};

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    if let Some(kernel) = constant_list(call) {
        return Ok(kernel);
    }
    let equal = comparison::kernel(call, Comparison::Equal);
    Ok(Box::new(move |context, columns| {
        let rows = context.rows;
        let mut any: Option<Truth> = None;
        for element in &columns[1..] {
            let next = Truth::of(&equal(context, &[columns[0].clone(), element.clone()]), rows);
            any = Some(match any {
                None => next,
                Some(a) => Truth { is_true: &a.is_true | &next.is_true, is_false: &a.is_false & &next.is_false },
            });
        }
        any.map_or_else(|| Column::nulls(DataType::Boolean, rows), Truth::into_column)
    }))
}

/// A hash look-up, where every listed value is a single constant.
fn constant_list(call: &Call<'_>) -> Option<Kernel> {
    let data_type = call.types[0];
    if data_type == DataType::Version || data_type == DataType::Null || call.types.len() < 3 {
        return None;
    }
    let listed: Vec<_> = call.constants[1..].iter().map(Option::as_ref).collect::<Option<_>>()?;
    if listed.iter().any(|value| value.elements().len() > 1) {
        return None;
    }
    let has_null = listed.iter().any(|value| value.is_null());
    if data_type.is_string() {
        let set: HashSet<String, foldhash::fast::RandomState> =
            listed.iter().filter_map(|value| value.as_str().map(str::to_owned)).collect();
        return Some(Box::new(move |context, columns| {
            let column = single_valued(context, &columns[0]);
            let Some(cells) = column.cells::<Strings>() else {
                return Column::nulls(DataType::Boolean, context.rows);
            };
            tri_state(context.rows, has_null, |row| cells.single(row).map(|value| set.contains(value)))
        }));
    }
    let mut set: HashSet<Vec<u8>, foldhash::fast::RandomState> = HashSet::default();
    for value in listed {
        let mut key = Vec::new();
        encode_key(&Column::constant(data_type, value, 1), 0, &mut key);
        set.insert(key);
    }
    Some(Box::new(move |context, columns| {
        let column = single_valued(context, &columns[0]);
        let mut key = Vec::new();
        tri_state(context.rows, has_null, |row| {
            if column.is_null(row) {
                return None;
            }
            key.clear();
            encode_key(&column, row, &mut key);
            Some(set.contains(&key))
        })
    }))
}

fn tri_state(rows: usize, has_null: bool, mut found: impl FnMut(usize) -> Option<bool>) -> Column {
    let mut builder = ColumnBuilder::with_capacity(DataType::Boolean, rows);
    for row in 0..rows {
        match found(row) {
            Some(true) => builder.push_bool(true),
            Some(false) if !has_null => builder.push_bool(false),
            _ => {}
        }
        builder.finish_row();
    }
    let column = builder.finish();
    debug_assert!(column.is_empty() || column.cells::<Booleans>().is_some());
    column
}

//! What `== != < <= > >=` have in common.

use std::cmp::Ordering;
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, BooleanArray, Datum, Scalar};
use arrow_ord::cmp;
use quarry_types::{Column, DataType, Strings, version};

use crate::definition::accept::{BOOLEAN, DATES, IP, SIGNED, SPATIAL, STRING, UNSIGNED_LONG, VERSION};
use crate::lift::map2;
use crate::{Call, Context, Failure, Kernel, Returns, Signature};

const BOOL: Returns = Returns::Always(DataType::Boolean);

/// What can be tested for order.
pub(crate) static ORDER: [Signature; 6] = [
    Signature::new(&[SIGNED, SIGNED], BOOL).unified(),
    Signature::new(&[UNSIGNED_LONG, UNSIGNED_LONG], BOOL),
    Signature::new(&[STRING, STRING], BOOL),
    Signature::new(&[DATES, DATES], BOOL).unified(),
    Signature::new(&[IP, IP], BOOL),
    Signature::new(&[VERSION, VERSION], BOOL),
];

/// What can be tested for equality: all that has an order, booleans, shapes, and what is kept as one text.
pub(crate) static EQUALITY: [Signature; 14] = [
    ORDER_0,
    ORDER_1,
    ORDER_2,
    ORDER_3,
    ORDER_4,
    ORDER_5,
    Signature::new(&[BOOLEAN, BOOLEAN], BOOL),
    SHAPES,
    Signature::new(&alone::DATE_RANGE, BOOL),
    Signature::new(&alone::DOUBLE_RANGE, BOOL),
    Signature::new(&alone::GEOHASH, BOOL),
    Signature::new(&alone::GEOTILE, BOOL),
    Signature::new(&alone::GEOHEX, BOOL),
    Signature::new(&alone::FLATTENED, BOOL),
];

/// Types that mix with no other: two sets of each.
mod alone {
    use quarry_types::DataType;

    use crate::definition::TypeSet;

    pub(super) const DATE_RANGE: [TypeSet; 2] = [TypeSet::of(&[DataType::DateRange]); 2];
    pub(super) const DOUBLE_RANGE: [TypeSet; 2] = [TypeSet::of(&[DataType::DoubleRange]); 2];
    pub(super) const GEOHASH: [TypeSet; 2] = [TypeSet::of(&[DataType::Geohash]); 2];
    pub(super) const GEOTILE: [TypeSet; 2] = [TypeSet::of(&[DataType::Geotile]); 2];
    pub(super) const GEOHEX: [TypeSet; 2] = [TypeSet::of(&[DataType::Geohex]); 2];
    pub(super) const FLATTENED: [TypeSet; 2] = [TypeSet::of(&[DataType::Flattened]); 2];
}

const ORDER_0: Signature = Signature::new(&[SIGNED, SIGNED], BOOL).unified();
const ORDER_1: Signature = Signature::new(&[UNSIGNED_LONG, UNSIGNED_LONG], BOOL);
const ORDER_2: Signature = Signature::new(&[STRING, STRING], BOOL);
const ORDER_3: Signature = Signature::new(&[DATES, DATES], BOOL).unified();
const ORDER_4: Signature = Signature::new(&[IP, IP], BOOL);
const ORDER_5: Signature = Signature::new(&[VERSION, VERSION], BOOL);
const SHAPES: Signature = Signature::new(&[SPATIAL, SPATIAL], BOOL).unified();

/// A comparison operator.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparison {
    fn accepts(self, ordering: Ordering) -> bool {
        match self {
            Comparison::Equal => ordering.is_eq(),
            Comparison::NotEqual => ordering.is_ne(),
            Comparison::Less => ordering.is_lt(),
            Comparison::LessOrEqual => ordering.is_le(),
            Comparison::Greater => ordering.is_gt(),
            Comparison::GreaterOrEqual => ordering.is_ge(),
        }
    }

    fn arrays(self, a: &dyn Datum, b: &dyn Datum) -> Option<BooleanArray> {
        match self {
            Comparison::Equal => cmp::eq(a, b),
            Comparison::NotEqual => cmp::neq(a, b),
            Comparison::Less => cmp::lt(a, b),
            Comparison::LessOrEqual => cmp::lt_eq(a, b),
            Comparison::Greater => cmp::gt(a, b),
            Comparison::GreaterOrEqual => cmp::gt_eq(a, b),
        }
        .ok()
    }
}

/// The kernel of a comparison between two operands of one type.
pub(crate) fn kernel(call: &Call<'_>, comparison: Comparison) -> Kernel {
    if call.types.contains(&DataType::Version) {
        return map2::<Strings, Strings, _>(move |a, b| comparison.accepts(version::compare(a, b)));
    }
    Box::new(move |context, columns| compare_columns(context, &columns[0], &columns[1], comparison))
}

fn compare_columns(context: &mut Context<'_>, a: &Column, b: &Column, comparison: Comparison) -> Column {
    if a.data_type() == DataType::Null || b.data_type() == DataType::Null {
        return Column::nulls(DataType::Boolean, context.rows);
    }
    let (a, b) = (single_valued(context, a), single_valued(context, b));
    let result = match (a.is_constant(), b.is_constant()) {
        (true, true) => comparison.arrays(a.array(), b.array()),
        (true, false) => comparison.arrays(&Scalar::new(a.array().clone()), b.array()),
        (false, true) => comparison.arrays(a.array(), &Scalar::new(b.array().clone())),
        (false, false) => comparison.arrays(a.array(), b.array()),
    };
    match result {
        Some(array) if array.len() == context.rows => Column::new(DataType::Boolean, Arc::new(array)),
        Some(array) => {
            let column = Column::new(DataType::Boolean, Arc::new(array));
            Column::constant(DataType::Boolean, &column.value(0), context.rows)
        }
        None => Column::nulls(DataType::Boolean, context.rows),
    }
}

/// The column in which every list has become null, with a warning.
pub(crate) fn single_valued(context: &mut Context<'_>, column: &Column) -> Column {
    use arrow_array::UInt32Array;
    use arrow_array::cast::AsArray;

    let Some(list) = column.array().as_list_opt::<i32>() else { return column.clone() };
    let mut any_list = false;
    let indices: UInt32Array = (0..list.len())
        .map(|row| {
            let (start, end) = (list.value_offsets()[row], list.value_offsets()[row + 1]);
            if list.is_null(row) || end == start {
                return None;
            }
            any_list |= end - start > 1;
            (end - start == 1).then_some(start as u32)
        })
        .collect();
    if any_list {
        context.warn(&Failure::multi_value());
    }
    let array: ArrayRef = match arrow_select::take::take(list.values().as_ref(), &indices, None) {
        Ok(array) => array,
        Err(_) => return Column::nulls(column.data_type(), column.len()),
    };
    let flat = Column::new(column.data_type(), array);
    if column.is_constant() { Column::constant(column.data_type(), &flat.value(0), column.len()) } else { flat }
}

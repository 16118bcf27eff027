//! Functions over doubles that take every number.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int32Type, Int64Type, UInt64Type};
use arrow_array::{ArrayRef, Float64Array};
use quarry_types::{Column, ColumnBuilder, DataType, Doubles, Integers, Layout, Longs, UnsignedLongs};

use crate::definition::accept::NUMERIC;
use crate::lift::{map1, map2};
use crate::{BuildError, Call, Failure, Kernel, Parameter, Returns, Signature};

/// One number of any type in, a double out.
pub(super) const ONE: &[Signature] = &[Signature::new(&[NUMERIC], Returns::Always(DataType::Double))];
/// Two numbers of any types in, a double out.
pub(super) const TWO: &[Signature] = &[Signature::new(&[NUMERIC, NUMERIC], Returns::Always(DataType::Double))];
/// The parameter of functions of one number.
pub(super) const NUMBER: &[Parameter] = &[Parameter { name: "number", description: "The number." }];
/// The parameter of functions of an angle.
pub(super) const ANGLE: &[Parameter] = &[Parameter { name: "angle", description: "The angle, in radians." }];

/// The kernel of a function of one number.
pub(super) fn of_one(call: &Call<'_>, f: fn(f64) -> Result<f64, Failure>) -> Result<Kernel, BuildError> {
    Ok(match call.types[0].layout() {
        Layout::Int32 => map1::<Integers, _>(move |x| f(f64::from(x))),
        Layout::Int64 => map1::<Longs, _>(move |x| f(x as f64)),
        Layout::UInt64 => map1::<UnsignedLongs, _>(move |x| f(x as f64)),
        _ => map1::<Doubles, _>(f),
    })
}

/// The kernel of a function of two numbers.
pub(super) fn of_two(f: fn(f64, f64) -> Result<f64, Failure>) -> Kernel {
    let kernel = map2::<Doubles, Doubles, _>(f);
    Box::new(move |context, columns| kernel(context, &[widen(&columns[0]), widen(&columns[1])]))
}

/// The numbers of a column as doubles.
pub(in crate::scalar) fn widen(column: &Column) -> Column {
    let layout = column.data_type().layout();
    if matches!(layout, Layout::Float64 | Layout::Null) {
        return column.clone();
    }
    if column.is_list() || column.is_constant() {
        return widen_cells(column);
    }
    let array = column.array();
    let doubles: Float64Array = match layout {
        Layout::Int32 => array.as_primitive::<Int32Type>().unary::<_, Float64Type>(f64::from),
        Layout::Int64 => array.as_primitive::<Int64Type>().unary::<_, Float64Type>(|x| x as f64),
        Layout::UInt64 => array.as_primitive::<UInt64Type>().unary::<_, Float64Type>(|x| x as f64),
        _ => return Column::nulls(DataType::Double, column.len()),
    };
    Column::new(DataType::Double, Arc::new(doubles) as ArrayRef)
}

fn widen_cells(column: &Column) -> Column {
    let rows = if column.is_constant() { 1 } else { column.len() };
    let mut builder = ColumnBuilder::with_capacity(DataType::Double, rows);
    for row in 0..rows {
        column.value(row).elements().iter().filter_map(quarry_types::Value::as_f64).for_each(|x| builder.push_f64(x));
        builder.finish_row();
    }
    let doubles = builder.finish();
    if column.is_constant() { Column::constant(DataType::Double, &doubles.value(0), column.len()) } else { doubles }
}

#[cfg(test)]
pub(super) mod testing {
    use quarry_types::{DataType, Value};

    use crate::testing::{Outcome, call};

    /// Calls a function with doubles.
    pub(in crate::scalar::math) fn doubles(name: &str, arguments: &[f64]) -> Outcome {
        let arguments: Vec<_> = arguments.iter().map(|x| (DataType::Double, Value::Double(*x))).collect();
        call(name, &arguments).unwrap()
    }

    /// Checks that a function fails with an arithmetic error.
    pub(in crate::scalar::math) fn fails(name: &str, arguments: &[f64], message: &str) {
        let expected = (Value::Null, vec![format!("java.lang.ArithmeticException: {message}")]);
        assert_eq!(doubles(name, arguments), expected, "{name} of {arguments:?}");
    }
}

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use super::*;

    #[test]
    fn numbers_widen_to_doubles() {
        let cells = [Value::Integer(1), Value::Null, Value::List(vec![2.into(), 3.into()])];
        let widened = widen(&Column::from_values(DataType::Integer, cells));
        let doubles = [Value::Double(1.0), Value::Null, Value::List(vec![2.0.into(), 3.0.into()])];
        assert_eq!(widened.values().collect::<Vec<_>>(), doubles);
        let flat = widen(&Column::from_values(DataType::UnsignedLong, [Value::UnsignedLong(7), Value::Null]));
        assert_eq!(flat.values().collect::<Vec<_>>(), [Value::Double(7.0), Value::Null]);
        let constant = widen(&Column::constant(DataType::Long, &Value::Long(4), 3));
        assert_eq!(constant.values().collect::<Vec<_>>(), vec![Value::Double(4.0); 3]);
    }
}

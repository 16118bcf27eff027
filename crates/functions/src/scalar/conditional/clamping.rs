//! What CLAMP, CLAMP_MIN and CLAMP_MAX have in common.

use std::cmp::Ordering;

use quarry_types::{Cells, Column, DataType, Integers, Layout, Longs, UnsignedLongs};

use crate::lift::build_rows;
use crate::scalar::math::double::widen;
use crate::scalar::multi_value::kind::{Kind, by_kind};
use crate::{Call, Failure, Kernel};

/// Which bounds follow the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bounds {
    Both,
    Lower,
    Upper,
}

impl Bounds {
    /// The value, or the bound that it is beyond; the upper bound has the last word.
    fn apply<T: Copy>(self, value: T, bounds: &[T], order: impl Fn(T, T) -> Ordering) -> T {
        let (lower, upper) = match self {
            Bounds::Both => (bounds.first(), bounds.get(1)),
            Bounds::Lower => (bounds.first(), None),
            Bounds::Upper => (None, bounds.first()),
        };
        let value = lower.map_or(value, |lower| if order(value, *lower).is_lt() { *lower } else { value });
        upper.map_or(value, |upper| if order(value, *upper).is_gt() { *upper } else { value })
    }
}

/// The type of a clamped number: double before unsigned_long before long before integer. Only an unsigned_long between
/// longs becomes a long.
pub(super) fn number_type(types: &[DataType]) -> DataType {
    match types {
        [DataType::UnsignedLong, bounds @ ..] if bounds.iter().all(|t| *t == DataType::Long) => DataType::Long,
        _ => [DataType::Double, DataType::UnsignedLong, DataType::Long, DataType::Integer]
            .into_iter()
            .find(|t| types.contains(t))
            .unwrap_or(DataType::Null),
    }
}

pub(super) fn kernel(call: &Call<'_>, bounds: Bounds) -> Kernel {
    let returns = call.returns;
    match returns {
        DataType::Double => Box::new(move |context, columns| {
            let doubles: Vec<Column> = columns.iter().map(widen).collect();
            same_kind::<quarry_types::Doubles>(returns, bounds)(context, &doubles)
        }),
        DataType::Integer | DataType::Long | DataType::UnsignedLong => whole(returns, bounds),
        _ => by_kind!(returns, E => same_kind::<E>(returns, bounds)),
    }
}

fn same_kind<E: Kind>(returns: DataType, bounds: Bounds) -> Kernel {
    Box::new(move |context, columns| {
        let cells: Option<Vec<Cells<'_, E>>> = columns.iter().map(Column::cells).collect();
        let Some(cells) = cells else { return Column::nulls(returns, context.rows) };
        let mut values = Vec::with_capacity(cells.len());
        build_rows(context, returns, columns, |row, out| {
            values.clear();
            for cells in &cells {
                let range = cells.range(row);
                match range.len() {
                    0 => return Ok(()),
                    1 => values.push(cells.element(range.start)),
                    _ => return Err(Failure::multi_value()),
                }
            }
            E::push(out, bounds.apply(values[0], &values[1..], |a, b| E::order(a, b)));
            Ok(())
        })
    })
}

/// Reads whole numbers of any type.
enum Whole<'a> {
    Integers(Cells<'a, Integers>),
    Longs(Cells<'a, Longs>),
    UnsignedLongs(Cells<'a, UnsignedLongs>),
}

impl<'a> Whole<'a> {
    fn new(column: &'a Column) -> Option<Self> {
        Some(match column.data_type().layout() {
            Layout::Int32 => Whole::Integers(column.cells()?),
            Layout::Int64 => Whole::Longs(column.cells()?),
            Layout::UInt64 => Whole::UnsignedLongs(column.cells()?),
            _ => return None,
        })
    }

    fn get(&self, row: usize) -> Result<Option<i128>, Failure> {
        let (count, value) = match self {
            Whole::Integers(cells) => (cells.range(row).len(), cells.single(row).map(i128::from)),
            Whole::Longs(cells) => (cells.range(row).len(), cells.single(row).map(i128::from)),
            Whole::UnsignedLongs(cells) => (cells.range(row).len(), cells.single(row).map(i128::from)),
        };
        if count > 1 { Err(Failure::multi_value()) } else { Ok(value) }
    }
}

fn whole(returns: DataType, bounds: Bounds) -> Kernel {
    Box::new(move |context, columns| {
        let readers: Option<Vec<Whole<'_>>> = columns.iter().map(Whole::new).collect();
        let Some(readers) = readers else { return Column::nulls(returns, context.rows) };
        let mut values = Vec::with_capacity(readers.len());
        build_rows(context, returns, columns, |row, out| {
            values.clear();
            for reader in &readers {
                match reader.get(row)? {
                    Some(value) => values.push(value),
                    None => return Ok(()),
                }
            }
            let value = bounds.apply(values[0], &values[1..], |a, b| a.cmp(&b));
            let out_of_range = || Failure::invalid_argument(format!("[{value}] out of [{}] range", returns.name()));
            match returns {
                DataType::Integer => out.push_i32(i32::try_from(value).map_err(|_| out_of_range())?),
                DataType::Long => out.push_i64(i64::try_from(value).map_err(|_| out_of_range())?),
                _ => out.push_u64(u64::try_from(value).map_err(|_| out_of_range())?),
            }
            Ok(())
        })
    })
}

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use super::*;
    use crate::testing::{Argument, call};

    #[test]
    fn values_stay_within_bounds() {
        for (x, expected) in [(0, 1), (3, 3), (9, 5)] {
            let arguments: Vec<Argument> = [x, 1, 5].map(|n| (DataType::Integer, n.into())).into();
            assert_eq!(call("clamp", &arguments).unwrap().0, Value::Integer(expected));
        }
        let texts = ["b", "c"].map(|t| (DataType::Keyword, Value::from(t)));
        assert_eq!(call("clamp_min", &texts).unwrap().0, "c".into());
        assert_eq!(call("clamp_max", &texts).unwrap().0, "b".into());
        assert_eq!(call("clamp_max", &[texts[0].clone(), (DataType::Null, Value::Null)]).unwrap().0, Value::Null);
    }

    #[test]
    fn numbers_of_any_types_mix() {
        let unsigned = (DataType::UnsignedLong, Value::UnsignedLong(u64::MAX));
        let integer = (DataType::Integer, Value::Integer(-1));
        let long = (DataType::Long, Value::Long(7));
        let double = (DataType::Double, Value::Double(0.5));
        assert_eq!(call("clamp_min", &[integer.clone(), double]).unwrap().0, Value::Double(0.5));
        assert_eq!(call("clamp_max", &[unsigned.clone(), long.clone()]).unwrap().0, Value::Long(7));
        assert_eq!(call("clamp_max", &[long.clone(), unsigned.clone()]).unwrap().0, Value::UnsignedLong(7));
        assert_eq!(call("clamp", &[unsigned.clone(), long.clone(), long]).unwrap().0, Value::Long(7));
        let (value, warnings) = call("clamp_max", &[unsigned, integer]).unwrap();
        assert!(value.is_null());
        assert!(warnings[0].ends_with("[-1] out of [unsigned_long] range"), "{warnings:?}");
    }
}

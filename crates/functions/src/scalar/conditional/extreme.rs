//! What GREATEST and LEAST have in common.

use std::cmp::Ordering;

use quarry_types::{Cells, Column, DataType};

use crate::definition::accept::{BOOLEAN, DATE, DATE_NANOS, IP, SIGNED, STRING, VERSION};
use crate::lift::build_rows;
use crate::scalar::multi_value::kind::{Kind, by_kind};
use crate::{Call, Kernel, Parameter, Returns, Signature};

pub(super) const PARAMETERS: &[Parameter] = &[
    Parameter { name: "first", description: "A value." },
    Parameter { name: "rest", description: "More values of the same kind." },
];

const COMMON: Returns = Returns::Common(0);

/// Any number of arguments of one kind.
pub(super) static SIGNATURES: [Signature; 7] = [
    Signature::new(&[SIGNED, SIGNED], COMMON).optional(1).variadic().unified(),
    Signature::new(&[BOOLEAN, BOOLEAN], COMMON).optional(1).variadic(),
    Signature::new(&[STRING, STRING], COMMON).optional(1).variadic(),
    Signature::new(&[DATE, DATE], COMMON).optional(1).variadic(),
    Signature::new(&[DATE_NANOS, DATE_NANOS], COMMON).optional(1).variadic(),
    Signature::new(&[IP, IP], COMMON).optional(1).variadic(),
    Signature::new(&[VERSION, VERSION], COMMON).optional(1).variadic(),
];

/// Picks the value that is `wanted` compared with all others.
pub(super) fn kernel(call: &Call<'_>, wanted: Ordering) -> Kernel {
    by_kind!(call.returns, E => pick::<E>(call.returns, wanted))
}

fn pick<E: Kind>(returns: DataType, wanted: Ordering) -> Kernel {
    Box::new(move |context, columns| {
        let cells: Option<Vec<Cells<'_, E>>> = columns.iter().map(Column::cells).collect();
        let Some(cells) = cells else { return Column::nulls(returns, context.rows) };
        build_rows(context, returns, columns, |row, out| {
            if cells.iter().any(|cells| cells.range(row).is_empty()) {
                return Ok(());
            }
            let values = cells.iter().flat_map(|cells| cells.row(row));
            let best = values.reduce(|best, value| if E::order(value, best) == wanted { value } else { best });
            best.into_iter().for_each(|value| E::push(out, value));
            Ok(())
        })
    })
}

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use super::*;
    use crate::testing::call;

    #[test]
    fn lists_take_part_and_null_wins() {
        let integers = |values: Vec<Value>| -> Vec<_> { values.into_iter().map(|v| (DataType::Integer, v)).collect() };
        let list = Value::List(vec![9.into(), 1.into()]);
        assert_eq!(call("greatest", &integers(vec![3.into(), list.clone()])).unwrap().0, Value::Integer(9));
        assert_eq!(call("least", &integers(vec![3.into(), list.clone()])).unwrap().0, Value::Integer(1));
        assert_eq!(call("least", &integers(vec![list, Value::Null])).unwrap().0, Value::Null);
        let versions = ["1.10.0", "1.9.0"].map(|v| (DataType::Version, Value::from(v)));
        assert_eq!(call("greatest", &versions).unwrap().0, "1.10.0".into());
        assert_eq!(call("greatest", &[(DataType::Null, Value::Null)]).unwrap().0, Value::Null);
    }
}

use std::ops::Range;

use quarry_types::{Cells, Column, DataType, Integers};

use super::kind::{Kind, by_kind};
use crate::definition::accept::{ANY, INTEGER};
use crate::lift::build_rows;
use crate::{Category, Evaluation, Example, Failure, Kernel, Parameter, Returns, ScalarFunction, Signature};

/// `MV_SLICE`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "mv_slice",
    aliases: &[],
    category: Category::MultiValue,
    summary: "The values of a list from one position to another, both included.",
    details: "Positions count from 0, or from the end where negative: -1 is the last value. What lies outside of the \
              list is left out; null where nothing is left.",
    parameters: &[
        Parameter { name: "field", description: "The values." },
        Parameter { name: "start", description: "The first position." },
        Parameter { name: "end", description: "The last position; by default the same as the first." },
    ],
    signatures: &[Signature::new(&[ANY, INTEGER, INTEGER], Returns::Argument(0)).optional(1)],
    examples: &[Example {
        query: "ROW x = [5, 6, 7] | EVAL a = MV_SLICE(x, 1), b = MV_SLICE(x, -2, -1) | KEEP a, b",
        result: "6 | [6, 7]",
    }],
    evaluation: Evaluation::Kernel(|call| Ok(by_kind!(call.types[0], E => kernel::<E>(call.returns)))),
};

fn kernel<E: Kind>(returns: DataType) -> Kernel {
    Box::new(move |context, columns| {
        let Some(values) = columns[0].cells::<E>() else { return Column::nulls(returns, context.rows) };
        let positions: Option<Vec<Cells<'_, Integers>>> = columns[1..].iter().map(Column::cells).collect();
        let Some(positions) = positions else { return Column::nulls(returns, context.rows) };
        build_rows(context, returns, columns, |row, out| {
            let mut ends = [0; 2];
            for (i, end) in ends.iter_mut().enumerate() {
                let cells = &positions[i.min(positions.len() - 1)];
                match cells.range(row).len() {
                    0 => return Ok(()),
                    1 => *end = i64::from(cells.element(cells.range(row).start)),
                    _ => return Err(Failure::multi_value()),
                }
            }
            let range = values.range(row);
            for i in slice(range.len(), ends[0], ends[1])? {
                E::push(out, values.element(range.start + i));
            }
            Ok(())
        })
    })
}

/// The part of a list of `length` values between two positions.
fn slice(length: usize, start: i64, end: i64) -> Result<Range<usize>, Failure> {
    if start > end {
        return Err(Failure::invalid_argument("Start offset is greater than end offset"));
    }
    if start < 0 && end >= 0 {
        return Err(Failure::invalid_argument("Start and end offset have different signs"));
    }
    let length = length as i64;
    let from_front = |position: i64| if position < 0 { position + length } else { position };
    let start = from_front(start).max(0);
    let end = (from_front(end) + 1).min(length);
    Ok(start as usize..end.max(start) as usize)
}

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use super::*;
    use crate::testing::call;

    #[test]
    fn positions_count_from_either_end() {
        for (start, end, expected) in
            [(0, 0, 0..1), (1, 2, 1..3), (2, 9, 2..4), (4, 9, 4..4), (-1, -1, 3..4), (-9, -3, 0..2), (-9, -8, 0..0)]
        {
            assert_eq!(slice(4, start, end).unwrap(), expected, "{start} {end}");
        }
        assert!(slice(4, 2, 1).is_err());
        assert!(slice(4, -1, 1).is_err());
    }

    #[test]
    fn without_an_end_one_value_is_left() {
        let list = Value::List(vec!["a".into(), "b".into()]);
        let slice =
            |start: Value| call("mv_slice", &[(DataType::Text, list.clone()), (DataType::Integer, start)]).unwrap().0;
        assert_eq!(slice(1.into()), "b".into());
        assert_eq!(slice(2.into()), Value::Null);
        assert_eq!(slice(Value::Null), Value::Null);
    }
}

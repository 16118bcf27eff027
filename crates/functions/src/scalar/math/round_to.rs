use quarry_types::{DataType, Doubles, Element, Integers, Layout, Longs, Value};

use crate::aggregate::state::constant;
use crate::definition::accept::{DATE, DATE_NANOS, SIGNED};
use crate::lift::{Output, map1_as};
use crate::{BuildError, Call, Category, Evaluation, Example, Kernel, Parameter, Returns, ScalarFunction, Signature};

/// `ROUND_TO`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "round_to",
    aliases: &[],
    category: Category::Math,
    summary: "The largest of several points that isn't above the value.",
    details: "Below all of them, the smallest. The points may come in any order.",
    parameters: &[
        Parameter { name: "field", description: "The value." },
        Parameter { name: "points", description: "The points to round to, constants." },
    ],
    signatures: &[
        Signature::new(&[SIGNED, SIGNED], Returns::Common(0)).variadic().unified(),
        Signature::new(&[DATE, DATE], Returns::Argument(0)).variadic(),
        Signature::new(&[DATE_NANOS, DATE_NANOS], Returns::Argument(0)).variadic(),
    ],
    examples: &[Example { query: "ROW x = ROUND_TO(7, 1, 5, 10), y = ROUND_TO(0, 1, 5)", result: "5 | 1" }],
    evaluation: Evaluation::Kernel(build),
};

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    let mut points = Vec::new();
    for index in 1..call.types.len() {
        points.push(constant(call, index)?);
    }
    if points.iter().any(|point| point.is_null()) {
        return Ok(crate::lift::constant(call.returns, Value::Null));
    }
    Ok(match call.returns.layout() {
        Layout::Int32 => {
            let points = points.iter().filter_map(|p| p.as_i64()).filter_map(|p| i32::try_from(p).ok()).collect();
            kernel::<Integers, i32>(call.returns, points, |a, b| a <= b)
        }
        Layout::Int64 => {
            kernel::<Longs, i64>(call.returns, points.iter().filter_map(|p| p.as_i64()).collect(), |a, b| a <= b)
        }
        Layout::Float64 => {
            kernel::<Doubles, f64>(call.returns, points.iter().filter_map(|p| p.as_f64()).collect(), |a, b| a <= b)
        }
        _ => crate::lift::constant(call.returns, Value::Null),
    })
}

fn kernel<E, T>(returns: DataType, mut points: Vec<T>, not_above: fn(&T, &T) -> bool) -> Kernel
where
    E: for<'a> Element<Item<'a> = T>,
    T: Copy + PartialOrd + Output + Send + Sync + 'static,
{
    points.sort_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
    map1_as::<E, Option<T>>(returns, move |value| {
        let above = points.partition_point(|point| not_above(point, &value));
        points.get(above.saturating_sub(1)).copied()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::call;

    #[test]
    fn the_nearest_point_below_is_taken() {
        let round = |x: i32| {
            let arguments = [x, 9, -1, 100].map(|n| (DataType::Integer, n.into()));
            call("round_to", &arguments).unwrap().0
        };
        for (x, expected) in [(-5, -1), (-1, -1), (8, -1), (9, 9), (99, 9), (1000, 100)] {
            assert_eq!(round(x), Value::Integer(expected), "{x}");
        }
        let dates = [7, 5, 8].map(|ms| (DataType::Date, Value::Date(ms)));
        assert_eq!(call("round_to", &dates).unwrap().0, Value::Date(5));
    }
}

use quarry_types::{Doubles, Element, Integers, Layout, Longs, UnsignedLongs};

use crate::definition::accept::{NUMERIC, WHOLE};
use crate::lift::{Output, map1, map2_as};
use crate::{
    BuildError, Call, Category, Evaluation, Example, Failure, Kernel, Parameter, Returns, ScalarFunction, Signature,
};

/// `ROUND`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "round",
    aliases: &[],
    category: Category::Math,
    summary: "The number rounded to so many decimals, or to a whole one.",
    details: "Of the type of the number. Half is rounded away from zero. Decimals below 0 round left of the point. \
              Without decimals numbers of the whole types are left as they are, lists of them too.",
    parameters: &[
        Parameter { name: "number", description: "The number." },
        Parameter { name: "decimals", description: "How many decimals to keep; 0 by default." },
    ],
    signatures: &[Signature::new(&[NUMERIC, WHOLE], Returns::Argument(0)).optional(1)],
    examples: &[Example {
        query: "ROW x = ROUND(2.345, 1), y = ROUND(-2.5), z = ROUND(1250, -2)",
        result: "2.3 | -3.0 | 1300",
    }],
    evaluation: Evaluation::Kernel(build),
};

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    if call.types.len() == 1 {
        return Ok(unless_whole(call, f64::round));
    }
    Ok(match call.types[1].layout() {
        Layout::Int32 => by_number::<Integers>(call, i64::from),
        _ => by_number::<Longs>(call, |decimals| decimals),
    })
}

/// Doubles are rounded by `f`; other numbers pass through.
pub(super) fn unless_whole(call: &Call<'_>, f: fn(f64) -> f64) -> Kernel {
    match call.types[0].layout() {
        Layout::Float64 => map1::<Doubles, _>(f),
        _ => Box::new(|_, columns| columns[0].clone()),
    }
}

fn by_number<D: Element>(call: &Call<'_>, widen: for<'a> fn(D::Item<'a>) -> i64) -> Kernel {
    fn kernel<N: Element, D: Element, R: Output + 'static>(
        call: &Call<'_>,
        widen: for<'a> fn(D::Item<'a>) -> i64,
        round: for<'a> fn(N::Item<'a>, i64) -> R,
    ) -> Kernel {
        map2_as::<N, D, R>(call.returns, move |number, decimals| round(number, widen(decimals)))
    }
    match call.types[0].layout() {
        Layout::Int32 => kernel::<Integers, D, _>(call, widen, |n, d| fit::<i32>(whole(n.into(), d), "integer")),
        Layout::Int64 => kernel::<Longs, D, _>(call, widen, |n, d| fit::<i64>(whole(n.into(), d), "long")),
        Layout::UInt64 => {
            kernel::<UnsignedLongs, D, _>(call, widen, |n, d| fit::<u64>(whole(n.into(), d), "unsigned_long"))
        }
        _ => kernel::<Doubles, D, _>(call, widen, double),
    }
}

fn fit<T: TryFrom<i128>>(number: i128, name: &str) -> Result<T, Failure> {
    T::try_from(number).map_err(|_| Failure::arithmetic(format!("{name} overflow")))
}

fn whole(number: i128, decimals: i64) -> i128 {
    if decimals >= 0 {
        return number;
    }
    // No number of 64 bits has more than 20 digits.
    let Some(unit) = u32::try_from(decimals.unsigned_abs()).ok().filter(|digits| *digits <= 20).map(|d| 10i128.pow(d))
    else {
        return 0;
    };
    let rest = number % unit;
    let down = number - rest;
    if rest.abs() * 2 >= unit { down + unit * number.signum() } else { down }
}

fn double(number: f64, decimals: i64) -> f64 {
    let factor = 10f64.powi(decimals.unsigned_abs().min(400) as i32);
    if factor.is_infinite() {
        return if decimals > 0 { number } else { 0.0 };
    }
    let scaled = if decimals >= 0 { number * factor } else { number / factor };
    // A number so large has no decimals to round.
    const WHOLE_FROM: f64 = 4_503_599_627_370_496.0;
    if scaled.abs() >= WHOLE_FROM {
        return number;
    }
    let rounded = scaled.round();
    if decimals >= 0 { rounded / factor } else { rounded * factor }
}

#[cfg(test)]
mod tests {
    use quarry_types::{DataType, Value};

    use super::*;
    use crate::testing::call;

    #[test]
    fn half_is_rounded_away_from_zero() {
        for (number, decimals, expected) in [
            (2.345, 2, 2.35),
            (-2.5, 0, -3.0),
            (1250.0, -2, 1300.0),
            (1e300, 5, 1e300),
            (0.3, 400, 0.3),
            (5.0, -400, 0.0),
        ] {
            assert_eq!(double(number, decimals), expected, "{number} {decimals}");
        }
        for (number, decimals, expected) in
            [(1250, -2, 1300), (-1250, -2, -1300), (1249, -2, 1200), (7, 3, 7), (7, -30, 0)]
        {
            assert_eq!(whole(number, decimals), expected, "{number} {decimals}");
        }
    }

    #[test]
    fn what_does_not_fit_fails() {
        let round = |t: DataType, n: Value, d: i64| call("round", &[(t, n), (DataType::Long, d.into())]).unwrap();
        let max = Value::UnsignedLong(u64::MAX);
        assert_eq!(
            round(DataType::UnsignedLong, max.clone(), -19).1,
            ["java.lang.ArithmeticException: unsigned_long overflow"]
        );
        assert_eq!(round(DataType::UnsignedLong, max, -20).0, Value::UnsignedLong(0));
        assert_eq!(
            round(DataType::Integer, i32::MAX.into(), -1).1,
            ["java.lang.ArithmeticException: integer overflow"]
        );
    }

    #[test]
    fn whole_numbers_pass_through() {
        let list = Value::List(vec![1.into(), 2.into()]);
        assert_eq!(call("round", &[(DataType::Integer, list.clone())]).unwrap().0, list);
        assert_eq!(call("round", &[(DataType::Double, 0.5.into())]).unwrap().0, Value::Double(1.0));
    }
}

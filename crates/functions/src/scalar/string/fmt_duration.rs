use quarry_types::{DataType, Integers, Layout, Longs, Strings};

use super::amount::{Unit, in_fitting, in_unit};
use crate::definition::accept::{STRING, WHOLE};
use crate::lift::{map1, map2};
use crate::{
    BuildError, Call, Category, Evaluation, Example, Failure, Kernel, Parameter, Returns, ScalarFunction, Signature,
};

/// `FMT_DURATION`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "fmt_duration",
    aliases: &[],
    category: Category::String,
    summary: "A number of nanoseconds with a unit of time.",
    details: "The largest unit that there is one of, unless one is given; one decimal at most, the rest cut off. -1 is no limit; less gives null and a warning.",
    parameters: &[
        Parameter { name: "nanoseconds", description: "The number of nanoseconds." },
        Parameter { name: "unit", description: "One of nanos, micros, ms, s, m, h and d." },
    ],
    signatures: &[Signature::new(&[WHOLE, STRING], Returns::Always(DataType::Keyword)).optional(1)],
    examples: &[Example {
        query: r#"ROW x = FMT_DURATION(90000000000), y = FMT_DURATION(2000000, "micros")"#,
        result: "1.5m | 2000micros",
    }],
    evaluation: Evaluation::Kernel(build),
};

const UNITS: [Unit; 7] = [
    ("nanos", 1),
    ("micros", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
    ("d", 86_400_000_000_000),
];

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    Ok(match (call.types[0].layout(), call.types.len()) {
        (Layout::Int32, 1) => map1::<Integers, _>(|n| fitting(i64::from(n))),
        (_, 1) => map1::<Longs, _>(fitting),
        (Layout::Int32, _) => map2::<Integers, Strings, _>(|n, unit| given(i64::from(n), unit)),
        _ => map2::<Longs, Strings, _>(given),
    })
}

fn fitting(amount: i64) -> Result<String, Failure> {
    match unbounded(amount)? {
        Some(text) => Ok(text),
        None => Ok(in_fitting(amount, &UNITS)),
    }
}

fn given(amount: i64, unit: &str) -> Result<String, Failure> {
    match unbounded(amount)? {
        Some(text) => Ok(text),
        None => in_unit(amount, unit, &UNITS),
    }
}

/// -1 stands for no limit; nothing is less.
fn unbounded(amount: i64) -> Result<Option<String>, Failure> {
    match amount {
        0.. => Ok(None),
        -1 => Ok(Some("-1".to_owned())),
        _ => Err(Failure::illegal_argument(format!("duration cannot be negative, was given [{amount}]"))),
    }
}

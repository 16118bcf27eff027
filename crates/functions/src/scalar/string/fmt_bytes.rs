use quarry_types::{DataType, Integers, Layout, Longs, Strings};

use super::amount::{Unit, in_fitting, in_unit};
use crate::definition::accept::{STRING, WHOLE};
use crate::lift::{map1, map2};
use crate::{
    BuildError, Call, Category, Evaluation, Example, Failure, Kernel, Parameter, Returns, ScalarFunction, Signature,
};

/// `FMT_BYTES`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "fmt_bytes",
    aliases: &[],
    category: Category::String,
    summary: "A number of bytes with a unit, in steps of 1024.",
    details: "The largest unit that there is one of, unless one is given; one decimal at most, the rest cut off. -1 is no limit; less gives null and a warning.",
    parameters: &[
        Parameter { name: "bytes", description: "The number of bytes." },
        Parameter { name: "unit", description: "One of b, kb, mb, gb, tb and pb." },
    ],
    signatures: &[Signature::new(&[WHOLE, STRING], Returns::Always(DataType::Keyword)).optional(1)],
    examples: &[Example {
        query: r#"ROW x = FMT_BYTES(1536), y = FMT_BYTES(5242880, "kb")"#,
        result: "1.5kb | 5120kb",
    }],
    evaluation: Evaluation::Kernel(build),
};

const UNITS: [Unit; 6] =
    [("b", 1), ("kb", 1 << 10), ("mb", 1 << 20), ("gb", 1 << 30), ("tb", 1 << 40), ("pb", 1 << 50)];

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
        -1 => Ok(Some("-1b".to_owned())),
        _ => Err(Failure::illegal_argument(format!("Values less than -1 bytes are not supported: {amount}b"))),
    }
}

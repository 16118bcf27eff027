use quarry_types::DataType;

use super::amount::Amounts;
use crate::definition::accept::{STRING, WHOLE};
use crate::{Category, Evaluation, Example, Parameter, Returns, ScalarFunction, Signature};

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
    evaluation: Evaluation::Kernel(|call| Ok(AMOUNTS.kernel(call))),
};

static AMOUNTS: Amounts = Amounts {
    units: &[
        ("nanos", 1),
        ("micros", 1_000),
        ("ms", 1_000_000),
        ("s", 1_000_000_000),
        ("m", 60_000_000_000),
        ("h", 3_600_000_000_000),
        ("d", 86_400_000_000_000),
    ],
    no_limit: "-1",
    too_small: |amount| format!("duration cannot be negative, was given [{amount}]"),
};

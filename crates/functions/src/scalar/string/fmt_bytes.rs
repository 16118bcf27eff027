use quarry_types::DataType;

use super::amount::Amounts;
use crate::definition::accept::{STRING, WHOLE};
use crate::{Category, Evaluation, Example, Parameter, Returns, ScalarFunction, Signature};

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
    evaluation: Evaluation::Kernel(|call| Ok(AMOUNTS.kernel(call))),
};

static AMOUNTS: Amounts = Amounts {
    units: &[("b", 1), ("kb", 1 << 10), ("mb", 1 << 20), ("gb", 1 << 30), ("tb", 1 << 40), ("pb", 1 << 50)],
    no_limit: "-1b",
    too_small: |amount| format!("Values less than -1 bytes are not supported: {amount}b"),
};

use quarry_types::DataType;

use super::amount::Amounts;
use crate::definition::accept::{STRING, WHOLE};
use crate::{Category, Evaluation, Example, Parameter, Returns, ScalarFunction, Signature};

/// `FMT_BYTES_SI`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "fmt_bytes_si",
    aliases: &[],
    category: Category::String,
    summary: "A number of bytes with a unit, in steps of 1000.",
    details: "The largest unit that there is one of, unless one is given; one decimal at most, the rest cut off. -1 is no limit; less gives null and a warning.",
    parameters: &[
        Parameter { name: "bytes", description: "The number of bytes." },
        Parameter { name: "unit", description: "One of B, KB, MB, GB, TB and PB." },
    ],
    signatures: &[Signature::new(&[WHOLE, STRING], Returns::Always(DataType::Keyword)).optional(1)],
    examples: &[Example {
        query: r#"ROW x = FMT_BYTES_SI(1500), y = FMT_BYTES_SI(5000000, "KB")"#,
        result: "1.5KB | 5000KB",
    }],
    evaluation: Evaluation::Kernel(|call| Ok(AMOUNTS.kernel(call))),
};

static AMOUNTS: Amounts = Amounts {
    units: &[
        ("B", 1),
        ("KB", 1_000),
        ("MB", 1_000_000),
        ("GB", 1_000_000_000),
        ("TB", 1_000_000_000_000),
        ("PB", 1_000_000_000_000_000),
    ],
    no_limit: "-1B",
    too_small: |amount| format!("Values less than [-1] bytes are not supported: [{amount}]"),
};

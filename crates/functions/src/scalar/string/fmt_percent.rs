use quarry_types::{DataType, Doubles};

use super::amount::one_decimal;
use crate::definition::accept::DOUBLE;
use crate::lift::map1;
use crate::{Category, Evaluation, Example, Parameter, Returns, ScalarFunction, Signature};

/// `FMT_PERCENT`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "fmt_percent",
    aliases: &[],
    category: Category::String,
    summary: "A fraction as a percentage.",
    details: "One decimal at most, the rest cut off.",
    parameters: &[Parameter { name: "fraction", description: "The fraction; 1 is all." }],
    signatures: &[Signature::new(&[DOUBLE], Returns::Always(DataType::Keyword))],
    examples: &[Example { query: "ROW x = FMT_PERCENT(0.5), y = FMT_PERCENT(0.125)", result: "50% | 12.5%" }],
    evaluation: Evaluation::Kernel(|_| {
        Ok(map1::<Doubles, _>(|fraction| format!("{}%", one_decimal(fraction * 100.0))))
    }),
};

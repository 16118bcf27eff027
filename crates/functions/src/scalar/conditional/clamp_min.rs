use super::clamping::{Bounds, kernel, number_type};
use crate::definition::accept::{BOOLEAN, DATE, DATE_NANOS, IP, NUMERIC, STRING, VERSION};
use crate::{Category, Evaluation, Example, Parameter, Returns, ScalarFunction, Signature};

/// `CLAMP_MIN`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "clamp_min",
    aliases: &[],
    category: Category::Conditional,
    summary: "The value, or the lower bound where it lies below.",
    details: "Numbers of different types may be mixed. Null as soon as one argument is null.",
    parameters: &[
        Parameter { name: "field", description: "The value." },
        Parameter { name: "min", description: "The lower bound." },
    ],
    signatures: &[
        Signature::new(&[NUMERIC, NUMERIC], Returns::With(number_type)),
        Signature::new(&[BOOLEAN, BOOLEAN], Returns::Common(0)),
        Signature::new(&[STRING, STRING], Returns::Common(0)),
        Signature::new(&[DATE, DATE], Returns::Common(0)),
        Signature::new(&[DATE_NANOS, DATE_NANOS], Returns::Common(0)),
        Signature::new(&[IP, IP], Returns::Common(0)),
        Signature::new(&[VERSION, VERSION], Returns::Common(0)),
    ],
    examples: &[Example { query: "ROW x = CLAMP_MIN(9, 5), y = CLAMP_MIN(3, 5)", result: "9 | 5" }],
    evaluation: Evaluation::Kernel(|call| Ok(kernel(call, Bounds::Lower))),
};

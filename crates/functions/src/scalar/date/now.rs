use quarry_types::{DataType, Value};

use crate::lift::constant;
use crate::{Category, Evaluation, Parameter, Returns, ScalarFunction, Signature};

/// `NOW`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "now",
    aliases: &[],
    category: Category::Date,
    summary: "The time at which the query runs.",
    details: "One instant for the whole query; `--now` sets it.",
    parameters: &[] as &[Parameter],
    signatures: &[Signature::new(&[], Returns::Always(DataType::Date))],
    examples: &[],
    evaluation: Evaluation::Kernel(|call| Ok(constant(DataType::Date, Value::Date(call.settings.now_millis)))),
};

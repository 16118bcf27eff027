use quarry_types::{Column, DataType, Value};

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
    // Asked of the run, not of the analysis: one plan may run at several times.
    evaluation: Evaluation::Kernel(|_| {
        Ok(Box::new(|context, _| {
            Column::constant(DataType::Date, &Value::Date(context.settings.now_millis), context.rows)
        }))
    }),
};

use quarry_types::DataType;

use super::unchanged;
use crate::definition::accept::{STRING, VERSION};
use crate::{BuildError, Call, Category, Evaluation, Example, Kernel, Parameter, Returns, ScalarFunction, Signature};

/// `TO_VERSION`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "to_version",
    aliases: &["to_ver"],
    category: Category::Conversion,
    summary: "Converts to a version.",
    details: "A string that is no version stays as it is and sorts after all that are. Applied to each value of a \
              list.",
    parameters: &[Parameter { name: "field", description: "The value." }],
    signatures: &[Signature::new(&[STRING.or(VERSION)], Returns::Always(DataType::Version))],
    examples: &[Example { query: r#"ROW x = TO_VERSION("1.10.0") > TO_VERSION("1.9.2")"#, result: "true" }],
    evaluation: Evaluation::Kernel(build),
};

fn build(_: &Call<'_>) -> Result<Kernel, BuildError> {
    Ok(unchanged(DataType::Version))
}

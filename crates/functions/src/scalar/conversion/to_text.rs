use quarry_types::DataType;

use super::unchanged;
use crate::definition::accept::STRING;
use crate::{BuildError, Call, Category, Evaluation, Example, Kernel, Parameter, Returns, ScalarFunction, Signature};

/// `TO_TEXT`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "to_text",
    aliases: &[],
    category: Category::Conversion,
    summary: "Converts a keyword to text.",
    details: "For the functions that analyse text; everything else treats both alike.",
    parameters: &[Parameter { name: "field", description: "The value." }],
    signatures: &[Signature::new(&[STRING], Returns::Always(DataType::Text))],
    examples: &[Example { query: r#"ROW x = TO_TEXT("a quick fox")"#, result: "a quick fox" }],
    evaluation: Evaluation::Kernel(build),
};

fn build(_: &Call<'_>) -> Result<Kernel, BuildError> {
    Ok(unchanged(DataType::Text))
}

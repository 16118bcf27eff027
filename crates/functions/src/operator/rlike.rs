use quarry_types::DataType;

use super::like::{constant_needed, matching};
use crate::definition::accept::STRING;
use crate::text::lucene::LuceneRegex;
use crate::{BuildError, Call, Category, Evaluation, Example, Kernel, Parameter, Returns, ScalarFunction, Signature};

/// `RLIKE`, with one pattern or several
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "rlike",
    aliases: &[],
    category: Category::Operator,
    summary: "Whether a whole string matches a regular expression in Lucene's syntax, or one of several.",
    details: "Case matters. The expression has to match from start to end.",
    parameters: &[
        Parameter { name: "str", description: "The string." },
        Parameter { name: "pattern", description: "The regular expression, a constant." },
    ],
    signatures: &[Signature::new(&[STRING, STRING], Returns::Always(DataType::Boolean)).variadic()],
    examples: &[Example { query: r#"ROW x = "hello" RLIKE "h.*o", y = "hello" RLIKE "ell""#, result: "true | false" }],
    evaluation: Evaluation::Kernel(build),
};

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    let mut patterns = Vec::new();
    let mut has_null = false;
    for i in 1..call.types.len() {
        match call.constants[i].as_ref() {
            Some(value) if value.is_null() => has_null = true,
            Some(value) => {
                let text = value.as_str().ok_or_else(|| constant_needed(call, i))?;
                patterns.push(
                    LuceneRegex::new(text)
                        .map_err(|reason| BuildError(format!("Invalid pattern for RLIKE [{text}]: [{reason}]")))?,
                );
            }
            None => return Err(constant_needed(call, i)),
        }
    }
    Ok(matching(has_null, move |text| patterns.iter().any(|pattern| pattern.matches(text))))
}

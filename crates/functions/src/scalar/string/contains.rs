use quarry_types::{DataType, Strings};

use crate::definition::accept::STRING;
use crate::lift::{map1, map2};
use crate::{BuildError, Call, Category, Evaluation, Example, Kernel, Parameter, Returns, ScalarFunction, Signature};

/// `CONTAINS`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "contains",
    aliases: &[],
    category: Category::String,
    summary: "Whether a string has another one in it.",
    details: "Case matters. The empty string is in every string.",
    parameters: &[
        Parameter { name: "string", description: "The string." },
        Parameter { name: "substring", description: "What to look for." },
    ],
    signatures: &[Signature::new(&[STRING, STRING], Returns::Always(DataType::Boolean))],
    examples: &[Example { query: r#"ROW x = CONTAINS("powershell.exe", "shell")"#, result: "true" }],
    evaluation: Evaluation::Kernel(build),
};

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    // One prepared search serves all rows.
    if let Some(needle) = call.constant_str(1) {
        let finder = memchr::memmem::Finder::new(needle).into_owned();
        let kernel = map1::<Strings, _>(move |text| finder.find(text.as_bytes()).is_some());
        return Ok(Box::new(move |context, columns| kernel(context, &columns[..1])));
    }
    Ok(map2::<Strings, Strings, _>(|text, needle| text.contains(needle)))
}

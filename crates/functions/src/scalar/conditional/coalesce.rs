use crate::definition::accept::ANY;
use crate::{Category, Evaluation, Example, Parameter, Returns, ScalarFunction, Signature};

/// `COALESCE`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "coalesce",
    aliases: &[],
    category: Category::Conditional,
    summary: "The first of its arguments that is not null.",
    details: "Lists pass through unchanged.",
    parameters: &[Parameter { name: "first", description: "The value looked at first." }],
    signatures: &[Signature::new(&[ANY], Returns::Common(0)).variadic().unified()],
    examples: &[Example { query: "ROW x = COALESCE(null, 3, 4)", result: "3" }],
    evaluation: Evaluation::Coalesce,
};

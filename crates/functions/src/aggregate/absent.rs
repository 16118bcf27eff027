use quarry_types::DataType;

use super::present::Presence;
use crate::definition::accept::ANY;
use crate::{AggregateFunction, Example, Parameter, Returns, Signature};

/// `ABSENT`
pub(crate) static DEF: AggregateFunction = AggregateFunction {
    name: "absent",
    aliases: &[],
    summary: "Whether no row has a value.",
    details: "Never null: true where there is no row at all.",
    parameters: &[Parameter { name: "field", description: "What to look for values in." }],
    signatures: &[Signature::new(&[ANY], Returns::Always(DataType::Boolean))],
    examples: &[Example {
        query: "ROW x = [1, 2], y = null::integer | STATS a = ABSENT(x), b = ABSENT(y)",
        result: "false | true",
    }],
    inputs: 1,
    implicit: &[],
    build: |_| Ok(Box::new(Presence::absent())),
};

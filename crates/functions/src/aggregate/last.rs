use std::cmp::Ordering;

use super::pick;
use crate::definition::accept::{ANY, DATES, WHOLE};
use crate::{AggregateFunction, Example, Parameter, Returns, Signature};

/// `LAST`
pub(crate) static DEF: AggregateFunction = AggregateFunction {
    name: "last",
    aliases: &[],
    summary: "The value of the row that comes last by another field.",
    details: "That value may be null or a list. Rows without a sort key come last; of several rows with the same one, the \
              one met first is taken.",
    parameters: &[
        Parameter { name: "field", description: "The value to return." },
        Parameter { name: "sortField", description: "The field that orders the rows." },
    ],
    signatures: &[Signature::new(&[ANY, WHOLE.or(DATES)], Returns::Argument(0))],
    examples: &[Example {
        query: r#"ROW event = ["1 login", "2 download", "3 logout"] | MV_EXPAND event | DISSECT event "%{at} %{what}" | STATS x = LAST(what, at::integer)"#,
        result: "logout",
    }],
    inputs: 2,
    implicit: &[],
    build: |call| Ok(pick::accumulator(call, Ordering::Greater)),
};

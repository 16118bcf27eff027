use std::cmp::Ordering;

use super::pick;
use crate::definition::accept::ANY;
use crate::{AggregateFunction, Example, Parameter, Returns, Signature};

/// `EARLIEST`
pub(crate) static DEF: AggregateFunction = AggregateFunction {
    name: "earliest",
    aliases: &[],
    summary: "The value of the row with the earliest `@timestamp`.",
    details: "That value may be null or a list. Rows without a timestamp come last; of several rows with the same one, the \
              one met first is taken.",
    parameters: &[Parameter { name: "field", description: "The value to return." }],
    signatures: &[Signature::new(&[ANY], Returns::Argument(0))],
    examples: &[Example {
        query: r#"ROW event = ["2024-05-06 login", "2024-05-07 logout"] | MV_EXPAND event | DISSECT event "%{day} %{what}" | EVAL `@timestamp` = day::date | STATS x = EARLIEST(what)"#,
        result: "login",
    }],
    inputs: 1,
    implicit: &["@timestamp"],
    build: |call| Ok(pick::accumulator(call, Ordering::Less)),
};

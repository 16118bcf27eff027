use std::sync::Arc;

use arrow_array::BooleanArray;
use quarry_types::{Column, DataType};

use crate::definition::accept::{ANY, SOURCE};
use crate::{Category, Evaluation, Example, Parameter, Returns, ScalarFunction, Signature};

/// `IS NOT NULL`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "is_not_null",
    aliases: &[],
    category: Category::Operator,
    summary: "Whether the value is not null.",
    details: "Never null itself; a list is not null.",
    parameters: &[Parameter { name: "field", description: "The value." }],
    signatures: &[Signature::new(&[ANY.or(SOURCE)], Returns::Always(DataType::Boolean))],
    examples: &[Example { query: "ROW x = null IS NOT NULL, y = [1, 2] IS NOT NULL", result: "false | true" }],
    evaluation: Evaluation::Kernel(|_| {
        Ok(Box::new(|context, columns| {
            let flags: BooleanArray = (0..context.rows)
                .map(|row| {
                    let is_null = columns[0].is_null(row);
                    Some(!is_null)
                })
                .collect();
            Column::new(DataType::Boolean, Arc::new(flags))
        }))
    }),
};

use quarry_types::DataType;

use super::rewritten;
use crate::definition::accept::STRING;
use crate::{Category, Example, Parameter, Returns, ScalarFunction, Signature};

/// `KQL`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "kql",
    aliases: &[],
    category: Category::Search,
    summary: "Filters with a query in Kibana's language: `field: value and other >= 5`.",
    details: "`field: (a or b)`, `field: \"a phrase\"`, `field: val*`, `field: *` for any value, comparisons, `and`, `or`, \
              `not` and parentheses. A value without a field is looked for in all fields. Of a list one value is enough. \
              A field that doesn't exist matches nothing. Addresses may be given as blocks, dates may be incomplete or \
              relative (`now-1d`). Options: `case_insensitive`, `default_field`, `time_zone`. Never null.",
    parameters: &[Parameter { name: "query", description: "The query, constant." }],
    signatures: &[Signature::new(&[STRING], Returns::Always(DataType::Boolean))],
    examples: &[Example {
        query: r#"ROW x = 3, y = ["web", "db"] | WHERE KQL("x >= 2 and not y: (mail or ftp) and y: d*") | KEEP x"#,
        result: "3",
    }],
    evaluation: rewritten(),
};

use quarry_types::DataType;

use crate::definition::accept::{DATE, DATE_NANOS, LONG, SPAN, STRING};
use crate::scalar::search::rewritten;
use crate::{Category, Example, Parameter, Returns, ScalarFunction, Signature};

/// `TRANGE`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "trange",
    aliases: &[],
    category: Category::Date,
    summary: "Whether the row's `@timestamp` lies in a range of time.",
    details: "With one argument from then, or so long ago, until now; with two after the first and not after the second. \
              Whole numbers are milliseconds since 1970. Both are constant.",
    parameters: &[
        Parameter { name: "start_time_or_offset", description: "The start, or how long ago it was." },
        Parameter { name: "end_time", description: "The end; now by default." },
    ],
    signatures: &[
        Signature::new(&[SPAN], BOOL),
        Signature::new(&[STRING, STRING], BOOL).optional(1),
        Signature::new(&[LONG, LONG], BOOL).optional(1),
        Signature::new(&[DATE, DATE], BOOL).optional(1),
        Signature::new(&[DATE_NANOS, DATE_NANOS], BOOL).optional(1),
    ],
    examples: &[Example {
        query: r#"ROW `@timestamp` = "2024-05-06T07:08:09Z"::date | WHERE TRANGE("2024-05-06", "2024-05-07") | STATS n = COUNT(*)"#,
        result: "1",
    }],
    evaluation: rewritten(),
};

const BOOL: Returns = Returns::Always(DataType::Boolean);

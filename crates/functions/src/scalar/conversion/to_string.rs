use quarry_types::{Booleans, DataType, Doubles, Integers, Ips, Longs, UnsignedLongs};

use super::unchanged;
use crate::definition::accept::{ANY, SOURCE};
use crate::lift::each1;
use crate::time::local::{print_millis, print_nanos};
use crate::{BuildError, Call, Category, Evaluation, Example, Kernel, Parameter, Returns, ScalarFunction, Signature};

/// `TO_STRING`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "to_string",
    aliases: &["to_str"],
    category: Category::Conversion,
    summary: "Converts to a string.",
    details: "Applied to each value of a list. A date is printed as results show it, in the time zone of the query; \
              a double as Java prints it; an address in its shortest form.",
    parameters: &[Parameter { name: "field", description: "The value." }],
    signatures: &[Signature::new(&[ANY.or(SOURCE)], Returns::Always(DataType::Keyword))],
    examples: &[Example { query: r#"ROW x = TO_STRING(1.0), y = TO_STRING("::0001"::ip)"#, result: "1.0 | ::1" }],
    evaluation: Evaluation::Kernel(build),
};

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    let zone = call.settings.zone.clone();
    Ok(match call.types[0] {
        DataType::Boolean => each1::<Booleans, String>(|flag| flag.to_string()),
        DataType::Integer => each1::<Integers, String>(|n| n.to_string()),
        DataType::Long => each1::<Longs, String>(|n| n.to_string()),
        DataType::UnsignedLong => each1::<UnsignedLongs, String>(|n| n.to_string()),
        DataType::Double => each1::<Doubles, String>(quarry_types::number::format_double),
        DataType::Date => each1::<Longs, String>(move |ms| print_millis(ms, &zone)),
        DataType::DateNanos => each1::<Longs, String>(move |ns| print_nanos(ns, &zone)),
        DataType::Ip => each1::<Ips, String>(|bytes| quarry_types::ip::format(&bytes)),
        _ => unchanged(DataType::Keyword),
    })
}

use quarry_types::{Column, DataType, Strings};

use crate::definition::accept::STRING;
use crate::lift::build_rows;
use crate::text::wildcard::Wildcard;
use crate::{
    BuildError, Call, Category, Evaluation, Example, Failure, Kernel, Parameter, Returns, ScalarFunction, Signature,
};

/// `LIKE`, with one pattern or several
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "like",
    aliases: &[],
    category: Category::Operator,
    summary: "Whether a whole string matches a pattern, or one of several: `*` is any text, `?` any character.",
    details: "Case matters. A backslash before `*`, `?` or a backslash makes it literal.",
    parameters: &[
        Parameter { name: "str", description: "The string." },
        Parameter { name: "pattern", description: "The pattern, a constant." },
    ],
    signatures: &[Signature::new(&[STRING, STRING], Returns::Always(DataType::Boolean)).variadic()],
    examples: &[Example {
        query: r#"ROW x = "hello" LIKE "h*o", y = "hello" LIKE ("a*", "?ello")"#,
        result: "true | true",
    }],
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
                    Wildcard::new(text)
                        .map_err(|reason| BuildError(format!("Invalid pattern for LIKE [{text}]: [{reason}]")))?,
                );
            }
            None => return Err(constant_needed(call, i)),
        }
    }
    // Everything matches `*`, so the reference makes IS NOT NULL of it: lists and nulls have an answer.
    if !has_null && patterns.iter().any(Wildcard::is_everything) {
        return Ok(Box::new(|context, columns| {
            let flags =
                (0..context.rows).map(|row| Some(!columns[0].is_null(row))).collect::<arrow_array::BooleanArray>();
            Column::new(DataType::Boolean, std::sync::Arc::new(flags))
        }));
    }
    Ok(matching(has_null, move |text| patterns.iter().any(|pattern| pattern.matches(text))))
}

/// A kernel that tests strings; null where there is no match and one of the patterns was null.
pub(super) fn matching(has_null: bool, test: impl Fn(&str) -> bool + Send + Sync + 'static) -> Kernel {
    Box::new(move |context, columns| {
        let Some(cells) = columns[0].cells::<Strings>() else {
            return Column::nulls(DataType::Boolean, context.rows);
        };
        build_rows(context, DataType::Boolean, &columns[..1], |row, out| {
            let range = cells.range(row);
            if range.len() > 1 {
                return Err(Failure::multi_value());
            }
            for i in range {
                match test(cells.element(i)) {
                    false if has_null => {}
                    found => out.push_bool(found),
                }
            }
            Ok(())
        })
    })
}

pub(super) fn constant_needed(call: &Call<'_>, index: usize) -> BuildError {
    BuildError(format!("second argument of [{}] must be a constant, received [{}]", call.source, call.sources[index]))
}

use quarry_types::{DataType, Integers, Strings};

use crate::definition::accept::{INTEGER, STRING};
use crate::lift::{map2, map3};
use crate::{BuildError, Call, Category, Evaluation, Example, Kernel, Parameter, Returns, ScalarFunction, Signature};

/// `LOCATE`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "locate",
    aliases: &[],
    category: Category::String,
    summary: "The position at which a string has another one in it.",
    details: "Counts code points from 1; 0 where it is not found. The search begins at `start`, which counts from \
              the end where it is negative.",
    parameters: &[
        Parameter { name: "string", description: "The string." },
        Parameter { name: "substring", description: "What to look for." },
        Parameter { name: "start", description: "Where to begin." },
    ],
    signatures: &[Signature::new(&[STRING, STRING, INTEGER], Returns::Always(DataType::Integer)).optional(1)],
    examples: &[Example {
        query: r#"ROW x = LOCATE("mississippi", "ss"), y = LOCATE("mississippi", "ss", 4)"#,
        result: "3 | 6",
    }],
    evaluation: Evaluation::Kernel(build),
};

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    if call.types.len() == 2 {
        return Ok(map2::<Strings, Strings, _>(|text, part| locate(text, part, 0)));
    }
    Ok(map3::<Strings, Strings, Integers, _>(locate))
}

fn locate(text: &str, part: &str, start: i32) -> i32 {
    let skip = match usize::try_from(start) {
        Ok(start) => start.saturating_sub(1),
        Err(_) => text.chars().count().saturating_sub(start.unsigned_abs() as usize),
    };
    let from = text.char_indices().nth(skip).map_or(text.len(), |(at, _)| at);
    match text[from..].find(part) {
        Some(at) => i32::try_from(text[..from + at].chars().count()).map_or(i32::MAX, |n| n.saturating_add(1)),
        None => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_code_points() {
        for (part, start, expected) in
            [("l", 0, 3), ("l", 1, 3), ("l", 4, 4), ("l", 5, 0), ("l", -2, 4), ("x", 0, 0), ("", 0, 1), ("h", -99, 1)]
        {
            assert_eq!(locate("hélló", part, start), expected, "{part} {start}");
        }
    }
}

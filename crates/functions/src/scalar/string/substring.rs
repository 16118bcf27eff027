use quarry_types::{DataType, Integers, Strings};

use crate::definition::accept::{INTEGER, STRING};
use crate::lift::{map2, map3};
use crate::{
    BuildError, Call, Category, Evaluation, Example, Failure, Kernel, Parameter, Returns, ScalarFunction, Signature,
};

/// `SUBSTRING`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "substring",
    aliases: &[],
    category: Category::String,
    summary: "The part of a string from a position on, of a length or up to the end.",
    details: "Positions count code points from 1; 0 is the same as 1, a negative one counts from the end. A negative \
              length gives null and a warning.",
    parameters: &[
        Parameter { name: "string", description: "The string." },
        Parameter { name: "start", description: "The position of the first character." },
        Parameter { name: "length", description: "How many characters; all that follow where left out." },
    ],
    signatures: &[Signature::new(&[STRING, INTEGER, INTEGER], Returns::Always(DataType::Keyword)).optional(1)],
    examples: &[Example {
        query: r#"ROW x = SUBSTRING("powershell", 6), y = SUBSTRING("powershell", -5, 2)"#,
        result: "shell | sh",
    }],
    evaluation: Evaluation::Kernel(build),
};

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    if call.types.len() == 2 {
        return Ok(map2::<Strings, Integers, _>(|text, start| tail(text, start).to_owned()));
    }
    Ok(map3::<Strings, Integers, Integers, _>(substring))
}

fn substring(text: &str, start: i32, length: i32) -> Result<String, Failure> {
    let length = usize::try_from(length)
        .map_err(|_| Failure::illegal_argument(format!("Length parameter cannot be negative, found [{length}]")))?;
    Ok(slice(tail(text, start), 0, length).to_owned())
}

/// What follows from a position that is counted from 1, or from the end.
fn tail(text: &str, start: i32) -> &str {
    match usize::try_from(start) {
        Ok(start) => slice(text, start.saturating_sub(1), usize::MAX),
        Err(_) => match text.char_indices().rev().nth(start.unsigned_abs() as usize - 1) {
            Some((at, _)) => &text[at..],
            None => text,
        },
    }
}

/// `length` characters after the first `skip`.
pub(super) fn slice(text: &str, skip: usize, length: usize) -> &str {
    if text.is_ascii() {
        let start = skip.min(text.len());
        return &text[start..start.saturating_add(length).min(text.len())];
    }
    let position = |text: &str, n: usize| text.char_indices().nth(n).map_or(text.len(), |(at, _)| at);
    let rest = &text[position(text, skip)..];
    &rest[..position(rest, length)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_code_points_from_either_end() {
        for (start, length, expected) in
            [(1, 2, "né"), (0, 2, "né"), (3, 9, "lo"), (-2, 1, "l"), (-9, 3, "nél"), (5, 1, ""), (2, 0, "")]
        {
            assert_eq!(substring("nélo", start, length).unwrap(), expected, "{start} {length}");
        }
        assert_eq!(substring("a", 1, -1).unwrap_err().message, "Length parameter cannot be negative, found [-1]");
        assert_eq!(tail("hello", -3), "llo");
    }
}

use quarry_types::number::format_double;
use quarry_types::range::format_doubles;
use quarry_types::{DataType, Strings};

use super::spans::DOUBLE_RANGE;
use crate::definition::accept::STRING;
use crate::lift::each1_as;
use crate::{
    BuildError, Call, Category, Evaluation, Example, Failure, Kernel, Parameter, Returns, ScalarFunction, Signature,
};

/// `TO_DOUBLE_RANGE`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "to_double_range",
    aliases: &[],
    category: Category::Range,
    summary: "Converts a text `from..to` to a range of doubles.",
    details: "The range ends before its end; `-Infinity` and `Infinity` leave it open. Applied to each value of a list; one that is no range is left out, with a \
              warning.",
    parameters: &[Parameter { name: "field", description: "The text, or a value of the type already." }],
    signatures: &[Signature::new(&[DOUBLE_RANGE.or(STRING)], Returns::Always(DataType::DoubleRange))],
    examples: &[Example { query: r#"ROW x = TO_DOUBLE_RANGE("1..2.5")"#, result: "1.0..2.5" }],
    evaluation: Evaluation::Kernel(build),
};

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    if !call.types[0].is_string() {
        return Ok(Box::new(|_, columns| columns[0].clone().with_type(DataType::DoubleRange)));
    }
    Ok(each1_as::<Strings, Result<String, Failure>>(DataType::DoubleRange, |text| Ok(format_doubles(parsed(text)?))))
}

fn parsed(text: &str) -> Result<(f64, f64), Failure> {
    let Some((from, to)) = text.split_once("..") else {
        return Err(Failure::illegal_argument(format!("expected double range in the form 'from..to', got [{text}]")));
    };
    let (from, to) = (end(from)?, end(to)?);
    if from < to {
        return Ok((from, to));
    }
    let (from, to) = (format_double(from), format_double(to));
    Err(Failure::illegal_argument(format!("double range 'from' [{from}] must be less than 'to' [{to}]")))
}

fn end(text: &str) -> Result<f64, Failure> {
    text.trim().parse().map_err(|_| Failure {
        class: "java.lang.NumberFormatException",
        message: format!("For input string: \"{}\"", text.trim()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_may_be_open() {
        assert_eq!(parsed("-Infinity..0.5").unwrap(), (f64::NEG_INFINITY, 0.5));
        assert_eq!(format_doubles(parsed("2..Infinity").unwrap()), "2.0..Infinity");
    }

    #[test]
    fn what_is_no_range_is_named() {
        for (text, message) in [
            ("1.5", "expected double range in the form 'from..to', got [1.5]"),
            ("2..1", "double range 'from' [2.0] must be less than 'to' [1.0]"),
            ("NaN..1", "double range 'from' [NaN] must be less than 'to' [1.0]"),
            ("x..1", "For input string: \"x\""),
        ] {
            assert_eq!(parsed(text).unwrap_err().message, message);
        }
    }
}

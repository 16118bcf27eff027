//! Numbers out of strings and out of wider numbers, with the reference's failures.

use quarry_types::number::format_double;

use crate::Failure;

/// The first whole number beyond those of a long.
const LONG_END: f64 = 9_223_372_036_854_775_808.0;

/// The first whole number beyond those of an unsigned long.
const UNSIGNED_LONG_END: f64 = 18_446_744_073_709_551_616.0;

/// A value that is too large or small for its target.
#[must_use]
pub fn out_of_range(value: impl std::fmt::Display, target: &str) -> Failure {
    Failure::invalid_argument(format!("[{value}] out of [{target}] range"))
}

fn cannot_parse(text: &str) -> Failure {
    Failure::invalid_argument(format!("Cannot parse number [{text}]"))
}

/// An integer, written as one or as a decimal number, which is rounded half up.
///
/// # Errors
/// The text is no number, or too large.
pub fn parse_integer(text: &str) -> Result<i32, Failure> {
    if let Ok(n) = text.parse() {
        return Ok(n);
    }
    java_double(text)
        .filter(|n| double_to_integer(*n).is_ok())
        .and_then(|n| double_to_integer(half_up(n)).ok())
        .ok_or_else(|| cannot_parse(text))
}

/// A long, written as one or as a decimal number, which is rounded half up.
///
/// # Errors
/// The text is no number, or too large.
pub fn parse_long(text: &str) -> Result<i64, Failure> {
    if let Ok(n) = text.parse() {
        return Ok(n);
    }
    java_double(text)
        .filter(|n| double_to_long(*n).is_ok())
        .and_then(|n| double_to_long(half_up(n)).ok())
        .ok_or_else(|| cannot_parse(text))
}

/// The whole number that is nearest, the larger of two. The range is checked before, as the reference does.
fn half_up(number: f64) -> f64 {
    if number.fract() == 0.0 { number } else { (number + 0.5).floor() }
}

/// A number of another base, in which sixteen may be shown by `0x`.
///
/// # Errors
/// The text is no such number.
pub fn parse_long_of_base(text: &str, base: i32) -> Result<i64, Failure> {
    let failure = || Failure::invalid_argument(format!("Unable to convert [{text}] to number of base [{base}]"));
    let radix = u32::try_from(base).ok().filter(|base| (2..=36).contains(base)).ok_or_else(failure)?;
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text),
    };
    let digits = match radix {
        16 => digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")).unwrap_or(digits),
        _ => digits,
    };
    if digits.starts_with(['+', '-']) && !sign.is_empty() {
        return Err(failure());
    }
    i64::from_str_radix(&format!("{sign}{digits}"), radix).map_err(|_| failure())
}

/// An unsigned long, written as a decimal number, of which the fraction is cut off.
///
/// # Errors
/// The text is no number, negative or too large.
pub fn parse_unsigned_long(text: &str) -> Result<u64, Failure> {
    if let Ok(n) = text.parse() {
        return Ok(n);
    }
    let number_format = |message: String| Failure { class: "java.lang.NumberFormatException", message };
    let (negative, digits) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        Some(_) => (false, text),
        None => return Err(number_format("Index 0 out of bounds for length 0".into())),
    };
    let (mantissa, exponent) = match digits.find(['e', 'E']) {
        Some(at) => (&digits[..at], digits[at + 1..].parse::<i32>().ok()),
        None => (digits, Some(0)),
    };
    if let Some(bad) = mantissa.chars().find(|c| !c.is_ascii_digit() && *c != '.') {
        return Err(number_format(format!(
            "Character {bad} is neither a decimal digit number, decimal point, nor \"e\" notation exponential mark."
        )));
    }
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if fraction.contains('.') {
        return Err(number_format("Character array contains more than one decimal point.".into()));
    }
    let exponent = match exponent {
        Some(exponent) if !(whole.is_empty() && fraction.is_empty()) => i64::from(exponent),
        _ => return Err(number_format("No digits found.".into())),
    };
    let value = scaled(whole, fraction, exponent).ok_or_else(|| out_of_range(text, "unsigned_long"))?;
    if negative && value > 0 {
        return Err(out_of_range(text, "unsigned_long"));
    }
    Ok(value)
}

/// The whole part of `whole.fraction` times ten to the power of `exponent`.
fn scaled(whole: &str, fraction: &str, exponent: i64) -> Option<u64> {
    let digits = format!("{whole}{fraction}");
    let point = whole.len() as i64 + exponent;
    let significant = digits.trim_start_matches('0');
    if significant.is_empty() || point <= 0 {
        return Some(0);
    }
    // How many digits the whole part has, without zeros in front.
    let length = usize::try_from(point - (digits.len() - significant.len()) as i64).unwrap_or(0);
    if length > 20 {
        return None;
    }
    let kept: String = significant.chars().chain(std::iter::repeat('0')).take(length).collect();
    if kept.is_empty() { Some(0) } else { kept.parse().ok() }
}

/// A double as Java's `Double.parseDouble` reads it.
///
/// # Errors
/// The text is no number.
pub fn parse_double(text: &str) -> Result<f64, Failure> {
    java_double(text).ok_or_else(|| Failure {
        class: "java.lang.NumberFormatException",
        message: if text.trim().is_empty() { "empty String".into() } else { format!("For input string: \"{text}\"") },
    })
}

fn java_double(text: &str) -> Option<f64> {
    let text = text.trim_matches(|c: char| c <= ' ');
    match text.strip_prefix(['+', '-']).unwrap_or(text) {
        "NaN" => return Some(f64::NAN),
        "Infinity" => return Some(if text.starts_with('-') { f64::NEG_INFINITY } else { f64::INFINITY }),
        _ => {}
    }
    // A suffix tells Java the type; it has no meaning here.
    let digits = text.strip_suffix(['d', 'D', 'f', 'F']).unwrap_or(text);
    // Rust would read names of infinity too.
    if !digits.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b)) {
        return None;
    }
    digits.parse().ok()
}

/// Cuts the fraction off.
///
/// # Errors
/// The number is too large.
pub fn double_to_integer(n: f64) -> Result<i32, Failure> {
    if n >= f64::from(i32::MIN) && n <= f64::from(i32::MAX) {
        return Ok(n as i32);
    }
    Err(out_of_range(format_double(n), "integer"))
}

/// Cuts the fraction off.
///
/// # Errors
/// The number is too large.
pub fn double_to_long(n: f64) -> Result<i64, Failure> {
    if (-LONG_END..LONG_END).contains(&n) {
        return Ok(n as i64);
    }
    Err(out_of_range(format_double(n), "long"))
}

/// Cuts the fraction off.
///
/// # Errors
/// The number is negative or too large.
pub fn double_to_unsigned_long(n: f64) -> Result<u64, Failure> {
    if (0.0..UNSIGNED_LONG_END).contains(&n) {
        return Ok(n as u64);
    }
    Err(out_of_range(format_double(n), "unsigned_long"))
}

/// Narrows a number.
///
/// # Errors
/// It doesn't fit.
pub fn to_integer<T: TryInto<i32> + Copy + std::fmt::Display>(n: T) -> Result<i32, Failure> {
    n.try_into().map_err(|_| out_of_range(n, "integer"))
}

/// Narrows a number.
///
/// # Errors
/// It doesn't fit.
pub fn to_long<T: TryInto<i64> + Copy + std::fmt::Display>(n: T) -> Result<i64, Failure> {
    n.try_into().map_err(|_| out_of_range(n, "long"))
}

/// Takes the sign away.
///
/// # Errors
/// The number is negative.
pub fn to_unsigned_long<T: TryInto<u64> + Copy + std::fmt::Display>(n: T) -> Result<u64, Failure> {
    n.try_into().map_err(|_| out_of_range(n, "unsigned_long"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_read_from_decimals() {
        assert_eq!(parse_integer("-7.9"), Ok(-8));
        assert_eq!(parse_integer("7.5"), Ok(8));
        assert_eq!(parse_long("-7.5"), Ok(-7));
        assert_eq!(parse_integer("2147483648").unwrap_err().message, "Cannot parse number [2147483648]");
        assert_eq!(parse_long("1e3"), Ok(1000));
        assert_eq!(parse_long("9223372036854775807"), Ok(i64::MAX));
        for bad in ["", "x", "1.1.1", "inf", "1_0"] {
            assert!(parse_long(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn unsigned_longs_have_all_their_digits() {
        for (text, value) in [
            ("18446744073709551615", u64::MAX),
            ("12.99", 12),
            ("1.5e3", 1500),
            ("0.5", 0),
            ("18446744073709551.6159e3", u64::MAX),
        ] {
            assert_eq!(parse_unsigned_long(text).ok(), Some(value), "{text}");
        }
        assert_eq!(parse_unsigned_long("-1").unwrap_err().message, "[-1] out of [unsigned_long] range");
        assert_eq!(parse_unsigned_long("1e20").unwrap_err().message, "[1e20] out of [unsigned_long] range");
        assert!(parse_unsigned_long("foo").unwrap_err().message.starts_with("Character f is neither"));
    }

    #[test]
    fn doubles_are_read_as_java_reads_them() {
        for (text, value) in [("1e3", 1000.0), (" .5 ", 0.5), ("1d", 1.0), ("-2.f", -2.0)] {
            assert_eq!(parse_double(text), Ok(value), "{text}");
        }
        assert_eq!(parse_double("foo").unwrap_err().message, "For input string: \"foo\"");
        assert!(parse_double("inf").is_err());
    }

    #[test]
    fn bases_go_up_to_36() {
        assert_eq!(parse_long_of_base("7f", 16), Ok(127));
        assert_eq!(parse_long_of_base("-0xFF", 16), Ok(-255));
        assert_eq!(parse_long_of_base("zz", 36), Ok(1295));
        assert!(parse_long_of_base("9", 8).is_err());
        assert!(parse_long_of_base("1", 1).is_err());
    }
}

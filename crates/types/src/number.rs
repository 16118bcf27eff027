//! Text of numbers as Java writes it.

/// A double as `Double.toString` prints it: shortest digits, plain between 10^-3 and 10^7, else `d.dddE[-]n`.
#[must_use]
pub fn format_double(n: f64) -> String {
    if n.is_nan() {
        return "NaN".to_owned();
    }
    if n.is_infinite() {
        return if n > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    if n == 0.0 {
        return if n.is_sign_negative() { "-0.0" } else { "0.0" }.to_owned();
    }
    let sign = if n < 0.0 { "-" } else { "" };
    let (digits, exponent) = shortest_digits(n.abs());
    if (-3..7).contains(&exponent) {
        return format!("{sign}{}", plain(&digits, exponent));
    }
    let (head, tail) = digits.split_at(1);
    let tail = if tail.is_empty() { "0" } else { tail };
    format!("{sign}{head}.{tail}E{exponent}")
}

/// Significant digits without trailing zeros, and the power of ten of the first.
fn shortest_digits(n: f64) -> (String, i32) {
    let text = format!("{n:e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text.as_str(), "0"));
    let digits: String = mantissa.chars().filter(|c| *c != '.').collect();
    (digits, exponent.parse().unwrap_or(0))
}

fn plain(digits: &str, exponent: i32) -> String {
    if exponent < 0 {
        return format!("0.{}{digits}", "0".repeat((-exponent - 1) as usize));
    }
    let whole = exponent as usize + 1;
    if digits.len() <= whole {
        return format!("{digits}{}.0", "0".repeat(whole - digits.len()));
    }
    format!("{}.{}", &digits[..whole], &digits[whole..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_print_as_java_prints_them() {
        for (n, text) in [
            (1.0, "1.0"),
            (0.5, "0.5"),
            (100.0, "100.0"),
            (1e7, "1.0E7"),
            (12_345_678.9, "1.23456789E7"),
            (0.0009, "9.0E-4"),
            (0.001, "0.001"),
            (9_999_999.0, "9999999.0"),
            (-2.5, "-2.5"),
            (1.844_674_407_370_955_2e19, "1.8446744073709552E19"),
            (123.456, "123.456"),
        ] {
            assert_eq!(format_double(n), text);
        }
    }
}

//! Amounts with a unit, as the FMT functions print them.

use quarry_types::number::format_double;

use crate::Failure;

/// A unit and how much of the smallest one it holds.
pub(super) type Unit = (&'static str, i64);

/// The number, cut off after one decimal; none where that and all after it are zeros.
pub(super) fn one_decimal(value: f64) -> String {
    let text = format_double(value);
    let Some((whole, rest)) = text.split_once('.') else { return text };
    let (decimals, exponent) = rest.split_at(rest.find('E').unwrap_or(rest.len()));
    if decimals.chars().take(10).all(|c| c == '0') && exponent.is_empty() {
        return whole.to_owned();
    }
    format!("{whole}.{}{exponent}", &decimals[..1])
}

/// The amount in the largest of `units`, which begin with the smallest, that it has one of.
pub(super) fn in_fitting(amount: i64, units: &[Unit]) -> String {
    let (unit, size) =
        units.iter().rev().find(|(_, size)| amount >= *size).or(units.first()).copied().unwrap_or(("", 1));
    format!("{}{unit}", one_decimal(amount as f64 / size as f64))
}

/// The amount in the unit called `name`, whatever the case.
pub(super) fn in_unit(amount: i64, name: &str, units: &[Unit]) -> Result<String, Failure> {
    let Some((unit, size)) = units.iter().find(|(unit, _)| unit.eq_ignore_ascii_case(name)) else {
        let names: Vec<&str> = units.iter().map(|(unit, _)| *unit).collect();
        return Err(Failure::illegal_argument(format!(
            "Unsupported unit [{name}], expected one of [{}]",
            names.join(", ")
        )));
    };
    Ok(format!("{}{unit}", one_decimal(amount as f64 / *size as f64)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_decimal_is_cut_not_rounded() {
        for (value, text) in [(1.0, "1"), (1.59, "1.5"), (0.04, "0.0"), (-2.5, "-2.5"), (1e9, "1.0E9")] {
            assert_eq!(one_decimal(value), text, "{value}");
        }
    }
}

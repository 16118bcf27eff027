//! Amounts with a unit, as the FMT functions print them.

use quarry_types::number::format_double;
use quarry_types::{Integers, Layout, Longs, Strings};

use crate::lift::{map1, map2};
use crate::{Call, Failure, Kernel};

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

/// Amounts of one kind.
pub(super) struct Amounts {
    /// Their units, which begin with the smallest.
    pub(super) units: &'static [Unit],
    /// What -1 is printed as: it stands for no limit.
    pub(super) no_limit: &'static str,
    /// Why there is nothing less.
    pub(super) too_small: fn(i64) -> String,
}

impl Amounts {
    /// Prints whole numbers in the unit given, else in the one that fits.
    pub(super) fn kernel(&'static self, call: &Call<'_>) -> Kernel {
        match (call.types[0].layout(), call.types.len()) {
            (Layout::Int32, 1) => map1::<Integers, _>(|n| self.print(i64::from(n), None)),
            (_, 1) => map1::<Longs, _>(|n| self.print(n, None)),
            (Layout::Int32, _) => map2::<Integers, Strings, _>(|n, unit| self.print(i64::from(n), Some(unit))),
            _ => map2::<Longs, Strings, _>(|n, unit| self.print(n, Some(unit))),
        }
    }

    fn print(&self, amount: i64, unit: Option<&str>) -> Result<String, Failure> {
        let (unit, size) = match (amount, unit) {
            (-1, _) => return Ok(self.no_limit.to_owned()),
            (..-1, _) => return Err(Failure::illegal_argument((self.too_small)(amount))),
            (_, Some(name)) => self.named(name)?,
            (_, None) => self.fitting(amount),
        };
        Ok(format!("{}{unit}", one_decimal(amount as f64 / size as f64)))
    }

    /// The largest unit that `amount` has one of.
    fn fitting(&self, amount: i64) -> Unit {
        let units = self.units;
        units.iter().rev().find(|(_, size)| amount >= *size).or(units.first()).copied().unwrap_or(("", 1))
    }

    /// The unit called `name`, whatever the case.
    fn named(&self, name: &str) -> Result<Unit, Failure> {
        self.units.iter().find(|(unit, _)| unit.eq_ignore_ascii_case(name)).copied().ok_or_else(|| {
            let names: Vec<&str> = self.units.iter().map(|(unit, _)| *unit).collect();
            let names = names.join(", ");
            Failure::illegal_argument(format!("Unsupported unit [{name}], expected one of [{names}]"))
        })
    }
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

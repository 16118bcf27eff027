//! A line of small columns for a list of numbers.

use quarry::Value;

use super::number;

const STEPS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// The most columns; longer lists are drawn by the highest of each stretch.
const MOST: usize = 40;

/// The list drawn from its lowest to its highest number, with both; `None` where it holds something else.
pub(crate) fn of_values(values: &[Value]) -> Option<String> {
    let numbers: Vec<f64> = values.iter().map(Value::as_f64).collect::<Option<_>>()?;
    let low = numbers.iter().copied().fold(f64::INFINITY, f64::min);
    let high = numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let columns = numbers.len().min(MOST);
    let line: String = (0..columns)
        .map(|i| {
            let stretch = &numbers[i * numbers.len() / columns..(i + 1) * numbers.len() / columns];
            let value = stretch.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let step = if high > low { ((value - low) / (high - low) * 7.0).round() as usize } else { 3 };
            STEPS[step.min(7)]
        })
        .collect();
    Some(format!("{line} {}..{}", number(low), number(high)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_are_drawn() {
        let values = |numbers: &[i64]| numbers.iter().copied().map(Value::Long).collect::<Vec<_>>();
        assert_eq!(of_values(&values(&[1, 5, 3, 9])).as_deref(), Some("▁▅▃█ 1..9"));
        assert_eq!(of_values(&values(&[2, 2, 2, 2])).as_deref(), Some("▄▄▄▄ 2..2"));
        assert_eq!(of_values(&[Value::from("a")]), None);
        assert_eq!(of_values(&values(&[1; 1000])).map(|text| text.chars().count()), Some(MOST + 5));
    }
}

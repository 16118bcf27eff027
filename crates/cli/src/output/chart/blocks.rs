//! Blocks of eight heights and widths.

const HEIGHTS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const WIDTHS: [char; 9] = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];

/// How many eighths of `cells` cells `value` fills where `most` fills all; something that isn't nothing shows.
fn eighths(value: f64, most: f64, cells: usize) -> usize {
    if value.is_nan() || value <= 0.0 || most <= 0.0 {
        return 0;
    }
    let full = cells * 8;
    ((value / most * full as f64).round() as usize).clamp(1, full)
}

/// A bar to the right.
pub(super) fn bar(value: f64, most: f64, cells: usize) -> String {
    let filled = eighths(value, most, cells);
    let mut bar = WIDTHS[8].to_string().repeat(filled / 8);
    let rest = filled % 8;
    if rest > 0 {
        bar.push(WIDTHS[rest]);
    }
    bar
}

/// Columns of `rows` lines, the highest line first, each column `broad` characters wide.
pub(super) fn columns(values: &[f64], most: f64, rows: usize, broad: usize) -> Vec<String> {
    (0..rows)
        .rev()
        .map(|row| {
            let line: String = values
                .iter()
                .flat_map(|value| {
                    let filled = eighths(*value, most, rows).saturating_sub(row * 8).min(8);
                    std::iter::repeat_n(HEIGHTS[filled], broad)
                })
                .collect();
            line
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_have_the_length_of_their_value() {
        assert_eq!(bar(8.0, 8.0, 4), "████");
        assert_eq!(bar(3.0, 8.0, 4), "█▌");
        assert_eq!(bar(0.0001, 8.0, 4), "▏");
        assert_eq!(bar(0.0, 8.0, 4), "");
        assert_eq!(bar(f64::NAN, 8.0, 4), "");
    }

    #[test]
    fn columns_have_the_height_of_theirs() {
        assert_eq!(columns(&[0.0, 1.0, 2.0], 2.0, 2, 1), ["  █", " ██"]);
        assert_eq!(columns(&[1.0], 2.0, 1, 3), ["▄▄▄"]);
    }
}

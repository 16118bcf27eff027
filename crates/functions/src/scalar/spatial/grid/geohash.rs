use quarry_types::DataType;

use super::{Grid, rectangle};
use crate::wkt::{Geometry, Place};

const DIGITS: &[u8; 32] = b"0123456789bcdefghjkmnpqrstuvwxyz";
const FINEST: usize = 12;

/// Longitude and latitude halved in turn, five times for each digit of a name.
pub(super) static GRID: Grid = Grid {
    data_type: DataType::Geohash,
    name: "geohash",
    precisions: (1, FINEST as i32),
    cell,
    precision: |name| Some(digits(name)?.len() as i32),
    number: |name| {
        let digits = digits(name)?;
        let number = digits.iter().fold(0_i64, |number, digit| number << 5 | i64::from(*digit));
        Some(number << 4 | digits.len() as i64)
    },
    of_number,
    shape,
};

fn digits(name: &str) -> Option<Vec<u8>> {
    if name.is_empty() || name.len() > FINEST {
        return None;
    }
    let digit = |byte: u8| DIGITS.iter().position(|digit| *digit == byte.to_ascii_lowercase()).map(|at| at as u8);
    name.bytes().map(digit).collect()
}

fn cell(place: Place, precision: i32) -> Option<String> {
    let (mut x, mut y) = ((-180.0, 180.0), (-90.0, 90.0));
    let mut name = String::new();
    let mut along_x = true;
    for _ in 0..precision {
        let mut digit = 0;
        for _ in 0..5 {
            let (value, bounds) = if along_x { (place.x, &mut x) } else { (place.y, &mut y) };
            let middle: f64 = (bounds.0 + bounds.1) / 2.0;
            digit <<= 1;
            if value >= middle {
                digit |= 1;
                bounds.0 = middle;
            } else {
                bounds.1 = middle;
            }
            along_x = !along_x;
        }
        name.push(char::from(*DIGITS.get(digit)?));
    }
    Some(name)
}

fn of_number(number: i64) -> Option<String> {
    // Twelve digits take all bits, the one of the sign among them.
    let bits = number as u64;
    let length = (bits & 15) as usize;
    if length == 0 || length > FINEST || (bits >> 4) >> (5 * length) != 0 {
        return None;
    }
    let digit = |i: usize| ((bits >> 4) >> (5 * (length - 1 - i)) & 31) as usize;
    Some((0..length).map(|i| char::from(DIGITS[digit(i)])).collect())
}

fn shape(name: &str) -> Option<Geometry> {
    let (mut x, mut y) = ((-180.0, 180.0), (-90.0, 90.0));
    let mut along_x = true;
    for digit in digits(name)? {
        for bit in (0..5).rev() {
            let bounds = if along_x { &mut x } else { &mut y };
            let middle: f64 = (bounds.0 + bounds.1) / 2.0;
            if digit >> bit & 1 == 1 {
                bounds.0 = middle;
            } else {
                bounds.1 = middle;
            }
            along_x = !along_x;
        }
    }
    Some(rectangle(x.0, x.1, y.0, y.1))
}

//! From text to a point in time.

use jiff::tz::TimeZone;
use quarry_types::date::{days_from_civil, days_in_month};

use super::{Item, week};
use crate::time::from_local;
use crate::time::local::{DAYS, MONTHS};

/// Java's limit to years, either way.
const MOST_YEARS: i64 = 999_999_999;

/// What was read, as far as it was there.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields {
    year: Option<i64>,
    before_christ: bool,
    month: Option<i64>,
    day: Option<i64>,
    day_of_year: Option<i64>,
    week_year: Option<i64>,
    week: Option<i64>,
    week_day: Option<i64>,
    hour: Option<i64>,
    half_hour: Option<i64>,
    afternoon: bool,
    minute: i64,
    second: i64,
    nano: i64,
    nano_of_day: Option<i64>,
    zone: Option<TimeZone>,
}

/// How a number is written.
#[derive(Clone, Copy)]
struct Width {
    min: usize,
    max: usize,
    sign: Sign,
}

#[derive(Clone, Copy, PartialEq)]
enum Sign {
    /// None at all.
    Never,
    /// Minus.
    Minus,
    /// Minus; plus exactly where there are more digits than usual.
    Exceeding,
}

impl Fields {
    /// Reads the whole of `text`.
    pub(super) fn read(items: &[Item], text: &str) -> Option<Self> {
        let mut fields = Self::default();
        let mut at = 0;
        fields.read_items(items, text, &mut at)?;
        (at == text.len()).then_some(fields)
    }

    fn read_items(&mut self, items: &[Item], text: &str, at: &mut usize) -> Option<()> {
        for (i, item) in items.iter().enumerate() {
            match item {
                Item::Literal(literal) => {
                    if !text[*at..].starts_with(literal.as_str()) {
                        return None;
                    }
                    *at += literal.len();
                }
                Item::Optional(section) => {
                    let (mut copy, mut end) = (self.clone(), *at);
                    if copy.read_items(section, text, &mut end).is_some() {
                        *self = copy;
                        *at = end;
                    }
                }
                Item::Fraction => self.nano = fraction(text, at, 1, 9)?,
                Item::Offset => self.zone = Some(offset(text, at)?),
                Item::Field(letter, count) => self.read_field(*letter, *count, text, at, reserved(&items[i + 1..]))?,
            }
        }
        Some(())
    }

    /// Reads one field. `reserved` digits after it belong to the fields that follow without a gap.
    fn read_field(&mut self, letter: char, count: usize, text: &str, at: &mut usize, reserved: usize) -> Option<()> {
        if let Some(width) = width(letter, count) {
            let value = number(text, at, width, reserved)?;
            return self.set(letter, count, value);
        }
        match letter {
            'S' => self.nano = fraction(text, at, count, count)?,
            'M' | 'L' => self.month = Some(name(text, at, &MONTHS, count)? + 1),
            'E' | 'e' | 'c' => {
                // What the date says counts; the day's name only has to be one, but for week dates.
                let day = name(text, at, &DAYS, count.max(3))?;
                self.week_day = Some((day + 1) % 7 + 1);
            }
            'a' => self.afternoon = word(text, at, &["AM", "PM"])? == 1,
            'G' => {
                self.before_christ = word(text, at, &["Anno Domini", "Before Christ", "AD", "BC", "A", "B"])? % 2 == 1
            }
            'Q' | 'q' => {
                word(text, at, &["Q1", "Q2", "Q3", "Q4"])?;
            }
            'X' | 'x' | 'Z' if count != 4 || letter != 'Z' => self.zone = Some(offset(text, at)?),
            'O' | 'Z' => self.zone = Some(gmt(text, at)?),
            'V' | 'z' => self.zone = Some(region(text, at)?),
            _ => return None,
        }
        Some(())
    }

    fn set(&mut self, letter: char, count: usize, value: i64) -> Option<()> {
        let within = |low: i64, high: i64| (low..=high).contains(&value).then_some(value);
        match letter {
            'y' | 'u' => self.year = Some(century(within(-MOST_YEARS, MOST_YEARS)?, count)),
            'Y' => self.week_year = Some(century(within(-MOST_YEARS, MOST_YEARS)?, count)),
            'M' | 'L' => self.month = Some(within(1, 12)?),
            'd' => self.day = Some(within(1, 31)?),
            'D' => self.day_of_year = Some(within(1, 366)?),
            'w' => self.week = Some(within(1, 53)?),
            'e' | 'c' => self.week_day = Some(within(1, 7)?),
            'H' => self.hour = Some(within(0, 23)?),
            'k' => self.hour = Some(within(1, 24)? % 24),
            'h' => self.half_hour = Some(within(1, 12)? % 12),
            'K' => self.half_hour = Some(within(0, 11)?),
            'm' => self.minute = within(0, 59)?,
            's' => self.second = within(0, 59)?,
            'n' => self.nano = within(0, 999_999_999)?,
            'A' => self.nano_of_day = Some(within(0, 86_399_999)? * 1_000_000),
            'N' => self.nano_of_day = Some(within(0, 86_399_999_999_999)?),
            // Quarters and weeks of the month add nothing to a date.
            _ => {}
        }
        Some(())
    }

    /// Milliseconds since the epoch.
    pub(super) fn to_millis(&self, zone: &TimeZone) -> Option<i64> {
        let hour = self.hour.or_else(|| self.half_hour.map(|h| h + if self.afternoon { 12 } else { 0 })).unwrap_or(0);
        let millis = match self.nano_of_day {
            Some(nanos) => nanos / 1_000_000,
            None => ((hour * 60 + self.minute) * 60 + self.second) * 1000 + self.nano / 1_000_000,
        };
        let local = self.epoch_day()?.checked_mul(86_400_000)?.checked_add(millis)?;
        Some(from_local(local, self.zone.as_ref().unwrap_or(zone)))
    }

    fn epoch_day(&self) -> Option<i64> {
        if let (Some(year), None, None) = (self.week_year, self.year, self.month) {
            return Some(week::epoch_day(year, self.week.unwrap_or(1), self.week_day.unwrap_or(1)));
        }
        let year = self.year.or(self.week_year).unwrap_or(1970);
        let year = if self.before_christ { 1 - year } else { year };
        if let Some(day) = self.day_of_year {
            let days = days_from_civil(year + 1, 1, 1) - days_from_civil(year, 1, 1);
            return (day <= days).then(|| days_from_civil(year, 1, 1) + day - 1);
        }
        let (month, day) = (self.month.unwrap_or(1), self.day.unwrap_or(1));
        (day <= days_in_month(year, month)).then(|| days_from_civil(year, month as u32, day as u32))
    }
}

/// Two digits of a year are those from 2000 on.
fn century(value: i64, count: usize) -> i64 {
    if count == 2 { 2000 + value } else { value }
}

/// How the number of a field is written; `None` where the field is no number.
fn width(letter: char, count: usize) -> Option<Width> {
    let of = |min, max, sign| Some(Width { min, max, sign });
    match (letter, count) {
        ('y' | 'u' | 'Y', 2) => of(2, 2, Sign::Never),
        ('y' | 'u' | 'Y', 1 | 3) => of(count, 19, Sign::Minus),
        ('y' | 'u' | 'Y', _) => of(count, 19, Sign::Exceeding),
        ('D', 2) => of(2, 3, Sign::Never),
        ('D', 3) => of(3, 3, Sign::Never),
        ('M' | 'L' | 'Q' | 'q' | 'e' | 'c' | 'd' | 'D' | 'h' | 'H' | 'k' | 'K' | 'm' | 's' | 'w' | 'W' | 'F', 1) => {
            of(1, 19, Sign::Minus)
        }
        ('M' | 'L' | 'Q' | 'q' | 'e' | 'c' | 'd' | 'h' | 'H' | 'k' | 'K' | 'm' | 's' | 'w', 2) => of(2, 2, Sign::Never),
        ('A' | 'n' | 'N', _) => of(count, 19, Sign::Never),
        _ => None,
    }
}

/// The digits of the fixed-width fields that follow without a gap.
fn reserved(following: &[Item]) -> usize {
    let mut digits = 0;
    for item in following {
        match item {
            Item::Field('S', count) => digits += count,
            Item::Field(letter, count) => match width(*letter, *count) {
                Some(Width { min, max, sign: Sign::Never }) if min == max => digits += max,
                _ => break,
            },
            _ => break,
        }
    }
    digits
}

fn number(text: &str, at: &mut usize, width: Width, reserved: usize) -> Option<i64> {
    let bytes = &text.as_bytes()[*at..];
    let sign = match (bytes.first(), width.sign) {
        (Some(b'-'), Sign::Minus | Sign::Exceeding) => Some(-1),
        (Some(b'+'), Sign::Exceeding) => Some(1),
        _ => None,
    };
    let digits = &bytes[usize::from(sign.is_some())..];
    let most = if width.min == width.max { width.max } else { width.max + reserved };
    let mut length = digits.iter().take(most).take_while(|b| b.is_ascii_digit()).count();
    if width.min != width.max && reserved > 0 {
        length = length.saturating_sub(reserved).max(width.min).min(length);
    }
    let exceeds = length > width.min;
    if length < width.min || width.sign == Sign::Exceeding && sign != Some(-1) && exceeds != (sign == Some(1)) {
        return None;
    }
    let start = *at + usize::from(sign.is_some());
    let value: i64 = text[start..start + length].parse().ok()?;
    *at = start + length;
    Some(value * sign.unwrap_or(1))
}

/// A fraction of a second, in nanoseconds.
fn fraction(text: &str, at: &mut usize, min: usize, max: usize) -> Option<i64> {
    let length = text.as_bytes()[*at..].iter().take(max).take_while(|b| b.is_ascii_digit()).count();
    if length < min {
        return None;
    }
    let value: i64 = text[*at..*at + length].parse().ok()?;
    *at += length;
    Some(value * 10_i64.pow(9 - length as u32))
}

/// The number of the name that stands here: the full one for four letters, else its first three.
fn name(text: &str, at: &mut usize, names: &[&str], count: usize) -> Option<i64> {
    let short: Vec<&str> = names.iter().map(|name| if count == 4 { *name } else { &name[..3] }).collect();
    word(text, at, &short).map(|i| i as i64)
}

fn word(text: &str, at: &mut usize, words: &[&str]) -> Option<usize> {
    let found = words.iter().position(|word| text[*at..].starts_with(word))?;
    *at += words[found].len();
    Some(found)
}

/// `Z`, `+hh`, `+hhmm`, `+hh:mm`, either with seconds.
fn offset(text: &str, at: &mut usize) -> Option<TimeZone> {
    let bytes = text.as_bytes();
    let sign = match bytes.get(*at)? {
        b'Z' | b'z' => {
            *at += 1;
            return Some(TimeZone::UTC);
        }
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    *at += 1;
    let mut parts = [0; 3];
    for (i, part) in parts.iter_mut().enumerate() {
        let start = *at + usize::from(i > 0 && bytes.get(*at) == Some(&b':'));
        match bytes.get(start..start + 2) {
            Some(digits) if digits.iter().all(u8::is_ascii_digit) => {
                *part = i32::from(digits[0] - b'0') * 10 + i32::from(digits[1] - b'0');
                *at = start + 2;
            }
            _ if i == 0 => return None,
            _ => break,
        }
    }
    fixed(sign, parts)
}

fn fixed(sign: i32, [hours, minutes, seconds]: [i32; 3]) -> Option<TimeZone> {
    if hours > 18 || minutes > 59 || seconds > 59 {
        return None;
    }
    let total = sign * (hours * 3600 + minutes * 60 + seconds);
    jiff::tz::Offset::from_seconds(total).ok().map(TimeZone::fixed)
}

/// `GMT`, `GMT+8`, `GMT+08:00`
fn gmt(text: &str, at: &mut usize) -> Option<TimeZone> {
    word(text, at, &["GMT"])?;
    let rest = &text.as_bytes()[*at..];
    let sign = match rest.first() {
        Some(b'+') => 1,
        Some(b'-') => -1,
        _ => return Some(TimeZone::UTC),
    };
    let digits = rest[1..].iter().take(2).take_while(|b| b.is_ascii_digit()).count();
    if digits == 2 {
        return offset(text, at);
    }
    let hours = text[*at + 1..*at + 1 + digits].parse().ok()?;
    *at += 1 + digits;
    fixed(sign, [hours, 0, 0])
}

/// The name of a zone, or an offset.
pub(super) fn region(text: &str, at: &mut usize) -> Option<TimeZone> {
    let rest = &text[*at..];
    if rest.starts_with(['+', '-']) {
        return offset(text, at);
    }
    let length = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || b"/_+-".contains(b)).count();
    // `GMT+02:00` is no name, so shorter ones are tried too.
    for end in [Some(length), rest[..length].find(['+', '-'])].into_iter().flatten() {
        let zone = match &rest[..end] {
            "Z" | "z" | "UTC" | "GMT" | "UT" => TimeZone::UTC,
            name => match TimeZone::get(name) {
                Ok(zone) => zone,
                Err(_) => continue,
            },
        };
        *at += end;
        return if text[*at..].starts_with(['+', '-']) { offset(text, at) } else { Some(zone) };
    }
    None
}

/// A decimal number of which `scale` digits after the point count, as a whole number.
pub(super) fn decimal(text: &str, scale: usize) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    let all_digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if !all_digits(digits) || !all_digits(fraction) {
        return None;
    }
    let fraction: String = fraction.chars().chain(std::iter::repeat('0')).take(scale).collect();
    let value: i64 = format!("{digits}{fraction}").parse().ok()?;
    Some(if whole.starts_with('-') { -value } else { value })
}

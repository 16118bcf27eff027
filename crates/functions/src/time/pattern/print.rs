//! From a point in time to text.

use std::fmt::Write;

use jiff::tz::TimeZone;

use super::{Item, week};
use crate::time::local::{DAYS, Local, MONTHS, push_offset};

/// Prints all items.
pub(super) fn items(items: &[Item], local: &Local, zone: &TimeZone) -> String {
    let mut out = String::new();
    push_items(&mut out, items, local, zone);
    out
}

fn push_items(out: &mut String, items: &[Item], local: &Local, zone: &TimeZone) {
    for item in items {
        match item {
            Item::Literal(text) => out.push_str(text),
            Item::Field(letter, count) => push_field(out, *letter, *count, local, zone),
            Item::Fraction => push_fraction(out, local.nano),
            Item::Offset => push_offset_or_z(out, local.offset, 3),
            Item::Optional(section) => push_items(out, section, local, zone),
        }
    }
}

/// Three, six or nine digits, as many as needed.
fn push_fraction(out: &mut String, nano: u32) {
    let text = format!("{nano:09}");
    let digits = if nano.is_multiple_of(1_000_000) {
        3
    } else if nano.is_multiple_of(1000) {
        6
    } else {
        9
    };
    out.push_str(&text[..digits]);
}

fn push_field(out: &mut String, letter: char, count: usize, local: &Local, zone: &TimeZone) {
    let hour = local.hour();
    let nano_of_day = local.second_of_day * 1_000_000_000 + i64::from(local.nano);
    match letter {
        'y' => push_year(out, local.year_of_era(), count),
        'u' => push_year(out, local.year, count),
        'Y' => push_year(out, week::of_year(local.epoch_day).0, count),
        'M' | 'L' if count >= 3 => push_name(out, MONTHS[(local.month as usize + 11) % 12], count),
        'M' | 'L' => push_number(out, i64::from(local.month), count),
        'd' => push_number(out, i64::from(local.day), count),
        'D' => push_number(out, local.day_of_year(), count),
        'E' => push_name(out, DAYS[local.day_of_week() as usize - 1], count.max(3)),
        'e' | 'c' if count >= 3 => push_name(out, DAYS[local.day_of_week() as usize - 1], count),
        'e' | 'c' => push_number(out, week::day(local.epoch_day), count),
        'w' => push_number(out, week::of_year(local.epoch_day).1, count),
        'W' => push_number(out, week::of_month(local.epoch_day), count),
        'F' => push_number(out, (i64::from(local.day) - 1) / 7 + 1, count),
        'Q' | 'q' => push_quarter(out, i64::from(local.month + 2) / 3, count),
        'G' => push_era(out, local.year > 0, count),
        'a' => out.push_str(if hour < 12 { "AM" } else { "PM" }),
        'H' => push_number(out, hour, count),
        'k' => push_number(out, if hour == 0 { 24 } else { hour }, count),
        'K' => push_number(out, hour % 12, count),
        'h' => push_number(out, if hour % 12 == 0 { 12 } else { hour % 12 }, count),
        'm' => push_number(out, local.minute(), count),
        's' => push_number(out, local.second(), count),
        'S' => out.push_str(&format!("{:09}", local.nano)[..count.min(9)]),
        'A' => push_number(out, nano_of_day / 1_000_000, count),
        'n' => push_number(out, i64::from(local.nano), count),
        'N' => push_number(out, nano_of_day, count),
        'X' => push_offset_or_z(out, local.offset, count),
        'x' => push_offset_style(out, local.offset, count),
        'Z' if count == 4 => push_gmt(out, local.offset, true),
        'Z' if count == 5 => push_offset_or_z(out, local.offset, 5),
        'Z' => push_offset_style(out, local.offset, 2),
        'O' => push_gmt(out, local.offset, count == 4),
        'V' => push_zone_id(out, local, zone),
        'z' => push_zone_name(out, local, zone),
        _ => {}
    }
}

fn push_number(out: &mut String, value: i64, width: usize) {
    // Writing to a string can't fail.
    let _ = write!(out, "{value:0width$}");
}

fn push_year(out: &mut String, year: i64, count: usize) {
    if count == 2 {
        return push_number(out, year.rem_euclid(100), 2);
    }
    if year < 0 {
        out.push('-');
    } else if count >= 4 && year.to_string().len() > count {
        out.push('+');
    }
    push_number(out, year.abs(), count);
}

/// A name: three letters short, four full, five only the first.
fn push_name(out: &mut String, name: &str, count: usize) {
    out.push_str(match count {
        4 => name,
        5 => &name[..1],
        _ => &name[..3],
    });
}

fn push_quarter(out: &mut String, quarter: i64, count: usize) {
    match count {
        3 => {
            out.push('Q');
            push_number(out, quarter, 1);
        }
        4 => out.push_str(["1st quarter", "2nd quarter", "3rd quarter", "4th quarter"][(quarter as usize + 3) % 4]),
        _ => push_number(out, quarter, count % 5),
    }
}

fn push_era(out: &mut String, current: bool, count: usize) {
    out.push_str(match (current, count) {
        (true, 4) => "Anno Domini",
        (false, 4) => "Before Christ",
        (true, 5) => "A",
        (false, 5) => "B",
        (true, _) => "AD",
        (false, _) => "BC",
    });
}

fn push_offset_or_z(out: &mut String, offset: i64, count: usize) {
    if offset == 0 {
        out.push('Z');
    } else {
        push_offset_style(out, offset, count);
    }
}

/// `+hh` with minutes where there are some, `+hhmm`, `+hh:mm`, and both with seconds where there are some.
fn push_offset_style(out: &mut String, offset: i64, count: usize) {
    let mut text = String::new();
    push_offset(&mut text, offset, count == 3 || count == 5);
    if count == 1 && text.ends_with("00") {
        text.truncate(3);
    }
    let seconds = offset.abs() % 60;
    if count >= 4 && seconds != 0 {
        let separator = if count == 5 { ":" } else { "" };
        let _ = write!(text, "{separator}{seconds:02}");
    }
    out.push_str(&text);
}

fn push_gmt(out: &mut String, offset: i64, full: bool) {
    out.push_str("GMT");
    if offset == 0 {
        return;
    }
    if full {
        return push_offset(out, offset, true);
    }
    let (sign, seconds) = if offset < 0 { ('-', -offset) } else { ('+', offset) };
    let _ = write!(out, "{sign}{}", seconds / 3600);
    if seconds % 3600 != 0 {
        let _ = write!(out, ":{:02}", seconds / 60 % 60);
    }
}

fn push_zone_id(out: &mut String, local: &Local, zone: &TimeZone) {
    match zone.iana_name() {
        Some(name) if *zone != TimeZone::UTC => out.push_str(name),
        _ => push_offset_or_z(out, local.offset, 3),
    }
}

fn push_zone_name(out: &mut String, local: &Local, zone: &TimeZone) {
    if *zone == TimeZone::UTC || zone.iana_name().is_none() {
        return push_offset_or_z(out, local.offset, 3);
    }
    match jiff::Timestamp::from_second(local.instant_seconds()) {
        Ok(timestamp) => out.push_str(zone.to_offset_info(timestamp).abbreviation()),
        Err(_) => push_zone_id(out, local, zone),
    }
}

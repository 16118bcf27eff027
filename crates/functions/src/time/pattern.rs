//! Patterns of DATE_FORMAT and DATE_PARSE: those of Java's `DateTimeFormatter`, and Elasticsearch's named formats.

use jiff::tz::TimeZone;

use self::parse::Fields;
use super::local::Local;

mod named;
mod parse;
mod print;
mod week;

/// A compiled pattern: alternatives joined with `||`, of which the first prints.
#[derive(Debug)]
pub struct DatePattern {
    text: String,
    alternatives: Vec<Alternative>,
}

/// One alternative.
#[derive(Debug)]
enum Alternative {
    /// Milliseconds since the epoch.
    EpochMillis,
    /// Seconds since the epoch, with a fraction where there is one.
    EpochSecond,
    /// `strict_date_optional_time` and what is read like it.
    Iso,
    /// Letters and literals.
    Items(Vec<Item>),
}

/// One step of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Item {
    /// This text.
    Literal(String),
    /// A pattern letter, repeated so many times.
    Field(char, usize),
    /// A fraction of a second of one to nine digits.
    Fraction,
    /// Any spelling of a distance from UTC.
    Offset,
    /// What may be missing.
    Optional(Vec<Item>),
}

impl DatePattern {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn new(text: &str) -> Result<Self, String> {
        let alternatives = text.split("||").map(alternative).collect::<Result<_, _>>()?;
        Ok(Self { text: text.to_owned(), alternatives })
    }

    /// The pattern as written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Prints a point in time.
    #[must_use]
    pub fn format(&self, local: &Local, zone: &TimeZone) -> String {
        match self.alternatives.first() {
            Some(Alternative::EpochMillis) => {
                (local.instant_seconds() * 1000 + i64::from(local.nano / 1_000_000)).to_string()
            }
            Some(Alternative::EpochSecond) => local.instant_seconds().to_string(),
            Some(Alternative::Iso) => print::items(&named::iso_items(), local, zone),
            Some(Alternative::Items(items)) => print::items(items, local, zone),
            None => String::new(),
        }
    }

    /// Reads milliseconds since the epoch; `None` where no alternative matches the whole text. A missing zone is
    /// `zone`, other missing parts are the smallest there are.
    #[must_use]
    pub fn parse_millis(&self, text: &str, zone: &TimeZone) -> Option<i64> {
        self.alternatives.iter().find_map(|alternative| match alternative {
            Alternative::EpochMillis => parse::decimal(text, 0),
            Alternative::EpochSecond => parse::decimal(text, 3),
            Alternative::Iso => super::iso::parse_millis(text, zone),
            Alternative::Items(items) => Fields::read(items, text)?.to_millis(zone),
        })
    }
}

/// The zone that a whole text names.
pub(super) fn zone(text: &str) -> Option<TimeZone> {
    let mut at = 0;
    let zone = parse::region(text, &mut at)?;
    (at == text.len()).then_some(zone)
}

fn alternative(text: &str) -> Result<Alternative, String> {
    let text = text.trim();
    match named::find(text) {
        Some(alternative) => Ok(alternative),
        None => compile(text).map(Alternative::Items).map_err(|reason| format!("Invalid format: [{text}]: {reason}")),
    }
}

/// Optional sections in each other deeper than this are refused: each costs stack.
const MOST_NESTED: usize = 32;

/// The steps of a pattern in Java's letters.
fn compile(pattern: &str) -> Result<Vec<Item>, String> {
    let mut chars = pattern.chars().peekable();
    // The items of each open section, the outermost first.
    let mut open: Vec<Vec<Item>> = vec![Vec::new()];
    while let Some(c) = chars.next() {
        let item = match c {
            '\'' => {
                let text = quoted(&mut chars, pattern)?;
                Item::Literal(text)
            }
            '[' if open.len() > MOST_NESTED => {
                return Err("Pattern has optional sections too deep in each other".into());
            }
            '[' => {
                open.push(Vec::new());
                continue;
            }
            ']' => match (open.pop(), open.last()) {
                (Some(section), Some(_)) => Item::Optional(section),
                _ => return Err("Pattern invalid as it contains ] without previous [".into()),
            },
            '{' | '}' | '#' => return Err(format!("Pattern includes reserved character: '{c}'")),
            c if c.is_ascii_alphabetic() => {
                let mut count = 1;
                while chars.next_if_eq(&c).is_some() {
                    count += 1;
                }
                field(c, count)?
            }
            c => Item::Literal(c.to_string()),
        };
        let Some(section) = open.last_mut() else { continue };
        match (section.last_mut(), item) {
            (Some(Item::Literal(last)), Item::Literal(text)) => last.push_str(&text),
            (_, item) => section.push(item),
        }
    }
    // Sections that are never closed end with the pattern.
    while open.len() > 1 {
        if let (Some(section), Some(outer)) = (open.pop(), open.last_mut()) {
            outer.push(Item::Optional(section));
        }
    }
    Ok(open.pop().unwrap_or_default())
}

/// The text up to the closing quote; two quotes are one.
fn quoted(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, pattern: &str) -> Result<String, String> {
    if chars.next_if_eq(&'\'').is_some() {
        return Ok("'".into());
    }
    let mut text = String::new();
    loop {
        match chars.next() {
            Some('\'') if chars.next_if_eq(&'\'').is_some() => text.push('\''),
            Some('\'') => return Ok(text),
            Some(c) => text.push(c),
            None => return Err(format!("Pattern ends with an incomplete string literal: {pattern}")),
        }
    }
}

/// A letter with as many repetitions as it allows.
fn field(letter: char, count: usize) -> Result<Item, String> {
    let most = match letter {
        'y' | 'u' | 'Y' | 'A' | 'n' | 'N' => 19,
        'S' => 9,
        'M' | 'L' | 'E' | 'e' | 'c' | 'G' | 'Q' | 'q' | 'X' | 'x' | 'Z' => 5,
        'O' if count == 1 || count == 4 => 4,
        'z' => 4,
        'D' => 3,
        'd' | 'h' | 'H' | 'k' | 'K' | 'm' | 's' | 'w' => 2,
        'V' if count == 2 => 2,
        'F' | 'W' | 'a' => 1,
        'O' | 'V' => 0,
        _ => return Err(format!("Unknown pattern letter: {letter}")),
    };
    if count > most {
        return Err(format!("Too many pattern letters: {letter}"));
    }
    Ok(Item::Field(letter, count))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(pattern: &str, ms: i64, zone: &str) -> String {
        let zone = if zone == "UTC" { TimeZone::UTC } else { TimeZone::get(zone).unwrap() };
        DatePattern::new(pattern).unwrap().format(&Local::of_millis(ms, &zone), &zone)
    }

    /// 2024-05-06T07:08:09.123Z, a Monday
    const MOMENT: i64 = 1_714_979_289_123;

    #[test]
    fn no_pattern_is_too_deep_for_the_stack() {
        assert_eq!(format(&format!("{}yyyy", "[".repeat(MOST_NESTED)), MOMENT, "UTC"), "2024");
        assert!(DatePattern::new(&"[".repeat(100_000)).is_err());
    }

    #[test]
    fn letters_print_their_part() {
        for (pattern, text) in [
            ("yyyy-MM-dd'T'HH:mm:ss.SSS", "2024-05-06T07:08:09.123"),
            ("yy M d H m s", "24 5 6 7 8 9"),
            ("EEE, d MMM uuuu", "Mon, 6 May 2024"),
            ("EEEE MMMM", "Monday May"),
            ("h:mm a", "7:08 AM"),
            ("kk KK", "07 07"),
            ("D DDD", "127 127"),
            ("QQQ q", "Q2 2"),
            ("G", "AD"),
            ("X XXX x xxx Z ZZZZZ O", "Z Z +00 +00:00 +0000 Z GMT"),
            ("A n SSSSSS", "25689123 123000000 123000"),
            ("'it''s' ''yy''", "it's '24'"),
            ("e w W YYYY", "2 19 2 2024"),
            ("yyyy[ HH]", "2024 07"),
            ("epoch_second", "1714979289"),
            ("basic_date", "20240506"),
            ("strict_date_optional_time", "2024-05-06T07:08:09.123Z"),
        ] {
            assert_eq!(format(pattern, MOMENT, "UTC"), text, "{pattern}");
        }
        assert_eq!(format("HH XXX Z VV z", MOMENT, "Europe/Paris"), "09 +02:00 +0200 Europe/Paris CEST");
        for bad in ["yyyy-bb", "'open", "yyyy]", "ddd", "{"] {
            assert!(DatePattern::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn texts_are_read_back() {
        for (pattern, text, expected) in [
            ("yyyy-MM-dd HH:mm:ss", "2024-05-06 07:08:09", Some("2024-05-06T07:08:09.000Z")),
            ("yyyy-MM-dd", "2024-05-06 x", None),
            ("yyyy-MM", "2024-05-06", None),
            ("yyyyMMddHHmmssSSS", "20240506070809123", Some("2024-05-06T07:08:09.123Z")),
            ("d/M/yy", "6/5/24", Some("2024-05-06T00:00:00.000Z")),
            ("dd MMM yyyy hh:mm a", "06 May 2024 01:30 PM", Some("2024-05-06T13:30:00.000Z")),
            ("EEE MMM d HH:mm:ss yyyy", "Mon May 6 07:08:09 2024", Some("2024-05-06T07:08:09.000Z")),
            ("yyyy-MM-dd'T'HH:mmXXX", "2024-05-06T07:08+02:00", Some("2024-05-06T05:08:00.000Z")),
            ("yyyy-MM-dd HH:mm Z", "2024-05-06 07:08 -0130", Some("2024-05-06T08:38:00.000Z")),
            ("yyyy-MM-dd HH:mm VV", "2024-07-06 07:08 Europe/Paris", Some("2024-07-06T05:08:00.000Z")),
            ("yyyy-MM-dd[ HH:mm]", "2024-05-06", Some("2024-05-06T00:00:00.000Z")),
            ("yyyy-MM-dd", "2024-02-30", None),
            ("yyyy-DDD", "2024-127", Some("2024-05-06T00:00:00.000Z")),
            ("HH:mm", "07:08", Some("1970-01-01T07:08:00.000Z")),
            ("epoch_millis", "1714979289123", Some("2024-05-06T07:08:09.123Z")),
            ("epoch_second", "-1.5", Some("1969-12-31T23:59:58.500Z")),
            ("yyyy/MM/dd||dd.MM.yyyy", "06.05.2024", Some("2024-05-06T00:00:00.000Z")),
            ("date_time", "2024-05-06T07:08:09.123+0200", Some("2024-05-06T05:08:09.123Z")),
            ("Y", "9223372036854775807", None),
            ("y G", "-9223372036854775807 BC", None),
            ("iso8601", "2024-05-06T07", Some("2024-05-06T07:00:00.000Z")),
        ] {
            let parsed = DatePattern::new(pattern).unwrap().parse_millis(text, &TimeZone::UTC);
            assert_eq!(parsed.map(quarry_types::date::format_millis).as_deref(), expected, "{pattern} on {text}");
        }
    }

    #[test]
    fn a_missing_zone_is_the_given_one() {
        let zone = TimeZone::get("Europe/Paris").unwrap();
        let parsed = DatePattern::new("yyyy-MM-dd").unwrap().parse_millis("2024-07-01", &zone).unwrap();
        assert_eq!(quarry_types::date::format_millis(parsed), "2024-06-30T22:00:00.000Z");
    }
}

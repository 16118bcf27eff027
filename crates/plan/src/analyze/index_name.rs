//! Dates in the names of indices: `<logs-{now/d}>` is `logs-2026.01.15` on that day.

use jiff::tz::TimeZone;
use quarry_functions::time::local::Local;
use quarry_functions::time::pattern::DatePattern;

use super::search::dates;

/// How a date is written where the name doesn't say.
const USUAL: &str = "yyyy.MM.dd";

/// The index pattern with every date written out.
///
/// # Errors
/// What is wrong with a name in angle brackets.
pub(super) fn with_dates(pattern: &str, now_millis: i64) -> Result<String, String> {
    if !pattern.contains('<') {
        return Ok(pattern.to_owned());
    }
    let names: Result<Vec<String>, String> = split(pattern).map(|name| with_date(name, now_millis)).collect();
    Ok(names?.join(","))
}

/// The names of a list; commas inside of brackets are part of a name.
fn split(pattern: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0;
    pattern.split(move |c| {
        match c {
            '<' | '{' => depth += 1,
            '>' | '}' => depth -= 1,
            _ => {}
        }
        c == ',' && depth <= 0
    })
}

fn with_date(name: &str, now_millis: i64) -> Result<String, String> {
    let trimmed = name.trim();
    let (sign, bare) = trimmed.strip_prefix('-').map_or(("", trimmed), |bare| ("-", bare));
    let Some(inner) = bare.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')) else {
        return Ok(name.to_owned());
    };
    let bad = |why: &str| format!("invalid dynamic name expression [{inner}]. {why}");
    let mut text = sign.to_owned();
    let mut rest = inner;
    loop {
        let Some(at) = rest.find(['{', '}', '\\']) else {
            text.push_str(rest);
            return Ok(text);
        };
        text.push_str(&rest[..at]);
        match rest.as_bytes()[at] {
            b'\\' => {
                let escaped = rest[at + 1..].chars().next().ok_or_else(|| bad("nothing follows the last backslash"))?;
                text.push(escaped);
                rest = &rest[at + 1 + escaped.len_utf8()..];
            }
            b'{' => {
                let length = closing(&rest[at + 1..]).ok_or_else(|| bad("date math placeholder is open ended"))?;
                text.push_str(&date(&rest[at + 1..at + 1 + length], now_millis).map_err(|why| bad(&why))?);
                rest = &rest[at + 2 + length..];
            }
            _ => return Err(bad("invalid character at position: [}]")),
        }
    }
}

/// Where the brace that was opened before `text` is closed.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0;
    text.char_indices().find_map(|(at, c)| match c {
        '{' => {
            depth += 1;
            None
        }
        '}' if depth == 0 => Some(at),
        '}' => {
            depth -= 1;
            None
        }
        _ => None,
    })
}

/// `now-1d/d`, then perhaps `{pattern}` or `{pattern|zone}`.
fn date(expression: &str, now_millis: i64) -> Result<String, String> {
    let (math, format) = match expression.split_once('{') {
        None => (expression, USUAL),
        Some((math, format)) => {
            (math, format.strip_suffix('}').ok_or_else(|| "date math placeholder is open ended".to_owned())?)
        }
    };
    let (format, zone) = match format.split_once('|') {
        None => (format, TimeZone::UTC),
        Some((format, name)) => {
            let zone = quarry_functions::time::zone(name).ok_or_else(|| format!("unknown time zone [{name}]"))?;
            (format, zone)
        }
    };
    let (start, _) =
        dates::range(math, &zone, now_millis).ok_or_else(|| format!("failed to parse date math [{math}]"))?;
    let pattern = DatePattern::new(format)?;
    Ok(pattern.format(&Local::of_millis(start, &zone), &zone))
}

#[cfg(test)]
mod tests {
    use super::with_dates;

    const NOW: i64 = 1_709_294_405_678; // 2024-03-01T12:00:05.678Z

    #[test]
    fn dates_are_written_out() {
        for (pattern, expected) in [
            ("logs-*", "logs-*"),
            ("<logs-{now/d}>", "logs-2024.03.01"),
            ("<logs-{now-1d/d}>,other", "logs-2024.02.29,other"),
            ("a,-<logs-{now/M{yyyy.MM}}>", "a,-logs-2024.03"),
            ("<logs-{now/d{yyyy-MM-dd|+12:00}}-x>", "logs-2024-03-02-x"),
            ("<logs-{2024-01-31||/M{yyyy,MM}}>", "logs-2024,01"),
            (r"<e\{x\}-{now/y{yyyy}}>", "e{x}-2024"),
            ("<plain>", "plain"),
        ] {
            assert_eq!(with_dates(pattern, NOW).as_deref(), Ok(expected), "{pattern}");
        }
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for pattern in
            ["<logs-{now/d>", "<logs-{tomorrow}>", "<logs-}>", "<logs-{now{yyyy|Nowhere}}>", "<a\\>", "<{now{yyyy}>"]
        {
            assert!(with_dates(pattern, NOW).is_err(), "{pattern}");
        }
    }
}

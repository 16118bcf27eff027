use quarry_functions::Failure;
use quarry_types::{Column, DataType, Value, date, ip};
use serde_json::Value as Json;

/// Ranges over numbers, dates or addresses, each with its row.
///
/// All three are compared as 128-bit integers: addresses as they are, dates in nanoseconds, doubles by their bits.
pub(super) struct Ranges {
    domain: Domain,
    /// Lowest, highest, row; sorted by the lowest.
    ranges: Vec<(i128, i128, u32)>,
    /// The highest end among the ranges up to each.
    highest: Vec<i128>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Domain {
    Ip,
    Number,
    Date,
}

const BOUNDS: [&str; 4] = ["gte", "gt", "lte", "lt"];

impl Ranges {
    /// The ranges of all rows, as ranges of what a value of `wanted` can lie in.
    pub(super) fn new(texts: &Column, bounds: &[Option<Column>; 4], wanted: DataType) -> Self {
        let rows: Vec<Vec<Json>> = (0..texts.len()).map(|row| of_row(texts, bounds, row)).collect();
        let domain = match wanted {
            DataType::Ip => Domain::Ip,
            DataType::Date | DataType::DateNanos => Domain::Date,
            t if t.is_numeric() => Domain::Number,
            // Strings are what the ranges are.
            _ => [Domain::Ip, Domain::Number, Domain::Date]
                .into_iter()
                .find(|domain| rows.iter().flatten().any(|json| parse(json, *domain).is_some()))
                .unwrap_or(Domain::Number),
        };
        let mut ranges: Vec<(i128, i128, u32)> = rows
            .iter()
            .enumerate()
            .flat_map(|(row, jsons)| jsons.iter().filter_map(move |json| Some((row as u32, parse(json, domain)?))))
            .map(|(row, (low, high))| (low, high, row))
            .collect();
        ranges.sort_unstable();
        let mut top = i128::MIN;
        let highest = ranges
            .iter()
            .map(|(_, high, _)| {
                top = top.max(*high);
                top
            })
            .collect();
        Self { domain, ranges, highest }
    }

    /// The place of a value among the ranges.
    pub(super) fn key(&self, value: &Value) -> Result<i128, Failure> {
        let key = match (value, self.domain) {
            (Value::Ip(bytes), Domain::Ip) => Some(address(bytes)),
            (Value::Date(ms), Domain::Date) => Some(i128::from(*ms) * 1_000_000),
            (Value::DateNanos(ns), Domain::Date) => Some(i128::from(*ns)),
            (Value::String(text), domain) => return point(text, domain).ok_or_else(|| failure(text, domain)),
            (value, Domain::Number) => value.as_f64().map(number),
            _ => None,
        };
        key.ok_or_else(|| failure(&value.to_string(), self.domain))
    }

    /// The rows whose ranges contain a key.
    pub(super) fn containing(&self, key: i128) -> impl Iterator<Item = u32> + '_ {
        let end = self.ranges.partition_point(|(low, ..)| *low <= key);
        (0..end)
            .rev()
            .take_while(move |at| self.highest[*at] >= key)
            .filter(move |at| self.ranges[*at].1 >= key)
            .map(|at| self.ranges[at].2)
    }
}

fn failure(text: &str, domain: Domain) -> Failure {
    Failure::illegal_argument(match domain {
        Domain::Ip => format!("'{text}' is not an IP string literal."),
        Domain::Number => format!("For input string: \"{text}\""),
        Domain::Date => format!("failed to parse date field [{text}] with format [strict_date_optional_time]"),
    })
}

/// The ranges of one row.
fn of_row(texts: &Column, bounds: &[Option<Column>; 4], row: usize) -> Vec<Json> {
    let whole: Vec<Json> = texts.value(row).elements().iter().map(json).collect();
    if !whole.is_empty() {
        return whole
            .into_iter()
            .flat_map(|json| match json {
                Json::Array(elements) => elements,
                one => vec![one],
            })
            .collect();
    }
    let mut object = serde_json::Map::new();
    for (name, column) in BOUNDS.iter().zip(bounds) {
        if let Some(value) = column.as_ref().map(|column| column.value(row)).filter(|value| !value.is_null()) {
            object.insert((*name).to_owned(), json(&value));
        }
    }
    if object.is_empty() { Vec::new() } else { vec![Json::Object(object)] }
}

/// A cell as JSON: it holds JSON text, or is a text itself.
fn json(value: &Value) -> Json {
    let text = value.to_string();
    serde_json::from_str(&text).unwrap_or(Json::String(text))
}

/// The lowest and highest key of a range: an object with bounds, `from..to` without its end, a CIDR block, or a value.
fn parse(json: &Json, domain: Domain) -> Option<(i128, i128)> {
    match json {
        Json::Object(bounds) => {
            let (mut low, mut high) = (i128::MIN, i128::MAX);
            for (name, bound) in bounds {
                if bound.is_null() {
                    continue;
                }
                let key = point(&text(bound)?, domain)?;
                match name.as_str() {
                    "gte" | "from" => low = key,
                    "gt" => low = key.saturating_add(1),
                    "lte" | "to" => high = key,
                    "lt" => high = key.saturating_sub(1),
                    _ => {}
                }
            }
            Some((low, high))
        }
        other => {
            let text = text(other)?;
            if domain == Domain::Ip
                && let Some((base, length)) = text.split_once('/')
            {
                return block(base, length);
            }
            match text.split_once("..") {
                Some((from, to)) => Some((point(from, domain)?, point(to, domain)?.saturating_sub(1))),
                None => point(&text, domain).map(|key| (key, key)),
            }
        }
    }
}

fn text(json: &Json) -> Option<String> {
    match json {
        Json::String(text) => Some(text.trim().to_owned()),
        Json::Number(n) => Some(n.to_string()),
        _ => None,
    }
}

fn point(text: &str, domain: Domain) -> Option<i128> {
    let text = text.trim();
    match domain {
        Domain::Ip => ip::parse(text).map(|bytes| address(&bytes)),
        Domain::Number => text.parse::<f64>().ok().filter(|n| n.is_finite()).map(number),
        Domain::Date => {
            let date =
                date::parse(text, None).map(|(seconds, nanos)| i128::from(seconds) * 1_000_000_000 + i128::from(nanos));
            date.or_else(|| text.parse::<i64>().ok().map(|ms| i128::from(ms) * 1_000_000))
        }
    }
}

fn block(base: &str, length: &str) -> Option<(i128, i128)> {
    let bytes = ip::parse(base.trim())?;
    let length: u32 = length.trim().parse().ok()?;
    let length = if base.contains(':') { length } else { length.checked_add(96)? };
    let host = 128u32.checked_sub(length)?;
    let mask = if host == 128 { u128::MAX } else { (1u128 << host) - 1 };
    let low = u128::from_be_bytes(bytes) & !mask;
    Some((address(&low.to_be_bytes()), address(&(low | mask).to_be_bytes())))
}

fn address(bytes: &[u8; 16]) -> i128 {
    (u128::from_be_bytes(*bytes) ^ (1 << 127)) as i128
}

/// A double as an integer of the same order.
fn number(n: f64) -> i128 {
    let bits = (n + 0.0).to_bits() as i64;
    i128::from(if bits < 0 { bits ^ i64::MAX } else { bits })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(ranges: &[&str], wanted: DataType, value: &Value) -> Vec<u32> {
        let column = Column::from_values(DataType::Flattened, ranges.iter().map(|text| Value::from(*text)));
        let ranges = Ranges::new(&column, &[None, None, None, None], wanted);
        let mut rows: Vec<u32> = ranges.key(value).map(|key| ranges.containing(key).collect()).unwrap_or_default();
        rows.sort_unstable();
        rows
    }

    #[test]
    fn numbers_lie_between_bounds() {
        let ranges = [r#"{"gte": 0, "lt": 2}"#, r#"{"gt": 1, "lte": 5.5}"#, "\"2..4\"", r#"{"gte": 100}"#, "7"];
        let of = |n: f64| found(&ranges, DataType::Double, &Value::Double(n));
        assert_eq!(of(1.0), [0]);
        assert_eq!(of(2.0), [1, 2]);
        assert_eq!(of(4.0), [1]);
        assert_eq!(of(-1.0), [] as [u32; 0]);
        assert_eq!(of(7.0), [4]);
        assert_eq!(of(1e9), [3]);
        assert_eq!(found(&ranges, DataType::Keyword, &"1.5".into()), [0, 1]);
    }

    #[test]
    fn addresses_lie_in_blocks() {
        let blocks =
            ["\"10.1.0.0/16\"", "10.1.2.0/24", r#"{"gte": "10.1.2.3", "lte": "10.1.2.4"}"#, "\"2001:db8::/32\""];
        let of = |text: &str| found(&blocks, DataType::Ip, &Value::Ip(ip::parse(text).unwrap()));
        assert_eq!(of("10.1.2.3"), [0, 1, 2]);
        assert_eq!(of("10.1.3.3"), [0]);
        assert_eq!(of("2001:db8:1::1"), [3]);
        assert_eq!(of("10.2.0.0"), [] as [u32; 0]);
    }

    #[test]
    fn dates_lie_between_dates() {
        let ranges = ["\"1990-01-01..2000-01-01\"", r#"{"gte": "1999-06-01"}"#];
        let of = |text: &str| found(&ranges, DataType::Date, &Value::Date(date::parse_millis(text, None).unwrap()));
        assert_eq!(of("1999-12-31T23:59:59Z"), [0, 1]);
        assert_eq!(of("2000-01-01"), [1]);
    }
}

//! Cells of csv tables as they are written: null, one value, or a list.

use quarry_types::{DataType, Value, date, ip};

/// A cell of a table, not yet read as any type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// `null`
    Null,
    /// One value.
    One(String),
    /// `[a, b]`
    Many(Vec<String>),
}

impl Cell {
    /// Reads a cell. Blanks around it don't count.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        if text.eq_ignore_ascii_case("null") {
            return Cell::Null;
        }
        match text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            Some(inner) if !inner.ends_with('\\') => {
                let values: Vec<String> = split(inner, ',').into_iter().map(|v| plain(&v)).collect();
                match <[String; 1]>::try_from(values) {
                    Ok([one]) => Cell::One(one),
                    Err(values) => Cell::Many(values),
                }
            }
            _ => Cell::One(plain(text)),
        }
    }

    /// The values in the cell.
    #[must_use]
    pub fn values(&self) -> &[String] {
        match self {
            Cell::Null => &[],
            Cell::One(value) => std::slice::from_ref(value),
            Cell::Many(values) => values,
        }
    }
}

/// Cuts `text` at each `separator` that is neither escaped nor in a quoted cell or element.
#[must_use]
pub fn split(text: &str, separator: char) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut quoted = false;
    // Whether a quotation mark here would open a quoted cell.
    let mut fresh = true;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let last = parts.len() - 1;
        if c == separator && !quoted {
            parts.push(String::new());
            fresh = true;
            continue;
        }
        parts[last].push(c);
        match c {
            '\\' if !quoted => parts[last].extend(chars.next()),
            '"' if quoted => quoted = false,
            // The second mark of a doubled one opens the cell again.
            '"' if fresh || parts[last].ends_with("\"\"") && parts[last].trim_start().starts_with(['"', '[']) => {
                quoted = true;
            }
            _ => {}
        }
        fresh = (fresh && c.is_whitespace()) || c == '[' || (c == ',' && !quoted);
    }
    parts
}

/// A value without quotation marks around it and without escapes.
fn plain(text: &str) -> String {
    let text = text.trim();
    if let Some(inner) = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        return inner.replace("\"\"", "\"").replace("\\,", ",");
    }
    let mut value = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('\\', Some('[' | ']' | ',' | '|')) => value.extend(chars.next()),
            _ => value.push(c),
        }
    }
    value
}

/// The type that a table's header names, long or short; `None` for one that the engine doesn't have.
#[must_use]
pub fn data_type(name: &str) -> Option<DataType> {
    Some(match name.to_ascii_lowercase().as_str() {
        "n" | "null" => DataType::Null,
        "b" | "bool" | "boolean" => DataType::Boolean,
        "i" | "int" | "integer" | "short" | "byte" => DataType::Integer,
        "l" | "long" => DataType::Long,
        "ul" | "unsigned_long" => DataType::UnsignedLong,
        "d" | "double" | "f" | "float" | "hf" | "half_float" | "sf" | "scaled_float" => DataType::Double,
        "k" | "keyword" | "s" | "string" => DataType::Keyword,
        "t" | "text" | "txt" => DataType::Text,
        "dt" | "date" | "datetime" => DataType::Date,
        "dn" | "date_nanos" => DataType::DateNanos,
        "ip" => DataType::Ip,
        "v" | "version" => DataType::Version,
        "geo_point" => DataType::GeoPoint,
        "geo_shape" => DataType::GeoShape,
        "cartesian_point" => DataType::CartesianPoint,
        "cartesian_shape" => DataType::CartesianShape,
        "unsupported" => DataType::Unsupported,
        "date_period" => DataType::DatePeriod,
        "time_duration" => DataType::TimeDuration,
        "_source" | "source" => DataType::Source,
        "flattened" => DataType::Flattened,
        "date_range" => DataType::DateRange,
        "double_range" => DataType::DoubleRange,
        "geohash" => DataType::Geohash,
        "geotile" => DataType::Geotile,
        "geohex" => DataType::Geohex,
        _ => return None,
    })
}

/// Reads one value of a type; `None` where the text isn't one.
#[must_use]
pub fn value(text: &str, data_type: DataType) -> Option<Value> {
    Some(match data_type {
        DataType::Boolean => Value::Boolean(text.to_ascii_lowercase().parse().ok()?),
        DataType::Integer => Value::Integer(text.parse().ok()?),
        DataType::Long => Value::Long(text.parse().ok()?),
        DataType::UnsignedLong => Value::UnsignedLong(text.parse().ok()?),
        DataType::Double => Value::Double(text.parse().ok()?),
        DataType::Date => Value::Date(date::parse_millis(text, None)?),
        DataType::DateNanos => Value::DateNanos(date::parse_nanos(text, None)?),
        DataType::Ip => Value::Ip(ip::parse(text)?),
        _ => Value::String(text.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn many(values: &[&str]) -> Cell {
        Cell::Many(values.iter().map(|v| (*v).to_owned()).collect())
    }

    #[test]
    fn cells_are_null_one_value_or_a_list() {
        assert_eq!(Cell::parse(" null "), Cell::Null);
        assert_eq!(Cell::parse("  a b "), Cell::One("a b".into()));
        assert_eq!(Cell::parse(""), Cell::One(String::new()));
        assert_eq!(Cell::parse("[1, 2]"), many(&["1", "2"]));
        assert_eq!(Cell::parse("[1]"), Cell::One("1".into()));
        assert_eq!(Cell::parse(r"[a\, b, c]"), many(&["a, b", "c"]));
        assert_eq!(Cell::parse(r#"["x", "y, z"]"#), many(&["x", "y, z"]));
    }

    #[test]
    fn escapes_and_quotes_are_taken_off() {
        assert_eq!(Cell::parse(r"\[x\]"), Cell::One("[x]".into()));
        assert_eq!(Cell::parse(r"C:\new"), Cell::One(r"C:\new".into()));
        assert_eq!(Cell::parse(r#""{""k"":""v""}""#), Cell::One(r#"{"k":"v"}"#.into()));
        assert_eq!(Cell::parse(r#"{"k":1}"#), Cell::One(r#"{"k":1}"#.into()));
    }

    #[test]
    fn separators_in_quotes_and_after_escapes_do_not_cut() {
        assert_eq!(split(r#"a | "b | c" | d\|e"#, '|'), ["a ", r#" "b | c" "#, r" d\|e"]);
        assert_eq!(split(r#""{""k|"":1}" | 5" | 6"#, '|'), [r#""{""k|"":1}" "#, r#" 5" "#, " 6"]);
        assert_eq!(split("", '|'), [""]);
    }

    #[test]
    fn values_are_read_by_type() {
        assert_eq!(value("7", DataType::Integer), Some(Value::Integer(7)));
        assert_eq!(value("1970-01-01T00:00:01Z", DataType::Date), Some(Value::Date(1000)));
        assert_eq!(value("x", DataType::Long), None);
        assert_eq!(data_type("ul"), Some(DataType::UnsignedLong));
        assert_eq!(data_type("tdigest"), None);
    }
}

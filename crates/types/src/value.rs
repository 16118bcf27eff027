use std::fmt;

use crate::{DataType, date, ip, number};

/// A calendar span of time: months and days are counted apart, since neither has a fixed length.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Period {
    /// Whole months; a year is 12, a quarter 3.
    pub months: i64,
    /// Whole days; a week is 7.
    pub days: i64,
}

/// One cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// No value.
    Null,
    /// A boolean.
    Boolean(bool),
    /// An integer.
    Integer(i32),
    /// A long.
    Long(i64),
    /// An unsigned long.
    UnsignedLong(u64),
    /// A double.
    Double(f64),
    /// A keyword or text, and everything else that is stored as a string: versions, shapes, JSON.
    String(String),
    /// Milliseconds since the epoch.
    Date(i64),
    /// Nanoseconds since the epoch.
    DateNanos(i64),
    /// An address in IPv6 form.
    Ip([u8; 16]),
    /// A calendar span.
    DatePeriod(Period),
    /// An exact span, in milliseconds.
    TimeDuration(i64),
    /// Two values or more of one type, none of them null or a list.
    List(Vec<Value>),
}

impl Value {
    /// The cell that holds `values`: null for none, the value itself for one, a list for more.
    #[must_use]
    pub fn from_elements(mut values: Vec<Value>) -> Value {
        match values.len() {
            0 => Value::Null,
            1 => values.pop().unwrap_or(Value::Null),
            _ => Value::List(values),
        }
    }

    /// The values in the cell: none, one, or all of the list.
    #[must_use]
    pub fn elements(&self) -> &[Value] {
        match self {
            Value::Null => &[],
            Value::List(values) => values,
            one => std::slice::from_ref(one),
        }
    }

    /// Whether it is null.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// The string, where it is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The whole number, where it is one that fits 64 bits.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Value::Integer(n) => Some(i64::from(*n)),
            Value::Long(n) | Value::Date(n) | Value::DateNanos(n) => Some(*n),
            Value::UnsignedLong(n) => i64::try_from(*n).ok(),
            _ => None,
        }
    }

    /// The number as a double, where it is one.
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Value::Integer(n) => Some(f64::from(*n)),
            Value::Long(n) => Some(*n as f64),
            Value::UnsignedLong(n) => Some(*n as f64),
            Value::Double(n) => Some(*n),
            _ => None,
        }
    }

    /// The cell as JSON, as a response holds it. `data_type` tells strings that are JSON text from others.
    #[must_use]
    pub fn to_json(&self, data_type: DataType) -> serde_json::Value {
        match self {
            Value::Null => serde_json::Value::Null,
            Value::Boolean(b) => (*b).into(),
            Value::Integer(n) => (*n).into(),
            Value::Long(n) => (*n).into(),
            Value::UnsignedLong(n) => (*n).into(),
            Value::Double(n) => (*n).into(),
            Value::String(text) if matches!(data_type, DataType::Source | DataType::Flattened) => {
                serde_json::from_str(text).unwrap_or_else(|_| text.clone().into())
            }
            Value::List(values) => values.iter().map(|v| v.to_json(data_type)).collect(),
            other => other.to_string().into(),
        }
    }
}

/// The text that TO_STRING and the text formats give; lists as `[a, b]`, null as `null`.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => f.write_str("null"),
            Value::Boolean(b) => write!(f, "{b}"),
            Value::Integer(n) => write!(f, "{n}"),
            Value::Long(n) => write!(f, "{n}"),
            Value::UnsignedLong(n) => write!(f, "{n}"),
            Value::Double(n) => f.write_str(&number::format_double(*n)),
            Value::String(text) => f.write_str(text),
            Value::Date(ms) => f.write_str(&date::format_millis(*ms)),
            Value::DateNanos(ns) => f.write_str(&date::format_nanos(*ns)),
            Value::Ip(bytes) => f.write_str(&ip::format(bytes)),
            Value::DatePeriod(p) => write!(f, "P{}M{}D", p.months, p.days),
            Value::TimeDuration(ms) => write!(f, "PT{}S", *ms as f64 / 1000.0),
            Value::List(values) => {
                f.write_str("[")?;
                for (i, value) in values.iter().enumerate() {
                    if i > 0 {
                        f.write_str(", ")?;
                    }
                    write!(f, "{value}")?;
                }
                f.write_str("]")
            }
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::String(text.to_owned())
    }
}

impl From<bool> for Value {
    fn from(b: bool) -> Self {
        Value::Boolean(b)
    }
}

impl From<i32> for Value {
    fn from(n: i32) -> Self {
        Value::Integer(n)
    }
}

impl From<i64> for Value {
    fn from(n: i64) -> Self {
        Value::Long(n)
    }
}

impl From<f64> for Value {
    fn from(n: f64) -> Self {
        Value::Double(n)
    }
}

//! Conversions of constants while a query is analysed: a string literal where another type is needed, a number where
//! a wider one is.

use jiff::tz::TimeZone;
use quarry_types::{DataType, Value, ip};

use crate::text::number;
use crate::time::{iso, span};

/// What a string literal is in a place that needs `target`.
///
/// # Errors
/// The message, in the reference's wording.
pub fn convert_string(text: &str, target: DataType, zone: &TimeZone) -> Result<Value, String> {
    let converted = match target {
        DataType::Boolean => Ok(Value::Boolean(text.eq_ignore_ascii_case("true"))),
        DataType::Integer => number::parse_integer(text).map(Value::Integer).map_err(|failure| failure.message),
        DataType::Long => number::parse_long(text).map(Value::Long).map_err(|failure| failure.message),
        DataType::UnsignedLong => {
            number::parse_unsigned_long(text).map(Value::UnsignedLong).map_err(|failure| failure.message)
        }
        DataType::Double => number::parse_double(text).map(Value::Double).map_err(|failure| failure.message),
        DataType::Date => iso::parse_millis(text, zone).map(Value::Date).ok_or_else(|| iso::failure(text, iso::FORMAT)),
        DataType::DateNanos => iso::parse_nanos(text, zone).map(Value::DateNanos),
        DataType::Ip => ip::parse(text).map(Value::Ip).ok_or_else(|| format!("'{text}' is not an IP string literal.")),
        DataType::DatePeriod => span::parse_date_period(text),
        DataType::TimeDuration => span::parse_time_duration(text),
        DataType::Keyword | DataType::Text | DataType::Version => Ok(Value::from(text)),
        _ => Err("no such conversion".to_owned()),
    };
    converted.map_err(|reason| {
        let target = target.message_name().to_uppercase();
        format!("Cannot convert string [{text}] to [{target}], error [{reason}]")
    })
}

/// A constant of one type as one of a wider type: numbers, dates, strings. `None` where there is no such way.
#[must_use]
pub fn convert(value: &Value, from: DataType, to: DataType) -> Option<Value> {
    if from == to || value.is_null() || (from.is_string() && to.is_string()) {
        return Some(value.clone());
    }
    Some(match (value, to) {
        (Value::List(values), _) => {
            Value::List(values.iter().map(|value| convert(value, from, to)).collect::<Option<_>>()?)
        }
        (Value::Integer(n), DataType::Long) => Value::Long(i64::from(*n)),
        (Value::Integer(n), DataType::UnsignedLong) => Value::UnsignedLong(u64::try_from(*n).ok()?),
        (Value::Long(n), DataType::UnsignedLong) => Value::UnsignedLong(u64::try_from(*n).ok()?),
        (Value::Integer(_) | Value::Long(_) | Value::UnsignedLong(_), DataType::Double) => {
            Value::Double(value.as_f64()?)
        }
        (Value::Date(ms), DataType::DateNanos) => Value::DateNanos(iso::millis_to_nanos(*ms).ok()?),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_become_what_is_needed() {
        let convert = |text, target| convert_string(text, target, &TimeZone::UTC);
        assert_eq!(convert("2024", DataType::Date), Ok(Value::Date(1_704_067_200_000)));
        assert_eq!(convert("1.5", DataType::Double), Ok(Value::Double(1.5)));
        assert_eq!(convert("2 h", DataType::TimeDuration), Ok(Value::TimeDuration(7_200_000)));
        assert_eq!(
            convert("c", DataType::Long).unwrap_err(),
            "Cannot convert string [c] to [LONG], error [Cannot parse number [c]]"
        );
        assert_eq!(
            convert("x", DataType::Date).unwrap_err(),
            "Cannot convert string [x] to [DATETIME], error [failed to parse date field [x] with format \
             [strict_date_optional_time]]"
        );
        assert_eq!(
            convert("x", DataType::Ip).unwrap_err(),
            "Cannot convert string [x] to [IP], error ['x' is not an IP string literal.]"
        );
    }

    #[test]
    fn constants_widen() {
        let list = Value::List(vec![1.into(), 2.into()]);
        let doubles = Value::List(vec![1.0.into(), 2.0.into()]);
        assert_eq!(convert(&list, DataType::Integer, DataType::Double), Some(doubles));
        assert_eq!(convert(&Value::Date(1), DataType::Date, DataType::DateNanos), Some(Value::DateNanos(1_000_000)));
        assert_eq!(convert(&"a".into(), DataType::Text, DataType::Keyword), Some("a".into()));
        assert_eq!(convert(&1.into(), DataType::Integer, DataType::Ip), None);
    }
}

//! Values of Arrow arrays as the texts that JSON would have for them.

use std::fmt::Write;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type,
    DecimalType, DurationMicrosecondType, DurationMillisecondType, DurationNanosecondType, DurationSecondType,
    Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, Time32MillisecondType,
    Time32SecondType, Time64MicrosecondType, Time64NanosecondType, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType as Arrow, TimeUnit};
use quarry_types::date;

use crate::extract::Kind;

/// How deep values may lie inside each other.
const DEEPEST: usize = 100;

/// Appends the value at `at` to `text` and says what it is; `None` where it is null or can't be written.
pub(super) fn render(array: &dyn Array, at: usize, text: &mut String) -> Option<Kind> {
    if array.is_null(at) {
        return None;
    }
    macro_rules! number {
        ($type:ty) => {{
            write!(text, "{}", primitive::<$type>(array, at)?).ok()?;
            Some(Kind::Number)
        }};
    }
    macro_rules! decimal {
        ($type:ty, $scale:expr) => {{
            text.push_str(&<$type>::format_decimal(primitive::<$type>(array, at)?, <$type>::MAX_PRECISION, 0));
            shift(text, *$scale);
            Some(Kind::Number)
        }};
    }
    match array.data_type() {
        Arrow::Boolean => {
            let value = array.as_boolean_opt()?.value(at);
            text.push_str(if value { "true" } else { "false" });
            Some(if value { Kind::True } else { Kind::False })
        }
        Arrow::Int8 => number!(Int8Type),
        Arrow::Int16 => number!(Int16Type),
        Arrow::Int32 => number!(Int32Type),
        Arrow::Int64 => number!(Int64Type),
        Arrow::UInt8 => number!(UInt8Type),
        Arrow::UInt16 => number!(UInt16Type),
        Arrow::UInt32 => number!(UInt32Type),
        Arrow::UInt64 => number!(UInt64Type),
        Arrow::Float16 => number!(Float16Type),
        Arrow::Float32 => number!(Float32Type),
        Arrow::Float64 => number!(Float64Type),
        Arrow::Duration(TimeUnit::Second) => number!(DurationSecondType),
        Arrow::Duration(TimeUnit::Millisecond) => number!(DurationMillisecondType),
        Arrow::Duration(TimeUnit::Microsecond) => number!(DurationMicrosecondType),
        Arrow::Duration(TimeUnit::Nanosecond) => number!(DurationNanosecondType),
        Arrow::Decimal32(_, scale) => decimal!(Decimal32Type, scale),
        Arrow::Decimal64(_, scale) => decimal!(Decimal64Type, scale),
        Arrow::Decimal128(_, scale) => decimal!(Decimal128Type, scale),
        Arrow::Decimal256(_, scale) => decimal!(Decimal256Type, scale),
        Arrow::Utf8 => plain(text, array.as_string_opt::<i32>()?.value(at)),
        Arrow::LargeUtf8 => plain(text, array.as_string_opt::<i64>()?.value(at)),
        Arrow::Utf8View => plain(text, array.as_string_view_opt()?.value(at)),
        Arrow::Binary => bytes(text, array.as_binary_opt::<i32>()?.value(at)),
        Arrow::LargeBinary => bytes(text, array.as_binary_opt::<i64>()?.value(at)),
        Arrow::BinaryView => bytes(text, array.as_binary_view_opt()?.value(at)),
        Arrow::FixedSizeBinary(_) => bytes(text, array.as_fixed_size_binary_opt()?.value(at)),
        Arrow::Time32(TimeUnit::Second) => {
            time(text, i64::from(primitive::<Time32SecondType>(array, at)?).checked_mul(1_000_000_000)?)
        }
        Arrow::Time32(_) => {
            time(text, i64::from(primitive::<Time32MillisecondType>(array, at)?).checked_mul(1_000_000)?)
        }
        Arrow::Time64(TimeUnit::Nanosecond) => time(text, primitive::<Time64NanosecondType>(array, at)?),
        Arrow::Time64(_) => time(text, primitive::<Time64MicrosecondType>(array, at)?.checked_mul(1000)?),
        Arrow::Timestamp(..) | Arrow::Date32 | Arrow::Date64 => {
            let shown = match moment(array, at)? {
                Moment::Millis(ms) => date::format_millis(ms),
                Moment::Nanos(ns) => date::format_nanos(ns),
            };
            plain(text, &shown)
        }
        Arrow::Struct(_) | Arrow::Map(..) | Arrow::List(_) | Arrow::LargeList(_) | Arrow::FixedSizeList(..) => {
            json(array, at, 0).map(|value| {
                text.push_str(&value.to_string());
                Kind::Json
            })
        }
        Arrow::Dictionary(..) => {
            let dictionary = array.as_any_dictionary_opt()?;
            let key = dictionary.normalized_keys().get(at).copied()?;
            render(dictionary.values().as_ref(), key, text)
        }
        _ => None,
    }
}

fn primitive<T: ArrowPrimitiveType>(array: &dyn Array, at: usize) -> Option<T::Native> {
    array.as_primitive_opt::<T>().map(|array| array.value(at))
}

fn plain(text: &mut String, value: &str) -> Option<Kind> {
    text.push_str(value);
    Some(Kind::Plain)
}

/// Bytes that are text are that text: many writers don't say so of their strings. Others are base64, as in JSON
/// documents.
fn bytes(text: &mut String, value: &[u8]) -> Option<Kind> {
    match std::str::from_utf8(value) {
        Ok(value) => text.push_str(value),
        Err(_) => base64(value, text),
    }
    Some(Kind::Plain)
}

fn base64(bytes: &[u8], text: &mut String) {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for chunk in bytes.chunks(3) {
        let joined =
            chunk.iter().enumerate().fold(0_u32, |joined, (i, byte)| joined | u32::from(*byte) << (16 - 8 * i));
        for i in 0..4 {
            let digit = DIGITS[(joined >> (18 - 6 * i) & 63) as usize];
            text.push(if i <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
}

/// Moves the decimal point of the whole number that `text` is.
fn shift(text: &mut String, scale: i8) {
    if scale < 0 {
        text.extend(std::iter::repeat_n('0', usize::from(scale.unsigned_abs())));
        return;
    }
    let scale = usize::from(scale.unsigned_abs());
    if scale == 0 {
        return;
    }
    let sign = usize::from(text.starts_with('-'));
    let digits = text.len() - sign;
    if digits <= scale {
        text.insert_str(sign, &"0".repeat(scale + 1 - digits));
    }
    text.insert(text.len() - scale, '.');
}

/// A time of day.
fn time(text: &mut String, nanos: i64) -> Option<Kind> {
    let (seconds, rest) = (nanos.div_euclid(1_000_000_000), nanos.rem_euclid(1_000_000_000));
    write!(text, "{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60).ok()?;
    if rest > 0 {
        text.push_str(format!(".{rest:09}").trim_end_matches('0'));
    }
    Some(Kind::Plain)
}

/// A point in time, as exact as it is stored.
#[derive(Clone, Copy, Debug)]
pub(super) enum Moment {
    /// Milliseconds since the epoch.
    Millis(i64),
    /// Nanoseconds since the epoch.
    Nanos(i64),
}

/// The point in time at `at`; `None` where the array has none, or it lies outside what can be told.
pub(super) fn moment(array: &dyn Array, at: usize) -> Option<Moment> {
    if array.is_null(at) {
        return None;
    }
    match array.data_type() {
        Arrow::Date32 => Some(Moment::Millis(i64::from(primitive::<Date32Type>(array, at)?) * 86_400_000)),
        Arrow::Date64 => primitive::<Date64Type>(array, at).map(Moment::Millis),
        Arrow::Timestamp(unit, _) => match unit {
            TimeUnit::Second => primitive::<TimestampSecondType>(array, at)?.checked_mul(1000).map(Moment::Millis),
            TimeUnit::Millisecond => primitive::<TimestampMillisecondType>(array, at).map(Moment::Millis),
            TimeUnit::Microsecond => {
                let micros = primitive::<TimestampMicrosecondType>(array, at)?;
                Some(micros.checked_mul(1000).map_or(Moment::Millis(micros.div_euclid(1000)), Moment::Nanos))
            }
            TimeUnit::Nanosecond => primitive::<TimestampNanosecondType>(array, at).map(Moment::Nanos),
        },
        _ => None,
    }
}

/// The value at `at` as JSON; `None` where it is null. Members that are null are left out.
pub(super) fn json(array: &dyn Array, at: usize, depth: usize) -> Option<serde_json::Value> {
    if array.is_null(at) || depth > DEEPEST {
        return None;
    }
    let list = |values: ArrayRef| {
        (0..values.len()).filter_map(|i| json(values.as_ref(), i, depth + 1)).collect::<serde_json::Value>()
    };
    match array.data_type() {
        Arrow::Struct(members) => {
            let columns = array.as_struct_opt()?.columns().iter();
            let members = members.iter().zip(columns);
            let object =
                members.filter_map(|(m, column)| Some((m.name().clone(), json(column.as_ref(), at, depth + 1)?)));
            Some(serde_json::Value::Object(object.collect()))
        }
        Arrow::Map(..) => {
            let entries = array.as_map_opt()?.value(at);
            let (keys, values) = (entries.columns().first()?, entries.columns().get(1)?);
            let mut key = String::new();
            let object = (0..entries.len()).filter_map(|i| {
                key.clear();
                render(keys.as_ref(), i, &mut key)?;
                Some((key.clone(), json(values.as_ref(), i, depth + 1)?))
            });
            Some(serde_json::Value::Object(object.collect()))
        }
        Arrow::List(_) => Some(list(array.as_list_opt::<i32>()?.value(at))),
        Arrow::LargeList(_) => Some(list(array.as_list_opt::<i64>()?.value(at))),
        Arrow::FixedSizeList(..) => Some(list(array.as_fixed_size_list_opt()?.value(at))),
        _ => {
            let mut text = String::new();
            let kind = render(array, at, &mut text)?;
            Some(match kind {
                Kind::True => true.into(),
                Kind::False => false.into(),
                // A number outside JSON's, such as infinity, is told as text.
                Kind::Number => serde_json::from_str(&text).unwrap_or(text.into()),
                _ => text.into(),
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shifted(digits: &str, scale: i8) -> String {
        let mut text = digits.to_owned();
        shift(&mut text, scale);
        text
    }

    #[test]
    fn decimals_keep_all_digits() {
        assert_eq!(shifted("12345", 2), "123.45");
        assert_eq!(shifted("-5", 3), "-0.005");
        assert_eq!(shifted("7", -2), "700");
        assert_eq!(shifted("7", 0), "7");
    }

    #[test]
    fn bytes_that_are_no_text_are_base64() {
        for (bytes, expected) in
            [(&b"\xff"[..], "/w=="), (b"\xff\xfe", "//4="), (b"\xff\xfe\xfd", "//79"), (b"abc", "abc")]
        {
            let mut text = String::new();
            super::bytes(&mut text, bytes);
            assert_eq!(text, expected);
        }
    }

    #[test]
    fn times_of_day_are_told_as_such() {
        let mut text = String::new();
        time(&mut text, 3_723_000_500_000);
        assert_eq!(text, "01:02:03.0005");
    }
}

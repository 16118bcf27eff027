//! Functions that convert between types.

mod to_boolean;
mod to_date_nanos;
mod to_dateperiod;
mod to_datetime;
mod to_degrees;
mod to_double;
mod to_integer;
pub(crate) mod to_ip;
mod to_long;
mod to_radians;
mod to_string;
mod to_text;
mod to_timeduration;
mod to_unsigned_long;
mod to_version;

use quarry_types::{Column, DataType, Element, Integers, Longs, Strings, UnsignedLongs};

use crate::lift::{NaturalType, Output, build_rows, one};
use crate::registry::{self, Function};
use crate::{Context, Failure, Kernel, ScalarFunction};

/// Every function of the chapter.
pub(super) static ALL: &[&ScalarFunction] = &[
    &to_boolean::DEF,
    &to_date_nanos::DEF,
    &to_dateperiod::DEF,
    &to_datetime::DEF,
    &to_degrees::DEF,
    &to_double::DEF,
    &to_integer::DEF,
    &to_ip::DEF,
    &to_long::DEF,
    &to_radians::DEF,
    &to_string::DEF,
    &to_text::DEF,
    &to_timeduration::DEF,
    &to_unsigned_long::DEF,
    &to_version::DEF,
];

/// The function that `::` stands for; `None` where nothing converts to the type.
#[must_use]
pub fn cast_function(target: DataType) -> Option<&'static ScalarFunction> {
    let name = match target {
        DataType::Boolean => "to_boolean",
        DataType::Integer => "to_integer",
        DataType::Long => "to_long",
        DataType::UnsignedLong => "to_unsigned_long",
        DataType::Double => "to_double",
        DataType::Keyword => "to_string",
        DataType::Text => "to_text",
        DataType::Date => "to_datetime",
        DataType::DateNanos => "to_date_nanos",
        DataType::Ip => "to_ip",
        DataType::Version => "to_version",
        DataType::GeoPoint => "to_geopoint",
        DataType::GeoShape => "to_geoshape",
        DataType::CartesianPoint => "to_cartesianpoint",
        DataType::CartesianShape => "to_cartesianshape",
        DataType::DateRange => "to_date_range",
        DataType::DoubleRange => "to_double_range",
        DataType::Geohash => "to_geohash",
        DataType::Geotile => "to_geotile",
        DataType::Geohex => "to_geohex",
        DataType::DatePeriod => "to_dateperiod",
        DataType::TimeDuration => "to_timeduration",
        DataType::Null | DataType::Source | DataType::Flattened | DataType::Unsupported => return None,
    };
    match registry::find(name)? {
        Function::Scalar(function) => Some(function),
        Function::Aggregate(_) | Function::Grouping(_) => None,
    }
}

/// The argument itself, whose layout is that of the target.
fn unchanged(target: DataType) -> Kernel {
    Box::new(move |_, columns| columns[0].clone().with_type(target))
}

/// Strings read as numbers of the base that the second argument gives.
fn with_base<R: NaturalType + 'static>(
    base_type: DataType,
    returns: DataType,
    f: fn(&str, i32) -> Result<R, Failure>,
) -> Kernel {
    match base_type {
        DataType::Integer => with_base_of::<Integers, R>(returns, f, |base| base),
        DataType::UnsignedLong => {
            with_base_of::<UnsignedLongs, R>(returns, f, |base| base.try_into().unwrap_or(i32::MAX))
        }
        _ => with_base_of::<Longs, R>(returns, f, |base| base.try_into().unwrap_or(i32::MAX)),
    }
}

fn with_base_of<B: Element, R: NaturalType + 'static>(
    returns: DataType,
    f: fn(&str, i32) -> Result<R, Failure>,
    narrow: impl for<'a> Fn(B::Item<'a>) -> i32 + Send + Sync + 'static,
) -> Kernel {
    Box::new(move |context: &mut Context<'_>, columns| {
        let (Some(texts), Some(bases)) = (columns[0].cells::<Strings>(), columns[1].cells::<B>()) else {
            return Column::nulls(returns, context.rows);
        };
        let mut failures = Vec::new();
        let column = build_rows(context, returns, columns, |row, out| {
            let Some(base) = one(&bases, row)? else { return Ok(()) };
            for text in texts.row(row) {
                if let Err(failure) = f(text, narrow(base)).push_to(out) {
                    failures.push(failure);
                }
            }
            Ok(())
        });
        failures.iter().for_each(|failure| context.warn(failure));
        column
    })
}

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use super::*;
    use crate::testing::call;

    fn convert(name: &str, data_type: DataType, value: impl Into<Value>) -> (Value, Vec<String>) {
        call(name, &[(data_type, value.into())]).unwrap()
    }

    #[test]
    fn lists_are_converted_value_by_value() {
        let longs = Value::List(vec![1_i64.into(), (1_i64 << 40).into(), 3_i64.into()]);
        let (value, warnings) = convert("to_int", DataType::Long, longs);
        assert_eq!(value, Value::List(vec![1.into(), 3.into()]));
        assert_eq!(
            warnings,
            ["org.elasticsearch.xpack.esql.core.InvalidArgumentException: [1099511627776] out of [integer] range"]
        );
    }

    #[test]
    fn doubles_out_of_range_are_printed_as_java_does() {
        let (value, warnings) = convert("to_ul", DataType::Double, 1e20);
        assert_eq!(value, Value::Null);
        assert!(warnings[0].ends_with("[1.0E20] out of [unsigned_long] range"));
        assert_eq!(convert("to_long", DataType::Double, -123.9).0, (-123_i64).into());
    }

    #[test]
    fn strings_are_printed_and_read() {
        assert_eq!(convert("to_string", DataType::Date, Value::Date(0)).0, "1970-01-01T00:00:00.000Z".into());
        assert_eq!(convert("to_string", DataType::Double, 1e10).0, "1.0E10".into());
        assert_eq!(convert("to_boolean", DataType::Keyword, "1").0, false.into());
        assert_eq!(
            convert("to_double", DataType::Keyword, "x").1,
            ["java.lang.NumberFormatException: For input string: \"x\""]
        );
        assert_eq!(convert("to_string", DataType::Null, Value::Null).0, Value::Null);
    }

    #[test]
    fn bases_are_for_strings() {
        let text = (DataType::Keyword, Value::from("zz"));
        assert_eq!(call("to_integer", &[text.clone(), (DataType::Long, 36_i64.into())]).unwrap().0, 1295.into());
        assert!(call("to_integer", &[(DataType::Integer, 1.into()), (DataType::Integer, 2.into())]).is_err());
        assert_eq!(call("to_long", &[text, (DataType::Integer, 10.into())]).unwrap().1.len(), 1);
    }

    #[test]
    fn casts_have_functions() {
        assert_eq!(cast_function(DataType::Date).map(|f| f.name), Some("to_datetime"));
        assert!(cast_function(DataType::Unsupported).is_none());
    }
}

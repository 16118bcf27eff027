use quarry_types::{DataType, Doubles, Longs, Strings, Value};

use super::super::math::double::widen;
use super::super::spatial::{in_plane, on_earth};
use crate::aggregate::state::constant;
use crate::definition::accept::{DATES, GEO_POINT, NUMERIC, STRING, TIME_DURATION};
use crate::lift::map1_as;
use crate::wkt::{Geometry, Place};
use crate::{
    BuildError, Call, Category, Evaluation, Example, Failure, Kernel, Parameter, Returns, ScalarFunction, Signature,
    TypeSet,
};

const CARTESIAN_POINT: TypeSet = TypeSet::of(&[DataType::CartesianPoint]);
const DOUBLE: Returns = Returns::Always(DataType::Double);
const OPTIONS: [&str; 3] = ["offset", "decay", "type"];

/// `DECAY`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "decay",
    aliases: &[],
    category: Category::Search,
    summary: "How near a value is to an origin: 1 there, less the farther away.",
    details: "At the distance `scale` it is the option `decay`, 0.5 without it. Up to the distance `offset` it is 1. \
              The option `type` says along which curve it falls: `linear` (which reaches 0), `exp` or `gauss`. \
              Whole numbers cut fractions off the other arguments.",
    parameters: &[
        Parameter { name: "value", description: "A number, a date or a point." },
        Parameter { name: "origin", description: "Where it is 1, a constant." },
        Parameter {
            name: "scale",
            description: "A constant distance from the origin: a number, a duration such as `1 hour`, or of places on Earth a text such as `10km`.",
        },
    ],
    signatures: &[
        Signature::new(&[NUMERIC, NUMERIC, NUMERIC], DOUBLE),
        Signature::new(&[DATES, DATES, TIME_DURATION], DOUBLE),
        Signature::new(&[GEO_POINT, GEO_POINT, STRING], DOUBLE),
        Signature::new(&[CARTESIAN_POINT, CARTESIAN_POINT, NUMERIC], DOUBLE),
    ],
    examples: &[
        Example { query: "ROW x = DECAY(6, 10, 8)", result: "0.75" },
        Example { query: r#"ROW x = DECAY(8, 10, 1, {"offset": 1, "type": "exp", "decay": 0.25})"#, result: "0.25" },
    ],
    evaluation: Evaluation::Kernel(build),
};

/// How the result falls with the distance.
#[derive(Clone, Copy)]
enum Curve {
    Linear,
    Exponential,
    Gaussian,
}

/// A curve with its measures.
#[derive(Clone, Copy)]
struct Fall {
    curve: Curve,
    scale: f64,
    offset: f64,
    decay: f64,
}

impl Fall {
    fn at(self, distance: f64) -> f64 {
        let distance = (distance - self.offset).max(0.0);
        match self.curve {
            Curve::Linear => {
                let reach = self.scale / (1.0 - self.decay);
                ((reach - distance) / reach).max(0.0)
            }
            Curve::Exponential => (self.decay.ln() / self.scale * distance).exp(),
            Curve::Gaussian => (distance.powi(2) / (self.scale.powi(2) / self.decay.ln())).exp(),
        }
    }
}

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    if let Some((name, _)) = call.options.iter().find(|(name, _)| !OPTIONS.contains(&name.as_str())) {
        let known = OPTIONS.join(", ");
        return Err(BuildError(format!("Invalid option [{name}] in [{}], expected one of [{known}]", call.source)));
    }
    let data_type = call.types[0];
    let (origin, scale) = (argument(call, 1, "second")?, argument(call, 2, "third")?);
    if data_type == DataType::Null {
        return Ok(crate::lift::constant(DataType::Double, Value::Null));
    }
    let fall = Fall { curve: curve(call)?, decay: decay(call)?, ..measures(call, &scale)? };
    match data_type {
        DataType::Date | DataType::DateNanos => {
            let origin = moment(&origin, data_type).ok_or_else(|| invalid(call, "origin", &origin))?;
            Ok(map1_as::<Longs, f64>(DataType::Double, move |value: i64| fall.at(value.abs_diff(origin) as f64)))
        }
        DataType::GeoPoint | DataType::CartesianPoint => {
            let distance = if data_type == DataType::GeoPoint { on_earth } else { in_plane };
            let origin = origin.as_str().and_then(place).ok_or_else(|| invalid(call, "origin", &origin))?;
            Ok(map1_as::<Strings, Result<f64, Failure>>(DataType::Double, move |text| {
                let value = place(text).ok_or_else(|| Failure::illegal_argument(format!("[{text}] is not a point")))?;
                Ok(fall.at(distance(value, origin)))
            }))
        }
        _ => {
            let origin = number(&origin, data_type).ok_or_else(|| invalid(call, "origin", &origin))?;
            let kernel = map1_as::<Doubles, f64>(DataType::Double, move |value: f64| fall.at((value - origin).abs()));
            Ok(Box::new(move |context, columns| kernel(context, &[widen(&columns[0])])))
        }
    }
}

/// The constant at `index`, which must not be null.
fn argument(call: &Call<'_>, index: usize, place: &str) -> Result<Value, BuildError> {
    let value = constant(call, index)?;
    if value.is_null() {
        let (call, source) = (call.source, call.sources.get(index).copied().unwrap_or_default());
        return Err(BuildError(format!("{place} argument of [{call}] cannot be null, received [{source}]")));
    }
    Ok(value.clone())
}

fn invalid(call: &Call<'_>, name: &str, value: &Value) -> BuildError {
    BuildError(format!("[{name}] of [{}] has invalid value [{value}]", call.source))
}

fn curve(call: &Call<'_>) -> Result<Curve, BuildError> {
    let Some(value) = call.option("type") else { return Ok(Curve::Linear) };
    match value.as_str().unwrap_or_default().to_ascii_lowercase().as_str() {
        "linear" => Ok(Curve::Linear),
        "exp" => Ok(Curve::Exponential),
        "gauss" => Ok(Curve::Gaussian),
        _ => Err(BuildError(format!(
            "type option has invalid value, expected one of [gauss, linear, exp], found [{value}]"
        ))),
    }
}

fn decay(call: &Call<'_>) -> Result<f64, BuildError> {
    let Some(value) = call.option("decay") else { return Ok(0.5) };
    value.as_f64().filter(|decay| 0.0 < *decay && *decay < 1.0).ok_or_else(|| {
        BuildError(format!("decay option has invalid value, expected a number between 0 and 1, found [{value}]"))
    })
}

/// Scale and offset in the units of the distance.
fn measures(call: &Call<'_>, scale: &Value) -> Result<Fall, BuildError> {
    let read = |value: &Value| match call.types[0] {
        DataType::Date => duration(value),
        DataType::DateNanos => duration(value).map(|millis| millis * 1e6),
        DataType::GeoPoint => value.as_str().and_then(metres),
        DataType::CartesianPoint => value.as_f64(),
        data_type => number(value, data_type),
    };
    let offset = match call.option("offset") {
        None => 0.0,
        Some(value) => read(value).filter(|offset| *offset >= 0.0).ok_or_else(|| invalid(call, "offset", value))?,
    };
    let scale = read(scale).filter(|scale| *scale > 0.0).ok_or_else(|| invalid(call, "scale", scale))?;
    Ok(Fall { curve: Curve::Linear, scale, offset, decay: 0.5 })
}

fn duration(value: &Value) -> Option<f64> {
    match value {
        Value::TimeDuration(millis) => Some(*millis as f64),
        _ => None,
    }
}

/// A number as one of `data_type`: a whole one has no fraction.
fn number(value: &Value, data_type: DataType) -> Option<f64> {
    let number = value.as_f64()?;
    Some(if data_type == DataType::Double { number } else { number.trunc() })
}

/// A date in the unit of `data_type`.
fn moment(value: &Value, data_type: DataType) -> Option<i64> {
    const NANOS: i64 = 1_000_000;
    match (value, data_type) {
        (Value::Date(millis), DataType::DateNanos) => millis.checked_mul(NANOS),
        (Value::DateNanos(nanos), DataType::Date) => Some(nanos.div_euclid(NANOS)),
        (Value::Date(moment) | Value::DateNanos(moment), _) => Some(*moment),
        _ => None,
    }
}

fn place(text: &str) -> Option<Place> {
    match Geometry::parse(text) {
        Ok(Geometry::Point(place)) => place,
        _ => None,
    }
}

/// A distance on Earth such as `10km`; without a unit it is in metres.
fn metres(text: &str) -> Option<f64> {
    const UNITS: [(&[&str], f64); 9] = [
        (&["in", "inch"], 0.0254),
        (&["yd", "yards"], 0.9144),
        (&["ft", "feet"], 0.3048),
        (&["km", "kilometers"], 1000.0),
        (&["NM", "nmi", "nauticalmiles"], 1852.0),
        (&["mm", "millimeters"], 0.001),
        (&["cm", "centimeters"], 0.01),
        (&["mi", "miles"], 1609.344),
        (&["m", "meters", ""], 1.0),
    ];
    let text = text.trim();
    let digits = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-' | '+'))).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let (_, metres) = UNITS.iter().find(|(names, _)| names.contains(&unit.trim()))?;
    Some(number.parse::<f64>().ok()? * metres)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::call;

    fn fall(curve: Curve) -> Fall {
        Fall { curve, scale: 8.0, offset: 2.0, decay: 0.25 }
    }

    #[test]
    fn curves_meet_at_the_scale() {
        for curve in [Curve::Linear, Curve::Exponential, Curve::Gaussian] {
            assert_eq!(fall(curve).at(1.5), 1.0);
            assert_eq!(fall(curve).at(2.0), 1.0);
            assert!((fall(curve).at(10.0) - 0.25).abs() < 1e-12);
        }
        assert_eq!(fall(Curve::Linear).at(100.0), 0.0);
        assert_eq!(fall(Curve::Exponential).at(6.0), 0.5);
        assert!((fall(Curve::Gaussian).at(6.0) - 0.25f64.powf(0.25)).abs() < 1e-12);
    }

    #[test]
    fn distances_have_units() {
        assert_eq!(metres("2km"), Some(2000.0));
        assert_eq!(metres("1.5 mi"), Some(2414.016));
        assert_eq!(metres("7"), Some(7.0));
        assert_eq!(metres("7 parsecs"), None);
        assert_eq!(metres("km"), None);
    }

    #[test]
    fn every_kind_of_value_has_a_distance() {
        let half = |arguments: &[(DataType, Value)]| call("decay", arguments).unwrap().0;
        let hour = (DataType::TimeDuration, Value::TimeDuration(3_600_000));
        let date = |ms| (DataType::Date, Value::Date(ms));
        assert_eq!(half(&[date(7_200_000), date(3_600_000), hour.clone()]), Value::Double(0.5));
        let nanos = (DataType::DateNanos, Value::DateNanos(3_600_000_000_000));
        assert_eq!(half(&[nanos, date(0), hour]), Value::Double(0.5));
        let point = |text: &str| (DataType::CartesianPoint, text.into());
        let five = (DataType::Integer, 5.into());
        assert_eq!(half(&[point("POINT (3 4)"), point("POINT (0 0)"), five]), Value::Double(0.5));
        let place = |text: &str| (DataType::GeoPoint, text.into());
        let far = (DataType::Keyword, "1km".into());
        assert_eq!(half(&[place("POINT (3 4)"), place("POINT (3 4)"), far]), Value::Double(1.0));
        let large = (DataType::UnsignedLong, Value::UnsignedLong(u64::MAX));
        assert_eq!(half(&[large.clone(), large.clone(), large]), Value::Double(1.0));
    }

    #[test]
    fn what_makes_no_curve_is_refused() {
        let number = |n: i32| (DataType::Integer, n.into());
        assert!(call("decay", &[number(1), number(1), number(0)]).is_err());
        assert!(call("decay", &[number(1), number(1), (DataType::Null, Value::Null)]).is_err());
    }
}

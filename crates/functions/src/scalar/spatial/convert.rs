//! What the conversions to points and shapes have in common.

use quarry_types::{DataType, Strings};

use super::shapes::parse;
use crate::definition::TypeSet;
use crate::lift::each1_as;
use crate::wkt::Geometry;
use crate::{Call, Failure, Kernel};

pub(super) const CARTESIAN_POINT: TypeSet = TypeSet::of(&[DataType::CartesianPoint]);

/// Reads texts to canonical ones; what is a point or shape already passes through.
pub(super) fn kernel(call: &Call<'_>) -> Kernel {
    let returns = call.returns;
    if !call.types[0].is_string() {
        return Box::new(move |_, columns| columns[0].clone().with_type(returns));
    }
    let only_points = matches!(returns, DataType::GeoPoint | DataType::CartesianPoint);
    each1_as::<Strings, Result<String, Failure>>(returns, move |text| match parse(text)? {
        geometry if !only_points || matches!(geometry, Geometry::Point(_)) => Ok(geometry.to_string()),
        geometry => Err(Failure::illegal_argument(format!(
            "Failed to parse WKT: expected a point but found [{}]",
            geometry.kind().trim_start_matches("ST_")
        ))),
    })
}

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use super::*;
    use crate::testing::call;

    #[test]
    fn texts_become_canonical() {
        let point = call("to_geopoint", &[(DataType::Keyword, "point( 1 2.5)".into())]).unwrap();
        assert_eq!(point, ("POINT (1.0 2.5)".into(), vec![]));
        let list = Value::List(vec!["POINT (1 2)".into(), "nowhere".into()]);
        let (value, warnings) = call("to_cartesianpoint", &[(DataType::Text, list)]).unwrap();
        assert_eq!(value, "POINT (1.0 2.0)".into());
        assert!(warnings[0].starts_with("java.lang.IllegalArgumentException: Failed to parse WKT"), "{warnings:?}");
        let line: Value = "LINESTRING (0 0, 1 1)".into();
        assert_eq!(call("to_geopoint", &[(DataType::Keyword, line.clone())]).unwrap().1.len(), 1);
        assert_eq!(call("to_geoshape", &[(DataType::GeoPoint, line.clone())]).unwrap().0, line);
    }
}

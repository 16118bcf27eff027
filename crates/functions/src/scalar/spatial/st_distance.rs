use quarry_types::DataType;

use super::shapes::of_two;
use crate::definition::accept::GEO_POINT;
use crate::wkt::{Geometry, Place};
use crate::{Category, Evaluation, Example, Parameter, Returns, ScalarFunction, Signature};

/// `ST_DISTANCE`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "st_distance",
    aliases: &[],
    category: Category::Spatial,
    summary: "The distance between two points.",
    details: "On Earth in metres, on a sphere of its mean radius; in a plane in the units of the coordinates. Of lists, the distance of the two points that are nearest.",
    parameters: &[
        Parameter { name: "geomA", description: "A point." },
        Parameter { name: "geomB", description: "Another point." },
    ],
    signatures: &[
        Signature::new(&[GEO_POINT, GEO_POINT], Returns::Always(DataType::Double)),
        Signature::new(
            &[super::convert::CARTESIAN_POINT, super::convert::CARTESIAN_POINT],
            Returns::Always(DataType::Double),
        ),
    ],
    examples: &[Example {
        query: r#"ROW x = ST_DISTANCE(TO_CARTESIANPOINT("POINT(0 0)"), TO_CARTESIANPOINT("POINT(3 4)"))"#,
        result: "5.0",
    }],
    evaluation: Evaluation::Kernel(|call| {
        let geographic = call.types.contains(&DataType::GeoPoint);
        Ok(of_two(DataType::Double, move |a, b| nearest(a, b, if geographic { on_earth } else { in_plane })))
    }),
};

/// The mean radius of Earth, in metres.
const RADIUS: f64 = 6_371_008.771_4;

pub(in crate::scalar) fn in_plane(a: Place, b: Place) -> f64 {
    (a.x - b.x).hypot(a.y - b.y)
}

pub(in crate::scalar) fn on_earth(a: Place, b: Place) -> f64 {
    let (latitude_a, latitude_b) = (a.y.to_radians(), b.y.to_radians());
    let turn = |x: f64| 1.0 - x.cos();
    let havers = turn(latitude_a - latitude_b) + latitude_a.cos() * latitude_b.cos() * turn((a.x - b.x).to_radians());
    2.0 * RADIUS * (havers / 2.0).sqrt().min(1.0).asin()
}

fn nearest(a: &[Geometry], b: &[Geometry], distance: fn(Place, Place) -> f64) -> Option<f64> {
    let places = |shapes: &[Geometry]| {
        let mut places = Vec::new();
        shapes.iter().for_each(|shape| shape.each_place(&mut |place| places.push(place)));
        places
    };
    let others = places(b);
    places(a).into_iter().flat_map(|a| others.iter().map(move |b| distance(a, *b))).reduce(f64::min)
}

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use super::*;
    use crate::testing::call;

    fn distance(data_type: DataType, a: &str, b: &str) -> f64 {
        match call("st_distance", &[(data_type, a.into()), (data_type, b.into())]).unwrap().0 {
            Value::Double(distance) => distance,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn earth_is_a_sphere() {
        let quarter = distance(DataType::GeoPoint, "POINT (0 0)", "POINT (0 90)");
        assert!((quarter - RADIUS * std::f64::consts::FRAC_PI_2).abs() < 1e-6, "{quarter}");
        assert_eq!(distance(DataType::GeoPoint, "POINT (5 5)", "POINT (5 5)"), 0.0);
        let across = distance(DataType::GeoPoint, "POINT (179 0)", "POINT (-179 0)");
        assert!((across - RADIUS * 2f64.to_radians()).abs() < 1e-3, "{across}");
        assert_eq!(distance(DataType::CartesianPoint, "POINT (0 0)", "POINT (3 4)"), 5.0);
    }
}

//! All that lies within a distance of shapes.

use std::f64::consts::{FRAC_PI_2, TAU};

use i_overlay::mesh::float::outline::offset::OutlineOffset;
use i_overlay::mesh::float::stroke::offset::StrokeOffset;
use i_overlay::mesh::float::style::{LineCap, LineJoin, OutlineStyle, StrokeStyle};

use super::parts::{Area, Parts, Point, union};
use crate::Failure;
use crate::wkt::Geometry;

/// Corners in a quarter of a circle.
const CORNERS: u32 = 8;

/// The area within `distance`. Below zero, areas shrink and all else disappears.
pub(super) fn buffer(shapes: &[Geometry], distance: f64) -> Result<String, Failure> {
    if !distance.is_finite() || distance.abs() > 1e15 {
        return Err(Failure::illegal_argument("distance is too large to compute with"));
    }
    let parts = Parts::of(shapes)?;
    let mut areas: Vec<Area> = match distance == 0.0 {
        true => parts.areas,
        false => parts.areas.outline_as::<i64>(&outline(distance)),
    };
    if distance > 0.0 {
        for line in &parts.lines {
            areas = union(&areas, &line.stroke_as::<i64>(stroke(distance), false));
        }
        let circles = parts.places.iter().map(|place| vec![circle(*place, distance)]);
        areas = match (areas.is_empty(), parts.places.len()) {
            (true, 1) => circles.collect(),
            _ => circles.fold(areas, |areas, circle| union(&areas, &vec![circle])),
        };
    }
    if areas.is_empty() {
        return Ok(Geometry::Polygon(Vec::new()).to_string());
    }
    Ok(Parts { areas, ..Parts::default() }.geometry().to_string())
}

fn angle() -> f64 {
    FRAC_PI_2 / f64::from(CORNERS)
}

fn outline(distance: f64) -> OutlineStyle<f64> {
    OutlineStyle::new(distance).line_join(LineJoin::Round(angle()))
}

fn stroke(distance: f64) -> StrokeStyle<Point> {
    StrokeStyle::new(distance * 2.0)
        .start_cap(LineCap::Round(angle()))
        .end_cap(LineCap::Round(angle()))
        .line_join(LineJoin::Round(angle()))
}

/// The corners of a circle, clockwise from its right.
fn circle([x, y]: Point, radius: f64) -> Vec<Point> {
    let count = CORNERS * 4;
    let corner = |i: u32| -TAU * f64::from(i) / f64::from(count);
    (0..count).map(|i| [x + radius * corner(i).cos(), y + radius * corner(i).sin()]).collect()
}

#[cfg(test)]
mod tests {
    use quarry_types::{DataType, Value};

    use crate::testing::call;

    fn envelope(shape: &str, distance: f64) -> String {
        let (shape, warnings) =
            call("st_buffer", &[(DataType::CartesianShape, shape.into()), (DataType::Double, distance.into())])
                .unwrap();
        assert!(warnings.is_empty(), "{warnings:?}");
        if shape == Value::from("POLYGON EMPTY") {
            return "empty".to_owned();
        }
        // Corners of a circle lie on it, and its farthest place need not be one.
        let side = |name: &str| match call(name, &[(DataType::CartesianShape, shape.clone())]).unwrap().0 {
            Value::Double(side) => (side * 100.0).round() / 100.0 + 0.0,
            other => panic!("{other}"),
        };
        format!("{} {} {} {}", side("st_xmin"), side("st_xmax"), side("st_ymin"), side("st_ymax"))
    }

    #[test]
    fn shapes_grow_and_shrink() {
        for (shape, distance, expected) in [
            ("POINT (1 2)", 1.0, "0 2 1 3"),
            ("MULTIPOINT (1 2, 5 2)", 1.0, "0 6 1 3"),
            ("LINESTRING (0 0, 4 0)", 0.5, "-0.5 4.5 -0.5 0.5"),
            ("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0))", 1.0, "-1 5 -1 5"),
            ("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0))", -1.0, "1 3 1 3"),
            ("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0))", 0.0, "0 4 0 4"),
            ("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0))", -3.0, "empty"),
            ("POINT (1 2)", 0.0, "empty"),
            ("POINT (1 2)", -1.0, "empty"),
        ] {
            assert_eq!(envelope(shape, distance), expected, "{shape} {distance}");
        }
    }

    #[test]
    fn hostile_distances_are_refused() {
        let arguments = [(DataType::GeoPoint, "POINT (1 2)".into()), (DataType::Double, 1e300.into())];
        assert_eq!(call("st_buffer", &arguments).unwrap().1.len(), 1);
    }
}

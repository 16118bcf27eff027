//! Shapes with fewer places: those that a straight line passes close by are left out.

use super::relate::{crosses_itself, distance_to};
use crate::wkt::{Extent, Geometry, Place};

/// The shape in which places nearer than `tolerance` to the line between others are left out. Parts that collapse
/// disappear, or, where `preserve` is set, keep as many places as their kind needs.
pub(super) fn simplify(shape: &Geometry, tolerance: f64, preserve: bool) -> Geometry {
    let ring = |ring: &Vec<Place>| simplified_ring(ring, tolerance, preserve);
    let polygon = |rings: &Vec<Vec<Place>>| -> Vec<Vec<Place>> {
        let mut simple = rings.iter().map(ring);
        // Without its border an area is gone, holes and all.
        match simple.next().flatten() {
            Some(outer) => std::iter::once(outer).chain(simple.flatten()).collect(),
            None => Vec::new(),
        }
    };
    match shape {
        Geometry::LineString(places) => Geometry::LineString(thinned(places, tolerance)),
        Geometry::MultiLineString(lines) => {
            Geometry::MultiLineString(lines.iter().map(|line| thinned(line, tolerance)).collect())
        }
        Geometry::Polygon(rings) => Geometry::Polygon(polygon(rings)),
        Geometry::MultiPolygon(polygons) => {
            Geometry::MultiPolygon(polygons.iter().map(polygon).filter(|rings| !rings.is_empty()).collect())
        }
        Geometry::Collection(parts) => {
            Geometry::Collection(parts.iter().map(|part| simplify(part, tolerance, preserve)).collect())
        }
        Geometry::Box(sides) => simplify(&Geometry::Polygon(vec![corners(*sides)]), tolerance, preserve),
        Geometry::Point(_) | Geometry::MultiPoint(_) => shape.clone(),
    }
}

fn simplified_ring(ring: &[Place], tolerance: f64, preserve: bool) -> Option<Vec<Place>> {
    let simple = without_start(thinned(ring, tolerance), tolerance, preserve);
    let is_area = simple.len() >= 4;
    match preserve {
        false => is_area.then_some(simple),
        true if is_area && !crosses_itself(&simple) => Some(simple),
        // The border would be none any more: nothing of it is left out.
        true => Some(ring.to_vec()),
    }
}

/// The ring without the place where it starts, where that is as near as others that are left out. It starts at the
/// place before or after then.
fn without_start(mut ring: Vec<Place>, tolerance: f64, starts_before: bool) -> Vec<Place> {
    if let [start, second, third, .., last, _] = ring[..]
        && (ring.len() > 5 || third != last)
        && distance_to((second, last), start) <= tolerance
    {
        ring.pop();
        if starts_before {
            ring[0] = last;
        } else {
            ring.remove(0);
            ring.push(second);
        }
    }
    ring
}

/// The border of a rectangle.
fn corners(sides: Extent) -> Vec<Place> {
    let Extent { min_x, max_x, min_y, max_y } = sides;
    [(min_x, min_y), (max_x, min_y), (max_x, max_y), (min_x, max_y), (min_x, min_y)]
        .into_iter()
        .map(|(x, y)| Place { x, y })
        .collect()
}

/// Keeps the ends, and of the places between them the farthest from the line between the ends where it is farther than
/// `tolerance`; then the same on either side of it.
fn thinned(places: &[Place], tolerance: f64) -> Vec<Place> {
    if places.len() < 3 {
        return places.to_vec();
    }
    let mut keep = vec![false; places.len()];
    keep[0] = true;
    keep[places.len() - 1] = true;
    let mut open = vec![(0, places.len() - 1)];
    while let Some((start, end)) = open.pop() {
        let mut farthest = (start, -1.0);
        for (at, place) in places.iter().enumerate().take(end).skip(start + 1) {
            let distance = distance_to((places[start], places[end]), *place);
            if distance > farthest.1 {
                farthest = (at, distance);
            }
        }
        if farthest.1 > tolerance {
            keep[farthest.0] = true;
            open.extend([(start, farthest.0), (farthest.0, end)]);
        }
    }
    places.iter().zip(keep).filter(|(_, keep)| *keep).map(|(place, _)| *place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn simple(text: &str, tolerance: f64, preserve: bool) -> String {
        simplify(&Geometry::parse(text).unwrap(), tolerance, preserve).to_string()
    }

    #[test]
    fn places_close_to_the_line_are_left_out() {
        assert_eq!(simple("LINESTRING (0 0, 1 0.1, 2 0)", 0.2, false), "LINESTRING (0.0 0.0, 2.0 0.0)");
        assert_eq!(simple("LINESTRING (0 0, 1 0.3, 2 0)", 0.2, false), "LINESTRING (0.0 0.0, 1.0 0.3, 2.0 0.0)");
        let square = "POLYGON ((0 0, 2 0.1, 4 0, 4 4, 0 4, 0 0))";
        let expected = "POLYGON ((0.0 0.0, 4.0 0.0, 4.0 4.0, 0.0 4.0, 0.0 0.0))";
        assert_eq!(simple(square, 0.5, false), expected);
        assert_eq!(simple(square, 0.5, true), expected);
        assert_eq!(simple("POINT (1 2)", 9.0, false), "POINT (1.0 2.0)");
        let starts_on_a_side = "POLYGON ((2 0, 4 0, 4 4, 0 4, 0 0, 2 0))";
        let expected = "POLYGON ((4.0 0.0, 4.0 4.0, 0.0 4.0, 0.0 0.0, 4.0 0.0))";
        assert_eq!(simple(starts_on_a_side, 0.5, false), expected);
    }

    #[test]
    fn areas_may_collapse() {
        let triangle = "POLYGON ((0 0, 1 0, 1 1, 0 0))";
        assert_eq!(simple(triangle, 9.0, false), "POLYGON EMPTY");
        assert_eq!(simple(triangle, 9.0, true), "POLYGON ((0.0 0.0, 1.0 0.0, 1.0 1.0, 0.0 0.0))");
        assert_eq!(simple("BBOX (0, 2, 2, 0)", 2.0, false), "POLYGON EMPTY");
    }
}

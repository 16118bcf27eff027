//! Shapes made of two shapes: what both have, what one of them has.

use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::float::clip::FloatClip;
use i_overlay::string::clip::ClipRule;

use super::parts::{Area, Parts, Point, overlay};
use super::relate::{covers, position};
use crate::Failure;
use crate::wkt::{Geometry, Place};

/// All that is in one of the shapes.
pub(super) fn union(a: &[Geometry], b: &[Geometry]) -> Result<String, Failure> {
    let (a, b) = (Parts::of(a)?, Parts::of(b)?);
    Ok(joined(a, b).geometry().to_string())
}

/// All that is in both shapes.
pub(super) fn intersection(a: &[Geometry], b: &[Geometry]) -> Result<String, Failure> {
    let (a, b) = (Parts::of(a)?, Parts::of(b)?);
    let areas = overlay(&a.areas, &b.areas, OverlayRule::Intersect);
    let mut lines = clipped(&a.lines, &b.areas, false);
    lines.extend(without(&clipped(&b.lines, &a.areas, false), &lines));
    lines.extend(common(&a.lines, &b.lines));
    let mut places: Vec<Point> = a.places.iter().copied().filter(|place| is_in(*place, &b)).collect();
    places.extend(b.places.iter().copied().filter(|place| is_in(*place, &a)));
    places.extend(crossings(&a.lines, &b.lines));
    Ok(finished(places, lines, areas).geometry().to_string())
}

/// All that is in the first shape and not in the second.
pub(super) fn difference(a: &[Geometry], b: &[Geometry]) -> Result<String, Failure> {
    Ok(rest(&Parts::of(a)?, &Parts::of(b)?).geometry().to_string())
}

/// All that is in one of the shapes and not in the other.
pub(super) fn symmetric_difference(a: &[Geometry], b: &[Geometry]) -> Result<String, Failure> {
    let (a, b) = (Parts::of(a)?, Parts::of(b)?);
    Ok(joined(rest(&a, &b), rest(&b, &a)).geometry().to_string())
}

fn joined(a: Parts, b: Parts) -> Parts {
    let areas = overlay(&a.areas, &b.areas, OverlayRule::Union);
    let mut lines = clipped(&a.lines, &areas, true);
    lines.extend(without(&clipped(&b.lines, &areas, true), &lines));
    finished(a.places.into_iter().chain(b.places).collect(), lines, areas)
}

fn rest(a: &Parts, b: &Parts) -> Parts {
    let areas = overlay(&a.areas, &b.areas, OverlayRule::Difference);
    let lines = without(&clipped(&a.lines, &b.areas, true), &b.lines);
    let places = a.places.iter().copied().filter(|place| !is_in(*place, b)).collect();
    Parts { places, lines, areas }
}

/// The parts, each place once and none that lies on the others.
fn finished(places: Vec<Point>, lines: Vec<Vec<Point>>, areas: Vec<Area>) -> Parts {
    let mut parts = Parts { places: Vec::new(), lines, areas };
    for place in places {
        if !parts.places.contains(&place) && !is_in(place, &parts) {
            parts.places.push(place);
        }
    }
    parts
}

fn is_in(place: Point, parts: &Parts) -> bool {
    let without_places = Parts { places: Vec::new(), ..parts.clone() };
    parts.places.contains(&place) || covers(&[without_places.geometry()], Place { x: place[0], y: place[1] })
}

/// The lines as far as they lie in areas, or outside of them.
fn clipped(lines: &Vec<Vec<Point>>, areas: &Vec<Area>, outside: bool) -> Vec<Vec<Point>> {
    match (lines.is_empty(), areas.is_empty()) {
        (true, _) => Vec::new(),
        (_, true) if outside => lines.clone(),
        (_, true) => Vec::new(),
        _ => {
            let rule = ClipRule { invert: outside, boundary_included: !outside };
            lines.clip_by_as::<i64>(areas, FillRule::NonZero, rule)
        }
    }
}

type Segment = (Point, Point);

fn segments(lines: &[Vec<Point>]) -> impl Iterator<Item = Segment> {
    lines.iter().flat_map(|line| line.windows(2).map(|pair| (pair[0], pair[1])))
}

fn side((a, b): Segment, c: Point) -> f64 {
    (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
}

fn along((a, b): Segment, t: f64) -> Point {
    [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])]
}

/// The stretches of a segment, from 0 to 1, that lie on others, in order.
fn shared(segment: Segment, others: &[Vec<Point>]) -> Vec<(f64, f64)> {
    let place = |p: Point| Place { x: p[0], y: p[1] };
    let at = |p: Point| position(place(segment.0), place(segment.1), place(p)).clamp(0.0, 1.0);
    let mut stretches: Vec<(f64, f64)> = segments(others)
        .filter(|other| side(segment, other.0) == 0.0 && side(segment, other.1) == 0.0)
        .map(|other| (at(other.0), at(other.1)))
        .map(|(a, b)| (a.min(b), a.max(b)))
        .filter(|(a, b)| a < b)
        .collect();
    stretches.sort_by(|a, b| a.0.total_cmp(&b.0));
    stretches
}

/// The stretches of lines that lie on others.
fn common(lines: &[Vec<Point>], others: &[Vec<Point>]) -> Vec<Vec<Point>> {
    let on_others = |segment: Segment| {
        shared(segment, others).into_iter().map(move |(a, b)| vec![along(segment, a), along(segment, b)])
    };
    segments(lines).flat_map(on_others).collect()
}

/// The lines without the stretches that lie on others.
fn without(lines: &[Vec<Point>], others: &[Vec<Point>]) -> Vec<Vec<Point>> {
    let mut left: Vec<Vec<Point>> = Vec::new();
    for line in lines {
        let mut open: Vec<Point> = Vec::new();
        let mut keep = |from: Point, to: Point, open: &mut Vec<Point>| {
            if open.last() != Some(&from) {
                if open.len() > 1 {
                    left.push(std::mem::take(open));
                }
                *open = vec![from];
            }
            open.push(to);
        };
        for segment in segments(std::slice::from_ref(line)) {
            let mut done = 0.0;
            for (start, end) in shared(segment, others) {
                if start > done {
                    keep(along(segment, done), along(segment, start), &mut open);
                }
                done = f64::max(done, end);
            }
            if done < 1.0 {
                let from = if done == 0.0 { segment.0 } else { along(segment, done) };
                keep(from, segment.1, &mut open);
            }
        }
        if open.len() > 1 {
            left.push(open);
        }
    }
    left
}

/// The places where lines cross or touch others.
fn crossings(lines: &[Vec<Point>], others: &[Vec<Point>]) -> Vec<Point> {
    let mut places = Vec::new();
    for a in segments(lines) {
        for b in segments(others) {
            let (from, to) = (side(b, a.0), side(b, a.1));
            let (low, high) = (side(a, b.0), side(a, b.1));
            if from == to || from * to > 0.0 || low * high > 0.0 {
                continue;
            }
            places.push(along(a, from / (from - to)));
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use quarry_types::{DataType, Value};

    use crate::testing::call;

    const SQUARE: &str = "POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0))";
    const RIGHT: &str = "POLYGON ((2 0, 6 0, 6 4, 2 4, 2 0))";

    fn of(name: &str, a: &str, b: &str) -> String {
        let shape = |text: &str| (DataType::CartesianShape, Value::from(text));
        match call(name, &[shape(a), shape(b)]).unwrap() {
            (value, warnings) if warnings.is_empty() => value.to_string(),
            (_, warnings) => warnings.join("; "),
        }
    }

    #[test]
    fn areas_are_cut_and_joined() {
        for (name, extent, places) in [
            ("st_intersection", "BBOX (2.0, 4.0, 4.0, 0.0)", "5"),
            ("st_difference", "BBOX (0.0, 2.0, 4.0, 0.0)", "5"),
            ("st_union", "BBOX (0.0, 6.0, 4.0, 0.0)", "5"),
            ("st_symdifference", "BBOX (0.0, 6.0, 4.0, 0.0)", "10"),
        ] {
            let shape = of(name, SQUARE, RIGHT);
            let arguments = [(DataType::CartesianShape, Value::from(shape.as_str()))];
            assert_eq!(call("st_envelope", &arguments).unwrap().0.to_string(), extent, "{name}: {shape}");
            assert_eq!(call("st_npoints", &arguments).unwrap().0.to_string(), places, "{name}: {shape}");
        }
        let hole = of("st_difference", SQUARE, "POLYGON ((1 1, 2 1, 2 2, 1 2, 1 1))");
        assert!(hole.starts_with("POLYGON ((") && hole.contains("), ("), "{hole}");
        assert_eq!(of("st_intersection", SQUARE, "POLYGON ((9 9, 10 9, 10 10, 9 9))"), "GEOMETRYCOLLECTION EMPTY");
    }

    #[test]
    fn places_and_lines_are_kept_where_they_lie() {
        for (name, a, b, expected) in [
            ("st_intersection", "MULTIPOINT (1 1, 9 9)", SQUARE, "POINT (1.0 1.0)"),
            ("st_difference", "MULTIPOINT (1 1, 9 9)", SQUARE, "POINT (9.0 9.0)"),
            ("st_union", "POINT (1 1)", "POINT (2 2)", "MULTIPOINT (1.0 1.0, 2.0 2.0)"),
            ("st_union", "POINT (1 1)", "POINT (1 1)", "POINT (1.0 1.0)"),
            ("st_symdifference", "MULTIPOINT (1 1, 2 2)", "MULTIPOINT (2 2, 3 3)", "MULTIPOINT (1.0 1.0, 3.0 3.0)"),
            ("st_intersection", "LINESTRING (0 0, 4 4)", "LINESTRING (0 4, 4 0)", "POINT (2.0 2.0)"),
            ("st_intersection", "LINESTRING (0 0, 4 0)", "LINESTRING (2 0, 6 0)", "LINESTRING (2.0 0.0, 4.0 0.0)"),
            ("st_difference", "LINESTRING (0 0, 4 0)", "LINESTRING (2 0, 6 0)", "LINESTRING (0.0 0.0, 2.0 0.0)"),
            ("st_difference", "LINESTRING (1 1, 6 1)", SQUARE, "LINESTRING (4.0 1.0, 6.0 1.0)"),
            ("st_intersection", "LINESTRING (1 1, 6 1)", SQUARE, "LINESTRING (1.0 1.0, 4.0 1.0)"),
            ("st_difference", "POINT (1 1)", "POINT (1 1)", "GEOMETRYCOLLECTION EMPTY"),
        ] {
            assert_eq!(of(name, a, b), expected, "{name} {a} {b}");
        }
    }

    #[test]
    fn large_coordinates_are_refused() {
        assert!(of("st_union", "POINT (1e300 1)", SQUARE).contains("too large"));
    }
}

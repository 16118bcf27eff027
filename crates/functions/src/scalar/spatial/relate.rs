//! How shapes lie to each other, in a plane.

use crate::wkt::{Extent, Geometry, Place};

/// The parts that shapes are made of.
#[derive(Default)]
struct Parts<'a> {
    places: Vec<Place>,
    lines: Vec<&'a [Place]>,
    /// An outer ring, then holes.
    areas: Vec<Vec<&'a [Place]>>,
    boxes: Vec<[Place; 5]>,
}

impl<'a> Parts<'a> {
    fn of(geometries: &'a [Geometry]) -> Self {
        let mut parts = Self::default();
        geometries.iter().for_each(|geometry| parts.add(geometry));
        parts
    }

    fn add(&mut self, geometry: &'a Geometry) {
        match geometry {
            Geometry::Point(place) => self.places.extend(place),
            Geometry::MultiPoint(places) => self.places.extend(places),
            Geometry::LineString(places) => self.lines.extend((!places.is_empty()).then_some(places.as_slice())),
            Geometry::MultiLineString(lines) => self.lines.extend(lines.iter().map(Vec::as_slice)),
            Geometry::Polygon(rings) => self.add_area(rings),
            Geometry::MultiPolygon(polygons) => polygons.iter().for_each(|rings| self.add_area(rings)),
            Geometry::Collection(parts) => parts.iter().for_each(|part| self.add(part)),
            Geometry::Box(extent) => self.boxes.push(corners(extent)),
        }
    }

    fn add_area(&mut self, rings: &'a [Vec<Place>]) {
        if !rings.is_empty() {
            self.areas.push(rings.iter().map(Vec::as_slice).collect());
        }
    }

    fn areas(&self) -> impl Iterator<Item = Vec<&[Place]>> {
        self.areas.iter().cloned().chain(self.boxes.iter().map(|ring| vec![ring.as_slice()]))
    }

    /// All lines, borders of areas among them.
    fn edges(&self) -> impl Iterator<Item = &[Place]> {
        let borders = self.areas.iter().flatten().copied();
        self.lines.iter().copied().chain(borders).chain(self.boxes.iter().map(<[Place; 5]>::as_slice))
    }

    fn covers_place(&self, place: Place) -> bool {
        self.places.contains(&place)
            || self.lines.iter().any(|line| segments(line).any(|s| is_on(place, s)))
            || self.areas().any(|rings| area_covers(&rings, place))
    }

    fn is_empty(&self) -> bool {
        self.places.is_empty() && self.lines.is_empty() && self.areas.is_empty() && self.boxes.is_empty()
    }
}

fn corners(extent: &Extent) -> [Place; 5] {
    let place = |x, y| Place { x, y };
    let first = place(extent.min_x, extent.min_y);
    [
        first,
        place(extent.max_x, extent.min_y),
        place(extent.max_x, extent.max_y),
        place(extent.min_x, extent.max_y),
        first,
    ]
}

/// Whether the shapes have a place in common.
pub(super) fn intersects(a: &[Geometry], b: &[Geometry]) -> bool {
    let (a, b) = (Parts::of(a), Parts::of(b));
    if a.places.iter().any(|place| b.covers_place(*place)) || b.places.iter().any(|place| a.covers_place(*place)) {
        return true;
    }
    if a.edges().any(|x| b.edges().any(|y| segments(x).any(|s| segments(y).any(|t| cross(s, t))))) {
        return true;
    }
    // Without a crossing, one lies wholly inside of an area of the other, or they are apart.
    let inside = |edges: &mut dyn Iterator<Item = &[Place]>, areas: &Parts<'_>| {
        edges.filter_map(|edge| edge.first()).any(|place| areas.areas().any(|rings| area_covers(&rings, *place)))
    };
    inside(&mut a.edges(), &b) || inside(&mut b.edges(), &a)
}

/// Whether a place is one of the shapes.
pub(super) fn covers(shapes: &[Geometry], place: Place) -> bool {
    Parts::of(shapes).covers_place(place)
}

/// How far a place is from a segment.
pub(super) fn distance_to((a, b): Segment, place: Place) -> f64 {
    let t = position(a, b, place).clamp(0.0, 1.0);
    (a.x + t * (b.x - a.x) - place.x).hypot(a.y + t * (b.y - a.y) - place.y)
}

/// Whether parts of a line that aren't neighbours have a place in common.
pub(super) fn crosses_itself(places: &[Place]) -> bool {
    let all: Vec<Segment> = segments(places).collect();
    let last = all.len().saturating_sub(1);
    all.iter()
        .enumerate()
        .any(|(i, a)| all.iter().enumerate().skip(i + 2).any(|(j, b)| !(i == 0 && j == last) && cross(*a, *b)))
}

/// Whether every place of `b` is one of `a`. Borders belong to shapes.
pub(super) fn contains(a: &[Geometry], b: &[Geometry]) -> bool {
    let (a, b) = (Parts::of(a), Parts::of(b));
    if b.is_empty() || !b.places.iter().all(|place| a.covers_place(*place)) {
        return false;
    }
    if !b.edges().all(|edge| segments(edge).all(|segment| covers_segment(&a, segment))) {
        return false;
    }
    // Covered borders leave what lies within them: no hole of `a` may, and lines alone cover no area.
    b.areas().all(|rings| {
        let holes = a.areas.iter().flat_map(|area| area[1..].iter());
        let pierced = holes.filter_map(|hole| hole.first()).any(|place| area_has_inside(&rings, *place));
        !pierced && a.areas().next().is_some()
    })
}

/// Whether a segment lies in `a`: it is cut where it meets borders, and the middle of every piece must be in `a`.
fn covers_segment(a: &Parts<'_>, (start, end): Segment) -> bool {
    let mut cuts = vec![0.0, 1.0];
    for edge in a.edges() {
        cuts.extend(segments(edge).filter_map(|border| cut(start, end, border)));
        cuts.extend(edge.iter().filter(|place| is_on(**place, (start, end))).map(|place| position(start, end, *place)));
    }
    cuts.sort_by(f64::total_cmp);
    let at = |t: f64| Place { x: start.x + t * (end.x - start.x), y: start.y + t * (end.y - start.y) };
    a.covers_place(start)
        && a.covers_place(end)
        && cuts
            .windows(2)
            .filter(|pair| pair[1] - pair[0] > 1e-12)
            .all(|pair| covers_nearly(a, at((pair[0] + pair[1]) / 2.0)))
}

/// Covers, with an allowance for the rounding of a computed place that lies on a line or border.
fn covers_nearly(a: &Parts<'_>, place: Place) -> bool {
    const NEAR: f64 = 1e-9;
    let near = |s: Segment| {
        let t = position(s.0, s.1, place).clamp(0.0, 1.0);
        let (x, y) = (s.0.x + t * (s.1.x - s.0.x) - place.x, s.0.y + t * (s.1.y - s.0.y) - place.y);
        x.hypot(y) <= NEAR
    };
    a.covers_place(place) || a.edges().any(|edge| segments(edge).any(near))
}

pub(super) type Segment = (Place, Place);

fn segments(places: &[Place]) -> impl Iterator<Item = Segment> {
    // A single place is a segment without length.
    let single = (places.len() == 1).then(|| (places[0], places[0]));
    places.windows(2).map(|pair| (pair[0], pair[1])).chain(single)
}

/// Above 0 where `c` lies to the left of the way from `a` to `b`, 0 on it.
fn side(a: Place, b: Place, c: Place) -> f64 {
    (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
}

fn is_on(place: Place, (a, b): Segment) -> bool {
    side(a, b, place) == 0.0
        && (a.x.min(b.x)..=a.x.max(b.x)).contains(&place.x)
        && (a.y.min(b.y)..=a.y.max(b.y)).contains(&place.y)
}

fn cross(s: Segment, t: Segment) -> bool {
    let [a, b] = [side(s.0, s.1, t.0), side(s.0, s.1, t.1)];
    let [c, d] = [side(t.0, t.1, s.0), side(t.0, t.1, s.1)];
    a * b < 0.0 && c * d < 0.0 || is_on(t.0, s) || is_on(t.1, s) || is_on(s.0, t) || is_on(s.1, t)
}

/// Where on the way from `start` to `end` a border is crossed, from 0 to 1.
fn cut(start: Place, end: Place, (a, b): Segment) -> Option<f64> {
    let (from, to) = (side(a, b, start), side(a, b, end));
    (from * to < 0.0 && side(start, end, a) * side(start, end, b) <= 0.0).then(|| from / (from - to))
}

/// Where on the way from `start` to `end` a place is nearest.
pub(super) fn position(start: Place, end: Place, place: Place) -> f64 {
    let (dx, dy) = (end.x - start.x, end.y - start.y);
    let length = dx * dx + dy * dy;
    if length == 0.0 { 0.0 } else { ((place.x - start.x) * dx + (place.y - start.y) * dy) / length }
}

fn on_border(rings: &[&[Place]], place: Place) -> bool {
    rings.iter().any(|ring| segments(ring).any(|s| is_on(place, s)))
}

fn area_covers(rings: &[&[Place]], place: Place) -> bool {
    on_border(rings, place) || area_has_inside(rings, place)
}

/// Whether a place lies in an area, its border excluded: a ray from it crosses the rings an odd number of times.
fn area_has_inside(rings: &[&[Place]], place: Place) -> bool {
    if on_border(rings, place) {
        return false;
    }
    let crossings = rings
        .iter()
        .flat_map(|ring| segments(ring))
        .filter(|(a, b)| {
            (a.y > place.y) != (b.y > place.y) && place.x < (b.x - a.x) * (place.y - a.y) / (b.y - a.y) + a.x
        })
        .count();
    crossings % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(text: &str) -> Vec<Geometry> {
        vec![Geometry::parse(text).unwrap()]
    }

    const SQUARE: &str = "POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0))";
    const RING: &str = "POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (3 3, 6 3, 6 6, 3 6, 3 3))";

    #[test]
    fn shapes_intersect_where_they_share_a_place() {
        for (a, b, expected) in [
            ("POINT (1 1)", "POINT (1 1)", true),
            ("POINT (1 1)", "POINT (1 2)", false),
            ("POINT (1 1)", SQUARE, true),
            ("POINT (4 4)", SQUARE, true),
            ("POINT (5 5)", SQUARE, false),
            ("POINT (4 5)", RING, false),
            ("LINESTRING (-1 2, 5 2)", SQUARE, true),
            ("LINESTRING (1 1, 2 2)", SQUARE, true),
            ("LINESTRING (5 5, 6 6)", SQUARE, false),
            ("POLYGON ((4 4, 5 4, 5 5, 4 4))", SQUARE, true),
            ("BBOX (4, 5, 5, 4)", RING, false),
            ("BBOX (1, 2, 2, 1)", SQUARE, true),
            ("MULTIPOINT (9 9, 1 1)", SQUARE, true),
            ("POINT EMPTY", SQUARE, false),
        ] {
            assert_eq!(intersects(&shape(a), &shape(b)), expected, "{a} {b}");
            assert_eq!(intersects(&shape(b), &shape(a)), expected, "{b} {a}");
        }
    }

    #[test]
    fn a_shape_contains_what_lies_wholly_in_it() {
        for (a, b, expected) in [
            (SQUARE, "POINT (1 1)", true),
            (SQUARE, "POINT (0 0)", true),
            (SQUARE, "MULTIPOINT (1 1, 5 5)", false),
            (SQUARE, SQUARE, true),
            (SQUARE, "BBOX (1, 2, 2, 1)", true),
            (SQUARE, RING, false),
            (RING, SQUARE, false),
            (RING, "BBOX (1, 8, 8, 1)", false),
            (RING, "LINESTRING (1 1, 8 1)", true),
            (RING, "LINESTRING (1 4, 8 4)", false),
            ("LINESTRING (0 0, 4 4)", "LINESTRING (1 1, 2 2)", true),
            ("LINESTRING (0 0, 4 4)", "POINT (1 2)", false),
            ("POINT (1 2)", "POINT (1 2)", true),
            ("POINT (1 2)", SQUARE, false),
            (SQUARE, "POINT EMPTY", false),
        ] {
            assert_eq!(contains(&shape(a), &shape(b)), expected, "{a} {b}");
        }
    }
}

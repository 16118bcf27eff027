//! Shapes taken apart into places, lines and areas, and put together again.

use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::float::single::SingleFloatOverlay;

use crate::Failure;
use crate::wkt::{Geometry, Place};

/// A place as the overlay engine reads it.
pub(super) type Point = [f64; 2];
/// An outer ring, then holes. A ring doesn't repeat its first place.
pub(super) type Area = Vec<Vec<Point>>;

/// Beyond this, differences between places are lost.
const FARTHEST: f64 = 1e15;

/// What shapes are made of.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Parts {
    pub(super) places: Vec<Point>,
    pub(super) lines: Vec<Vec<Point>>,
    /// Areas that don't overlap.
    pub(super) areas: Vec<Area>,
}

impl Parts {
    /// Takes shapes apart.
    ///
    /// # Errors
    /// A coordinate is too large to compute with.
    pub(super) fn of(shapes: &[Geometry]) -> Result<Self, Failure> {
        let mut parts = Self::default();
        for shape in shapes {
            let mut far = false;
            shape.each_place(&mut |place| far |= place.x.abs() > FARTHEST || place.y.abs() > FARTHEST);
            if far {
                return Err(Failure::illegal_argument("coordinates are too large to compute with"));
            }
            parts.add(shape);
        }
        parts.areas = union(&parts.areas, &Vec::new());
        Ok(parts)
    }

    fn add(&mut self, shape: &Geometry) {
        match shape {
            Geometry::Point(place) => self.places.extend(place.map(point)),
            Geometry::MultiPoint(places) => self.places.extend(places.iter().copied().map(point)),
            Geometry::LineString(places) => self.add_line(places),
            Geometry::MultiLineString(lines) => lines.iter().for_each(|line| self.add_line(line)),
            Geometry::Polygon(rings) => self.add_area(rings),
            Geometry::MultiPolygon(polygons) => polygons.iter().for_each(|rings| self.add_area(rings)),
            Geometry::Collection(shapes) => shapes.iter().for_each(|shape| self.add(shape)),
            Geometry::Box(e) => {
                self.areas.push(vec![vec![
                    [e.min_x, e.min_y],
                    [e.max_x, e.min_y],
                    [e.max_x, e.max_y],
                    [e.min_x, e.max_y],
                ]]);
            }
        }
    }

    fn add_line(&mut self, places: &[Place]) {
        match places {
            [] => {}
            [one] => self.places.push(point(*one)),
            many => self.lines.push(many.iter().copied().map(point).collect()),
        }
    }

    fn add_area(&mut self, rings: &[Vec<Place>]) {
        let open = |ring: &Vec<Place>| ring[..ring.len().saturating_sub(1)].iter().copied().map(point).collect();
        if !rings.is_empty() {
            self.areas.push(rings.iter().map(open).collect());
        }
    }

    /// The simplest shape of these parts; one kind stands by itself, several are a collection.
    pub(super) fn geometry(self) -> Geometry {
        let mut shapes: Vec<Geometry> = Vec::new();
        let mut places: Vec<Place> = self.places.into_iter().map(place).collect();
        match places.len() {
            0 => {}
            1 => shapes.push(Geometry::Point(places.pop())),
            _ => shapes.push(Geometry::MultiPoint(places)),
        }
        let mut lines: Vec<Vec<Place>> =
            self.lines.into_iter().map(|line| line.into_iter().map(place).collect()).collect();
        match lines.len() {
            0 => {}
            1 => shapes.extend(lines.pop().map(Geometry::LineString)),
            _ => shapes.push(Geometry::MultiLineString(lines)),
        }
        let mut areas: Vec<Vec<Vec<Place>>> =
            self.areas.into_iter().map(|area| area.into_iter().map(closed).collect()).collect();
        match areas.len() {
            0 => {}
            1 => shapes.extend(areas.pop().map(Geometry::Polygon)),
            _ => shapes.push(Geometry::MultiPolygon(areas)),
        }
        match shapes.len() {
            1 => shapes.remove(0),
            _ => Geometry::Collection(shapes),
        }
    }
}

fn point(place: Place) -> Point {
    [place.x, place.y]
}

/// The place, without a zero below zero.
fn place([x, y]: Point) -> Place {
    Place { x: x + 0.0, y: y + 0.0 }
}

fn closed(ring: Vec<Point>) -> Vec<Place> {
    let mut ring: Vec<Place> = ring.into_iter().map(place).collect();
    ring.extend(ring.first().copied());
    ring
}

/// The areas of both.
pub(super) fn union(a: &Vec<Area>, b: &Vec<Area>) -> Vec<Area> {
    overlay(a, b, OverlayRule::Union)
}

/// The areas that a rule makes of two lists of areas.
pub(super) fn overlay(a: &Vec<Area>, b: &Vec<Area>, rule: OverlayRule) -> Vec<Area> {
    if a.is_empty() && b.is_empty() {
        return Vec::new();
    }
    a.overlay_as::<i64>(b, rule, FillRule::NonZero)
}

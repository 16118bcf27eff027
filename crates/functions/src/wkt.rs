//! Places and shapes as well-known text: `POINT (1.0 2.0)`, `POLYGON ((...))`.
//!
//! Columns hold canonical text: upper-case kind, one blank before a parenthesis, numbers as Java prints them.
//!
//! ```
//! use quarry_functions::wkt::Geometry;
//! let geometry = Geometry::parse("point( 1 2.5 )").unwrap();
//! assert_eq!(geometry.to_string(), "POINT (1.0 2.5)");
//! ```

use std::fmt;

use quarry_types::number::format_double;

/// A place: x or longitude, y or latitude.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// x, or the longitude.
    pub x: f64,
    /// y, or the latitude.
    pub y: f64,
}

/// The corners of a rectangle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extent {
    /// The smallest x.
    pub min_x: f64,
    /// The largest x.
    pub max_x: f64,
    /// The smallest y.
    pub min_y: f64,
    /// The largest y.
    pub max_y: f64,
}

impl Extent {
    /// The extent of one place.
    #[must_use]
    pub fn of(place: Place) -> Self {
        Self { min_x: place.x, max_x: place.x, min_y: place.y, max_y: place.y }
    }

    /// The extent that covers both.
    #[must_use]
    pub fn join(self, other: Extent) -> Self {
        Self {
            min_x: self.min_x.min(other.min_x),
            max_x: self.max_x.max(other.max_x),
            min_y: self.min_y.min(other.min_y),
            max_y: self.max_y.max(other.max_y),
        }
    }
}

/// `BBOX (min x, max x, max y, min y)`
impl fmt::Display for Extent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d] = [self.min_x, self.max_x, self.max_y, self.min_y].map(format_double);
        write!(f, "BBOX ({a}, {b}, {c}, {d})")
    }
}

/// A shape.
#[derive(Clone, Debug, PartialEq)]
pub enum Geometry {
    /// `POINT`; none where empty.
    Point(Option<Place>),
    /// `MULTIPOINT`
    MultiPoint(Vec<Place>),
    /// `LINESTRING`
    LineString(Vec<Place>),
    /// `MULTILINESTRING`
    MultiLineString(Vec<Vec<Place>>),
    /// `POLYGON`: an outer ring, then holes.
    Polygon(Vec<Vec<Place>>),
    /// `MULTIPOLYGON`
    MultiPolygon(Vec<Vec<Vec<Place>>>),
    /// `GEOMETRYCOLLECTION`
    Collection(Vec<Geometry>),
    /// `BBOX`
    Box(Extent),
}

impl Geometry {
    /// Reads well-known text, in any case and spacing. A third coordinate is read and left out.
    ///
    /// # Errors
    /// What was expected where.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut reader = Reader { rest: text, depth: 0 };
        let geometry = reader.geometry()?;
        match reader.rest.trim_start() {
            "" => Ok(geometry),
            rest => Err(format!("expected end of input but found [{rest}]")),
        }
    }

    /// The kind as `ST_GEOMETRYTYPE` names it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Geometry::Point(_) => "ST_Point",
            Geometry::MultiPoint(_) => "ST_MultiPoint",
            Geometry::LineString(_) => "ST_LineString",
            Geometry::MultiLineString(_) => "ST_MultiLineString",
            Geometry::Polygon(_) => "ST_Polygon",
            Geometry::MultiPolygon(_) => "ST_MultiPolygon",
            Geometry::Collection(_) => "ST_GeometryCollection",
            Geometry::Box(_) => "ST_Envelope",
        }
    }

    /// 0 for points, 1 for lines, 2 for areas; of a collection the largest.
    #[must_use]
    pub fn dimension(&self) -> i32 {
        match self {
            Geometry::Point(_) | Geometry::MultiPoint(_) => 0,
            Geometry::LineString(_) | Geometry::MultiLineString(_) => 1,
            Geometry::Polygon(_) | Geometry::MultiPolygon(_) | Geometry::Box(_) => 2,
            Geometry::Collection(parts) => parts.iter().map(Geometry::dimension).max().unwrap_or(0),
        }
    }

    /// Calls `visit` with every place that the text lists; of a box with its four corners.
    pub fn each_place(&self, visit: &mut dyn FnMut(Place)) {
        match self {
            Geometry::Point(place) => place.iter().copied().for_each(visit),
            Geometry::MultiPoint(places) | Geometry::LineString(places) => places.iter().copied().for_each(visit),
            Geometry::MultiLineString(lists) | Geometry::Polygon(lists) => {
                lists.iter().flatten().copied().for_each(visit);
            }
            Geometry::MultiPolygon(polygons) => polygons.iter().flatten().flatten().copied().for_each(visit),
            Geometry::Collection(parts) => parts.iter().for_each(|part| part.each_place(visit)),
            Geometry::Box(b) => {
                for (x, y) in [(b.min_x, b.min_y), (b.max_x, b.min_y), (b.max_x, b.max_y), (b.min_x, b.max_y)] {
                    visit(Place { x, y });
                }
            }
        }
    }

    /// The rectangle around it; `None` where it is empty.
    #[must_use]
    pub fn extent(&self) -> Option<Extent> {
        let mut extent: Option<Extent> = None;
        self.each_place(&mut |place| {
            let one = Extent::of(place);
            extent = Some(extent.map_or(one, |extent| extent.join(one)));
        });
        extent
    }

    /// The number of places.
    #[must_use]
    pub fn places(&self) -> usize {
        let mut count = 0;
        self.each_place(&mut |_| count += 1);
        count
    }
}

impl fmt::Display for Geometry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Geometry::Point(place) => write_kind(f, "POINT", place.as_slice(), write_place),
            Geometry::MultiPoint(places) => write_kind(f, "MULTIPOINT", places, write_place),
            Geometry::LineString(places) => write_kind(f, "LINESTRING", places, write_place),
            Geometry::MultiLineString(lines) => {
                write_kind(f, "MULTILINESTRING", lines, |f, line| write_places(f, line))
            }
            Geometry::Polygon(rings) => write_kind(f, "POLYGON", rings, |f, ring| write_places(f, ring)),
            Geometry::MultiPolygon(polygons) => write_kind(f, "MULTIPOLYGON", polygons, |f, rings| {
                write_list(f, rings, |f, ring| write_places(f, ring))
            }),
            Geometry::Collection(parts) => write_kind(f, "GEOMETRYCOLLECTION", parts, |f, part| write!(f, "{part}")),
            Geometry::Box(extent) => write!(f, "{extent}"),
        }
    }
}

fn write_kind<T>(
    f: &mut fmt::Formatter<'_>,
    kind: &str,
    items: &[T],
    write: impl Fn(&mut fmt::Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    f.write_str(kind)?;
    if items.is_empty() {
        return f.write_str(" EMPTY");
    }
    f.write_str(" ")?;
    write_list(f, items, write)
}

fn write_list<T>(
    f: &mut fmt::Formatter<'_>,
    items: &[T],
    write: impl Fn(&mut fmt::Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    for (i, item) in items.iter().enumerate() {
        f.write_str(if i == 0 { "(" } else { ", " })?;
        write(f, item)?;
    }
    f.write_str(")")
}

fn write_place(f: &mut fmt::Formatter<'_>, place: &Place) -> fmt::Result {
    write!(f, "{} {}", format_double(place.x), format_double(place.y))
}

fn write_places(f: &mut fmt::Formatter<'_>, places: &[Place]) -> fmt::Result {
    write_list(f, places, write_place)
}

/// The text of a point.
#[must_use]
pub fn point_text(place: Place) -> String {
    Geometry::Point(Some(place)).to_string()
}

/// The place of a point's text; `None` for any other text.
#[must_use]
pub fn parse_point(text: &str) -> Option<Place> {
    match Geometry::parse(text) {
        Ok(Geometry::Point(place)) => place,
        _ => None,
    }
}

/// Collections in collections deeper than this are refused: each costs stack.
const MOST_NESTED: usize = 64;

struct Reader<'a> {
    rest: &'a str,
    /// The collections that are open.
    depth: usize,
}

impl Reader<'_> {
    fn geometry(&mut self) -> Result<Geometry, String> {
        let kind = self.word().to_ascii_uppercase();
        Ok(match kind.as_str() {
            "POINT" => Geometry::Point(self.list(Self::place)?.into_iter().next()),
            "MULTIPOINT" => Geometry::MultiPoint(self.list(|reader| {
                // Both `(1 2, 3 4)` and `((1 2), (3 4))` are in use.
                if !reader.eat('(') {
                    return reader.place();
                }
                let place = reader.place()?;
                reader.expect(')')?;
                Ok(place)
            })?),
            "LINESTRING" => Geometry::LineString(self.places()?),
            "MULTILINESTRING" => Geometry::MultiLineString(self.list(Self::places)?),
            "POLYGON" => Geometry::Polygon(self.rings()?),
            "MULTIPOLYGON" => Geometry::MultiPolygon(self.list(Self::rings)?),
            "GEOMETRYCOLLECTION" if self.depth == MOST_NESTED => {
                return Err(format!("a geometry collection can have a depth of at most {MOST_NESTED}"));
            }
            "GEOMETRYCOLLECTION" => {
                self.depth += 1;
                let parts = self.list(Self::geometry)?;
                self.depth -= 1;
                Geometry::Collection(parts)
            }
            "BBOX" | "ENVELOPE" => {
                let sides = self.list(Self::number)?;
                match sides[..] {
                    [min_x, max_x, max_y, min_y] => Geometry::Box(Extent { min_x, max_x, min_y, max_y }),
                    _ => return Err(format!("expected 4 numbers but found {}", sides.len())),
                }
            }
            _ => return Err(format!("Unknown geometry type: {}", kind.to_ascii_lowercase())),
        })
    }

    fn rings(&mut self) -> Result<Vec<Vec<Place>>, String> {
        let rings = self.list(Self::places)?;
        for ring in &rings {
            if ring.len() < 4 {
                return Err("at least 4 polygon points required".to_owned());
            }
            if ring.first() != ring.last() {
                return Err(
                    "first and last points of the linear ring must be the same (it must close itself)".to_owned()
                );
            }
        }
        Ok(rings)
    }

    fn places(&mut self) -> Result<Vec<Place>, String> {
        self.list(Self::place)
    }

    /// `EMPTY`, or items in parentheses with commas between them.
    fn list<T>(&mut self, item: impl Fn(&mut Self) -> Result<T, String>) -> Result<Vec<T>, String> {
        if !self.eat('(') {
            let mut word = self.word();
            // A third coordinate is announced by `Z`.
            let has_height = word.eq_ignore_ascii_case("z");
            let opens = has_height && self.eat('(');
            if has_height && !opens {
                word = self.word();
            }
            if !opens {
                return match word.eq_ignore_ascii_case("empty") {
                    true => Ok(Vec::new()),
                    false => Err(format!("expected [(] or [EMPTY] at [{}]", self.rest)),
                };
            }
        }
        let mut items = vec![item(self)?];
        while self.eat(',') {
            items.push(item(self)?);
        }
        self.expect(')')?;
        Ok(items)
    }

    fn place(&mut self) -> Result<Place, String> {
        let place = Place { x: self.number()?, y: self.number()? };
        if !self.rest.trim_start().starts_with([',', ')']) {
            self.number()?;
        }
        Ok(place)
    }

    fn number(&mut self) -> Result<f64, String> {
        let rest = self.rest.trim_start();
        let end =
            rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+'))).unwrap_or(rest.len());
        let (token, rest) = rest.split_at(end);
        if token.is_empty() {
            let found = rest.chars().next().map_or("END-OF-STREAM".to_owned(), |c| format!("'{c}'"));
            return Err(format!("expected number but found: {found}"));
        }
        self.rest = rest;
        token.parse().ok().filter(|n: &f64| n.is_finite()).ok_or_else(|| format!("invalid number found: {token}"))
    }

    fn word(&mut self) -> String {
        let rest = self.rest.trim_start();
        let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        let (word, rest) = rest.split_at(end);
        self.rest = rest;
        word.to_owned()
    }

    fn eat(&mut self, c: char) -> bool {
        match self.rest.trim_start().strip_prefix(c) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn expect(&mut self, c: char) -> Result<(), String> {
        if self.eat(c) { Ok(()) } else { Err(format!("expected [{c}] at [{}]", self.rest.trim_start())) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_is_too_deep_for_the_stack() {
        let open = "GEOMETRYCOLLECTION (";
        let nested = |depth: usize| format!("{}POINT (1 2){}", open.repeat(depth), ")".repeat(depth));
        assert!(Geometry::parse(&nested(MOST_NESTED)).is_ok());
        assert!(Geometry::parse(&nested(MOST_NESTED + 1)).unwrap_err().contains("depth"));
        assert!(Geometry::parse(&open.repeat(100_000)).is_err());
        assert!(Geometry::parse(&format!("POINT {}", "z ".repeat(100_000))).is_err());
    }

    #[test]
    fn texts_are_read_and_written() {
        for (text, canonical) in [
            ("POINT(1 -2.5)", "POINT (1.0 -2.5)"),
            ("point z (1 2 3)", "POINT (1.0 2.0)"),
            ("POINT EMPTY", "POINT EMPTY"),
            ("MULTIPOINT (1 2, 3 4)", "MULTIPOINT (1.0 2.0, 3.0 4.0)"),
            ("MULTIPOINT ((1 2), (3 4))", "MULTIPOINT (1.0 2.0, 3.0 4.0)"),
            ("LINESTRING (0 0, 1e1 1)", "LINESTRING (0.0 0.0, 10.0 1.0)"),
            ("POLYGON((0 0,1 0,1 1,0 0))", "POLYGON ((0.0 0.0, 1.0 0.0, 1.0 1.0, 0.0 0.0))"),
            ("MULTIPOLYGON(((0 0,1 0,1 1,0 0)))", "MULTIPOLYGON (((0.0 0.0, 1.0 0.0, 1.0 1.0, 0.0 0.0)))"),
            (
                "GEOMETRYCOLLECTION (POINT (1 2), LINESTRING (0 0, 1 1))",
                "GEOMETRYCOLLECTION (POINT (1.0 2.0), LINESTRING (0.0 0.0, 1.0 1.0))",
            ),
            ("BBOX(0, 4, 3, 1)", "BBOX (0.0, 4.0, 3.0, 1.0)"),
        ] {
            assert_eq!(Geometry::parse(text).unwrap().to_string(), canonical);
        }
    }

    #[test]
    fn bad_texts_are_refused() {
        for bad in ["", "POINT", "POINT (1)", "POINT (1 2", "POINT (1 2) x", "POINT (a b)", "FOO (1 2)"] {
            assert!(Geometry::parse(bad).is_err(), "{bad}");
        }
        assert!(Geometry::parse("POLYGON ((0 0, 1 0, 1 1, 0 1))").unwrap_err().contains("close"));
    }

    #[test]
    fn the_extent_covers_all_places() {
        let geometry = Geometry::parse("LINESTRING (3 4, -1 9)").unwrap();
        assert_eq!(geometry.extent().unwrap().to_string(), "BBOX (-1.0, 3.0, 9.0, 4.0)");
        assert_eq!(geometry.places(), 2);
        assert_eq!(Geometry::parse("POINT EMPTY").unwrap().extent(), None);
    }
}

//! Places and shapes in documents: well-known text, GeoJSON, and pairs of numbers.

use quarry_functions::wkt::{Extent, Geometry, Place, point_text};
use serde_json::Value;

use super::{Found, Kind};
use crate::frame::{member, next_member};
use crate::json::{skip_value, space};

/// A point as WKT: from `{"lat":..,"lon":..}`, `"lat,lon"`, `"POINT (..)"`, GeoJSON or the two numbers of `[lon, lat]`.
pub(crate) fn geo_point(found: &[Found], record: &str) -> Option<String> {
    let raw = |found: &Found| record.get(found.start as usize..found.end as usize);
    match found {
        [one] if one.kind == Kind::Plain => {
            let text = raw(one)?.trim();
            if text.get(..5).is_some_and(|word| word.eq_ignore_ascii_case("point")) {
                return single_place(&Geometry::parse(text).ok()?);
            }
            let (lat, lon) = text.split_once(',')?;
            point(lon, lat)
        }
        [one] if one.kind == Kind::Json => {
            let text = raw(one)?;
            match sides(text) {
                (Some(lat), Some(lon)) => point(lon, lat),
                _ => single_place(&of_json(&serde_json::from_str(text).ok()?, 0)?),
            }
        }
        [lon, lat] if lon.kind == Kind::Number && lat.kind == Kind::Number => point(raw(lon)?, raw(lat)?),
        _ => None,
    }
}

/// A shape as WKT: from WKT, GeoJSON or `{"x":..,"y":..}`.
pub(crate) fn shape(text: &str) -> Option<String> {
    let text = text.trim();
    let geometry = match text.starts_with('{') {
        true => of_json(&serde_json::from_str(text).ok()?, 0)?,
        false => Geometry::parse(text).ok()?,
    };
    Some(geometry.to_string())
}

/// What an object says of `lat` and `lon`.
fn sides(text: &str) -> (Option<&str>, Option<&str>) {
    let bytes = text.as_bytes();
    let (mut lat, mut lon) = (None, None);
    let mut at = space(bytes, 1);
    while let Ok(Some((key, value))) = member(bytes, at) {
        let Ok(end) = skip_value(bytes, value, 10) else { break };
        let side = text.get(value..end).map(|text| text.trim_matches('"'));
        match key {
            b"lat" => lat = side,
            b"lon" => lon = side,
            _ => {}
        }
        let Ok(next) = next_member(bytes, end) else { break };
        at = next;
    }
    (lat, lon)
}

fn point(lon: &str, lat: &str) -> Option<String> {
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|n| n.is_finite());
    Some(point_text(Place { x: number(lon)?, y: number(lat)? }))
}

fn single_place(geometry: &Geometry) -> Option<String> {
    matches!(geometry, Geometry::Point(Some(_))).then(|| geometry.to_string())
}

/// Collections in collections deeper than this are no shape.
const MOST_NESTED: usize = 16;

/// A GeoJSON object, with Elasticsearch's `envelope` beside the standard's types.
fn of_json(object: &Value, depth: usize) -> Option<Geometry> {
    if let (Some(x), Some(y)) = (object["x"].as_f64(), object["y"].as_f64()) {
        return Some(Geometry::Point(Some(Place { x, y })));
    }
    let coordinates = &object["coordinates"];
    Some(match object["type"].as_str()?.to_ascii_lowercase().as_str() {
        "point" => Geometry::Point(Some(place(coordinates)?)),
        "multipoint" => Geometry::MultiPoint(places(coordinates)?),
        "linestring" => Geometry::LineString(places(coordinates)?),
        "multilinestring" => Geometry::MultiLineString(list(coordinates, places)?),
        "polygon" => Geometry::Polygon(rings(coordinates)?),
        "multipolygon" => Geometry::MultiPolygon(list(coordinates, rings)?),
        "geometrycollection" if depth < MOST_NESTED => {
            Geometry::Collection(list(&object["geometries"], |part| of_json(part, depth + 1))?)
        }
        "envelope" => match places(coordinates)?[..] {
            [top_left, bottom_right] => Geometry::Box(Extent {
                min_x: top_left.x,
                max_x: bottom_right.x,
                min_y: bottom_right.y,
                max_y: top_left.y,
            }),
            _ => return None,
        },
        _ => return None,
    })
}

fn list<T>(value: &Value, item: impl Fn(&Value) -> Option<T>) -> Option<Vec<T>> {
    value.as_array()?.iter().map(item).collect()
}

fn rings(value: &Value) -> Option<Vec<Vec<Place>>> {
    let rings = list(value, places)?;
    let is_ring = |ring: &Vec<Place>| ring.len() > 3 && ring.first() == ring.last();
    rings.iter().all(is_ring).then_some(rings)
}

fn places(value: &Value) -> Option<Vec<Place>> {
    list(value, place)
}

/// The first two numbers of an array; a height is left out.
fn place(value: &Value) -> Option<Place> {
    let numbers = value.as_array()?;
    Some(Place { x: numbers.first()?.as_f64()?, y: numbers.get(1)?.as_f64()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_of_geojson_are_read_as_well_known_text() {
        for (json, text) in [
            (r#"{"type":"Point","coordinates":[1,2,3]}"#, "POINT (1.0 2.0)"),
            (r#"{"type":"LineString","coordinates":[[0,0],[1,1]]}"#, "LINESTRING (0.0 0.0, 1.0 1.0)"),
            (
                r#"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}"#,
                "POLYGON ((0.0 0.0, 1.0 0.0, 1.0 1.0, 0.0 0.0))",
            ),
            (r#"{"type":"envelope","coordinates":[[1,4],[3,2]]}"#, "BBOX (1.0, 3.0, 4.0, 2.0)"),
            (
                r#"{"type":"GeometryCollection","geometries":[{"type":"MultiPoint","coordinates":[[1,2]]}]}"#,
                "GEOMETRYCOLLECTION (MULTIPOINT (1.0 2.0))",
            ),
            (r#"{"x":1,"y":2.5}"#, "POINT (1.0 2.5)"),
            ("point(1 2)", "POINT (1.0 2.0)"),
        ] {
            assert_eq!(shape(json).as_deref(), Some(text), "{json}");
        }
    }

    #[test]
    fn what_is_no_shape_is_none() {
        for text in [
            "somewhere",
            "{}",
            r#"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1]]]}"#,
            r#"{"type":"Point","coordinates":["a","b"]}"#,
            r#"{"type":"Point"}"#,
        ] {
            assert_eq!(shape(text), None, "{text}");
        }
        let deep = format!("{}{}", r#"{"type":"GeometryCollection","geometries":["#.repeat(40), "]}".repeat(40));
        assert_eq!(shape(&deep), None);
    }
}

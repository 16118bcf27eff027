use std::f64::consts::PI;

use quarry_types::DataType;

use super::{Grid, rectangle};
use crate::wkt::{Geometry, Place};

const FINEST: i64 = 29;
/// Where the map ends: the latitude at which it is a square.
const HIGHEST: f64 = 85.051_128_779_806_59;

/// The tiles of a web map: `zoom/x/y`, counted from the north-west.
pub(super) static GRID: Grid = Grid {
    data_type: DataType::Geotile,
    name: "geotile",
    precisions: (0, FINEST as i32),
    cell,
    precision: |name| Some(parts(name)?.0 as i32),
    number: |name| {
        let (zoom, x, y) = parts(name)?;
        Some(zoom << 58 | x << 29 | y)
    },
    of_number: |number| {
        let name = format!("{}/{}/{}", number >> 58, number >> 29 & ((1 << 29) - 1), number & ((1 << 29) - 1));
        parts(&name).is_some().then_some(name)
    },
    shape,
};

fn parts(name: &str) -> Option<(i64, i64, i64)> {
    let mut parts = name.split('/').map(|part| part.parse::<i64>().ok().filter(|n| *n >= 0));
    let (zoom, x, y) = (parts.next()??, parts.next()??, parts.next()??);
    let valid = parts.next().is_none() && zoom <= FINEST && x < 1 << zoom && y < 1 << zoom;
    valid.then_some((zoom, x, y))
}

fn cell(place: Place, precision: i32) -> Option<String> {
    let tiles = f64::from(1 << precision);
    let sine = place.y.clamp(-HIGHEST, HIGHEST).to_radians().sin();
    let x = ((place.x + 180.0) / 360.0 * tiles).floor();
    let y = ((0.5 - ((1.0 + sine) / (1.0 - sine)).ln() / (4.0 * PI)) * tiles).floor();
    let tile = |n: f64| n.clamp(0.0, tiles - 1.0) as i64;
    Some(format!("{precision}/{}/{}", tile(x), tile(y)))
}

fn shape(name: &str) -> Option<Geometry> {
    let (zoom, x, y) = parts(name)?;
    let tiles = (1_i64 << zoom) as f64;
    let longitude = |x: i64| x as f64 / tiles * 360.0 - 180.0;
    let latitude = |y: i64| (PI - 2.0 * PI * y as f64 / tiles).sinh().atan().to_degrees();
    Some(rectangle(longitude(x), longitude(x + 1), latitude(y + 1), latitude(y)))
}

use h3o::{CellIndex, LatLng, Resolution};
use quarry_types::DataType;

use super::Grid;
use crate::wkt::{Geometry, Place};

/// The hexagons of H3.
pub(super) static GRID: Grid = Grid {
    data_type: DataType::Geohex,
    name: "geohex",
    precisions: (0, 15),
    cell: |place, precision| {
        let resolution = Resolution::try_from(u8::try_from(precision).ok()?).ok()?;
        Some(LatLng::new(place.y, place.x).ok()?.to_cell(resolution).to_string())
    },
    precision: |name| Some(i32::from(u8::from(index(name)?.resolution()))),
    number: |name| i64::try_from(u64::from(index(name)?)).ok(),
    of_number: |number| Some(CellIndex::try_from(u64::try_from(number).ok()?).ok()?.to_string()),
    shape: |name| {
        let corners = index(name)?.boundary();
        let mut ring: Vec<Place> = corners.iter().map(|corner| Place { x: corner.lng(), y: corner.lat() }).collect();
        ring.extend(ring.first().copied());
        Some(Geometry::Polygon(vec![ring]))
    },
};

fn index(name: &str) -> Option<CellIndex> {
    name.parse().ok()
}

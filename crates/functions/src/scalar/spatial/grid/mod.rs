//! Grids over Earth: a cell has a name, a number and a border.

mod geohash;
mod geohex;
mod geotile;
mod kernels;

use quarry_types::DataType;

use crate::wkt::{Geometry, Place};

pub(super) use kernels::{convert, of_point, relation, to_shape};

/// A grid. Cells are known by their names; what is no name of a cell gives `None`.
#[derive(Clone, Copy)]
pub(crate) struct Grid {
    /// The type of its cells.
    pub(super) data_type: DataType,
    /// What it is called in messages.
    pub(super) name: &'static str,
    /// The coarsest and the finest precision.
    pub(super) precisions: (i32, i32),
    /// The cell that a place lies in, at a precision.
    pub(super) cell: fn(Place, i32) -> Option<String>,
    /// The precision of a cell.
    pub(super) precision: fn(&str) -> Option<i32>,
    /// The number of a cell.
    pub(super) number: fn(&str) -> Option<i64>,
    /// The cell with a number.
    pub(super) of_number: fn(i64) -> Option<String>,
    /// The area of a cell.
    pub(super) shape: fn(&str) -> Option<Geometry>,
}

/// The grid whose cells have this type.
pub(crate) fn of_type(data_type: DataType) -> Option<&'static Grid> {
    [&geohash::GRID, &geotile::GRID, &geohex::GRID].into_iter().find(|grid| grid.data_type == data_type)
}

/// The area between two longitudes and two latitudes, counter-clockwise from its lower left.
fn rectangle(west: f64, east: f64, south: f64, north: f64) -> Geometry {
    let place = |x, y| Place { x, y };
    let first = place(west, south);
    Geometry::Polygon(vec![vec![first, place(east, south), place(east, north), place(west, north), first]])
}

#[cfg(test)]
mod tests {
    use super::*;

    const COPENHAGEN: Place = Place { x: 12.5683, y: 55.6761 };

    fn grids() -> [&'static Grid; 3] {
        [DataType::Geohash, DataType::Geotile, DataType::Geohex].map(|t| of_type(t).unwrap())
    }

    #[test]
    fn names_numbers_and_places_agree() {
        for grid in grids() {
            for precision in grid.precisions.0..=grid.precisions.1 {
                let cell = (grid.cell)(COPENHAGEN, precision).unwrap();
                assert_eq!((grid.precision)(&cell), Some(precision), "{cell}");
                let number = (grid.number)(&cell).unwrap();
                assert_eq!((grid.of_number)(number).as_deref(), Some(cell.as_str()), "{cell}");
                let extent = (grid.shape)(&cell).unwrap().extent().unwrap();
                assert!((extent.min_x..=extent.max_x).contains(&COPENHAGEN.x), "{cell}: {extent}");
                assert!((extent.min_y..=extent.max_y).contains(&COPENHAGEN.y), "{cell}: {extent}");
            }
        }
    }

    #[test]
    fn known_cells_have_their_names() {
        // Of the descriptions of the grids: 57.64911, 10.40744 is u4pruydqqvj; tile 1/1/0 is the north-east.
        let place = Place { x: 10.40744, y: 57.64911 };
        assert_eq!((grids()[0].cell)(place, 11).as_deref(), Some("u4pruydqqvj"));
        assert_eq!((grids()[1].cell)(place, 1).as_deref(), Some("1/1/0"));
        assert_eq!((grids()[1].cell)(Place { x: -180.0, y: -90.0 }, 2).as_deref(), Some("2/0/3"));
        assert_eq!((grids()[2].cell)(Place { x: -122.418, y: 37.775 }, 5).as_deref(), Some("85283083fffffff"));
        assert_eq!((grids()[0].number)("u"), Some((26 << 4) | 1));
        assert_eq!((grids()[1].number)("2/1/3"), Some((2 << 58) | (1 << 29) | 3));
    }

    #[test]
    fn other_names_are_none() {
        for grid in grids() {
            for name in ["", "a!", "1/2", "1/2/3", "99/0/0", "8528", "x", "é", "1/-1/0"] {
                assert!((grid.shape)(name).is_none() || (grid.number)(name).is_some(), "{} {name}", grid.name);
            }
            assert_eq!((grid.of_number)(-1), None, "{}", grid.name);
            assert_eq!((grid.of_number)(0).is_some(), grid.name == "geotile");
        }
    }
}

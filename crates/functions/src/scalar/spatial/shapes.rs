//! What spatial functions have in common.

use quarry_types::{Cells, Column, DataType, Strings};

use crate::definition::TypeSet;
use crate::definition::accept::{GRID, INTEGER, SIGNED, SPATIAL};
use crate::lift::{Output, build_rows, each1_as};
use crate::wkt::{Extent, Geometry, Place};
use crate::{Failure, Kernel, Parameter, Returns, Signature};

/// Points and shapes on Earth.
pub(super) const GEO: TypeSet = TypeSet::of(&[DataType::GeoPoint, DataType::GeoShape]);
/// Points and shapes in a plane.
pub(super) const CARTESIAN: TypeSet = TypeSet::of(&[DataType::CartesianPoint, DataType::CartesianShape]);
/// Points of both kinds.
pub(super) const POINTS: TypeSet = TypeSet::of(&[DataType::GeoPoint, DataType::CartesianPoint]);

pub(super) const GEOMETRY: &[Parameter] =
    &[Parameter { name: "geometry", description: "The point or shape; of a list, each." }];
pub(super) const POINT: &[Parameter] = &[Parameter { name: "point", description: "The point; of a list, each." }];
pub(super) const TWO_GEOMETRIES: &[Parameter] = &[
    Parameter { name: "geomA", description: "A point or shape; a list is taken as one shape." },
    Parameter { name: "geomB", description: "Another, of the same coordinate system." },
];

/// A double for each point or shape.
pub(super) static DOUBLE_OF_ANY: [Signature; 1] = [Signature::new(&[SPATIAL], Returns::Always(DataType::Double))];

const BOOL: Returns = Returns::Always(DataType::Boolean);

/// A relation of two shapes of one coordinate system.
pub(super) static RELATION: [Signature; 2] =
    [Signature::new(&[GEO, GEO], BOOL), Signature::new(&[CARTESIAN, CARTESIAN], BOOL)];

/// What two shapes of one coordinate system make.
pub(super) static COMBINATION: [Signature; 2] = [
    Signature::new(&[GEO, GEO], Returns::Always(DataType::GeoShape)),
    Signature::new(&[CARTESIAN, CARTESIAN], Returns::Always(DataType::CartesianShape)),
];

/// A shape and how much may be left out.
pub(super) static SIMPLIFICATION: [Signature; 1] = [Signature::new(&[SPATIAL, SIGNED], Returns::Argument(0))];

pub(super) const SIMPLIFIED: &[Parameter] = &[
    Parameter { name: "geometry", description: "The shape; of a list, each." },
    Parameter { name: "tolerance", description: "The distance up to which places are left out." },
];

/// The parameters of functions that find the cell of a grid.
pub(super) const GRID_CELL: &[Parameter] = &[
    Parameter { name: "geometry", description: "The point; of a list, each." },
    Parameter { name: "precision", description: "How fine the grid is." },
    Parameter { name: "bounds", description: "A shape; points outside of the rectangle around it have no cell." },
];

const GEO_POINT: TypeSet = TypeSet::of(&[DataType::GeoPoint]);
const GEO_SHAPE: TypeSet = TypeSet::of(&[DataType::GeoShape]);

/// A point, a precision and perhaps bounds.
pub(super) const fn cell_signatures(returns: DataType) -> [Signature; 1] {
    [Signature::new(&[GEO_POINT, INTEGER, GEO_SHAPE], Returns::Always(returns)).optional(1)]
}

/// A relation of two shapes of one coordinate system, or of a point and a cell.
pub(super) static CELL_RELATION: [Signature; 4] = [
    Signature::new(&[GEO, GEO], BOOL),
    Signature::new(&[CARTESIAN, CARTESIAN], BOOL),
    Signature::new(&[GEO_POINT, GRID], BOOL),
    Signature::new(&[GRID, GEO_POINT], BOOL),
];

/// Reads the text of a column.
pub(super) fn parse(text: &str) -> Result<Geometry, Failure> {
    Geometry::parse(text).map_err(|reason| Failure::illegal_argument(format!("Failed to parse WKT: {reason}")))
}

/// A kernel that makes something of each shape.
pub(super) fn each<R: Output + 'static>(returns: DataType, f: fn(&Geometry) -> R) -> Kernel {
    each1_as::<Strings, Result<R, Failure>>(returns, move |text| Ok(f(&parse(text)?)))
}

/// A kernel that takes one side of the rectangle around each shape; null where that is empty.
pub(super) fn side(side: fn(Extent) -> f64) -> Kernel {
    each1_as::<Strings, Result<Option<f64>, Failure>>(DataType::Double, move |text| Ok(parse(text)?.extent().map(side)))
}

/// A kernel that takes a coordinate of each point; null where that is empty.
pub(super) fn coordinate(coordinate: fn(Place) -> f64) -> Kernel {
    each1_as::<Strings, Result<Option<f64>, Failure>>(DataType::Double, move |text| match parse(text)? {
        Geometry::Point(place) => Ok(place.map(coordinate)),
        other => Err(Failure::illegal_argument(format!("Expected a point, found [{other}]"))),
    })
}

/// A kernel over the shapes of two cells. Texts that repeat from row to row are read once.
pub(super) fn of_two<R: Output + 'static>(
    returns: DataType,
    f: impl Fn(&[Geometry], &[Geometry]) -> R + Send + Sync + 'static,
) -> Kernel {
    Box::new(move |context, columns| {
        let (Some(a), Some(b)) = (columns[0].cells::<Strings>(), columns[1].cells::<Strings>()) else {
            return Column::nulls(returns, context.rows);
        };
        let (mut left, mut right) = (Cell::default(), Cell::default());
        build_rows(context, returns, &columns[..2], |row, out| {
            if a.range(row).is_empty() || b.range(row).is_empty() {
                return Ok(());
            }
            left.read(&a, row)?;
            right.read(&b, row)?;
            f(&left.shapes, &right.shapes).push_to(out)
        })
    })
}

/// A kernel over the shapes of a cell and a number.
pub(super) fn with_number<R: Output + 'static>(
    returns: DataType,
    f: impl Fn(&[Geometry], f64) -> R + Send + Sync + 'static,
) -> Kernel {
    Box::new(move |context, columns| {
        let Some(shapes) = columns[0].cells::<Strings>() else { return Column::nulls(returns, context.rows) };
        let mut cell = Cell::default();
        build_rows(context, returns, &columns[..2], |row, out| {
            let number = columns[1].value(row);
            if shapes.range(row).is_empty() || number.is_null() {
                return Ok(());
            }
            let number = number.as_f64().ok_or_else(Failure::multi_value)?;
            cell.read(&shapes, row)?;
            f(&cell.shapes, number).push_to(out)
        })
    })
}

/// The shapes of the last cell that was read.
#[derive(Default)]
struct Cell<'a> {
    texts: Vec<&'a str>,
    shapes: Vec<Geometry>,
}

impl<'a> Cell<'a> {
    fn read(&mut self, cells: &Cells<'a, Strings>, row: usize) -> Result<(), Failure> {
        if cells.row(row).eq(self.texts.iter().copied()) {
            return Ok(());
        }
        self.texts.clear();
        self.shapes.clear();
        for text in cells.row(row) {
            self.shapes.push(parse(text)?);
        }
        self.texts.extend(cells.row(row));
        Ok(())
    }
}

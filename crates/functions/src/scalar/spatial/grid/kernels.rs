//! The functions that all grids have.

use quarry_types::{Column, DataType, Integers, Longs, Strings};

use super::{Grid, of_type};
use crate::lift::{build_rows, each1_as, one};
use crate::scalar::spatial::shapes::parse;
use crate::wkt::parse_point;
use crate::{BuildError, Call, Failure, Kernel};

/// The cell at a precision that each point lies in; null for points outside of the bounds, where there are some.
pub(in crate::scalar::spatial) fn of_point(call: &Call<'_>) -> Result<Kernel, BuildError> {
    let Some(grid) = of_type(call.returns) else { return Err(BuildError("no grid".to_owned())) };
    let returns = call.returns;
    Ok(Box::new(move |context, columns| {
        let (Some(points), Some(precisions)) = (columns[0].cells::<Strings>(), columns[1].cells::<Integers>()) else {
            return Column::nulls(returns, context.rows);
        };
        let bounds = match columns.get(2).map(Column::cells::<Strings>) {
            Some(None) => return Column::nulls(returns, context.rows),
            other => other.flatten(),
        };
        build_rows(context, returns, columns, |row, out| {
            let Some(precision) = one(&precisions, row)? else { return Ok(()) };
            let (coarsest, finest) = grid.precisions;
            if !(coarsest..=finest).contains(&precision) {
                return Err(Failure::illegal_argument(format!(
                    "Invalid {} precision of {precision}. Must be between {coarsest} and {finest}.",
                    grid.name
                )));
            }
            let within = match &bounds {
                None => None,
                Some(bounds) => match one(bounds, row)? {
                    None => return Ok(()),
                    Some(text) => Some(parse(text)?.extent()),
                },
            };
            for place in points.row(row).filter_map(parse_point) {
                let inside = within.is_none_or(|extent| {
                    extent.is_some_and(|e| {
                        (e.min_x..=e.max_x).contains(&place.x) && (e.min_y..=e.max_y).contains(&place.y)
                    })
                });
                if let (true, Some(cell)) = (inside, (grid.cell)(place, precision)) {
                    out.push_str(&cell);
                }
            }
            Ok(())
        })
    }))
}

/// Texts and numbers as cells.
pub(in crate::scalar::spatial) fn convert(call: &Call<'_>) -> Result<Kernel, BuildError> {
    let returns = call.returns;
    let Some(grid) = of_type(returns) else { return Err(BuildError("no grid".to_owned())) };
    Ok(match call.types[0] {
        DataType::Long => each1_as::<Longs, Result<String, Failure>>(returns, move |number| {
            (grid.of_number)(number).ok_or_else(|| failure(grid, &number.to_string()))
        }),
        t if t.is_string() => each1_as::<Strings, Result<String, Failure>>(returns, move |name| {
            let number = (grid.number)(name).ok_or_else(|| failure(grid, name))?;
            (grid.of_number)(number).ok_or_else(|| failure(grid, name))
        }),
        _ => Box::new(move |_, columns| columns[0].clone().with_type(returns)),
    })
}

fn failure(grid: &Grid, name: &str) -> Failure {
    Failure::illegal_argument(format!("[{name}] is no {} cell", grid.name))
}

/// The areas of cells.
pub(in crate::scalar::spatial) fn to_shape(grid: &'static Grid) -> Kernel {
    each1_as::<Strings, Result<String, Failure>>(DataType::GeoShape, move |name| {
        (grid.shape)(name).map(|shape| shape.to_string()).ok_or_else(|| failure(grid, name))
    })
}

/// Whether some point of one side lies in some cell of the other.
pub(in crate::scalar::spatial) fn relation(call: &Call<'_>, wanted: bool) -> Option<Kernel> {
    let (cells_at, grid) = (0..2).find_map(|at| Some((at, of_type(call.types[at])?)))?;
    Some(Box::new(move |context, columns| {
        let (Some(cells), Some(points)) =
            (columns[cells_at].cells::<Strings>(), columns[1 - cells_at].cells::<Strings>())
        else {
            return Column::nulls(DataType::Boolean, context.rows);
        };
        build_rows(context, DataType::Boolean, columns, |row, out| {
            if cells.range(row).is_empty() || points.range(row).is_empty() {
                return Ok(());
            }
            let mut found = false;
            for cell in cells.row(row) {
                let precision = (grid.precision)(cell).ok_or_else(|| failure(grid, cell))?;
                found |= points
                    .row(row)
                    .filter_map(parse_point)
                    .any(|place| (grid.cell)(place, precision).as_deref() == Some(cell));
            }
            out.push_bool(found == wanted);
            Ok(())
        })
    }))
}

use quarry_types::DataType;

use super::convert::kernel;
use super::grid;
use super::shapes::GEO;
use crate::definition::accept::{GRID, STRING};
use crate::{Category, Evaluation, Example, Parameter, Returns, ScalarFunction, Signature};

/// `TO_GEOSHAPE`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "to_geoshape",
    aliases: &[],
    category: Category::Spatial,
    summary: "The shape on Earth that a text spells.",
    details: "Well-known text, or the area of a cell of a grid. Applied to each value of a list; one that can't be read is left out, with a warning.",
    parameters: &[Parameter { name: "field", description: "The text, or a value of the type already." }],
    signatures: &[Signature::new(&[GEO.or(GRID).or(STRING)], Returns::Always(DataType::GeoShape))],
    examples: &[Example {
        query: r#"ROW x = TO_GEOSHAPE("LINESTRING(0 0, 1 2)")"#,
        result: "LINESTRING (0.0 0.0, 1.0 2.0)",
    }],
    evaluation: Evaluation::Kernel(
        |call| Ok(grid::of_type(call.types[0]).map_or_else(|| kernel(call), grid::to_shape)),
    ),
};

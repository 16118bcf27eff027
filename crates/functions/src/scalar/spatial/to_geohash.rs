use quarry_types::DataType;

use super::grid::convert;
use crate::definition::TypeSet;
use crate::definition::accept::{LONG, STRING};
use crate::{Category, Evaluation, Example, Parameter, Returns, ScalarFunction, Signature};

const CELL: TypeSet = TypeSet::of(&[DataType::Geohash]);

/// `TO_GEOHASH`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "to_geohash",
    aliases: &[],
    category: Category::Spatial,
    summary: "The cell of the geohash grid with a name or number.",
    details: "Applied to each value of a list; what is no cell is left out, with a warning.",
    parameters: &[Parameter { name: "field", description: "The name, the number as TO_LONG gives it, or a cell." }],
    signatures: &[Signature::new(&[CELL.or(STRING).or(LONG)], Returns::Always(DataType::Geohash))],
    examples: &[Example { query: r#"ROW x = TO_GEOHASH("u3bu")"#, result: "u3bu" }],
    evaluation: Evaluation::Kernel(convert),
};

use quarry_types::DataType;

use super::shapes::{GEOMETRY, each};
use crate::definition::accept::SPATIAL;
use crate::{Category, Evaluation, Example, Returns, ScalarFunction, Signature};

/// `ST_GEOMETRYTYPE`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "st_geometrytype",
    aliases: &[],
    category: Category::Spatial,
    summary: "The kind of a point or shape, such as `ST_Point`.",
    details: "Applied to each value of a list.",
    parameters: GEOMETRY,
    signatures: &[Signature::new(&[SPATIAL], Returns::Always(DataType::Keyword))],
    examples: &[Example {
        query: r#"ROW x = ST_GEOMETRYTYPE(TO_GEOSHAPE("LINESTRING(0 0, 3 2)"))"#,
        result: "ST_LineString",
    }],
    evaluation: Evaluation::Kernel(|_| Ok(each(DataType::Keyword, |shape| shape.kind().to_owned()))),
};

use quarry_types::DataType;

use super::shapes::{GEOMETRY, each};
use crate::definition::accept::SPATIAL;
use crate::wkt::Geometry;
use crate::{Category, Evaluation, Example, Failure, Returns, ScalarFunction, Signature};

/// `ST_ENVELOPE`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "st_envelope",
    aliases: &[],
    category: Category::Spatial,
    summary: "The rectangle around a shape; a point is its own.",
    details: "Applied to each value of a list. Null with a warning where the shape is empty.",
    parameters: GEOMETRY,
    signatures: &[Signature::new(&[SPATIAL], Returns::With(|types| shape_of(types[0])))],
    examples: &[Example {
        query: r#"ROW x = ST_ENVELOPE(TO_GEOSHAPE("LINESTRING(0 0, 3 2)"))"#,
        result: "BBOX (0.0, 3.0, 2.0, 0.0)",
    }],
    evaluation: Evaluation::Kernel(|call| Ok(each(call.returns, envelope))),
};

fn shape_of(data_type: DataType) -> DataType {
    match data_type {
        DataType::CartesianPoint | DataType::CartesianShape => DataType::CartesianShape,
        _ => DataType::GeoShape,
    }
}

fn envelope(shape: &Geometry) -> Result<String, Failure> {
    match (shape, shape.extent()) {
        (Geometry::Point(Some(_)), _) => Ok(shape.to_string()),
        (_, Some(extent)) => Ok(extent.to_string()),
        (_, None) => Err(Failure::illegal_argument("Cannot determine envelope of geometry")),
    }
}

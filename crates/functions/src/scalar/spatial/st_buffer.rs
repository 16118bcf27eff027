use quarry_types::DataType;

use super::buffer::buffer;
use super::shapes::{CARTESIAN, GEO, with_number};
use crate::definition::accept::SIGNED;
use crate::{Category, Evaluation, Example, Parameter, Returns, ScalarFunction, Signature};

/// `ST_BUFFER`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "st_buffer",
    aliases: &[],
    category: Category::Spatial,
    summary: "All that lies within a distance of a shape.",
    details: "The distance is in the units of the coordinates, degrees on Earth. A quarter of a circle has eight corners. \
              Below zero areas shrink; places and lines have no area then, nor with a distance of zero.",
    parameters: &[
        Parameter { name: "geometry", description: "The point or shape; a list is taken as one shape." },
        Parameter { name: "distance", description: "The distance." },
    ],
    signatures: &[
        Signature::new(&[GEO, SIGNED], Returns::Always(DataType::GeoShape)),
        Signature::new(&[CARTESIAN, SIGNED], Returns::Always(DataType::CartesianShape)),
    ],
    examples: &[Example {
        query: r#"ROW x = ST_ENVELOPE(ST_BUFFER(TO_CARTESIANPOINT("POINT(1 2)"), 0.5))"#,
        result: "BBOX (0.5, 1.5, 2.5, 1.5)",
    }],
    evaluation: Evaluation::Kernel(|call| Ok(with_number(call.returns, buffer))),
};

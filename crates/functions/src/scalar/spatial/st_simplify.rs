use super::shapes::{SIMPLIFICATION, SIMPLIFIED, with_number};
use super::simplify::simplify;
use crate::{Category, Evaluation, Example, Failure, ScalarFunction};

/// `ST_SIMPLIFY`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "st_simplify",
    aliases: &[],
    category: Category::Spatial,
    summary: "A shape without the places that a straight line passes close by.",
    details: "An area that collapses is empty. Points stay as they are.",
    parameters: SIMPLIFIED,
    signatures: &SIMPLIFICATION,
    examples: &[Example {
        query: r#"ROW x = ST_SIMPLIFY(TO_CARTESIANSHAPE("LINESTRING(0 0, 1 0.1, 2 0)"), 0.5)"#,
        result: "LINESTRING (0.0 0.0, 2.0 0.0)",
    }],
    evaluation: Evaluation::Kernel(|call| {
        Ok(with_number(call.returns, |shapes, tolerance| {
            if tolerance < 0.0 {
                return Err(Failure::illegal_argument("tolerance must not be negative"));
            }
            let simple: Vec<String> =
                shapes.iter().map(|shape| simplify(shape, tolerance, false).to_string()).collect();
            Ok(simple)
        }))
    }),
};

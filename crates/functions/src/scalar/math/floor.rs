use super::round::unless_whole;
use crate::definition::accept::NUMERIC;
use crate::{Category, Evaluation, Example, Returns, ScalarFunction, Signature};

/// `FLOOR`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "floor",
    aliases: &[],
    category: Category::Math,
    summary: "The number rounded down to a whole one.",
    details: "Of the type of the number; numbers of the whole types are left as they are, lists of them too.",
    parameters: super::double::NUMBER,
    signatures: &[Signature::new(&[NUMERIC], Returns::Argument(0))],
    examples: &[Example { query: "ROW x = FLOOR(1.8), y = FLOOR(-1.2)", result: "1.0 | -2.0" }],
    evaluation: Evaluation::Kernel(|call| Ok(unless_whole(call, f64::floor))),
};

#[cfg(test)]
mod tests {
    use quarry_types::{DataType, Value};

    use crate::testing::call;

    #[test]
    fn whole_numbers_pass_through() {
        let list = Value::List(vec![1.into(), 2.into()]);
        assert_eq!(call("floor", &[(DataType::Integer, list.clone())]).unwrap(), (list, vec![]));
        let doubles = Value::List(vec![1.5.into(), 2.0.into()]);
        assert_eq!(call("floor", &[(DataType::Double, doubles)]).unwrap().1.len(), 1);
    }
}

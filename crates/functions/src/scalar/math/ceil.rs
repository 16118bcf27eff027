use super::round::unless_whole;
use crate::definition::accept::NUMERIC;
use crate::{Category, Evaluation, Example, Returns, ScalarFunction, Signature};

/// `CEIL`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "ceil",
    aliases: &[],
    category: Category::Math,
    summary: "The number rounded up to a whole one.",
    details: "Of the type of the number; numbers of the whole types are left as they are, lists of them too.",
    parameters: super::double::NUMBER,
    signatures: &[Signature::new(&[NUMERIC], Returns::Argument(0))],
    examples: &[Example { query: "ROW x = CEIL(1.2), y = CEIL(-1.8)", result: "2.0 | -1.0" }],
    evaluation: Evaluation::Kernel(|call| Ok(unless_whole(call, f64::ceil))),
};

#[cfg(test)]
mod tests {
    use quarry_types::{DataType, Value};

    use crate::testing::call;

    #[test]
    fn whole_numbers_pass_through() {
        let list = Value::List(vec![1.into(), 2.into()]);
        assert_eq!(call("ceil", &[(DataType::Integer, list.clone())]).unwrap(), (list, vec![]));
        let doubles = Value::List(vec![1.5.into(), 2.0.into()]);
        assert_eq!(call("ceil", &[(DataType::Double, doubles)]).unwrap().1.len(), 1);
    }
}

use quarry_types::{Doubles, Integers, Layout, Longs};

use crate::definition::accept::NUMERIC;
use crate::lift::map1;
use crate::operator::arithmetic::{integer_overflow, long_overflow};
use crate::{Category, Evaluation, Example, Returns, ScalarFunction, Signature};

/// `ABS`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "abs",
    aliases: &[],
    category: Category::Math,
    summary: "The number without its sign.",
    details: "Of the type of the number. Unsigned numbers are left as they are, lists of them too. Null with a \
              warning for the smallest number of a type, whose opposite doesn't fit.",
    parameters: super::double::NUMBER,
    signatures: &[Signature::new(&[NUMERIC], Returns::Argument(0))],
    examples: &[Example { query: "ROW x = ABS(-3), y = ABS(0.5)", result: "3 | 0.5" }],
    evaluation: Evaluation::Kernel(|call| {
        Ok(match call.types[0].layout() {
            Layout::Int32 => map1::<Integers, _>(|x| x.checked_abs().ok_or_else(integer_overflow)),
            Layout::Int64 => map1::<Longs, _>(|x| x.checked_abs().ok_or_else(long_overflow)),
            Layout::Float64 => map1::<Doubles, _>(f64::abs),
            _ => Box::new(|_, columns| columns[0].clone()),
        })
    }),
};

#[cfg(test)]
mod tests {
    use quarry_types::{DataType, Value};

    use crate::testing::call;

    #[test]
    fn the_type_stays() {
        assert_eq!(call("abs", &[(DataType::Long, Value::Long(-5))]).unwrap().0, Value::Long(5));
        assert_eq!(call("abs", &[(DataType::Double, Value::Double(-0.5))]).unwrap().0, Value::Double(0.5));
        let list = Value::List(vec![Value::UnsignedLong(1), Value::UnsignedLong(u64::MAX)]);
        assert_eq!(call("abs", &[(DataType::UnsignedLong, list.clone())]).unwrap().0, list);
        let overflow = call("abs", &[(DataType::Integer, Value::Integer(i32::MIN))]).unwrap();
        assert_eq!(overflow, (Value::Null, vec!["java.lang.ArithmeticException: integer overflow".to_owned()]));
    }
}

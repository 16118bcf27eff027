use quarry_types::ColumnBuilder;

use super::kind::{Kind, Lookup, TWO_FIELDS, by_kind, of_two, pairs};
use crate::{Category, Evaluation, Example, Returns, ScalarFunction, Signature};

static SIGNATURES: [Signature; 18] = pairs(Returns::Argument(0));

/// `MV_DIFFERENCE`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "mv_difference",
    aliases: &[],
    category: Category::MultiValue,
    summary: "The values of the first list that the second doesn't have.",
    details: "Repetitions stay. Null counts as the empty list, and an empty result is null.",
    parameters: TWO_FIELDS,
    signatures: &SIGNATURES,
    examples: &[Example {
        query: "ROW x = [1, 2, 3, 3] | EVAL y = MV_DIFFERENCE(x, [2]) | KEEP y",
        result: "[1, 3, 3]",
    }],
    evaluation: Evaluation::Kernel(|call| {
        let data_type = call.types[0].common(call.types[1]).unwrap_or(call.types[0]);
        Ok(by_kind!(data_type, E => of_two::<E>(call.returns, difference::<E>)))
    }),
};

fn difference<'a, E: Kind>(a: &[E::Item<'a>], b: &[E::Item<'a>], out: &mut ColumnBuilder) {
    let left_out = Lookup::<E>::new(b);
    a.iter().filter(|value| !left_out.has(**value)).for_each(|value| E::push(out, *value));
}

#[cfg(test)]
mod tests {
    use quarry_types::{DataType, Value};

    use crate::testing::call;

    fn difference(a: &[i32], b: &[i32]) -> Value {
        let list = |values: &[i32]| Value::from_elements(values.iter().map(|n| Value::Integer(*n)).collect());
        call("mv_difference", &[(DataType::Integer, list(a)), (DataType::Integer, list(b))]).unwrap().0
    }

    #[test]
    fn repetitions_stay() {
        assert_eq!(difference(&[1, 1, 2, 3], &[2]), Value::List(vec![1.into(), 1.into(), 3.into()]));
        assert_eq!(difference(&[1, 2], &[1, 2, 3]), Value::Null);
        assert_eq!(difference(&[1], &[]), Value::Integer(1));
        assert_eq!(difference(&[], &[1]), Value::Null);
    }
}

use quarry_types::ColumnBuilder;

use super::kind::{Kind, TWO_FIELDS, by_kind, of_two, pairs};
use crate::{Category, Evaluation, Example, Returns, ScalarFunction, Signature};

static SIGNATURES: [Signature; 18] = pairs(Returns::Common(0));

/// `MV_APPEND`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "mv_append",
    aliases: &[],
    category: Category::MultiValue,
    summary: "The values of both lists, one after the other.",
    details: "Null as soon as one of them is null.",
    parameters: TWO_FIELDS,
    signatures: &SIGNATURES,
    examples: &[Example { query: "ROW x = [1, 2], y = 1 | EVAL z = MV_APPEND(x, y) | KEEP z", result: "[1, 2, 1]" }],
    evaluation: Evaluation::Kernel(|call| {
        let data_type = call.types[0].common(call.types[1]).unwrap_or(call.types[0]);
        Ok(by_kind!(data_type, E => of_two::<E>(call.returns, append::<E>)))
    }),
};

fn append<'a, E: Kind>(a: &[E::Item<'a>], b: &[E::Item<'a>], out: &mut ColumnBuilder) {
    if !a.is_empty() && !b.is_empty() {
        a.iter().chain(b).for_each(|value| E::push(out, *value));
    }
}

#[cfg(test)]
mod tests {
    use quarry_types::{DataType, Value};

    use crate::testing::call;

    fn append(a: &[i32], b: &[i32]) -> Value {
        let list = |values: &[i32]| Value::from_elements(values.iter().map(|n| Value::Integer(*n)).collect());
        call("mv_append", &[(DataType::Integer, list(a)), (DataType::Integer, list(b))]).unwrap().0
    }

    #[test]
    fn null_gives_null() {
        assert_eq!(append(&[1, 2], &[2]), Value::List(vec![1.into(), 2.into(), 2.into()]));
        assert_eq!(append(&[1], &[]), Value::Null);
    }
}

use quarry_types::ColumnBuilder;

use super::kind::{Kind, TWO_FIELDS, by_kind, of_two, pairs, push_distinct};
use crate::{Category, Evaluation, Example, Returns, ScalarFunction, Signature};

static SIGNATURES: [Signature; 18] = pairs(Returns::Common(0));

/// `MV_UNION`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "mv_union",
    aliases: &[],
    category: Category::MultiValue,
    summary: "The values that either list has.",
    details: "Each once, in the order in which they first occur. Null counts as the empty list.",
    parameters: TWO_FIELDS,
    signatures: &SIGNATURES,
    examples: &[Example { query: "ROW x = [1, 2] | EVAL y = MV_UNION(x, [2, 3]) | KEEP y", result: "[1, 2, 3]" }],
    evaluation: Evaluation::Kernel(|call| {
        let data_type = call.types[0].common(call.types[1]).unwrap_or(call.types[0]);
        Ok(by_kind!(data_type, E => of_two::<E>(call.returns, union::<E>)))
    }),
};

fn union<'a, E: Kind>(a: &[E::Item<'a>], b: &[E::Item<'a>], out: &mut ColumnBuilder) {
    let all: Vec<_> = a.iter().chain(b).copied().collect();
    push_distinct::<E>(&all, out);
}

#[cfg(test)]
mod tests {
    use quarry_types::{DataType, Value};

    use crate::testing::call;

    fn union(a: &[i32], b: &[i32]) -> Value {
        let list = |values: &[i32]| Value::from_elements(values.iter().map(|n| Value::Integer(*n)).collect());
        call("mv_union", &[(DataType::Integer, list(a)), (DataType::Integer, list(b))]).unwrap().0
    }

    #[test]
    fn each_value_comes_once() {
        assert_eq!(union(&[2, 1], &[3, 1]), Value::List(vec![2.into(), 1.into(), 3.into()]));
        assert_eq!(union(&[], &[3, 3]), Value::Integer(3));
        assert_eq!(union(&[], &[]), Value::Null);
    }
}

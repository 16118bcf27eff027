use quarry_types::ColumnBuilder;

use super::kind::{Kind, Lookup, TWO_FIELDS, by_kind, of_two, pairs, push_distinct};
use crate::{Category, Evaluation, Example, Returns, ScalarFunction, Signature};

static SIGNATURES: [Signature; 18] = pairs(Returns::Common(0));

/// `MV_INTERSECTION`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "mv_intersection",
    aliases: &[],
    category: Category::MultiValue,
    summary: "The values that both lists have.",
    details: "Each once, in the order of the first list; null where there is none.",
    parameters: TWO_FIELDS,
    signatures: &SIGNATURES,
    examples: &[Example {
        query: "ROW x = [1, 2, 3] | EVAL y = MV_INTERSECTION(x, [3, 4, 2]) | KEEP y",
        result: "[2, 3]",
    }],
    evaluation: Evaluation::Kernel(|call| {
        let data_type = call.types[0].common(call.types[1]).unwrap_or(call.types[0]);
        Ok(by_kind!(data_type, E => of_two::<E>(call.returns, intersection::<E>)))
    }),
};

fn intersection<'a, E: Kind>(a: &[E::Item<'a>], b: &[E::Item<'a>], out: &mut ColumnBuilder) {
    let known = Lookup::<E>::new(b);
    let common: Vec<_> = a.iter().copied().filter(|value| known.has(*value)).collect();
    push_distinct::<E>(&common, out);
}

#[cfg(test)]
mod tests {
    use quarry_types::{DataType, Value};

    use crate::testing::call;

    fn intersection(a: &[i32], b: &[i32]) -> Value {
        let list = |values: &[i32]| Value::from_elements(values.iter().map(|n| Value::Integer(*n)).collect());
        call("mv_intersection", &[(DataType::Integer, list(a)), (DataType::Integer, list(b))]).unwrap().0
    }

    #[test]
    fn common_values_come_once() {
        assert_eq!(intersection(&[3, 1, 2, 3], &[2, 3]), Value::List(vec![3.into(), 2.into()]));
        assert_eq!(intersection(&[1], &[2]), Value::Null);
        assert_eq!(intersection(&[1], &[]), Value::Null);
    }
}

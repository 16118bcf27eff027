use quarry_types::{ColumnBuilder, DataType};

use super::kind::{Kind, Lookup, TWO_FIELDS, by_kind, of_two, pairs};
use crate::{Category, Evaluation, Example, Returns, ScalarFunction, Signature};

static SIGNATURES: [Signature; 18] = pairs(Returns::Always(DataType::Boolean));

/// `MV_CONTAINS`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "mv_contains",
    aliases: &[],
    category: Category::MultiValue,
    summary: "Whether the first list has all values of the second.",
    details: "Null counts as the empty list, which every list contains; the result is never null.",
    parameters: TWO_FIELDS,
    signatures: &SIGNATURES,
    examples: &[Example {
        query: "ROW x = [1, 2, 3] | EVAL y = MV_CONTAINS(x, [3, 1]), z = MV_CONTAINS(x, 4) | KEEP y, z",
        result: "true | false",
    }],
    evaluation: Evaluation::Kernel(|call| {
        let data_type = call.types[0].common(call.types[1]).unwrap_or(call.types[0]);
        Ok(by_kind!(data_type, E => of_two::<E>(DataType::Boolean, contains::<E>)))
    }),
};

fn contains<'a, E: Kind>(a: &[E::Item<'a>], b: &[E::Item<'a>], out: &mut ColumnBuilder) {
    let known = Lookup::<E>::new(a);
    out.push_bool(b.iter().all(|value| known.has(*value)));
}

#[cfg(test)]
mod tests {
    use quarry_types::{DataType, Value};

    use crate::testing::call;

    fn contains(a: &[i32], b: &[i32]) -> Value {
        let list = |values: &[i32]| Value::from_elements(values.iter().map(|n| Value::Integer(*n)).collect());
        call("mv_contains", &[(DataType::Integer, list(a)), (DataType::Integer, list(b))]).unwrap().0
    }

    #[test]
    fn null_is_the_empty_list() {
        assert_eq!(contains(&[1, 2], &[2, 1, 1]), true.into());
        assert_eq!(contains(&[1, 2], &[3]), false.into());
        assert_eq!(contains(&[1], &[]), true.into());
        assert_eq!(contains(&[], &[]), true.into());
        assert_eq!(contains(&[], &[1]), false.into());
        let many: Vec<i32> = (0..100).collect();
        assert_eq!(contains(&many, &[99, 0, 50]), true.into());
        assert_eq!(contains(&many, &[100]), false.into());
    }
}

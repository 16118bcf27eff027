use quarry_types::{ColumnBuilder, DataType};

use super::kind::{Kind, Lookup, TWO_FIELDS, by_kind, of_two, pairs};
use crate::{Category, Evaluation, Example, Returns, ScalarFunction, Signature};

static SIGNATURES: [Signature; 18] = pairs(Returns::Always(DataType::Boolean));

/// `MV_INTERSECTS`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "mv_intersects",
    aliases: &[],
    category: Category::MultiValue,
    summary: "Whether both lists have a value in common.",
    details: "Null counts as the empty list; the result is never null.",
    parameters: TWO_FIELDS,
    signatures: &SIGNATURES,
    examples: &[Example {
        query: "ROW x = [1, 2, 3] | EVAL y = MV_INTERSECTS(x, [3, 4]), z = MV_INTERSECTS(x, 4) | KEEP y, z",
        result: "true | false",
    }],
    evaluation: Evaluation::Kernel(|call| {
        let data_type = call.types[0].common(call.types[1]).unwrap_or(call.types[0]);
        Ok(by_kind!(data_type, E => of_two::<E>(DataType::Boolean, intersects::<E>)))
    }),
};

fn intersects<'a, E: Kind>(a: &[E::Item<'a>], b: &[E::Item<'a>], out: &mut ColumnBuilder) {
    let known = Lookup::<E>::new(a);
    out.push_bool(b.iter().any(|value| known.has(*value)));
}

#[cfg(test)]
mod tests {
    use quarry_types::{DataType, Value};

    use crate::testing::call;

    fn intersects(a: &[i32], b: &[i32]) -> Value {
        let list = |values: &[i32]| Value::from_elements(values.iter().map(|n| Value::Integer(*n)).collect());
        call("mv_intersects", &[(DataType::Integer, list(a)), (DataType::Integer, list(b))]).unwrap().0
    }

    #[test]
    fn one_common_value_will_do() {
        assert_eq!(intersects(&[1, 2], &[2, 3]), true.into());
        assert_eq!(intersects(&[1, 2], &[3]), false.into());
        assert_eq!(intersects(&[], &[]), false.into());
    }
}

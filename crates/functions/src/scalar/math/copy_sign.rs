use quarry_types::{Doubles, Integers, Layout, Longs};

use super::double::widen;
use crate::definition::accept::SIGNED;
use crate::lift::map2;
use crate::operator::arithmetic::{integer_overflow, long_overflow};
use crate::{BuildError, Call, Category, Evaluation, Example, Kernel, Parameter, Returns, ScalarFunction, Signature};

/// `COPY_SIGN`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "copy_sign",
    aliases: &[],
    category: Category::Math,
    summary: "The first number with the sign of the second.",
    details: "Of the type of the first number.",
    parameters: &[
        Parameter { name: "magnitude", description: "The number whose size is taken." },
        Parameter { name: "sign", description: "The number whose sign is taken." },
    ],
    signatures: &[Signature::new(&[SIGNED, SIGNED], Returns::Argument(0))],
    examples: &[Example { query: "ROW x = COPY_SIGN(3, -0.5), y = COPY_SIGN(-2.5, 1)", result: "-3 | 2.5" }],
    evaluation: Evaluation::Kernel(build),
};

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    let kernel = match call.types[0].layout() {
        Layout::Int32 => map2::<Integers, Doubles, _>(|size, sign: f64| {
            if (size < 0) == sign.is_sign_negative() {
                Ok(size)
            } else {
                size.checked_neg().ok_or_else(integer_overflow)
            }
        }),
        Layout::Int64 => map2::<Longs, Doubles, _>(|size, sign: f64| {
            if (size < 0) == sign.is_sign_negative() { Ok(size) } else { size.checked_neg().ok_or_else(long_overflow) }
        }),
        _ => map2::<Doubles, Doubles, _>(f64::copysign),
    };
    Ok(Box::new(move |context, columns| kernel(context, &[columns[0].clone(), widen(&columns[1])])))
}

#[cfg(test)]
mod tests {
    use quarry_types::{DataType, Value};

    use crate::testing::call;

    #[test]
    fn the_type_of_the_first_number_stays() {
        let copy =
            |t: DataType, a: Value, sign: i32| call("copy_sign", &[(t, a), (DataType::Integer, sign.into())]).unwrap();
        assert_eq!(copy(DataType::Integer, 3.into(), -1).0, Value::Integer(-3));
        assert_eq!(copy(DataType::Long, Value::Long(-3), -1).0, Value::Long(-3));
        assert_eq!(copy(DataType::Double, 2.5.into(), -1).0, Value::Double(-2.5));
        assert_eq!(copy(DataType::Integer, i32::MIN.into(), 1).1.len(), 1);
    }
}

//! What `+ - * / %` have in common.

use quarry_types::{DataType, Doubles, Integers, Longs, UnsignedLongs, Value};

use crate::definition::accept::{SIGNED, UNSIGNED_LONG};
use crate::lift::map2;
use crate::{BuildError, Call, Failure, Kernel, Parameter, Returns, Signature};

pub(crate) const PARAMETERS: &[Parameter] = &[
    Parameter { name: "lhs", description: "The left operand." },
    Parameter { name: "rhs", description: "The right operand." },
];

/// Numbers widened to one type; unsigned longs among themselves.
pub(crate) const NUMBERS: [Signature; 2] = [
    Signature::new(&[SIGNED, SIGNED], Returns::Common(0)).unified(),
    Signature::new(&[UNSIGNED_LONG, UNSIGNED_LONG], Returns::Common(0)),
];

pub(crate) fn integer_overflow() -> Failure {
    Failure::arithmetic("integer overflow")
}

pub(crate) fn long_overflow() -> Failure {
    Failure::arithmetic("long overflow")
}

pub(crate) fn division_by_zero() -> Failure {
    Failure::arithmetic("/ by zero")
}

/// One operation over each number type.
pub(crate) struct Operation {
    pub(crate) integer: fn(i32, i32) -> Result<i32, Failure>,
    pub(crate) long: fn(i64, i64) -> Result<i64, Failure>,
    pub(crate) unsigned_long: fn(u64, u64) -> Result<u64, Failure>,
    pub(crate) double: fn(f64, f64) -> Result<f64, Failure>,
}

impl Operation {
    /// The kernel for the type that both operands were widened to.
    pub(crate) fn kernel(self, call: &Call<'_>) -> Result<Kernel, BuildError> {
        Ok(match call.returns {
            DataType::Integer => map2::<Integers, Integers, _>(self.integer),
            DataType::Long => map2::<Longs, Longs, _>(self.long),
            DataType::UnsignedLong => map2::<UnsignedLongs, UnsignedLongs, _>(self.unsigned_long),
            DataType::Double => map2::<Doubles, Doubles, _>(self.double),
            other => crate::lift::constant(other, Value::Null),
        })
    }
}

/// The date operand's place and the span operand's value, in a call that adds or subtracts a constant span.
pub(crate) fn date_and_span(call: &Call<'_>) -> Option<(usize, Value)> {
    let span = call.types.iter().position(|t| t.is_span())?;
    let value = call.constants.get(span)?.clone()?;
    Some((1 - span, value))
}

/// Nanoseconds since the epoch, where dates of nanoseconds reach.
fn nanos_in_range(nanos: Option<i64>) -> Result<i64, Failure> {
    nanos.filter(|nanos| *nanos >= 0).ok_or_else(|| Failure {
        class: "java.time.DateTimeException",
        message: "Date nanos out of range.  Must be between 1970-01-01T00:00:00Z and 2262-04-11T23:47:16.854775807"
            .to_owned(),
    })
}

/// Shifts dates by a constant span; `sign` is 1 or -1.
pub(crate) fn shift_kernel(call: &Call<'_>, date: usize, span: Value, sign: i64) -> Kernel {
    let returns = call.returns;
    let zone = call.settings.zone.clone();
    let nanos = returns == DataType::DateNanos;
    let shift = move |point: i64| -> Result<i64, Failure> {
        match &span {
            Value::TimeDuration(ms) => {
                let ms = sign.checked_mul(*ms).ok_or_else(long_overflow)?;
                if nanos {
                    return nanos_in_range(ms.checked_mul(1_000_000).and_then(|ns| point.checked_add(ns)));
                }
                point.checked_add(ms).ok_or_else(long_overflow)
            }
            Value::DatePeriod(period) => {
                let period = quarry_types::Period { months: sign * period.months, days: sign * period.days };
                if nanos {
                    let (ms, rest) = (point.div_euclid(1_000_000), point.rem_euclid(1_000_000));
                    let ms = crate::time::add_period(ms, period, &zone)?;
                    return nanos_in_range(ms.checked_mul(1_000_000).and_then(|ns| ns.checked_add(rest)));
                }
                crate::time::add_period(point, period, &zone)
            }
            _ => Ok(point),
        }
    };
    let kernel = crate::lift::map1_as::<Longs, _>(returns, shift);
    Box::new(move |context, columns| kernel(context, std::slice::from_ref(&columns[date])))
}

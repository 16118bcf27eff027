//! Operators. They are typed and computed like functions; the parser makes calls of them.

mod add;
mod and;
pub(crate) mod arithmetic;
pub(crate) mod comparison;
mod div;
mod equals;
mod greater_than;
mod greater_than_or_equal;
mod in_list;
mod is_not_null;
mod is_null;
mod less_than;
mod less_than_or_equal;
mod like;
mod logic;
mod modulo;
mod mul;
mod neg;
mod not;
mod not_equals;
mod or;
mod rlike;
mod sub;

use crate::ScalarFunction;

/// Every operator.
pub static ALL: &[&ScalarFunction] = &[
    &add::DEF,
    &and::DEF,
    &div::DEF,
    &equals::DEF,
    &greater_than::DEF,
    &greater_than_or_equal::DEF,
    &in_list::DEF,
    &is_not_null::DEF,
    &is_null::DEF,
    &less_than::DEF,
    &less_than_or_equal::DEF,
    &like::DEF,
    &modulo::DEF,
    &mul::DEF,
    &neg::DEF,
    &not::DEF,
    &not_equals::DEF,
    &or::DEF,
    &rlike::DEF,
    &sub::DEF,
];

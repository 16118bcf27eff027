//! Functions over numbers.

mod abs;
mod acos;
mod acosh;
mod asin;
mod asinh;
mod atan;
mod atan2;
mod atanh;
mod cbrt;
mod ceil;
mod copy_sign;
mod cos;
mod cosh;
pub(super) mod double;
mod e;
mod exp;
mod floor;
mod hypot;
mod log;
mod log10;
mod pi;
mod pow;
mod round;
mod round_to;
mod scalb;
mod signum;
mod sin;
mod sinh;
mod sqrt;
mod tan;
mod tanh;
mod tau;

use crate::ScalarFunction;

/// Every function of the chapter.
pub(super) static ALL: &[&ScalarFunction] = &[
    &abs::DEF,
    &acos::DEF,
    &acosh::DEF,
    &asin::DEF,
    &asinh::DEF,
    &atan::DEF,
    &atan2::DEF,
    &atanh::DEF,
    &cbrt::DEF,
    &ceil::DEF,
    &copy_sign::DEF,
    &cos::DEF,
    &cosh::DEF,
    &e::DEF,
    &exp::DEF,
    &floor::DEF,
    &hypot::DEF,
    &log::DEF,
    &log10::DEF,
    &pi::DEF,
    &pow::DEF,
    &round::DEF,
    &round_to::DEF,
    &scalb::DEF,
    &signum::DEF,
    &sin::DEF,
    &sinh::DEF,
    &sqrt::DEF,
    &tan::DEF,
    &tanh::DEF,
    &tau::DEF,
];

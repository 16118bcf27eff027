//! Functions of one row: a folder for each chapter of the documentation, in it one file for each function and one
//! list, in alphabetical order.

mod conditional;
pub mod conversion;
mod date;
mod extension;
mod ip;
mod math;
mod multi_value;
mod range;
pub mod search;
mod spatial;
mod string;

use crate::ScalarFunction;

/// Every scalar function, chapter by chapter.
pub static CHAPTERS: &[&[&ScalarFunction]] = &[
    conditional::ALL,
    conversion::ALL,
    date::ALL,
    extension::ALL,
    ip::ALL,
    math::ALL,
    multi_value::ALL,
    range::ALL,
    search::ALL,
    spatial::ALL,
    string::ALL,
];

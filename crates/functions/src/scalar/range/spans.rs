//! What the functions over ranges have in common.

use quarry_types::range::{Range, parse_dates, parse_doubles};
use quarry_types::{DataType, Doubles, Element, Longs, Strings};

use crate::definition::TypeSet;
use crate::definition::accept::{DATE, DOUBLE};
use crate::lift::map2_as;
use crate::{Call, Failure, Kernel, Parameter, Returns, Signature};

pub(super) const DATE_RANGE: TypeSet = TypeSet::of(&[DataType::DateRange]);
pub(super) const DOUBLE_RANGE: TypeSet = TypeSet::of(&[DataType::DoubleRange]);

const BOOL: Returns = Returns::Always(DataType::Boolean);
const DATES: TypeSet = DATE.or(DATE_RANGE);
const DOUBLES: TypeSet = DOUBLE.or(DOUBLE_RANGE);

/// A range, and what lies in it.
pub(super) static CONTAINING: [Signature; 2] =
    [Signature::new(&[DATE_RANGE, DATES], BOOL), Signature::new(&[DOUBLE_RANGE, DOUBLES], BOOL)];
/// What lies in a range, and the range.
pub(super) static CONTAINED: [Signature; 2] =
    [Signature::new(&[DATES, DATE_RANGE], BOOL), Signature::new(&[DOUBLES, DOUBLE_RANGE], BOOL)];
/// Ranges and values in any order.
pub(super) static EITHER: [Signature; 2] =
    [Signature::new(&[DATES, DATES], BOOL), Signature::new(&[DOUBLES, DOUBLES], BOOL)];

pub(super) const TWO_RANGES: &[Parameter] = &[
    Parameter { name: "left", description: "A range, or a single date or double." },
    Parameter { name: "right", description: "Another of the same kind." },
];

/// The range of dates that a column holds as text.
pub(super) fn dates(text: &str) -> Result<Range<i64>, Failure> {
    parse_dates(text).ok_or_else(|| failure(text, "date_range"))
}

/// The range of doubles that a column holds as text.
pub(super) fn doubles(text: &str) -> Result<Range<f64>, Failure> {
    parse_doubles(text).ok_or_else(|| failure(text, "double_range"))
}

fn failure(text: &str, kind: &str) -> Failure {
    Failure::illegal_argument(format!("Cannot parse [{text}] as a {kind}, expected [from..to]"))
}

/// A value as the range of nothing else.
fn single_date(ms: i64) -> Result<Range<i64>, Failure> {
    Ok((ms, ms.saturating_add(1)))
}

fn single_double(n: f64) -> Result<Range<f64>, Failure> {
    Ok((n, n.next_up()))
}

/// A kernel that compares two ranges; single values are ranges too.
pub(super) fn relation(
    call: &Call<'_>,
    of_dates: fn(Range<i64>, Range<i64>) -> bool,
    of_doubles: fn(Range<f64>, Range<f64>) -> bool,
) -> Kernel {
    use DataType::{Date, DateRange, Double, DoubleRange};
    match (call.types[0], call.types[1]) {
        (Date, Date) => compare::<Longs, Longs, i64>(single_date, single_date, of_dates),
        (Date, _) => compare::<Longs, Strings, i64>(single_date, dates, of_dates),
        (DateRange, Date) => compare::<Strings, Longs, i64>(dates, single_date, of_dates),
        (DateRange, _) => compare::<Strings, Strings, i64>(dates, dates, of_dates),
        (Double, Double) => compare::<Doubles, Doubles, f64>(single_double, single_double, of_doubles),
        (Double, _) => compare::<Doubles, Strings, f64>(single_double, doubles, of_doubles),
        (DoubleRange, Double) => compare::<Strings, Doubles, f64>(doubles, single_double, of_doubles),
        _ => compare::<Strings, Strings, f64>(doubles, doubles, of_doubles),
    }
}

fn compare<A: Element, B: Element, T: 'static>(
    left: impl for<'a> Fn(A::Item<'a>) -> Result<Range<T>, Failure> + Send + Sync + 'static,
    right: impl for<'a> Fn(B::Item<'a>) -> Result<Range<T>, Failure> + Send + Sync + 'static,
    holds: fn(Range<T>, Range<T>) -> bool,
) -> Kernel {
    map2_as::<A, B, Result<bool, Failure>>(DataType::Boolean, move |a, b| Ok(holds(left(a)?, right(b)?)))
}

/// Whether all of `a` lies in `b`.
pub(super) fn within<T: PartialOrd>(a: Range<T>, b: Range<T>) -> bool {
    b.0 <= a.0 && a.1 <= b.1
}

/// Whether something lies in both.
pub(super) fn overlap<T: PartialOrd>(a: Range<T>, b: Range<T>) -> bool {
    a.0 < b.1 && b.0 < a.1
}

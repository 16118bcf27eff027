//! Functions over spans of dates and numbers.

mod range_contains;
mod range_intersects;
mod range_max;
mod range_min;
mod range_within;
mod spans;
mod to_date_range;
mod to_double_range;
mod to_range;

use crate::ScalarFunction;

/// Every function of the chapter.
pub(super) static ALL: &[&ScalarFunction] = &[
    &range_contains::DEF,
    &range_intersects::DEF,
    &range_max::DEF,
    &range_min::DEF,
    &range_within::DEF,
    &to_date_range::DEF,
    &to_double_range::DEF,
    &to_range::DEF,
];

#[cfg(test)]
mod tests {
    use quarry_types::{DataType, Value};

    use crate::testing::call;

    const JANUARY: &str = "2024-01-01T00:00:00.000Z..2024-02-01T00:00:00.000Z";
    const FIRST: i64 = 1_704_067_200_000;
    const DAY: i64 = 86_400_000;

    fn relation(name: &str, a: (DataType, Value), b: (DataType, Value)) -> Value {
        call(name, &[a, b]).unwrap().0
    }

    #[test]
    fn a_range_ends_before_its_end() {
        let january = || (DataType::DateRange, Value::from(JANUARY));
        for (at, expected) in
            [(FIRST, true), (FIRST - 1, false), (FIRST + 31 * DAY - 1, true), (FIRST + 31 * DAY, false)]
        {
            let date = || (DataType::Date, Value::Date(at));
            assert_eq!(relation("range_contains", january(), date()), expected.into(), "{at}");
            assert_eq!(relation("range_within", date(), january()), expected.into(), "{at}");
            assert_eq!(relation("range_intersects", date(), january()), expected.into(), "{at}");
            assert_eq!(relation("range_intersects", january(), date()), expected.into(), "{at}");
        }
    }

    #[test]
    fn ranges_lie_in_ranges() {
        let range = |text: &str| (DataType::DoubleRange, Value::from(text));
        for (a, b, within, intersects) in [
            ("1.0..2.0", "1.0..2.0", true, true),
            ("1.0..2.0", "0.0..3.0", true, true),
            ("0.0..2.0", "1.0..3.0", false, true),
            ("0.0..1.0", "1.0..3.0", false, false),
        ] {
            assert_eq!(relation("range_within", range(a), range(b)), within.into(), "{a} {b}");
            assert_eq!(relation("range_contains", range(b), range(a)), within.into(), "{a} {b}");
            assert_eq!(relation("range_intersects", range(a), range(b)), intersects.into(), "{a} {b}");
        }
        let same = relation("range_intersects", (DataType::Double, 1.0.into()), (DataType::Double, 1.0.into()));
        assert_eq!(same, true.into());
    }

    #[test]
    fn texts_that_are_no_ranges_are_told_of() {
        let (value, warnings) = call("to_date_range", &[(DataType::Keyword, "2024..x".into())]).unwrap();
        assert_eq!(value, Value::Null);
        assert_eq!(warnings.len(), 1);
        assert_eq!(
            call("range_max", &[(DataType::DateRange, JANUARY.into())]).unwrap().0,
            Value::Date(FIRST + 31 * DAY)
        );
        assert_eq!(
            call("to_range", &[(DataType::Double, 2.0.into()), (DataType::Double, 1.0.into())]).unwrap().1.len(),
            1
        );
    }
}

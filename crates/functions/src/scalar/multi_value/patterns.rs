//! What MV_LIKE and MV_RLIKE have in common.

use quarry_types::{Column, DataType, Strings};

use crate::lift::build_rows;
use crate::{BuildError, Call, Failure, Kernel};

/// A compiled pattern.
pub(super) type Test = Box<dyn Fn(&str) -> bool + Send + Sync>;

/// Whether any value passes the test of the pattern; false for null. A constant pattern is compiled once.
pub(super) fn any_matches(call: &Call<'_>, compile: fn(&str) -> Result<Test, String>) -> Result<Kernel, BuildError> {
    let constant: Option<Test> = match call.constant_str(1) {
        Some(pattern) => Some(compile(pattern).map_err(BuildError)?),
        None => None,
    };
    Ok(Box::new(move |context, columns| {
        let (Some(values), Some(patterns)) = (columns[0].cells::<Strings>(), columns[1].cells::<Strings>()) else {
            return Column::constant(DataType::Boolean, &false.into(), context.rows);
        };
        let mut last: Option<(&str, Test)> = None;
        build_rows(context, DataType::Boolean, &columns[..2], |row, out| {
            let found = match (&constant, patterns.range(row).len()) {
                (Some(test), _) => values.row(row).any(test),
                (None, 0) => false,
                (None, 1) => {
                    let pattern = patterns.element(patterns.range(row).start);
                    if last.as_ref().is_none_or(|(known, _)| *known != pattern) {
                        last = Some((pattern, compile(pattern).map_err(Failure::illegal_argument)?));
                    }
                    last.as_ref().is_some_and(|(_, test)| values.row(row).any(test))
                }
                (None, _) => return Err(Failure::multi_value()),
            };
            out.push_bool(found);
            Ok(())
        })
    }))
}

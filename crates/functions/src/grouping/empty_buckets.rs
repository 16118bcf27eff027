//! The option `include_empty_buckets` of BUCKET and TBUCKET: all buckets between two ends, also those without rows.

use std::sync::Arc;

use jiff::tz::TimeZone;
use quarry_types::{Column, ColumnBuilder, DataType, Value};

use super::bucket;
use crate::time::Truncation;
use crate::{BuildError, Call};

/// The option's name, which is the only one there is.
const OPTION: &str = "include_empty_buckets";

/// The starts of all buckets between two ends.
#[derive(Clone, Debug)]
pub struct EmptyBuckets {
    size: Size,
    data_type: DataType,
}

#[derive(Clone, Debug)]
enum Size {
    Dates { cut: Truncation, from: i64, to: i64, zone: TimeZone },
    Numbers { size: f64, from: f64, to: f64 },
}

impl EmptyBuckets {
    /// The starts in order; `None` where there are more than `most`.
    #[must_use]
    pub fn starts(&self, most: usize) -> Option<Column> {
        let mut starts = ColumnBuilder::new(self.data_type);
        let mut count = 0usize;
        let mut room = || {
            count += 1;
            (count <= most).then_some(())
        };
        match &self.size {
            Size::Dates { cut, from, to, zone } => {
                let scale = if self.data_type == DataType::DateNanos { 1_000_000 } else { 1 };
                let mut at = cut.floor(*from, zone);
                while at < *to {
                    room()?;
                    starts.push_i64(at.saturating_mul(scale));
                    starts.finish_row();
                    let next = cut.next(at, zone);
                    if next <= at {
                        break;
                    }
                    at = next;
                }
            }
            Size::Numbers { size, from, to } => {
                // Counted, not added up, so that a start is the very number that rows get.
                let mut at = (from / size).floor();
                while at * size < *to {
                    room()?;
                    starts.push_f64(at * size);
                    starts.finish_row();
                    if at + 1.0 <= at {
                        break;
                    }
                    at += 1.0;
                }
            }
        }
        Some(starts.finish())
    }
}

/// What a call asks for; `field` is the place of what is cut, `size` that of the number of buckets.
///
/// # Errors
/// An option is unknown or isn't a boolean, or there are no two ends to lie between.
pub(super) fn of(call: &Call<'_>, field: usize, size: usize) -> Result<Option<Arc<EmptyBuckets>>, BuildError> {
    if !wanted(call)? {
        return Ok(None);
    }
    if call.types.len() < 4 {
        return Err(BuildError(format!("[{OPTION}] in [{}] needs both ends of the range", call.source)));
    }
    let data_type = call.types[field];
    let zone = &call.settings.zone;
    let constant = |index| crate::aggregate::state::constant(call, index);
    let found = if data_type.is_date() {
        let (Some((from, to)), Some(count)) = (bucket::ends(call, size + 1, zone)?, constant(size)?.as_i64()) else {
            return Ok(None);
        };
        let cut = bucket::finest_between(count, from, to, zone);
        EmptyBuckets { size: Size::Dates { cut, from, to, zone: zone.clone() }, data_type }
    } else {
        let [count, from, to] = [size, size + 1, size + 2].map(|index| constant(index).map(Value::as_f64));
        let (Some(count), Some(from), Some(to)) = (count?, from?, to?) else { return Ok(None) };
        let size = bucket::rounded_size(count, from, to);
        if !(size.is_finite() && size > 0.0) {
            return Ok(None);
        }
        EmptyBuckets { size: Size::Numbers { size, from, to }, data_type: DataType::Double }
    };
    Ok(Some(Arc::new(found)))
}

fn wanted(call: &Call<'_>) -> Result<bool, BuildError> {
    let mut wanted = false;
    for (name, value) in call.options {
        if name != OPTION {
            return Err(BuildError(format!(
                "Invalid option [{name}] in [{}], expected one of [{OPTION}]",
                call.source
            )));
        }
        let Value::Boolean(value) = value else {
            return Err(BuildError(format!(
                "Invalid option [{name}] in [{}], expected a [BOOLEAN] value, found [{value}]",
                call.source
            )));
        };
        wanted = *value;
    }
    Ok(wanted)
}

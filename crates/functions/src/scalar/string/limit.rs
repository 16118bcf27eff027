//! How large a computed string may become.

use crate::Failure;

const MOST_BYTES: usize = 1 << 20;

/// Refuses a length that is too large.
pub(super) fn limited(bytes: usize) -> Result<(), Failure> {
    if bytes > MOST_BYTES {
        return Err(Failure::illegal_argument(format!(
            "Creating strings longer than [{MOST_BYTES}] bytes is not supported"
        )));
    }
    Ok(())
}

/// A number of repetitions.
pub(super) fn times(number: i32) -> Result<usize, Failure> {
    usize::try_from(number)
        .map_err(|_| Failure::illegal_argument(format!("Number parameter cannot be negative, found [{number}]")))
}

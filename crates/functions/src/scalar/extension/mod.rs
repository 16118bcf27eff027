//! Functions that only this engine has; its views need them.

mod java_map_string;
mod try_ip;

use crate::ScalarFunction;

/// Every function of the chapter.
pub(super) static ALL: &[&ScalarFunction] = &[&java_map_string::DEF, &try_ip::DEF];

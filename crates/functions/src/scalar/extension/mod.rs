//! Functions that only this engine has; its views need them.

mod ip_place;
mod java_map_string;
mod try_ip;
mod user_agent_part;

use crate::ScalarFunction;

/// Every function of the chapter.
pub(super) static ALL: &[&ScalarFunction] =
    &[&ip_place::DEF, &java_map_string::DEF, &try_ip::DEF, &user_agent_part::DEF];

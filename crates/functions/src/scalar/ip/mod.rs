//! Functions over addresses.

mod block;
mod cidr_match;
mod ip_prefix;
mod network_direction;

use crate::ScalarFunction;

/// Every function of the chapter.
pub(super) static ALL: &[&ScalarFunction] = &[&cidr_match::DEF, &ip_prefix::DEF, &network_direction::DEF];

//! Functions over strings.

mod amount;
mod bit_length;
mod byte_length;
mod chunk;
mod chunking;
mod concat;
mod contains;
mod ends_with;
mod fmt_bytes;
mod fmt_bytes_si;
mod fmt_duration;
mod fmt_percent;
mod from_base64;
mod hash;
mod json_extract;
mod left;
mod length;
mod limit;
mod locate;
mod ltrim;
mod md5;
mod repeat;
mod replace;
mod reverse;
mod right;
mod rtrim;
mod sha1;
mod sha256;
mod space;
mod split;
mod starts_with;
mod substring;
mod to_base64;
mod to_lower;
mod to_upper;
mod trim;
mod url_decode;
mod url_encode;
mod url_encode_component;

use crate::ScalarFunction;

/// Every function of the chapter.
pub(super) static ALL: &[&ScalarFunction] = &[
    &bit_length::DEF,
    &byte_length::DEF,
    &chunk::DEF,
    &concat::DEF,
    &contains::DEF,
    &ends_with::DEF,
    &fmt_bytes::DEF,
    &fmt_bytes_si::DEF,
    &fmt_duration::DEF,
    &fmt_percent::DEF,
    &from_base64::DEF,
    &hash::DEF,
    &json_extract::DEF,
    &left::DEF,
    &length::DEF,
    &locate::DEF,
    &ltrim::DEF,
    &md5::DEF,
    &repeat::DEF,
    &replace::DEF,
    &reverse::DEF,
    &right::DEF,
    &rtrim::DEF,
    &sha1::DEF,
    &sha256::DEF,
    &space::DEF,
    &split::DEF,
    &starts_with::DEF,
    &substring::DEF,
    &to_base64::DEF,
    &to_lower::DEF,
    &to_upper::DEF,
    &trim::DEF,
    &url_decode::DEF,
    &url_encode::DEF,
    &url_encode_component::DEF,
];

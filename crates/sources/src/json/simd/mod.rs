//! The places of a text's tokens, found 64 bytes at a time.
//!
//! This is the only module of the workspace that holds `unsafe` code. Where the processor lacks the instructions,
//! [`index`] and [`object_end`] say so, and the callers read byte by byte.

#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code)]
mod avx2;

/// What is known of a stretch of text beside the places of its tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Indexed {
    /// Where the first byte is that no string may hold, or the first escape that is none; the length of the text where
    /// there is none. Tokens before it are what they seem.
    pub(crate) clean_to: usize,
}

/// Where an object or array ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ObjectEnd {
    /// The index after its bracket.
    pub(crate) end: usize,
    /// The line ends in it.
    pub(crate) lines: usize,
}

/// Writes where the tokens of `bytes` begin into `positions`, in order: each bracket outside strings, the opening quote of
/// each string, the first byte of anything else that is no white space, colon or comma; with
/// `line_ends` each line end outside strings too. `bytes` must begin outside a
/// string and be shorter than 4 GiB. `None` where this machine can't.
pub(crate) fn index(bytes: &[u8], line_ends: bool, positions: &mut Vec<u32>) -> Option<Indexed> {
    positions.clear();
    if u32::try_from(bytes.len()).is_err() {
        return None;
    }
    #[cfg(target_arch = "x86_64")]
    if available() {
        // SAFETY: the processor has the instructions that the function is compiled for.
        #[allow(unsafe_code)]
        return Some(unsafe {
            if line_ends { avx2::index::<true>(bytes, positions) } else { avx2::index::<false>(bytes, positions) }
        });
    }
    None
}

/// Where the object or array that `bytes` begin with ends, by its brackets alone: nothing in it is checked. `None` where
/// it doesn't end, or this machine can't tell.
pub(crate) fn object_end(bytes: &[u8]) -> Option<ObjectEnd> {
    #[cfg(target_arch = "x86_64")]
    if available() {
        // SAFETY: the processor has the instructions that the function is compiled for.
        #[allow(unsafe_code)]
        return unsafe { avx2::object_end(bytes) };
    }
    let _ = bytes;
    None
}

#[cfg(target_arch = "x86_64")]
fn available() -> bool {
    is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("pclmulqdq")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("popcnt")
}

#[cfg(test)]
mod tests;

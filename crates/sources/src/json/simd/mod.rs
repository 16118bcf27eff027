//! The places of a text's tokens, found 64 bytes at a time.
//!
//! This is the only module of the workspace that holds `unsafe` code. Where the processor lacks the instructions,
//! [`index`] and [`object_end`] say so, and the callers read byte by byte.

#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code)]
mod avx2;

/// Bytes that are looked at together.
pub(crate) const BLOCK: usize = 64;

/// What 64 bytes hold: a bit for each byte, the lowest for the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Marks {
    /// Where tokens begin: each bracket outside strings, the opening quote of each string, the first byte of anything else
    /// that is no white space, colon or comma; line ends outside strings too, where they are asked for.
    pub(crate) tokens: u64,
    /// Opening brackets, and line ends that are tokens.
    pub(crate) open: u64,
    /// Closing brackets, and line ends that are tokens.
    pub(crate) close: u64,
    /// Which of the brackets are square. Says nothing of other bytes.
    pub(crate) square: u64,
}

impl Marks {
    /// Forgets all but the first `bytes`, fewer than 64.
    pub(crate) fn keep(&mut self, bytes: usize) {
        let kept = (1 << bytes) - 1;
        self.tokens &= kept;
        self.open &= kept;
        self.close &= kept;
    }
}

/// What is known of a stretch of text beside its marks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Indexed {
    /// Where the first byte is that no string may hold, or the first escape that is none; the length of the text where
    /// there is none. Tokens before it are what they seem.
    pub(crate) clean_to: usize,
}

/// Writes the marks of `bytes` into `marks`, for each 64 bytes of them. `bytes` must begin outside a string. `None` where
/// this machine can't.
pub(crate) fn index(bytes: &[u8], line_ends: bool, marks: &mut Vec<Marks>) -> Option<Indexed> {
    marks.clear();
    #[cfg(target_arch = "x86_64")]
    if available() {
        // SAFETY: the processor has the instructions that the function is compiled for.
        #[allow(unsafe_code)]
        return Some(unsafe {
            if line_ends { avx2::index::<true>(bytes, marks) } else { avx2::index::<false>(bytes, marks) }
        });
    }
    None
}

/// An object or array that was passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Passed {
    /// The block that it ends in.
    pub(crate) block: usize,
    /// The index after its bracket, counted from the beginning of the block.
    pub(crate) end: usize,
    /// The tokens of the block that come after it.
    pub(crate) left: u64,
}

/// Passes over the object or array that begins with the lowest bit of `tokens`, which are of the block with this number,
/// by its brackets alone. Of curly and of square brackets as many must be closed as are opened, and not more than `most`
/// may be open at a time. `None` where that isn't so, a line ends before, the marks do, or this machine can't.
#[inline]
pub(crate) fn pass_over(marks: &[Marks], block: usize, tokens: u64, most: usize) -> Option<Passed> {
    #[cfg(target_arch = "x86_64")]
    if available() {
        // SAFETY: the processor has the instructions that the function is compiled for.
        #[allow(unsafe_code)]
        return unsafe { avx2::pass_over(marks, block, tokens, most) };
    }
    let _ = (marks, block, tokens, most);
    None
}

/// Where an object or array ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ObjectEnd {
    /// The index after its bracket.
    pub(crate) end: usize,
    /// Whether there may be a backslash in it.
    pub(crate) backslash: bool,
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

/// `bytes` as text, if they are UTF-8. Most logs are ASCII, which is found out at several times the speed of
/// [`std::str::from_utf8`].
pub(crate) fn text(bytes: &[u8]) -> Option<&str> {
    #[cfg(target_arch = "x86_64")]
    if available() {
        // SAFETY: the processor has the instructions that the function is compiled for.
        #[allow(unsafe_code)]
        if unsafe { avx2::is_ascii(bytes) } {
            // SAFETY: ASCII is UTF-8.
            #[allow(unsafe_code)]
            return Some(unsafe { std::str::from_utf8_unchecked(bytes) });
        }
    }
    std::str::from_utf8(bytes).ok()
}

#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn available() -> bool {
    is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("pclmulqdq")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("popcnt")
}

#[cfg(test)]
mod tests;

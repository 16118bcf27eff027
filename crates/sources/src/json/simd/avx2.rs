use std::arch::x86_64::{
    __m256i, _mm_clmulepi64_si128, _mm_cvtsi128_si64, _mm_set_epi64x, _mm_set1_epi8, _mm256_cmpeq_epi8,
    _mm256_loadu_si256, _mm256_min_epu8, _mm256_movemask_epi8, _mm256_or_si256, _mm256_set1_epi8, _mm256_setr_epi8,
    _mm256_shuffle_epi8, _mm256_slli_epi16,
};

use super::{Indexed, ObjectEnd};

/// Bytes that are looked at together.
const BLOCK: usize = 64;

/// 64 bytes.
#[derive(Clone, Copy)]
struct Block(__m256i, __m256i);

impl Block {
    /// The 64 bytes from `at` on; past the end of `bytes` there is white space.
    #[inline]
    #[target_feature(enable = "avx2,pclmulqdq,bmi1,popcnt")]
    fn load(bytes: &[u8], at: usize) -> Self {
        let mut tail = [b' '; BLOCK];
        let whole = match bytes.get(at..at + BLOCK) {
            Some(whole) => whole,
            None => {
                let rest = bytes.get(at..).unwrap_or_default();
                tail[..rest.len()].copy_from_slice(rest);
                &tail
            }
        };
        // SAFETY: `whole` has 64 bytes, and the loads need no alignment.
        unsafe { Self(_mm256_loadu_si256(whole.as_ptr().cast()), _mm256_loadu_si256(whole.as_ptr().add(32).cast())) }
    }

    /// A bit for each byte that is the same in `self` and `other`.
    #[inline]
    #[target_feature(enable = "avx2,pclmulqdq,bmi1,popcnt")]
    fn same(self, other: Self) -> u64 {
        let low = _mm256_movemask_epi8(_mm256_cmpeq_epi8(self.0, other.0)) as u32;
        let high = _mm256_movemask_epi8(_mm256_cmpeq_epi8(self.1, other.1)) as u32;
        u64::from(low) | u64::from(high) << 32
    }

    #[inline]
    #[target_feature(enable = "avx2,pclmulqdq,bmi1,popcnt")]
    fn is(self, byte: u8) -> u64 {
        let byte = _mm256_set1_epi8(byte as i8);
        self.same(Self(byte, byte))
    }

    /// With bit 5 set in each byte, which makes square brackets curly.
    #[inline]
    #[target_feature(enable = "avx2,pclmulqdq,bmi1,popcnt")]
    fn curly(self) -> Self {
        let bit = _mm256_set1_epi8(0x20);
        Self(_mm256_or_si256(self.0, bit), _mm256_or_si256(self.1, bit))
    }

    /// A bit for each byte that has bit 6 set: brackets have it, colons and commas don't.
    #[inline]
    #[target_feature(enable = "avx2,pclmulqdq,bmi1,popcnt")]
    fn letters(self) -> u64 {
        let low = _mm256_movemask_epi8(_mm256_slli_epi16::<1>(self.0)) as u32;
        let high = _mm256_movemask_epi8(_mm256_slli_epi16::<1>(self.1)) as u32;
        u64::from(low) | u64::from(high) << 32
    }

    /// The bytes of `table` that the low four bits of each byte point to.
    #[inline]
    #[target_feature(enable = "avx2,pclmulqdq,bmi1,popcnt")]
    fn look_up(self, table: __m256i) -> Self {
        Self(_mm256_shuffle_epi8(table, self.0), _mm256_shuffle_epi8(table, self.1))
    }

    /// Control characters: bytes below 0x20.
    #[inline]
    #[target_feature(enable = "avx2,pclmulqdq,bmi1,popcnt")]
    fn controls(self) -> u64 {
        let most = _mm256_set1_epi8(0x1F);
        self.same(Self(_mm256_min_epu8(self.0, most), _mm256_min_epu8(self.1, most)))
    }
}

/// What goes on from one block to the next.
#[derive(Default)]
struct Carry {
    /// Whether the next byte is escaped by a backslash.
    escaped: u64,
    /// All ones inside a string.
    in_string: u64,
}

/// The quotes of a block that begin or end strings, the bytes inside strings (the opening quote among them, the closing
/// one not), and the bytes after a backslash.
struct Strings {
    quotes: u64,
    inside: u64,
    escaped: u64,
}

impl Carry {
    #[inline]
    #[target_feature(enable = "avx2,pclmulqdq,bmi1,popcnt")]
    fn strings(&mut self, block: Block) -> Strings {
        let escaped = self.escaped_bytes(block.is(b'\\'));
        let quotes = block.is(b'"') & !escaped;
        // Multiplying by all ones without carries makes each bit the parity of those up to it.
        let product = _mm_clmulepi64_si128(_mm_set_epi64x(0, quotes as i64), _mm_set1_epi8(-1), 0);
        let inside = _mm_cvtsi128_si64(product) as u64 ^ self.in_string;
        self.in_string = ((inside as i64) >> 63) as u64;
        Strings { quotes, inside, escaped }
    }

    /// The bytes that a backslash escapes, which may be backslashes themselves.
    #[inline]
    fn escaped_bytes(&mut self, mut slashes: u64) -> u64 {
        let mut escaped = std::mem::take(&mut self.escaped);
        slashes &= !escaped;
        while slashes != 0 {
            let slash = slashes & slashes.wrapping_neg();
            escaped |= slash << 1;
            self.escaped = slash >> 63;
            slashes &= !(slash | slash << 1);
        }
        escaped
    }
}

#[target_feature(enable = "avx2,pclmulqdq,bmi1,popcnt")]
pub(super) fn index<const LINE_ENDS: bool>(bytes: &[u8], positions: &mut Vec<u32>) -> Indexed {
    let marks = _mm256_setr_epi8(
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, b':' as i8, b'{' as i8, b',' as i8, b'}' as i8, 0, 0, //
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, b':' as i8, b'{' as i8, b',' as i8, b'}' as i8, 0, 0,
    );
    // A place that can't equal the byte that points to it stands for no white space.
    let spaces = _mm256_setr_epi8(
        b' ' as i8,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        b'\t' as i8,
        b'\n' as i8,
        0,
        0,
        b'\r' as i8,
        0,
        0, //
        b' ' as i8,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        b'\t' as i8,
        b'\n' as i8,
        0,
        0,
        b'\r' as i8,
        0,
        0,
    );
    positions.reserve(bytes.len() + BLOCK);
    let mut carry = Carry::default();
    let mut in_other = 0;
    let mut clean_to = bytes.len();
    let mut at = 0;
    while at < bytes.len() {
        let block = Block::load(bytes, at);
        let Strings { quotes, inside, escaped } = carry.strings(block);
        let mark = block.curly().same(block.look_up(marks));
        let space = block.same(block.look_up(spaces));
        // What is neither: strings, numbers, words. Each begins one token; a quote begins one wherever it is.
        let other = !(mark | space);
        let follows = (other & !quotes) << 1 | in_other;
        in_other = (other & !quotes) >> 63;
        let line_ends = if LINE_ENDS { block.is(b'\n') } else { 0 };
        let tokens = (mark & block.letters() | other & !follows | line_ends) & !(inside ^ quotes);
        let doubtful = block.controls() & inside;
        if clean_to == bytes.len() && (doubtful | escaped & inside) != 0 {
            clean_to = first_doubt(bytes, at, doubtful, escaped & inside).unwrap_or(bytes.len());
        }
        write(positions, at as u32, tokens);
        at += BLOCK;
    }
    Indexed { clean_to }
}

/// Appends `at` plus the place of each bit. There must be room for [`BLOCK`] places.
#[inline]
#[target_feature(enable = "avx2,pclmulqdq,bmi1,popcnt")]
fn write(positions: &mut Vec<u32>, at: u32, mut bits: u64) {
    const TOGETHER: usize = 4;
    let count = bits.count_ones() as usize;
    let length = positions.len();
    let spare = positions.spare_capacity_mut();
    let mut written = 0;
    // Several at a time, some of them for nothing, is faster than asking after each.
    while written < count {
        let Some(places) = spare.get_mut(written..written + TOGETHER) else { return };
        for place in places {
            place.write(at.wrapping_add(bits.trailing_zeros()));
            bits &= bits.wrapping_sub(1);
        }
        written += TOGETHER;
    }
    // SAFETY: the first `count` places after the length were written above.
    unsafe { positions.set_len(length + count) };
}

/// The first control character, or the first escape that is none, of a block in which there are control characters or
/// escapes in strings.
#[inline(never)]
fn first_doubt(bytes: &[u8], at: usize, controls: u64, mut escaped: u64) -> Option<usize> {
    let control = (controls != 0).then(|| at + controls.trailing_zeros() as usize);
    while escaped != 0 {
        let place = at + escaped.trailing_zeros() as usize;
        escaped &= escaped - 1;
        let good = match bytes.get(place) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => true,
            Some(b'u') => bytes.get(place + 1..place + 5).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit)),
            _ => false,
        };
        if !good {
            return Some(control.map_or(place, |control| control.min(place)));
        }
    }
    control
}

#[target_feature(enable = "avx2,pclmulqdq,bmi1,popcnt")]
pub(super) fn object_end(bytes: &[u8]) -> Option<ObjectEnd> {
    let mut carry = Carry::default();
    let (mut depth, mut lines) = (0_usize, 0);
    let mut at = 0;
    while at < bytes.len() {
        let block = Block::load(bytes, at);
        let Strings { inside, .. } = carry.strings(block);
        let curly = block.curly();
        let opening = curly.is(b'{') & !inside;
        let mut closing = curly.is(b'}') & !inside;
        let closed = closing.count_ones() as usize;
        let ends = block.is(b'\n');
        if closed >= depth {
            for nth in 1..=closed {
                let place = closing.trailing_zeros();
                closing &= closing - 1;
                let before = (1 << place) - 1;
                if depth + (opening & before).count_ones() as usize == nth {
                    lines += (ends & before).count_ones() as usize;
                    return Some(ObjectEnd { end: at + place as usize + 1, lines });
                }
            }
        }
        depth = (depth + opening.count_ones() as usize).saturating_sub(closed);
        lines += ends.count_ones() as usize;
        at += BLOCK;
    }
    None
}

use std::arch::x86_64::{
    __m256i, _mm_clmulepi64_si128, _mm_cvtsi128_si64, _mm_set_epi64x, _mm_set1_epi8, _mm256_cmpeq_epi8,
    _mm256_loadu_si256, _mm256_min_epu8, _mm256_movemask_epi8, _mm256_or_si256, _mm256_set1_epi8, _mm256_setr_epi8,
    _mm256_setzero_si256, _mm256_shuffle_epi8, _mm256_slli_epi16,
};

use super::{BLOCK, Indexed, Marks, ObjectEnd, Passed};

/// 64 bytes.
#[derive(Clone, Copy)]
struct Block(__m256i, __m256i);

impl Block {
    /// The 64 bytes from `at` on; past the end of `bytes` there is white space.
    #[inline]
    #[target_feature(enable = "avx2,pclmulqdq,bmi1,popcnt")]
    fn load(bytes: &[u8], at: usize) -> Self {
        let Some(whole) = bytes.get(at..at + BLOCK) else { return Self::load_tail(bytes, at) };
        // SAFETY: `whole` has 64 bytes, and the loads need no alignment.
        unsafe { Self(_mm256_loadu_si256(whole.as_ptr().cast()), _mm256_loadu_si256(whole.as_ptr().add(32).cast())) }
    }

    /// The bytes from `at` on, fewer than 64, and white space after them.
    #[cold]
    #[inline(never)]
    #[target_feature(enable = "avx2,pclmulqdq,bmi1,popcnt")]
    fn load_tail(bytes: &[u8], at: usize) -> Self {
        let mut tail = [b' '; BLOCK];
        let rest = bytes.get(at..).unwrap_or_default();
        tail[..rest.len()].copy_from_slice(rest);
        // SAFETY: `tail` has 64 bytes, and the loads need no alignment.
        unsafe { Self(_mm256_loadu_si256(tail.as_ptr().cast()), _mm256_loadu_si256(tail.as_ptr().add(32).cast())) }
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

    /// A bit for each byte in which the bit that `LEFT` shifts make the highest is set.
    #[inline]
    #[target_feature(enable = "avx2,pclmulqdq,bmi1,popcnt")]
    fn bit<const LEFT: i32>(self) -> u64 {
        let low = _mm256_movemask_epi8(_mm256_slli_epi16::<LEFT>(self.0)) as u32;
        let high = _mm256_movemask_epi8(_mm256_slli_epi16::<LEFT>(self.1)) as u32;
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

    /// Whether there is a backslash or a control character.
    #[inline]
    #[target_feature(enable = "avx2,pclmulqdq,bmi1,popcnt")]
    fn is_special(self) -> bool {
        let slash = _mm256_set1_epi8(b'\\' as i8);
        let slashes = _mm256_or_si256(_mm256_cmpeq_epi8(self.0, slash), _mm256_cmpeq_epi8(self.1, slash));
        let least = _mm256_min_epu8(self.0, self.1);
        let controls = _mm256_cmpeq_epi8(_mm256_min_epu8(least, _mm256_set1_epi8(0x1F)), least);
        _mm256_movemask_epi8(_mm256_or_si256(slashes, controls)) != 0
    }
}

/// What is rare in a block: a bit for each byte.
#[derive(Clone, Copy, Default)]
struct Rare {
    /// Bytes after a backslash.
    escaped: u64,
    controls: u64,
    /// Line ends, carriage returns and tabs.
    spaces: u64,
    line_ends: u64,
}

/// What goes on from one block to the next.
#[derive(Default)]
struct Carry {
    /// Whether the next byte is escaped by a backslash.
    escaped: u64,
    /// All ones inside a string.
    in_string: u64,
}

impl Carry {
    /// What is rare in the block at `at`.
    #[inline]
    #[target_feature(enable = "avx2,pclmulqdq,bmi1,popcnt")]
    fn rare(&mut self, block: Block, bytes: &[u8], at: usize) -> Rare {
        if self.escaped == 0 && !block.is_special() {
            return Rare::default();
        }
        let (rare, escaped) = look_closer(bytes, at, self.escaped);
        self.escaped = escaped;
        rare
    }

    /// The bytes inside strings, the opening quote among them, the closing one not.
    #[inline]
    #[target_feature(enable = "avx2,pclmulqdq,bmi1,popcnt")]
    fn inside(&mut self, quotes: u64) -> u64 {
        // Multiplying by all ones without carries makes each bit the parity of those up to it.
        let product = _mm_clmulepi64_si128(_mm_set_epi64x(0, quotes as i64), _mm_set1_epi8(-1), 0);
        let inside = _mm_cvtsi128_si64(product) as u64 ^ self.in_string;
        self.in_string = ((inside as i64) >> 63) as u64;
        inside
    }
}

/// What is rare in the block at `at`, and what of it goes on; the block is loaded anew, so that none of the registers of
/// the way that is taken nearly always has to be saved.
#[cold]
#[inline(never)]
#[target_feature(enable = "avx2,pclmulqdq,bmi1,popcnt")]
fn look_closer(bytes: &[u8], at: usize, mut carried: u64) -> (Rare, u64) {
    let block = Block::load(bytes, at);
    let escaped = escaped_bytes(block.is(b'\\'), &mut carried);
    let line_ends = block.is(b'\n');
    let spaces = line_ends | block.is(b'\r') | block.is(b'\t');
    (Rare { escaped, controls: block.controls(), spaces, line_ends }, carried)
}

/// The bytes that a backslash escapes, which may be backslashes themselves.
#[inline]
fn escaped_bytes(mut slashes: u64, carried: &mut u64) -> u64 {
    let mut escaped = std::mem::take(carried);
    slashes &= !escaped;
    while slashes != 0 {
        let slash = slashes & slashes.wrapping_neg();
        escaped |= slash << 1;
        *carried = slash >> 63;
        slashes &= !(slash | slash << 1);
    }
    escaped
}

#[target_feature(enable = "avx2,pclmulqdq,bmi1,popcnt")]
pub(super) fn index<const LINE_ENDS: bool>(bytes: &[u8], marks: &mut Vec<Marks>) -> Indexed {
    // Brackets as `Block::curly` makes them, and what stands between tokens, each at the place that its low four bits
    // tell. Some control characters look like one of them; whoever reads the bytes between tokens sees them.
    let table = _mm256_setr_epi8(
        b' ' as i8, 0, 0, 0, 0, 0, 0, 0, 0, 0, b':' as i8, b'{' as i8, b',' as i8, b'}' as i8, 0, 0, //
        b' ' as i8, 0, 0, 0, 0, 0, 0, 0, 0, 0, b':' as i8, b'{' as i8, b',' as i8, b'}' as i8, 0, 0,
    );
    let blocks = bytes.len().div_ceil(BLOCK);
    marks.reserve(blocks);
    let mut carry = Carry::default();
    // Whether the last byte belongs to a token that is no bracket or string.
    let mut in_word = 0;
    let mut clean_to = bytes.len();
    for (number, place) in marks.spare_capacity_mut().iter_mut().take(blocks).enumerate() {
        let at = number * BLOCK;
        let block = Block::load(bytes, at);
        let rare = carry.rare(block, bytes, at);
        let quotes = block.is(b'"') & !rare.escaped;
        let inside = carry.inside(quotes);
        let between = block.curly().same(block.look_up(table)) | rare.spaces;
        // What is none of them: strings, numbers, words. Each begins one token; a quote begins one wherever it is.
        let word = !(between | quotes);
        let follows = word << 1 | in_word;
        in_word = word >> 63;
        let outside = !(inside ^ quotes);
        let line_ends = if LINE_ENDS { rare.line_ends & outside } else { 0 };
        let brackets = between & block.bit::<1>() & outside;
        let closing = block.bit::<5>();
        let (doubtful, escaped) = (rare.controls & inside, rare.escaped & inside);
        if (doubtful | escaped) != 0 && clean_to == bytes.len() {
            clean_to = first_doubt(bytes, at, doubtful, escaped).unwrap_or(bytes.len());
        }
        place.write(Marks {
            tokens: brackets | line_ends | !(between | follows) & outside,
            open: brackets & !closing | line_ends,
            close: brackets & closing | line_ends,
            square: !block.bit::<2>(),
        });
    }
    // SAFETY: they were written above, one for each block.
    unsafe { marks.set_len(blocks) };
    Indexed { clean_to }
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
pub(super) fn is_ascii(bytes: &[u8]) -> bool {
    let mut seen = _mm256_setzero_si256();
    let mut at = 0;
    // The last block may overlap the one before it, which is faster than filling up a shorter one.
    let last = bytes.len().saturating_sub(BLOCK);
    loop {
        let block = Block::load(bytes, at);
        seen = _mm256_or_si256(seen, _mm256_or_si256(block.0, block.1));
        if at == last {
            return _mm256_movemask_epi8(seen) == 0;
        }
        at = (at + BLOCK).min(last);
    }
}

#[target_feature(enable = "avx2,pclmulqdq,bmi1,popcnt")]
pub(super) fn pass_over(marks: &[Marks], mut block: usize, tokens: u64, most: usize) -> Option<Passed> {
    // From the bracket on.
    let mut here = (tokens & tokens.wrapping_neg()).wrapping_neg();
    // Of those that are open, so many are square.
    let (mut open, mut square) = (0_u32, 0_u32);
    loop {
        let marks = marks.get(block)?;
        let (opening, closing) = (marks.open & here, marks.close & here);
        let closed = closing.count_ones();
        if opening != 0 && closing != 0 || closed >= open {
            let mut brackets = opening | closing;
            while brackets != 0 {
                let bracket = brackets & brackets.wrapping_neg();
                brackets ^= bracket;
                let is_square = u32::from(marks.square & bracket != 0);
                if closing & bracket == 0 {
                    open += 1;
                    square += is_square;
                    if open as usize > most {
                        return None;
                    }
                    continue;
                }
                if opening & bracket != 0 {
                    return None;
                }
                open = open.checked_sub(1)?;
                square = square.checked_sub(is_square)?;
                if square > open {
                    return None;
                }
                if open == 0 {
                    let left = marks.tokens & !(bracket | (bracket - 1));
                    return Some(Passed { block, end: bracket.trailing_zeros() as usize + 1, left });
                }
            }
        } else if closing == 0 {
            open += opening.count_ones();
            square += (opening & marks.square).count_ones();
            if open as usize > most {
                return None;
            }
        } else {
            open -= closed;
            square = square.checked_sub((closing & marks.square).count_ones())?;
            if square > open {
                return None;
            }
        }
        block += 1;
        here = u64::MAX;
    }
}

#[target_feature(enable = "avx2,pclmulqdq,bmi1,popcnt")]
pub(super) fn object_end(bytes: &[u8]) -> Option<ObjectEnd> {
    let mut carry = Carry::default();
    let (mut depth, mut escaped) = (0_usize, 0);
    let mut at = 0;
    while at < bytes.len() {
        let block = Block::load(bytes, at);
        let rare = carry.rare(block, bytes, at);
        let inside = carry.inside(block.is(b'"') & !rare.escaped);
        escaped |= rare.escaped;
        let curly = block.curly();
        let opening = curly.is(b'{') & !inside;
        let mut closing = curly.is(b'}') & !inside;
        let closed = closing.count_ones() as usize;
        if closed >= depth {
            for nth in 1..=closed {
                let place = closing.trailing_zeros();
                closing &= closing - 1;
                let before = (1 << place) - 1;
                if depth + (opening & before).count_ones() as usize == nth {
                    return Some(ObjectEnd { end: at + place as usize + 1, backslash: escaped != 0 });
                }
            }
        }
        depth = (depth + opening.count_ones() as usize).saturating_sub(closed);
        at += BLOCK;
    }
    None
}

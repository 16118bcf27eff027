//! Summaries of many values in little space: how many distinct ones there are, and where the quantiles lie.

mod digest;
mod hyperloglog;

pub(crate) use digest::Digest;
pub(crate) use hyperloglog::Distinct;

/// Scrambles a number so that all bits depend on all bits: the finishing step of MurmurHash3.
#[inline]
pub(crate) fn mix(mut hash: u64) -> u64 {
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}

const MULTIPLIERS: (u64, u64) = (0x87c3_7b91_1142_53d5, 0x4cf5_ad43_2745_937f);

/// The first half of the 128-bit MurmurHash3 of `bytes`, with seed 0: the hash that approximate counts of the
/// reference rest on, so that they err the same way.
pub(crate) fn murmur(bytes: &[u8]) -> u64 {
    let (mut low, mut high) = (0u64, 0u64);
    let (blocks, tail) = bytes.as_chunks::<16>();
    for block in blocks {
        let word = u128::from_le_bytes(*block);
        low = (low ^ scramble_low(word as u64)).rotate_left(27).wrapping_add(high);
        low = low.wrapping_mul(5).wrapping_add(0x52dc_e729);
        high = (high ^ scramble_high((word >> 64) as u64)).rotate_left(31).wrapping_add(low);
        high = high.wrapping_mul(5).wrapping_add(0x3849_5ab5);
    }
    let mut padded = [0; 16];
    padded[..tail.len()].copy_from_slice(tail);
    let word = u128::from_le_bytes(padded);
    // Zeros scramble to zero, so that a missing half changes nothing.
    high ^= scramble_high((word >> 64) as u64);
    low ^= scramble_low(word as u64);
    low ^= bytes.len() as u64;
    high ^= bytes.len() as u64;
    low = low.wrapping_add(high);
    high = high.wrapping_add(low);
    mix(low).wrapping_add(mix(high))
}

fn scramble_low(word: u64) -> u64 {
    word.wrapping_mul(MULTIPLIERS.0).rotate_left(31).wrapping_mul(MULTIPLIERS.1)
}

fn scramble_high(word: u64) -> u64 {
    word.wrapping_mul(MULTIPLIERS.1).rotate_left(33).wrapping_mul(MULTIPLIERS.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_published_one() {
        assert_eq!(murmur(b""), 0);
        assert_eq!(murmur(b"hello"), 0xcbd8_a7b3_41bd_9b02);
        assert_eq!(murmur(b"The quick brown fox jumps over the lazy dog"), 0xe34b_bc7b_bc07_1b6c);
    }
}

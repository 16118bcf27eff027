use std::cell::RefCell;
use std::io::{self, BufRead};

use flate2::bufread::GzDecoder;
use libdeflater::{DecompressionError, Decompressor};
use memchr::memmem;

use super::members::Member;

const MAGIC: &[u8] = &[0x1F, 0x8B, 0x08];

/// Deflate can't make more of a byte.
const MOST_PER_BYTE: usize = 1032;

thread_local! {
    static DECOMPRESSOR: RefCell<Decompressor> = RefCell::new(Decompressor::new());
}

/// Whether another member seems to begin here: the bytes after the method are those that most tools write. Chance makes
/// as much of it once in so many gigabytes; the method alone it makes every 16 MB.
fn is_usual_header(bytes: &[u8]) -> bool {
    let (flags, how, system) = (bytes.get(3), bytes.get(8), bytes.get(9));
    flags.is_none_or(|flags| flags & 0xE0 == 0)
        && how.is_none_or(|how| matches!(how, 0 | 2 | 4))
        && system.is_none_or(|system| matches!(system, 0..=13 | 255))
}

/// Whether the first member of `packed`, which makes `length` bytes, may end before one of the others that seem to begin
/// somewhere: its trailer, which tells that length, would stand before that one and the zeros in front of it.
fn ends_early(packed: &[u8], length: usize) -> bool {
    let told = (length as u32).to_le_bytes();
    memmem::find_iter(&packed[1..], MAGIC).any(|at| {
        let before = &packed[..=at];
        let zeros = before.iter().rev().take_while(|byte| **byte == 0).count();
        (0..=zeros).any(|zeros| before[..before.len() - zeros].ends_with(&told))
    })
}

/// Decompresses one gzip member into `plain`; gives it back where that isn't possible within `limit` bytes, or where
/// there may be several members. The fast decoder can't tell where a member ends.
pub(crate) fn whole(packed: &[u8], mut plain: Vec<u8>, limit: usize) -> Result<Vec<u8>, Vec<u8>> {
    let Some(size) = packed.len().checked_sub(4).filter(|n| *n > 14) else { return Err(plain) };
    if memmem::find_iter(&packed[1..], MAGIC).any(|at| is_usual_header(&packed[at + 1..])) {
        return Err(plain);
    }
    // The trailer says how long the text is, but need not be right.
    let told = packed[size..].try_into().map_or(0, u32::from_le_bytes) as usize;
    let mut room = told.min(packed.len().saturating_mul(MOST_PER_BYTE)).max(64);
    loop {
        if room > limit {
            return Err(plain);
        }
        if plain.capacity() < room {
            // New memory is zero already, and there is nothing to keep of the old.
            plain = vec![0; room];
        } else if plain.len() < room {
            plain.resize(room, 0);
        }
        let result = DECOMPRESSOR.with_borrow_mut(|d| d.gzip_decompress(packed, &mut plain));
        match result {
            Ok(length) if length == told && !ends_early(packed, length) => {
                plain.truncate(length);
                return Ok(plain);
            }
            Err(DecompressionError::InsufficientSpace) => room = plain.len().max(room) * 2,
            // Broken or cut off: bit by bit, what is good of it can still be read.
            Ok(_) | Err(DecompressionError::BadData) => return Err(plain),
        }
    }
}

impl<R: BufRead> Member<R> for GzDecoder<R> {
    const NAME: &'static str = "gzip";
    const MAGIC: &'static [u8] = &[0x1F];

    fn open(reader: R) -> io::Result<Self> {
        Ok(GzDecoder::new(reader))
    }

    fn into_reader(self) -> R {
        self.into_inner()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn packed(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::none());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn a_member_that_only_looks_like_two_is_read_whole() {
        let text = [b"before ", MAGIC, &[0xFF; 20]].concat();
        assert_eq!(whole(&packed(&text), Vec::new(), 1 << 20), Ok(text));
    }

    #[test]
    fn members_of_one_length_with_odd_headers_are_two() {
        let first = packed(b"first");
        let mut second = packed(b"other");
        // How hard the compressor tried, as no tool tells it.
        second[8] = 99;
        for zeros in 0..5 {
            let both = [&first[..], &vec![0; zeros], &second].concat();
            assert!(whole(&both, Vec::new(), 1 << 20).is_err(), "{zeros} zeros");
        }
        assert_eq!(whole(&second, Vec::new(), 1 << 20), Ok(b"other".to_vec()));
    }
}

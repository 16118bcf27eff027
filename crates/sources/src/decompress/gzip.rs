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

/// Decompresses one gzip member into `plain`; gives it back where that isn't possible within `limit` bytes, or where
/// there may be several members. The fast decoder can't tell where a member ends.
pub(crate) fn whole(packed: &[u8], mut plain: Vec<u8>, limit: usize) -> Result<Vec<u8>, Vec<u8>> {
    let Some(size) = packed.len().checked_sub(4).filter(|n| *n > 14) else { return Err(plain) };
    if memmem::find(&packed[3..], MAGIC).is_some() {
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
            Ok(length) if length == told => {
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

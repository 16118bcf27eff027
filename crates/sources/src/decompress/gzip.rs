use std::cell::RefCell;
use std::io::{self, BufRead, Read};

use flate2::bufread::GzDecoder;
use libdeflater::{DecompressionError, Decompressor};
use memchr::memmem;

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
        if plain.len() < room {
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

/// Decompresses gzip members one after the other.
pub(crate) struct Members<R> {
    member: Option<GzDecoder<R>>,
}

impl<R: BufRead> Members<R> {
    /// Over the members in `reader`.
    pub(crate) fn new(reader: R) -> Self {
        Self { member: Some(GzDecoder::new(reader)) }
    }
}

impl<R: BufRead> Read for Members<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            let Some(member) = &mut self.member else { return Ok(0) };
            let got = match member.read(buffer) {
                Ok(got) => got,
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                    self.member = None;
                    return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "truncated gzip"));
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => return Err(error),
                Err(error) => {
                    self.member = None;
                    return Err(io::Error::new(error.kind(), format!("damaged gzip: {error}")));
                }
            };
            if got > 0 {
                return Ok(got);
            }
            let Some(member) = self.member.take() else { return Ok(0) };
            let mut reader = member.into_inner();
            // Tapes and some tools pad with zeros.
            loop {
                let zeros = match reader.fill_buf()? {
                    [] => return Ok(0),
                    bytes => bytes.iter().take_while(|b| **b == 0).count(),
                };
                if zeros == 0 {
                    break;
                }
                reader.consume(zeros);
            }
            if reader.fill_buf()?.first() != Some(&MAGIC[0]) {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "bytes that are no gzip"));
            }
            self.member = Some(GzDecoder::new(reader));
        }
    }
}

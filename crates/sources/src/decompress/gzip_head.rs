//! The beginning of a gzip file. Looking at many files is common, and a decoder that is set up anew for each of them costs
//! more than what it decodes.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Read};

use flate2::{Decompress, FlushDecompress, Status};

/// How much of a file is read at a time.
const STEP: usize = 8 << 10;

/// What a thread uses again from file to file.
struct Decoder {
    inflate: Decompress,
    packed: Vec<u8>,
}

thread_local! {
    static DECODER: RefCell<Decoder> = RefCell::new(Decoder { inflate: Decompress::new(false), packed: Vec::new() });
}

/// The first `size` bytes of what the gzip `file`, which stands at its beginning, holds, or all of it where that is less;
/// then `true` stands beside it. `None` where the file is damaged, or anything but one member: a reader that goes to its end has to tell what it holds.
///
/// # Errors
/// The file can't be read.
pub(crate) fn head(file: &mut File, size: usize) -> io::Result<Option<(Vec<u8>, bool)>> {
    DECODER.with_borrow_mut(|decoder| {
        decoder.inflate.reset(false);
        decoder.packed.clear();
        decoder.head(file, size)
    })
}

impl Decoder {
    fn head(&mut self, file: &mut File, size: usize) -> io::Result<Option<(Vec<u8>, bool)>> {
        self.more(file)?;
        let Some(mut at) = header_end(&self.packed) else { return Ok(None) };
        let mut plain = vec![0; size];
        let mut got = 0;
        while got < size {
            if at == self.packed.len() {
                self.packed.clear();
                at = 0;
                if self.more(file)? == 0 {
                    return Ok(None);
                }
            }
            let (read, written) = (self.inflate.total_in(), self.inflate.total_out());
            let status = self.inflate.decompress(&self.packed[at..], &mut plain[got..], FlushDecompress::None);
            at += (self.inflate.total_in() - read) as usize;
            got += (self.inflate.total_out() - written) as usize;
            match status {
                Ok(Status::StreamEnd) => {
                    plain.truncate(got);
                    return Ok(self.ends_well(file, at, &plain)?.then_some((plain, true)));
                }
                Ok(_) => {}
                Err(_) => return Ok(None),
            }
        }
        Ok(Some((plain, false)))
    }

    fn more(&mut self, file: &mut File) -> io::Result<usize> {
        file.take(STEP as u64).read_to_end(&mut self.packed)
    }

    /// Whether the trailer at `at` is that of `plain`, and the last of the file.
    fn ends_well(&mut self, file: &mut File, at: usize, plain: &[u8]) -> io::Result<bool> {
        // One byte more than the trailer would be too many.
        while self.packed.len() - at <= 8 && self.more(file)? > 0 {}
        let sum = libdeflater::crc32(plain).to_le_bytes();
        Ok(self.packed[at..] == [sum, (plain.len() as u32).to_le_bytes()].concat())
    }
}

/// Where the header of a gzip member ends (RFC 1952, 2.3); `None` where `bytes` hold no whole header.
fn header_end(bytes: &[u8]) -> Option<usize> {
    let [0x1F, 0x8B, 8, flags, ..] = bytes else { return None };
    let is_set = |bit: u8| flags >> bit & 1 == 1;
    let mut at = 10;
    if is_set(2) {
        at += 2 + usize::from(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?));
    }
    // A name, then a comment.
    for bit in [3, 4] {
        if is_set(bit) {
            at += memchr::memchr(0, bytes.get(at..)?)? + 1;
        }
    }
    if is_set(1) {
        at += 2;
    }
    (flags & 0xE0 == 0 && at <= bytes.len()).then_some(at)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, GzBuilder};

    use super::*;

    fn head_of(bytes: &[u8], size: usize) -> Option<(Vec<u8>, bool)> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        head(&mut File::open(file.path()).unwrap(), size).unwrap()
    }

    fn member(text: &[u8]) -> Vec<u8> {
        let builder = GzBuilder::new().extra(vec![7; 300]).filename("a.json").comment("why");
        let mut encoder = builder.write(Vec::new(), Compression::fast());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn as_much_is_given_as_was_asked_for() {
        let text: Vec<u8> = (0..100_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
        let packed = member(&text);
        for size in [1, 100, STEP, text.len() - 1] {
            assert_eq!(head_of(&packed, size), Some((text[..size].to_vec(), false)));
        }
        assert_eq!(head_of(&packed, text.len() + 1), Some((text, true)));
    }

    #[test]
    fn what_is_not_one_whole_member_is_left_to_others() {
        let packed = member(b"text");
        assert_eq!(head_of(&packed, 100), Some((b"text".to_vec(), true)));
        for length in 0..packed.len() {
            assert_eq!(head_of(&packed[..length], 100), None, "{length} bytes");
        }
        assert_eq!(head_of(&[&packed[..], &packed].concat(), 100), None);
        assert_eq!(head_of(&[&packed[..], &[0]].concat(), 100), None);
        let mut damaged = packed.clone();
        let sum = packed.len() - 8;
        damaged[sum] ^= 1;
        assert_eq!(head_of(&damaged, 100), None);
    }
}

use std::io::{self, BufRead};

use liblzma::bufread::XzDecoder;
use liblzma::stream::Stream;

use super::members::Member;

/// What a stream may ask for to be decompressed. `xz -9` asks for a quarter of it; the header of a hostile file, for
/// gigabytes.
const MEMORY: u64 = 256 << 20;

impl<R: BufRead> Member<R> for XzDecoder<R> {
    const NAME: &'static str = "xz";
    const MAGIC: &'static [u8] = &[0xFD, b'7', b'z', b'X', b'Z', 0];

    fn open(reader: R) -> io::Result<Self> {
        Ok(XzDecoder::new_stream(reader, Stream::new_stream_decoder(MEMORY, 0)?))
    }

    fn into_reader(self) -> R {
        self.into_inner()
    }
}

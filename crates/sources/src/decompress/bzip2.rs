use std::io::{self, BufRead};

use bzip2::bufread::BzDecoder;

use super::members::Member;

impl<R: BufRead> Member<R> for BzDecoder<R> {
    const NAME: &'static str = "bzip2";
    const MAGIC: &'static [u8] = b"BZh";

    fn open(reader: R) -> io::Result<Self> {
        Ok(BzDecoder::new(reader))
    }

    fn into_reader(self) -> R {
        self.into_inner()
    }
}

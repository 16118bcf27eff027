//! Compressed streams that stand one after the other, as `cat` and appending tools leave them.

use std::io::{self, BufRead, Read};

/// One compressed stream; a file may have several.
pub(crate) trait Member<R: BufRead>: Read + Sized {
    /// What the compression is called.
    const NAME: &'static str;
    /// How a stream begins.
    const MAGIC: &'static [u8];

    /// The stream that `reader` stands at.
    ///
    /// # Errors
    /// The decoder can't be set up.
    fn open(reader: R) -> io::Result<Self>;

    /// The reader, which stands behind this stream once the stream has been read to its end.
    fn into_reader(self) -> R;
}

/// Decompresses members one after the other. What stands before a cut or damage is given first.
pub(crate) struct Members<R, M> {
    member: Option<M>,
    reader: Option<R>,
}

impl<R: BufRead, M: Member<R>> Members<R, M> {
    /// Over the members in `reader`.
    pub(crate) fn new(reader: R) -> Self {
        Self { member: None, reader: Some(reader) }
    }
}

impl<R: BufRead, M: Member<R>> Read for Members<R, M> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            if let Some(reader) = self.reader.take() {
                self.member = Some(M::open(reader)?);
            }
            let Some(member) = &mut self.member else { return Ok(0) };
            let got = match member.read(buffer) {
                Ok(got) => got,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => return Err(error),
                Err(error) => {
                    self.member = None;
                    return Err(io::Error::new(error.kind(), fault(M::NAME, &error)));
                }
            };
            if got > 0 {
                return Ok(got);
            }
            let Some(member) = self.member.take() else { return Ok(0) };
            let mut reader = member.into_reader();
            if !skip_padding(&mut reader)? {
                return Ok(0);
            }
            if reader.fill_buf()?.first() != M::MAGIC.first() {
                return Err(io::Error::new(io::ErrorKind::InvalidData, format!("bytes that are no {}", M::NAME)));
            }
            self.reader = Some(reader);
        }
    }
}

fn fault(name: &str, error: &io::Error) -> String {
    if error.kind() == io::ErrorKind::UnexpectedEof {
        return format!("truncated {name}");
    }
    format!("damaged {name}: {error}")
}

/// Skips the zeros that tapes and some tools pad with. Whether bytes follow.
fn skip_padding(reader: &mut impl BufRead) -> io::Result<bool> {
    loop {
        let zeros = match reader.fill_buf()? {
            [] => return Ok(false),
            bytes => bytes.iter().take_while(|b| **b == 0).count(),
        };
        if zeros == 0 {
            return Ok(true);
        }
        reader.consume(zeros);
    }
}

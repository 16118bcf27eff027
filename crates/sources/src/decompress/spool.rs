use std::fmt;
use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};

/// How much of a stream is kept to be read again.
const KEPT: usize = 64 << 20;

/// A stream that can be read only once, with as much of its beginning as is kept.
///
/// As long as the beginning is all there is, it can be read any number of times; a longer stream goes to one reader.
pub(crate) struct Spool {
    state: Mutex<State>,
}

struct State {
    kept: Vec<u8>,
    /// How much has come out of the source.
    passed: u64,
    source: Option<Box<dyn Read + Send>>,
}

impl fmt::Debug for Spool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spool").finish_non_exhaustive()
    }
}

impl Spool {
    /// Over a source of which nothing has been read.
    pub(crate) fn new(source: Box<dyn Read + Send>) -> Self {
        Self { state: Mutex::new(State { kept: Vec::new(), passed: 0, source: Some(source) }) }
    }

    /// Reads from the beginning.
    pub(crate) fn reader(self: &Arc<Self>) -> SpoolReader {
        SpoolReader { spool: Arc::clone(self), at: 0 }
    }
}

/// Reads a [`Spool`].
pub(crate) struct SpoolReader {
    spool: Arc<Spool>,
    at: u64,
}

impl Read for SpoolReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut state = self.spool.state.lock().unwrap_or_else(PoisonError::into_inner);
        if self.at < state.passed {
            let Some(there) = state.kept.get(self.at as usize..).filter(|there| !there.is_empty()) else {
                return Err(io::Error::other("a stream can be read only once"));
            };
            let n = there.len().min(buffer.len());
            buffer[..n].copy_from_slice(&there[..n]);
            self.at += n as u64;
            return Ok(n);
        }
        let Some(source) = &mut state.source else { return Ok(0) };
        let n = source.read(buffer)?;
        if n == 0 {
            state.source = None;
            return Ok(0);
        }
        state.passed += n as u64;
        self.at = state.passed;
        if state.passed as usize <= KEPT {
            state.kept.extend_from_slice(&buffer[..n]);
        } else {
            state.kept = Vec::new();
        }
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_of_a_stream_can_be_read_again() {
        let spool = Arc::new(Spool::new(Box::new(io::Cursor::new(b"some bytes".to_vec()))));
        let mut first = [0; 4];
        spool.reader().read_exact(&mut first).unwrap();
        for _ in 0..2 {
            let mut all = String::new();
            spool.reader().read_to_string(&mut all).unwrap();
            assert_eq!(all, "some bytes");
        }
    }

    #[test]
    fn a_long_stream_goes_to_one_reader() {
        let spool = Arc::new(Spool::new(Box::new(io::repeat(b'x').take(KEPT as u64 + 10))));
        spool.reader().read_exact(&mut [0; 100]).unwrap();
        assert_eq!(io::copy(&mut spool.reader(), &mut io::sink()).unwrap(), KEPT as u64 + 10);
        assert!(spool.reader().read(&mut [0; 10]).is_err());
    }
}

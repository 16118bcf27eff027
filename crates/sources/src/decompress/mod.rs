//! Bytes of an input, decompressed. What the compression is, is found from the first bytes, not from the name.

mod bzip2;
mod gzip;
mod gzip_head;
mod members;
mod spool;
mod xz;

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};

use ::bzip2::bufread::BzDecoder;
use flate2::bufread::GzDecoder;
use liblzma::bufread::XzDecoder;

use self::members::Members;
use crate::discover::Origin;

pub(crate) use gzip_head::head as gzip_head;
pub(crate) use spool::Spool;

/// How an input is compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    #[default]
    None,
    /// gzip
    Gzip,
    /// Zstandard
    Zstd,
    /// bzip2
    Bzip2,
    /// xz
    Xz,
}

/// Decompressed bytes.
pub(crate) enum Body {
    /// All at once.
    Whole(Vec<u8>),
    /// Bit by bit.
    Stream(Box<dyn Read + Send>),
}

/// Memory that is used again from file to file.
#[derive(Debug, Default)]
pub(crate) struct Buffers {
    /// Decompressed bytes.
    pub(crate) plain: Vec<u8>,
    packed: Vec<u8>,
}

/// How much memory a thread keeps between two parts of its work.
const KEPT: usize = 16 << 20;

thread_local! {
    static BUFFERS: RefCell<Buffers> = RefCell::default();
}

impl Buffers {
    /// Those of this thread, for `use_them`.
    pub(crate) fn of_thread<T>(use_them: impl FnOnce(&mut Buffers) -> T) -> T {
        let mut buffers = BUFFERS.take();
        let result = use_them(&mut buffers);
        if buffers.plain.capacity() + buffers.packed.capacity() <= KEPT {
            BUFFERS.set(buffers);
        }
        result
    }
}

/// Larger compressed files, and ones that would become larger, are read bit by bit.
const WHOLE: u64 = 64 << 20;

const BUFFER: usize = 64 << 10;

/// Opens an input to read all of it.
pub(crate) fn open(origin: &Origin, buffers: &mut Buffers) -> io::Result<(Body, Compression)> {
    if let Origin::File(path) = origin {
        let mut file = File::open(path)?;
        let size = file.metadata()?.len();
        let mut magic = [0; 4];
        let got = read_up_to(&mut file, &mut magic)?;
        if compression(&magic[..got]) == Compression::Gzip && size <= WHOLE {
            buffers.packed.clear();
            buffers.packed.extend_from_slice(&magic[..got]);
            file.read_to_end(&mut buffers.packed)?;
            let plain = std::mem::take(&mut buffers.plain);
            match gzip::whole(&buffers.packed, plain, WHOLE as usize) {
                Ok(plain) => return Ok((Body::Whole(plain), Compression::Gzip)),
                Err(plain) => buffers.plain = plain,
            }
        }
    }
    let (reader, compression) = stream(origin)?;
    Ok((Body::Stream(reader), compression))
}

/// Whether a file begins as compressed ones do.
pub(crate) fn is_compressed(path: &std::path::Path) -> bool {
    let mut magic = [0; 4];
    let got = File::open(path).and_then(|mut file| read_up_to(&mut file, &mut magic));
    got.is_ok_and(|got| compression(&magic[..got]) != Compression::None)
}

/// Opens an input to read it bit by bit.
pub(crate) fn stream(origin: &Origin) -> io::Result<(Box<dyn Read + Send>, Compression)> {
    let reader: Box<dyn Read + Send> = match origin {
        Origin::File(path) => Box::new(File::open(path)?),
        Origin::Stream(spool) => Box::new(spool.reader()),
    };
    decompressed(reader)
}

/// What a file holds from where it stands on, decompressed where its first bytes say that it is compressed.
///
/// # Errors
/// The file can't be read. Damage further on is an error of the reader.
pub fn plain(file: File) -> io::Result<Box<dyn Read + Send>> {
    decompressed(Box::new(file)).map(|(reader, _)| reader)
}

/// What `reader` gives, decompressed where its first bytes say that it is compressed, and how it is.
pub(crate) fn decompressed(reader: Box<dyn Read + Send>) -> io::Result<(Box<dyn Read + Send>, Compression)> {
    let mut reader = BufReader::with_capacity(BUFFER, reader);
    // A pipe may give its first bytes one by one; a BufReader can't hold them back once it has some.
    let mut magic = [0; 4];
    let got = read_up_to(&mut reader, &mut magic)?;
    let compression = compression(&magic[..got]);
    let chained = io::Cursor::new(magic[..got].to_vec()).chain(reader);
    Ok((
        match compression {
            Compression::None => Box::new(chained),
            Compression::Gzip => Box::new(Members::<_, GzDecoder<_>>::new(chained)),
            Compression::Zstd => Box::new(zstd_reader(chained)?),
            Compression::Bzip2 => Box::new(Members::<_, BzDecoder<_>>::new(chained)),
            Compression::Xz => Box::new(Members::<_, XzDecoder<_>>::new(chained)),
        },
        compression,
    ))
}

fn zstd_reader(reader: impl BufRead + Send) -> io::Result<impl Read + Send> {
    zstd::stream::read::Decoder::with_buffer(reader)
}

fn compression(magic: &[u8]) -> Compression {
    match magic {
        [0x1F, 0x8B, ..] => Compression::Gzip,
        [0x28, 0xB5, 0x2F, 0xFD] => Compression::Zstd,
        [b'B', b'Z', b'h', b'1'..=b'9'] => Compression::Bzip2,
        [0xFD, b'7', b'z', b'X'] => Compression::Xz,
        _ => Compression::None,
    }
}

/// Fills `buffer` as far as there are bytes.
pub(crate) fn read_up_to(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut got = 0;
    while got < buffer.len() {
        match reader.read(&mut buffer[got..]) {
            Ok(0) => break,
            Ok(n) => got += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(got)
}

use std::fs::File;
use std::io::{self, Seek};

use crate::decompress::{self, Compression};
use crate::discover::Origin;

/// The beginning of a file.
#[derive(Debug, Default)]
pub(crate) struct Head {
    pub(crate) bytes: Vec<u8>,
    /// Whether nothing comes after them that can be read.
    pub(crate) whole: bool,
    pub(crate) compression: Compression,
    /// Why no more could be read.
    pub(super) damage: Option<io::Error>,
}

/// The first bytes of a file. A damaged end is no error here.
pub(crate) fn read_head(origin: &Origin, size: usize) -> io::Result<Head> {
    let (mut reader, compression) = match origin {
        Origin::File(path) => {
            let mut file = File::open(path)?;
            if let Some((bytes, whole)) = decompress::gzip_head(&mut file, size)? {
                return Ok(Head { bytes, whole, compression: Compression::Gzip, damage: None });
            }
            file.rewind()?;
            decompress::decompressed(Box::new(file))?
        }
        Origin::Stream(_) => decompress::stream(origin)?,
    };
    let is_stream = matches!(origin, Origin::Stream(_));
    let mut head = vec![0; size];
    let mut got = 0;
    let mut whole = false;
    let mut damage = None;
    while got < size {
        match reader.read(&mut head[got..]) {
            Ok(0) => {
                whole = true;
                break;
            }
            Ok(n) => {
                got += n;
                // A live stream may give its next line only much later.
                if is_stream && head[..got].iter().filter(|b| **b == b'\n').count() > 1 {
                    break;
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                (whole, damage) = (true, Some(error));
                break;
            }
        }
    }
    head.truncate(got);
    Ok(Head { bytes: head, whole, compression, damage })
}

//! Compressed files: they are read when they are whole.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use serde::{Deserialize, Serialize};

/// How a file is compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Packed {
    #[default]
    No,
    Gzip,
    Zstd,
    Bzip2,
    Xz,
}

/// How the file is compressed, by its first bytes.
pub(super) fn kind(file: &mut File) -> io::Result<Packed> {
    let mut magic = Vec::with_capacity(4);
    file.seek(SeekFrom::Start(0))?;
    file.by_ref().take(4).read_to_end(&mut magic)?;
    Ok(match magic.as_slice() {
        [0x1f, 0x8b, ..] => Packed::Gzip,
        [0x28, 0xb5, 0x2f, 0xfd] => Packed::Zstd,
        [b'B', b'Z', b'h', b'1'..=b'9'] => Packed::Bzip2,
        [0xfd, b'7', b'z', b'X'] => Packed::Xz,
        _ => Packed::No,
    })
}

/// How an unpacked content ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// It is all there.
    Whole,
    /// The file isn't whole, or damaged.
    Cut,
    /// There is more than so many bytes, which is more than logs are.
    Beyond(u64),
}

/// What may come of any file, and of each byte of a compressed one beside that. Logs rarely shrink to a fiftieth; a file
/// that was made to fill the disk is a few kilobytes.
const ALWAYS: u64 = 1 << 30;
const PER_BYTE: u64 = 200;

/// The content, in a file that is gone when it is closed, and how it ends.
pub(super) fn unpack(file: &mut File, packed: Packed) -> io::Result<(File, End)> {
    let limit = file.metadata()?.len().saturating_mul(PER_BYTE).saturating_add(ALWAYS);
    unpack_within(file, packed, limit)
}

fn unpack_within(file: &mut File, packed: Packed, limit: u64) -> io::Result<(File, End)> {
    file.seek(SeekFrom::Start(0))?;
    let mut out = tempfile::tempfile()?;
    let content: Box<dyn Read> = match packed {
        Packed::No => Box::new(file.try_clone()?),
        Packed::Gzip | Packed::Zstd | Packed::Bzip2 | Packed::Xz => match quarry::decompressed(file.try_clone()?) {
            Ok(content) => Box::new(content),
            Err(_) => return Ok((out, End::Cut)),
        },
    };
    let mut content = content.take(limit.saturating_add(1));
    let end = match io::copy(&mut content, &mut out) {
        Ok(copied) if copied > limit => End::Beyond(limit),
        Ok(_) => End::Whole,
        Err(_) => End::Cut,
    };
    Ok((out, end))
}

/// A file's name without what says how it is compressed.
pub(super) fn plain_name(name: &str) -> &str {
    [".gz", ".zst", ".zstd", ".bz2", ".xz"].iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_file_made_to_fill_the_disk_is_not_unpacked_to_its_end() {
        let mut file = tempfile::tempfile().unwrap();
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(&vec![b'\n'; 1 << 20]).unwrap();
        let packed = gzip.finish().unwrap();
        file.write_all(&packed).unwrap();
        let (out, end) = unpack_within(&mut file, Packed::Gzip, 1000).unwrap();
        assert_eq!((out.metadata().unwrap().len(), end), (1001, End::Beyond(1000)));
        let (out, end) = unpack_within(&mut file, Packed::Gzip, 1 << 20).unwrap();
        assert_eq!((out.metadata().unwrap().len(), end), (1 << 20, End::Whole));
        file.set_len(packed.len() as u64 / 2).unwrap();
        assert_eq!(unpack_within(&mut file, Packed::Gzip, 1 << 20).unwrap().1, End::Cut);
    }
}

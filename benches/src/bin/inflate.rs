//! Inflates the gzip files of a folder and does nothing else: `inflate THREADS FOLDER`. What it takes is the least that
//! any search over these files can take with libdeflate.

#![allow(clippy::print_stdout)]

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{fs, io, thread};

use libdeflater::Decompressor;

/// Inflates one file into `buffer`, which grows to what the file's last four bytes claim. Gives the length.
fn inflate(path: &Path, buffer: &mut Vec<u8>) -> io::Result<usize> {
    let packed = fs::read(path)?;
    let claim = packed.last_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes)) as usize;
    if buffer.len() < claim {
        buffer.resize(claim, 0);
    }
    Decompressor::new().gzip_decompress(&packed, buffer).map_err(io::Error::other)
}

fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [threads, folder] = &arguments[..] else {
        return Err(io::Error::other("usage: inflate THREADS FOLDER"));
    };
    let threads: usize = threads.parse().map_err(io::Error::other)?;
    let files: Vec<PathBuf> = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    let next = AtomicUsize::new(0);
    let work = || -> io::Result<usize> {
        let (mut buffer, mut bytes) = (Vec::new(), 0);
        while let Some(path) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            bytes += inflate(path, &mut buffer)?;
        }
        Ok(bytes)
    };
    let bytes: usize = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers
            .into_iter()
            .map(|worker| worker.join().unwrap_or_else(|_| Err(io::Error::other("a worker failed"))))
            .sum::<io::Result<usize>>()
    })?;
    println!("{bytes} bytes from {} files", files.len());
    Ok(())
}

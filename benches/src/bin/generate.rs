//! Writes made-up CloudTrail events for comparisons: `generate SEED BYTES FOLDER`.
//!
//! `FOLDER/events.ndjson` gets about BYTES bytes, one ECS document a line, as Elastic's AWS integration would index the
//! events; `FOLDER/raw/*.json.gz` gets the same events as CloudTrail delivers them, 2,000 records a file. The same seed
//! gives the same bytes. Standard output tells how many events there are, and how many of them are copies to a bucket
//! under a key of another account.

#![allow(clippy::print_stdout)]

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use quarry_benches::World;

/// Records in a raw file.
const IN_A_FILE: usize = 2000;

fn write_raw(folder: &Path, number: usize, records: &[String]) -> io::Result<()> {
    let path = folder.join(format!("cloudtrail_{number:05}.json.gz"));
    let mut file = GzEncoder::new(BufWriter::new(File::create(path)?), Compression::new(6));
    write!(file, "{{\"Records\":[{}]}}", records.join(","))?;
    file.finish()?.flush()
}

fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [seed, bytes, folder] = &arguments[..] else {
        return Err(io::Error::other("usage: generate SEED BYTES FOLDER"));
    };
    let number = |text: &str| text.parse::<u64>().map_err(|error| io::Error::other(format!("{text}: {error}")));
    let (seed, bytes) = (number(seed)?, number(bytes)?);
    let folder = Path::new(folder);
    fs::create_dir_all(folder.join("raw"))?;
    let mut lines = BufWriter::with_capacity(1 << 20, File::create(folder.join("events.ndjson"))?);
    let mut world = World::new(seed);
    let (mut written, mut events, mut hits, mut files) = (0, 0_u64, 0_u64, 0);
    let mut records = Vec::with_capacity(IN_A_FILE);
    while written < bytes {
        let event = world.event();
        writeln!(lines, "{}", event.document)?;
        written += event.document.len() as u64 + 1;
        events += 1;
        hits += u64::from(event.is_hit);
        records.push(event.raw);
        if records.len() == IN_A_FILE || written >= bytes {
            write_raw(&folder.join("raw"), files, &records)?;
            files += 1;
            records.clear();
        }
    }
    lines.flush()?;
    println!("{events} events, {hits} copies under a key of another account, {files} raw files");
    Ok(())
}

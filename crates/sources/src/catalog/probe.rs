use std::io;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use super::head::{Head, read_head};
use super::{Format, Index, Source};
use crate::Options;
use crate::decompress::{self, Compression};
use crate::discover::{Found, Origin};
use crate::extract::{Finds, Paths, Text, envelope, walk};
use crate::frame::{Layout, Place, Sink, Window, layout, lines, looks_like_json, values};
use crate::json::Fail;
use crate::kind::{Kind, LogView, kinds};
use crate::table::index_name;

/// How much of a file is looked at, and how much where that holds no whole record. Decompressing costs more than reading.
const HEADS: [usize; 2] = [64 << 10, 2 << 20];
const COMPRESSED_HEAD: usize = 16 << 10;

/// How many records are looked at.
const RECORDS: usize = 20;

/// Fewer files are not worth a thread of their own.
const FILES_PER_THREAD: usize = 16;

/// A file that was looked at, and why not even one whole record of it could be read, where that is so.
pub(super) type Probed = (Source, Option<io::Error>);

/// Looks at the beginnings of files; the results come in the order of the files, each with the file's name.
pub(super) fn probe_all(files: Vec<Found>, options: &Options) -> Vec<(String, io::Result<Probed>)> {
    let one = |order: usize, found: Found| (found.display.clone(), probe(order, found, options));
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(files.len() / FILES_PER_THREAD);
    if threads <= 1 {
        return files.into_iter().enumerate().map(|(order, found)| one(order, found)).collect();
    }
    let total = files.len();
    let next = Mutex::new(files.into_iter().enumerate());
    let done = Mutex::new(Vec::with_capacity(total));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let taken = next.lock().unwrap_or_else(PoisonError::into_inner).next();
                    let Some((order, found)) = taken else { return };
                    let probed = one(order, found);
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((order, probed));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_unstable_by_key(|(order, _)| *order);
    done.into_iter().map(|(_, probed)| probed).collect()
}

/// Looks at the beginning of a file.
fn probe(order: usize, found: Found, options: &Options) -> io::Result<Probed> {
    let bytes = match &found.origin {
        Origin::File(path) => std::fs::metadata(path)?.len(),
        Origin::Stream(_) => 0,
    };
    let name = Path::new(&found.relative).file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    if is_csv(&name) {
        let (_, compression) = decompress::stream(&found.origin)?;
        let csv = Source {
            order,
            bytes,
            compression,
            format: Format::Csv,
            layout: Layout::Lines,
            kind: None,
            index: Index::Fixed(found.index.clone().unwrap_or_else(|| stem(&name))),
            sampled: true,
            #[cfg(feature = "parquet")]
            parquet: None,
            found,
        };
        return Ok((csv, None));
    }
    let limits = options.limits();
    let mut seen = Seen::new(limits.depth, &options.views);
    let mut head = Head::default();
    let packed = matches!(&found.origin, Origin::File(path) if decompress::is_compressed(path));
    for size in packed.then_some(COMPRESSED_HEAD).into_iter().chain(HEADS) {
        head = read_head(&found.origin, size)?;
        if head.bytes.starts_with(b"PAR1") {
            return parquet(order, found, bytes, head.compression, &name).map(|source| (source, None));
        }
        if head.bytes.starts_with(b"PARE") {
            return Err(io::Error::new(io::ErrorKind::Unsupported, "an encrypted Parquet file can't be read"));
        }
        let mut window = Window::over(head.bytes.clone());
        let _ = match layout(&head.bytes, head.whole, limits.depth) {
            Layout::Lines => lines(&mut window, &mut seen, &limits, None),
            Layout::Values => values(&mut window, &mut seen, &limits),
        };
        if seen.records > 0 || head.whole || !looks_like_json(&head.bytes) {
            break;
        }
    }
    let Head { bytes: head, whole, compression, damage } = head;
    let layout = layout(&head, whole, limits.depth);
    let format = match layout {
        _ if !found.explicit && !looks_like_json(&head) && !head.trim_ascii().is_empty() => Format::Other,
        Layout::Lines => Format::JsonLines,
        Layout::Values => Format::Json,
    };
    let kind = seen.kind();
    let index = match (&found.index, &kind) {
        (Some(name), _) => Index::Fixed(name.clone()),
        (None, kind) => {
            let default = kind.as_ref().map_or_else(|| stem(&name), |kind| kind.index.clone());
            if seen.indices.is_empty() {
                Index::Fixed(default)
            } else {
                if seen.unnamed {
                    seen.indices.push(default.clone());
                }
                seen.indices.sort();
                seen.indices.dedup();
                Index::PerDocument { default, seen: seen.indices }
            }
        }
    };
    let sampled = seen.records > 0;
    let source = Source {
        order,
        bytes,
        compression,
        format,
        layout,
        kind,
        index,
        sampled,
        #[cfg(feature = "parquet")]
        parquet: None,
        found,
    };
    Ok((source, damage.filter(|_| !sampled)))
}

/// A file whose end says what it holds.
#[cfg(feature = "parquet")]
fn parquet(order: usize, found: Found, bytes: u64, compression: Compression, name: &str) -> io::Result<Source> {
    let footer = crate::parquet::footer(&found.origin, compression != Compression::None)?;
    Ok(Source {
        order,
        bytes,
        compression,
        format: Format::Parquet,
        layout: Layout::Values,
        kind: None,
        index: Index::Fixed(found.index.clone().unwrap_or_else(|| stem(name))),
        sampled: true,
        parquet: Some(Arc::new(footer)),
        found,
    })
}

#[cfg(not(feature = "parquet"))]
fn parquet(_: usize, _: Found, _: u64, _: Compression, _: &str) -> io::Result<Source> {
    Err(io::Error::new(io::ErrorKind::Unsupported, "this program was built without the feature parquet"))
}

/// How names of compressed files end.
const PACKED: [&str; 5] = [".gz", ".zst", ".zstd", ".bz2", ".xz"];

fn is_csv(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let name = PACKED.iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(&name);
    name.ends_with(".csv")
}

/// A file's name without what comes after its first dot, unless that is all there is.
fn stem(name: &str) -> String {
    const ENDINGS: [&str; 7] = [".parquet", ".json", ".ndjson", ".jsonl", ".csv", ".log", ".txt"];
    let mut stem = name;
    while let Some(shorter) = PACKED.iter().chain(&ENDINGS).find_map(|ending| {
        let at = stem.len().checked_sub(ending.len())?;
        stem.get(at..).is_some_and(|end| end.eq_ignore_ascii_case(ending)).then(|| &stem[..at])
    }) {
        if shorter.is_empty() {
            break;
        }
        stem = shorter;
    }
    stem.to_owned()
}

/// A file without records is of the kind of the files beside it.
pub(super) fn join_neighbours(sources: &mut [Source]) {
    let folder = |source: &Source| Path::new(&source.found.display).parent().map(Path::to_path_buf);
    for i in 0..sources.len() {
        if sources[i].sampled || sources[i].found.index.is_some() || sources[i].format == Format::Other {
            continue;
        }
        let here = folder(&sources[i]);
        let before = sources[..i].iter().rev();
        let beside = before.chain(&sources[i + 1..]).take(100).find(|other| other.sampled && folder(other) == here);
        if let Some((kind, index)) = beside.and_then(|other| Some((other.kind.clone()?, other.index.clone()))) {
            sources[i].kind = Some(kind);
            sources[i].index = index;
        }
    }
}

/// What the first records say.
struct Seen {
    paths: Paths,
    finds: Finds,
    /// For each list of keys of each kind: its columns, and how many records had all of them.
    lists: Vec<(Arc<Kind>, Vec<usize>, usize)>,
    depth: usize,
    records: usize,
    indices: Vec<String>,
    /// Whether a record named no index.
    unnamed: bool,
    index: Option<String>,
    text: Text,
}

/// The paths that say which index a document is in, in the columns 0 to 4.
pub(crate) const INDEX_PATHS: [&str; 5] =
    ["_index", "data_stream.type", "data_stream.dataset", "data_stream.namespace", "event.dataset"];

impl Seen {
    fn new(depth: usize, views: &[LogView]) -> Self {
        let mut paths = Paths::new();
        for (column, path) in INDEX_PATHS.iter().enumerate() {
            paths.add(path, column as u32, false);
        }
        let mut columns = INDEX_PATHS.len();
        let mut lists = Vec::new();
        for kind in kinds(views) {
            for keys in &kind.recognise {
                let first = columns;
                for key in keys {
                    paths.add(key, columns as u32, true);
                    columns += 1;
                }
                lists.push((Arc::clone(kind), (first..columns).collect(), 0));
            }
        }
        let finds = Finds::new(columns, &paths);
        Self {
            paths,
            finds,
            lists,
            depth,
            records: 0,
            indices: Vec::new(),
            unnamed: false,
            index: None,
            text: Text::default(),
        }
    }

    fn kind(&self) -> Option<Arc<Kind>> {
        let mut kinds = self.lists.iter().map(|(kind, ..)| kind);
        let found = kinds.find(|kind| {
            let matched: usize = self.lists.iter().filter(|(k, ..)| k.name == kind.name).map(|(_, _, n)| n).sum();
            matched > 0 && matched * 2 >= self.records
        });
        found.cloned()
    }
}

impl Sink for Seen {
    fn parse(&mut self, bytes: &[u8], _offset: u64) -> Result<usize, Fail> {
        self.index = None;
        match envelope(bytes, self.depth)? {
            Some(found) => {
                walk(&bytes[found.source.0..found.source.1], &self.paths, self.depth, &mut self.finds)?;
                self.index = found.index.map(|(from, to)| String::from_utf8_lossy(&bytes[from..to]).into_owned());
                if self.index.is_none() {
                    let document = String::from_utf8_lossy(&bytes[found.source.0..found.source.1]);
                    self.index = index_name(&self.finds.columns, &document, &mut self.text);
                }
                Ok(found.end)
            }
            None => {
                let end = walk(bytes, &self.paths, self.depth, &mut self.finds)?;
                if let Ok(document) = std::str::from_utf8(&bytes[..end]) {
                    self.index = index_name(&self.finds.columns, document, &mut self.text);
                }
                Ok(end)
            }
        }
    }

    fn commit(&mut self, _bytes: &[u8], _place: Place<'_>) -> ControlFlow<()> {
        self.records += 1;
        for (_, columns, count) in &mut self.lists {
            *count += usize::from(columns.iter().all(|column| !self.finds.columns[*column].is_empty()));
        }
        match self.index.take() {
            Some(index) if self.indices.contains(&index) => {}
            Some(index) => self.indices.push(index),
            None => self.unnamed = true,
        }
        if self.records >= RECORDS { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn malformed(&mut self, _place: Place<'_>, _why: &str) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stems_lose_known_endings_only() {
        for (name, expected) in [
            ("employees.ndjson.gz", "employees"),
            ("AWS.CloudTrail.ndjson", "AWS.CloudTrail"),
            ("a.JSON", "a"),
            (".json", ".json"),
            ("part-0.snappy.PARQUET", "part-0.snappy"),
            ("x", "x"),
        ] {
            assert_eq!(stem(name), expected);
        }
        assert!(is_csv("a.CSV") && is_csv("a.csv.gz") && !is_csv("csv"));
    }
}

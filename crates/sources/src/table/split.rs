use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::{ControlFlow, Range, RangeInclusive};
use std::sync::{Arc, OnceLock};

use quarry_plan::scan::{Account, Reader, Report, ScanRequest, Split, SplitKey, count};
use quarry_types::Batch;

use super::sink::{InputState, ScanSink};
use crate::catalog::{Format, Group, Source};
use crate::decompress::{self, Body, Buffers, Compression};
use crate::discover::Origin;
use crate::frame::{Layout, Place, Window, lines, skip_first_line, values};
use crate::pattern::Pattern;

/// How much is read at a time.
pub(super) const BLOCK: usize = 1 << 18;

/// Small files are read together until they have so many bytes on disk: a part of all, within bounds. What lanes find is
/// joined in the end, which costs the more the more lanes there are; and no thread should wait long for the last one.
const TOGETHER: RangeInclusive<u64> = 1 << 20..=4 << 20;

/// How many parts there are where none is too small or too large.
const PARTS: u64 = 32;

/// Several whole files, or a part of one.
#[derive(Debug)]
struct FileSplit {
    group: Arc<Group>,
    /// Its place among the splits of the group.
    number: usize,
    filter: Option<Pattern>,
    sources: Vec<Arc<Source>>,
    part: Option<Part>,
    /// The row groups to read, where the one source has some and they are not all meant.
    #[cfg_attr(not(feature = "parquet"), allow(dead_code))]
    row_groups: Option<Range<usize>>,
}

/// A stretch of a file of lines: those that begin in it.
#[derive(Debug)]
struct Part {
    from: u64,
    to: u64,
    is_last: bool,
    lines: Arc<LineCounts>,
}

/// How many lines end before the byte before each part of a file, where reading the part starts. Counted when first asked for: only reports need it.
#[derive(Debug)]
struct LineCounts {
    bounds: Vec<u64>,
    counts: OnceLock<Vec<u64>>,
}

/// Makes line numbers of a part those of its file.
pub(super) struct LineBase<'a> {
    source: &'a Source,
    part: Option<&'a Part>,
}

impl<'a> LineBase<'a> {
    /// Lines are counted from the beginning of the file.
    pub(super) fn of_file(source: &'a Source) -> Self {
        Self { source, part: None }
    }

    pub(super) fn line(&self, place: Place<'_>) -> u64 {
        let Some(part) = self.part.filter(|part| part.from > 0) else { return place.line() };
        let Origin::File(path) = &self.source.found.origin else { return place.line() };
        let counts = part.lines.counts.get_or_init(|| count_lines(path, &part.lines.bounds).unwrap_or_default());
        let at = part.lines.bounds.binary_search(&part.from).unwrap_or(0);
        counts.get(at).copied().unwrap_or(0) + place.line()
    }
}

/// The line ends before the byte before each of `bounds`, which are in order.
fn count_lines(path: &std::path::Path, bounds: &[u64]) -> io::Result<Vec<u64>> {
    let mut file = File::open(path)?;
    let mut block = vec![0; BLOCK];
    let (mut at, mut ends) = (0_u64, 0_u64);
    let mut counts = Vec::with_capacity(bounds.len());
    for bound in bounds.iter().map(|bound| bound.saturating_sub(1)) {
        while at < bound {
            let wanted = usize::try_from(bound - at).unwrap_or(BLOCK).min(BLOCK);
            let got = file.read(&mut block[..wanted])?;
            if got == 0 {
                break;
            }
            ends += memchr::memchr_iter(b'\n', &block[..got]).count() as u64;
            at += got as u64;
        }
        counts.push(ends);
    }
    Ok(counts)
}

/// The parts of a group. Large plain files of lines are cut, small files put together; neither depends on how many
/// threads there are.
pub(super) fn splits(group: &Arc<Group>, filter: Option<&Pattern>) -> Vec<Arc<dyn Split>> {
    let mut splits: Vec<Arc<dyn Split>> = Vec::new();
    let mut small: Vec<Arc<Source>> = Vec::new();
    let mut small_bytes = 0;
    let mut numbers = 0..;
    let mut make = |sources: Vec<Arc<Source>>, part: Option<Part>, row_groups| -> Arc<dyn Split> {
        let number = numbers.next().unwrap_or(usize::MAX);
        Arc::new(FileSplit { group: Arc::clone(group), number, filter: filter.cloned(), sources, part, row_groups })
    };
    let size = group.options.split_bytes.max(1);
    let all: u64 = group.sources.iter().map(|source| source.bytes).sum();
    let together = (all / PARTS).clamp(*TOGETHER.start(), *TOGETHER.end());
    for source in &group.sources {
        if source.bytes < together && matches!(source.found.origin, Origin::File(_)) {
            small_bytes += source.bytes;
            small.push(Arc::clone(source));
            if small_bytes >= together {
                splits.push(make(std::mem::take(&mut small), None, None));
                small_bytes = 0;
            }
            continue;
        }
        if !small.is_empty() {
            splits.push(make(std::mem::take(&mut small), None, None));
            small_bytes = 0;
        }
        let in_lines = source.format == Format::JsonLines && source.compression == Compression::None;
        if in_lines && source.bytes >= size * 2 {
            let bounds: Vec<u64> = (0..source.bytes / size).map(|i| i * size).collect();
            let lines = Arc::new(LineCounts { bounds: bounds.clone(), counts: OnceLock::new() });
            for (i, from) in bounds.iter().enumerate() {
                // The last part goes on to wherever the file ends by then.
                let to = bounds.get(i + 1).copied().unwrap_or(u64::MAX);
                let part = Part { from: *from, to, is_last: i + 1 == bounds.len(), lines: Arc::clone(&lines) };
                splits.push(make(vec![Arc::clone(source)], Some(part), None));
            }
        } else if let Some(stretches) = row_groups(source) {
            for groups in stretches {
                splits.push(make(vec![Arc::clone(source)], None, Some(groups)));
            }
        } else {
            splits.push(make(vec![Arc::clone(source)], None, None));
        }
    }
    if !small.is_empty() {
        splits.push(make(small, None, None));
    }
    splits
}

/// The row groups of a file, in stretches that are worth a split of their own; `None` where it has none.
#[cfg(feature = "parquet")]
fn row_groups(source: &Source) -> Option<Vec<Range<usize>>> {
    let footer = source.parquet.as_ref().filter(|footer| footer.row_groups() > 0)?;
    let mut stretches = Vec::new();
    let (mut from, mut bytes) = (0, 0_u64);
    for group in 0..footer.row_groups() {
        bytes = bytes.saturating_add(footer.group_bytes(group));
        if bytes >= *TOGETHER.start() || group + 1 == footer.row_groups() {
            stretches.push(from..group + 1);
            (from, bytes) = (group + 1, 0);
        }
    }
    Some(stretches)
}

#[cfg(not(feature = "parquet"))]
fn row_groups(_: &Source) -> Option<Vec<Range<usize>>> {
    None
}

impl Split for FileSplit {
    fn scan(&self, request: &ScanRequest, account: &Account, emit: &mut dyn FnMut(Batch) -> ControlFlow<()>) {
        self.scan_together(vec![Reader { request, emit }], account);
    }

    fn key(&self) -> Option<SplitKey> {
        let first = self.group.sources.first().map_or(0, |source| source.order);
        // Groups that FROM makes of paths count their files anew.
        let table = format!("{:p} {:?}", Arc::as_ptr(&self.group), self.filter);
        Some(SplitKey { table: (first, table), number: self.number })
    }

    fn scan_together<'a>(&'a self, readers: Vec<Reader<'a>>, account: &'a Account) {
        let sink = ScanSink::new(&self.group, self.filter.as_ref(), readers, account);
        Buffers::of_thread(|buffers| self.scan_into(sink, buffers, account));
    }
}

impl FileSplit {
    fn scan_into<'a>(&'a self, mut sink: ScanSink<'a>, buffers: &mut Buffers, account: &Account) {
        for source in &self.sources {
            if sink.go_on().is_break() {
                return;
            }
            sink.begin(InputState::new(source, LineBase { source, part: self.part.as_ref() }));
            let read = self.read(source, &mut sink, buffers, account);
            sink.end();
            match read {
                Ok(ControlFlow::Continue(())) => {}
                Ok(ControlFlow::Break(())) => return,
                Err(error) => account.unreadable(Report {
                    order: source.order,
                    line: 0,
                    input: source.found.display.clone(),
                    message: error.to_string(),
                }),
            }
        }
        sink.flush();
    }

    fn read(
        &self,
        source: &Source,
        sink: &mut ScanSink<'_>,
        buffers: &mut Buffers,
        account: &Account,
    ) -> io::Result<ControlFlow<()>> {
        #[cfg(feature = "parquet")]
        if let Some(footer) = &source.parquet {
            let all = 0..footer.row_groups();
            let groups = self.row_groups.clone().unwrap_or_else(|| all.clone());
            if groups.end == all.end {
                count(&account.files, 1);
            }
            return Ok(super::columnar::read(source, footer, groups, &self.group, sink, account));
        }
        let limits = self.group.options.limits();
        let mut window = match &self.part {
            Some(part) => part_window(source, part, buffers)?,
            None => match decompress::open(&source.found.origin, buffers)?.0 {
                Body::Whole(bytes) => Window::over(bytes),
                Body::Stream(reader) => Window::new(reader, std::mem::take(&mut buffers.plain), BLOCK),
            },
        };
        let first = window.offset();
        let flow = match (source.format, source.layout) {
            (Format::Csv, _) => crate::csv::rows(&mut window, &self.group, sink, &limits),
            (_, Layout::Lines) => lines(&mut window, sink, &limits, self.part.as_ref().map(|part| part.to)),
            (_, Layout::Values) => values(&mut window, sink, &limits),
        };
        let passed = window.offset();
        count(&account.bytes, passed - first);
        let error = window.take_error();
        buffers.plain = window.into_buffer();
        if flow.is_break() {
            return Ok(flow);
        }
        match error {
            Some(error) => {
                return Err(io::Error::new(
                    error.kind(),
                    format!("{error} after {passed} bytes; what came before was read"),
                ));
            }
            None if self.part.as_ref().is_none_or(|part| part.is_last) => count(&account.files, 1),
            None => {}
        }
        Ok(flow)
    }
}

/// The lines that begin in a part. The byte before it tells whether its first byte begins one.
fn part_window(source: &Source, part: &Part, buffers: &mut Buffers) -> io::Result<Window<'static>> {
    let Origin::File(path) = &source.found.origin else {
        return Err(io::Error::other("a stream has no parts"));
    };
    let mut file = File::open(path)?;
    let buffer = std::mem::take(&mut buffers.plain);
    if part.from == 0 {
        return Ok(Window::new(Box::new(file), buffer, BLOCK));
    }
    file.seek(SeekFrom::Start(part.from - 1))?;
    let mut window = Window::in_middle(Box::new(file), buffer, BLOCK, part.from - 1);
    skip_first_line(&mut window);
    Ok(window)
}

//! Passes over files that only learn what is in them.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use crate::catalog::{Format, Group, INDEX_PATHS, Source, read_head};
use crate::decompress;
use crate::discover::Origin;
use crate::extract::{Finds, Paths, Text, envelope, walk};
use crate::frame::{Layout, Limits, Place, Sink, Window, lines, values};
use crate::infer::{Inventory, InventorySink};
use crate::json::Fail;

/// How much is read at a time where little is wanted.
const SMALL_BLOCK: usize = 64 << 10;

/// Looks at the first records of files spread over the group.
pub(crate) fn sample(group: &Group) -> Inventory {
    let mut inventory = Inventory::default();
    let json: Vec<&Source> = json_sources(group).collect();
    let wanted = group.options.sample_files.clamp(1, json.len().max(1));
    for i in 0..wanted.min(json.len()) {
        let source = json[i * json.len() / wanted];
        let mut sink = InventorySink::new(&mut inventory, group.options.limits().depth, group.options.sample_records);
        look(source, &mut sink, &group.options.limits(), true);
    }
    inventory
}

/// Looks at all records. A stream that can be read only once is not read further than it was.
pub(crate) fn inventory(group: &Group) -> Inventory {
    let mut inventory = Inventory::default();
    for source in json_sources(group) {
        let mut sink = InventorySink::new(&mut inventory, group.options.limits().depth, usize::MAX);
        look(source, &mut sink, &group.options.limits(), false);
    }
    inventory
}

/// All indices that documents name, and those of documents that name none.
pub(crate) fn all_indices(group: &Group) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = group.indices.iter().cloned().collect();
    let mut paths = Paths::new();
    for (column, path) in INDEX_PATHS.iter().enumerate() {
        paths.add(path, column as u32, false);
    }
    let finds = Finds::new(INDEX_PATHS.len(), &paths);
    let limits = group.options.limits();
    let mut sink = Names { names: &mut names, paths, finds, depth: limits.depth, text: Text::default() };
    for source in json_sources(group) {
        look(source, &mut sink, &limits, false);
    }
    names
}

fn json_sources(group: &Group) -> impl Iterator<Item = &Source> {
    group.sources.iter().map(AsRef::as_ref).filter(|source| matches!(source.format, Format::Json | Format::JsonLines))
}

fn look(source: &Source, sink: &mut dyn Sink, limits: &Limits, only_beginning: bool) {
    let mut window = match &source.found.origin {
        Origin::Stream(_) => match read_head(&source.found.origin, SMALL_BLOCK) {
            Ok(head) => Window::over(head.bytes),
            Err(_) => return,
        },
        Origin::File(_) => {
            let block = if only_beginning { SMALL_BLOCK } else { super::split::BLOCK };
            match decompress::stream(&source.found.origin) {
                Ok((reader, _)) => Window::new(reader, Vec::new(), block),
                Err(_) => return,
            }
        }
    };
    let _ = match source.layout {
        Layout::Lines => lines(&mut window, sink, limits, None),
        Layout::Values => values(&mut window, sink, limits),
    };
}

struct Names<'a> {
    names: &'a mut BTreeSet<String>,
    paths: Paths,
    finds: Finds,
    depth: usize,
    text: Text,
}

impl Sink for Names<'_> {
    fn parse(&mut self, bytes: &[u8], _offset: u64) -> Result<usize, Fail> {
        let found = envelope(bytes, self.depth)?;
        if let Some((from, to)) = found.as_ref().and_then(|found| found.index) {
            self.names.insert(String::from_utf8_lossy(&bytes[from..to]).into_owned());
        }
        let (from, known_end) = found.map_or((0, None), |found| (found.source.0, Some(found.end)));
        let length = walk(&bytes[from..], &self.paths, self.depth, &mut self.finds)?;
        if let Ok(document) = std::str::from_utf8(&bytes[from..from + length])
            && let Some(name) = super::index_name(&self.finds.columns, document, &mut self.text)
        {
            self.names.insert(name);
        }
        Ok(known_end.unwrap_or(length))
    }

    fn commit(&mut self, _bytes: &[u8], _place: Place<'_>) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn malformed(&mut self, _place: Place<'_>, _why: &str) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

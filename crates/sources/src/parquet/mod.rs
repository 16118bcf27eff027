//! Parquet files: their columns are the fields, their row groups the parts that are read side by side.
//!
//! A struct is an object, so its members have dotted names; a list, also one of structs, is several values. The type
//! of a field is what the file's metadata say under [`TYPE_KEY`], else what is known of fields of that name, else what
//! its Arrow type comes to. Only the columns that are wanted are read.

mod leaf;
mod read;
mod render;
mod resolve;

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use bytes::Bytes;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use parquet::file::reader::{ChunkReader, Length};
use quarry_types::DataType;

use crate::catalog::{Format, Group};
use crate::decompress;
use crate::discover::Origin;
use crate::extract::Rule;

pub(crate) use leaf::Leaf;
pub(crate) use read::{Rows, Wanted, rows};

/// The key in a field's metadata whose value is the name of its ES|QL type.
pub(crate) const TYPE_KEY: &str = "elastic:type";

/// What a Parquet file says of itself at its end.
#[derive(Clone, Debug)]
pub(crate) struct Footer {
    metadata: ArrowReaderMetadata,
    /// The columns that can be read as fields, in the file's order.
    pub(crate) leaves: Vec<Leaf>,
    /// The whole file, where its bytes come as a stream: the beginning is of no use without the end.
    whole: Option<Bytes>,
}

/// Reads the end of a file.
pub(crate) fn footer(origin: &Origin, is_packed: bool) -> io::Result<Footer> {
    let (metadata, whole) = match origin {
        Origin::File(path) if !is_packed => (load(&File::open(path)?)?, None),
        _ => {
            let mut all = Vec::new();
            decompress::stream(origin)?.0.read_to_end(&mut all)?;
            let all = Bytes::from(all);
            (load(&all)?, Some(all))
        }
    };
    let leaves = leaf::leaves(metadata.schema());
    Ok(Footer { metadata, leaves, whole })
}

fn load<R: ChunkReader>(reader: &R) -> io::Result<ArrowReaderMetadata> {
    // Statistics and page indexes would only be memory.
    guarded(|| ArrowReaderMetadata::load(reader, ArrowReaderOptions::new())).map_err(|reason| {
        io::Error::other(format!("a Parquet file whose end can't be read ({reason}); is it cut off?"))
    })
}

/// Runs a part of the Parquet reader. It means to give errors for damaged files, but some make it panic.
fn guarded<T>(run: impl FnOnce() -> Result<T, parquet::errors::ParquetError>) -> Result<T, String> {
    match quiet::silently(|| catch_unwind(AssertUnwindSafe(run))) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(reason(&error.to_string())),
        Err(_) => Err("damaged".to_owned()),
    }
}

/// The last part of a message; errors of that crate repeat what they are.
fn reason(message: &str) -> String {
    let last = message.rsplit("rror: ").next().unwrap_or(message);
    match last.strip_prefix("Disabled feature at compile time: ") {
        Some(codec) => format!("{codec} compression is not known here"),
        None => last.to_owned(),
    }
}

mod quiet {
    use std::cell::Cell;
    use std::panic;
    use std::sync::Once;

    thread_local! {
        static QUIET: Cell<bool> = const { Cell::new(false) };
    }

    /// Runs `run`, of whose panics nothing is printed: they become reports.
    pub(super) fn silently<T>(run: impl FnOnce() -> T) -> T {
        static HOOK: Once = Once::new();
        HOOK.call_once(|| {
            let before = panic::take_hook();
            panic::set_hook(Box::new(move |info| {
                if !QUIET.get() {
                    before(info);
                }
            }));
        });
        QUIET.set(true);
        let result = run();
        QUIET.set(false);
        result
    }
}

impl Footer {
    /// The number of row groups.
    pub(crate) fn row_groups(&self) -> usize {
        self.metadata.metadata().num_row_groups()
    }

    /// The compressed bytes of a row group.
    pub(crate) fn group_bytes(&self, group: usize) -> u64 {
        u64::try_from(self.metadata.metadata().row_group(group).compressed_size()).unwrap_or(0)
    }

    /// The compressed bytes of all row groups: the rest of the file describes them.
    fn all_group_bytes(&self) -> u64 {
        (0..self.row_groups()).map(|group| self.group_bytes(group)).fold(0, u64::saturating_add)
    }

    /// The rows before a row group.
    fn rows_before(&self, group: usize) -> u64 {
        let rows = self.metadata.metadata().row_groups().iter().take(group).map(|group| group.num_rows());
        rows.map(|rows| u64::try_from(rows).unwrap_or(0)).fold(0, u64::saturating_add)
    }
}

/// The columns of all Parquet files of a group. Where files differ the type is one that holds the values of all.
pub(crate) fn columns(group: &Group) -> Vec<Rule> {
    let mut places = HashMap::new();
    let mut rules: Vec<Rule> = Vec::new();
    let footers = group.sources.iter().filter(|source| source.format == Format::Parquet);
    for leaf in footers.filter_map(|source| source.parquet.as_ref()).flat_map(|footer| &footer.leaves) {
        match places.get(&leaf.name) {
            None => {
                places.insert(leaf.name.clone(), rules.len());
                rules.push(Rule::new(leaf.name.clone(), leaf.data_type));
            }
            Some(place) => {
                let rule: &mut Rule = &mut rules[*place];
                if rule.data_type != leaf.data_type {
                    let common = rule.data_type.common(leaf.data_type).unwrap_or(DataType::Keyword);
                    *rule = Rule::new(leaf.name.clone(), common);
                }
            }
        }
    }
    rules
}

/// Bytes of a file, wherever they are.
pub(crate) enum Chunks {
    File(File),
    Whole(Bytes),
}

impl Length for Chunks {
    fn len(&self) -> u64 {
        match self {
            Chunks::File(file) => Length::len(file),
            Chunks::Whole(bytes) => Length::len(bytes),
        }
    }
}

impl ChunkReader for Chunks {
    type T = Box<dyn io::Read>;

    fn get_read(&self, start: u64) -> parquet::errors::Result<Self::T> {
        Ok(match self {
            Chunks::File(file) => Box::new(file.get_read(start)?),
            Chunks::Whole(bytes) => Box::new(bytes.get_read(start)?),
        })
    }

    fn get_bytes(&self, start: u64, length: usize) -> parquet::errors::Result<Bytes> {
        match self {
            Chunks::File(file) => file.get_bytes(start, length),
            Chunks::Whole(bytes) => bytes.get_bytes(start, length),
        }
    }
}

impl Chunks {
    fn of(origin: &Origin, footer: &Footer) -> io::Result<Self> {
        match (&footer.whole, origin) {
            (Some(bytes), _) => Ok(Chunks::Whole(bytes.clone())),
            (None, Origin::File(path)) => File::open(path).map(Chunks::File),
            (None, Origin::Stream(_)) => Err(io::Error::other("a stream can be read only once")),
        }
    }
}

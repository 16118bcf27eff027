//! Reads single records, for tests and fuzzing: no files, no framing.

use quarry_types::{ColumnBuilder, DataType, Value};

use crate::extract::{Convert, Empty, Finds, Paths, Row, Rule, Tokens, walk};

/// Records nested more deeply are refused.
const MAX_DEPTH: usize = 128;

/// How a record is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Byte by byte: the judge of everything doubtful.
    Bytes,
    /// Token by token, where the processor can.
    Tokens,
    /// The same; what nobody reads is passed over by its brackets.
    Passing,
}

/// The field at `path` of the one record that `bytes` are; `None` where they are no JSON object. A value that doesn't
/// fit the type is null.
#[must_use]
pub fn read(bytes: &[u8], path: &str, data_type: DataType, way: Way) -> Option<Value> {
    let text = std::str::from_utf8(bytes).ok()?.trim_matches([' ', '\t', '\n', '\r']);
    let rule = Rule::new(path, data_type);
    let mut paths = Paths::new();
    paths.add(path, 0, rule.convert == Convert::Json);
    let mut finds = Finds::new(1, &paths);
    let text = text.as_bytes();
    let end = match way {
        Way::Bytes => walk(text, &paths, MAX_DEPTH, &mut finds),
        _ => Tokens::new(way == Way::Tokens).walk(text, 0, &paths, MAX_DEPTH, &mut finds),
    };
    let end = end.ok()?;
    if end != text.len() {
        return None;
    }
    let mut builder = ColumnBuilder::new(data_type);
    Row::default().push(
        &mut builder,
        &rule,
        &finds.columns[0],
        std::str::from_utf8(text).ok()?,
        &Empty::default(),
        &mut |_| {},
    );
    builder.finish_row();
    Some(builder.finish().value(0))
}

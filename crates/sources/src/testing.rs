//! Reads single records, for tests and fuzzing: no files, no framing.

use quarry_types::{ColumnBuilder, DataType, Value};

use crate::extract::{Convert, Empty, Finds, Paths, Row, Rule, walk};

/// Records nested more deeply are refused.
const MAX_DEPTH: usize = 128;

/// The field at `path` of the one record that `bytes` are; `None` where they are no JSON object. A value that doesn't
/// fit the type is null.
#[must_use]
pub fn read(bytes: &[u8], path: &str, data_type: DataType) -> Option<Value> {
    let text = std::str::from_utf8(bytes).ok()?.trim_matches([' ', '\t', '\n', '\r']);
    let rule = Rule::new(path, data_type);
    let mut paths = Paths::new();
    paths.add(path, 0, rule.convert == Convert::Json);
    let mut finds = Finds::new(1, &paths);
    let end = walk(text.as_bytes(), &paths, MAX_DEPTH, &mut finds).ok()?;
    if end != text.len() {
        return None;
    }
    let mut builder = ColumnBuilder::new(data_type);
    Row::default().push(&mut builder, &rule, &finds.columns[0], text, &Empty::default(), &mut |_| {});
    builder.finish_row();
    Some(builder.finish().value(0))
}

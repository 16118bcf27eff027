use std::collections::BTreeMap;

use quarry::{ColumnInfo, Compression, DataType, Format, InputInfo};

use super::super::shell::{Answer, Flow, Shell};
use super::{Arguments, Dot};
use crate::output::account::size;
use crate::output::print;
use crate::output::table::layout;
use crate::output::text::printable;

pub(super) const INPUTS: Dot = Dot {
    name: "inputs",
    usage: ".inputs [files]",
    summary: "list the indices that are open, or all files",
    details: "",
    arguments: Arguments::Words(&["files"]),
    run,
};

fn run(shell: &mut Shell, rest: &str) -> Answer {
    let inputs = shell.engine.inputs();
    if inputs.is_empty() {
        print("There is no input; .open PATH opens some.\n");
        return Ok(Flow::On);
    }
    if rest == "files" {
        let rows = inputs.iter().map(|input| {
            vec![printable(&input.path), size(input.bytes), described(input), printable(&input.indices.join(", "))]
        });
        print(&table(&["path", "size", "holds", "indices"], rows.collect()));
        return Ok(Flow::On);
    }
    let mut by_index: BTreeMap<(String, String), (u64, u64)> = BTreeMap::new();
    for input in &inputs {
        let index = if input.indices.is_empty() { "(none)".to_owned() } else { printable(&input.indices.join(", ")) };
        let counts = by_index.entry((index, described(input))).or_default();
        counts.0 += 1;
        counts.1 += input.bytes;
    }
    let rows =
        by_index.into_iter().map(|((index, holds), (files, bytes))| vec![index, holds, files.to_string(), size(bytes)]);
    print(&table(&["index", "holds", "files", "size"], rows.collect()));
    Ok(Flow::On)
}

fn described(input: &InputInfo) -> String {
    let format = match (&input.kind, input.format) {
        (Some(kind), _) => return format!("raw {}", printable(kind)),
        (None, Format::JsonLines) => "JSON lines",
        (None, Format::Json) => "JSON",
        (None, Format::Csv) => "CSV",
        (None, Format::Parquet) => "Parquet",
        (None, Format::Other) => "nothing that can be read",
    };
    if input.compression == Compression::None { format.to_owned() } else { format!("{format}, compressed") }
}

/// A table of texts.
pub(super) fn table(names: &[&str], rows: Vec<Vec<String>>) -> String {
    let column = |name: &&str| ColumnInfo { name: (*name).to_owned(), data_type: DataType::Keyword };
    let columns: Vec<ColumnInfo> = names.iter().map(column).collect();
    format!("{}\n", layout(&columns, rows))
}

/// What is open, in a sentence.
pub(in crate::repl) fn in_words(shell: &Shell, names: &[String]) -> String {
    const MOST_NAMED: usize = 5;
    let inputs = shell.engine.inputs();
    let bytes: u64 = inputs.iter().map(|input| input.bytes).sum();
    let shown: Vec<String> = names.iter().take(MOST_NAMED).map(|name| printable(name)).collect();
    let more = if names.len() > MOST_NAMED { format!(" and {} more", names.len() - MOST_NAMED) } else { String::new() };
    let s = if inputs.len() == 1 { "" } else { "s" };
    format!("Open: {}{more} ({} file{s}, {})", shown.join(", "), inputs.len(), size(bytes))
}

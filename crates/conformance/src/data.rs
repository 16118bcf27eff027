//! Opens the data sets of csv-spec files as indices.
//!
//! Each CSV file becomes a file of one JSON object a line and a mapping, so that queries read what they read in
//! practice.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use indexmap::IndexMap;
use quarry::{Engine, EngineOptions, Input, Mapping};
use quarry_plan::catalog::{EnrichPolicy, PolicyKind};
use serde_json::{Map, Number, Value, json};
use tempfile::TempDir;

use crate::cell::{Cell, split};
use crate::needs::{Needs, fits};
use crate::{HarnessError, files, read, write};

/// Indices that have the data of another.
const ALIASES: [(&str, &str); 4] = [
    ("languages_lookup", "languages"),
    ("message_types_lookup", "message_types"),
    ("clientips_lookup", "clientips"),
    ("languages_lookup_non_unique_key", "languages_non_unique_key"),
];

/// Mappings that are older than their data and are left aside.
const STALE: [&str; 2] = ["hosts", "languages_nested_fields"];

/// Policy, kind, index, match field, enrich fields.
const POLICIES: [(&str, PolicyKind, &str, &str, &[&str]); 6] = [
    ("languages_policy", PolicyKind::Match, "languages", "language_code", &["language_name"]),
    ("clientip_policy", PolicyKind::Match, "clientips", "client_ip", &["env"]),
    ("client_cidr_policy", PolicyKind::Range, "client_cidr", "client_cidr", &["env"]),
    ("ages_policy", PolicyKind::Range, "ages", "age_range", &["description"]),
    ("heights_policy", PolicyKind::Range, "heights", "height_range", &["description"]),
    ("decades_policy", PolicyKind::Range, "decades", "date_range", &["decade", "description"]),
];

/// An engine over the data sets of a folder.
#[derive(Debug)]
pub struct Data {
    /// The engine.
    pub engine: Engine,
    names: Vec<String>,
    // The files are read while the engine lives.
    _folder: TempDir,
}

impl Data {
    /// Opens the CSV files in `root/data` with the mappings in `root/mappings`.
    ///
    /// # Errors
    /// A file can't be read or written, or isn't what it should be.
    pub fn open(root: &Path) -> Result<Self, HarnessError> {
        let folder = TempDir::new().map_err(|source| HarnessError::Io { path: std::env::temp_dir(), source })?;
        let mut options = EngineOptions::default();
        let mut inputs = Vec::new();
        for path in files(&root.join("data"), "csv")? {
            let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            let index = stem.replace('-', "_");
            let given = mapping_of(root, &stem)?;
            let (rows, mapping) = convert(&read(&path)?, given.as_ref())
                .map_err(|(line, reason)| HarnessError::Malformed { path: path.clone(), line, reason })?;
            let target = folder.path().join(format!("{index}.ndjson"));
            write(&target, &rows)?;
            let mapping = Mapping::parse(&mapping.to_string()).map_err(|e| HarnessError::Engine(e.to_string()))?;
            let aliases = ALIASES.iter().filter(|(_, of)| *of == index).map(|(alias, _)| (*alias).to_owned());
            for name in std::iter::once(index.clone()).chain(aliases) {
                inputs.push(Input::named(name.clone(), target.to_string_lossy()));
                options.mappings.push((Some(name), mapping.clone()));
            }
        }
        options.policies = POLICIES
            .iter()
            .map(|&(name, kind, index, match_field, fields)| {
                let fields = fields.iter().map(|f| (*f).to_owned()).collect();
                let (index, match_field) = (index.to_owned(), match_field.to_owned());
                (name.to_owned(), EnrichPolicy { kind, index, match_field, fields })
            })
            .collect();
        let names = inputs.iter().filter_map(|input| input.name.clone()).collect();
        let engine = Engine::open(&inputs, options).map_err(|e| HarnessError::Engine(e.to_string()))?;
        Ok(Self { engine, names, _folder: folder })
    }

    /// What a query asks for and isn't here. A wildcard stands for data that isn't here as well when it fits a name
    /// that some query of `others` asks for.
    #[must_use]
    pub fn missing(&self, query: &str, others: &[String]) -> Vec<String> {
        let needs = Needs::of(query);
        let absent = |name: &String| {
            if name.contains('*') {
                !self.names.iter().any(|have| fits(name, have)) || others.iter().any(|other| fits(name, other))
            } else {
                !self.names.contains(name)
            }
        };
        let policy = |name: &&String| !POLICIES.iter().any(|(have, ..)| have == name);
        needs.indices.iter().filter(|n| absent(n)).chain(needs.policies.iter().filter(policy)).cloned().collect()
    }

    /// The names of indices that queries ask for and that aren't here.
    #[must_use]
    pub fn others<'a>(&self, queries: impl Iterator<Item = &'a str>) -> Vec<String> {
        let mut others: Vec<String> = queries
            .flat_map(|query| Needs::of(query).indices)
            .filter(|name| !name.contains('*') && !self.names.contains(name))
            .collect();
        others.sort();
        others.dedup();
        others
    }
}

fn mapping_of(root: &Path, stem: &str) -> Result<Option<Value>, HarnessError> {
    let file = if stem == "employees" { "default" } else { stem };
    let path = root.join("mappings").join(format!("mapping-{file}.json"));
    if STALE.contains(&stem) || !fs::exists(&path).unwrap_or(false) {
        return Ok(None);
    }
    let reason =
        |e: serde_json::Error| HarnessError::Malformed { path: path.clone(), line: e.line(), reason: e.to_string() };
    serde_json::from_str(&read(&path)?).map(Some).map_err(reason)
}

/// A column of a CSV file.
struct Column {
    name: String,
    data_type: String,
}

/// The rows as JSON objects, one a line, and a mapping for all columns.
fn convert(csv: &str, given: Option<&Value>) -> Result<(String, Value), (usize, String)> {
    let mut lines = csv.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !line.starts_with("//"));
    let Some((_, header)) = lines.next() else { return Err((1, "no header".to_owned())) };
    let mut columns = Vec::new();
    for cell in header.split(',') {
        let (name, data_type) = cell.rsplit_once(':').ok_or_else(|| (1, format!("no type in [{cell}]")))?;
        columns.push(Column { name: name.trim().to_owned(), data_type: data_type.trim().to_owned() });
    }
    let types: BTreeMap<String, String> = given.map(|mapping| flatten(&mapping["properties"], "")).unwrap_or_default();
    let names: Vec<String> = columns.iter().map(|c| c.name.clone()).collect();
    // A field below another field is that field in a different type, and isn't part of documents.
    let part_of_document = |name: &str| {
        !name.starts_with('_')
            && !names.iter().any(|n| name.strip_prefix(n.as_str()).is_some_and(|r| r.starts_with('.')))
    };
    let mut rows = String::new();
    for (index, line) in lines {
        let cells = cells(line);
        if cells.len() != columns.len() {
            return Err((index + 1, format!("{} cells under {} columns", cells.len(), columns.len())));
        }
        let mut document = Tree::default();
        for (column, cell) in columns.iter().zip(&cells) {
            if !part_of_document(&column.name) || ["", "[]"].contains(&cell.trim()) {
                continue;
            }
            let data_type = types.get(&column.name).unwrap_or(&column.data_type);
            let mut values: Vec<String> =
                Cell::parse(cell).values().iter().map(|text| json_text(text, data_type)).collect();
            let value = if values.len() == 1 { values.remove(0) } else { format!("[{}]", values.join(",")) };
            document.put(&column.name, value);
        }
        rows.push_str(&document.to_json());
        rows.push('\n');
    }
    let mut properties =
        given.map_or_else(Map::new, |mapping| mapping["properties"].as_object().cloned().unwrap_or_default());
    for column in columns.iter().filter(|c| part_of_document(&c.name) && !types.contains_key(&c.name)) {
        // A name with dots is as good as objects in each other.
        properties.insert(column.name.clone(), json!({"type": mapping_type(&column.data_type)}));
    }
    Ok((rows, json!({"mappings": {"properties": properties}})))
}

/// Cuts a line at commas that aren't in brackets or escaped.
fn cells(line: &str) -> Vec<String> {
    let mut cells: Vec<String> = Vec::new();
    let mut open = String::new();
    for part in split(line, ',') {
        if open.is_empty() {
            open = part;
        } else {
            open.push(',');
            open.push_str(&part);
        }
        let text = open.trim();
        if !text.starts_with('[') || text.ends_with(']') && !text.ends_with("\\]") {
            cells.push(std::mem::take(&mut open));
        }
    }
    if !open.is_empty() {
        cells.push(open);
    }
    cells
}

/// The types of the fields in `properties` by full name.
fn flatten(properties: &Value, prefix: &str) -> BTreeMap<String, String> {
    let mut types = BTreeMap::new();
    for (key, definition) in properties.as_object().into_iter().flatten() {
        let name = format!("{prefix}{key}");
        types.extend(flatten(&definition["properties"], &format!("{name}.")));
        types.extend(flatten(&definition["fields"], &format!("{name}.")));
        if let Some(data_type) = definition["type"].as_str() {
            types.insert(name, data_type.to_owned());
        }
    }
    types
}

/// The type as mappings call it.
fn mapping_type(name: &str) -> &str {
    match name {
        "i" | "int" => "integer",
        "l" => "long",
        "ul" => "unsigned_long",
        "d" => "double",
        "k" | "s" | "string" => "keyword",
        "t" => "text",
        "dt" | "datetime" => "date",
        "b" | "bool" => "boolean",
        "v" => "version",
        // Only mappings mean shorter floats; tests of data without one count on whole doubles.
        "float" | "half_float" | "scaled_float" => "double",
        other => other,
    }
}

/// A value as JSON. Numbers stay as they are written, since a string field may be made of them.
fn json_text(text: &str, data_type: &str) -> String {
    let bare = match mapping_type(data_type) {
        "boolean" => text.parse::<bool>().is_ok(),
        "byte" | "short" | "integer" | "long" | "unsigned_long" | "double" => {
            serde_json::from_str::<Number>(text).is_ok()
        }
        _ => false,
    };
    if bare { text.to_owned() } else { Value::from(text).to_string() }
}

/// An object whose leaves are JSON already.
#[derive(Default)]
struct Tree(IndexMap<String, Node>);

enum Node {
    Leaf(String),
    Inner(Tree),
}

impl Tree {
    /// Puts a value under a name whose parts are objects in each other.
    fn put(&mut self, name: &str, value: String) {
        let Some((head, tail)) = name.split_once('.') else {
            self.0.insert(name.to_owned(), Node::Leaf(value));
            return;
        };
        if let Node::Inner(inner) = self.0.entry(head.to_owned()).or_insert_with(|| Node::Inner(Tree::default())) {
            inner.put(tail, value);
        }
    }

    fn to_json(&self) -> String {
        let fields = self.0.iter().map(|(name, node)| {
            let value = match node {
                Node::Leaf(text) => text.clone(),
                Node::Inner(tree) => tree.to_json(),
            };
            format!("{}:{value}", Value::from(name.as_str()))
        });
        format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
    }
}

/// The indices of inline documents, for specifications that bring their data along.
///
/// # Errors
/// The documents can't be written, or a mapping isn't one.
pub fn open_inline(
    documents: &IndexMap<String, String>,
    mappings: &IndexMap<String, String>,
) -> Result<(Engine, TempDir), HarnessError> {
    let folder = TempDir::new().map_err(|source| HarnessError::Io { path: std::env::temp_dir(), source })?;
    let mut options = EngineOptions::default();
    for (name, text) in mappings {
        let mapping = Mapping::parse(text).map_err(|e| HarnessError::Engine(e.to_string()))?;
        options.mappings.push((Some(name.clone()), mapping));
    }
    let mut inputs = Vec::new();
    for (name, text) in documents {
        let path = folder.path().join(format!("{name}.ndjson"));
        write(&path, text)?;
        inputs.push(Input::named(name.clone(), path.to_string_lossy()));
    }
    let engine = if inputs.is_empty() {
        Engine::empty()
    } else {
        Engine::open(&inputs, options).map_err(|e| HarnessError::Engine(e.to_string()))?
    };
    Ok((engine, folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_becomes_documents_and_a_mapping() {
        let csv = "id:l, tags:keyword,a.b:d,a.b.text:keyword,up:boolean\n7,[x, y\\,z],1.5,1.5,true\n8,,[1,2.50],,\n";
        let (rows, mapping) = convert(csv, None).unwrap();
        assert_eq!(
            rows,
            "{\"id\":7,\"tags\":[\"x\",\"y,z\"],\"a\":{\"b\":1.5},\"up\":true}\n{\"id\":8,\"a\":{\"b\":[1,2.50]}}\n"
        );
        assert_eq!(mapping["mappings"]["properties"]["id"]["type"], "long");
        let given = json!({"properties": {"id": {"type": "keyword"}}});
        let (rows, mapping) = convert("id:l,n:l\n7,8\n", Some(&given)).unwrap();
        assert_eq!(rows, "{\"id\":\"7\",\"n\":8}\n");
        assert_eq!(mapping["mappings"]["properties"]["n"]["type"], "long");
    }
}

//! Rule files in three forms: a query with metadata beside it, Elastic's rule file, Elastic's hunting file.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::rule::{Metadata, Rule, RuleError, RuleTest};

/// What came of loading files and folders.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The rules, in the order of their paths.
    pub rules: Vec<Rule>,
    /// Files that can't be used, with the reason.
    pub errors: Vec<RuleError>,
    /// Rule files in another language than ES|QL, passed over.
    pub other_languages: Vec<PathBuf>,
    /// The files looked at: one that is named twice, or whose other half is named too, is one rule.
    seen: HashSet<PathBuf>,
}

/// Loads every rule of the given files and folders; folders are searched recursively.
#[must_use]
pub fn load(paths: &[PathBuf]) -> Loaded {
    let mut loaded = Loaded::default();
    for path in paths {
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => load_folder(path, &mut loaded),
            Ok(_) => load_file(path, true, &mut loaded),
            Err(source) => loaded.errors.push(RuleError::Unreadable { path: path.clone(), source }),
        }
    }
    loaded
}

fn load_folder(folder: &Path, loaded: &mut Loaded) {
    let mut open = vec![folder.to_owned()];
    let mut files = Vec::new();
    while let Some(folder) = open.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(source) => {
                loaded.errors.push(RuleError::Unreadable { path: folder, source });
                continue;
            }
        };
        for entry in entries.flatten() {
            let path = entry.path();
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            // Links are not followed: they could lead back up.
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => open.push(path),
                Ok(_) => files.push(path),
                Err(_) => {}
            }
        }
    }
    files.sort();
    for file in files {
        match file.extension().and_then(|extension| extension.to_str()) {
            Some("esql") => load_file(&file, false, loaded),
            // The metadata of a query that stands beside it.
            Some("toml") if file.with_extension("esql").exists() => {}
            Some("toml") => load_file(&file, false, loaded),
            _ => {}
        }
    }
}

/// Loads one file. One that was named outright has to be a rule.
fn load_file(path: &Path, named: bool, loaded: &mut Loaded) {
    let is_toml = path.extension().is_some_and(|extension| extension == "toml");
    let query = path.with_extension("esql");
    let path = if is_toml && query.exists() { &query } else { path };
    if !loaded.seen.insert(fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())) {
        return;
    }
    let result = match path.extension().and_then(|extension| extension.to_str()) {
        Some("toml") => load_toml(path, named, loaded),
        _ => load_query(path).map(|rule| vec![rule]),
    };
    match result {
        Ok(rules) => loaded.rules.extend(rules),
        Err(error) => loaded.errors.push(error),
    }
}

fn load_query(path: &Path) -> Result<Rule, RuleError> {
    let query = read(path)?;
    if query.trim().is_empty() {
        return Err(RuleError::NoQuery { path: path.to_owned() });
    }
    let beside = path.with_extension("toml");
    let table = if beside.exists() { table(&beside)? } else { Map::new() };
    let metadata = Metadata::new(rule_table(&table).unwrap_or_default(), &stem(path)).beside(&table);
    Ok(Rule { path: path.to_owned(), query, metadata, tests: tests(&beside, &table)? })
}

fn load_toml(path: &Path, named: bool, loaded: &mut Loaded) -> Result<Vec<Rule>, RuleError> {
    let table = table(path)?;
    if let Some(Value::Object(hunt)) = table.get("hunt") {
        return hunt_rules(path, hunt, &table);
    }
    let Some(fields) = rule_table(&table) else {
        if named {
            return Err(RuleError::invalid(path, "there is neither a [rule] nor a [hunt] table"));
        }
        return Ok(Vec::new());
    };
    let language = fields.get("language").or_else(|| fields.get("type")).and_then(Value::as_str);
    if language.is_some_and(|language| language != "esql") {
        loaded.other_languages.push(path.to_owned());
        return Ok(Vec::new());
    }
    let query = fields.get("query").and_then(Value::as_str).unwrap_or_default().to_owned();
    if query.trim().is_empty() {
        return Err(RuleError::NoQuery { path: path.to_owned() });
    }
    let tests = tests(path, &table)?;
    let metadata = Metadata::new(fields, &stem(path)).beside(&table);
    Ok(vec![Rule { path: path.to_owned(), query, metadata, tests }])
}

/// A hunt holds several queries; those in ES|QL are recognised by how they begin.
fn hunt_rules(path: &Path, hunt: &Map<String, Value>, file: &Map<String, Value>) -> Result<Vec<Rule>, RuleError> {
    let queries: Vec<&str> = match hunt.get("query") {
        Some(Value::String(query)) => vec![query],
        Some(Value::Array(queries)) => queries.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    if queries.is_empty() {
        return Err(RuleError::NoQuery { path: path.to_owned() });
    }
    let count = queries.len();
    Ok(queries
        .into_iter()
        .enumerate()
        .filter(|(_, query)| is_esql(query))
        .map(|(i, query)| {
            let mut metadata = Metadata::new(hunt.clone(), &stem(path)).beside(file);
            if count > 1 {
                metadata.name = format!("{} ({})", metadata.name, i + 1);
                metadata.rule_id = format!("{}-{}", metadata.rule_id, i + 1);
            }
            Rule { path: path.to_owned(), query: query.to_owned(), metadata, tests: Vec::new() }
        })
        .collect())
}

/// Whether a query begins as ES|QL does, after comments and settings.
fn is_esql(query: &str) -> bool {
    let first = query.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with("//")).unwrap_or("");
    let word: String = first.chars().take_while(char::is_ascii_alphabetic).collect();
    ["from", "row", "show", "set", "ts"].contains(&word.to_ascii_lowercase().as_str())
}

fn rule_table(table: &Map<String, Value>) -> Option<Map<String, Value>> {
    match table.get("rule") {
        Some(Value::Object(fields)) => Some(fields.clone()),
        _ => None,
    }
}

fn tests(path: &Path, table: &Map<String, Value>) -> Result<Vec<RuleTest>, RuleError> {
    let Some(Value::Array(tests)) = table.get("test") else { return Ok(Vec::new()) };
    tests.iter().enumerate().map(|(i, test)| read_test(path, i, test)).collect()
}

fn read_test(path: &Path, index: usize, test: &Value) -> Result<RuleTest, RuleError> {
    let name = test.get("name").and_then(Value::as_str).map_or_else(|| format!("test {}", index + 1), str::to_owned);
    let events = test.get("events").map(|events| event_texts(path, &name, events)).transpose()?;
    let file = test.get("file").and_then(Value::as_str).map(PathBuf::from);
    if events.is_none() && file.is_none() {
        return Err(RuleError::invalid(path, format!("the test \"{name}\" has neither events nor a file")));
    }
    let Some(alerts) = test.get("alerts").and_then(Value::as_u64) else {
        return Err(RuleError::invalid(path, format!("the test \"{name}\" doesn't say how many alerts it expects")));
    };
    let now = match test.get("now").and_then(Value::as_str) {
        None => None,
        Some(text) => Some(
            quarry::parse_time(text)
                .ok_or_else(|| RuleError::invalid(path, format!("the test \"{name}\": now = \"{text}\" is no time")))?,
        ),
    };
    let expect = test.get("expect").map(|expect| expected_rows(path, &name, expect)).transpose()?.unwrap_or_default();
    if !expect.is_empty() && expect.len() as u64 != alerts {
        let count = expect.len();
        let message = format!("the test \"{name}\" expects {alerts} alerts and describes {count} of them");
        return Err(RuleError::invalid(path, message));
    }
    Ok(RuleTest { name, events: events.unwrap_or_default(), file, now, alerts: alerts as usize, expect })
}

fn event_texts(path: &Path, name: &str, events: &Value) -> Result<Vec<String>, RuleError> {
    let texts = events.as_array().and_then(|events| {
        events.iter().map(|event| event.as_str().map(str::to_owned)).collect::<Option<Vec<String>>>()
    });
    texts.ok_or_else(|| {
        RuleError::invalid(path, format!("the test \"{name}\": events have to be JSON texts in an array"))
    })
}

fn expected_rows(path: &Path, name: &str, expect: &Value) -> Result<Vec<Map<String, Value>>, RuleError> {
    let rows = match expect {
        Value::Object(one) => Some(vec![one.clone()]),
        Value::Array(rows) => rows.iter().map(|row| row.as_object().cloned()).collect(),
        _ => None,
    };
    rows.ok_or_else(|| RuleError::invalid(path, format!("the test \"{name}\": expect has to be tables of columns")))
}

fn read(path: &Path) -> Result<String, RuleError> {
    fs::read_to_string(path).map_err(|source| RuleError::Unreadable { path: path.to_owned(), source })
}

fn table(path: &Path) -> Result<Map<String, Value>, RuleError> {
    let text = read(path)?;
    let table: toml::Table = toml::from_str(&text).map_err(|error| RuleError::Invalid {
        path: path.to_owned(),
        line: error.span().map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1),
        message: error.message().to_owned(),
    })?;
    match json(&toml::Value::Table(table)) {
        Value::Object(fields) => Ok(fields),
        _ => Ok(Map::new()),
    }
}

/// TOML as JSON; dates become their text.
fn json(value: &toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::String(text.clone()),
        toml::Value::Integer(n) => (*n).into(),
        toml::Value::Float(n) => (*n).into(),
        toml::Value::Boolean(b) => (*b).into(),
        toml::Value::Datetime(date) => Value::String(date.to_string()),
        toml::Value::Array(items) => items.iter().map(json).collect(),
        toml::Value::Table(table) => {
            Value::Object(table.iter().map(|(key, value)| (key.clone(), json(value))).collect())
        }
    }
}

fn stem(path: &Path) -> String {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hunting_file_keeps_only_its_esql_queries() {
        assert!(is_esql("// look for it\nFROM logs-*"));
        assert!(is_esql("set unmapped_fields=\"nullify\"; from x"));
        assert!(!is_esql("process where true"));
        assert!(!is_esql("SELECT * FROM x"));
    }

    #[test]
    fn a_rule_without_a_query_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("empty.toml");
        fs::write(&path, "[rule]\nname = \"x\"\ntype = \"esql\"\n").unwrap();
        let loaded = load(&[path]);
        assert!(loaded.rules.is_empty());
        assert!(loaded.errors[0].to_string().ends_with("the rule has no query"));
    }

    #[test]
    fn a_test_that_would_check_less_than_it_says_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let problem = |test: &str| {
            let path = folder.path().join("rule.toml");
            let rule = format!("[rule]\ntype = \"esql\"\nquery = \"ROW a = 1\"\n[[test]]\nname = \"t\"\n{test}\n");
            fs::write(&path, rule).unwrap();
            load(&[path]).errors.first().map(ToString::to_string).unwrap_or_default()
        };
        assert!(problem("events = []\nalerts = 2\nexpect = [{ a = 1 }]").contains("describes 1 of them"));
        assert!(problem("events = [{ a = 1 }]\nalerts = 0").contains("JSON texts"));
        assert!(problem("events = []\nalerts = 1\nexpect = [1]").contains("tables of columns"));
        assert_eq!(problem("events = []\nalerts = 1\nexpect = [{ a = 1 }]"), "");
    }

    #[test]
    fn a_rule_whose_two_files_are_named_is_one_rule() {
        let folder = tempfile::tempdir().unwrap();
        let (query, metadata) = (folder.path().join("r.esql"), folder.path().join("r.toml"));
        fs::write(&query, "FROM a").unwrap();
        fs::write(&metadata, "[rule]\nrule_id = \"r\"\n").unwrap();
        let loaded = load(&[metadata, query.clone(), folder.path().to_owned(), folder.path().join("./r.esql")]);
        assert_eq!(loaded.rules.iter().map(|rule| &rule.path).collect::<Vec<_>>(), [&query]);
    }

    #[test]
    fn a_broken_rule_file_names_the_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("broken.toml");
        fs::write(&path, "[rule]\nname = x\n").unwrap();
        let error = load(&[path]).errors.remove(0).to_string();
        assert!(error.contains("broken.toml:2:"), "{error}");
    }
}

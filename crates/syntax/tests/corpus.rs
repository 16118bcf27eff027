//! Queries that people wrote: rules, hunts and the queries of specifications, where a checkout of them lies next to
//! the project. Every one parses, prints to the same tree, and is left alone by the second run of the formatter.

use std::{
    fs,
    path::{Path, PathBuf},
};

use quarry_syntax::{format, parse, print, strip_spans};

/// Queries that are refused on purpose, by their place, with the reason.
const REFUSED: &[(&str, &str)] = &[
    ("servicequotas_discovery_multi_region_get_service_quota_calls.toml#0", "compares with a single `=`"),
    ("aks_kubelet_proxy_command_execution_from_external_source.toml#0", "has the escape `\\?` in a plain string"),
    ("entra_authentication_attempts_behind_rare_user_agents.toml#0", "has an OR without right operand"),
    ("credential_access_rapid_reset_password_requests_for_different_users.toml#0", "has `name =` without expression"),
    ("execution_via_windows_scheduled_task_with_low_occurrence_frequency.toml#0", "calls `now(-)`"),
    ("ip.csv-spec#equalityNoSort-Ignore", "is switched off there and has no semicolon after its query"),
    ("limit.csv-spec#sortLimitByQualifiedName", "uses qualified names, which only snapshots have"),
];

/// A query and where it comes from.
struct Sample {
    place: String,
    text: String,
}

#[test]
fn everything_parses_prints_and_formats() {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let mut samples = Vec::new();
    for file in files(&shared.join("corpora"), "toml") {
        rules(&file, &mut samples);
    }
    for file in files(&shared.join("conformance/esql/specs"), "csv-spec") {
        specification(&file, &mut samples);
    }
    if samples.is_empty() {
        println!("skipped: no queries next to the project");
        return;
    }
    let mut problems = Vec::new();
    for sample in &samples {
        let refused = REFUSED.iter().any(|(place, _)| *place == sample.place);
        match check(&sample.text) {
            Ok(()) if refused => problems.push(format!("{}: parses, though listed as refused", sample.place)),
            Err(problem) if !refused => problems.push(format!("{}: {problem}", sample.place)),
            _ => {}
        }
    }
    println!("{} queries", samples.len());
    assert!(problems.is_empty(), "{} of {}:\n{}", problems.len(), samples.len(), problems.join("\n"));
}

fn check(text: &str) -> Result<(), String> {
    let parsed = parse(text);
    if let Some(error) = parsed.errors.first() {
        return Err(format!("{} at {:?}\n{text}", error.message, error.span));
    }
    let mut first = parsed.statement;
    let printed = print(&first);
    let again = parse(&printed);
    let mut second = again.statement;
    strip_spans(&mut first);
    strip_spans(&mut second);
    if !again.errors.is_empty() || first != second {
        return Err(format!("prints to something else:\n{text}\n{printed}\n{:?}", again.errors.first()));
    }
    let once = format(text).map_err(|errors| format!("format: {errors:?}"))?;
    let formatted = parse(&once);
    let mut third = formatted.statement;
    strip_spans(&mut third);
    if !formatted.errors.is_empty() || first != third {
        return Err(format!("formats to something else:\n{text}\n{once}\n{:?}", formatted.errors.first()));
    }
    if formatted.comments.len() != parsed.comments.len() {
        return Err(format!("loses comments:\n{text}\n{once}"));
    }
    let twice = format(&once).map_err(|errors| format!("format: {errors:?}"))?;
    if once != twice {
        return Err(format!("formats differently the second time:\n{once}\n{twice}"));
    }
    Ok(())
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else { return found };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|e| e == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Takes the queries out of a rule (`[rule]` with one query) or a hunt (`[hunt]` with several).
fn rules(file: &Path, samples: &mut Vec<Sample>) {
    let text = fs::read_to_string(file).expect("a readable file");
    let document: toml::Table = text.parse().expect("a TOML file");
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    for part in ["rule", "hunt"] {
        let query = document.get(part).and_then(|part| part.get("query"));
        let queries = match query {
            Some(toml::Value::String(query)) => vec![query.clone()],
            Some(toml::Value::Array(list)) => list.iter().filter_map(|q| q.as_str().map(str::to_owned)).collect(),
            _ => Vec::new(),
        };
        for (n, text) in queries.into_iter().enumerate() {
            // Hunts hold queries of other languages, too: SQL of osquery starts with SELECT.
            let other = text.trim_start().get(..6).is_some_and(|word| word.eq_ignore_ascii_case("select"));
            if !other {
                samples.push(Sample { place: format!("{name}#{n}"), text });
            }
        }
    }
}

/// Takes the queries out of a specification: a name, lines of options, the query up to a line that ends with a
/// semicolon, and the expected table up to a line that starts with one.
fn specification(file: &Path, samples: &mut Vec<Sample>) {
    let text = fs::read_to_string(file).expect("a readable file");
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut lines = text
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with("//") && !line.starts_with('#'));
    while let Some(test) = lines.next() {
        let mut query = String::new();
        for line in lines.by_ref() {
            let first = line.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or("").to_lowercase();
            if query.is_empty() && !["from", "row", "show", "set", "ts", "explain", "promql"].contains(&first.as_str())
            {
                continue;
            }
            let line = line.trim_end();
            if let Some(setting) = line.strip_suffix("\\;") {
                query.push_str(setting);
                query.push_str(";\n");
            } else if let Some(last) = line.strip_suffix(';') {
                query.push_str(last);
                break;
            } else {
                query.push_str(line);
                query.push('\n');
            }
        }
        samples.push(Sample { place: format!("{name}#{}", test.split('#').next().unwrap_or(test)), text: query });
        for line in lines.by_ref() {
            if line.trim_start().starts_with(';') {
                break;
            }
        }
    }
}

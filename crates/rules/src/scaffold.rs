//! A new rule from a sample event: query, description, and tests that pass.

use std::collections::BTreeMap;
use std::io::Write;

use quarry::{Engine, EngineOptions, Input, Session, Value};
use serde_json::Value as Json;
use sha1::{Digest, Sha1};

use crate::{Event, read_events, write_events};

/// What kind of rule is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScaffoldKind {
    /// Each event that matches is an alert.
    Match,
    /// A number of events of one group is an alert.
    Threshold(u64),
}

/// The texts of a new rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scaffold {
    /// `NAME.esql`
    pub query: String,
    /// `NAME.toml`
    pub description: String,
    /// Whether the input has other events than the sample.
    pub is_first_of_several: bool,
}

/// Fields that say what an event is: the rule asks for those that the sample has.
const TELLING: &[&str] = &["event.dataset", "event.provider", "event.action", "event.outcome"];

/// How fields of other schemas that say what happened are called, in their last part and without case or `_`. The first
/// that an event has is asked for, and then the first of those that say how it ended.
const WHAT: &[&str] =
    &["eventtype", "eventname", "eventid", "event", "action", "operationname", "operation", "activity", "type"];
const HOW: &[&str] = &["outcome", "result", "status", "resulttype"];

/// Fields that say who and where: alerts show those that the sample has, and thresholds count by the first.
const SHOWN: &[&str] = &[
    "user.name",
    "source.ip",
    "host.name",
    "cloud.account.id",
    "cloud.region",
    "process.name",
    "aws.cloudtrail.user_identity.arn",
    "user_agent.original",
];

/// The event that a rule is made of where none is given.
const EXAMPLE: &str = r#"{"@timestamp":"2026-01-15T09:00:00.000Z","data_stream":{"type":"logs","dataset":"example.auth","namespace":"default"},"event":{"dataset":"example.auth","provider":"example","action":"login","outcome":"failure"},"user":{"name":"alice"},"source":{"ip":"203.0.113.7"}}"#;

/// Makes a rule called `name`, of the first event of `input` or of an example.
///
/// # Errors
/// The event can't be read; in words.
pub fn scaffold(name: &str, input: Option<&Input>, kind: ScaffoldKind) -> Result<Scaffold, String> {
    let mut is_first_of_several = false;
    let event = match input {
        Some(input) => {
            let read = read_events(std::slice::from_ref(input), EngineOptions::default(), 1)?;
            let problem = read.problems.into_iter().next().unwrap_or_else(|| "there is no event in it".to_owned());
            is_first_of_several = read.more;
            read.events.into_iter().next().ok_or(problem)?
        }
        None => Event {
            id: "example".into(),
            index: "logs-example.auth-default".into(),
            version: 1,
            source: EXAMPLE.into(),
            ..Event::default()
        },
    };
    let fields = fields(&event)?;
    let text = |name: &str| match fields.get(name) {
        Some(Value::String(text)) => Some(text.clone()),
        _ => None,
    };
    let mut conditions: Vec<(String, String)> =
        TELLING.iter().filter_map(|name| Some(((*name).to_owned(), text(name)?))).collect();
    if conditions.is_empty() {
        let called =
            |wanted: &&str| fields.keys().filter(|name| is_called(name, wanted)).min_by_key(|name| depth(name));
        let told = [WHAT, HOW].into_iter().filter_map(|names| names.iter().find_map(called));
        conditions.extend(told.filter_map(|name| Some((name.clone(), text(name)?))));
    }
    if conditions.is_empty() {
        let others = fields.keys().filter(|name| !name.starts_with("data_stream."));
        conditions.extend(others.filter_map(|name| Some((name.clone(), text(name)?))).take(2));
    }
    let Some((_, telling)) = conditions.iter().find(|(name, _)| name == "event.action").or(conditions.first()) else {
        return Err("the event has no field with a text that a rule could ask for".to_owned());
    };
    let query = query(&event.index, &conditions, &fields, kind);
    let samples = [one_line(&event.source), near_miss(&event.source, telling)?];
    let samples =
        if names_its_index(&event)? { samples } else { samples.map(|source| in_index(&event.index, &source)) };
    let description = description(name, &samples, &conditions, kind);
    Ok(Scaffold { query, description, is_first_of_several })
}

/// Whether the last part of a field's name is `wanted`.
fn is_called(name: &str, wanted: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name);
    last.bytes().filter(|byte| *byte != b'_').map(|byte| byte.to_ascii_lowercase()).eq(wanted.bytes())
}

fn depth(name: &str) -> usize {
    name.matches('.').count()
}

/// Whether an event is in its index wherever it lies, and not for the name of its file.
fn names_its_index(event: &Event) -> Result<bool, String> {
    let mut file = tempfile::Builder::new().suffix(".ndjson").tempfile().map_err(|error| error.to_string())?;
    writeln!(file, "{}", one_line(&event.source)).map_err(|error| error.to_string())?;
    let input = Input::new(file.path().to_string_lossy());
    let read = read_events(&[input], EngineOptions::default(), 1)?;
    Ok(read.events.first().is_some_and(|read| read.index == event.index))
}

/// An event with the index that it is in.
fn in_index(index: &str, source: &str) -> String {
    format!("{{\"_index\":{},\"_source\":{source}}}", Json::from(index))
}

/// The document's fields as queries see them.
fn fields(event: &Event) -> Result<BTreeMap<String, Value>, String> {
    let file = write_events(std::slice::from_ref(event)).map_err(|error| error.to_string())?;
    let inputs = [Input::new(file.path().to_string_lossy())];
    let engine = Engine::open(&inputs, EngineOptions::default()).map_err(|error| error.to_string())?;
    let session = Session { threads: 1, ..Session::default() };
    let first = |diagnostics: Vec<quarry::diagnostics::Diagnostic>| {
        diagnostics.into_iter().next().map(|diagnostic| diagnostic.message).unwrap_or_default()
    };
    let result =
        session.prepare(&engine, "FROM *,.*").map_err(first)?.collect(&engine).map_err(|error| error.to_string())?;
    let names = result.columns.iter().map(|column| column.name.clone());
    let row = result.rows().into_iter().next().unwrap_or_default();
    Ok(names.zip(row).filter(|(_, value)| !value.is_null()).collect())
}

fn query(index: &str, conditions: &[(String, String)], fields: &BTreeMap<String, Value>, kind: ScaffoldKind) -> String {
    let name = |name: &str| name.split('.').map(quarry::syntax::print_identifier).collect::<Vec<_>>().join(".");
    let wanted: Vec<String> =
        conditions.iter().map(|(field, value)| format!("{} == {}", name(field), quoted(value))).collect();
    let wanted = wanted.join(" AND ");
    let index = pattern(index);
    let shown: Vec<String> = SHOWN.iter().filter(|field| fields.contains_key(**field)).map(|f| name(f)).collect();
    let text = match kind {
        ScaffoldKind::Match => {
            let asked = conditions.iter().map(|(field, _)| name(field)).filter(|field| !shown.contains(field));
            let kept: Vec<String> = asked.chain(shown.iter().cloned()).collect();
            format!(
                "FROM {index} METADATA _id, _version, _index | WHERE {wanted} | KEEP _id, _version, _index, @timestamp, {}",
                kept.join(", ")
            )
        }
        ScaffoldKind::Threshold(count) => {
            let by = shown.first().cloned().unwrap_or_else(|| name(&conditions[0].0));
            format!(
                "FROM {index} | WHERE {wanted} | STATS Esql.event_count = COUNT(*), Esql.timestamp_first = MIN(@timestamp), Esql.timestamp_last = MAX(@timestamp) BY {by} | WHERE Esql.event_count >= {count} | KEEP {by}, Esql.event_count, Esql.timestamp_first, Esql.timestamp_last"
            )
        }
    };
    quarry::syntax::format(&text).unwrap_or(text)
}

/// The indices of which the event's is one: any namespace of its data stream.
fn pattern(index: &str) -> String {
    let stem = match index.rsplit_once('-') {
        Some((stem, _)) if index.starts_with("logs-") && stem != "logs" => format!("{stem}-*"),
        _ => index.to_owned(),
    };
    let plain = stem.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '*'));
    if plain && !stem.is_empty() { stem } else { quoted(&stem) }
}

/// A string as a query has it.
fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace('\r', "\\r");
    format!("\"{}\"", escaped.replace('\t', "\\t"))
}

/// The event with another value for the text that tells most.
fn near_miss(source: &str, telling: &str) -> Result<String, String> {
    let mut event: Json = serde_json::from_str(source).map_err(|error| error.to_string())?;
    change(&mut event, telling);
    Ok(event.to_string())
}

fn change(value: &mut Json, telling: &str) {
    match value {
        Json::String(text) if text.eq_ignore_ascii_case(telling) => *text = format!("Other{text}"),
        Json::Array(values) => values.iter_mut().for_each(|value| change(value, telling)),
        Json::Object(fields) => fields.values_mut().for_each(|value| change(value, telling)),
        _ => {}
    }
}

fn description(
    name: &str,
    [sample, near_miss]: &[String; 2],
    conditions: &[(String, String)],
    kind: ScaffoldKind,
) -> String {
    let title = title(name);
    let basic = |text: &str| toml_edit::Value::from(text).to_string();
    let (first, second, expect) = match kind {
        ScaffoldKind::Match => {
            let fields: Vec<String> =
                conditions.iter().map(|(field, value)| format!("{} = {}", basic(field), basic(value))).collect();
            (vec![sample.clone()], vec![near_miss.clone()], format!("    {{ {} }},\n", fields.join(", ")))
        }
        ScaffoldKind::Threshold(count) => {
            let many = vec![sample.clone(); usize::try_from(count).unwrap_or(1)];
            let few = many[1..].to_vec();
            (many, few, format!("    {{ \"Esql.event_count\" = {count} }},\n"))
        }
    };
    let (first_name, second_name) = match kind {
        ScaffoldKind::Match => ("the sample event is an alert", "another action is none"),
        ScaffoldKind::Threshold(_) => ("as many events as the threshold are an alert", "one event fewer is none"),
    };
    let list = |events: &[String]| events.iter().map(|event| format!("    {},\n", literal(event))).collect::<String>();
    format!(
        r###"[metadata]
maturity = "development"

[rule]
# Who wrote the rule.
author = ["TODO"]
# What it finds, and why that matters.
description = """
TODO: what the rule finds, and what somebody who does it is after.
"""
# When it is harmless.
false_positives = ["TODO: who does this for good reason, and how to tell."]
from = "now-9m"
interval = "5m"
language = "esql"
license = "TODO"
name = {title}
note = """## Triage and analysis

TODO: what to look at first, and what to do.
"""
# low 21, medium 47, high 73, critical 99
risk_score = 47
rule_id = "{id}"
severity = "medium"
tags = ["Use Case: Threat Detection"]
type = "esql"
version = 1

# The tactic and technique in MITRE ATT&CK, such as TA0001 and T1078.
# [[rule.threat]]
# framework = "MITRE ATT&CK"
# tactic = {{ id = "TA0001", name = "Initial Access", reference = "https://attack.mitre.org/tactics/TA0001/" }}
# technique = [{{ id = "T1078", name = "Valid Accounts", reference = "https://attack.mitre.org/techniques/T1078/" }}]

[[test]]
name = "{first_name}"
events = [
{first}]
alerts = 1
expect = [
{expect}]

[[test]]
name = "{second_name}"
events = [
{second}]
alerts = 0
"###,
        title = basic(&title),
        id = rule_id(name),
        first = list(&first),
        second = list(&second),
    )
}

/// `my_new_rule` as `My new rule`.
fn title(name: &str) -> String {
    let words = name.replace(['_', '-'], " ");
    let mut letters = words.trim().chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// A JSON text in TOML, without escapes where that is possible.
fn literal(text: &str) -> String {
    if text.contains("'''") || text.ends_with('\'') || text.chars().any(|c| c.is_control()) {
        return toml_edit::Value::from(text).to_string();
    }
    format!("'''{text}'''")
}

/// A JSON text without the white space between its tokens.
fn one_line(text: &str) -> String {
    let (mut out, mut in_string, mut escaped) = (String::with_capacity(text.len()), false, false);
    for c in text.chars() {
        if in_string || !c.is_ascii_whitespace() {
            out.push(c);
        }
        match c {
            _ if escaped => escaped = false,
            '\\' if in_string => escaped = true,
            '"' => in_string = !in_string,
            _ => {}
        }
    }
    out
}

/// A random id in the form of a UUID.
fn rule_id(name: &str) -> String {
    let mut sha = Sha1::new();
    sha.update(name.as_bytes());
    sha.update(std::process::id().to_le_bytes());
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    sha.update(now.as_nanos().to_le_bytes());
    let mut bytes = [0_u8; 16];
    bytes.copy_from_slice(&sha.finalize()[..16]);
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_put_in_their_languages() {
        assert_eq!(pattern("logs-aws.cloudtrail-default"), "logs-aws.cloudtrail-*");
        assert_eq!(pattern("app"), "app");
        assert_eq!(pattern("my app"), "\"my app\"");
        assert_eq!(literal("{}"), "'''{}'''");
        assert!(!literal("{\"a\":\"'''\"}").starts_with("'''{"));
        assert_eq!(title("root_login-alert"), "Root login alert");
        assert_eq!(rule_id("x").len(), 36);
        assert_eq!(near_miss("{\"a\":[\"x\",\"X\"],\"b\":1}", "x").unwrap(), "{\"a\":[\"Otherx\",\"OtherX\"],\"b\":1}");
    }
}

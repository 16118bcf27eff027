//! `.rule save`: the last query as a rule, with a test from the events behind its rows.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use quarry::syntax::ast::CommandKind;
use quarry::{Session, carried_name};
use quarry_rules::{load, run_tests};

use super::super::shell::{Answer, Failure, Flow, Shell};
use super::{Arguments, Dot, misused, words};
use crate::output::say;

pub(super) const RULE: Dot = Dot {
    name: "rule",
    usage: ".rule save NAME",
    summary: "make a rule of the last query, with a test from its rows' events",
    details: "Writes rules/NAME.esql and rules/NAME.toml; a NAME with a / is a path. The events behind the first rows \
              become the rule's test, which quarry test passes. Nothing that is there is replaced.",
    arguments: Arguments::Words(&["save"]),
    run,
};

/// The most events of a test that stand in the rule's file; more go into a file beside it.
const MOST_INSIDE: usize = 20;
/// The most events of a test.
const MOST_EVENTS: usize = 2000;
/// The metadata that tells an event.
const CARRIED: &[&str] = &["_source", "_index"];

fn run(shell: &mut Shell, rest: &str) -> Answer {
    let arguments = words(rest);
    let ["save", name] = arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] else {
        return Err(misused(&RULE));
    };
    let target = Target::new(name)?;
    let text = shell.last()?;
    let events = events(shell, &text)?;
    let now = shell.session().now_millis;
    let rule = Draft { name: target.stem.clone(), query: text, now };
    let test = rule.test(&target, &events);
    target.write(&rule, test.as_ref())?;
    say(&format!("wrote {} and {}", target.query().display(), target.description().display()));
    match &test {
        Some(test) => {
            let file = test.file.as_ref().map(|(path, _)| format!(", which are in {}", path.display()));
            let s = |n: usize| if n == 1 { "" } else { "s" };
            let (events, alerts) = (test.events.len(), test.alerts);
            say(&format!(
                "its test: {events} event{}{} make {alerts} alert{}",
                s(events),
                file.unwrap_or_default(),
                s(alerts)
            ));
        }
        None => say("note: it has no test, since the events behind its rows alone don't make the query's rows again"),
    }
    Ok(Flow::On)
}

/// Where the rule goes.
struct Target {
    folder: PathBuf,
    stem: String,
}

impl Target {
    fn new(name: &str) -> Result<Self, Failure> {
        let path = Path::new(name.strip_suffix(".esql").unwrap_or(name));
        let stem = path.file_name().and_then(|stem| stem.to_str()).unwrap_or("").to_owned();
        let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
        if stem.is_empty() || !stem.chars().all(is_plain) {
            return Err(Failure::from(format!("{name}: a rule's name has letters, digits, _ and -")));
        }
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
            _ => PathBuf::from("rules"),
        };
        let target = Self { folder, stem };
        for path in [target.query(), target.description()] {
            if path.exists() {
                return Err(Failure::from(format!("{} is there already; choose another name", path.display())));
            }
        }
        Ok(target)
    }

    fn query(&self) -> PathBuf {
        self.folder.join(format!("{}.esql", self.stem))
    }

    fn description(&self) -> PathBuf {
        self.folder.join(format!("{}.toml", self.stem))
    }

    fn write(&self, rule: &Draft, test: Option<&Test>) -> Result<(), Failure> {
        let failed = |path: &Path, error: std::io::Error| Failure::from(format!("{}: {error}", path.display()));
        fs::create_dir_all(&self.folder).map_err(|error| failed(&self.folder, error))?;
        if let Some((path, text)) = test.and_then(|test| test.file.as_ref()) {
            let path = self.folder.join(path);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent).map_err(|error| failed(parent, error))?;
            }
            fs::write(&path, text).map_err(|error| failed(&path, error))?;
        }
        let files = [(self.query(), rule.query_text()), (self.description(), rule.description(test))];
        for (path, text) in files {
            fs::write(&path, text).map_err(|error| failed(&path, error))?;
        }
        Ok(())
    }
}

/// An event behind a row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Event {
    index: String,
    source: String,
}

/// The events behind the rows of a query, without repeats; of a query that aggregates, those that it aggregates.
fn events(shell: &mut Shell, text: &str) -> Result<Vec<Event>, Failure> {
    let session = Session { default_limit: Some(MOST_EVENTS), carry: CARRIED, ..shell.session() };
    let engine = shell.engine.clone();
    let pipeline = before_aggregation(text);
    let query = shell.prepare(&pipeline, &session, &engine)?;
    let result = query.collect(&engine).map_err(|error| error.to_string())?;
    let place = |name: &str| result.columns.iter().position(|column| column.name == carried_name(name));
    let (Some(source), Some(index)) = (place("_source"), place("_index")) else { return Ok(Vec::new()) };
    let mut seen = BTreeMap::new();
    let mut events = Vec::new();
    for row in result.rows() {
        let (Some(source), Some(index)) = (row.get(source), row.get(index)) else { continue };
        let event = Event { index: index.to_string(), source: source.to_string() };
        if !source.is_null() && seen.insert(event.clone(), ()).is_none() {
            events.push(event);
        }
    }
    Ok(events)
}

/// The pipeline up to the first command that makes rows of several events.
fn before_aggregation(text: &str) -> String {
    let parsed = quarry::syntax::parse(text);
    let commands = &parsed.statement.query.commands;
    let joins = |kind: &CommandKind| {
        matches!(
            kind,
            CommandKind::Stats { inline: false, .. } | CommandKind::Fork(_) | CommandKind::ChangePoint { .. }
        )
    };
    let end = commands.iter().position(|command| joins(&command.kind)).unwrap_or(commands.len());
    match end.checked_sub(1).and_then(|last| commands.get(last)) {
        Some(last) => text.get(..last.span.end as usize).unwrap_or(text).to_owned(),
        None => text.to_owned(),
    }
}

/// A test that was seen to pass.
struct Test {
    events: Vec<Event>,
    alerts: usize,
    /// The file that holds the events, by its path from the rule's folder, with its text.
    file: Option<(PathBuf, String)>,
}

struct Draft {
    name: String,
    query: String,
    now: i64,
}

impl Draft {
    /// A test of the first events, or where those alone make no row of all, that passes.
    fn test(&self, target: &Target, events: &[Event]) -> Option<Test> {
        let few = &events[..events.len().min(MOST_INSIDE)];
        let whole: &[&[Event]] = if events.len() > few.len() { &[few, events] } else { &[few] };
        for events in whole {
            for in_file in [events.len() > MOST_INSIDE, true] {
                if let Some(test) = self.tried(target, events, in_file) {
                    return Some(test);
                }
            }
        }
        None
    }

    /// The test of these events, where the rule makes alerts of them.
    fn tried(&self, target: &Target, events: &[Event], in_file: bool) -> Option<Test> {
        let first = events.first()?;
        let mut test = Test { events: events.to_vec(), alerts: 0, file: None };
        if in_file {
            // A file's name is the index of documents that name none.
            test.events.retain(|event| event.index == first.index);
            let name: String = first.index.chars().map(|c| if c == '/' || c == '\\' { '_' } else { c }).collect();
            let path = Path::new(&format!("{}.events", target.stem)).join(format!("{name}.ndjson"));
            let lines: String = test.events.iter().map(|event| format!("{}\n", event.source)).collect();
            test.file = Some((path, lines));
        }
        test.alerts = self.alerts(&test)?.0;
        let (_, passes) = self.alerts(&test)?;
        (test.alerts > 0 && passes).then_some(test)
    }

    /// The alerts that the test makes in a folder of its own, and whether it passes.
    fn alerts(&self, test: &Test) -> Option<(usize, bool)> {
        let folder = tempfile::tempdir().ok()?;
        let target = Target { folder: folder.path().to_owned(), stem: "rule".to_owned() };
        target.write(self, Some(test)).ok()?;
        let loaded = load(&[target.query()]);
        let outcome = run_tests(loaded.rules.first()?, &Session::default(), None).into_iter().next()?;
        Some((outcome.alerts.len(), outcome.passed()))
    }

    fn query_text(&self) -> String {
        format!("{}\n", self.query.trim_end())
    }

    fn description(&self, test: Option<&Test>) -> String {
        let mut text = format!(
            "[metadata]\nmaturity = \"development\"\n\n[rule]\nname = {}\ndescription = \"Saved from the prompt. Say here what it finds, and why that matters.\"\nlanguage = \"esql\"\ntype = \"esql\"\nseverity = \"low\"\nrisk_score = 21\nfrom = \"now-9m\"\ninterval = \"5m\"\n",
            quoted(&self.name)
        );
        let Some(test) = test else { return text };
        let _ = write!(text, "\n[[test]]\nname = \"the events that it was saved with alert\"\n");
        if self.query.to_uppercase().contains("NOW") {
            let _ = writeln!(text, "now = {}", quoted(&quarry::Value::Date(self.now).to_string()));
        }
        match &test.file {
            Some((path, _)) => {
                let _ = writeln!(text, "file = {}", quoted(&path.to_string_lossy()));
            }
            None => {
                text.push_str("events = [\n");
                for event in &test.events {
                    let _ = writeln!(text, "    {},", literal(&event.source));
                }
                text.push_str("]\n");
            }
        }
        let _ = writeln!(text, "alerts = {}", test.alerts);
        text
    }
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// A string without escapes, where the text allows one.
fn literal(text: &str) -> String {
    if text.contains("'''") || text.contains(char::is_control) || text.ends_with('\'') {
        return quoted(text);
    }
    format!("'''{text}'''")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_those_before_rows_are_joined() {
        assert_eq!(before_aggregation("FROM a | WHERE x | STATS n = COUNT(*) | WHERE n > 1"), "FROM a | WHERE x");
        assert_eq!(before_aggregation("FROM a | LIMIT 1"), "FROM a | LIMIT 1");
    }

    #[test]
    fn any_event_is_a_string_of_the_file() {
        for text in ["{\"a\":\"it's\"}", "a'''b", "a'", "é\u{7f}\n", "{\"a\":\"\\\\\"}"] {
            let file: toml::Table = toml::from_str(&format!("x = {}", literal(text))).unwrap();
            assert_eq!(file["x"].as_str(), Some(text));
        }
    }

    #[test]
    fn names_that_are_no_names_are_refused() {
        for name in ["", "..", "a b", "a/..", "a\u{1b}"] {
            assert!(Target::new(name).is_err(), "{name:?}");
        }
        assert_eq!(Target::new("x/y.esql").map(|t| t.query()).ok(), Some(PathBuf::from("x/y.esql")));
    }
}

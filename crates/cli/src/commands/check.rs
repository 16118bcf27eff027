//! `quarry check`

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use quarry::diagnostics::{Code, Diagnostic, Severity, Span, render};
use quarry::{Engine, EngineOptions, Input};
use quarry_rules::{Rule, faults, repeated_ids};

use super::engine;
use super::located::Located;
use crate::args::InputArgs;
use crate::exit::Exit;
use crate::output::{print, say};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  quarry check rules
  quarry check rules --format github
  echo 'FROM logs-* | WHERE event.acton == \"x\"' | quarry check -

PATH is a query (.esql), one of Elastic's rule or hunting files (.toml), Markdown with ```esql
blocks (.md), a folder of these, or - for standard input.

Exit code: 0 where all is well or only warned of, 1 where a query is wrong, 2 where a file
can't be read.")]
pub(crate) struct CheckArgs {
    /// Files and folders; - is standard input
    #[arg(value_name = "PATH", required = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// Logs whose fields the queries may read, beside those that are known
    #[arg(short, long = "input", value_name = "[NAME=]PATH")]
    pub(crate) input: Vec<String>,
    /// How problems are printed
    #[arg(long, value_enum, default_value = "human")]
    pub(crate) format: CheckFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CheckFormat {
    /// With the text and a mark under the place
    Human,
    /// One array of objects
    Json,
    /// Annotations of a GitHub workflow
    Github,
}

/// A query and where it stands.
struct Checked {
    name: String,
    query: String,
    located: Located,
    is_rule: bool,
    faults: Faults,
}

/// What is wrong with what a rule's file says beside the query.
#[derive(Default)]
struct Faults {
    file: PathBuf,
    /// Its text, where one of them has a place in it.
    text: String,
    found: Vec<Diagnostic>,
}

impl Checked {
    /// A query by itself.
    fn query(name: String, query: String) -> Self {
        let located = Located::whole(&query);
        Self { name, query, located, is_rule: false, faults: Default::default() }
    }

    fn rule(rule: Rule) -> Self {
        // A hunt is a query to look at, not a rule that alerts; so is a query without metadata.
        let is_rule = rule.metadata.fields.contains_key("risk_score");
        let faults = if is_rule { faults(&rule) } else { Vec::new() };
        Self {
            name: rule.path.display().to_string(),
            located: Located::of(&rule),
            is_rule,
            faults: Faults { file: rule.path.with_extension("toml"), text: String::new(), found: faults },
            query: rule.query,
        }
    }
}

/// Checks every query and prints what is wrong.
pub(crate) fn run(args: &CheckArgs) -> Exit {
    let mut failed = false;
    let mut inputs = engine::inputs(&args.input);
    let mut options = match engine::options(&InputArgs::default()) {
        Ok(options) => options,
        Err(message) => {
            say(&format!("error: {message}"));
            return Exit::Failed;
        }
    };
    let queries = collect(&args.paths, &mut inputs, &mut options, &mut failed);
    let engine = if inputs.is_empty() && options.views.is_empty() {
        None
    } else {
        match Engine::open(&inputs, options) {
            Ok(engine) => Some(engine),
            Err(error) => {
                say(&format!("error: {error}"));
                return Exit::Failed;
            }
        }
    };
    let (mut errors, mut warnings) = (0, 0);
    let mut all = Vec::new();
    for query in &queries {
        let diagnostics = quarry::check(&query.query, engine.as_ref(), query.is_rule);
        let of = |severity| diagnostics.iter().chain(&query.faults.found).filter(|d| d.severity == severity).count();
        errors += of(Severity::Error);
        warnings += of(Severity::Warning);
        if !diagnostics.is_empty() {
            report(args.format, &query.name, &query.located.text, &query.located.place(&diagnostics), &mut all);
        }
        let Faults { file, text, found } = &query.faults;
        if !found.is_empty() {
            report(args.format, &file.display().to_string(), text, found, &mut all);
        }
    }
    if args.format == CheckFormat::Json {
        print(&format!("{:#}\n", serde_json::Value::Array(all)));
    }
    let s = |count: usize| if count == 1 { "" } else { "s" };
    let (n, queries_s) = (queries.len(), if queries.len() == 1 { "query" } else { "queries" });
    say(&format!("checked {n} {queries_s}: {errors} error{}, {warnings} warning{}", s(errors), s(warnings)));
    match (failed, errors) {
        (true, _) => Exit::Failed,
        (false, 0) => Exit::Nothing,
        (false, _) => Exit::Found,
    }
}

fn report(format: CheckFormat, name: &str, text: &str, diagnostics: &[Diagnostic], all: &mut Vec<serde_json::Value>) {
    match format {
        CheckFormat::Human => print(&format!("{}\n", crate::output::diagnostics(name, text, diagnostics))),
        CheckFormat::Json => match render::json(name, text, diagnostics) {
            serde_json::Value::Array(items) => all.extend(items),
            other => all.push(other),
        },
        CheckFormat::Github => print(&render::github(name, text, diagnostics)),
    }
}

/// The queries at `paths`. Lists for LOOKUP JOIN that stand beside rules are added to `inputs`.
fn collect(paths: &[PathBuf], inputs: &mut Vec<Input>, options: &mut EngineOptions, failed: &mut bool) -> Vec<Checked> {
    let mut queries = Vec::new();
    let mut rules = Vec::new();
    for path in paths {
        let extension = path.extension().and_then(|extension| extension.to_str());
        if path == Path::new("-") {
            match engine::read_text(path) {
                Ok(text) => queries.push(Checked::query("standard input".into(), text)),
                Err(message) => {
                    say(&format!("error: {message}"));
                    *failed = true;
                }
            }
        } else if extension == Some("md") {
            markdown(path, &mut queries, failed);
        } else {
            rules.push(path.clone());
        }
    }
    let loaded = quarry_rules::load(&rules);
    for error in &loaded.errors {
        say(&format!("error: {error}"));
        *failed = true;
    }
    quarry_rules::add_lookups(&loaded.rules, inputs, options);
    let repeated = repeated_ids(&loaded.rules);
    let first = queries.len();
    queries.extend(loaded.rules.into_iter().map(Checked::rule));
    for (id, paths) in &repeated {
        let files: Vec<PathBuf> = paths.iter().map(|path| path.with_extension("toml")).collect();
        for rule in queries[first..].iter_mut().filter(|rule| files.contains(&rule.faults.file)) {
            repeats(&mut rule.faults, id, &files);
        }
    }
    for folder in rules.iter().filter(|path| path.is_dir()) {
        for file in markdown_files(folder) {
            markdown(&file, &mut queries, failed);
        }
    }
    queries
}

/// Adds that other files state the same id, at the line that states it.
fn repeats(faults: &mut Faults, id: &str, files: &[PathBuf]) {
    let others: Vec<String> =
        files.iter().filter(|file| **file != faults.file).map(|file| file.display().to_string()).collect();
    let message = format!("rule_id \"{id}\" stands in {}, too: alerts know their rules by it", others.join(" and "));
    faults.text = fs::read_to_string(&faults.file).unwrap_or_default();
    let line = faults.text.lines().find(|line| line.trim_start().starts_with("rule_id") && line.contains(id));
    // A line is a part of the text, so it has a place in it.
    let span = line.and_then(|line| Some((faults.text.find(line)?, line.trim_end().len())));
    let span = span.map(|(start, length)| Span::new(start, start + length));
    faults.found.push(Diagnostic { span, ..Diagnostic::error(Code::BAD_RULE, Span::default(), message) });
}

fn markdown_files(folder: &Path) -> Vec<PathBuf> {
    let mut open = vec![folder.to_owned()];
    let mut files = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => open.push(entry.path()),
                Ok(_) if entry.path().extension().is_some_and(|e| e == "md") => files.push(entry.path()),
                _ => {}
            }
        }
    }
    files.sort();
    files
}

/// The ```esql blocks of a Markdown file.
fn markdown(path: &Path, queries: &mut Vec<Checked>, failed: &mut bool) {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => {
            say(&format!("error: {}: {error}", path.display()));
            *failed = true;
            return;
        }
    };
    let mut block: Option<(usize, String)> = None;
    for (i, line) in text.lines().enumerate() {
        match &mut block {
            None if matches!(line.trim(), "```esql" | "```sql+esql" | "```es|ql") => {
                block = Some((i + 2, String::new()))
            }
            Some((start, query)) if line.trim() == "```" => {
                let name = format!("{}:{start}", path.display());
                queries.push(Checked::query(name, std::mem::take(query)));
                block = None;
            }
            Some((_, query)) => {
                query.push_str(line);
                query.push('\n');
            }
            None => {}
        }
    }
}

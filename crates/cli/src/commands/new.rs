//! `quarry new`

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use quarry_rules::{ScaffoldKind, load, run_tests, scaffold};

use super::engine;
use crate::exit::Exit;
use crate::output::{print, say, text::printable, warn};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  quarry new rules/root_login --event event.json
  quarry new rules/failures --event event.json --kind threshold --threshold 10

Two files are written: the query (RULE.esql), and beside it what the rule is and how it is tested
(RULE.toml). Fill in what says TODO. Files that are there are left alone.

Exit code: 0, or 2 where the files can't be written or the event can't be read.")]
pub(crate) struct NewArgs {
    /// The rule's path, with or without .esql
    #[arg(value_name = "RULE")]
    pub(crate) rule: PathBuf,
    /// A file whose first event is the sample, raw or as a document; - is standard input
    #[arg(long, value_name = "[INDEX=]FILE")]
    pub(crate) event: Option<String>,
    /// What is an alert
    #[arg(long, value_enum, default_value = "match")]
    pub(crate) kind: Kind,
    /// How many events of one group are an alert
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u64).range(2..=100))]
    pub(crate) threshold: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// Each event that matches
    Match,
    /// A number of events of one group
    Threshold,
}

/// Writes the files of a new rule.
pub(crate) fn run(args: &NewArgs) -> Exit {
    match write(args) {
        Ok(()) => Exit::Nothing,
        Err(message) => {
            say(&format!("error: {}", printable(&message)));
            Exit::Failed
        }
    }
}

fn write(args: &NewArgs) -> Result<(), String> {
    let query = match args.rule.extension() {
        Some(extension) if extension == "esql" || extension == "toml" => args.rule.with_extension("esql"),
        _ => PathBuf::from(format!("{}.esql", args.rule.display())),
    };
    let description = query.with_extension("toml");
    let stem = query.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    if stem.is_empty() {
        return Err(format!("{}: not the name of a rule", args.rule.display()));
    }
    if let Some(there) = [&query, &description].into_iter().find(|path| path.exists()) {
        return Err(format!("{}: there is such a file already", there.display()));
    }
    let kind = match args.kind {
        Kind::Match => ScaffoldKind::Match,
        Kind::Threshold => ScaffoldKind::Threshold(args.threshold),
    };
    let input = args.event.as_deref().map(engine::input);
    let texts = scaffold(&stem, input.as_ref(), kind)?;
    if texts.is_first_of_several {
        say("note: the file holds several events; the first one is the sample");
    }
    if let Some(folder) = query.parent() {
        std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    create(&query, &texts.query)?;
    create(&description, &texts.description)?;
    print(&printable_lines(&format!("wrote {}\nwrote {}\n", query.display(), description.display())));
    // The sample may be such that its tests don't come out as they should; that is to be known now.
    let loaded = load(std::slice::from_ref(&query));
    for error in &loaded.errors {
        warn(&error.to_string());
    }
    let failed: Vec<String> = loaded
        .rules
        .iter()
        .flat_map(|rule| run_tests(rule, &quarry::Session::default(), None))
        .filter(|outcome| !outcome.passed())
        .map(|outcome| outcome.name)
        .collect();
    for name in &failed {
        say(&format!("warning: the test \"{}\" has to be mended: see quarry test", printable(name)));
    }
    print("Fill in what says TODO, then run quarry check and quarry test on it.\n");
    Ok(())
}

fn printable_lines(text: &str) -> String {
    text.lines().map(|line| format!("{}\n", printable(line))).collect()
}

fn create(path: &Path, text: &str) -> Result<(), String> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)
        .map_err(|error| format!("{}: {error}", path.display()))?;
    file.write_all(text.as_bytes()).map_err(|error| format!("{}: {error}", path.display()))
}

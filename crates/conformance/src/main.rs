//! `quarry-conformance`: runs csv-spec files.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use quarry_conformance::data::Data;
use quarry_conformance::run::{Outcome, run};
use quarry_conformance::spec::{self, Spec};
use quarry_conformance::{HarnessError, files, known, report};

const USAGE: &str = "\
Runs csv-spec files against the engine.

Usage: quarry-conformance [TEST]... [--data DIR] [--verbose] [--accept]

  TEST       a file (`where`, `where.csv-spec` or a path), a test in it (`where::NAME`), or the test at a line
             (`where:12`); all tests without any
  --data     the folder with `specs`, `data` and `mappings`
  --verbose  show queries and whole differences
  --accept   write the list of known failures anew

The exit code is 1 when results contradict the list of known failures.
";

#[derive(Default)]
struct Arguments {
    tests: Vec<String>,
    data: Option<PathBuf>,
    verbose: bool,
    accept: bool,
    help: bool,
}

impl Arguments {
    fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut read = Self::default();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--data" => read.data = Some(arguments.next().ok_or("--data needs a folder")?.into()),
                "--verbose" | "-v" => read.verbose = true,
                "--accept" => read.accept = true,
                "--help" | "-h" => read.help = true,
                other if other.starts_with('-') => return Err(format!("unknown option {other}")),
                _ => read.tests.push(argument),
            }
        }
        Ok(read)
    }
}

fn main() -> ExitCode {
    let outcome = match Arguments::read(std::env::args().skip(1)) {
        Ok(arguments) if arguments.help => Ok((USAGE.to_owned(), true)),
        Ok(arguments) => run_specs(&arguments).map_err(|error| error.to_string()),
        Err(error) => Err(format!("{error}\n\n{USAGE}")),
    };
    match outcome {
        Ok((text, fine)) => {
            // Whoever closes the pipe has read enough.
            let _ = io::stdout().write_all(text.as_bytes());
            if fine { ExitCode::SUCCESS } else { ExitCode::from(1) }
        }
        Err(error) => {
            let _ = writeln!(io::stderr(), "{error}");
            ExitCode::from(2)
        }
    }
}

fn run_specs(arguments: &Arguments) -> Result<(String, bool), HarnessError> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/conformance/esql");
    let root = arguments.data.clone().unwrap_or_else(beside);
    let mut everything = Vec::new();
    for path in files(&root.join("specs"), "csv-spec")? {
        everything.extend(spec::read(&path)?);
    }
    let mut specs: Vec<Spec> = everything.clone();
    for test in &arguments.tests {
        let path = Path::new(test);
        if path.is_file() && path.parent() != Some(&root.join("specs")) && !path.starts_with(root.join("specs")) {
            specs.extend(spec::read(path)?);
        }
    }
    if !arguments.tests.is_empty() {
        specs.retain(|spec| arguments.tests.iter().any(|test| wanted(spec, test)));
    }
    let data = Arc::new(Data::open(&root)?);
    let outcomes = run(&data, &specs, &everything);
    let results: Vec<(&Spec, &Outcome)> = specs.iter().zip(&outcomes).collect();
    let list = known::path();
    let listed = known::load(&list)?;
    let mut text = report::report(&results, &listed, arguments.verbose);
    let surprises = known::surprises(&listed, &results);
    if arguments.accept {
        known::accept(&list, &listed, &results)?;
        return Ok((text, true));
    }
    for surprise in &surprises {
        text.push_str(surprise);
        text.push('\n');
    }
    Ok((text, surprises.is_empty()))
}

/// Whether `test` names this test.
fn wanted(spec: &Spec, test: &str) -> bool {
    let (file, rest) = match test.split_once("::") {
        Some((file, name)) => (file, Some(name)),
        None => (test, None),
    };
    let (file, line) = match file.rsplit_once(':').and_then(|(f, line)| Some((f, line.parse::<usize>().ok()?))) {
        Some((file, line)) => (file, Some(line)),
        None => (file, None),
    };
    let stem = Path::new(file).file_name().map_or("", |name| name.to_str().unwrap_or(""));
    stem.strip_suffix(".csv-spec").unwrap_or(stem) == spec.file
        && rest.is_none_or(|name| name == spec.name)
        && line.is_none_or(|line| (spec.line..=spec.line + spec.query.lines().count() + 2).contains(&line))
}

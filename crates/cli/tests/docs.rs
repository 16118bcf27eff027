//! The commands in the pages for users, run as they stand.
//!
//! * A block marked `sh` is run. If a block marked `text` comes next, that is what it must print.
//! * In a block marked `console` each line after `$ ` is run (lines after `> ` go on with it); the lines below it are what
//!   it must print.
//! * A line `...` in an output stands for any lines. `sh no-run` marks a block that isn't run.
//!
//! Each page has a folder of its own, in which `rules`, `examples` and `docs` are the project's. What is printed is
//! taken as a terminal would show it. `QUARRY_ACCEPT=1` writes what is printed into the pages.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What a command that isn't Quarry's begins with: it builds, fetches or changes things outside the page's folder.
const NOT_RUN: [&str; 5] = ["cargo ", "alias ", "git ", "docker ", "curl "];

/// Before each script: on the screen a query or run prints tables, as it does on a terminal.
const PRELUDE: &str = r#"
quarry() {
  case "$1 $*" in
    *--format*|*--help*) ;;
    query\ *|run\ *) if [ /dev/stdout -ef "$SCREEN" ]; then set -- "$@" --format table; fi ;;
  esac
  "$QUARRY" "$@"
}
# 1 is an answer: there are alerts, or something is to be changed. Anything above is a failure, and ends the script.
trap 'code=$?; if [ $code -gt 1 ]; then exit $code; fi' ERR
"#;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn pages() -> Vec<PathBuf> {
    let root = root();
    let mut pages = vec![root.join("README.md"), root.join("rules/README.md"), root.join("examples/README.md")];
    let docs = fs::read_dir(root.join("docs")).unwrap().map(|entry| entry.unwrap().path());
    pages.extend(docs.filter(|path| path.extension().is_some_and(|e| e == "md")));
    pages.sort();
    pages
}

/// A command of a page: its text, and where what it prints stands, as a range of lines.
struct Step {
    line: usize,
    script: String,
    output: Option<std::ops::Range<usize>>,
}

fn fence(line: &str) -> Option<&str> {
    line.strip_prefix("```")
}

/// The range of lines inside the block that opens at `open`.
fn inside(lines: &[&str], open: usize) -> std::ops::Range<usize> {
    let close = lines[open + 1..].iter().position(|line| line.trim_end() == "```").unwrap_or(lines.len() - open - 1);
    open + 1..open + 1 + close
}

fn steps(lines: &[&str]) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let Some(mark) = fence(lines[at]) else {
            at += 1;
            continue;
        };
        let block = inside(lines, at);
        let end = block.end + 1;
        match mark.trim() {
            "sh" => {
                let next = lines[end.min(lines.len())..].iter().position(|line| !line.trim().is_empty());
                let output =
                    next.map(|n| end + n).filter(|next| lines[*next] == "```text").map(|next| inside(lines, next));
                steps.push(Step { line: block.start, script: lines[block].join("\n"), output });
            }
            "console" => console(lines, block, &mut steps),
            _ => {}
        }
        at = end;
    }
    steps
}

fn console(lines: &[&str], block: std::ops::Range<usize>, steps: &mut Vec<Step>) {
    let mut at = block.start;
    while at < block.end {
        let Some(first) = lines[at].strip_prefix("$ ") else {
            panic!("line {}: a console block begins with a command", at + 1);
        };
        let (line, mut script) = (at, first.to_owned());
        at += 1;
        while let Some(more) = lines[at..block.end].first().and_then(|line| line.strip_prefix("> ")) {
            script.push('\n');
            script.push_str(more);
            at += 1;
        }
        let start = at;
        while at < block.end && !lines[at].starts_with("$ ") {
            at += 1;
        }
        steps.push(Step { line, script, output: Some(start..at) });
    }
}

/// The script without what isn't run, and with the binary in the place of `cargo run`.
fn runnable(script: &str) -> String {
    let script = script.replace("cargo run --release -- ", "quarry ").replace("cargo run -- ", "quarry ");
    let kept = script.lines().filter(|line| !NOT_RUN.iter().any(|word| line.trim_start().starts_with(word)));
    kept.collect::<Vec<_>>().join("\n")
}

/// What the script prints, and its exit code.
fn run(folder: &Path, script: &str) -> (String, i32) {
    let screen = folder.join(".screen");
    let file = fs::File::create(&screen).unwrap();
    let status = Command::new("bash")
        .args(["-c", &format!("set -o pipefail\n{PRELUDE}\n{}", runnable(script))])
        .current_dir(folder)
        .env("QUARRY", env!("CARGO_BIN_EXE_quarry"))
        .env("SCREEN", &screen)
        .env("NO_COLOR", "1")
        .env("COLUMNS", "120")
        .stdin(std::process::Stdio::null())
        .stderr(file.try_clone().unwrap())
        .stdout(file)
        .status()
        .unwrap();
    (String::from_utf8_lossy(&fs::read(&screen).unwrap()).into_owned(), status.code().unwrap_or(-1))
}

fn trimmed(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = text.lines().map(|line| line.trim_end().to_owned()).collect();
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

/// Whether `got` is as `expected`, in which `...` stands for any lines.
fn matches(expected: &[String], got: &[String]) -> bool {
    match expected.split_first() {
        None => got.is_empty(),
        Some((dots, rest)) if dots == "..." => (0..=got.len()).any(|skip| matches(rest, &got[skip..])),
        Some((line, rest)) => got.first() == Some(line) && matches(rest, &got[1..]),
    }
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["rules", "examples", "docs"] {
        std::os::unix::fs::symlink(root().join(name), folder.path().join(name)).unwrap();
    }
    folder
}

/// Runs a page; gives its problems, and the page with what was printed.
fn check(page: &Path, text: &str) -> (Vec<String>, String) {
    let lines: Vec<&str> = text.lines().collect();
    let folder = folder();
    let mut problems = Vec::new();
    let mut changes: Vec<(std::ops::Range<usize>, Vec<String>)> = Vec::new();
    for step in steps(&lines) {
        let (printed, code) = run(folder.path(), &step.script);
        let place = format!("{}:{}", page.strip_prefix(root()).unwrap().display(), step.line + 1);
        let got = trimmed(&printed);
        match step.output {
            Some(output) => {
                let expected = trimmed(&lines[output.clone()].join("\n"));
                if !matches(&expected, &got) {
                    problems.push(format!("{place}: prints\n{}\n", got.join("\n")));
                    changes.push((output, got));
                }
            }
            None if !(0..=1).contains(&code) => problems.push(format!("{place}: exit code {code}\n{printed}")),
            None => {}
        }
    }
    let mut out: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
    for (range, got) in changes.into_iter().rev() {
        out.splice(range, got);
    }
    (problems, out.join("\n") + "\n")
}

#[test]
fn the_commands_of_the_pages_run_and_print_what_is_shown() {
    let accept = std::env::var_os("QUARRY_ACCEPT").is_some_and(|value| !value.is_empty());
    let mut all = Vec::new();
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        let (mut problems, changed) = check(&page, &text);
        if accept && changed != text {
            fs::write(&page, &changed).unwrap();
            problems = check(&page, &changed).0;
        }
        all.extend(problems);
    }
    assert!(all.is_empty(), "{}\nQUARRY_ACCEPT=1 writes what is printed into the pages", all.join("\n"));
}

#[test]
fn links_between_the_pages_lead_somewhere() {
    let mut broken = Vec::new();
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let path = target.split('#').next().unwrap();
            let is_local = !path.is_empty() && !target.contains("://");
            if is_local && !page.parent().unwrap().join(path).exists() {
                broken.push(format!("{}: {target}", page.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn an_ellipsis_stands_for_any_lines() {
    let lines = |text: &str| trimmed(text);
    assert!(matches(&lines("a\n...\nd"), &lines("a\nb\nc\nd")));
    assert!(matches(&lines("a\n...\nd"), &lines("a\nd")));
    assert!(!matches(&lines("a\n...\nd"), &lines("a\nb")));
    assert!(!matches(&lines("a"), &lines("a\nb")));
}

#[test]
fn blocks_are_found_with_what_they_print() {
    let text =
        "```sh\nquarry a\n```\n\n```text\nx\n```\n```sh no-run\nrm\n```\n```console\n$ quarry b '\n> c'\ny\n$ d\n```";
    let lines: Vec<&str> = text.lines().collect();
    let found: Vec<_> = steps(&lines).into_iter().map(|s| (s.script, s.output)).collect();
    assert_eq!(
        found,
        [
            ("quarry a".to_owned(), Some(5..6)),
            ("quarry b '\nc'".to_owned(), Some(13..14)),
            ("d".to_owned(), Some(15..15)),
        ]
    );
}

//! The reference pages under `docs/` are what the registries say. `QUARRY_ACCEPT=1` writes them anew.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

use quarry::functions::registry::{self, Function};
use quarry::functions::{Category, Example, Parameter, Signature, usage};

struct Entry {
    name: &'static str,
    aliases: &'static [&'static str],
    summary: &'static str,
    details: &'static str,
    parameters: &'static [Parameter],
    signatures: &'static [Signature],
    examples: &'static [Example],
}

fn entries() -> BTreeMap<Category, Vec<Entry>> {
    let mut chapters: BTreeMap<Category, Vec<Entry>> = BTreeMap::new();
    for function in registry::all() {
        let (category, entry) = match function {
            Function::Scalar(f) => (
                f.category,
                Entry {
                    name: f.name,
                    aliases: f.aliases,
                    summary: f.summary,
                    details: f.details,
                    parameters: f.parameters,
                    signatures: f.signatures,
                    examples: f.examples,
                },
            ),
            Function::Aggregate(f) => (
                Category::Aggregate,
                Entry {
                    name: f.name,
                    aliases: f.aliases,
                    summary: f.summary,
                    details: f.details,
                    parameters: f.parameters,
                    signatures: f.signatures,
                    examples: f.examples,
                },
            ),
            Function::Grouping(f) => (
                Category::Grouping,
                Entry {
                    name: f.name,
                    aliases: f.aliases,
                    summary: f.summary,
                    details: f.details,
                    parameters: f.parameters,
                    signatures: f.signatures,
                    examples: f.examples,
                },
            ),
        };
        chapters.entry(category).or_default().push(entry);
    }
    for entries in chapters.values_mut() {
        entries.sort_by_key(|entry| entry.name);
    }
    chapters
}

fn functions() -> String {
    let mut text = String::from("# Functions\n\nMade from the registry; `quarry functions NAME` says the same.\n");
    for (category, entries) in entries() {
        let _ = writeln!(text, "\n## {}", category.title());
        for entry in entries {
            let usage = usage(entry.name, entry.parameters, entry.signatures);
            let _ = writeln!(text, "\n### {usage}\n\n{}", entry.summary);
            if !entry.details.is_empty() {
                let _ = writeln!(text, "{}", entry.details);
            }
            if !entry.aliases.is_empty() {
                let _ = writeln!(text, "\nAlso called {}.", entry.aliases.join(", ").to_uppercase());
            }
            if !entry.parameters.is_empty() {
                text.push('\n');
            }
            for parameter in entry.parameters {
                let _ = writeln!(text, "* `{}`: {}", parameter.name, parameter.description);
            }
            for example in entry.examples {
                let _ = writeln!(text, "\n```esql\n{}\n```\n\n```\n{}\n```", example.query, example.result);
            }
        }
    }
    text
}

fn commands() -> String {
    let mut text = String::from("# Commands\n\nMade from the registry; `quarry commands NAME` says the same.\n");
    for command in quarry::syntax::commands().iter().filter(|command| command.supported) {
        let _ = writeln!(text, "\n## {}\n\n{}\n\n```\n{}\n```", command.name, command.summary, command.syntax);
        for example in command.examples.iter().filter(|example| **example != command.syntax) {
            let _ = writeln!(text, "\n```\n{example}\n```");
        }
    }
    text
}

fn check(name: &str, text: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name);
    if std::env::var_os("QUARRY_ACCEPT").is_some() {
        std::fs::write(&path, text).unwrap();
        return;
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == text, "docs/{name} differs from the registry; QUARRY_ACCEPT=1 cargo test writes it anew");
}

#[test]
fn pages_are_what_the_registries_say() {
    check("functions.md", &functions());
    check("commands.md", &commands());
}

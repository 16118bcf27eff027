//! `quarry functions` and `quarry commands`: help from the registries.

use std::collections::BTreeMap;
use std::fmt::Write;

use clap::Args;
use quarry::diagnostics::did_you_mean;
use quarry::functions::registry::{self, Function};
use quarry::functions::{Category, Example, Parameter, Returns, Signature, usage};
use quarry::syntax::CommandInfo;

use crate::exit::Exit;
use crate::output::{self, say};

#[derive(Debug, Args)]
pub(crate) struct NameArgs {
    /// What to explain; all are listed without it
    pub(crate) name: Option<String>,
}

/// Lists the functions, or explains the one called `name`.
pub(crate) fn functions(name: Option<&str>) -> Exit {
    let Some(name) = name else {
        output::explain(&list());
        return Exit::Nothing;
    };
    match registry::find(name) {
        Some(function) => {
            output::explain(&explain(function));
            Exit::Nothing
        }
        None => unknown("function", name, registry::names()),
    }
}

/// Lists the commands of the language, or explains the one called `name`.
pub(crate) fn commands(name: Option<&str>) -> Exit {
    let commands = quarry::syntax::commands();
    let Some(name) = name else {
        let width = commands.iter().map(|command| command.name.len()).max().unwrap_or(0);
        let mut text = String::new();
        for command in commands.iter().filter(|command| command.supported) {
            let _ = writeln!(text, "{:width$}  {}", command.name, command.summary);
        }
        text.push_str("\nquarry commands NAME explains one.\n");
        output::explain(&text);
        return Exit::Nothing;
    };
    match commands.iter().find(|command| command.name.eq_ignore_ascii_case(name)) {
        Some(command) => {
            output::explain(&command_text(command));
            Exit::Nothing
        }
        None => unknown("command", &name.to_uppercase(), commands.iter().map(|command| command.name)),
    }
}

fn command_text(command: &CommandInfo) -> String {
    let mut text = format!("{}\n\n{}\n\nSyntax\n  {}\n", command.name, command.summary, command.syntax);
    if !command.supported {
        text.push_str("\nThis engine reads the command and refuses to run it.\n");
    }
    if !command.examples.is_empty() {
        text.push_str("\nExamples\n");
    }
    for example in command.examples {
        let _ = writeln!(text, "  {}", example.replace('\n', "\n  "));
    }
    text
}

/// The help on the command or function called `name`; both where the name is both.
///
/// # Errors
/// There is none, with what is called nearly so.
pub(crate) fn topic(name: &str) -> Result<String, String> {
    let commands = quarry::syntax::commands();
    let mut text = String::new();
    if let Some(command) = commands.iter().find(|command| command.name.eq_ignore_ascii_case(name)) {
        text.push_str(&command_text(command));
    }
    if let Some(function) = registry::find(name) {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&explain(function));
    }
    if !text.is_empty() {
        return Ok(text);
    }
    let lower: Vec<String> = commands.iter().map(|command| command.name.to_lowercase()).collect();
    let names = lower.iter().map(String::as_str).chain(registry::names());
    let similar = did_you_mean(&name.to_lowercase(), names);
    let advice = if similar.is_empty() {
        String::new()
    } else {
        format!("; did you mean {}?", similar.join(", ").to_uppercase())
    };
    Err(format!("there is no command or function called {name}{advice}"))
}

fn unknown<'a>(what: &str, name: &str, names: impl IntoIterator<Item = &'a str>) -> Exit {
    let similar = did_you_mean(name, names);
    let advice = if similar.is_empty() { String::new() } else { format!("; did you mean {}?", similar.join(", ")) };
    say(&format!("error: there is no {what} called {name}{advice}"));
    Exit::Failed
}

fn list() -> String {
    let mut chapters: BTreeMap<Category, Vec<(&str, &str)>> = BTreeMap::new();
    for function in registry::all() {
        let (category, summary) = match function {
            Function::Scalar(f) => (f.category, f.summary),
            Function::Aggregate(f) => (Category::Aggregate, f.summary),
            Function::Grouping(f) => (Category::Grouping, f.summary),
        };
        chapters.entry(category).or_default().push((function.name(), summary));
    }
    let mut text = String::new();
    for (category, functions) in &mut chapters {
        functions.sort_unstable();
        let width = functions.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        let _ = writeln!(text, "{}", category.title());
        for (name, summary) in functions {
            let _ = writeln!(text, "  {:width$}  {summary}", name.to_uppercase());
        }
        text.push('\n');
    }
    text.push_str("quarry functions NAME explains one.\n");
    text
}

/// What all kinds of functions say of themselves.
struct Described {
    name: &'static str,
    aliases: &'static [&'static str],
    summary: &'static str,
    details: &'static str,
    parameters: &'static [Parameter],
    signatures: &'static [Signature],
    examples: &'static [Example],
}

fn explain(function: Function) -> String {
    let d = match function {
        Function::Scalar(f) => Described {
            name: f.name,
            aliases: f.aliases,
            summary: f.summary,
            details: f.details,
            parameters: f.parameters,
            signatures: f.signatures,
            examples: f.examples,
        },
        Function::Aggregate(f) => Described {
            name: f.name,
            aliases: f.aliases,
            summary: f.summary,
            details: f.details,
            parameters: f.parameters,
            signatures: f.signatures,
            examples: f.examples,
        },
        Function::Grouping(f) => Described {
            name: f.name,
            aliases: f.aliases,
            summary: f.summary,
            details: f.details,
            parameters: f.parameters,
            signatures: f.signatures,
            examples: f.examples,
        },
    };
    let mut text = String::new();
    let _ = writeln!(text, "{}\n\n{}", usage(d.name, d.parameters, d.signatures), d.summary);
    if !d.details.is_empty() {
        let _ = writeln!(text, "{}", d.details);
    }
    if !d.aliases.is_empty() {
        let _ = writeln!(text, "Also called {}.", d.aliases.join(", ").to_uppercase());
    }
    if !d.parameters.is_empty() {
        text.push_str("\nParameters\n");
        for parameter in d.parameters {
            let _ = writeln!(text, "  {}: {}", parameter.name, parameter.description);
        }
    }
    text.push_str("\nTypes\n");
    for signature in d.signatures {
        let _ = writeln!(text, "  {}", types(signature));
    }
    if !d.examples.is_empty() {
        text.push_str("\nExamples\n");
    }
    for example in d.examples {
        let _ = writeln!(text, "  {}\n    {}", example.query, example.result.replace('\n', "\n    "));
    }
    text
}

fn types(signature: &Signature) -> String {
    let required = signature.parameters.len() - signature.optional;
    let mut parts = Vec::new();
    for (i, set) in signature.parameters.iter().enumerate() {
        let names: Vec<&str> = set.types().map(|t| t.name()).collect();
        let mut part = if names.len() > 8 { "any".to_owned() } else { names.join("|") };
        if signature.variadic && i + 1 == signature.parameters.len() {
            part.push_str("...");
        }
        parts.push(if i < required { part } else { format!("[{part}]") });
    }
    let returns = match signature.returns {
        Returns::Always(data_type) => data_type.name().to_owned(),
        Returns::Argument(i) => format!("the type of argument {}", i + 1),
        Returns::Common(_) => "the arguments' common type".to_owned(),
        Returns::With(_) => "depends on the arguments".to_owned(),
    };
    format!("({}) -> {returns}", parts.join(", "))
}

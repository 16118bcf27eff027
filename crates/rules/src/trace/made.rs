//! The columns that commands make, and those that they read of the source.

use std::collections::HashSet;

use quarry::syntax::ast::{Command, CommandKind};

use super::probe::Probe;
use super::stages::Chain;
use super::{extract, group, reads};

/// The columns of the source that the commands after it read, in the order in which they name them. What a command
/// before has made is none of them.
pub(super) fn read_of_source(probe: &Probe<'_>, text: &str, chain: &Chain<'_>) -> Vec<String> {
    let mut names = Vec::new();
    follow(probe, text, chain, HashSet::new(), &mut names);
    names
}

fn follow(probe: &Probe<'_>, text: &str, chain: &Chain<'_>, mut known: HashSet<String>, names: &mut Vec<String>) {
    let mut before = chain.before.clone();
    for command in chain.commands {
        let mut read = reads::command(command);
        if let CommandKind::Keep(patterns) = &command.kind {
            read.extend(patterns.iter().filter_map(quarry::syntax::ast::NamePattern::exact));
        }
        for name in read {
            if !known.contains(&name) && !names.contains(&name) {
                names.push(name);
            }
        }
        let after = chain.through(command, text);
        if let Some(before) = &before {
            if let CommandKind::Fork(branches) = &command.kind {
                for inner in branches.iter().filter_map(|branch| Chain::of_branch(before, branch)) {
                    follow(probe, text, &inner, known.clone(), names);
                }
            }
            known.extend(made(probe, command, before, &after));
        }
        before = Some(after);
    }
}

/// The columns that a command makes: those that it names, and those that only the inputs know, as an ENRICH brings
/// them. `before` and `after` are the queries that end before it and with it.
pub(super) fn made(probe: &Probe<'_>, command: &Command, before: &str, after: &str) -> HashSet<String> {
    match &command.kind {
        CommandKind::Eval(fields) => fields.iter().map(group::column).collect(),
        CommandKind::Stats { aggregates, groups, .. } => {
            // A key without a name of its own is what it was.
            let keys = groups.iter().filter(|field| field.name.is_some());
            aggregates.iter().map(|aggregate| &aggregate.field).chain(keys).map(group::column).collect()
        }
        CommandKind::Rename(renames) => renames.iter().filter_map(|rename| rename.new.exact()).collect(),
        CommandKind::Dissect { pattern, .. } => extract::keys(&pattern.value).into_iter().collect(),
        // Groups of a GROK may also be named in the way of regular expressions.
        CommandKind::Grok { patterns, .. } => {
            let mut names = brought(probe, command, before, after);
            names.extend(patterns.iter().flat_map(|pattern| extract::keys(&pattern.value)));
            names
        }
        CommandKind::Enrich { .. }
        | CommandKind::LookupJoin { .. }
        | CommandKind::ChangePoint { .. }
        | CommandKind::Extract { .. }
        | CommandKind::Fork(_) => brought(probe, command, before, after),
        _ => HashSet::new(),
    }
}

/// The columns that come out and didn't come in.
fn brought(probe: &Probe<'_>, command: &Command, before: &str, after: &str) -> HashSet<String> {
    let (Some(before), Some(after)) = (probe.columns(before), probe.columns(after)) else { return HashSet::new() };
    // A field that no event has is a column from the first command on that reads it.
    let read = reads::command(command);
    after.into_iter().filter(|name| !before.contains(name) && !read.contains(name)).collect()
}

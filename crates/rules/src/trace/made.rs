//! The columns that commands bring in.

use std::collections::HashSet;

use quarry::syntax::ast::{Command, CommandKind};

use super::probe::Probe;
use super::stages::Chain;
use super::{extract, reads};

/// The columns that the commands of a pipeline make: those that they name, and those that only the inputs know, as an
/// ENRICH brings them. Branches are among the commands.
pub(super) fn made(probe: &Probe<'_>, text: &str, chain: &Chain<'_>) -> HashSet<String> {
    let mut names = named(chain.commands);
    let mut before = chain.before.clone();
    for command in chain.commands {
        let after = chain.through(command, text);
        if let Some(before) = &before {
            // A field that no event has is a column from the first command on that reads it.
            let read = reads::command(command);
            names.extend(brought(probe, before, &after).into_iter().filter(|name| !read.contains(name)));
            if let CommandKind::Fork(branches) = &command.kind {
                let branches = branches.iter().filter_map(|branch| Chain::of_branch(before, branch));
                branches.for_each(|inner| names.extend(made(probe, text, &inner)));
            }
        }
        before = Some(after);
    }
    names
}

/// The columns that the query `after` has and the query `before` has not.
fn brought(probe: &Probe<'_>, before: &str, after: &str) -> Vec<String> {
    let (Some(before), Some(after)) = (probe.columns(before), probe.columns(after)) else { return Vec::new() };
    let known: HashSet<String> = before.into_iter().collect();
    after.into_iter().filter(|name| !known.contains(name)).collect()
}

/// Names that commands give to what they make.
fn named(commands: &[Command]) -> HashSet<String> {
    let mut names = HashSet::new();
    for command in commands {
        match &command.kind {
            CommandKind::Eval(fields) => names.extend(fields.iter().filter_map(|field| field.name.as_ref()?.text())),
            CommandKind::Stats { aggregates, groups, .. } => {
                let all = aggregates.iter().map(|aggregate| &aggregate.field).chain(groups);
                names.extend(all.filter_map(|field| field.name.as_ref()?.text()));
            }
            CommandKind::Rename(renames) => names.extend(renames.iter().filter_map(|rename| rename.new.exact())),
            CommandKind::Dissect { pattern, .. } => names.extend(extract::keys(&pattern.value)),
            CommandKind::Grok { patterns, .. } => {
                names.extend(patterns.iter().flat_map(|pattern| extract::keys(&pattern.value)));
            }
            _ => {}
        }
    }
    names
}

//! Dot commands and their arguments.

use quarry::functions::registry;
use quarry::syntax;

use super::candidate::{Candidate, matching};
use super::{Completion, fields, paths};
use crate::repl::dot::{self, Arguments};

/// What may stand at the end of a dot command.
pub(super) fn complete(completion: &Completion, head: &str) -> (usize, Vec<Candidate>) {
    let begin = head.find('.').unwrap_or(0);
    let Some(space) = head[begin..].find(char::is_whitespace).map(|at| begin + at) else {
        let all = dot::ALL.iter().map(|command| Candidate {
            text: format!(".{}{}", command.name, if command.arguments == Arguments::None { "" } else { " " }),
            shown: format!(".{}  {}", command.name, command.summary),
        });
        return (begin, matching(all.collect(), &head[begin..]));
    };
    let start = head.rfind(char::is_whitespace).map_or(space + 1, |at| at + 1);
    let word = &head[start..];
    let Some(command) = dot::find(&head[begin + 1..space]) else { return (start, Vec::new()) };
    let is_first = head[space..start].trim().is_empty();
    let found = match command.arguments {
        Arguments::None => Vec::new(),
        Arguments::Paths => paths::candidates(word),
        Arguments::Words(words) if is_first => matching(words.iter().copied().map(Candidate::plain).collect(), word),
        Arguments::Words(_) => Vec::new(),
        Arguments::Settings(settings) if is_first => {
            matching(settings.iter().map(|(name, _)| Candidate::plain(format!("{name} "))).collect(), word)
        }
        Arguments::Settings(settings) => {
            let name = head[space..start].trim();
            let values = settings.iter().find(|(setting, _)| *setting == name).map_or(&[][..], |(_, values)| values);
            matching(values.iter().copied().map(Candidate::plain).collect(), word)
        }
        Arguments::Fields => {
            let names = completion.names();
            let columns = if names.is_empty() { Vec::new() } else { completion.columns(&pipeline_over(&names)) };
            matching(fields::candidates(&columns), word)
        }
        Arguments::Topics => matching(topics(), word),
    };
    (start, found)
}

/// A pipeline over all indices.
pub(crate) fn pipeline_over(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("\"{}\"", name.replace('"', ""))).collect();
    format!("FROM {}", quoted.join(", "))
}

/// What `.help` explains.
fn topics() -> Vec<Candidate> {
    let commands = syntax::commands().iter().filter(|info| info.supported).map(|info| info.name.to_owned());
    let functions = registry::names().into_iter().map(str::to_uppercase);
    let dots = dot::ALL.iter().map(|command| format!(".{}", command.name));
    // SAMPLE is a command and a function.
    let mut known = std::collections::HashSet::new();
    commands.chain(functions).chain(dots).filter(|name| known.insert(name.clone())).map(Candidate::plain).collect()
}

//! The dot commands: one file each, one line in [`ALL`]. `.help` and completion read the list.

mod chart;
mod explain;
mod export;
mod fields;
mod help;
mod history;
pub(super) mod inputs;
mod mode;
mod open;
mod quit;
mod rule;
mod run;
mod sample;
mod set;
mod timing;

use quarry::diagnostics::did_you_mean;

use super::shell::{Answer, Failure, Shell};

/// What completion offers after a dot command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arguments {
    /// Nothing.
    None,
    /// Files and folders.
    Paths,
    /// One of these, first.
    Words(&'static [&'static str]),
    /// The name of a setting, then one of its usual values.
    Settings(&'static [(&'static str, &'static [&'static str])]),
    /// Fields of the inputs.
    Fields,
    /// What `.help` explains.
    Topics,
}

/// A dot command.
pub(crate) struct Dot {
    /// Its name without the dot.
    pub(crate) name: &'static str,
    /// How it is typed.
    pub(crate) usage: &'static str,
    /// What it does, in a few words.
    pub(crate) summary: &'static str,
    /// What else is to be said.
    pub(crate) details: &'static str,
    /// What may follow.
    pub(crate) arguments: Arguments,
    /// Does it, with what was typed after the name.
    pub(crate) run: fn(&mut Shell, &str) -> Answer,
}

/// All dot commands, in the order of `.help`.
pub(crate) static ALL: &[Dot] = &[
    open::OPEN,
    inputs::INPUTS,
    fields::FIELDS,
    sample::SAMPLE,
    chart::CHART,
    explain::EXPLAIN,
    export::EXPORT,
    rule::RULE,
    run::RUN,
    mode::MODE,
    set::SET,
    timing::TIMING,
    history::HISTORY,
    help::HELP,
    quit::QUIT,
];

/// Other names.
const ALIASES: &[(&str, &str)] = &[("exit", "quit"), ("q", "quit"), ("h", "help"), ("tables", "inputs")];

/// The dot command called `name`.
pub(crate) fn find(name: &str) -> Option<&'static Dot> {
    let name = ALIASES.iter().find(|(alias, _)| *alias == name).map_or(name, |(_, meant)| meant);
    ALL.iter().find(|command| command.name == name)
}

/// Runs what was typed after the dot.
pub(super) fn run(shell: &mut Shell, typed: &str) -> Answer {
    let typed = typed.trim();
    let (name, rest) = typed.split_once(char::is_whitespace).unwrap_or((typed, ""));
    match find(name) {
        Some(command) => (command.run)(shell, rest.trim()),
        None => {
            let similar = did_you_mean(name, ALL.iter().map(|command| command.name));
            let advice = match similar.first() {
                Some(near) => {
                    shell.fix = Some(format!(".{near} {rest}").trim().to_owned());
                    format!("did you mean .{near}?")
                }
                None => "see .help".to_owned(),
            };
            Err(format!("there is no dot command .{}; {advice}", crate::output::text::printable(name)).into())
        }
    }
}

/// The failure of a command that was typed in another way than it is used.
fn misused(command: &Dot) -> Failure {
    format!("usage: {}", command.usage).into()
}

/// Words of a line; a part in double or single quotes is one word.
fn words(text: &str) -> Vec<String> {
    let (mut words, mut word, mut quote, mut begun) = (Vec::new(), String::new(), None, false);
    for c in text.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            None if matches!(c, '"' | '\'') => (quote, begun) = (Some(c), true),
            None if c.is_whitespace() => {
                if begun {
                    words.push(std::mem::take(&mut word));
                }
                begun = false;
            }
            _ => {
                word.push(c);
                begun = true;
            }
        }
    }
    if begun {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_keep_words_together() {
        assert_eq!(words("a 'b c' d=\"e f\""), ["a", "b c", "d=e f"]);
        assert_eq!(words("  "), [""; 0]);
        assert_eq!(words("''"), [""]);
    }

    #[test]
    fn every_command_says_how_it_is_used() {
        for command in ALL {
            assert!(command.usage.starts_with(&format!(".{}", command.name)), "{}", command.name);
            assert!(!command.summary.is_empty() && !command.summary.ends_with('.'), "{}", command.name);
        }
        assert!(ALIASES.iter().all(|(_, meant)| ALL.iter().any(|command| command.name == *meant)));
    }
}

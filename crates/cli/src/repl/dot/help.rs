use std::fmt::Write;

use super::super::shell::{Answer, Flow, Shell};
use super::{Arguments, Dot};
use crate::commands::reference;
use crate::output::explain;

pub(super) const HELP: Dot = Dot {
    name: "help",
    usage: ".help [FUNCTION|COMMAND|.NAME]",
    summary: "list the dot commands, or explain a function, command or dot command",
    details: "",
    arguments: Arguments::Topics,
    run,
};

const KEYS: &str = "
Tab                completes: commands, functions, fields, values seen in the data
Tab, line empty    puts the correction of the last error into the line
→, End             takes the dim rest of an earlier entry
Alt-Enter          begins a new line; Enter does where an entry isn't whole
Ctrl-R             searches earlier entries
Ctrl-C             stops a query, or drops the line
Ctrl-D             leaves
";

fn run(_: &mut Shell, rest: &str) -> Answer {
    if rest.is_empty() {
        explain(&list());
        return Ok(Flow::On);
    }
    let name = rest.strip_prefix('.').unwrap_or(rest);
    let dot = super::find(name).filter(|_| rest.starts_with('.'));
    if let Some(command) = dot {
        explain(&explained(command));
        return Ok(Flow::On);
    }
    match reference::topic(rest) {
        Ok(text) => explain(&text),
        Err(message) => match super::find(name) {
            Some(command) => explain(&explained(command)),
            None => return Err(message.into()),
        },
    }
    Ok(Flow::On)
}

fn list() -> String {
    let width = super::ALL.iter().map(|command| command.usage.len()).max().unwrap_or(0).min(26);
    let mut text = String::new();
    for command in super::ALL {
        if command.usage.len() > width {
            let _ = writeln!(text, "{}\n{:width$}  {}", command.usage, "", command.summary);
        } else {
            let _ = writeln!(text, "{:width$}  {}", command.usage, command.summary);
        }
    }
    text.push_str(KEYS);
    text
}

fn explained(command: &Dot) -> String {
    let mut text = format!("{}\n  {}\n", command.usage, command.summary);
    if !command.details.is_empty() {
        let _ = writeln!(text, "\n{}", command.details);
    }
    text
}

use super::super::shell::{Answer, Flow, Shell};
use super::{Arguments, Dot, inputs, misused, words};
use crate::commands::engine;
use crate::output::say;

pub(super) const OPEN: Dot = Dot {
    name: "open",
    usage: ".open [NAME=]PATH...",
    summary: "read more files, folders or patterns",
    details: "What is open stays open. NAME gives the index a name; without it the documents or the file's name do. \
              A path with spaces goes in quotes.",
    arguments: Arguments::Paths,
    run,
};

fn run(shell: &mut Shell, rest: &str) -> Answer {
    let paths = words(rest);
    if paths.is_empty() {
        return Err(misused(&OPEN));
    }
    shell.open(paths.iter().map(|path| engine::input(&at_home(path))).collect())?;
    let names = shell.engine.indices();
    say(&inputs::in_words(shell, &names));
    Ok(Flow::On)
}

/// The path with `~/` read as the user's folder, as a shell would.
fn at_home(path: &str) -> String {
    match (path.strip_prefix("~/"), std::env::var("HOME")) {
        (Some(rest), Ok(home)) => format!("{home}/{rest}"),
        _ => path.to_owned(),
    }
}

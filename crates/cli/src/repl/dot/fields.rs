use quarry::Session;

use super::super::completion::pipeline_over;
use super::super::shell::{Answer, Failure, Flow, Shell};
use super::{Arguments, Dot};
use crate::output::print;
use crate::output::style::Style;
use crate::output::text::printable;
use crate::survey::Survey;

pub(super) const FIELDS: Dot = Dot {
    name: "fields",
    usage: ".fields [PATTERN]",
    summary: "list fields with type, fill and most frequent values",
    details: "PATTERN is a part of the name, or has * for any characters. Fill and values are those of a sample from all \
              over the inputs; quarry fields --all-rows reads all.",
    arguments: Arguments::Fields,
    run,
};

fn run(shell: &mut Shell, pattern: &str) -> Answer {
    let names = shell.engine.indices();
    if names.is_empty() {
        return Err(Failure::from("there is no input; .open PATH opens some".to_owned()));
    }
    let session = Session { default_limit: None, ..shell.session() };
    let engine = shell.engine.sample();
    let query = shell.prepare(&pipeline_over(&names), &session, &engine)?;
    let survey = Survey::of(&query, engine.account(), pattern)?;
    if survey.is_empty() {
        let message = match pattern {
            "" => "the inputs hold no fields".to_owned(),
            pattern => format!("no field matches {}", printable(pattern)),
        };
        return Err(Failure::from(message));
    }
    print(&survey.table());
    print(&format!(
        "{}\n",
        Style::of_stdout().dim(&format!("(of a sample of {} rows{})", survey.rows, survey.left_out()))
    ));
    Ok(Flow::On)
}

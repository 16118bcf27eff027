use super::super::shell::{Answer, Flow, Shell};
use super::{Arguments, Dot};
use crate::output;

pub(super) const EXPLAIN: Dot = Dot {
    name: "explain",
    usage: ".explain [QUERY]",
    summary: "show the plan of the last query, or of this one",
    details: "One line for each step, the last one first: what is pushed down, which columns are read, what a scan looks for.",
    arguments: Arguments::None,
    run,
};

fn run(shell: &mut Shell, rest: &str) -> Answer {
    let text = if rest.is_empty() { shell.last()? } else { rest.to_owned() };
    let session = shell.session();
    let engine = shell.engine.clone();
    let query = shell.prepare(&text, &session, &engine)?;
    output::explain(&query.explain());
    Ok(Flow::On)
}

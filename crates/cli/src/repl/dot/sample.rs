use super::super::Mode;
use super::super::completion::pipeline_over;
use super::super::shell::{Answer, Failure, Flow, Shell};
use super::{Arguments, Dot};

pub(super) const SAMPLE: Dot = Dot {
    name: "sample",
    usage: ".sample [INDEX] [N]",
    summary: "show a few whole events, one field under the other",
    details: "Without an index, of all that is open. N is how many; 3 without it.",
    arguments: Arguments::None,
    run,
};

const ROWS: usize = 3;
const MOST: usize = 1000;

fn run(shell: &mut Shell, rest: &str) -> Answer {
    let mut indices = Vec::new();
    let mut rows = ROWS;
    for word in super::words(rest) {
        match word.parse::<usize>() {
            Ok(number) => rows = number.clamp(1, MOST),
            Err(_) => indices.push(word),
        }
    }
    if indices.is_empty() {
        indices = shell.engine.indices();
    }
    if indices.is_empty() {
        return Err(Failure::from("there is no input; .open PATH opens some".to_owned()));
    }
    let session = shell.session();
    let engine = shell.engine.sample();
    let fraction = format!("{} | LIMIT {rows}", pipeline_over(&indices));
    let query = shell.prepare(&fraction, &session, &engine)?;
    let vertical = Mode::find("vertical").unwrap_or_default();
    shell.show(&query, &session, vertical)?;
    Ok(Flow::On)
}

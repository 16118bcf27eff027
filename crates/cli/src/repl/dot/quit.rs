use super::super::shell::{Answer, Flow, Shell};
use super::{Arguments, Dot};

pub(super) const QUIT: Dot = Dot {
    name: "quit",
    usage: ".quit",
    summary: "leave; so do .exit and Ctrl-D",
    details: "",
    arguments: Arguments::None,
    run,
};

fn run(_: &mut Shell, _: &str) -> Answer {
    Ok(Flow::Quit)
}

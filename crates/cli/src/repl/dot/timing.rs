use super::super::shell::{Answer, Flow, Shell};
use super::{Arguments, Dot, misused};
use crate::output::say;

pub(super) const TIMING: Dot = Dot {
    name: "timing",
    usage: ".timing [on|off]",
    summary: "show after each query what it read and how long it took",
    details: "",
    arguments: Arguments::Words(&["on", "off"]),
    run,
};

fn run(shell: &mut Shell, rest: &str) -> Answer {
    shell.timing = match rest {
        "on" => true,
        "off" => false,
        "" => !shell.timing,
        _ => return Err(misused(&TIMING)),
    };
    say(if shell.timing { "timing is on" } else { "timing is off" });
    Ok(Flow::On)
}

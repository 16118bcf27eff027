use super::super::shell::{Answer, Flow, Shell};
use super::{Arguments, Dot};
use crate::output::print;
use crate::output::text::printable;

pub(super) const HISTORY: Dot = Dot {
    name: "history",
    usage: ".history [N]",
    summary: "list what was entered in this session",
    details: "N is how many of the latest. Earlier sessions are under the arrow keys and Ctrl-R.",
    arguments: Arguments::None,
    run,
};

fn run(shell: &mut Shell, rest: &str) -> Answer {
    let most = rest.parse::<usize>().unwrap_or(usize::MAX);
    let skipped = shell.entered.len().saturating_sub(most);
    for (i, entry) in shell.entered.iter().enumerate().skip(skipped) {
        let lines: Vec<String> = entry.lines().map(printable).collect();
        print(&format!("{:>4}  {}\n", i + 1, lines.join("\n      ")));
    }
    Ok(Flow::On)
}

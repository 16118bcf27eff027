use super::super::Mode;
use super::super::shell::{Answer, Flow, Shell};
use super::{Arguments, Dot};

pub(super) const CHART: Dot = Dot {
    name: "chart",
    usage: ".chart [QUERY]",
    summary: "draw the last query, or this one",
    details: "A date and numbers make a histogram over time, one for each value of a further column: \
              STATS n = COUNT(*) BY t = BUCKET(@timestamp, 1 hour), event.action. A key and numbers make bars. \
              .mode chart draws every query.",
    arguments: Arguments::None,
    run,
};

fn run(shell: &mut Shell, rest: &str) -> Answer {
    let text = if rest.is_empty() { shell.last()? } else { rest.to_owned() };
    shell.query(&text, Mode::find("chart").unwrap_or_default())?;
    Ok(Flow::On)
}

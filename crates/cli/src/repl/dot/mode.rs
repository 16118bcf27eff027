use quarry::diagnostics::did_you_mean;

use super::super::Mode;
use super::super::mode::NAMES;
use super::super::shell::{Answer, Flow, Shell};
use super::{Arguments, Dot};
use crate::output::say;

pub(super) const MODE: Dot = Dot {
    name: "mode",
    usage: ".mode [auto|grid|vertical|chart|json|ndjson|csv|tsv]",
    summary: "say how rows are shown",
    details: "auto puts rows side by side where they fit, and one field under the other where they don't.",
    arguments: Arguments::Words(NAMES),
    run,
};

fn run(shell: &mut Shell, rest: &str) -> Answer {
    if rest.is_empty() {
        say(&format!("mode {} (of {})", shell.mode.name, NAMES.join(", ")));
        return Ok(Flow::On);
    }
    match Mode::find(rest) {
        Some(mode) => shell.mode = mode,
        None => {
            let near = did_you_mean(rest, NAMES.iter().copied());
            let advice = near
                .first()
                .map_or_else(|| format!("one of {} is", NAMES.join(", ")), |near| format!("did you mean {near}?"));
            return Err(format!("there is no mode {rest}; {advice}").into());
        }
    }
    Ok(Flow::On)
}

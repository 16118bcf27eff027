use super::super::shell::{Answer, Failure, Flow, Shell};
use super::{Arguments, Dot};
use crate::commands::engine;
use crate::config::Keys;
use crate::output::print;

pub(super) const SET: Dot = Dot {
    name: "set",
    usage: ".set [NAME VALUE]",
    summary: "change a setting, or list all",
    details: "zone: the time zone of days, hours and shown dates, such as Europe/Berlin. limit: the rows of a query \
              without LIMIT, a number or all. keys: emacs or vi.",
    arguments: Arguments::Settings(&[
        ("zone", &["UTC", "Europe/Berlin", "America/New_York", "+02:00"]),
        ("limit", &["all", "1000"]),
        ("keys", &["emacs", "vi"]),
    ]),
    run,
};

fn run(shell: &mut Shell, rest: &str) -> Answer {
    let (name, value) = rest.split_once([' ', '=']).unwrap_or((rest, ""));
    let value = value.trim().trim_start_matches('=').trim();
    let wrong = |what: &str| Err(Failure::from(format!("{name} {value}: {what}")));
    match (name, value) {
        ("", _) => list(shell),
        ("zone", zone) => match engine::zone(zone) {
            Some(zone) => shell.set_zone(Some(zone)),
            None => return wrong("not a time zone; write it as Europe/Berlin, UTC or +02:00"),
        },
        ("limit", "all" | "none" | "0") => shell.set_limit(None),
        ("limit", number) => match number.parse::<usize>() {
            Ok(number) => shell.set_limit(Some(number)),
            Err(_) => return wrong("not a number; all gives all rows"),
        },
        ("keys", keys) => {
            shell.keys = match keys {
                "emacs" => Keys::Emacs,
                "vi" => Keys::Vi,
                _ => return wrong("there are emacs and vi"),
            };
            shell.generation += 1;
        }
        _ => return Err(Failure::from(format!("there is no setting {name}; there are zone, limit and keys"))),
    }
    Ok(Flow::On)
}

fn list(shell: &Shell) {
    let zone = shell.zone.as_ref().and_then(|zone| zone.iana_name().map(str::to_owned));
    let zone = zone.unwrap_or_else(|| if shell.zone.is_some() { "an offset".to_owned() } else { "UTC".to_owned() });
    let limit = shell.limit().map_or_else(|| "all".to_owned(), |limit| limit.to_string());
    let keys = if shell.keys == Keys::Vi { "vi" } else { "emacs" };
    print(&format!("zone   {zone}\nlimit  {limit}\nkeys   {keys}\n"));
}

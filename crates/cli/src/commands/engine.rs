//! The engine and session that the input options and the configuration describe.

use std::fs;
use std::io::Read;
use std::path::Path;

use jiff::tz::TimeZone;
use quarry::{Engine, EngineOptions, Input, Session};
use quarry_rules::Rule;

use crate::args::InputArgs;
use crate::config;

/// What sorting and grouping may take where nothing else is said.
const MEMORY_LIMIT: &str = "4GB";

/// Opens the inputs.
///
/// # Errors
/// A message for the user.
pub(crate) fn open(args: &InputArgs) -> Result<Engine, String> {
    open_for(&[], args)
}

/// Opens the inputs, and the lists that stand beside `rules`.
///
/// # Errors
/// A message for the user.
pub(super) fn open_for(rules: &[Rule], args: &InputArgs) -> Result<Engine, String> {
    let (inputs, options) = parts(rules, args)?;
    Engine::open(&inputs, options).map_err(|error| error.to_string())
}

/// The inputs with the lists that stand beside `rules`, and how they are read.
///
/// # Errors
/// A message for the user.
pub(super) fn parts(rules: &[Rule], args: &InputArgs) -> Result<(Vec<Input>, EngineOptions), String> {
    let (mut inputs, mut options) = (inputs(&args.input), options(args)?);
    quarry_rules::add_lookups(rules, &mut inputs, &mut options);
    Ok((inputs, options))
}

/// How inputs are read.
///
/// # Errors
/// A message for the user.
pub(crate) fn options(args: &InputArgs) -> Result<EngineOptions, String> {
    let config = config::current();
    let policies: Vec<String> = config.policies.iter().chain(&args.policies).cloned().collect();
    Ok(EngineOptions {
        mappings: mappings(args)?,
        views: config.views.iter().map(|path| view(path)).collect::<Result<_, _>>()?,
        policies: super::policies::read(&policies)?,
        ..EngineOptions::default()
    })
}

/// A time that an option names.
///
/// # Errors
/// A message for the user.
pub(super) fn time(option: &str, text: &str) -> Result<i64, String> {
    quarry::parse_time(text).ok_or_else(|| format!("{option} {text}: not a time; write it as 2026-01-15T09:00:00Z"))
}

/// The inputs that were given, or else those of the configuration.
pub(crate) fn inputs(given: &[String]) -> Vec<Input> {
    if !given.is_empty() {
        return given.iter().map(|text| input(text)).collect();
    }
    let configured = config::current().input.iter();
    configured.map(|input| Input { name: input.name.clone(), path: input.path.clone() }).collect()
}

/// The session of a run without an implicit limit.
///
/// # Errors
/// A message for the user.
pub(crate) fn session(args: &InputArgs) -> Result<Session, String> {
    let mut session = Session { default_limit: None, search_bytes: !args.no_prefilter, ..Session::default() };
    let defaults = &config::current().defaults;
    let limit = args.memory_limit.as_deref().or(defaults.memory_limit.as_deref());
    session.memory_limit = bytes(limit.unwrap_or(MEMORY_LIMIT))?;
    if let Some(threads) = args.threads.or(defaults.threads) {
        session.threads = threads.max(1);
    }
    if let Some(now) = &args.now {
        session.now_millis = time("--now", now)?;
    }
    Ok(session)
}

/// The zone that is asked for here or by the configuration.
///
/// # Errors
/// A message for the user.
pub(crate) fn chosen_zone(given: Option<&str>) -> Result<Option<TimeZone>, String> {
    let Some(name) = given.or(config::current().defaults.zone.as_deref()) else { return Ok(None) };
    match zone(name) {
        Some(zone) => Ok(Some(zone)),
        None => Err(format!("--zone {name}: not a time zone; write it as Europe/Berlin, UTC or +02:00")),
    }
}

/// The zone called `name`: a name of the zone database, or an offset.
pub(crate) fn zone(name: &str) -> Option<TimeZone> {
    if name == "Z" || name.eq_ignore_ascii_case("utc") {
        return Some(TimeZone::UTC);
    }
    if let Some(rest) = name.strip_prefix(['+', '-']) {
        let (hours, minutes) = rest.split_once(':').unwrap_or((rest, "0"));
        let seconds = hours.parse::<i32>().ok()?.checked_mul(3600)? + minutes.parse::<u8>().ok().map(i32::from)? * 60;
        let seconds = if name.starts_with('-') { -seconds } else { seconds };
        return jiff::tz::Offset::from_seconds(seconds).ok().map(TimeZone::fixed);
    }
    TimeZone::get(name).ok()
}

/// The text of a query file, or of standard input.
///
/// # Errors
/// A message for the user.
pub(crate) fn read_text(path: &Path) -> Result<String, String> {
    if path == Path::new("-") {
        let mut text = String::new();
        return match std::io::stdin().read_to_string(&mut text) {
            Ok(_) => Ok(text),
            Err(error) => Err(format!("standard input: {error}")),
        };
    }
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// `NAME=PATH`, where the part before the sign can be an index name; otherwise all of it is the path.
pub(crate) fn input(text: &str) -> Input {
    match named(text) {
        Some((name, path)) => Input { name: Some(name.to_owned()), path: path.to_owned() },
        None => Input { name: None, path: text.to_owned() },
    }
}

/// The kind of logs that a file describes; its view is the .esql file of the same name.
fn view(path: &str) -> Result<quarry::LogView, String> {
    let read = |path: &Path| fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()));
    let definition = read(Path::new(path))?;
    let query_path = Path::new(path).with_extension("esql");
    let query = read(&query_path)?;
    let parsed = quarry::syntax::parse(&query);
    if !parsed.errors.is_empty() {
        return Err(crate::output::diagnostics(&query_path.display().to_string(), &query, &parsed.errors));
    }
    quarry::LogView::parse(&definition, &query).map_err(|error| format!("{path}: {error}"))
}

fn named(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = text.split_once('=')?;
    let is_name = !name.is_empty() && !name.contains(['/', '\\', '*', '?']) && !Path::new(text).exists();
    is_name.then_some((name, rest))
}

fn mappings(args: &InputArgs) -> Result<Vec<(Option<String>, quarry::Mapping)>, String> {
    let config = config::current();
    let of_inputs =
        config.input.iter().filter_map(|input| Some(format!("{}={}", input.name.as_ref()?, input.mapping.as_ref()?)));
    config
        .mappings
        .iter()
        .cloned()
        .chain(of_inputs)
        .chain(args.mapping.iter().cloned())
        .map(|text| {
            let (name, path) = match named(&text) {
                Some((name, path)) => (Some(name.to_owned()), path),
                None => (None, text.as_str()),
            };
            let json = fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
            let mapping = quarry::Mapping::parse(&json).map_err(|error| format!("{path}: {error}"))?;
            Ok((name, mapping))
        })
        .collect()
}

/// `512MB`, `8GB`, or plain bytes.
fn bytes(text: &str) -> Result<usize, String> {
    let upper = text.trim().to_ascii_uppercase();
    let digits = upper.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match upper[digits.len()..].trim_end_matches("IB").trim_end_matches('B') {
        "" => 1,
        "K" => 1 << 10,
        "M" => 1 << 20,
        "G" => 1 << 30,
        "T" => 1_usize << 40,
        _ => return Err(format!("--memory-limit {text}: not a size; write it as 512MB or 8GB")),
    };
    match digits.trim().parse::<f64>() {
        Ok(number) if number > 0.0 => Ok((number * unit as f64) as usize),
        _ => Err(format!("--memory-limit {text}: not a size; write it as 512MB or 8GB")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_with_their_units() {
        assert_eq!(bytes("512MB"), Ok(512 << 20));
        assert_eq!(bytes("1.5g"), Ok(3 << 29));
        assert_eq!(bytes("100"), Ok(100));
        assert!(bytes("lots").is_err());
        assert!(bytes("-1GB").is_err());
    }

    #[test]
    fn an_input_may_have_a_name() {
        assert_eq!(input("app=logs/app.json").name.as_deref(), Some("app"));
        assert_eq!(input("dir/a=b.json").name, None);
        assert_eq!(input("plain.json").path, "plain.json");
    }
}

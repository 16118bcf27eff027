//! The engine and session that the input options describe.

use std::fs;
use std::io::Read;
use std::path::Path;

use quarry::{Engine, EngineOptions, Input, Session};
use quarry_rules::Rule;

use crate::args::InputArgs;

/// Opens the inputs.
///
/// # Errors
/// A message for the user.
pub(super) fn open(args: &InputArgs) -> Result<Engine, String> {
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
    let mut inputs: Vec<Input> = args.input.iter().map(|text| input(text)).collect();
    inputs.extend(quarry_rules::lookups(rules, &inputs));
    Ok((inputs, options(args)?))
}

/// How inputs are read.
///
/// # Errors
/// A message for the user.
pub(super) fn options(args: &InputArgs) -> Result<EngineOptions, String> {
    Ok(EngineOptions {
        mappings: mappings(args)?,
        policies: super::policies::read(&args.policies)?,
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

/// The session of a run without an implicit limit.
///
/// # Errors
/// A message for the user.
pub(super) fn session(args: &InputArgs) -> Result<Session, String> {
    let mut session = Session { default_limit: None, prefilter: !args.no_prefilter, ..Session::default() };
    session.memory_limit = bytes(&args.memory_limit)?;
    if let Some(threads) = args.threads {
        session.threads = threads.max(1);
    }
    if let Some(now) = &args.now {
        session.now_millis = time("--now", now)?;
    }
    Ok(session)
}

/// The text of a query file, or of standard input.
///
/// # Errors
/// A message for the user.
pub(super) fn read_text(path: &Path) -> Result<String, String> {
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
pub(super) fn input(text: &str) -> Input {
    match named(text) {
        Some((name, path)) => Input { name: Some(name.to_owned()), path: path.to_owned() },
        None => Input { name: None, path: text.to_owned() },
    }
}

fn named(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = text.split_once('=')?;
    let is_name = !name.is_empty() && !name.contains(['/', '\\', '*', '?']) && !Path::new(text).exists();
    is_name.then_some((name, rest))
}

fn mappings(args: &InputArgs) -> Result<Vec<(Option<String>, quarry::Mapping)>, String> {
    args.mapping
        .iter()
        .map(|text| {
            let (name, path) = match named(text) {
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

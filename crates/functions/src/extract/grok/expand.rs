//! `%{PATTERN:name:type}` replaced by the pattern's definition, as often as it takes.

use super::dictionary;

/// A reference to a pattern.
struct Reference<'a> {
    pattern: &'a str,
    /// Name and type of the capture, as typed.
    name: Option<&'a str>,
    /// The length of the whole, from the percent sign to the brace.
    length: usize,
}

/// How deep definitions may refer to each other.
const DEEPEST: usize = 64;

/// The largest expansion.
const LONGEST: usize = 1 << 20;

/// Expands `pattern`.
///
/// # Errors
/// The reason, without the pattern: one that isn't known.
pub(super) fn expand(pattern: &str) -> Result<String, String> {
    let mut out = String::with_capacity(pattern.len() * 4);
    expand_into(pattern, &mut out, None, 0)?;
    Ok(out)
}

fn expand_into(text: &str, out: &mut String, within: Option<&str>, depth: usize) -> Result<(), String> {
    let mut rest = text;
    while let Some(at) = rest.find("%{") {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let Some(reference) = read_reference(from) else {
            out.push_str("%{");
            rest = &from[2..];
            continue;
        };
        let Some(definition) = dictionary::definition(reference.pattern) else {
            return Err(format!("Unable to find pattern [{}] in Grok's pattern dictionary", reference.pattern));
        };
        if depth > DEEPEST || out.len() > LONGEST {
            return Err("the pattern is too large".to_owned());
        }
        match reference.name.and_then(|name| capture_name(name, within)) {
            Some(name) => {
                out.push_str("(?<");
                out.push_str(&name);
                out.push('>');
            }
            None => out.push_str("(?:"),
        }
        expand_into(definition, out, Some(reference.pattern), depth + 1)?;
        out.push(')');
        rest = &from[reference.length..];
    }
    out.push_str(rest);
    Ok(())
}

/// The name for a capture in the definition of `within`; a name that the user typed stays as it is.
fn capture_name(name: &str, within: Option<&str>) -> Option<String> {
    match within {
        Some(pattern) => dictionary::ecs_name(pattern, name),
        None => Some(name.to_owned()),
    }
}

/// Reads a reference at the start of `text`; `None` where the braces hold something else.
fn read_reference(text: &str) -> Option<Reference<'_>> {
    let inside = text.strip_prefix("%{")?;
    let close = inside.find('}')?;
    let (inside, length) = (&inside[..close], close + 3);
    let (pattern, name) = match inside.split_once(':') {
        Some((pattern, name)) => (pattern, Some(name)),
        None => (inside, None),
    };
    let is_pattern = !pattern.is_empty() && pattern.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let is_name =
        name.is_none_or(|name| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "@[]_:.-".contains(c)));
    (is_pattern && is_name).then_some(Reference { pattern, name, length })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_replaced() {
        assert_eq!(
            expand("a %{INT} %{SPACE:x.y:int}%{no ref}%%").unwrap(),
            r"a (?:(?:[+-]?(?:[0-9]+))) (?<x.y:int>\s*)%{no ref}%%"
        );
        let error = expand("%{FOO:a}").unwrap_err();
        assert_eq!(error, "Unable to find pattern [FOO] in Grok's pattern dictionary");
    }

    #[test]
    fn captures_inside_of_built_in_patterns_have_ecs_names() {
        let expanded = expand("%{SYSLOGPROG}").unwrap();
        assert!(expanded.contains("(?<process.name>") && expanded.contains("(?<process.pid:int>"), "{expanded}");
    }
}

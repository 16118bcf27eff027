//! Which indices and policies a query asks for.

/// The names that a query asks for, as typed.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Needs {
    /// Names of indices; some with wildcards.
    pub(crate) indices: Vec<String>,
    /// Names of enrich policies.
    pub(crate) policies: Vec<String>,
}

impl Needs {
    /// Scans a query, well formed or not.
    pub(crate) fn of(query: &str) -> Self {
        let tokens = tokens(query);
        let is = |at: usize, word: &str| tokens.get(at).is_some_and(|t| t.eq_ignore_ascii_case(word));
        let starts = |at: usize| at == 0 || ["(", ";", "|"].iter().any(|mark| is(at - 1, mark));
        let mut needs = Self::default();
        for at in 0..tokens.len() {
            if (is(at, "FROM") || is(at, "TS")) && starts(at) {
                needs.indices.extend(
                    tokens[at + 1..]
                        .iter()
                        .take_while(|t| !["|", ")", "(", ";", "METADATA"].iter().any(|end| t.eq_ignore_ascii_case(end)))
                        .flat_map(|t| t.split(','))
                        .filter(|name| !name.is_empty() && !name.starts_with('-'))
                        .map(str::to_owned),
                );
            } else if is(at, "LOOKUP") && is(at + 1, "JOIN") {
                needs.indices.extend(tokens.get(at + 2).cloned());
            } else if is(at, "ENRICH") && starts(at) {
                let name = tokens.get(at + 1).map(|name| name.rsplit(':').next().unwrap_or(name));
                needs.policies.extend(name.map(str::to_owned));
            }
        }
        needs
    }
}

/// The words and marks of a query. Strings lose their quotation marks.
fn tokens(query: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut rest = query;
    while let Some(c) = rest.chars().next() {
        let end_of = |open: &str, close: &str| {
            rest[open.len()..].find(close).map_or(rest.len(), |at| at + open.len() + close.len())
        };
        let taken = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            end_of("/*", "*/")
        } else if rest.starts_with("\"\"\"") {
            end_of("\"\"\"", "\"\"\"")
        } else if c == '"' {
            let mut escaped = false;
            let close = rest[1..].find(|c| {
                let closes = c == '"' && !escaped;
                escaped = c == '\\' && !escaped;
                closes
            });
            let end = close.map_or(rest.len(), |at| at + 2);
            word.push_str(rest[..end].trim_matches('"'));
            end
        } else if c.is_whitespace() || matches!(c, '|' | '(' | ')' | ',' | ';') {
            tokens.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
            if !c.is_whitespace() {
                tokens.push(c.to_string());
            }
            1
        } else {
            word.push(c);
            c.len_utf8()
        };
        rest = rest.get(taken..).unwrap_or_default();
    }
    tokens.extend((!word.is_empty()).then_some(word));
    tokens.retain(|t| t != ",");
    tokens
}

/// Whether `name` fits `pattern`, in which `*` stands for anything.
pub(crate) fn fits(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((head, tail)) => name
            .strip_prefix(head)
            .is_some_and(|rest| (0..=rest.len()).any(|at| rest.is_char_boundary(at) && fits(tail, &rest[at..]))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_wherever_they_stand() {
        let query = "SET x = 1; FROM a, b*,\"c\",-d METADATA _id // FROM e\n| WHERE f == \"| FROM g\"\n\
                     | LOOKUP JOIN h ON i | ENRICH _any:j ON k | FORK (WHERE l) (STATS m)";
        let needs = Needs::of(query);
        assert_eq!(needs.indices, ["a", "b*", "c", "h"]);
        assert_eq!(needs.policies, ["j"]);
        assert_eq!(Needs::of("FROM (FROM a | LIMIT 1), (FROM b)").indices, ["a", "b"]);
        assert_eq!(Needs::of("ROW from = 1"), Needs::default());
    }

    #[test]
    fn wildcards_stand_for_anything() {
        assert!(fits("a*", "a") && fits("a*c", "abc") && fits("*", "x") && fits("x", "x"));
        assert!(!fits("a*c", "abd") && !fits("a", "ab"));
    }
}

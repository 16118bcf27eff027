//! Values that nearly match: what keeps them apart.

use std::net::Ipv6Addr;

/// What keeps `actual` from being `expected`, where the two look alike.
pub(super) fn near_miss(actual: &str, expected: &str) -> Option<String> {
    if actual == expected || actual.is_empty() {
        return None;
    }
    let visible = |text: &str| text.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect::<String>();
    if let (Some(actual), Some(expected)) = (ipv4(actual), ipv4(expected))
        && actual == expected
    {
        return Some("the same address is written in IPv6 form; TO_IP() on both sides compares addresses".into());
    }
    if actual.trim() == expected.trim() {
        let (longer, whose) = if actual.len() > expected.len() { (actual, "value") } else { (expected, "query") };
        let end = if longer.trim_start() == longer { "end" } else { "beginning" };
        return Some(format!("the {whose} has a blank at the {end}; TRIM() takes it away"));
    }
    if actual.to_lowercase() == expected.to_lowercase() {
        return Some("they differ in upper and lower case only; TO_LOWER() on the field and a lower-case text compare without it".into());
    }
    if visible(actual).to_lowercase() == visible(expected).to_lowercase() {
        return Some("they differ in blanks, invisible characters or case only".into());
    }
    if let (Ok(a), Ok(b)) = (actual.trim().parse::<f64>(), expected.trim().parse::<f64>())
        && a == b
    {
        return Some(
            "they are the same number written in two ways; both are texts here, so convert with TO_DOUBLE()".into(),
        );
    }
    if expected.contains(['*', '?']) && like(actual, expected) {
        return Some("== takes * and ? literally; LIKE is what takes them as wildcards".into());
    }
    if !expected.is_empty() && actual.to_lowercase().contains(&expected.to_lowercase()) {
        return Some(format!("the value contains the text: LIKE \"*{expected}*\" would match it"));
    }
    None
}

/// Why a LIKE or RLIKE that looks right may not match.
pub(super) fn pattern_miss(actual: &str, pattern: &str, regex: bool) -> Option<String> {
    if regex {
        if pattern.starts_with('^') || pattern.ends_with('$') {
            return Some("RLIKE always matches the whole value; ^ and $ are ordinary characters in it".into());
        }
        if !pattern.is_empty() && actual.contains(pattern.trim_matches(['.', '*'])) {
            return Some("RLIKE has to match the whole value: put .* before and after".into());
        }
        return None;
    }
    if like(&actual.to_lowercase(), &pattern.to_lowercase()) {
        return Some("it would match but for upper and lower case; TO_LOWER() on the field helps".into());
    }
    if !pattern.contains(['*', '?']) && actual.contains(pattern) {
        return Some(format!("LIKE without a wildcard compares the whole value; \"*{pattern}*\" would match"));
    }
    if actual.trim() != actual && like(actual.trim(), pattern) {
        return Some("it would match without the blank around the value; TRIM() takes it away".into());
    }
    None
}

/// Whether wildcards match: only for hints, so escapes are left out.
fn like(text: &str, pattern: &str) -> bool {
    let (text, pattern): (Vec<char>, Vec<char>) = (text.chars().collect(), pattern.chars().collect());
    let (mut t, mut p, mut star) = (0, 0, None);
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some('?') => (t, p) = (t + 1, p + 1),
            Some(c) if *c == text[t] => (t, p) = (t + 1, p + 1),
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    (p, t) = (at + 1, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

/// An IPv4 address, also where it is written as an IPv6 one.
fn ipv4(text: &str) -> Option<std::net::Ipv4Addr> {
    let text = text.trim();
    text.parse().ok().or_else(|| text.parse::<Ipv6Addr>().ok().and_then(|address| address.to_ipv4_mapped()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_near_miss_is_told() {
        for (actual, expected, hint) in [
            ("copyobject", "CopyObject", "case only"),
            ("CopyObject ", "CopyObject", "the value has a blank at the end"),
            ("x", " x", "the query has a blank at the beginning"),
            ("::ffff:10.0.0.1", "10.0.0.1", "IPv6 form"),
            ("05", "5", "same number"),
            ("a\u{200b}\u{85}b", "a\u{200b}b", "invisible"),
            ("CreateUser", "Create*", "LIKE"),
            ("s3.amazonaws.com", "s3", "contains"),
        ] {
            let found = near_miss(actual, expected).unwrap_or_default();
            assert!(found.contains(hint), "{actual} {expected}: {found}");
        }
        assert_eq!(near_miss("GetObject", "CopyObject"), None);
        assert_eq!(near_miss("a", "a"), None);
    }

    #[test]
    fn patterns_that_look_right_are_explained() {
        assert!(pattern_miss("createuser", "Create*", false).is_some_and(|hint| hint.contains("case")));
        assert!(pattern_miss("a b c", "b", false).is_some_and(|hint| hint.contains("wildcard")));
        assert!(pattern_miss("abc", "^abc$", true).is_some_and(|hint| hint.contains("whole value")));
        assert!(pattern_miss("xabcx", "abc", true).is_some_and(|hint| hint.contains(".*")));
        assert_eq!(pattern_miss("x", "y*", false), None);
    }
}

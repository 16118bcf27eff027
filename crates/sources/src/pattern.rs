//! Index patterns: names, wildcards and exclusions, separated by commas.

/// A parsed index pattern.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pattern {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    exclude: bool,
    text: String,
}

impl Pattern {
    /// Reads a pattern. Clusters before a colon and selectors after two are dropped: there is one cluster, and only
    /// data.
    pub(crate) fn parse(text: &str) -> Self {
        let mut parts: Vec<Part> = Vec::new();
        for part in text.split(',') {
            let part = part.trim();
            let part = part.split_once("::").map_or(part, |(index, _)| index);
            let part = part.rsplit_once(':').map_or(part, |(_, index)| index);
            let (exclude, part) = match part.strip_prefix('-') {
                // An exclusion takes from what stands before it; the first part has nothing before it.
                Some(rest) if !parts.is_empty() => (true, rest),
                _ => (false, part),
            };
            if !part.is_empty() {
                parts.push(Part { exclude, text: part.to_owned() });
            }
        }
        Self { parts }
    }

    /// Whether an index belongs to it.
    pub(crate) fn matches(&self, name: &str) -> bool {
        let mut inside = false;
        for part in &self.parts {
            if part.matches(name) {
                inside = !part.exclude;
            }
        }
        inside
    }

    /// Whether every index belongs to it.
    pub(crate) fn is_all(&self) -> bool {
        matches!(self.parts.as_slice(), [one] if one.text == "*")
    }

    /// The names in it that are no wildcards.
    pub(crate) fn exact(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter(|part| !part.exclude && !part.text.contains('*')).map(|part| part.text.as_str())
    }
}

impl Part {
    fn matches(&self, name: &str) -> bool {
        // Hidden indices are asked for by their dot.
        if name.starts_with('.') && !self.text.starts_with('.') {
            return false;
        }
        wildcard(&self.text, name)
    }
}

/// Whether `name` matches `pattern`, in which `*` stands for any text.
pub(crate) fn wildcard(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or("");
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_include_and_exclude() {
        let is = |pattern: &str, name: &str| Pattern::parse(pattern).matches(name);
        assert!(is("logs-*", "logs-aws.cloudtrail-default"));
        assert!(is("*:logs-*", "logs-x"));
        assert!(is("remote:logs-x::data", "logs-x"));
        assert!(!is("logs-*,-logs-x", "logs-x"));
        assert!(is("logs-*,-logs-*,logs-x", "logs-x"));
        assert!(is("a, b", "b"));
        assert!(!is("*", ".hidden"));
        assert!(is(".h*", ".hidden"));
        assert!(!is("", "x"));
    }

    #[test]
    fn wildcards_match_whole_names() {
        assert!(wildcard("a*b*c", "aXbYc") && wildcard("a*b*c", "abc") && wildcard("*", "") && wildcard("a*a", "aa"));
        assert!(!wildcard("a*b*c", "acb") && !wildcard("a", "ab") && !wildcard("a*a", "a"));
    }
}

//! Which of the rules are meant.

use std::collections::BTreeSet;

use quarry::functions::text::wildcard::Wildcard;

use crate::Rule;

/// What rules have to be. Values of one kind are alternatives; all kinds that are given have to hold. Case doesn't
/// count, and `*` and `?` are wildcards.
#[derive(Clone, Debug, Default)]
pub struct Selector {
    /// One of the rule's tags.
    pub tags: Vec<String>,
    /// The rule's severity.
    pub severities: Vec<String>,
    /// The rule's id.
    pub ids: Vec<String>,
    /// The rule's name, or a part of it.
    pub names: Vec<String>,
}

impl Selector {
    /// Whether the rule is meant.
    #[must_use]
    pub fn selects(&self, rule: &Rule) -> bool {
        let metadata = &rule.metadata;
        let any = |patterns: &[String], values: &[&str]| {
            patterns.is_empty() || patterns.iter().any(|pattern| values.iter().any(|value| like(pattern, value)))
        };
        any(&self.tags, &tags(rule))
            && any(&self.severities, &[&metadata.severity])
            && any(&self.ids, &[&metadata.rule_id])
            && (self.names.is_empty()
                || self.names.iter().any(|name| {
                    like(name, &metadata.name) || metadata.name.to_lowercase().contains(&name.to_lowercase())
                }))
    }

    /// Tags and severities asked for that none of `rules` has, each with what it could have been.
    #[must_use]
    pub fn unknown(&self, rules: &[Rule]) -> Vec<(String, Vec<String>)> {
        let all_tags: BTreeSet<&str> = rules.iter().flat_map(tags).collect();
        let severities: BTreeSet<&str> = rules.iter().map(|rule| rule.metadata.severity.as_str()).collect();
        let missing = |patterns: &[String], known: &BTreeSet<&str>| -> Vec<(String, Vec<String>)> {
            let absent = patterns.iter().filter(|pattern| !known.iter().any(|value| like(pattern, value)));
            absent
                .map(|pattern| (pattern.clone(), quarry::diagnostics::did_you_mean(pattern, known.iter().copied())))
                .collect()
        };
        let mut unknown = missing(&self.tags, &all_tags);
        unknown.extend(missing(&self.severities, &severities));
        unknown
    }
}

fn tags(rule: &Rule) -> Vec<&str> {
    let tags = rule.metadata.fields.get("tags").and_then(|tags| tags.as_array());
    tags.into_iter().flatten().filter_map(|tag| tag.as_str()).collect()
}

fn like(pattern: &str, value: &str) -> bool {
    pattern.eq_ignore_ascii_case(value)
        || Wildcard::new(&pattern.to_lowercase()).is_ok_and(|pattern| pattern.matches(&value.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::rule;

    fn selector(tags: &[&str], severities: &[&str], names: &[&str]) -> Selector {
        let own = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Selector { tags: own(tags), severities: own(severities), ids: Vec::new(), names: own(names) }
    }

    #[test]
    fn all_kinds_have_to_hold() {
        let rule = rule("name = \"Root Login\"\nseverity = \"high\"\ntags = [\"Data Source: AWS\", \"Domain: Cloud\"]");
        assert!(selector(&[], &[], &[]).selects(&rule));
        assert!(selector(&["domain: cloud"], &["HIGH", "low"], &["root"]).selects(&rule));
        assert!(selector(&["*aws*"], &[], &[]).selects(&rule));
        assert!(!selector(&["aws"], &[], &[]).selects(&rule));
        assert!(!selector(&["*aws*"], &["low"], &[]).selects(&rule));
        assert_eq!(selector(&["Domain: Clout"], &[], &[]).unknown(&[rule])[0].1, ["Domain: Cloud"]);
    }
}

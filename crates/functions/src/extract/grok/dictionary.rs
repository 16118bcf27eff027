//! The patterns that can be referred to by name.
//!
//! Most definitions come from the `grok` crate, which ships the well-known pattern files. Those files name captures
//! in the old fashion; [`ecs`](super::ecs) has the names that the Elastic Common Schema gives them. Patterns that the
//! files lack, or that differ there, are in [`own`](super::own).

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{ecs, own};

static DEFINITIONS: LazyLock<HashMap<&'static str, &'static str>> =
    LazyLock::new(|| grok::patterns().iter().copied().chain(own::DEFINITIONS.iter().copied()).collect());

/// The definition of the pattern `name`.
pub(super) fn definition(name: &str) -> Option<&'static str> {
    DEFINITIONS.get(name).copied()
}

/// The name, and where it has one the type, of the capture that the definition of `pattern` calls `name`; `None` for
/// a part that isn't captured.
pub(super) fn ecs_name(pattern: &str, name: &str) -> Option<String> {
    if let Some((_, _, known)) = ecs::NAMES.iter().find(|(p, n, _)| (ecs::covers(p, pattern)) && *n == name) {
        return (!known.is_empty()).then(|| (*known).to_owned());
    }
    Some(without_brackets(name))
}

/// `[a][b]:int` as `a.b:int`.
fn without_brackets(name: &str) -> String {
    name.replace("][", ".").replace(['[', ']'], "")
}

/// The names of all patterns, sorted.
#[must_use]
pub fn names() -> Vec<&'static str> {
    let mut names: Vec<&'static str> = DEFINITIONS.keys().copied().collect();
    names.sort_unstable();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_inside_of_patterns_follow_the_schema() {
        assert_eq!(ecs_name("SYSLOGBASE", "logsource").as_deref(), Some("host.hostname"));
        assert_eq!(ecs_name("CISCOFW106001", "src_port").as_deref(), Some("source.port:int"));
        assert_eq!(ecs_name("IPTABLES", "[network][transport]").as_deref(), Some("network.transport"));
        assert_eq!(ecs_name("IPTABLES_TCP_PART", "[iptables][tcp][seq]:int").as_deref(), Some("iptables.tcp.seq:int"));
        assert_eq!(ecs_name("NAGIOSTIME", "nagios_epoch").as_deref(), Some("nagios_epoch"));
    }

    #[test]
    fn every_renamed_capture_exists() {
        for (pattern, name, _) in ecs::NAMES {
            let found = names().iter().any(|known| {
                ecs::covers(pattern, known)
                    && definition(known).is_some_and(|text| text.contains(&format!(":{name}}}")))
            });
            assert!(found, "{pattern} {name}");
        }
    }
}

//! What each crate must not know, checked against the workspace's own metadata.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

/// The workspace's crates, leaves first. A crate may depend only on those above it.
const ORDER: &[&str] = &[
    "quarry-diagnostics",
    "quarry-syntax",
    "quarry-types",
    "quarry-functions",
    "quarry-plan",
    "quarry-exec",
    "quarry-sources",
    "quarry",
    "quarry-rules",
    "quarry-conformance",
    "quarry-cli",
    "quarry-benches",
];

/// Dependencies on crates of the workspace that are absent on purpose, with the reason.
const ABSENT: &[(&str, &str, &str)] = &[
    ("quarry-syntax", "quarry-types", "syntax knows no types"),
    ("quarry-types", "quarry-syntax", "types know no text"),
    ("quarry-functions", "quarry-syntax", "functions know no text"),
    ("quarry-exec", "quarry-syntax", "execution knows no text"),
    ("quarry-rules", "quarry-exec", "rules are evaluated only through the facade"),
    ("quarry-rules", "quarry-plan", "rules are evaluated only through the facade"),
    ("quarry-rules", "quarry-sources", "rules are evaluated only through the facade"),
];

/// Outside crates that only some crates may use, with the reason.
const CONFINED: &[(&str, &[&str], &str)] = &[
    ("clap", &["quarry-cli"], "only the command line knows options"),
    ("rustyline", &["quarry-cli"], "only the command line knows terminals"),
    ("flate2", &["quarry-sources", "quarry-benches"], "only sources know files"),
    ("libdeflater", &["quarry-sources", "quarry-benches"], "only sources know files"),
    ("nom", &["quarry-syntax"], "only syntax parses queries"),
    ("toml", &["quarry-sources", "quarry-rules", "quarry-cli"], "configuration is read at the edges"),
];

/// The normal dependencies of each crate of the workspace.
fn dependencies() -> BTreeMap<String, Vec<String>> {
    let metadata = cargo_metadata::MetadataCommand::new()
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml"))
        .no_deps()
        .exec()
        .unwrap();
    metadata
        .packages
        .iter()
        .map(|package| {
            let normal = package.dependencies.iter().filter(|d| d.kind == cargo_metadata::DependencyKind::Normal);
            (package.name.to_string(), normal.map(|d| d.name.clone()).collect())
        })
        .collect()
}

#[test]
fn crates_depend_only_on_those_above_them() {
    let dependencies = dependencies();
    let place = |name: &str| ORDER.iter().position(|other| *other == name);
    for (name, used) in &dependencies {
        let own = place(name).unwrap_or_else(|| panic!("{name} is missing from the order"));
        for other in used.iter().filter_map(|other| place(other).map(|at| (other, at))) {
            assert!(other.1 < own, "{name} must not depend on {}", other.0);
        }
    }
}

#[test]
fn what_is_absent_on_purpose_stays_absent() {
    let dependencies = dependencies();
    for (name, other, reason) in ABSENT {
        assert!(!dependencies[*name].iter().any(|used| used == other), "{name} uses {other}, but {reason}");
    }
    for (outside, allowed, reason) in CONFINED {
        for (name, used) in &dependencies {
            let uses = used.iter().any(|other| other == outside);
            assert!(!uses || allowed.contains(&name.as_str()), "{name} uses {outside}, but {reason}");
        }
    }
}

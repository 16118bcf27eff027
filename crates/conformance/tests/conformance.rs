//! Runs the csv-spec files, where they are there, and compares with the list of known failures.

use std::path::Path;
use std::sync::Arc;

use quarry_conformance::data::Data;
use quarry_conformance::run::{Outcome, run};
use quarry_conformance::spec::{self, Spec};
use quarry_conformance::{files, known};

#[test]
fn only_known_failures_fail() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/conformance/esql");
    if !root.is_dir() {
        println!("skipped: there are no csv-spec files");
        return;
    }
    let mut specs = Vec::new();
    for path in files(&root.join("specs"), "csv-spec").unwrap() {
        specs.extend(spec::read(&path).unwrap());
    }
    let outcomes = run(&Arc::new(Data::open(&root).unwrap()), &specs, &specs);
    let results: Vec<(&Spec, &Outcome)> = specs.iter().zip(&outcomes).collect();
    let surprises = known::surprises(&known::load(&known::path()).unwrap(), &results);
    assert!(
        surprises.is_empty(),
        "\n{}\n`cargo run -p quarry-conformance -- --accept` accepts these results.",
        surprises.join("\n")
    );
}

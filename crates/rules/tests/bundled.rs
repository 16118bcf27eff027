//! The bundled rules: unchanged, and passing their own tests.

use std::path::PathBuf;

use quarry::Session;
use quarry_rules::{load, run_tests};
use sha2::{Digest, Sha256};

fn rules() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../rules")
}

#[test]
fn the_seed_rule_is_the_published_text_byte_for_byte() {
    let text = std::fs::read(rules().join("aws_s3_object_encrypted_with_external_kms_key.esql")).unwrap();
    let hash: String = Sha256::digest(&text).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hash, "10ac1c2d2b28dfb0016ccee475b4b2a19d5e99f7e7e360593d83640309e2c349");
}

#[test]
fn every_bundled_rule_passes_its_own_tests() {
    let loaded = load(&[rules()]);
    assert!(loaded.errors.is_empty(), "{:?}", loaded.errors);
    assert!(!loaded.rules.is_empty());
    for rule in &loaded.rules {
        let outcomes = run_tests(rule, &Session::default(), None);
        assert!(!outcomes.is_empty(), "{} has no tests", rule.path.display());
        for outcome in outcomes {
            assert!(outcome.passed(), "{}: {}: {:?}", rule.metadata.name, outcome.name, outcome.problems);
        }
    }
}

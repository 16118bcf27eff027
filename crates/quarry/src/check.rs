//! Queries checked without being run.

use quarry_diagnostics::Diagnostic;
use quarry_plan::analyze::{Environment, Parameters, Selection, analyze};
use quarry_sources::OfflineCatalog;

use crate::{Engine, Session, lint};

/// Everything that is to be said of the query `text`: syntax, types, fields, and where `is_rule` what the detection
/// engine wants of a rule's query. Indices that `engine` has no input for are taken to exist; of their fields those
/// that ECS and the known integrations have are known, and any other one is only warned of.
#[must_use]
pub fn check(text: &str, engine: Option<&Engine>, is_rule: bool) -> Vec<Diagnostic> {
    let parsed = quarry_syntax::parse(text);
    if !parsed.errors.is_empty() {
        return parsed.errors;
    }
    let catalog = OfflineCatalog::new(engine.map(Engine::files));
    let parameters = Parameters::default();
    let environment = Environment {
        catalog: &catalog,
        settings: Session::default().settings(false),
        parameters: &parameters,
        carry: &[],
        lenient: true,
        selection: &Selection::default(),
    };
    let mut diagnostics = analyze(&parsed.statement, text, &environment).diagnostics;
    if is_rule {
        diagnostics.extend(lint::run(&parsed.statement));
    }
    diagnostics.sort_by_key(|diagnostic| diagnostic.span);
    diagnostics
}

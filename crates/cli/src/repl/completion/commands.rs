//! Commands of the language.

use quarry::syntax;

use super::candidate::Candidate;

/// The commands that may stand at the start of a query, or after a pipe.
pub(super) fn candidates(source: bool) -> Vec<Candidate> {
    let mut all: Vec<Candidate> = syntax::commands()
        .iter()
        .filter(|info| info.supported && info.source == source)
        .map(|info| Candidate { text: format!("{} ", info.name), shown: info.name.to_owned() })
        .collect();
    if source {
        all.push(Candidate { text: "SET ".to_owned(), shown: "SET".to_owned() });
    }
    all
}

//! Something that may be put at the cursor.

use rustyline::completion;

/// The most candidates that are offered at once.
pub(crate) const MOST: usize = 500;

/// What is put there, and what the list shows of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) text: String,
    pub(crate) shown: String,
}

impl Candidate {
    /// A candidate that is shown as it is.
    pub(crate) fn plain(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { shown: text.clone(), text }
    }

    /// A candidate with a word about it.
    pub(crate) fn with_note(text: impl Into<String>, note: &str) -> Self {
        let text = text.into();
        Self { shown: format!("{text}  {note}"), text }
    }
}

impl completion::Candidate for Candidate {
    fn display(&self) -> &str {
        &self.shown
    }

    fn replacement(&self) -> &str {
        &self.text
    }
}

/// Those of `all` that begin with `word`, in any case; where none does, those of which a part after a dot or underscore
/// does; else those that contain it.
pub(crate) fn matching(all: Vec<Candidate>, word: &str) -> Vec<Candidate> {
    let plain = |text: &str| text.replace('`', "").to_lowercase();
    let word = plain(word);
    let mut tiers: [Vec<Candidate>; 3] = Default::default();
    for candidate in all {
        let text = plain(&candidate.text);
        let tier = if text.starts_with(&word) {
            0
        } else if text.split(['.', '_']).any(|part| part.starts_with(&word)) {
            1
        } else if text.contains(&word) {
            2
        } else {
            continue;
        };
        tiers[tier].push(candidate);
    }
    let mut found = tiers.into_iter().find(|tier| !tier.is_empty()).unwrap_or_default();
    found.truncate(MOST);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginnings_come_before_what_is_inside() {
        let all = || ["event.action", "action", "host"].map(Candidate::plain).to_vec();
        let texts = |word: &str| matching(all(), word).into_iter().map(|c| c.text).collect::<Vec<_>>();
        assert_eq!(texts("ACT"), ["action"]);
        assert_eq!(texts("vent"), ["event.action"]);
        assert_eq!(texts("zzz"), [""; 0]);
        assert_eq!(texts("").len(), 3);
    }
}

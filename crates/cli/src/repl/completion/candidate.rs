//! Something that may be put at the cursor.

use rustyline::completion;

use crate::output::width::width;

/// The most candidates that are offered at once.
pub(crate) const MOST: usize = 500;
/// More than so many are folded at the dots in them.
const MOST_UNFOLDED: usize = 60;
/// What rustyline puts between the columns of a list.
const GAP: usize = 2;

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
    if found.len() > MOST_UNFOLDED {
        found = folded(found, word.len());
    }
    found.truncate(MOST);
    found
}

/// Many names as the folders of their next part, with how many lie in each, as of paths: `event.  14 names`. All of them
/// begin with the `typed` bytes that stand there already.
fn folded(all: Vec<Candidate>, typed: usize) -> Vec<Candidate> {
    let mut folders: Vec<(String, Vec<Candidate>)> = Vec::new();
    for candidate in all {
        let dot = candidate.text.get(typed..).and_then(|rest| rest.find('.')).map(|at| typed + at + 1);
        let key = match dot {
            // The typed text ends before a quote, so that places in it and in the name are the same.
            Some(end) if !candidate.text.contains('`') => candidate.text[..end].to_owned(),
            _ => candidate.text.clone(),
        };
        match folders.iter_mut().find(|(folder, _)| *folder == key && folder.ends_with('.')) {
            Some((_, inside)) => inside.push(candidate),
            None => folders.push((key, vec![candidate])),
        }
    }
    let fold = |(folder, mut inside): (String, Vec<Candidate>)| match inside.len() {
        1 => inside.pop(),
        n => Some(Candidate::with_note(folder, &format!("{n} names"))),
    };
    folders.into_iter().filter_map(fold).collect()
}

/// Those of `all` that a list of `rows` lines of `columns` has room for. Where some have none, a last line says how many,
/// and what all of them begin with stays what the shown ones begin with.
pub(crate) fn fitted(mut all: Vec<Candidate>, columns: usize, rows: usize) -> Vec<Candidate> {
    let counted = |more: usize| format!("… {more} more: type on");
    let widest = all.iter().map(|candidate| width(&candidate.shown)).max().unwrap_or(0);
    let widest = widest.max(width(&counted(all.len())));
    let room = (columns / (widest + GAP).min(columns).max(1)).max(1) * rows.max(2);
    if all.len() <= room {
        return all;
    }
    let common = common_beginning(&all);
    let more = all.len() - (room - 1);
    all.truncate(room - 1);
    all.push(Candidate { text: common, shown: counted(more) });
    all
}

fn common_beginning(all: &[Candidate]) -> String {
    let mut texts = all.iter().map(|candidate| candidate.text.as_str());
    let mut common = texts.next().unwrap_or("");
    for text in texts {
        let same = common
            .char_indices()
            .zip(text.chars())
            .find(|((_, a), b)| a != b)
            .map_or_else(|| common.len().min(text.len()), |((at, _), _)| at);
        common = &common[..same];
    }
    common.to_owned()
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

    #[test]
    fn many_names_are_folded_at_their_dots() {
        let mut all: Vec<Candidate> = (0..70).map(|i| Candidate::plain(format!("aws.part.f{i}"))).collect();
        all.extend(["event.action", "@timestamp"].map(Candidate::plain));
        let shown = |word: &str| matching(all.clone(), word).into_iter().map(|c| c.shown).collect::<Vec<_>>();
        assert_eq!(shown(""), ["aws.  70 names", "event.action", "@timestamp"]);
        assert_eq!(shown("AWS."), ["aws.part.  70 names"]);
        assert_eq!(shown("aws.part.").len(), 70);
    }

    #[test]
    fn a_list_longer_than_the_screen_asked_a_question_that_ctrl_c_did_not_answer() {
        let all: Vec<Candidate> = (0..100).map(|i| Candidate::plain(format!("name{i:03}"))).collect();
        assert_eq!(fitted(all.clone(), 80, 50).len(), 100);
        // The last line is the widest, so that there are three columns.
        let cut = fitted(all, 80, 5);
        assert_eq!(cut.len(), 15);
        assert_eq!(cut[14].shown, "… 86 more: type on");
        // The cut ones still count for what Tab puts in.
        assert_eq!(cut[14].text, "name0");
    }
}

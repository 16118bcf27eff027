//! Cuts texts into pieces of so many words, at the boundaries of words, sentences or separators.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use crate::Failure;
use crate::text::java::JavaRegex;

/// Words that two pieces of one long sentence share at most.
const MOST_SHARED: usize = 20;

/// How texts are cut.
#[derive(Debug)]
pub(super) enum Strategy {
    /// Not at all.
    Whole,
    /// After so many words; pieces next to each other share some.
    Words { most: usize, shared: usize },
    /// After whole sentences; a piece may begin with the sentence before it.
    Sentences { most: usize, repeats: bool },
    /// At the first separator, what is too long at the next one, and in the end after whole sentences.
    Separators { most: usize, separators: Vec<JavaRegex> },
}

impl Strategy {
    /// The places of the pieces, in order.
    ///
    /// # Errors
    /// A separator gives up.
    pub(super) fn cut(&self, text: &str) -> Result<Vec<Range<usize>>, Failure> {
        Ok(match self {
            Strategy::Whole => std::iter::once(0..text.len()).collect(),
            Strategy::Words { most, shared } => by_words(text, *most, *shared).into_iter().map(|(at, _)| at).collect(),
            Strategy::Sentences { most, repeats } => by_sentences(text, *most, *repeats),
            Strategy::Separators { most, separators } => by_separators(text, separators, *most)?,
        })
    }
}

/// Where the segments of a text end, and which of them are words.
struct Segments {
    /// The start of the text comes first.
    ends: Vec<(usize, bool)>,
}

impl Segments {
    fn of(text: &str) -> Self {
        let segments = text.split_word_bound_indices();
        let ends = segments.map(|(at, segment)| (at + segment.len(), segment.chars().any(char::is_alphanumeric)));
        Self { ends: std::iter::once((0, false)).chain(ends).collect() }
    }

    /// The last boundary before a place.
    fn before(&self, place: usize) -> usize {
        self.ends.partition_point(|(end, _)| *end < place).saturating_sub(1)
    }

    /// The words that end in a part of the text. As in the reference, a word that ends right where the part starts
    /// counts, too.
    fn count(&self, part: &Range<usize>) -> usize {
        let ends = self.ends[self.before(part.start)..].iter().take_while(|(end, _)| *end <= part.end);
        ends.filter(|(_, is_word)| *is_word).count()
    }

    /// The boundary that follows so many words from a place.
    fn skip(&self, place: usize, words: usize) -> usize {
        let mut seen = 0;
        let ends = &self.ends[self.before(place)..];
        let after = ends.iter().skip_while(|(_, is_word)| {
            let goes_on = seen < words;
            seen += usize::from(goes_on && *is_word);
            goes_on
        });
        after.map(|(end, _)| *end).next().or(self.ends.last().map(|(end, _)| *end)).unwrap_or(0)
    }
}

/// Pieces of `most` words with the number of words in each; `shared` of them are also in the piece before.
fn by_words(text: &str, most: usize, shared: usize) -> Vec<(Range<usize>, usize)> {
    let mut pieces = Vec::new();
    let (mut start, mut next_start) = (0, 0);
    let (mut words, mut words_since_mark) = (0, 0);
    for (end, is_word) in Segments::of(text).ends {
        if !is_word {
            continue;
        }
        words += 1;
        words_since_mark += 1;
        if words >= most {
            pieces.push((start..end, words));
            words = shared;
            if shared == 0 {
                next_start = end;
            }
            start = next_start;
        }
        if words_since_mark == most - shared {
            next_start = end;
            words_since_mark = 0;
        }
    }
    // What is left is more than what was shared, or all there is.
    if !text.is_empty() && (words > shared || pieces.is_empty()) {
        pieces.push((start..text.len(), words));
    }
    pieces
}

/// Pieces of whole sentences of at most `most` words together. A longer sentence is cut after words. With `repeats` a
/// piece begins with the sentence before it, or with as much of its end as fits.
fn by_sentences(text: &str, most: usize, repeats: bool) -> Vec<Range<usize>> {
    let segments = Segments::of(text);
    let mut pieces = Vec::new();
    let (mut start, mut words) = (0, 0);
    let mut previous = (0, 0);
    for (at, sentence) in text.split_sentence_bound_indices() {
        let sentence = at..at + sentence.len();
        let here = segments.count(&sentence);
        if words + here <= most {
            words += here;
        } else {
            let had_words = words > 0;
            if had_words {
                pieces.push(start..sentence.start);
            }
            (start, words) = match (had_words, repeats) {
                (true, true) => {
                    let (before, count): (usize, usize) = previous;
                    let fits = count + here <= most;
                    let skipped = if fits { 0 } else { count.saturating_sub(MOST_SHARED.min(most / 2)) };
                    let start = if fits { before } else { segments.skip(before, skipped) };
                    (start, count - skipped + here)
                }
                (true, false) => (sentence.start, here),
                (false, _) => (start, here),
            };
            if words > most {
                let mut parts = by_words(&text[start..sentence.end], most, MOST_SHARED.min((most - 1) / 2));
                // The last part may have room for the next sentence.
                if let Some((last, count)) = parts.pop() {
                    pieces.extend(parts.into_iter().map(|(part, _)| start + part.start..start + part.end));
                    (start, words) = (start + last.start, count);
                }
            }
        }
        previous = (sentence.start, here);
    }
    if words > 0 || pieces.is_empty() {
        pieces.push(start..text.len());
    }
    pieces
}

/// Pieces that end where a separator begins, joined as long as they have at most `most` words.
fn by_separators(text: &str, separators: &[JavaRegex], most: usize) -> Result<Vec<Range<usize>>, Failure> {
    let segments = Segments::of(text);
    if text.len() < 2 || segments.count(&(0..text.len())) <= most {
        return Ok(std::iter::once(0..text.len()).collect());
    }
    let Some((separator, rest)) = separators.split_first() else { return Ok(by_sentences(text, most, false)) };
    let mut joined: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    let ends = separator.find_all(text)?.into_iter().map(|found| found.start).chain([text.len()]);
    for end in ends.filter(|end| *end > 0) {
        let part = start..end;
        match joined.last_mut() {
            Some(last) if segments.count(&(last.start..end)) <= most => last.end = end,
            _ if part.is_empty() => {}
            _ => joined.push(part),
        }
        start = end;
    }
    let mut pieces = Vec::new();
    for part in joined {
        if segments.count(&part) <= most {
            pieces.push(part);
            continue;
        }
        let inner = by_separators(&text[part.clone()], rest, most)?;
        pieces.extend(inner.into_iter().map(|piece| part.start + piece.start..part.start + piece.end));
    }
    Ok(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces<'a>(strategy: &Strategy, text: &'a str) -> Vec<&'a str> {
        strategy.cut(text).unwrap().into_iter().map(|at| text[at].trim()).collect()
    }

    #[test]
    fn words_are_shared_by_neighbours() {
        let three = Strategy::Words { most: 3, shared: 1 };
        assert_eq!(pieces(&three, "one two, three four five six"), ["one two, three", ", three four five", "five six"]);
        assert_eq!(pieces(&Strategy::Words { most: 2, shared: 0 }, "a b, c d"), ["a b", ", c d"]);
        assert_eq!(pieces(&three, "one"), ["one"]);
        assert_eq!(pieces(&three, ""), [""; 0]);
    }

    #[test]
    fn sentences_stay_whole_as_long_as_they_fit() {
        let text = "Ann logs in. Bob logs in and out. Cy waits.";
        assert_eq!(
            pieces(&Strategy::Sentences { most: 5, repeats: false }, text),
            ["Ann logs in.", "Bob logs in and out.", "Cy waits."]
        );
        assert_eq!(
            pieces(&Strategy::Sentences { most: 8, repeats: false }, text),
            ["Ann logs in. Bob logs in and out.", "Cy waits."]
        );
        let repeated = pieces(&Strategy::Sentences { most: 8, repeats: true }, text);
        assert_eq!(repeated, ["Ann logs in. Bob logs in and out.", "Bob logs in and out. Cy waits."]);
        assert_eq!(
            pieces(&Strategy::Sentences { most: 3, repeats: false }, "One two three four five."),
            ["One two three", "three four five."]
        );
    }

    #[test]
    fn separators_come_one_after_the_other() {
        let separators = ["\n\n", "\n"].map(|text| JavaRegex::new(text).unwrap()).into();
        let strategy = Strategy::Separators { most: 3, separators };
        assert_eq!(pieces(&strategy, "a b\nc d\n\ne\n\nf g"), ["a b", "c d", "e", "f g"]);
    }
}

//! Words of a text, and how much they differ.

/// The words of `text` in lower case, in their order. Full stops and apostrophes between letters, and stops and
/// commas between digits, don't end a word.
pub(super) fn words(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let mut words = Vec::new();
    let mut word = String::new();
    for (i, c) in chars.iter().enumerate() {
        if c.is_alphanumeric() || *c == '_' || joins(&chars, i) {
            word.extend(c.to_lowercase());
        } else if !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// Whether the character at `i` joins what stands on both sides of it.
fn joins(chars: &[char], i: usize) -> bool {
    let (Some(before), Some(after)) = (i.checked_sub(1).and_then(|i| chars.get(i)), chars.get(i + 1)) else {
        return false;
    };
    let letters = before.is_alphabetic() && after.is_alphabetic();
    let digits = before.is_numeric() && after.is_numeric();
    match chars[i] {
        '.' | '\'' | '\u{2019}' => letters || digits,
        ',' | ';' => digits,
        _ => false,
    }
}

/// Whether `a` becomes `b` by at most `most` insertions, deletions, replacements and swaps of neighbours, the first
/// `prefix` characters being equal.
pub(super) fn distance_at_most(a: &str, b: &str, most: usize, prefix: usize) -> bool {
    if most == 0 {
        return a == b;
    }
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > most || a.iter().take(prefix).ne(b.iter().take(prefix)) {
        return false;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = replaced.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(before[j - 2] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()] <= most
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn punctuation_ends_words_unless_it_joins() {
        assert_eq!(
            words("Don't log-in at www.Example.org: 1,000.5 users_x!"),
            ["don't", "log", "in", "at", "www.example.org", "1,000.5", "users_x"]
        );
        assert!(words(" - ").is_empty());
    }

    #[test]
    fn edits_are_counted() {
        assert!(distance_at_most("abcd", "acbd", 1, 0));
        assert!(distance_at_most("abc", "abcd", 1, 0));
        assert!(!distance_at_most("abc", "axyc", 1, 0));
        assert!(!distance_at_most("abc", "xbc", 1, 1));
    }
}

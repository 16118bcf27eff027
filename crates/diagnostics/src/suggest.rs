/// Names that resemble `name`, most similar first, at most five.
///
/// Similarity is `1 - distance / longer length` by Levenshtein distance and has to be at least one half.
#[must_use]
pub fn did_you_mean<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut scored: Vec<(f64, &str)> = candidates
        .into_iter()
        .filter(|candidate| *candidate != name)
        .map(|candidate| (similarity(name, candidate), candidate))
        .filter(|(score, _)| *score >= 0.5)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    scored.dedup_by(|a, b| a.1 == b.1);
    scored.into_iter().take(5).map(|(_, candidate)| candidate.to_owned()).collect()
}

/// The one of `similar`, as [`did_you_mean`] gives them, that `name` can hardly be anything but a slip for: the only one,
/// or one that differs in at most two letters where every other one differs in more.
#[must_use]
pub fn surely_meant<'a>(name: &str, similar: &'a [String]) -> Option<&'a str> {
    let letters = |text: &str| text.chars().collect::<Vec<char>>();
    let own = letters(name);
    let apart = |other: &String| distance(&own, &letters(other));
    match similar {
        [] => None,
        [only] => Some(only),
        [first, others @ ..] => {
            let best = apart(first);
            (best <= 2 && others.iter().all(|other| apart(other) > best)).then_some(first)
        }
    }
}

fn similarity(a: &str, b: &str) -> f64 {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let longest = a.len().max(b.len());
    if longest == 0 {
        return 1.0;
    }
    if a.len().abs_diff(b.len()) * 2 > longest {
        return 0.0;
    }
    1.0 - distance(&a, &b) as f64 / longest as f64
}

fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, cb) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(ca != cb);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_means_one_name() {
        let similar = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<String>>();
        assert_eq!(surely_meant("event.acton", &similar(&["event.action", "event.id"])), Some("event.action"));
        assert_eq!(surely_meant("event.xy", &similar(&["event.id"])), Some("event.id"));
        assert_eq!(surely_meant("user.id", &similar(&["users.id", "user.ids"])), None);
        assert_eq!(surely_meant("x", &[]), None);
    }

    #[test]
    fn similar_names_are_offered_best_first() {
        assert_eq!(
            did_you_mean("event.acton", ["event.id", "event.action", "host.name"]),
            ["event.action", "event.id"]
        );
        assert!(did_you_mean("zzz", ["event.action"]).is_empty());
    }
}

//! The patterns that GROK knows by name.

use quarry::functions::extract::grok;

use super::candidate::{Candidate, matching};

/// What goes on the pattern begun, such as `"%{IP:a} %{NU`: where no name is begun, a reference is.
pub(super) fn candidates(typed: &str) -> Vec<Candidate> {
    let Some(open) = typed.rfind("%{").filter(|open| !typed[*open..].contains('}')) else {
        let begun = if typed.is_empty() { "\"" } else { typed };
        return vec![Candidate::plain(format!("{begun}%{{"))];
    };
    let (before, name) = typed.split_at(open + "%{".len());
    if name.contains(':') {
        return Vec::new();
    }
    let mut found = matching(grok::pattern_names().into_iter().map(Candidate::plain).collect(), name);
    for candidate in &mut found {
        candidate.text = format!("{before}{}:", candidate.text);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_complete_inside_of_a_pattern() {
        let texts = |typed: &str| candidates(typed).into_iter().map(|c| c.text).collect::<Vec<_>>();
        assert_eq!(texts(""), ["\"%{"]);
        assert_eq!(texts("\"%{IP:a} "), ["\"%{IP:a} %{"]);
        assert!(texts("\"%{IP:a} %{IPV").contains(&"\"%{IP:a} %{IPV6:".to_owned()));
        assert_eq!(texts("\"%{IP:addr"), [""; 0]);
    }
}

//! Order of versions: semantic versions first, in their order; other strings after them, in theirs.

use std::cmp::Ordering;

/// Compares two versions. Numbers compare as numbers of any length, a pre-release comes before its release,
/// build metadata is compared last, and what isn't a version comes after every version.
#[must_use]
pub fn compare(a: &str, b: &str) -> Ordering {
    sort_key(a).cmp(&sort_key(b))
}

/// Bytes that sort as the versions do.
#[must_use]
pub fn sort_key(text: &str) -> Vec<u8> {
    let Some(parts) = Parts::read(text) else {
        let mut key = vec![2];
        key.extend_from_slice(text.as_bytes());
        return key;
    };
    let mut key = vec![1];
    for number in &parts.numbers {
        push_number(&mut key, number);
    }
    // Ends the numbers below any further one, so that 1.2 sorts before 1.2.0.
    key.push(0);
    match parts.pre_release {
        None => key.push(2),
        Some(identifiers) => {
            key.push(1);
            for identifier in identifiers.split('.') {
                if !identifier.is_empty() && identifier.bytes().all(|b| b.is_ascii_digit()) {
                    key.push(1);
                    push_number(&mut key, identifier);
                } else {
                    key.push(2);
                    key.extend_from_slice(identifier.as_bytes());
                    key.push(0);
                }
            }
            key.push(0);
        }
    }
    if let Some(build) = parts.build {
        key.extend_from_slice(build.as_bytes());
    }
    key
}

fn push_number(key: &mut Vec<u8>, digits: &str) {
    let digits = digits.trim_start_matches('0');
    key.push(1 + digits.len().min(250) as u8);
    key.extend_from_slice(digits.as_bytes());
}

struct Parts<'a> {
    numbers: Vec<&'a str>,
    pre_release: Option<&'a str>,
    build: Option<&'a str>,
}

impl<'a> Parts<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let (rest, build) = match text.split_once('+') {
            Some((rest, build)) => (rest, Some(build)),
            None => (text, None),
        };
        let (main, pre_release) = match rest.split_once('-') {
            Some((main, pre)) => (main, Some(pre)),
            None => split_letters(rest),
        };
        let numbers: Vec<&str> = main.split('.').collect();
        let valid = numbers.iter().all(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
            && build.is_none_or(is_identifiers)
            && pre_release.is_none_or(is_identifiers);
        valid.then_some(Self { numbers, pre_release, build })
    }
}

/// `1.2.3alpha`: letters directly after the numbers count as a pre-release.
fn split_letters(text: &str) -> (&str, Option<&str>) {
    match text.find(|c: char| c != '.' && !c.is_ascii_digit()) {
        Some(at) if at > 0 && !text[..at].ends_with('.') => (&text[..at], Some(&text[at..])),
        _ => (text, None),
    }
}

fn is_identifiers(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_sort_as_versions() {
        let sorted =
            ["1", "1.0", "1.2.3-alpha", "1.2.3-beta.2", "1.2.3", "1.9.0", "1.10.0", "5.2.9-SNAPSHOT", "bad", "café"];
        for pair in sorted.windows(2) {
            assert_eq!(compare(pair[0], pair[1]), Ordering::Less, "{pair:?}");
        }
    }
}

//! How messages are cut into words.

/// The most words of a message that are looked at.
const MOST: usize = 100;

/// A way to cut a message into words.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Analyzer {
    MlStandard,
    Standard,
    Simple,
    Stop,
    Whitespace,
    Keyword,
}

impl Analyzer {
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "ml_standard" => Analyzer::MlStandard,
            "standard" => Analyzer::Standard,
            "simple" => Analyzer::Simple,
            "stop" => Analyzer::Stop,
            "whitespace" => Analyzer::Whitespace,
            "keyword" => Analyzer::Keyword,
            _ => return None,
        })
    }

    pub(super) fn tokens(self, text: &str) -> Vec<String> {
        let mut tokens: Vec<String> = match self {
            Analyzer::MlStandard => ml_standard(text).into_iter().map(str::to_owned).collect(),
            Analyzer::Standard => words(text, char::is_alphanumeric),
            Analyzer::Simple => words(text, char::is_alphabetic),
            Analyzer::Stop => {
                let mut words = words(text, char::is_alphabetic);
                words.retain(|word| !STOP_WORDS.contains(&word.as_str()));
                words
            }
            Analyzer::Whitespace => text.split_whitespace().map(str::to_owned).collect(),
            Analyzer::Keyword => Some(text.to_owned()).filter(|text| !text.is_empty()).into_iter().collect(),
        };
        tokens.truncate(MOST);
        tokens
    }
}

/// The longest runs of characters of one kind, in lower case.
fn words(text: &str, is_part: fn(char) -> bool) -> Vec<String> {
    text.split(|c| !is_part(c)).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

const STOP_WORDS: [&str; 33] = [
    "a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "if", "in", "into", "is", "it", "no", "not", "of",
    "on", "or", "such", "that", "the", "their", "then", "there", "these", "they", "this", "to", "was", "will", "with",
];

/// Words with their inner dots, dashes and slashes, so that paths, addresses and host names stay whole; without what
/// changes from message to message.
fn ml_standard(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = if is_picture(first) {
            picture_end(rest)
        } else if is_part(first) {
            rest.find(|c| !is_part(c)).unwrap_or(rest.len())
        } else {
            rest = &rest[first.len_utf8()..];
            continue;
        };
        let (token, after) = rest.split_at(end);
        rest = after;
        let token = if is_picture(first) { token } else { trim(token) };
        if !token.is_empty() && !changes(token) {
            tokens.push(token);
        }
    }
    tokens
}

fn is_part(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '@' | ':' | '/' | '\\')
}

fn trim(token: &str) -> &str {
    let token = token.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '_');
    // A path keeps its first slash.
    token.trim_start_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '/'))
}

fn is_picture(c: char) -> bool {
    matches!(c, '\u{2600}'..='\u{27bf}' | '\u{1f000}'..='\u{1faff}')
}

/// A picture goes with the modifiers after it, and with a picture joined to it.
fn picture_end(text: &str) -> usize {
    let mut joined = true;
    for (at, c) in text.char_indices() {
        match c {
            '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}' => joined = false,
            '\u{200d}' => joined = true,
            _ if joined => joined = false,
            _ => return at,
        }
    }
    text.len()
}

/// Whether a word is a number, an identifier, a date, a time, or names a day, month or time zone.
fn changes(token: &str) -> bool {
    const NAMES: [&str; 40] = [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
        "Mon",
        "Tue",
        "Wed",
        "Thu",
        "Fri",
        "Sat",
        "Sun",
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
        "Jan",
        "Feb",
        "Mar",
        "Apr",
        "Jun",
        "Jul",
        "Aug",
        "Sep",
        "Oct",
        "Nov",
        "Dec",
        "GMT",
        "UTC",
        "CET",
    ];
    if NAMES.contains(&token) {
        return true;
    }
    let digits = token.strip_prefix("0x").unwrap_or(token);
    if !digits.starts_with(|c: char| c.is_ascii_hexdigit()) || !digits.contains(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let hexadecimal = digits.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
    let clock = digits.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | ':' | '.' | 'T' | 'Z' | '/'))
        && digits.contains(['-', ':', '/']);
    hexadecimal || clock
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_is_left_out() {
        for (text, tokens) in [
            ("2024-05-06T07:08:09.123Z Mon job 17 started", vec!["job", "started"]),
            ("id deadbeef01 0x1f 3f2504e0-4f89-11d3-9a0c-0305e82c3301 gone", vec!["id", "gone"]),
            ("open /var/log/x.log: error (code=5)", vec!["open", "/var/log/x.log", "error", "code"]),
            ("from 10.0.0.1 to host-1.example.org.", vec!["from", "10.0.0.1", "to", "host-1.example.org"]),
            (".*?Disk.+?failure.*?", vec!["Disk", "failure"]),
            ("ok 👍🏽😊", vec!["ok", "👍🏽", "😊"]),
            ("DB ready", vec!["DB", "ready"]),
        ] {
            assert_eq!(Analyzer::MlStandard.tokens(text), tokens, "{text}");
        }
    }

    #[test]
    fn other_analyzers_cut_otherwise() {
        let text = "Connected to 10.0.0.1";
        assert_eq!(Analyzer::Stop.tokens(text), ["connected"]);
        assert_eq!(Analyzer::Simple.tokens(text), ["connected", "to"]);
        assert_eq!(Analyzer::Whitespace.tokens(text), ["Connected", "to", "10.0.0.1"]);
        assert_eq!(Analyzer::Keyword.tokens(text), [text]);
        assert_eq!(Analyzer::named("english"), None);
    }
}

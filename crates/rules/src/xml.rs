//! Texts inside XML. Characters that XML has no form for become the replacement character.

/// A text between tags.
#[must_use]
pub fn text(text: &str) -> String {
    escaped(text, &|c| matches!(c, '\n' | '\t').then(|| c.to_string()))
}

/// A text between the quotes of an attribute, where a line break that stands as it is would be read as a blank.
#[must_use]
pub fn attribute(text: &str) -> String {
    escaped(text, &|c| match c {
        '\n' => Some("&#10;".to_owned()),
        '\t' => Some("&#9;".to_owned()),
        _ => None,
    })
}

fn escaped(text: &str, space: &dyn Fn(char) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() => out.push_str(&space(c).unwrap_or_else(|| '\u{fffd}'.to_string())),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_logs_stay_text() {
        assert_eq!(text("<a b=\"c\">&\u{1b}[0m\n\r"), "&lt;a b=&quot;c&quot;&gt;&amp;\u{fffd}[0m\n\u{fffd}");
        assert_eq!(attribute("a\n\tb\u{ffff}"), "a&#10;&#9;b\u{fffd}");
    }
}

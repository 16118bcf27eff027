use quarry_types::{DataType, Strings};

use crate::definition::accept::STRING;
use crate::lift::map1;
use crate::{Category, Evaluation, Example, Parameter, Returns, ScalarFunction, Signature};

/// `REVERSE`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "reverse",
    aliases: &[],
    category: Category::String,
    summary: "The string from its end to its start.",
    details: "Characters that are shown as one, such as a letter and its accent, stay together.",
    parameters: &[Parameter { name: "str", description: "The string." }],
    signatures: &[Signature::new(&[STRING], Returns::Always(DataType::Keyword))],
    examples: &[Example { query: r#"ROW x = REVERSE("drawer")"#, result: "reward" }],
    evaluation: Evaluation::Kernel(|_| Ok(map1::<Strings, _>(reverse))),
};

fn reverse(text: &str) -> String {
    if text.is_ascii() {
        return text.chars().rev().collect();
    }
    let mut out = String::with_capacity(text.len());
    for cluster in clusters(text).into_iter().rev() {
        out.push_str(cluster);
    }
    out
}

/// The text cut into what is shown as one character: marks, joiners, skin tones and flags stay with what they follow.
fn clusters(text: &str) -> Vec<&str> {
    let mut starts = Vec::new();
    let mut previous = '\0';
    let mut indicators = 0;
    for (at, c) in text.char_indices() {
        let is_indicator = ('\u{1f1e6}'..='\u{1f1ff}').contains(&c);
        let joined = extends(c)
            || previous == '\u{200d}'
            || (previous == '\r' && c == '\n')
            || (is_indicator && indicators % 2 == 1);
        if !joined || at == 0 {
            starts.push(at);
        }
        indicators = if is_indicator { indicators + 1 } else { 0 };
        previous = c;
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts.iter().zip(ends).map(|(start, end)| &text[*start..end]).collect()
}

/// Whether a character is shown together with the one before it.
fn extends(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}'
        | '\u{483}'..='\u{489}'
        | '\u{591}'..='\u{5bd}'
        | '\u{610}'..='\u{61a}'
        | '\u{64b}'..='\u{65f}'
        | '\u{900}'..='\u{903}'
        | '\u{93a}'..='\u{93c}'
        | '\u{93e}'..='\u{94f}'
        | '\u{e31}'
        | '\u{e34}'..='\u{e3a}'
        | '\u{e47}'..='\u{e4e}'
        | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}'
        | '\u{200c}'..='\u{200d}'
        | '\u{20d0}'..='\u{20ff}'
        | '\u{3099}'..='\u{309a}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{fe20}'..='\u{fe2f}'
        | '\u{1f3fb}'..='\u{1f3ff}'
        | '\u{e0020}'..='\u{e007f}'
        | '\u{e0100}'..='\u{e01ef}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_as_one_stays_together() {
        for (text, reversed) in [
            ("abc", "cba"),
            ("ne\u{301}", "e\u{301}n"),
            ("x👍🏽", "👍🏽x"),
            ("🇫🇷🇩🇪", "🇩🇪🇫🇷"),
            ("a👩\u{200d}💻", "👩\u{200d}💻a"),
            ("", ""),
        ] {
            assert_eq!(reverse(text), reversed);
        }
    }
}

//! The index against a reader that goes byte by byte.

use proptest::prelude::*;

use super::*;
use crate::json::skip_value;

/// The tokens, in order, by going through the bytes.
fn simple(bytes: &[u8], line_ends: bool) -> Vec<usize> {
    let mut tokens = Vec::new();
    let (mut in_string, mut escaped, mut in_word) = (false, false, false);
    for (at, byte) in bytes.iter().enumerate() {
        let is_escaped = std::mem::take(&mut escaped);
        escaped = *byte == b'\\' && !is_escaped;
        if in_string {
            in_string = *byte != b'"' || is_escaped;
            continue;
        }
        let is_quote = *byte == b'"' && !is_escaped;
        let begins = match byte {
            b' ' | b'\t' | b'\r' | b':' | b',' => false,
            b'\n' => line_ends,
            b'{' | b'}' | b'[' | b']' => true,
            // Inside of a word, a quote begins no token of its own.
            _ => !in_word,
        };
        if begins {
            tokens.push(at);
        }
        in_word = !is_quote && !b" \t\r\n:,{}[]".contains(byte);
        in_string = is_quote;
    }
    tokens
}

/// The places of the bits.
fn places(marks: &[Marks], bits: impl Fn(&Marks) -> u64) -> Vec<usize> {
    let of_block = |(number, marks): (usize, &Marks)| {
        let bits = bits(marks);
        (0..BLOCK).filter(move |bit| bits >> bit & 1 == 1).map(move |bit| number * BLOCK + bit)
    };
    marks.iter().enumerate().flat_map(of_block).collect()
}

/// Bytes as they are likely in JSON, and everything that is special in it.
fn texts() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => "[a-z0-9 ]{0,40}".prop_map(String::into_bytes),
        2 => "[{}:,\\[\\]]".prop_map(String::into_bytes),
        3 => Just(b"\"".to_vec()),
        2 => "\\\\{1,5}".prop_map(String::into_bytes),
        1 => "\u{e9}{0,3}[ \n\t]{0,70}".prop_map(String::into_bytes),
    ];
    proptest::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

#[test]
fn brackets_that_cross_are_not_passed_over() {
    // As many of each kind are closed as are opened, but not where they may be.
    let mut marks = Vec::new();
    if index(b"{[{}}{[}}{]]", true, &mut marks).is_some() {
        assert_eq!(pass_over(&marks, 0, marks[0].tokens, 60), None);
    }
}

/// Where the container at `from` ends, by [`simple`]'s tokens.
fn by_counting(bytes: &[u8], from: usize, most: usize) -> Option<usize> {
    let (mut curly, mut square) = (0_usize, 0_usize);
    for at in simple(bytes, true).into_iter().filter(|at| *at >= from) {
        match bytes[at] {
            b'{' => curly += 1,
            b'[' => square += 1,
            b'}' => curly = curly.checked_sub(1)?,
            b']' => square = square.checked_sub(1)?,
            b'\n' => return None,
            _ => continue,
        }
        if curly + square > most {
            return None;
        }
        if curly + square == 0 {
            return Some(at + 1);
        }
    }
    None
}

proptest! {
    #[test]
    fn tokens_are_where_a_simple_reader_finds_them(bytes in texts(), line_ends in any::<bool>()) {
        let mut marks = Vec::new();
        if index(&bytes, line_ends, &mut marks).is_some() {
            let tokens = simple(&bytes, line_ends);
            let those = |which: &[u8]| tokens.iter().copied().filter(|at| which.contains(&bytes[*at])).collect::<Vec<_>>();
            prop_assert_eq!(places(&marks, |it| it.tokens), tokens.clone());
            prop_assert_eq!(places(&marks, |it| it.open), those(b"{[\n"));
            prop_assert_eq!(places(&marks, |it| it.close), those(b"}]\n"));
            prop_assert_eq!(places(&marks, |it| (it.open | it.close) & it.square & !(it.open & it.close)), those(b"[]"));
        }
    }

    #[test]
    fn what_is_passed_over_ends_where_counting_brackets_ends(
        before in "[a-z ]{0,70}",
        inside in proptest::collection::vec(prop_oneof![
            4 => Just("{"), 4 => Just("}"), 4 => Just("["), 4 => Just("]"), 2 => Just("\"a\":"), 1 => Just("\"}]{\","), 1 => Just("\n"),
            1 => Just("                                                                    ")
        ], 0..40),
        most in 1_usize..12,
    ) {
        let text = format!("{before}{{{}", inside.concat());
        let mut marks = Vec::new();
        if index(text.as_bytes(), true, &mut marks).is_some() {
            let from = before.len();
            let tokens = marks[from / BLOCK].tokens & u64::MAX << (from % BLOCK);
            let passed = pass_over(&marks, from / BLOCK, tokens, most);
            let expected = by_counting(text.as_bytes(), from, most);
            prop_assert_eq!(passed.map(|it| it.block * BLOCK + it.end), expected, "{}", text);
            if let Some(passed) = passed {
                let left = marks[passed.block].tokens & u64::MAX.checked_shl(passed.end as u32).unwrap_or(0);
                prop_assert_eq!(passed.left, left);
            }
        }
    }

    #[test]
    fn text_is_what_is_utf_8(bytes in prop_oneof![
        "[ -~]{0,200}".prop_map(String::into_bytes),
        "[ -~]{0,70}\u{e9}[ -~]{0,70}".prop_map(String::into_bytes),
        proptest::collection::vec(any::<u8>(), 0..130),
    ]) {
        prop_assert_eq!(text(&bytes), std::str::from_utf8(&bytes).ok());
    }

    #[test]
    fn doubtful_bytes_are_told(before in "[a-z]{0,130}", bad in prop_oneof![
        Just("\u{1}"), Just("\n"), Just("\\x"), Just("\\u12g4"), Just("\\u12 "), Just("\\\\\\q")
    ], after in "[a-z]{0,130}") {
        let text = format!("{{\"a\\n\\u00e9\":\"{before}{bad}{after}\"}}");
        let mut marks = Vec::new();
        if let Some(indexed) = index(text.as_bytes(), false, &mut marks) {
            let from = 14 + before.len();
            prop_assert!((from..from + bad.len()).contains(&indexed.clean_to), "{:?} in {}", indexed, text);
        }
        let clean = format!("{{\"a\\n\\u00e9\":\"{before}\\\\{after}\"}}");
        if let Some(indexed) = index(clean.as_bytes(), false, &mut marks) {
            prop_assert_eq!(indexed.clean_to, clean.len());
        }
    }

    #[test]
    fn an_object_ends_where_parsing_it_ends(depth in 1_usize..200, text in "[a-z{}\\[\\],: ]{0,90}", rest in "[a-z{}\\]\" ]{0,90}") {
        let string = format!("\"{text}\\\\\\\"]\"");
        let object = format!("{}{string}{}", "{\"k\":\n[".repeat(depth), "]}".repeat(depth));
        let whole = format!("{object}{rest}");
        let found = object_end(whole.as_bytes());
        prop_assert!(found.is_none_or(|found| found.end == object.len() && found.backslash), "{:?} in {}", found, whole);
        let plain = object.replace('\\', "");
        let clean = object_end(format!("{plain}{rest}").as_bytes());
        prop_assert!(clean.is_none_or(|found| found.end != plain.len() || !found.backslash), "{:?} in {}", clean, plain);
        prop_assert_eq!(skip_value(whole.as_bytes(), 0, 1000), Ok(object.len()));
        prop_assert_eq!(object_end(&whole.as_bytes()[..object.len() - 1]), None);
    }
}

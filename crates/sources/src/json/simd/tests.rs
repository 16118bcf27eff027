//! The index against a reader that goes byte by byte.

use proptest::prelude::*;

use super::*;
use crate::json::skip_value;

/// Where tokens begin, by going through the bytes.
fn simple(bytes: &[u8], line_ends: bool) -> Vec<u32> {
    let mut positions = Vec::new();
    let (mut in_string, mut escaped, mut in_other) = (false, false, false);
    for (at, byte) in bytes.iter().enumerate() {
        let is_escaped = std::mem::take(&mut escaped);
        escaped = *byte == b'\\' && !is_escaped;
        if in_string {
            in_string = *byte != b'"' || is_escaped;
            continue;
        }
        match byte {
            b'"' if is_escaped => {
                if !in_other {
                    positions.push(at as u32);
                }
                in_other = true;
            }
            b' ' | b'\t' | b'\n' | b'\r' => {
                in_other = false;
                if line_ends && *byte == b'\n' {
                    positions.push(at as u32);
                }
            }
            b':' | b',' => in_other = false,
            b'{' | b'}' | b'[' | b']' => {
                in_other = false;
                positions.push(at as u32);
            }
            b'"' => {
                // Inside of a word, a quote begins no token of its own.
                if !in_other {
                    positions.push(at as u32);
                }
                in_string = true;
                in_other = false;
            }
            _ => {
                if !in_other {
                    positions.push(at as u32);
                }
                in_other = true;
            }
        }
    }
    positions
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

proptest! {
    #[test]
    fn tokens_are_where_a_simple_reader_finds_them(bytes in texts(), line_ends in any::<bool>()) {
        let mut positions = Vec::new();
        if index(&bytes, line_ends, &mut positions).is_some() {
            prop_assert_eq!(positions, simple(&bytes, line_ends));
        }
    }

    #[test]
    fn doubtful_bytes_are_told(before in "[a-z]{0,130}", bad in prop_oneof![
        Just("\u{1}"), Just("\n"), Just("\\x"), Just("\\u12g4"), Just("\\u12 "), Just("\\\\\\q")
    ], after in "[a-z]{0,130}") {
        let text = format!("{{\"a\\n\\u00e9\":\"{before}{bad}{after}\"}}");
        let mut positions = Vec::new();
        if let Some(indexed) = index(text.as_bytes(), false, &mut positions) {
            let from = 14 + before.len();
            prop_assert!((from..from + bad.len()).contains(&indexed.clean_to), "{:?} in {}", indexed, text);
        }
        let clean = format!("{{\"a\\n\\u00e9\":\"{before}\\\\{after}\"}}");
        if let Some(indexed) = index(clean.as_bytes(), false, &mut positions) {
            prop_assert_eq!(indexed.clean_to, clean.len());
        }
    }

    #[test]
    fn an_object_ends_where_parsing_it_ends(depth in 1_usize..200, text in "[a-z{}\\[\\],: ]{0,90}", rest in "[a-z{}\\]\" ]{0,90}") {
        let string = format!("\"{text}\\\\\\\"]\"");
        let object = format!("{}{string}{}", "{\"k\":\n[".repeat(depth), "]}".repeat(depth));
        let whole = format!("{object}{rest}");
        let found = object_end(whole.as_bytes());
        let expected = ObjectEnd { end: object.len(), lines: object.matches('\n').count() };
        prop_assert!(found.is_none_or(|found| found == expected), "{:?} in {}", found, whole);
        prop_assert_eq!(skip_value(whole.as_bytes(), 0, 1000), Ok(object.len()));
        prop_assert_eq!(object_end(&whole.as_bytes()[..object.len() - 1]), None);
    }
}

use quarry_types::{DataType, Strings};

use crate::definition::accept::STRING;
use crate::lift::map1;
use crate::{Category, Evaluation, Example, Parameter, Returns, ScalarFunction, Signature};

/// `URL_ENCODE`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "url_encode",
    aliases: &[],
    category: Category::String,
    summary: "The string as a part of a form in a URL.",
    details: "Letters, digits and `.-_~` stay, a blank becomes `+`, every other byte `%` and two digits.",
    parameters: &[Parameter { name: "string", description: "The string." }],
    signatures: &[Signature::new(&[STRING], Returns::Always(DataType::Keyword))],
    examples: &[Example { query: r#"ROW x = URL_ENCODE("a b&c")"#, result: "a+b%26c" }],
    evaluation: Evaluation::Kernel(|_| Ok(map1::<Strings, _>(|text| encode(text, "+")))),
};

/// Writes what is not safe as `%` and two digits, and a blank as `blank`.
pub(super) fn encode(text: &str, blank: &str) -> String {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-' | b'_' | b'~' => out.push(char::from(byte)),
            b' ' => out.push_str(blank),
            _ => {
                out.push('%');
                out.push(char::from(DIGITS[usize::from(byte >> 4)]));
                out.push(char::from(DIGITS[usize::from(byte & 15)]));
            }
        }
    }
    out
}

use quarry_types::{DataType, Strings};

use crate::definition::accept::STRING;
use crate::lift::map1;
use crate::{Category, Evaluation, Example, Failure, Parameter, Returns, ScalarFunction, Signature};

/// `URL_DECODE`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "url_decode",
    aliases: &[],
    category: Category::String,
    summary: "The string that an encoded one in a URL stands for.",
    details: "A `+` becomes a blank. A `%` without two digits gives null and a warning.",
    parameters: &[Parameter { name: "string", description: "The string." }],
    signatures: &[Signature::new(&[STRING], Returns::Always(DataType::Keyword))],
    examples: &[Example { query: r#"ROW x = URL_DECODE("a+b%26c%C3%BC")"#, result: "a b&cü" }],
    evaluation: Evaluation::Kernel(|_| Ok(map1::<Strings, _>(url_decode))),
};

fn url_decode(text: &str) -> Result<String, Failure> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'+' => out.push(b' '),
            b'%' => {
                let digits = bytes
                    .get(at + 1..at + 3)
                    .ok_or_else(|| Failure::illegal_argument("URLDecoder: Incomplete trailing escape (%) pattern"))?;
                out.push(hex(digits).ok_or_else(|| {
                    Failure::illegal_argument(format!(
                        "URLDecoder: Illegal hex characters in escape (%) pattern - Error at index 0 in: \"{}\"",
                        String::from_utf8_lossy(digits)
                    ))
                })?);
                at += 2;
            }
            other => out.push(*other),
        }
        at += 1;
    }
    Ok(String::from_utf8_lossy(&out).into_owned())
}

fn hex(digits: &[u8]) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    Some((digit(digits[0])? * 16 + digit(digits[1])?) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_resolved() {
        assert_eq!(url_decode("%E2%82%ac+x").unwrap(), "€ x");
        assert!(url_decode("100%").unwrap_err().message.contains("Incomplete"));
        assert!(url_decode("%zz").unwrap_err().message.ends_with("\"zz\""));
        assert_eq!(super::super::url_encode::encode("€ x", "%20"), "%E2%82%AC%20x");
    }
}

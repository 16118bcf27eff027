use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use base64::{DecodeError, Engine, alphabet};
use quarry_types::{DataType, Strings};

use crate::definition::accept::STRING;
use crate::lift::map1;
use crate::{Category, Evaluation, Example, Failure, Parameter, Returns, ScalarFunction, Signature};

/// `FROM_BASE64`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "from_base64",
    aliases: &[],
    category: Category::String,
    summary: "The string that a Base64 code stands for.",
    details: "Padding may be missing. What is no Base64 gives null and a warning.",
    parameters: &[Parameter { name: "string", description: "The string." }],
    signatures: &[Signature::new(&[STRING], Returns::Always(DataType::Keyword))],
    examples: &[Example { query: r#"ROW x = FROM_BASE64("cXVhcnJ5")"#, result: "quarry" }],
    evaluation: Evaluation::Kernel(|_| Ok(map1::<Strings, _>(from_base64))),
};

/// Leftover bits and missing padding are accepted.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

fn from_base64(text: &str) -> Result<String, Failure> {
    let bytes = LENIENT.decode(text).map_err(|error| {
        Failure::illegal_argument(match error {
            DecodeError::InvalidByte(_, byte) => format!("Illegal base64 character {byte:x}"),
            DecodeError::InvalidLength(_) => "Last unit does not have enough valid bits".to_owned(),
            _ => "Input byte array has wrong 4-byte ending unit".to_owned(),
        })
    })?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_with_and_without_padding() {
        assert_eq!(from_base64("YWI=").unwrap(), "ab");
        assert_eq!(from_base64("YWI").unwrap(), "ab");
        assert_eq!(from_base64("a%b=").unwrap_err().message, "Illegal base64 character 25");
        assert!(from_base64("a").is_err());
    }
}

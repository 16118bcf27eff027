use md5::Digest;
use quarry_types::{DataType, Strings};

use crate::definition::accept::STRING;
use crate::lift::{map1, map2};
use crate::{
    BuildError, Call, Category, Evaluation, Example, Failure, Kernel, Parameter, Returns, ScalarFunction, Signature,
};

/// `HASH`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "hash",
    aliases: &[],
    category: Category::String,
    summary: "The digest of a string by a named algorithm, in lower-case hexadecimal digits.",
    details: "Algorithms: MD5, SHA-1, SHA-224, SHA-256, SHA-384, SHA-512, SHA-512/224, SHA-512/256, with or without \
              the first dash, in any case. An unknown one gives null and a warning, or an error where it is constant.",
    parameters: &[
        Parameter { name: "algorithm", description: "The algorithm's name." },
        Parameter { name: "input", description: "The string." },
    ],
    signatures: &[Signature::new(&[STRING, STRING], Returns::Always(DataType::Keyword))],
    examples: &[Example { query: r#"ROW x = HASH("md5", "hello")"#, result: "5d41402abc4b2a76b9719d911017c592" }],
    evaluation: Evaluation::Kernel(build),
};

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    if let Some(name) = call.constant_str(0) {
        let algorithm = Algorithm::find(name)
            .ok_or_else(|| BuildError(format!("invalid algorithm for [{}]: {}", call.source, unavailable(name))))?;
        let kernel = map1::<Strings, _>(move |text| algorithm.digest(text));
        return Ok(Box::new(move |context, columns| kernel(context, &columns[1..2])));
    }
    Ok(map2::<Strings, Strings, _>(|name, text| match Algorithm::find(name) {
        Some(algorithm) => Ok(algorithm.digest(text)),
        None => Err(Failure { class: "java.security.NoSuchAlgorithmException", message: unavailable(name) }),
    }))
}

fn unavailable(name: &str) -> String {
    format!("{name} MessageDigest not available")
}

/// A way to make a digest.
#[derive(Clone, Copy)]
pub(super) enum Algorithm {
    Md5,
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
    Sha512To224,
    Sha512To256,
}

impl Algorithm {
    fn find(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "md5" => Algorithm::Md5,
            "sha" | "sha1" | "sha-1" => Algorithm::Sha1,
            "sha224" | "sha-224" => Algorithm::Sha224,
            "sha256" | "sha-256" => Algorithm::Sha256,
            "sha384" | "sha-384" => Algorithm::Sha384,
            "sha512" | "sha-512" => Algorithm::Sha512,
            "sha512/224" | "sha-512/224" => Algorithm::Sha512To224,
            "sha512/256" | "sha-512/256" => Algorithm::Sha512To256,
            _ => return None,
        })
    }

    /// The digest in hexadecimal digits.
    pub(super) fn digest(self, text: &str) -> String {
        match self {
            Algorithm::Md5 => hex(&md5::Md5::digest(text)),
            Algorithm::Sha1 => hex(&sha1::Sha1::digest(text)),
            Algorithm::Sha224 => hex(&sha2::Sha224::digest(text)),
            Algorithm::Sha256 => hex(&sha2::Sha256::digest(text)),
            Algorithm::Sha384 => hex(&sha2::Sha384::digest(text)),
            Algorithm::Sha512 => hex(&sha2::Sha512::digest(text)),
            Algorithm::Sha512To224 => hex(&sha2::Sha512_224::digest(text)),
            Algorithm::Sha512To256 => hex(&sha2::Sha512_256::digest(text)),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).filter_map(|n| char::from_digit(u32::from(n), 16)).collect()
}

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use crate::testing::call;

    use super::*;

    #[test]
    fn digests_are_hexadecimal() {
        let word = |text: &str| (DataType::Keyword, Value::from(text));
        assert_eq!(Algorithm::Md5.digest(""), "d41d8cd98f00b204e9800998ecf8427e");
        assert_eq!(
            call("hash", &[word("SHA-1"), word("abc")]).unwrap().0,
            "a9993e364706816aba3e25717850c26c9cd0d89d".into()
        );
        assert!(call("hash", &[word("crc"), word("abc")]).unwrap_err().ends_with("crc MessageDigest not available"));
    }
}

use quarry_types::{DataType, Strings, ip};

use super::unchanged;
use crate::definition::accept::{IP, STRING};
use crate::lift::each1;
use crate::{
    BuildError, Call, Category, Evaluation, Example, Failure, Kernel, Parameter, Returns, ScalarFunction, Signature,
};

/// `TO_IP`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "to_ip",
    aliases: &[],
    category: Category::Conversion,
    summary: "Converts a string to an IP address.",
    details: "Applied to each value of a list; a value that can not be converted is left out, with a warning. Parts \
              of an IPv4 address with zeros in front are refused, or read as the option `leading_zeros` says: \
              `octal`, `decimal` or `reject`.",
    parameters: &[Parameter { name: "field", description: "The value." }],
    signatures: &[Signature::new(&[IP.or(STRING)], Returns::Always(DataType::Ip))],
    examples: &[Example {
        query: r#"ROW x = TO_IP("2001:db8:0::1"), y = TO_IP("10.0.010.1", {"leading_zeros": "decimal"})"#,
        result: "2001:db8::1 | 10.0.10.1",
    }],
    evaluation: Evaluation::Kernel(build),
};

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    if !call.types[0].is_string() {
        return Ok(unchanged(DataType::Ip));
    }
    let radix = match call.option("leading_zeros").map(ToString::to_string).as_deref() {
        None | Some("reject") => return Ok(each1::<Strings, _>(|text| ip::parse(text).ok_or_else(|| not_an_ip(text)))),
        Some("octal") => 8,
        Some("decimal") => 10,
        Some(other) => {
            return Err(BuildError(format!(
                "Illegal leading_zeros [{other}]: expected one of [reject, octal, decimal]"
            )));
        }
    };
    Ok(each1::<Strings, _>(move |text| {
        ip::parse(text).or_else(|| with_zeros(text, radix)).ok_or_else(|| not_an_ip(text))
    }))
}

pub(crate) fn not_an_ip(text: &str) -> Failure {
    Failure::illegal_argument(format!("'{text}' is not an IP string literal."))
}

/// An IPv4 address of which parts that begin with a zero are numbers of base `radix`.
fn with_zeros(text: &str, radix: u32) -> Option<[u8; 16]> {
    let mut bytes = [0; 4];
    let mut parts = text.split('.');
    for byte in &mut bytes {
        let part = parts.next()?;
        let radix = if part.len() > 1 && part.starts_with('0') { radix } else { 10 };
        if !part.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        *byte = u8::from_str_radix(part, radix).ok()?;
    }
    parts.next().is_none().then(|| ip::from_v4(bytes.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_in_front_are_read_as_asked() {
        assert_eq!(with_zeros("1.1.010.1", 8).map(|b| ip::format(&b)).as_deref(), Some("1.1.8.1"));
        assert_eq!(with_zeros("1.1.010.0", 10).map(|b| ip::format(&b)).as_deref(), Some("1.1.10.0"));
        for bad in ["1.1.09.1", "1.1.1", "1.1.1.1.1", "1..1.1", "256.1.1.1", "+1.1.1.1"] {
            assert_eq!(with_zeros(bad, 8), None, "{bad}");
        }
    }
}

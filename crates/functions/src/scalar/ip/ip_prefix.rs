use quarry_types::{DataType, Integers, Ips, ip};

use crate::definition::accept::{INTEGER, IP};
use crate::lift::map3;
use crate::{Category, Evaluation, Example, Failure, Parameter, Returns, ScalarFunction, Signature};

/// `IP_PREFIX`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "ip_prefix",
    aliases: &[],
    category: Category::Ip,
    summary: "The address of which only the first bits are kept.",
    details: "There is one length for IPv4 and one for IPv6; one outside 0..32 or 0..128 gives null and a warning, \
              whichever of the two the address is of.",
    parameters: &[
        Parameter { name: "ip", description: "The address." },
        Parameter { name: "prefixLengthV4", description: "How many bits of an IPv4 address are kept." },
        Parameter { name: "prefixLengthV6", description: "How many bits of an IPv6 address are kept." },
    ],
    signatures: &[Signature::new(&[IP, INTEGER, INTEGER], Returns::Always(DataType::Ip))],
    examples: &[Example { query: r#"ROW x = IP_PREFIX("10.20.30.40"::ip, 12, 64)"#, result: "10.16.0.0" }],
    evaluation: Evaluation::Kernel(|_| Ok(map3::<Ips, Integers, Integers, _>(ip_prefix))),
};

fn ip_prefix(bytes: [u8; 16], v4: i32, v6: i32) -> Result<[u8; 16], Failure> {
    let length = |version: &str, length: i32, most: u32| {
        u32::try_from(length).ok().filter(|length| *length <= most).ok_or_else(|| {
            Failure::illegal_argument(format!("Prefix length {version} must be in range [0, {most}], found {length}"))
        })
    };
    let (v4, v6) = (length("v4", v4, 32)?, length("v6", v6, 128)?);
    let bits = if ip::to_v4(&bytes).is_some() { v4 + 96 } else { v6 };
    let rest = u128::MAX.checked_shr(bits).unwrap_or(0);
    Ok((u128::from_be_bytes(bytes) & !rest).to_be_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_beyond_the_prefix_are_zero() {
        for (text, v4, v6, expected) in [
            ("1.2.3.255", 25, 0, "1.2.3.128"),
            ("1.2.3.4", 32, 0, "1.2.3.4"),
            ("1.2.3.4", 0, 128, "0.0.0.0"),
            ("fe80::cae2:feff", 0, 120, "fe80::cae2:fe00"),
            ("fe80::1", 32, 0, "::"),
        ] {
            let prefix = ip_prefix(ip::parse(text).unwrap(), v4, v6).unwrap();
            assert_eq!(ip::format(&prefix), expected);
        }
        let error = ip_prefix([0; 16], 33, 0).unwrap_err();
        assert_eq!(error.message, "Prefix length v4 must be in range [0, 32], found 33");
        assert!(ip_prefix(ip::parse("1.1.1.1").unwrap(), 1, -1).is_err());
    }
}

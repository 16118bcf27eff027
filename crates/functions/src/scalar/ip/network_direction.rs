use std::net::Ipv6Addr;

use quarry_types::{Column, DataType, Ips, Strings, ip};

use super::block::Block;
use crate::definition::accept::{IP, STRING};
use crate::lift::{build_rows, one};
use crate::{
    BuildError, Call, Category, Evaluation, Example, Failure, Kernel, Parameter, Returns, ScalarFunction, Signature,
};

/// `NETWORK_DIRECTION`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "network_direction",
    aliases: &[],
    category: Category::Ip,
    summary: "Whether traffic is `inbound`, `outbound`, `internal` or `external`, given the internal networks.",
    details: "Networks are blocks, addresses or the names `loopback`, `unicast`, `global_unicast`, `multicast`, \
              `interface_local_multicast`, `link_local_unicast`, `link_local_multicast`, `private`, `public` and \
              `unspecified`; a list is allowed.",
    parameters: &[
        Parameter { name: "source_ip", description: "Where the traffic comes from." },
        Parameter { name: "destination_ip", description: "Where it goes." },
        Parameter { name: "internal_networks", description: "The internal networks." },
    ],
    signatures: &[Signature::new(&[IP, IP, STRING], Returns::Always(DataType::Keyword))],
    examples: &[Example {
        query: r#"ROW x = NETWORK_DIRECTION("10.0.0.1"::ip, "9.9.9.9"::ip, ["private", "loopback"])"#,
        result: "outbound",
    }],
    evaluation: Evaluation::Kernel(build),
};

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    // Constant networks are read once; a bad one fails on each row.
    let constant = match &call.constants[2] {
        Some(value) if !value.is_null() => {
            Some(value.elements().iter().map(|name| Network::parse(&name.to_string())).collect::<Result<Vec<_>, _>>())
        }
        _ => None,
    };
    Ok(Box::new(move |context, columns| {
        let (Some(sources), Some(destinations), Some(names)) =
            (columns[0].cells::<Ips>(), columns[1].cells::<Ips>(), columns[2].cells::<Strings>())
        else {
            return Column::nulls(DataType::Keyword, context.rows);
        };
        build_rows(context, DataType::Keyword, columns, |row, out| {
            let (Some(source), Some(destination)) = (one(&sources, row)?, one(&destinations, row)?) else {
                return Ok(());
            };
            let parsed;
            let networks = match &constant {
                Some(networks) => networks.as_deref().map_err(Clone::clone)?,
                None => {
                    parsed = names.row(row).map(Network::parse).collect::<Result<Vec<_>, _>>()?;
                    &parsed
                }
            };
            if networks.is_empty() {
                return Ok(());
            }
            let inside = |address: &[u8; 16]| networks.iter().any(|network| network.contains(address));
            out.push_str(match (inside(&source), inside(&destination)) {
                (true, true) => "internal",
                (true, false) => "outbound",
                (false, true) => "inbound",
                (false, false) => "external",
            });
            Ok(())
        })
    }))
}

#[derive(Clone, Copy, Debug)]
enum Network {
    Block(Block),
    Named(fn(&[u8; 16]) -> bool),
}

impl Network {
    fn parse(name: &str) -> Result<Self, Failure> {
        Ok(Network::Named(match name {
            "loopback" => is_loopback,
            "unicast" | "global_unicast" => {
                |a| !is_unspecified(a) && !is_loopback(a) && !is_multicast(a) && !is_link_local(a) && !is_broadcast(a)
            }
            "multicast" => is_multicast,
            "interface_local_multicast" => |a| a[0] == 0xff && a[1] & 0x0f == 1,
            "link_local_unicast" => is_link_local,
            "link_local_multicast" => |a| match ip::to_v4(a) {
                Some(v4) => v4.octets()[..3] == [224, 0, 0],
                None => a[0] == 0xff && a[1] & 0x0f == 2,
            },
            "private" => is_private,
            "public" => |a| {
                !is_private(a)
                    && !is_loopback(a)
                    && !is_unspecified(a)
                    && !is_multicast(a)
                    && !is_link_local(a)
                    && !is_broadcast(a)
            },
            "unspecified" => is_unspecified,
            block => return Block::parse(block).map(Network::Block),
        }))
    }

    fn contains(self, address: &[u8; 16]) -> bool {
        match self {
            Network::Block(block) => block.contains(u128::from_be_bytes(*address)),
            Network::Named(test) => test(address),
        }
    }
}

fn is_loopback(a: &[u8; 16]) -> bool {
    ip::to_v4(a).map_or_else(|| Ipv6Addr::from(*a).is_loopback(), |v4| v4.is_loopback())
}

fn is_unspecified(a: &[u8; 16]) -> bool {
    ip::to_v4(a).map_or_else(|| Ipv6Addr::from(*a).is_unspecified(), |v4| v4.is_unspecified())
}

fn is_multicast(a: &[u8; 16]) -> bool {
    ip::to_v4(a).map_or(a[0] == 0xff, |v4| v4.is_multicast())
}

fn is_link_local(a: &[u8; 16]) -> bool {
    ip::to_v4(a).map_or(a[0] == 0xfe && a[1] & 0xc0 == 0x80, |v4| v4.is_link_local())
}

fn is_broadcast(a: &[u8; 16]) -> bool {
    ip::to_v4(a).is_some_and(|v4| v4.is_broadcast())
}

fn is_private(a: &[u8; 16]) -> bool {
    ip::to_v4(a).map_or(a[0] & 0xfe == 0xfc, |v4| v4.is_private())
}

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use crate::testing::call;

    use super::*;

    #[test]
    fn directions_follow_the_internal_networks() {
        for (source, destination, networks, expected) in [
            ("10.0.0.1", "10.0.0.2", "private", "internal"),
            ("10.0.0.1", "8.8.8.8", "10.0.0.0/8", "outbound"),
            ("8.8.8.8", "fd00::1", "private", "inbound"),
            ("8.8.8.8", "1.1.1.1", "loopback", "external"),
            ("8.8.8.8", "127.0.0.1", "public", "outbound"),
            ("224.0.0.5", "ff02::1", "link_local_multicast", "internal"),
            ("169.254.1.1", "fe80::1", "link_local_unicast", "internal"),
        ] {
            let address = |text| (DataType::Ip, Value::Ip(ip::parse(text).unwrap()));
            let arguments = [address(source), address(destination), (DataType::Keyword, Value::from(networks))];
            assert_eq!(call("network_direction", &arguments).unwrap().0, expected.into(), "{source} {destination}");
        }
    }
}

//! A database of addresses in MaxMind's format with one network in it.

/// A value of such a database.
pub(crate) enum Data<'a> {
    Text(&'a str),
    Number(u32),
    Short(u16),
    Long(u64),
    Real(f64),
    Map(Vec<(&'a str, Data<'a>)>),
    List(Vec<Data<'a>>),
}

impl Data<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        let mut head = |kind: u8, size: usize| out.push(kind << 5 | u8::try_from(size).unwrap());
        match self {
            Data::Text(text) => {
                // From 29 on, the size stands in a byte of its own.
                head(2, text.len().min(29));
                if text.len() >= 29 {
                    out.push(u8::try_from(text.len() - 29).unwrap());
                }
                out.extend(text.as_bytes());
            }
            Data::Number(number) => {
                head(6, 4);
                out.extend(number.to_be_bytes());
            }
            Data::Short(number) => {
                head(5, 2);
                out.extend(number.to_be_bytes());
            }
            Data::Long(number) => {
                // Kinds from 8 on stand in a byte of their own.
                head(0, 8);
                out.push(9 - 7);
                out.extend(number.to_be_bytes());
            }
            Data::Real(number) => {
                head(3, 8);
                out.extend(number.to_be_bytes());
            }
            Data::Map(entries) => {
                head(7, entries.len());
                for (key, value) in entries {
                    Data::Text(key).write(out);
                    value.write(out);
                }
            }
            Data::List(items) => {
                head(0, items.len());
                out.push(11 - 7);
                items.iter().for_each(|item| item.write(out));
            }
        }
    }
}

/// The bytes of a database of `kind` that says `data` of the addresses whose first 24 bits are `network`.
pub(crate) fn database(kind: &str, network: [u8; 3], data: &Data<'_>) -> Vec<u8> {
    const NODES: u32 = 24;
    const SEPARATOR: usize = 16;
    let mut bytes = Vec::new();
    let none = NODES;
    for bit in 0..NODES {
        let is_set = network[bit as usize / 8] >> (7 - bit % 8) & 1 == 1;
        let next = if bit + 1 == NODES { NODES + SEPARATOR as u32 } else { bit + 1 };
        for record in if is_set { [none, next] } else { [next, none] } {
            bytes.extend(&record.to_be_bytes()[1..]);
        }
    }
    bytes.extend([0; SEPARATOR]);
    data.write(&mut bytes);
    bytes.extend(b"\xab\xcd\xefMaxMind.com");
    let metadata = vec![
        ("node_count", Data::Number(NODES)),
        ("record_size", Data::Short(24)),
        ("ip_version", Data::Short(4)),
        ("database_type", Data::Text(kind)),
        ("languages", Data::List(vec![Data::Text("en")])),
        ("binary_format_major_version", Data::Short(2)),
        ("binary_format_minor_version", Data::Short(0)),
        ("build_epoch", Data::Long(1)),
        ("description", Data::Map(Vec::new())),
    ];
    Data::Map(metadata).write(&mut bytes);
    bytes
}

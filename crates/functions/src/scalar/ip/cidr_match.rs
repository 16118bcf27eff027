use quarry_types::{Cells, Column, DataType, Ips, Strings};

use super::block::{Block, any_contains, merge};
use crate::definition::accept::{IP, STRING};
use crate::lift::{build_rows, map1, one};
use crate::{BuildError, Call, Category, Evaluation, Example, Kernel, Parameter, Returns, ScalarFunction, Signature};

/// `CIDR_MATCH`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "cidr_match",
    aliases: &[],
    category: Category::Ip,
    summary: "Whether an address lies in one of the given blocks.",
    details: "Blocks are IPv4 or IPv6 addresses with or without the length of a prefix. What is no block gives null \
              and a warning, unless a block before it matches.",
    parameters: &[
        Parameter { name: "ip", description: "The address." },
        Parameter { name: "blockX", description: "The blocks." },
    ],
    signatures: &[Signature::new(&[IP, STRING], Returns::Always(DataType::Boolean)).variadic()],
    examples: &[Example {
        query: r#"ROW x = CIDR_MATCH("10.1.2.3"::ip, "192.168.0.0/16", "10.0.0.0/8")"#,
        result: "true",
    }],
    evaluation: Evaluation::Kernel(build),
};

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    if let Some(blocks) = constant_blocks(call) {
        let merged = merge(blocks);
        let kernel = map1::<Ips, _>(move |ip| any_contains(&merged, u128::from_be_bytes(ip)));
        return Ok(Box::new(move |context, columns| kernel(context, &columns[..1])));
    }
    Ok(Box::new(|context, columns| {
        let blocks: Option<Vec<Cells<'_, Strings>>> = columns[1..].iter().map(Column::cells).collect();
        let (Some(addresses), Some(blocks)) = (columns[0].cells::<Ips>(), blocks) else {
            return Column::nulls(DataType::Boolean, context.rows);
        };
        build_rows(context, DataType::Boolean, columns, |row, out| {
            let Some(address) = one(&addresses, row)? else { return Ok(()) };
            let mut texts = Vec::with_capacity(blocks.len());
            for block in &blocks {
                let Some(text) = one(block, row)? else { return Ok(()) };
                texts.push(text);
            }
            for text in texts {
                if Block::parse(text)?.contains(u128::from_be_bytes(address)) {
                    out.push_bool(true);
                    return Ok(());
                }
            }
            out.push_bool(false);
            Ok(())
        })
    }))
}

/// The blocks, where all are constant and well-formed.
fn constant_blocks(call: &Call<'_>) -> Option<Vec<Block>> {
    (1..call.types.len()).map(|i| Block::parse(call.constant_str(i)?).ok()).collect()
}

#[cfg(test)]
mod tests {
    use quarry_types::{Value, ip};

    use crate::testing::call;

    use super::*;

    #[test]
    fn blocks_are_tried_in_order() {
        let word = |text: &str| (DataType::Keyword, Value::from(text));
        let address = (DataType::Ip, Value::Ip(ip::parse("10.1.2.3").unwrap()));
        assert_eq!(
            call("cidr_match", &[address.clone(), word("10.0.0.0/8"), word("x")]).unwrap(),
            (true.into(), vec![])
        );
        let (value, warnings) = call("cidr_match", &[address.clone(), word("11.0.0.0/8"), word("x")]).unwrap();
        assert_eq!(value, Value::Null);
        assert_eq!(warnings, ["java.lang.IllegalArgumentException: 'x' is not an IP string literal."]);
        assert_eq!(
            call("cidr_match", &[address, word("10.0.0.0/8"), (DataType::Null, Value::Null)]).unwrap().0,
            Value::Null
        );
    }
}

//! Blocks of addresses.

use quarry_types::ip;

use crate::Failure;
use crate::scalar::conversion::to_ip::not_an_ip;

/// The addresses from the first to the last, both in IPv6 form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Block {
    pub(super) first: u128,
    pub(super) last: u128,
}

impl Block {
    /// Reads `address/length`, or one address.
    pub(super) fn parse(text: &str) -> Result<Self, Failure> {
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length)),
            None => (text, None),
        };
        let bytes = ip::parse(address).ok_or_else(|| match length {
            Some(_) => Failure::illegal_argument(format!("'{address}' is not an IP string literal.")),
            None => not_an_ip(text),
        })?;
        let is_v4 = !address.contains(':');
        let most = if is_v4 { 32 } else { 128 };
        let length = match length {
            None => most,
            Some(length) => length.parse::<u32>().ok().filter(|length| *length <= most).ok_or_else(|| {
                Failure::illegal_argument(format!(
                    "Illegal prefix length [{length}] in [{text}]. Must be 0-32 for IPv4 ranges, 0-128 for IPv6 ranges"
                ))
            })?,
        };
        let bits = if is_v4 { length + 96 } else { length };
        let address = u128::from_be_bytes(bytes);
        let rest = u128::MAX.checked_shr(bits).unwrap_or(0);
        Ok(Self { first: address & !rest, last: address | rest })
    }

    /// Whether the address lies in the block.
    pub(super) fn contains(self, address: u128) -> bool {
        (self.first..=self.last).contains(&address)
    }
}

/// Sorts blocks and joins those that touch, so that an address is looked up in logarithmic time.
pub(super) fn merge(mut blocks: Vec<Block>) -> Vec<Block> {
    blocks.sort_unstable();
    let mut merged: Vec<Block> = Vec::new();
    for block in blocks {
        match merged.last_mut() {
            Some(last) if block.first <= last.last.saturating_add(1) => last.last = last.last.max(block.last),
            _ => merged.push(block),
        }
    }
    merged
}

/// Whether the address lies in one of the merged blocks.
pub(super) fn any_contains(merged: &[Block], address: u128) -> bool {
    let after = merged.partition_point(|block| block.first <= address);
    after > 0 && merged[after - 1].contains(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> u128 {
        u128::from_be_bytes(ip::parse(text).unwrap())
    }

    #[test]
    fn blocks_contain_their_addresses() {
        for (block, text, expected) in [
            ("10.0.0.0/8", "10.255.0.1", true),
            ("10.0.0.0/8", "11.0.0.0", false),
            ("10.1.2.3", "10.1.2.3", true),
            ("0.0.0.0/0", "255.1.1.1", true),
            ("0.0.0.0/0", "::1", false),
            ("fe80::/10", "febf::1", true),
            ("::/0", "1.2.3.4", true),
            ("10.0.0.77/24", "10.0.0.1", true),
        ] {
            assert_eq!(Block::parse(block).unwrap().contains(address(text)), expected, "{block} {text}");
        }
        for bad in ["10.0.0.0/33", "x", "10.0.0/8", "fe80::/129", "1.2.3.4/", "1.2.3.4/x"] {
            assert!(Block::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn merged_blocks_contain_the_same() {
        let blocks = ["10.0.0.0/9", "10.128.0.0/9", "192.168.0.0/16", "10.1.0.0/16"].map(|b| Block::parse(b).unwrap());
        let merged = merge(blocks.to_vec());
        assert_eq!(merged.len(), 2);
        assert!(any_contains(&merged, address("10.200.0.1")));
        assert!(any_contains(&merged, address("192.168.255.255")));
        assert!(!any_contains(&merged, address("192.169.0.0")));
        assert!(!any_contains(&merged, address("1.1.1.1")));
    }
}

use std::cell::OnceCell;

/// The wanted paths as a trie over their dot-separated parts.
#[derive(Debug)]
pub(crate) struct Paths {
    nodes: Vec<Node>,
}

/// A key that is written with escapes.
#[derive(Debug)]
pub(crate) struct Escaped;

/// The trie's root.
pub(crate) const ROOT: u32 = 0;

#[derive(Debug, Default)]
pub(crate) struct Node {
    /// Bits of the first bytes (modulo 64) of keys that may lead to a child: many keys of a record fail this test.
    first: u64,
    children: Vec<Child>,
    /// Made when first asked for.
    slots: OnceCell<Slots>,
    /// The columns that want the value here.
    pub(crate) columns: Vec<u32>,
    /// The columns that want the value's JSON text.
    pub(crate) json_columns: Vec<u32>,
}

#[derive(Debug)]
struct Child {
    /// See [`head`]; with the length it is all of a short name.
    head: u64,
    /// The first eight bytes of the name with a closing quote after it.
    written: u64,
    /// Which bits of `written` there are.
    mask: u64,
    /// The last eight bytes of the name, if it has so many.
    last: u64,
    /// Whether the name has a backslash, which no key has as it is written.
    backslash: bool,
    name: Box<[u8]>,
    node: u32,
}

/// Children by their first bytes: most keys of a record are found to be none of them by one look here.
#[derive(Debug)]
struct Slots {
    /// Where the children of each slot begin in `places`, and where the last end.
    starts: Vec<u32>,
    /// The children, by slot.
    places: Vec<u32>,
    /// What is left of a hash is the number of its slot.
    shift: u32,
}

impl Slots {
    fn of(children: &[Child]) -> Self {
        // Four times as many slots as children, so that few keys meet a child that isn't theirs.
        let bits = (children.len() * 4).max(2).next_power_of_two().trailing_zeros();
        let shift = u64::BITS - bits;
        let slots = children.iter().map(|child| Self::hash(child.written) >> shift);
        let mut by_slot: Vec<(u64, u32)> = slots.zip(0..).collect();
        by_slot.sort_unstable();
        let mut starts = vec![0; (1 << bits) + 1];
        by_slot.iter().for_each(|(slot, _)| starts[*slot as usize + 1] += 1);
        (1..starts.len()).for_each(|slot| starts[slot] += starts[slot - 1]);
        Self { starts, places: by_slot.into_iter().map(|(_, place)| place).collect(), shift }
    }

    #[inline]
    fn hash(written: u64) -> u64 {
        // An odd number without a pattern: 2^64 divided by the golden ratio.
        written.wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }

    #[inline]
    fn get(&self, written: u64) -> &[u32] {
        let slot = (Self::hash(written) >> self.shift) as usize;
        match self.starts.get(slot..slot + 2) {
            Some(&[start, end]) => self.places.get(start as usize..end as usize).unwrap_or_default(),
            _ => &[],
        }
    }
}

/// Whether one of eight bytes is a dot or a backslash.
#[inline]
fn is_odd(eight: u64) -> bool {
    const ONES: u64 = u64::MAX / 0xFF;
    // The highest bit of a byte is set where it is `byte`, or comes after such a one.
    let found = |byte: u8| {
        let differ = eight ^ (ONES * u64::from(byte));
        differ.wrapping_sub(ONES) & !differ
    };
    (found(b'.') | found(b'\\')) & (ONES << 7) != 0
}

/// How a key, as it is written, compares to a name.
enum Match {
    Equal,
    /// They differ, and nothing in the key can make up for it.
    No,
    /// The key goes on after a dot, or with an escape.
    Perhaps,
}

/// The first eight bytes of `bytes`, with zeros after its end.
#[inline]
fn first_eight(bytes: &[u8]) -> u64 {
    if let Some(eight) = bytes.first_chunk() {
        return u64::from_le_bytes(*eight);
    }
    let mut eight = [0; 8];
    eight[..bytes.len()].copy_from_slice(bytes);
    u64::from_le_bytes(eight)
}

/// Up to eight bytes of a name: two names of the same length up to eight have the same only if they are equal.
#[inline]
fn head(name: &[u8]) -> u64 {
    let four = |at: usize| name.get(at..at + 4).and_then(|four| four.try_into().ok()).map_or(0, u32::from_le_bytes);
    match name.len() {
        0 => 0,
        1..4 => u64::from(name[0]) | u64::from(name[name.len() / 2]) << 8 | u64::from(name[name.len() - 1]) << 16,
        4..8 => u64::from(four(0)) | u64::from(four(name.len() - 4)) << 32,
        _ => u64::from(four(0)) | u64::from(four(4)) << 32,
    }
}

impl Child {
    #[inline]
    fn is(&self, head: u64, name: &[u8]) -> bool {
        self.head == head && self.name.len() == name.len() && (name.len() <= 8 || self.name[8..] == name[8..])
    }

    fn new(name: &[u8], node: u32) -> Self {
        let with_quote = [name, b"\""].concat();
        let mask = first_eight(&vec![0xFF; with_quote.len()]);
        Self {
            head: head(name),
            written: first_eight(&with_quote),
            mask,
            last: name.last_chunk().map_or(0, |last| u64::from_le_bytes(*last)),
            backslash: name.contains(&b'\\'),
            name: name.into(),
            node,
        }
    }

    /// Whether this is the key in the first `length` bytes of `text`, whose first eight are those of this one's.
    #[inline]
    fn is_written(&self, text: &[u8], length: usize) -> bool {
        if self.name.len() != length || self.backslash {
            return false;
        }
        if length <= 8 {
            return true;
        }
        let last = text.get(length - 8..length).and_then(<[u8]>::first_chunk).map(|last| u64::from_le_bytes(*last));
        last == Some(self.last) && (length <= 16 || text.get(8..length - 8) == self.name.get(8..length - 8))
    }

    /// Compares the key that `text` begins with; a quote ends it.
    #[inline]
    fn compare(&self, text: &[u8], first: u64) -> Match {
        let differ = (first ^ self.written) & self.mask;
        if differ != 0 {
            return self.difference(text, differ.trailing_zeros() as usize / 8);
        }
        if self.name.len() < 8 {
            return Match::Equal;
        }
        let same = text.iter().zip(&self.name).skip(8).take_while(|(a, b)| a == b).count() + 8;
        if same == self.name.len() && text.get(same) == Some(&b'"') {
            return Match::Equal;
        }
        self.difference(text, same)
    }

    #[inline]
    fn difference(&self, text: &[u8], at: usize) -> Match {
        match text.get(at) {
            Some(b'\\') => Match::Perhaps,
            Some(b'.') if at == self.name.len() => Match::Perhaps,
            _ => Match::No,
        }
    }
}

impl Node {
    /// Whether nothing below is wanted.
    pub(crate) fn is_leaf(&self) -> bool {
        self.children.is_empty()
    }

    /// Whether a key whose first byte this is may lead to a child; none stands for the quote after an empty key.
    #[inline]
    fn begins(&self, first: Option<u8>) -> bool {
        self.first >> (first.unwrap_or(b'"') & 63) & 1 == 1
    }

    /// The child called `name`.
    #[inline]
    fn child(&self, name: &[u8]) -> Option<u32> {
        let head = head(name);
        self.children.iter().find(|child| child.is(head, name)).map(|child| child.node)
    }
}

impl Paths {
    /// A trie without paths.
    pub(crate) fn new() -> Self {
        Self { nodes: vec![Node::default()] }
    }

    /// Adds a path for `column`; `json` says that it wants the JSON text and not the scalars in it.
    pub(crate) fn add(&mut self, path: &str, column: u32, json: bool) {
        let mut at = ROOT;
        for part in path.split('.') {
            let part = part.as_bytes();
            at = match self.node(at).children.iter().find(|child| *child.name == *part) {
                Some(child) => child.node,
                None => {
                    let new = self.nodes.len() as u32;
                    self.nodes.push(Node::default());
                    let node = &mut self.nodes[at as usize];
                    // An empty name is followed by a quote, or a dot. Any byte may be written as an escape.
                    let firsts = part.first().map_or(&b".\""[..], std::slice::from_ref);
                    firsts.iter().chain(b"\\").for_each(|byte| node.first |= 1 << (byte & 63));
                    node.children.push(Child::new(part, new));
                    node.slots = OnceCell::new();
                    new
                }
            };
        }
        let node = &mut self.nodes[at as usize];
        if json { node.json_columns.push(column) } else { node.columns.push(column) }
    }

    #[inline]
    pub(crate) fn node(&self, node: u32) -> &Node {
        &self.nodes[node as usize]
    }

    /// The number of nodes.
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// As [`Paths::follow`] for the key that `text` begins with, `length` bytes long as it is written, and which a quote
    /// ends. An error where an escape in it has to be decoded first.
    #[inline]
    pub(crate) fn follow_written(&self, node: u32, text: &[u8], length: usize) -> Result<Option<u32>, Escaped> {
        let here = self.node(node);
        if !here.begins(text.first().copied()) {
            return Ok(None);
        }
        let bytes = (length + 1).min(8);
        let first = first_eight(text) & (u64::MAX >> (64 - 8 * bytes));
        let mut begins_so = false;
        let slots = here.slots.get_or_init(|| Slots::of(&here.children));
        for child in slots.get(first).iter().filter_map(|place| here.children.get(*place as usize)) {
            if child.written != first {
                continue;
            }
            if child.is_written(text, length) {
                return Ok(Some(child.node));
            }
            begins_so = true;
        }
        let goes_on_odd = || text.get(8..length).is_some_and(|rest| memchr::memchr2(b'.', b'\\', rest).is_some());
        if is_odd(first) || begins_so && goes_on_odd() { self.follow_odd(node, text, length) } else { Ok(None) }
    }

    /// As [`Paths::follow_written`] for a key in which there may be dots and escapes.
    fn follow_odd(&self, node: u32, text: &[u8], length: usize) -> Result<Option<u32>, Escaped> {
        let here = self.node(node);
        if text.first() == Some(&b'\\') {
            return Err(Escaped);
        }
        let first = first_eight(text);
        let mut perhaps = here.children.iter().any(|child| child.backslash);
        for child in &here.children {
            match child.compare(text, first) {
                Match::Equal if !perhaps => return Ok(Some(child.node)),
                Match::No => {}
                _ => perhaps = true,
            }
        }
        if !perhaps {
            return Ok(None);
        }
        let key = text.get(..length).unwrap_or_default();
        if key.contains(&b'\\') { Err(Escaped) } else { Ok(self.follow(node, key)) }
    }

    /// The node that `key` leads to from `node`: `a.b` is the same as `b` inside `a`.
    #[inline]
    pub(crate) fn follow(&self, node: u32, key: &[u8]) -> Option<u32> {
        let here = self.node(node);
        if !here.begins(key.first().copied()) {
            return None;
        }
        if let Some(child) = here.child(key) {
            return Some(child);
        }
        memchr::memchr(b'.', key)?;
        key.split(|b| *b == b'.').try_fold(node, |node, part| self.node(node).child(part))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::json::unescape_into;

    const NAMES: [&str; 10] = [
        "event",
        "eventName",
        "eventTime",
        "requestParameters",
        "requestParameter",
        "a.b.instanceId",
        "a.b.instanceType",
        "a..c",
        "\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}",
        "back\\slash",
    ];

    /// A key as it may be written: names and parts of names, with an escape or a dot here and there.
    fn written() -> impl Strategy<Value = String> {
        let part = proptest::sample::select(vec![
            "event",
            "Name",
            "Time",
            "request",
            "Parameter",
            "s",
            "a",
            "b",
            "c",
            ".",
            "instance",
            "Id",
            "Type",
            "\u{e9}\u{e9}",
            "\u{e9}",
            "back",
            "\\\\",
            "slash",
            "\\u0065",
            "\\u0061",
            "\\n",
            "",
        ]);
        prop_oneof![
            proptest::collection::vec(part, 0..5).prop_map(|parts| parts.concat()),
            proptest::sample::select(&NAMES[..9]).prop_map(str::to_owned),
        ]
    }

    proptest! {
        #[test]
        fn a_key_leads_where_it_leads_once_decoded(
            names in proptest::sample::subsequence(&NAMES[..], 0..10), key in written(), after in "[\":,.a]{0,9}",
        ) {
            let mut paths = Paths::new();
            names.iter().enumerate().for_each(|(column, name)| paths.add(name, column as u32, false));
            let mut decoded = String::new();
            unescape_into(&key, &mut decoded);
            let expected = paths.follow(ROOT, decoded.as_bytes());
            match paths.follow_written(ROOT, format!("{key}\"{after}").as_bytes(), key.len()) {
                Ok(found) => prop_assert_eq!(found, expected, "{} among {:?}", key, names),
                Err(Escaped) => prop_assert!(key.contains('\\'), "{}", key),
            }
            let by_name = names.iter().position(|name| *name == decoded);
            let columns = expected.map(|node| paths.node(node).columns.clone()).unwrap_or_default();
            prop_assert_eq!(columns.first().copied(), by_name.map(|column| column as u32));
        }
    }
}

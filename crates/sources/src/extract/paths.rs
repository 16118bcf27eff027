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
    /// Bits of the first bytes (modulo 64) of the children's names: most keys of a record fail this test.
    first: u64,
    /// Whether a child's name has a backslash, which no key has as it is written.
    backslash: bool,
    children: Vec<Child>,
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
    name: Box<[u8]>,
    node: u32,
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
        Self { head: head(name), written: first_eight(&with_quote), mask, name: name.into(), node }
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

    /// The child called `name`.
    #[inline]
    fn child(&self, name: &[u8]) -> Option<u32> {
        let first = name.first().copied().unwrap_or(0);
        if self.first >> (first & 63) & 1 == 0 {
            return None;
        }
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
                    node.first |= 1 << (part.first().copied().unwrap_or(0) & 63);
                    node.backslash |= part.contains(&b'\\');
                    node.children.push(Child::new(part, new));
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
        let first = match text.first() {
            Some(b'\\') => return Err(Escaped),
            // An empty first part counts as byte 0.
            Some(b'.' | b'"') | None => 0,
            Some(byte) => *byte,
        };
        if here.first >> (first & 63) & 1 == 0 {
            return Ok(None);
        }
        let first = first_eight(text);
        let mut perhaps = here.backslash;
        for child in &here.children {
            match child.compare(text, first) {
                Match::Equal if !here.backslash => return Ok(Some(child.node)),
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
        let first = key.first().copied().unwrap_or(0);
        // A key that begins with a dot has an empty first part, which counts as byte 0.
        let first = if first == b'.' { 0 } else { first };
        if here.first >> (first & 63) & 1 == 0 {
            return None;
        }
        if let Some(child) = here.child(key) {
            return Some(child);
        }
        memchr::memchr(b'.', key)?;
        key.split(|b| *b == b'.').try_fold(node, |node, part| self.node(node).child(part))
    }
}

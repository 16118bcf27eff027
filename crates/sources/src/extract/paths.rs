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
    name: Box<[u8]>,
    node: u32,
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
                    node.children.push(Child { head: head(part), name: part.into(), node: new });
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

    /// As [`Paths::follow`] for a key as it is written; an error where an escape in it has to be decoded first.
    #[inline]
    pub(crate) fn follow_plain(&self, node: u32, key: &[u8]) -> Result<Option<u32>, Escaped> {
        let here = self.node(node);
        let first = match key.first() {
            Some(b'\\') => return Err(Escaped),
            Some(b'.') | None => 0,
            Some(byte) => *byte,
        };
        if here.first >> (first & 63) & 1 == 0 {
            return Ok(None);
        }
        let mut dots = false;
        for byte in key {
            if *byte == b'\\' {
                return Err(Escaped);
            }
            dots |= *byte == b'.';
        }
        match here.child(key) {
            None if dots => Ok(self.follow(node, key)),
            child => Ok(child),
        }
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

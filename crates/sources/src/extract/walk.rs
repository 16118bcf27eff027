use super::paths::ROOT;
use super::{Found, Kind, Paths};
use crate::json::{Fail, literal_end, number_end, skip_value, space, string_end, unescape_into};

/// What a walk finds, by column.
#[derive(Debug, Default)]
pub(crate) struct Finds {
    /// The values of each column.
    pub(crate) columns: Vec<Vec<Found>>,
    /// The object in which each node was last met, to notice a key that stands there twice.
    met: Vec<u64>,
    objects: u64,
    /// Whether a wanted key stood twice in one object; its later value was passed over.
    pub(crate) duplicates: bool,
}

impl Finds {
    pub(crate) fn new(columns: usize, paths: &Paths) -> Self {
        Self { columns: vec![Vec::new(); columns], met: vec![0; paths.len()], objects: 0, duplicates: false }
    }

    pub(super) fn clear(&mut self) {
        self.columns.iter_mut().for_each(Vec::clear);
        self.duplicates = false;
    }

    /// The number of an object that is entered.
    pub(super) fn enter(&mut self) -> u64 {
        self.objects += 1;
        self.objects
    }

    /// Whether `node` is met for the first time in `object`; if not, that is noted.
    #[inline]
    pub(super) fn meet(&mut self, node: u32, object: u64) -> bool {
        let met = &mut self.met[node as usize];
        if *met == object {
            self.duplicates = true;
            return false;
        }
        *met = object;
        true
    }

    #[inline]
    pub(super) fn note(&mut self, columns: &[u32], kind: Kind, start: usize, end: usize) {
        for column in columns {
            self.columns[*column as usize].push(Found { kind, start: start as u32, end: end as u32 });
        }
    }
}

struct Walk<'a> {
    bytes: &'a [u8],
    paths: &'a Paths,
    max_depth: usize,
    finds: &'a mut Finds,
}

/// Walks the object that `bytes` begin with, notes the wanted values in `finds`, and gives its end.
pub(crate) fn walk(bytes: &[u8], paths: &Paths, max_depth: usize, finds: &mut Finds) -> Result<usize, Fail> {
    finds.clear();
    match bytes.first() {
        Some(b'{') => {}
        Some(_) => return Err(Fail::bad(0, "not a JSON object")),
        None => return Err(Fail::Incomplete),
    }
    Walk { bytes, paths, max_depth, finds }.object(0, ROOT, 1)
}

impl Walk<'_> {
    /// The object at `at`. The recursion follows wanted paths and arrays in them, and `depth` bounds it.
    fn object(&mut self, at: usize, node: u32, depth: usize) -> Result<usize, Fail> {
        self.deep(at, depth)?;
        let this = self.finds.enter();
        let bytes = self.bytes;
        let mut at = space(bytes, at + 1);
        match bytes.get(at) {
            Some(b'}') => return Ok(at + 1),
            Some(_) => {}
            None => return Err(Fail::Incomplete),
        }
        loop {
            match bytes.get(at) {
                Some(b'"') => {}
                Some(_) => return Err(Fail::bad(at, "no key")),
                None => return Err(Fail::Incomplete),
            }
            let (key_end, escaped) = string_end(bytes, at + 1)?;
            let child = if escaped {
                self.follow_escaped(node, at + 1, key_end)
            } else {
                self.paths.follow(node, &bytes[at + 1..key_end])
            };
            let colon = space(bytes, key_end + 1);
            match bytes.get(colon) {
                Some(b':') => {}
                Some(_) => return Err(Fail::bad(colon, "no colon after a key")),
                None => return Err(Fail::Incomplete),
            }
            at = space(bytes, colon + 1);
            at = match child {
                Some(child) if self.finds.meet(child, this) => self.value(at, child, depth, false)?,
                _ => skip_value(bytes, at, self.max_depth.saturating_sub(depth))?,
            };
            at = space(bytes, at);
            match bytes.get(at) {
                Some(b',') => at = space(bytes, at + 1),
                Some(b'}') => return Ok(at + 1),
                Some(_) => return Err(Fail::bad(at, "neither a comma nor the end of an object")),
                None => return Err(Fail::Incomplete),
            }
        }
    }

    fn deep(&self, at: usize, depth: usize) -> Result<(), Fail> {
        if depth > self.max_depth { Err(Fail::bad(at, "nested too deeply")) } else { Ok(()) }
    }

    #[cold]
    fn follow_escaped(&self, node: u32, start: usize, end: usize) -> Option<u32> {
        let mut key = String::new();
        unescape_into(&String::from_utf8_lossy(&self.bytes[start..end]), &mut key);
        self.paths.follow(node, key.as_bytes())
    }

    /// The value at `at`, wanted by `node`. Elements of an array stand for themselves, except where JSON text is
    /// wanted: that takes the whole array, once.
    fn value(&mut self, at: usize, node: u32, depth: usize, in_array: bool) -> Result<usize, Fail> {
        let bytes = self.bytes;
        let here = self.paths.node(node);
        let (kind, start, stop, end) = match bytes.get(at) {
            Some(b'"') => {
                let (end, escaped) = string_end(bytes, at + 1)?;
                (if escaped { Kind::Escaped } else { Kind::Plain }, at + 1, end, end + 1)
            }
            Some(b'{') => {
                let end = if here.is_leaf() {
                    skip_value(bytes, at, self.max_depth.saturating_sub(depth))?
                } else {
                    self.object(at, node, depth + 1)?
                };
                (Kind::Json, at, end, end)
            }
            Some(b'[') => {
                let end = if here.is_leaf() && here.columns.is_empty() {
                    skip_value(bytes, at, self.max_depth.saturating_sub(depth))?
                } else {
                    self.array(at, node, depth + 1)?
                };
                if !in_array {
                    self.finds.note(&here.json_columns, Kind::Json, at, end);
                }
                return Ok(end);
            }
            Some(b't') => {
                let end = literal_end(bytes, at, b"true")?;
                (Kind::True, at, end, end)
            }
            Some(b'f') => {
                let end = literal_end(bytes, at, b"false")?;
                (Kind::False, at, end, end)
            }
            Some(b'n') => return literal_end(bytes, at, b"null"),
            Some(_) => {
                let end = number_end(bytes, at)?;
                (Kind::Number, at, end, end)
            }
            None => return Err(Fail::Incomplete),
        };
        self.finds.note(&here.columns, kind, start, stop);
        if !in_array && !here.json_columns.is_empty() {
            self.finds.note(&here.json_columns, Kind::Json, at, end);
        }
        Ok(end)
    }

    fn array(&mut self, at: usize, node: u32, depth: usize) -> Result<usize, Fail> {
        self.deep(at, depth)?;
        let bytes = self.bytes;
        let mut at = space(bytes, at + 1);
        if bytes.get(at) == Some(&b']') {
            return Ok(at + 1);
        }
        loop {
            at = space(bytes, self.value(at, node, depth, true)?);
            match bytes.get(at) {
                Some(b',') => at = space(bytes, at + 1),
                Some(b']') => return Ok(at + 1),
                Some(_) => return Err(Fail::bad(at, "neither a comma nor the end of an array")),
                None => return Err(Fail::Incomplete),
            }
        }
    }
}

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::ControlFlow;

use quarry_plan::scan::{Account, Prefilter, Reader, Report, ScanColumnKind, count};

use super::fields::paths;
use super::index_name;
use super::reader::{Record, Rows, go_on};
use super::screen::Screen;
use super::split::LineBase;
use super::wanted::Wanted;
use crate::catalog::{Group, INDEX_PATHS, Index, Source};
use crate::extract::{Convert, Empty, Envelope, Finds, Found, Paths, Text, Tokens, envelope, walk};
use crate::frame::{Place, Sink};
use crate::json::{Fail, text};
use crate::pattern::Pattern;

/// Makes batches of the records of one split, for one reader or several: each record is framed and walked once.
pub(crate) struct ScanSink<'a> {
    account: &'a Account,
    filter: Option<&'a Pattern>,
    depth: usize,
    paths: Paths,
    finds: Finds,
    tokens: Tokens,
    /// The names of the fields that are looked for, in the order of `finds`.
    names: Vec<String>,
    /// Where in `finds` the paths of [`INDEX_PATHS`] begin, where they are wanted.
    index_at: Option<usize>,
    /// The same for `_id`, `_version` and `_index` inside documents.
    id_at: Option<usize>,
    text: Text,
    empty: &'a Empty,
    envelope: Option<Envelope>,
    readers: Vec<Rows<'a>>,
    screen: Screen,
    /// Who may want the record at hand.
    wanted: Wanted,
    /// Whether that was found out before it was parsed.
    screened: bool,
    /// What the records come from.
    input: Option<InputState<'a>>,
}

/// What is known of the file that is being read.
pub(super) struct InputState<'a> {
    pub(super) source: &'a Source,
    pub(super) lines: LineBase<'a>,
    pub(super) id_prefix: String,
    duplicates_told: bool,
    /// Events and so on, added to the account now and then: all threads share it.
    events: u64,
    skipped: u64,
}

impl<'a> InputState<'a> {
    pub(super) fn new(source: &'a Source, lines: LineBase<'a>) -> Self {
        let id_prefix = super::id_prefix(source);
        Self { source, lines, id_prefix, duplicates_told: false, events: 0, skipped: 0 }
    }
}

impl<'a> ScanSink<'a> {
    pub(super) fn new(
        group: &'a Group,
        filter: Option<&'a Pattern>,
        readers: Vec<Reader<'a>>,
        account: &'a Account,
    ) -> Self {
        static NOTHING: Empty = Empty { strings: Vec::new() };
        let wants =
            |kind: &ScanColumnKind| readers.iter().flat_map(|r| &r.request.columns).any(|column| column.kind == *kind);
        let wants_index = wants(&ScanColumnKind::Index);
        let wants_id = wants(&ScanColumnKind::Id) || wants(&ScanColumnKind::Version);
        let wants_source = wants(&ScanColumnKind::Source);
        let mut trie = Paths::new();
        let mut names: Vec<String> = Vec::new();
        let mut places: HashMap<(String, bool), usize> = HashMap::new();
        let prefilters: Vec<Option<&Prefilter>> =
            readers.iter().map(|reader| reader.request.prefilter.as_ref()).collect();
        let readers = readers
            .into_iter()
            .map(|reader| {
                Rows::new(group, reader, |name, rule| {
                    let json = rule.convert == Convert::Json;
                    *places.entry((name.to_owned(), json)).or_insert_with(|| {
                        for path in paths(group, name) {
                            trie.add(path, names.len() as u32, json);
                        }
                        names.push(name.to_owned());
                        names.len() - 1
                    })
                })
            })
            .collect();
        let place = |field: &str, json: bool| places.get(&(field.to_owned(), json)).copied();
        let screen = Screen::new(group, &prefilters, &place);
        let wanted = Wanted::new(prefilters.len());
        let mut columns = names.len();
        let mut add = |names: &[&str], wanted: bool| {
            wanted.then(|| {
                let first = columns;
                for name in names {
                    trie.add(name, columns as u32, false);
                    columns += 1;
                }
                first
            })
        };
        let index_at = add(&INDEX_PATHS, group.per_document && (filter.is_some() || wants_index));
        let id_at = add(&["_id", "_version", "_index"], wants_id);
        let finds = Finds::new(columns, &trie);
        Self {
            account,
            filter,
            depth: group.options.limits().depth,
            paths: trie,
            finds,
            tokens: Tokens::new(wants_source),
            names,
            index_at,
            id_at,
            text: Text::default(),
            empty: group.kind.as_ref().map_or(&NOTHING, |kind| &kind.empty),
            envelope: None,
            readers,
            screen,
            wanted,
            screened: false,
            input: None,
        }
    }

    /// What comes next is from another file.
    pub(super) fn begin(&mut self, input: InputState<'a>) {
        self.input = Some(input);
        self.tokens.reset();
        self.screen.reset();
    }

    /// The file is done; its counts go to the account.
    pub(super) fn end(&mut self) {
        if let Some(input) = self.input.take() {
            count(&self.account.events, input.events);
            count(&self.account.skipped, input.skipped);
        }
    }

    /// Hands over the rows that there are.
    pub(super) fn flush(&mut self) {
        self.readers.iter_mut().for_each(Rows::flush);
    }

    /// Whether documents of an index are wanted.
    #[cfg(feature = "parquet")]
    pub(super) fn is_of_interest(&self, index: &str) -> bool {
        self.filter.is_none_or(|filter| filter.matches(index))
    }

    /// All readers, and what is known of the file.
    #[cfg(feature = "parquet")]
    pub(super) fn readers(&mut self) -> (&mut [Rows<'a>], Option<&InputState<'a>>) {
        (&mut self.readers, self.input.as_ref())
    }

    /// Whether to go on with another file.
    pub(super) fn go_on(&self) -> ControlFlow<()> {
        go_on(&self.readers)
    }

    /// Where the values under each of `names` are wanted, in a file whose rows are given by [`ScanSink::row`].
    pub(crate) fn targets(&self, group: &Group, names: &[String]) -> Vec<Vec<usize>> {
        let mut targets = vec![Vec::new(); names.len()];
        for (number, wanted) in self.names.iter().enumerate() {
            let by_name = names.iter().position(|name| name == wanted);
            let by_path = || paths(group, wanted).iter().find_map(|path| names.iter().position(|name| name == path));
            if let Some(at) = by_name.or_else(by_path) {
                targets[at].push(number);
            }
        }
        targets
    }

    /// Takes a row that is no JSON: values in `text`, each with where it is wanted.
    pub(crate) fn row<'v>(
        &mut self,
        text: &str,
        place: Place<'_>,
        values: impl Iterator<Item = (&'v [usize], Found)>,
    ) -> ControlFlow<()> {
        self.finds.columns.iter_mut().for_each(Vec::clear);
        self.envelope = None;
        for (columns, found) in values {
            columns.iter().for_each(|column| self.finds.columns[*column].push(found));
        }
        if let Some(input) = &mut self.input {
            input.events += 1;
        }
        self.wanted.all();
        self.push_row(b"", text, place, None)
    }

    /// The index that the document is in, where it says so.
    fn own_index(&mut self, record: &[u8], document: &str) -> Option<String> {
        let at = self.index_at?;
        if let Some((from, to)) = self.envelope.as_ref().and_then(|envelope| envelope.index) {
            return Some(String::from_utf8_lossy(&record[from..to]).into_owned());
        }
        index_name(&self.finds.columns[at..], document, &mut self.text)
    }

    /// Gives the record to those who want it, and says whether to go on.
    fn push_row(&mut self, bytes: &[u8], document: &str, place: Place<'_>, index: Option<&str>) -> ControlFlow<()> {
        let Some(input) = &self.input else { return ControlFlow::Continue(()) };
        let record = Record {
            bytes,
            document,
            place,
            envelope: self.envelope.as_ref(),
            finds: &self.finds,
            id_at: self.id_at,
            index,
        };
        for number in self.wanted.iter() {
            let reader = &mut self.readers[number];
            if !reader.done {
                reader.push(&record, input, &mut self.text, self.empty, self.account);
                reader.after_row();
            }
        }
        go_on(&self.readers)
    }
}

/// Checking first is much faster than replacing what needs no replacing.
fn utf8(bytes: &[u8]) -> Cow<'_, str> {
    text(bytes).map_or_else(|| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

impl Sink for ScanSink<'_> {
    fn may_pass_over(&self) -> bool {
        self.screen.may_pass_over()
    }

    fn passes_over(&mut self, bytes: &[u8], length: usize, offset: u64, backslash: Option<bool>) -> bool {
        self.screen.before(bytes, length, offset, backslash, &mut self.wanted);
        let is_wanted = !self.wanted.is_empty();
        self.screened = is_wanted;
        if !is_wanted && let Some(input) = &mut self.input {
            input.events += 1;
            input.skipped += 1;
        }
        !is_wanted
    }

    fn parse(&mut self, bytes: &[u8], offset: u64) -> Result<usize, Fail> {
        self.envelope = envelope(bytes, self.depth)?;
        match &self.envelope {
            None => self.tokens.walk(bytes, offset, &self.paths, self.depth, &mut self.finds),
            Some(found) => {
                let (from, to) = found.source;
                let end = found.end;
                let offset = offset + from as u64;
                match self.tokens.walk(&bytes[from..to], offset, &self.paths, self.depth, &mut self.finds) {
                    Ok(_) => Ok(end),
                    Err(Fail::Bad { at, why }) => Err(Fail::bad(from + at, why)),
                    Err(Fail::Incomplete) => Err(Fail::bad(from, "a document that ends too early")),
                }
            }
        }
    }

    fn parse_line(&mut self, rest: &[u8], offset: u64) -> Option<(usize, usize)> {
        if envelope(rest, self.depth) != Ok(None) {
            return None;
        }
        self.envelope = None;
        self.tokens.walk_line(rest, offset, &self.paths, self.depth, &mut self.finds)
    }

    fn commit(&mut self, record: &[u8], place: Place<'_>) -> ControlFlow<()> {
        if !std::mem::take(&mut self.screened) {
            self.screen.before(record, record.len(), place.offset, None, &mut self.wanted);
        }
        let (from, to) = self.envelope.as_ref().map_or((0, record.len()), |envelope| envelope.source);
        let mut document = utf8(&record[from..to]);
        let mut problem = matches!(document, Cow::Owned(_)).then_some("bytes that are no UTF-8; replaced");
        let mut again = problem.is_some();
        if self.finds.duplicates
            && let Ok(value) = serde_json::from_str::<serde_json::Value>(&document)
        {
            // Rare: reading it into a tree and writing that leaves the last of equal keys, as most readers do.
            document = Cow::Owned(value.to_string());
            again = true;
            problem = Some("a key stands twice in one object; the last one is read");
        }
        if again && walk(document.as_bytes(), &self.paths, self.depth, &mut self.finds).is_err() {
            return self.malformed(place, "not a JSON object");
        }
        if let Some(input) = &mut self.input {
            input.events += 1;
            if let Some(message) = problem
                && !std::mem::replace(&mut input.duplicates_told, true)
            {
                self.account.misfit(Report {
                    order: input.source.order,
                    line: input.lines.line(place),
                    input: input.source.found.display.clone(),
                    message: message.to_owned(),
                });
            }
        }
        let index = self.own_index(record, &document);
        if let Some(filter) = self.filter {
            let inside = match (&index, self.input.as_ref().map(|input| &input.source.index)) {
                (Some(index), Some(Index::PerDocument { .. })) => filter.matches(index),
                (_, Some(Index::Fixed(index) | Index::PerDocument { default: index, .. })) => filter.matches(index),
                (_, None) => false,
            };
            if !inside {
                return ControlFlow::Continue(());
            }
        }
        let in_documents = matches!(self.input.as_ref().map(|i| &i.source.index), Some(Index::PerDocument { .. }));
        self.screen.after(document.as_bytes(), &self.finds, &mut self.wanted);
        self.push_row(record, &document, place, index.as_deref().filter(|_| in_documents))
    }

    fn malformed(&mut self, place: Place<'_>, why: &str) -> ControlFlow<()> {
        self.screened = false;
        if let Some(input) = &mut self.input {
            input.events += 1;
            self.account.malformed(Report {
                order: input.source.order,
                line: input.lines.line(place),
                input: input.source.found.display.clone(),
                message: why.to_owned(),
            });
        }
        go_on(&self.readers)
    }
}

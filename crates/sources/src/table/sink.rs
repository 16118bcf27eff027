use std::borrow::Cow;
use std::ops::ControlFlow;

use quarry_plan::scan::{Account, Report, ScanColumnKind, ScanRequest, count};
use quarry_types::{Batch, ColumnBuilder};

use super::fields::{is_parent, paths};
use super::index_name;
use super::split::LineBase;
use crate::catalog::{Group, INDEX_PATHS, Index, Source};
use crate::extract::{Convert, Empty, Envelope, Finds, Found, Kind, Paths, Row, Rule, Text, Tokens, envelope, walk};
use crate::frame::{Place, Sink};
use crate::json::Fail;
use crate::pattern::Pattern;
use crate::table::prefilter::Literals;

/// Makes batches of the records of one split.
pub(crate) struct ScanSink<'a> {
    request: &'a ScanRequest,
    account: &'a Account,
    emit: &'a mut dyn FnMut(Batch) -> ControlFlow<()>,
    filter: Option<&'a Pattern>,
    depth: usize,
    paths: Paths,
    finds: Finds,
    tokens: Tokens,
    /// How the columns that are fields are read; they are the first columns of `finds`.
    rules: Vec<(usize, Rule)>,
    /// Where in `finds` the paths of [`INDEX_PATHS`] begin, where they are wanted.
    index_at: Option<usize>,
    /// Where `_id`, `_version` and `_index` inside documents are found, where they are wanted. Without an index an id is
    /// something of the log's own.
    id_at: Option<usize>,
    builders: Vec<ColumnBuilder>,
    rows: usize,
    row: Row,
    text: Text,
    empty: &'a Empty,
    literals: Literals,
    envelope: Option<Envelope>,
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
        request: &'a ScanRequest,
        account: &'a Account,
        emit: &'a mut dyn FnMut(Batch) -> ControlFlow<()>,
    ) -> Self {
        static NOTHING: Empty = Empty { strings: Vec::new() };
        let mut trie = Paths::new();
        let mut rules = Vec::new();
        for (position, column) in request.columns.iter().enumerate() {
            if let ScanColumnKind::Field(name) = &column.kind {
                let mut rule = Rule::new(name.clone(), column.data_type);
                rule.is_parent = is_parent(group, name);
                rule.precision = group.mapping.field(name).map(|field| field.precision).unwrap_or_default();
                let number = rules.len() as u32;
                for path in paths(group, name) {
                    trie.add(path, number, rule.convert == Convert::Json);
                }
                rules.push((position, rule));
            }
        }
        let wants = |kind: &ScanColumnKind| request.columns.iter().any(|column| column.kind == *kind);
        let mut columns = rules.len();
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
        let index_at = add(&INDEX_PATHS, group.per_document && (filter.is_some() || wants(&ScanColumnKind::Index)));
        let id_at = add(&["_id", "_version", "_index"], wants(&ScanColumnKind::Id) || wants(&ScanColumnKind::Version));
        let finds = Finds::new(columns, &trie);
        Self {
            request,
            account,
            emit,
            filter,
            depth: group.options.limits().depth,
            paths: trie,
            finds,
            tokens: Tokens::default(),
            rules,
            index_at,
            id_at,
            builders: request.columns.iter().map(|column| ColumnBuilder::new(column.data_type)).collect(),
            rows: 0,
            row: Row::default(),
            text: Text::default(),
            empty: group.kind.map_or(&NOTHING, |kind| &kind.empty),
            literals: Literals::new(request.prefilter.as_ref()),
            envelope: None,
            input: None,
        }
    }

    /// What comes next is from another file.
    pub(super) fn begin(&mut self, input: InputState<'a>) {
        self.input = Some(input);
        self.tokens.reset();
        self.literals.reset();
    }

    /// The file is done; its counts go to the account.
    pub(super) fn end(&mut self) {
        if let Some(input) = self.input.take() {
            count(&self.account.events, input.events);
            count(&self.account.skipped, input.skipped);
        }
    }

    /// Hands over the rows that there are.
    pub(super) fn flush(&mut self) -> ControlFlow<()> {
        let rows = std::mem::take(&mut self.rows);
        if rows == 0 {
            return ControlFlow::Continue(());
        }
        let columns = self.builders.iter_mut().map(ColumnBuilder::finish).collect();
        (self.emit)(Batch::new(columns, rows))
    }

    /// Which columns want the values under each of `names`, in a file whose rows are given by [`ScanSink::row`].
    pub(crate) fn targets(&self, group: &Group, names: &[String]) -> Vec<Vec<usize>> {
        let mut targets = vec![Vec::new(); names.len()];
        for (number, (_, rule)) in self.rules.iter().enumerate() {
            let by_name = names.iter().position(|name| *name == rule.name);
            let by_path =
                || paths(group, &rule.name).iter().find_map(|path| names.iter().position(|name| name == path));
            if let Some(at) = by_name.or_else(by_path) {
                targets[at].push(number);
            }
        }
        targets
    }

    /// Takes a row that is no JSON: values in `text`, each with the columns that want it.
    pub(crate) fn row<'v>(
        &mut self,
        text: &str,
        place: Place,
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
        self.push_row(b"", text, place, None);
        self.after_row()
    }

    /// Hands over a full batch, and says whether to go on.
    fn after_row(&mut self) -> ControlFlow<()> {
        if self.rows >= self.request.batch_rows.max(1) {
            self.flush()?;
        }
        if self.request.is_cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    /// The index that the document is in, where it says so.
    fn own_index(&mut self, record: &[u8], document: &str) -> Option<String> {
        let at = self.index_at?;
        if let Some((from, to)) = self.envelope.as_ref().and_then(|envelope| envelope.index) {
            return Some(String::from_utf8_lossy(&record[from..to]).into_owned());
        }
        index_name(&self.finds.columns[at..], document, &mut self.text)
    }

    fn push_row(&mut self, record: &[u8], document: &str, place: Place, index: Option<&str>) {
        let Some(input) = &mut self.input else { return };
        for (number, (position, rule)) in self.rules.iter().enumerate() {
            let found = &self.finds.columns[number];
            let builder = &mut self.builders[*position];
            if found.is_empty() {
                builder.finish_row();
                continue;
            }
            self.row.finish(builder, rule, found, document, self.empty, &mut |misfit| {
                self.account.misfit(Report {
                    order: input.source.order,
                    line: input.lines.line(place),
                    input: input.source.found.display.clone(),
                    message: misfit_message(rule, misfit, document),
                });
            });
        }
        for (position, column) in self.request.columns.iter().enumerate() {
            let builder = &mut self.builders[position];
            match &column.kind {
                ScanColumnKind::Field(_) => continue,
                ScanColumnKind::Source if record.is_empty() => {}
                ScanColumnKind::Source => builder.push_str(document),
                ScanColumnKind::Index => match (index, &input.source.index) {
                    (Some(index), _) => builder.push_str(index),
                    (None, Index::Fixed(index) | Index::PerDocument { default: index, .. }) => builder.push_str(index),
                },
                ScanColumnKind::Id => {
                    let own = self.envelope.as_ref().and_then(|envelope| envelope.id);
                    if let Some(id) = own.and_then(|(from, to)| std::str::from_utf8(record.get(from..to)?).ok()) {
                        builder.push_str(id);
                    } else if let Some(at) = self.id_at
                        && let (Some(id), Some(_)) =
                            (self.finds.columns[at].first(), self.finds.columns[at + 2].first())
                        && let Some(id) = self.text.of(*id, document)
                    {
                        builder.push_str(id);
                    } else {
                        builder.push_str(&format!("{}-{:012}", input.id_prefix, place.offset));
                    }
                }
                ScanColumnKind::Version => {
                    let own = self.envelope.as_ref().and_then(|envelope| envelope.version);
                    let inside = || {
                        let at = self.id_at?;
                        self.finds.columns[at + 2].first()?;
                        let found = *self.finds.columns[at + 1].first()?;
                        document.get(found.start as usize..found.end as usize)?.parse().ok()
                    };
                    builder.push_i64(own.or_else(inside).unwrap_or(1));
                }
                ScanColumnKind::Absent => {}
            }
            builder.finish_row();
        }
        self.rows += 1;
    }
}

/// Checking first is much faster than replacing what needs no replacing.
fn utf8(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => String::from_utf8_lossy(bytes),
    }
}

/// A value longer than this is cut in a report.
const LONGEST_VALUE: usize = 60;

fn misfit_message(rule: &Rule, found: Found, document: &str) -> String {
    let value = document.get(found.start as usize..found.end as usize).unwrap_or("");
    let quote = if matches!(found.kind, Kind::Plain | Kind::Escaped) { "\"" } else { "" };
    let short: String = value.chars().take(LONGEST_VALUE).collect();
    let more = if short.len() < value.len() { "..." } else { "" };
    format!("field [{}]: {quote}{short}{more}{quote} is no {}; read as null", rule.name, rule.data_type)
}

impl Sink for ScanSink<'_> {
    fn may_pass_over(&self) -> bool {
        self.literals.are_any()
    }

    fn passes_over(&mut self, bytes: &[u8], length: usize, offset: u64) -> bool {
        let passes = self.literals.exclude(bytes, length, offset);
        if passes && let Some(input) = &mut self.input {
            input.events += 1;
            input.skipped += 1;
        }
        passes
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

    fn commit(&mut self, record: &[u8], place: Place) -> ControlFlow<()> {
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
        self.push_row(record, &document, place, index.as_deref().filter(|_| in_documents));
        self.after_row()
    }

    fn malformed(&mut self, place: Place, why: &str) -> ControlFlow<()> {
        if let Some(input) = &mut self.input {
            input.events += 1;
            self.account.malformed(Report {
                order: input.source.order,
                line: input.lines.line(place),
                input: input.source.found.display.clone(),
                message: why.to_owned(),
            });
        }
        if self.request.is_cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

//! What fields there are and of which types, found by looking at records.

mod guess;
mod leaves;

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use quarry_types::DataType;

use crate::extract::envelope;
use crate::frame::{Place, Sink};
use crate::json::Fail;

pub(crate) use guess::Guess;
pub(crate) use leaves::leaves;

/// More names than this are not kept: input that makes names of its data has no fields worth listing.
const MOST_NAMES: usize = 100_000;

/// The fields seen in some records.
#[derive(Clone, Debug, Default)]
pub(crate) struct Inventory {
    fields: BTreeMap<String, Guess>,
}

impl Inventory {
    /// Adds a value under a name.
    pub(crate) fn see(&mut self, name: &str, guess: Guess) {
        if let Some(known) = self.fields.get_mut(name) {
            known.add(guess);
        } else if self.fields.len() < MOST_NAMES {
            self.fields.insert(name.to_owned(), guess);
        }
    }

    /// The type of a field.
    pub(crate) fn get(&self, name: &str) -> Option<DataType> {
        self.fields.get(name).map(|guess| guess.data_type())
    }

    /// Whether there are fields inside objects of this name.
    pub(crate) fn is_parent(&self, name: &str) -> bool {
        let start = format!("{name}.");
        self.fields.range(start.clone()..).next().is_some_and(|(first, _)| first.starts_with(&start))
    }

    /// All names.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.keys().map(String::as_str)
    }
}

/// Adds the fields of records to an inventory.
pub(crate) struct InventorySink<'a> {
    inventory: &'a mut Inventory,
    depth: usize,
    /// How many records are still wanted.
    left: usize,
    document: (usize, usize),
}

impl<'a> InventorySink<'a> {
    /// Looks at no more than `records`.
    pub(crate) fn new(inventory: &'a mut Inventory, depth: usize, records: usize) -> Self {
        Self { inventory, depth, left: records, document: (0, 0) }
    }
}

impl Sink for InventorySink<'_> {
    fn parse(&mut self, bytes: &[u8], _offset: u64) -> Result<usize, Fail> {
        if let Some(found) = envelope(bytes, self.depth)? {
            self.document = found.source;
            return Ok(found.end);
        }
        let end = crate::json::skip_value(bytes, 0, self.depth)?;
        self.document = (0, end);
        Ok(end)
    }

    fn commit(&mut self, bytes: &[u8], _place: Place<'_>) -> ControlFlow<()> {
        let inventory = &mut *self.inventory;
        let document = &bytes[self.document.0..self.document.1];
        leaves(document, self.depth, &mut |name, guess| inventory.see(name, guess));
        self.left = self.left.saturating_sub(1);
        if self.left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn malformed(&mut self, _place: Place<'_>, _why: &str) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

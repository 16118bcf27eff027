//! Cuts a stream of bytes into records, and goes on after what it can't read.
//!
//! Two ways: [`lines`], where each line stands for itself, and [`values`], which follows brackets. Which one fits is
//! found from the beginning of the stream ([`layout`]). Both hand the bytes to a [`Sink`], which parses them: the end
//! of a record is known only by parsing it, and it shouldn't be parsed twice.

mod layout;
mod line;
mod place;
mod resync;
mod value;
mod window;
mod wrapper;

use std::ops::ControlFlow;

use crate::json::Fail;

pub(crate) use layout::{Layout, layout, looks_like_json};
pub(crate) use line::{lines, skip_first_line};
pub(crate) use place::Place;
pub(crate) use value::values;
pub(crate) use window::Window;
pub(crate) use wrapper::{member, next_member};

/// What bounds the work on one record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// A longer record is passed over.
    pub(crate) record_bytes: usize,
    /// A record with more containers inside each other is passed over.
    pub(crate) depth: usize,
}

/// Takes records.
pub(crate) trait Sink {
    /// Whether the record in the first `length` bytes of `bytes` is of no interest and need not be parsed. `offset` is
    /// where it begins in the input; `backslash` says whether it may hold a backslash, where that is known.
    fn passes_over(&mut self, _bytes: &[u8], _length: usize, _offset: u64, _backslash: Option<bool>) -> bool {
        false
    }

    /// Whether [`Sink::passes_over`] may say yes.
    fn may_pass_over(&self) -> bool {
        false
    }

    /// Parses the object that `bytes` begin with and gives its end; `offset` is where they begin in the input. What was
    /// read counts only once [`Sink::commit`] says so.
    fn parse(&mut self, bytes: &[u8], offset: u64) -> Result<usize, Fail>;

    /// As [`Sink::parse`] where the object is all that its line holds; gives the end of the line too. `None` says nothing
    /// about the line.
    fn parse_line(&mut self, _rest: &[u8], _offset: u64) -> Option<(usize, usize)> {
        None
    }

    /// Takes the object parsed last; `bytes` are its own.
    fn commit(&mut self, bytes: &[u8], place: Place<'_>) -> ControlFlow<()>;

    /// Notes a record that could not be read.
    fn malformed(&mut self, place: Place<'_>, why: &str) -> ControlFlow<()>;
}

#[cfg(test)]
mod tests;

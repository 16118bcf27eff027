//! LOOKUP JOIN and ENRICH: columns of the rows of another plan that match.

mod find;
mod matches;
mod membership;
mod ranges;
mod rows;

use std::ops::ControlFlow;
use std::sync::{Arc, OnceLock};

use arrow_array::UInt32Array;
use quarry_functions::Site;
use quarry_plan::{Attribute, ColumnId, Matching, Plan};
use quarry_types::{Batch, Column};

pub(super) use self::membership::Membership;

use self::find::Finder;
use self::matches::Matches;
use self::rows::Rows;
use super::inline_aggregate::merged;
use super::{Cx, Operator, Output};
use crate::ExecError;

/// How many pairs of rows are looked at or put out at a time.
const MOST_PAIRS: usize = 16_384;

/// The rows looked into: read by the first lane that asks for them.
pub(crate) type SharedRows = OnceLock<Result<Arc<Rows>, ExecError>>;

/// What the plan says of a lookup.
pub(super) struct Definition<'p> {
    pub(super) right: &'p Arc<Plan>,
    pub(super) matching: &'p Matching,
    pub(super) expand: bool,
    pub(super) fields: &'p [(Attribute, ColumnId)],
    pub(super) site: &'p Arc<Site>,
}

pub(super) struct Lookup {
    shared: Arc<SharedRows>,
    right: Arc<Plan>,
    matching: Matching,
    finder: Finder,
    expand: bool,
    /// For each output column where it comes from.
    sources: Vec<Source>,
    /// Whether what failed while the rows were read is among this lane's warnings.
    told: bool,
}

/// Where an output column comes from.
#[derive(Clone, Copy)]
enum Source {
    Left(usize),
    Right(usize),
}

impl Lookup {
    pub(super) fn new(
        shared: Arc<SharedRows>,
        definition: &Definition<'_>,
        input: &[Attribute],
        output: &[Attribute],
    ) -> Self {
        let right = &definition.right.output;
        let place = |columns: &[Attribute], id: ColumnId| columns.iter().position(|a| a.id == id).unwrap_or(0);
        let sources = output
            .iter()
            .map(|wanted| match definition.fields.iter().find(|(attribute, _)| attribute.id == wanted.id) {
                Some((_, column)) => Source::Right(place(right, *column)),
                None => Source::Left(place(input, wanted.id)),
            })
            .collect();
        Self {
            shared,
            right: definition.right.clone(),
            matching: definition.matching.clone(),
            finder: Finder::new(definition.matching, input, right, definition.site),
            expand: definition.expand,
            sources,
            told: false,
        }
    }

    fn rows(&mut self, cx: &mut Cx<'_>) -> Result<Arc<Rows>, ExecError> {
        let rows = self
            .shared
            .get_or_init(|| Rows::read(&self.right, &self.matching, cx.options, cx.account).map(Arc::new))
            .clone()?;
        if !self.told {
            self.told = true;
            cx.warnings.merge(rows.warnings.clone());
        }
        Ok(rows)
    }

    /// One row for each match.
    fn put_expanded(
        &self,
        batch: &Batch,
        rows: &Rows,
        matches: &Matches,
        cx: &mut Cx<'_>,
        out: Output<'_>,
    ) -> Result<ControlFlow<()>, ExecError> {
        let (mut left, mut right): (Vec<u32>, Vec<Option<u32>>) = (Vec::new(), Vec::new());
        for (row, matches) in matches.iter().enumerate() {
            if matches.is_empty() {
                left.push(row as u32);
                right.push(None);
            }
            for part in matches.chunks(MOST_PAIRS) {
                left.extend(part.iter().map(|_| row as u32));
                right.extend(part.iter().map(|other| Some(*other)));
                if left.len() >= MOST_PAIRS && self.put(batch, rows, &mut left, &mut right, cx, out)?.is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
        }
        if left.is_empty() {
            Ok(ControlFlow::Continue(()))
        } else {
            self.put(batch, rows, &mut left, &mut right, cx, out)
        }
    }

    fn put(
        &self,
        batch: &Batch,
        rows: &Rows,
        left: &mut Vec<u32>,
        right: &mut Vec<Option<u32>>,
        cx: &mut Cx<'_>,
        out: Output<'_>,
    ) -> Result<ControlFlow<()>, ExecError> {
        let same = left.len() == batch.rows() && left.iter().enumerate().all(|(i, row)| i == *row as usize);
        let left = UInt32Array::from(std::mem::take(left));
        let right = UInt32Array::from(std::mem::take(right));
        let columns = self
            .sources
            .iter()
            .map(|source| match source {
                Source::Left(place) if same => batch.column(*place).clone(),
                Source::Left(place) => batch.column(*place).take(&left),
                Source::Right(place) => rows.batch.column(*place).take(&right),
            })
            .collect();
        out(Batch::new(columns, left.len()), cx)
    }

    /// Each row once, with the values of all matches.
    fn merge(&self, batch: &Batch, rows: &Rows, matches: &Matches) -> Batch {
        let single = matches.are_single();
        let first: UInt32Array = matches.iter().map(|matches| matches.first().copied()).collect();
        let columns: Vec<Column> = self
            .sources
            .iter()
            .map(|source| match source {
                Source::Left(place) => batch.column(*place).clone(),
                Source::Right(place) if single => rows.batch.column(*place).take(&first),
                Source::Right(place) => merged(rows.batch.column(*place), matches.iter()),
            })
            .collect();
        batch.with_columns(columns)
    }
}

impl Operator for Lookup {
    fn push(&mut self, batch: Batch, cx: &mut Cx<'_>, out: Output<'_>) -> Result<ControlFlow<()>, ExecError> {
        if batch.rows() == 0 {
            return Ok(ControlFlow::Continue(()));
        }
        let rows = self.rows(cx)?;
        let mut at = 0;
        while at < batch.rows() {
            // Few rows at a time where each is compared with many.
            let len = self.finder.rows_at_once(&rows).min(batch.rows() - at);
            let part = if len == batch.rows() { batch.clone() } else { batch.slice(at, len) };
            at += len;
            let matches = self.finder.find(&part, &rows, cx);
            let flow = if self.expand {
                self.put_expanded(&part, &rows, &matches, cx, out)?
            } else {
                out(self.merge(&part, &rows, &matches), cx)?
            };
            if flow.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}

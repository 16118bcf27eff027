//! SPARKLINE: an aggregate over the rows of each bucket of time.

use jiff::tz::TimeZone;
use quarry_types::{Column, DataType, Longs, Value};

use super::state::column;
use crate::definition::TypeSet;
use crate::definition::accept::{DATE, INTEGER, SIGNED, STRING};
use crate::grouping::bucket::finest_between;
use crate::time::Truncation;
use crate::{Accumulator, AggregateFunction, BuildError, Call, Context, Example, Parameter, Returns, Signature};

const END: TypeSet = DATE.or(STRING);
/// More points than this are no line that anyone can see.
const MOST_BUCKETS: i64 = 10_000;

/// `SPARKLINE`
///
/// Its first argument is an aggregate, which [`over`] computes for each bucket.
pub(crate) static DEF: AggregateFunction = AggregateFunction {
    name: "sparkline",
    aliases: &[],
    summary: "The values of an aggregate over time, as a list with one value for each bucket of time.",
    details: "The buckets are those of BUCKET with a number and two ends. A bucket without a value counts as 0. Rows outside \
              of the ends are left out.",
    parameters: &[
        Parameter { name: "aggregation", description: "An aggregate with a number as its result." },
        Parameter { name: "key", description: "The date of a row." },
        Parameter { name: "buckets", description: "The most buckets there should be, a constant." },
        Parameter { name: "from", description: "The start of the first bucket, a constant." },
        Parameter { name: "to", description: "The end of the last bucket, a constant." },
    ],
    signatures: &[Signature::new(&[SIGNED, DATE, INTEGER, END, END], Returns::Argument(0))],
    examples: &[Example {
        query: r#"ROW t = "2024-05-06T03:00:00Z"::date | STATS s = SPARKLINE(COUNT(*), t, 3, "2024-05-05", "2024-05-08")"#,
        result: "[0, 1, 0]",
    }],
    inputs: 2,
    implicit: &[],
    build: |_| Err(BuildError("SPARKLINE needs an aggregate as its first argument".to_owned())),
};

/// The aggregate of each bucket, from the aggregate over all rows. Of `call`, the arguments from the third on are read.
///
/// # Errors
/// An argument is no constant, or can't be used.
pub fn over(inner: Box<dyn Accumulator>, call: &Call<'_>) -> Result<Box<dyn Accumulator>, BuildError> {
    let zone = call.settings.zone.clone();
    let count = super::state::constant(call, 2)?.as_i64().unwrap_or(0);
    if !(1..=MOST_BUCKETS).contains(&count) {
        return Err(BuildError(format!("SPARKLINE takes 1 to {MOST_BUCKETS} buckets, found [{count}]")));
    }
    let ends = crate::grouping::bucket::ends(call, 3, &zone)?;
    let Some((from, to)) = ends else { return Err(BuildError("SPARKLINE needs two ends".to_owned())) };
    if from >= to {
        return Err(BuildError(format!("SPARKLINE start must be before its end in [{}]", call.source)));
    }
    let truncation = finest_between(count, from, to, &zone);
    let mut starts = Vec::new();
    let mut start = truncation.floor(from, &zone);
    while start < to && starts.len() <= MOST_BUCKETS as usize {
        starts.push(start);
        start = truncation.next(start, &zone);
    }
    Ok(Box::new(Sparkline { inner, starts, from, to, truncation, zone, returns: call.returns }))
}

/// The inner aggregate with a group for each bucket of each group.
struct Sparkline {
    inner: Box<dyn Accumulator>,
    /// The start of each bucket, in order.
    starts: Vec<i64>,
    from: i64,
    to: i64,
    truncation: Truncation,
    zone: TimeZone,
    returns: DataType,
}

impl Sparkline {
    fn buckets(&self) -> usize {
        self.starts.len().max(1)
    }

    fn bucket(&self, ms: i64) -> Option<usize> {
        if !(self.from..self.to).contains(&ms) {
            return None;
        }
        self.starts.binary_search(&self.truncation.floor(ms, &self.zone)).ok()
    }
}

impl Accumulator for Sparkline {
    fn update(&mut self, context: &mut Context<'_>, groups: &[u32], group_count: usize, inputs: &[Column]) {
        let Some((key, inputs)) = inputs.split_last() else { return };
        let Some(cells) = key.cells::<Longs>() else { return };
        let buckets = self.buckets();
        let mut rows: Vec<u32> = Vec::with_capacity(groups.len());
        let mut inner: Vec<u32> = Vec::with_capacity(groups.len());
        for (row, group) in groups.iter().enumerate() {
            if let Some(bucket) = cells.single(row).and_then(|ms| self.bucket(ms)) {
                rows.push(row as u32);
                inner.push(*group * buckets as u32 + bucket as u32);
            }
        }
        let rows = arrow_array::UInt32Array::from(rows);
        let inputs: Vec<Column> = inputs.iter().map(|input| input.take(&rows)).collect();
        let mut context =
            Context { rows: inner.len(), site: context.site, warnings: context.warnings, settings: context.settings };
        self.inner.update(&mut context, &inner, group_count * buckets, &inputs);
    }

    /// The state of each bucket is a column of its own, so that there is a row for each group.
    fn state(&mut self, group_count: usize) -> Vec<Column> {
        let buckets = self.buckets();
        let state = self.inner.state(group_count * buckets);
        (0..buckets)
            .flat_map(|bucket| {
                let rows: Vec<u32> = (0..group_count).map(|group| (group * buckets + bucket) as u32).collect();
                let rows = arrow_array::UInt32Array::from(rows);
                state.iter().map(|column| column.take(&rows)).collect::<Vec<_>>()
            })
            .collect()
    }

    fn merge(&mut self, context: &mut Context<'_>, groups: &[u32], group_count: usize, state: &[Column]) {
        let buckets = self.buckets();
        let width = state.len() / buckets;
        for (bucket, columns) in state.chunks(width.max(1)).enumerate() {
            let inner: Vec<u32> = groups.iter().map(|group| group * buckets as u32 + bucket as u32).collect();
            self.inner.merge(context, &inner, group_count * buckets, columns);
        }
    }

    fn finish(&mut self, context: &mut Context<'_>, group_count: usize) -> Column {
        let buckets = self.buckets();
        let values = self.inner.finish(context, group_count * buckets);
        column(self.returns, group_count, |group, out| {
            for bucket in 0..buckets {
                match values.value(group * buckets + bucket) {
                    Value::Integer(n) => out.push_i32(n),
                    Value::Long(n) => out.push_i64(n),
                    Value::Double(n) => out.push_f64(n),
                    _ => match self.returns {
                        DataType::Integer => out.push_i32(0),
                        DataType::Double => out.push_f64(0.0),
                        _ => out.push_i64(0),
                    },
                }
            }
        })
    }

    fn memory_bytes(&self) -> usize {
        self.inner.memory_bytes()
    }
}

//! What the states of several aggregates have in common.

use std::cmp::Ordering;

use quarry_types::{
    Booleans, Column, ColumnBuilder, DataType, Doubles, Element, Integers, Ips, Layout, Longs, Strings, UnsignedLongs,
    version,
};

use crate::{Accumulator, BuildError, Call, Context};

/// One row per group; `push` pushes the values of a group, none for null.
pub(crate) fn column(
    data_type: DataType,
    group_count: usize,
    mut push: impl FnMut(usize, &mut ColumnBuilder),
) -> Column {
    let mut builder = ColumnBuilder::with_capacity(data_type, group_count);
    for group in 0..group_count {
        push(group, &mut builder);
        builder.finish_row();
    }
    builder.finish()
}

/// One long per group as a column.
pub(crate) fn longs(values: &[i64], group_count: usize) -> Column {
    column(DataType::Long, group_count, |group, out| out.push_i64(values.get(group).copied().unwrap_or(0)))
}

/// One double per group as a column.
pub(crate) fn doubles(values: &[f64], group_count: usize) -> Column {
    column(DataType::Double, group_count, |group, out| out.push_f64(values.get(group).copied().unwrap_or(0.0)))
}

/// The bytes that a vector has claimed, what its elements point to excluded.
pub(crate) fn vec_bytes<T>(values: &Vec<T>) -> usize {
    values.capacity() * size_of::<T>()
}

/// Calls `visit` with the group and every value of every row.
#[inline]
pub(crate) fn each<'a, E: Element>(column: &'a Column, groups: &[u32], mut visit: impl FnMut(usize, E::Item<'a>)) {
    use arrow_array::Array;

    let Some(cells) = column.cells::<E>() else { return };
    match cells.flat() {
        Some(array) if array.null_count() == 0 => {
            for (row, group) in groups.iter().enumerate() {
                visit(*group as usize, E::get(array, row));
            }
        }
        _ => {
            for (row, group) in groups.iter().enumerate() {
                for value in cells.row(row) {
                    visit(*group as usize, value);
                }
            }
        }
    }
}

/// Calls `visit` with the group and every number of every row, as a double.
#[inline]
pub(crate) fn each_double(column: &Column, groups: &[u32], mut visit: impl FnMut(usize, f64)) {
    match column.data_type().layout() {
        Layout::Int32 => each::<Integers>(column, groups, |group, value| visit(group, f64::from(value))),
        Layout::Int64 => each::<Longs>(column, groups, |group, value| visit(group, value as f64)),
        Layout::UInt64 => each::<UnsignedLongs>(column, groups, |group, value| visit(group, value as f64)),
        Layout::Float64 => each::<Doubles>(column, groups, visit),
        _ => {}
    }
}

/// A value that a state keeps beyond the batch it came from.
pub(crate) trait Owned: Clone + Send + 'static {
    /// How it is read from a column.
    type Element: Element;

    /// Keeps a value.
    fn own(item: <Self::Element as Element>::Item<'_>) -> Self;
    /// The value as a column gives it.
    fn item(&self) -> <Self::Element as Element>::Item<'_>;
    /// Pushes it to a row being built.
    fn push(&self, out: &mut ColumnBuilder);
    /// The order of two values.
    fn order(a: <Self::Element as Element>::Item<'_>, b: <Self::Element as Element>::Item<'_>) -> Ordering;
    /// A hash: equal values have the same.
    fn hash(item: <Self::Element as Element>::Item<'_>) -> u64;
    /// Bytes outside the value itself.
    fn heap_bytes(&self) -> usize {
        0
    }
}

macro_rules! owned {
    ($type:ty, $element:ty, $push:ident, |$a:ident, $b:ident| $order:expr, |$value:ident| $hash:expr) => {
        impl Owned for $type {
            type Element = $element;
            #[inline]
            fn own(item: $type) -> Self {
                item
            }
            #[inline]
            fn item(&self) -> $type {
                *self
            }
            fn push(&self, out: &mut ColumnBuilder) {
                out.$push(*self);
            }
            #[inline]
            fn order($a: $type, $b: $type) -> Ordering {
                $order
            }
            #[inline]
            fn hash($value: $type) -> u64 {
                super::sketch::mix($hash)
            }
        }
    };
}

owned!(bool, Booleans, push_bool, |a, b| a.cmp(&b), |v| u64::from(v));
owned!(i32, Integers, push_i32, |a, b| a.cmp(&b), |v| i64::from(v) as u64);
owned!(i64, Longs, push_i64, |a, b| a.cmp(&b), |v| v as u64);
owned!(u64, UnsignedLongs, push_u64, |a, b| a.cmp(&b), |v| v);
// -0.0 and 0.0 count as one value.
owned!(f64, Doubles, push_f64, |a, b| (a + 0.0).total_cmp(&(b + 0.0)), |v| (v + 0.0).to_bits());

impl Owned for [u8; 16] {
    type Element = Ips;
    fn own(item: [u8; 16]) -> Self {
        item
    }
    fn item(&self) -> [u8; 16] {
        *self
    }
    fn push(&self, out: &mut ColumnBuilder) {
        out.push_ip(self);
    }
    fn order(a: [u8; 16], b: [u8; 16]) -> Ordering {
        a.cmp(&b)
    }
    fn hash(item: [u8; 16]) -> u64 {
        super::sketch::murmur(&item)
    }
}

impl Owned for Box<str> {
    type Element = Strings;
    fn own(item: &str) -> Self {
        item.into()
    }
    fn item(&self) -> &str {
        self
    }
    fn push(&self, out: &mut ColumnBuilder) {
        out.push_str(self);
    }
    fn order(a: &str, b: &str) -> Ordering {
        a.cmp(b)
    }
    fn hash(item: &str) -> u64 {
        super::sketch::murmur(item.as_bytes())
    }
    fn heap_bytes(&self) -> usize {
        self.len()
    }
}

/// A version: a string with an order of its own.
#[derive(Clone)]
pub(crate) struct VersionText(Box<str>);

impl Owned for VersionText {
    type Element = Strings;
    fn own(item: &str) -> Self {
        Self(item.into())
    }
    fn item(&self) -> &str {
        &self.0
    }
    fn push(&self, out: &mut ColumnBuilder) {
        out.push_str(&self.0);
    }
    fn order(a: &str, b: &str) -> Ordering {
        // Texts that differ are different values, even where one is as new as the other.
        version::compare(a, b).then_with(|| a.cmp(b))
    }
    fn hash(item: &str) -> u64 {
        super::sketch::murmur(item.as_bytes())
    }
    fn heap_bytes(&self) -> usize {
        self.0.len()
    }
}

/// Evaluates `$make` with `$T` standing for the [`Owned`] type of the values of `$data_type`; `$null` where there are
/// none.
macro_rules! by_type {
    ($data_type:expr, $T:ident => $make:expr, null => $null:expr) => {{
        use quarry_types::{DataType, Layout};
        match $data_type.layout() {
            Layout::Null => $null,
            Layout::Boolean => {
                type $T = bool;
                $make
            }
            Layout::Int32 => {
                type $T = i32;
                $make
            }
            Layout::Int64 => {
                type $T = i64;
                $make
            }
            Layout::UInt64 => {
                type $T = u64;
                $make
            }
            Layout::Float64 => {
                type $T = f64;
                $make
            }
            Layout::Binary16 => {
                type $T = [u8; 16];
                $make
            }
            Layout::Utf8View if $data_type == DataType::Version => {
                type $T = $crate::aggregate::state::VersionText;
                $make
            }
            Layout::Utf8View => {
                type $T = Box<str>;
                $make
            }
        }
    }};
}

pub(crate) use by_type;

/// The aggregate of a column of untyped nulls: null.
pub(crate) struct Nothing(pub(crate) DataType);

impl Accumulator for Nothing {
    fn update(&mut self, _: &mut Context<'_>, _: &[u32], _: usize, _: &[Column]) {}

    fn state(&mut self, group_count: usize) -> Vec<Column> {
        vec![Column::nulls(self.0, group_count)]
    }

    fn merge(&mut self, _: &mut Context<'_>, _: &[u32], _: usize, _: &[Column]) {}

    fn finish(&mut self, _: &mut Context<'_>, group_count: usize) -> Column {
        Column::nulls(self.0, group_count)
    }

    fn memory_bytes(&self) -> usize {
        0
    }
}

/// A sum of doubles that keeps what rounding loses, so that the order of the summands hardly matters.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Compensated {
    sum: f64,
    lost: f64,
}

impl Compensated {
    #[inline]
    pub(crate) fn add(&mut self, value: f64) {
        let sum = self.sum + value;
        // What the addition lost, exactly, whichever of the two is larger.
        let back = sum - self.sum;
        self.lost += (self.sum - (sum - back)) + (value - back);
        self.sum = sum;
    }

    /// Adds the sum that [`Compensated::parts`] gave.
    pub(crate) fn merge(&mut self, sum: f64, lost: f64) {
        self.add(sum);
        self.lost += lost;
    }

    pub(crate) fn parts(self) -> (f64, f64) {
        (self.sum, self.lost)
    }

    pub(crate) fn value(self) -> f64 {
        // An overflow makes the correction NaN.
        if self.sum.is_finite() { self.sum + self.lost } else { self.sum }
    }
}

/// The constant argument at `index`, in the reference's wording where it isn't constant.
pub(crate) fn constant<'a>(call: &'a Call<'_>, index: usize) -> Result<&'a quarry_types::Value, BuildError> {
    const ORDINALS: [&str; 4] = ["first", "second", "third", "fourth"];
    call.constants.get(index).and_then(Option::as_ref).ok_or_else(|| {
        BuildError(format!(
            "{} argument of [{}] must be a constant, received [{}]",
            ORDINALS.get(index).copied().unwrap_or("an"),
            call.source,
            call.sources.get(index).copied().unwrap_or_default(),
        ))
    })
}

/// A constant limit above 0.
pub(crate) fn limit(call: &Call<'_>, index: usize) -> Result<usize, BuildError> {
    let value = constant(call, index)?;
    match value.as_i64() {
        Some(n) if n > 0 => Ok(n as usize),
        _ => Err(BuildError(format!("Limit must be greater than 0 in [{}], found [{value}]", call.source))),
    }
}

/// Pushes a result; one that is infinite or no number is a failure and leaves null.
pub(crate) fn push_finite(context: &mut Context<'_>, out: &mut ColumnBuilder, value: f64) {
    use crate::lift::Output;

    if let Err(failure) = value.push_to(out) {
        context.warn(&failure);
    }
}

use std::ops::Range;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int32Type, Int64Type, UInt64Type};
use arrow_array::{
    Array, BooleanArray, FixedSizeBinaryArray, Float64Array, Int32Array, Int64Array, StringViewArray, UInt64Array,
};
use arrow_buffer::NullBuffer;

use crate::{Column, Layout};

/// A way to read elements out of Arrow arrays of one layout.
pub trait Element: 'static {
    /// What an element is read as.
    type Item<'a>: Copy;
    /// The array that holds the elements.
    type Array: Array + 'static;
    /// The layout of such arrays.
    const LAYOUT: Layout;

    /// The array behind `array`; `None` where its layout is another.
    fn downcast(array: &dyn Array) -> Option<&Self::Array>;
    /// The element at `index`, which must be inside the array; any value where it is null.
    fn get(array: &Self::Array, index: usize) -> Self::Item<'_>;
}

macro_rules! element {
    ($(#[$doc:meta])* $name:ident, $item:ty, $array:ty, $layout:ident, $downcast:expr, $get:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name;
        impl Element for $name {
            type Item<'a> = $item;
            type Array = $array;
            const LAYOUT: Layout = Layout::$layout;
            #[inline]
            fn downcast(array: &dyn Array) -> Option<&Self::Array> {
                let downcast: fn(&dyn Array) -> Option<&Self::Array> = $downcast;
                downcast(array)
            }
            #[inline]
            fn get(array: &Self::Array, index: usize) -> Self::Item<'_> {
                #[allow(clippy::redundant_closure_call)]
                ($get)(array, index)
            }
        }
    };
}

element!(/** Reads booleans. */ Booleans, bool, BooleanArray, Boolean, |a| a.as_boolean_opt(), |a: &BooleanArray, i| a.value(i));
element!(/** Reads integers. */ Integers, i32, Int32Array, Int32, |a| a.as_primitive_opt::<Int32Type>(), |a: &Int32Array, i| a.value(i));
element!(/** Reads longs and dates. */ Longs, i64, Int64Array, Int64, |a| a.as_primitive_opt::<Int64Type>(), |a: &Int64Array, i| a.value(i));
element!(/** Reads unsigned longs. */ UnsignedLongs, u64, UInt64Array, UInt64, |a| a.as_primitive_opt::<UInt64Type>(), |a: &UInt64Array, i| a.value(i));
element!(/** Reads doubles. */ Doubles, f64, Float64Array, Float64, |a| a.as_primitive_opt::<Float64Type>(), |a: &Float64Array, i| a.value(i));

/// Reads strings.
#[derive(Clone, Copy, Debug)]
pub struct Strings;

impl Element for Strings {
    type Item<'a> = &'a str;
    type Array = StringViewArray;
    const LAYOUT: Layout = Layout::Utf8View;

    fn downcast(array: &dyn Array) -> Option<&Self::Array> {
        array.as_string_view_opt()
    }

    #[inline]
    fn get(array: &Self::Array, index: usize) -> &str {
        array.value(index)
    }
}

/// Reads addresses.
#[derive(Clone, Copy, Debug)]
pub struct Ips;

impl Element for Ips {
    type Item<'a> = [u8; 16];
    type Array = FixedSizeBinaryArray;
    const LAYOUT: Layout = Layout::Binary16;

    fn downcast(array: &dyn Array) -> Option<&Self::Array> {
        array.as_fixed_size_binary_opt()
    }

    #[inline]
    fn get(array: &Self::Array, index: usize) -> [u8; 16] {
        array.value(index).try_into().unwrap_or_default()
    }
}

/// The cells of a column, each a range of elements: an empty one for null, longer than one for a list.
#[derive(Debug)]
pub struct Cells<'a, E: Element> {
    values: &'a E::Array,
    offsets: Option<&'a [i32]>,
    nulls: Option<&'a NullBuffer>,
    constant: bool,
}

impl<'a, E: Element> Cells<'a, E> {
    /// The cells of `column`; `None` where its elements have another layout. A column of untyped nulls has none.
    #[must_use]
    pub fn new(column: &'a Column) -> Option<Self> {
        let array = column.array().as_ref();
        let constant = column.is_constant();
        match array.as_list_opt::<i32>() {
            Some(list) => Some(Self {
                values: E::downcast(list.values().as_ref())?,
                offsets: Some(list.value_offsets()),
                nulls: list.nulls(),
                constant,
            }),
            None => Some(Self { values: E::downcast(array)?, offsets: None, nulls: array.nulls(), constant }),
        }
    }

    /// Where the values of `row` lie among the elements.
    #[inline]
    #[must_use]
    pub fn range(&self, row: usize) -> Range<usize> {
        let row = if self.constant { 0 } else { row };
        if self.nulls.is_some_and(|nulls| nulls.is_null(row)) {
            return 0..0;
        }
        match self.offsets {
            Some(offsets) => offsets[row] as usize..offsets[row + 1] as usize,
            None => row..row + 1,
        }
    }

    /// The element at `index` of a range given by [`Cells::range`].
    #[inline]
    #[must_use]
    pub fn element(&self, index: usize) -> E::Item<'a> {
        E::get(self.values, index)
    }

    /// The values of `row`.
    #[inline]
    pub fn row(&self, row: usize) -> impl ExactSizeIterator<Item = E::Item<'a>> + DoubleEndedIterator + use<'a, E> {
        let values = self.values;
        self.range(row).map(move |i| E::get(values, i))
    }

    /// The only value of `row`; `None` where it is null or a list.
    #[inline]
    #[must_use]
    pub fn single(&self, row: usize) -> Option<E::Item<'a>> {
        let range = self.range(row);
        (range.len() == 1).then(|| E::get(self.values, range.start))
    }

    /// Whether no cell is a list.
    #[inline]
    #[must_use]
    pub fn is_flat(&self) -> bool {
        self.offsets.is_none()
    }

    /// The elements' array, where no cell is a list and the column isn't constant: element `i` is row `i`.
    #[inline]
    #[must_use]
    pub fn flat(&self) -> Option<&'a E::Array> {
        (self.offsets.is_none() && !self.constant).then_some(self.values)
    }
}

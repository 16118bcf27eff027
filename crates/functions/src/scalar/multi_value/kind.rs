//! What functions over lists need to know of elements, whatever their layout.

use std::cmp::Ordering;

use arrow_array::{Array, StringViewArray};
use quarry_types::{
    Booleans, Cells, Column, ColumnBuilder, DataType, Doubles, Element, Integers, Ips, Layout, Longs, Strings,
    UnsignedLongs, version,
};

use crate::definition::TypeSet;
use crate::definition::accept::{
    BOOLEAN, DATE, DATE_NANOS, DOUBLE, FLATTENED, GEO_POINT, INTEGER, IP, LONG, STRING, UNSIGNED_LONG, VERSION,
};
use crate::lift::build_rows;
use crate::{Failure, Kernel, Parameter, Returns, Signature};

/// Elements with an order that can be pushed to a column.
pub(in crate::scalar) trait Kind: Element {
    /// The order of two elements; equal where they are the same.
    fn order(a: Self::Item<'_>, b: Self::Item<'_>) -> Ordering;
    /// Pushes an element to the row being built.
    fn push(out: &mut ColumnBuilder, item: Self::Item<'_>);
}

macro_rules! kind {
    ($element:ty, $push:ident, |$item:ident| $pushed:expr, |$a:ident, $b:ident| $order:expr) => {
        impl Kind for $element {
            #[inline]
            fn order($a: Self::Item<'_>, $b: Self::Item<'_>) -> Ordering {
                $order
            }
            #[inline]
            fn push(out: &mut ColumnBuilder, $item: Self::Item<'_>) {
                out.$push($pushed);
            }
        }
    };
}

kind!(Booleans, push_bool, |v| v, |a, b| a.cmp(&b));
kind!(Integers, push_i32, |v| v, |a, b| a.cmp(&b));
kind!(Longs, push_i64, |v| v, |a, b| a.cmp(&b));
kind!(UnsignedLongs, push_u64, |v| v, |a, b| a.cmp(&b));
// -0.0 and 0.0 are the same.
kind!(Doubles, push_f64, |v| v, |a, b| (a + 0.0).total_cmp(&(b + 0.0)));
kind!(Strings, push_str, |v| v, |a, b| a.cmp(b));
kind!(Ips, push_ip, |v| &v, |a, b| a.cmp(&b));

/// Reads versions: strings with an order of their own.
#[derive(Clone, Copy, Debug)]
pub(in crate::scalar) struct Versions;

impl Element for Versions {
    type Item<'a> = &'a str;
    type Array = StringViewArray;
    const LAYOUT: Layout = Layout::Utf8View;

    fn downcast(array: &dyn Array) -> Option<&Self::Array> {
        Strings::downcast(array)
    }

    fn get(array: &Self::Array, index: usize) -> &str {
        Strings::get(array, index)
    }
}

impl Kind for Versions {
    fn order(a: &str, b: &str) -> Ordering {
        // Texts that differ are different values, even where one is as new as the other.
        version::compare(a, b).then_with(|| a.cmp(b))
    }

    fn push(out: &mut ColumnBuilder, item: &str) {
        out.push_str(item);
    }
}

/// Evaluates `$make` with `$E` standing for the [`Kind`] of elements of `$data_type`. Untyped nulls are read as
/// booleans of which there are none.
macro_rules! by_kind {
    ($data_type:expr, $E:ident => $make:expr) => {{
        use quarry_types::{Booleans, DataType, Doubles, Integers, Ips, Layout, Longs, Strings, UnsignedLongs};
        match $data_type.layout() {
            Layout::Null | Layout::Boolean => {
                type $E = Booleans;
                $make
            }
            Layout::Int32 => {
                type $E = Integers;
                $make
            }
            Layout::Int64 => {
                type $E = Longs;
                $make
            }
            Layout::UInt64 => {
                type $E = UnsignedLongs;
                $make
            }
            Layout::Float64 => {
                type $E = Doubles;
                $make
            }
            Layout::Binary16 => {
                type $E = Ips;
                $make
            }
            Layout::Utf8View if $data_type == DataType::Version => {
                type $E = $crate::scalar::multi_value::kind::Versions;
                $make
            }
            Layout::Utf8View => {
                type $E = Strings;
                $make
            }
        }
    }};
}

pub(in crate::scalar) use by_kind;

/// The one parameter of most functions over lists.
pub(super) const FIELD: &[Parameter] = &[Parameter { name: "field", description: "The values." }];

/// A kernel that makes each row of the cells of the first argument; null where they are untyped nulls.
pub(super) fn per_row<E: Kind>(
    returns: DataType,
    f: impl for<'a> Fn(&Cells<'a, E>, usize, &mut ColumnBuilder) -> Result<(), Failure> + Send + Sync + 'static,
) -> Kernel {
    Box::new(move |context, columns| {
        let Some(cells) = columns[0].cells::<E>() else { return Column::nulls(returns, context.rows) };
        build_rows(context, returns, &columns[..1], |row, out| f(&cells, row, out))
    })
}

/// What a function makes of the values of two cells.
pub(super) type OfTwo<E> =
    for<'s, 'a, 'o> fn(&'s [<E as Element>::Item<'a>], &'s [<E as Element>::Item<'a>], &'o mut ColumnBuilder);

/// A kernel over the values of two arguments, where null is the empty list.
pub(super) fn of_two<E: Kind>(returns: DataType, f: OfTwo<E>) -> Kernel {
    Box::new(move |context, columns| {
        let (a, b) = (columns[0].cells::<E>(), columns[1].cells::<E>());
        let (mut left, mut right) = (Vec::new(), Vec::new());
        build_rows(context, returns, &columns[..2], |row, out| {
            left.clear();
            left.extend(a.iter().flat_map(|cells| cells.row(row)));
            right.clear();
            right.extend(b.iter().flat_map(|cells| cells.row(row)));
            f(&left, &right, out);
            Ok(())
        })
    })
}

/// Tells whether elements are among others: by looking at each of few, by halving a sorted copy of many.
pub(super) struct Lookup<'s, 'a, E: Kind> {
    items: &'s [E::Item<'a>],
    sorted: Option<Vec<E::Item<'a>>>,
}

impl<'s, 'a, E: Kind> Lookup<'s, 'a, E> {
    pub(super) fn new(items: &'s [E::Item<'a>]) -> Self {
        const FEW: usize = 16;
        let sorted = (items.len() > FEW).then(|| {
            let mut sorted = items.to_vec();
            sorted.sort_unstable_by(|a, b| E::order(*a, *b));
            sorted
        });
        Self { items, sorted }
    }

    pub(super) fn has(&self, item: E::Item<'_>) -> bool {
        match &self.sorted {
            Some(sorted) => sorted.binary_search_by(|known| E::order(*known, item)).is_ok(),
            None => self.items.iter().any(|known| E::order(*known, item).is_eq()),
        }
    }
}

/// Pushes each distinct element once, in the order they first occur.
pub(super) fn push_distinct<'a, E: Kind>(items: &[E::Item<'a>], out: &mut ColumnBuilder) {
    let mut order: Vec<usize> = (0..items.len()).collect();
    // Stable, so that the first of equal elements comes first.
    order.sort_by(|a, b| E::order(items[*a], items[*b]));
    order.dedup_by(|later, first| E::order(items[*later], items[*first]).is_eq());
    order.sort_unstable();
    order.into_iter().for_each(|i| E::push(out, items[i]));
}

const GEO_SHAPE: TypeSet = TypeSet::of(&[DataType::GeoShape]);
const CARTESIAN_POINT: TypeSet = TypeSet::of(&[DataType::CartesianPoint]);
const GEOHASH: TypeSet = TypeSet::of(&[DataType::Geohash]);
const GEOTILE: TypeSet = TypeSet::of(&[DataType::Geotile]);
const GEOHEX: TypeSet = TypeSet::of(&[DataType::Geohex]);
const CARTESIAN_SHAPE: TypeSet = TypeSet::of(&[DataType::CartesianShape]);

/// Two arguments of one type, whatever it is.
pub(super) const fn pairs(returns: Returns) -> [Signature; 18] {
    [
        Signature::new(&[BOOLEAN, BOOLEAN], returns),
        Signature::new(&[INTEGER, INTEGER], returns),
        Signature::new(&[LONG, LONG], returns),
        Signature::new(&[UNSIGNED_LONG, UNSIGNED_LONG], returns),
        Signature::new(&[DOUBLE, DOUBLE], returns),
        Signature::new(&[STRING, STRING], returns),
        Signature::new(&[DATE, DATE], returns),
        Signature::new(&[DATE_NANOS, DATE_NANOS], returns),
        Signature::new(&[IP, IP], returns),
        Signature::new(&[VERSION, VERSION], returns),
        Signature::new(&[GEO_POINT, GEO_POINT], returns),
        Signature::new(&[GEO_SHAPE, GEO_SHAPE], returns),
        Signature::new(&[CARTESIAN_POINT, CARTESIAN_POINT], returns),
        Signature::new(&[CARTESIAN_SHAPE, CARTESIAN_SHAPE], returns),
        Signature::new(&[FLATTENED, FLATTENED], returns),
        Signature::new(&[GEOHASH, GEOHASH], returns),
        Signature::new(&[GEOTILE, GEOTILE], returns),
        Signature::new(&[GEOHEX, GEOHEX], returns),
    ]
}

/// The parameters of functions over two sets of values.
pub(super) const TWO_FIELDS: &[Parameter] = &[
    Parameter { name: "field1", description: "The first values." },
    Parameter { name: "field2", description: "The second values, of the same type." },
];

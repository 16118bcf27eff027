//! From a function on plain values to a kernel over columns.
//!
//! The author of a function writes it for single values; `map1`, `map2`, `map3`... make a [`Kernel`] of it that
//! does the rest by the language's rules: a null argument gives null, a list gives null and a warning, a failure
//! gives null and a warning, a constant argument is read once for all rows.
//!
//! ```
//! use quarry_functions::lift::map1;
//! use quarry_types::Strings;
//! fn length(text: &str) -> i32 { text.chars().count() as i32 }
//! let kernel = map1::<Strings, i32>(length);
//! ```

use quarry_types::{Cells, Column, ColumnBuilder, DataType, Element};

use crate::{Context, Failure};

/// Computes a column from the columns of a call's arguments. The result has `context.rows` rows.
pub type Kernel = Box<dyn Fn(&mut Context<'_>, &[Column]) -> Column + Send + Sync>;

/// What a lifted function may return: a value, an option of it (none is null), or a result of either.
pub trait Output {
    /// Pushes the value to the row being built; nothing for null.
    ///
    /// # Errors
    /// The failure of the row, to be reported.
    fn push_to(self, builder: &mut ColumnBuilder) -> Result<(), Failure>;
}

macro_rules! output {
    ($type:ty, $push:ident) => {
        impl Output for $type {
            fn push_to(self, builder: &mut ColumnBuilder) -> Result<(), Failure> {
                builder.$push(self);
                Ok(())
            }
        }
    };
}

output!(bool, push_bool);
output!(i32, push_i32);
output!(i64, push_i64);
output!(u64, push_u64);
output!(&str, push_str);

/// NaN and infinity are failures.
impl Output for f64 {
    fn push_to(self, builder: &mut ColumnBuilder) -> Result<(), Failure> {
        if !self.is_finite() {
            return Err(Failure::arithmetic(format!(
                "not a finite double number: {}",
                quarry_types::number::format_double(self)
            )));
        }
        builder.push_f64(self);
        Ok(())
    }
}

/// A double that may well be infinite: a bound of a range that has none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unbounded(pub f64);

impl Output for Unbounded {
    fn push_to(self, builder: &mut ColumnBuilder) -> Result<(), Failure> {
        builder.push_f64(self.0);
        Ok(())
    }
}

impl Output for String {
    fn push_to(self, builder: &mut ColumnBuilder) -> Result<(), Failure> {
        builder.push_str(&self);
        Ok(())
    }
}

impl Output for std::borrow::Cow<'_, str> {
    fn push_to(self, builder: &mut ColumnBuilder) -> Result<(), Failure> {
        builder.push_str(&self);
        Ok(())
    }
}

impl Output for [u8; 16] {
    fn push_to(self, builder: &mut ColumnBuilder) -> Result<(), Failure> {
        builder.push_ip(&self);
        Ok(())
    }
}

impl<T: Output> Output for Option<T> {
    fn push_to(self, builder: &mut ColumnBuilder) -> Result<(), Failure> {
        match self {
            Some(value) => value.push_to(builder),
            None => Ok(()),
        }
    }
}

impl<T: Output> Output for Vec<T> {
    fn push_to(self, builder: &mut ColumnBuilder) -> Result<(), Failure> {
        self.into_iter().try_for_each(|value| value.push_to(builder))
    }
}

impl<T: Output> Output for Result<T, Failure> {
    fn push_to(self, builder: &mut ColumnBuilder) -> Result<(), Failure> {
        self.and_then(|value| value.push_to(builder))
    }
}

/// The one value of a cell: `Ok(None)` for null, a failure for a list.
fn single<'a, E: Element>(cells: &Cells<'a, E>, row: usize) -> Result<Option<E::Item<'a>>, Failure> {
    let range = cells.range(row);
    match range.len() {
        0 => Ok(None),
        1 => Ok(Some(cells.element(range.start))),
        _ => Err(Failure::multi_value()),
    }
}

/// Whether all arguments are constant, so that one row will do for all.
fn all_constant(columns: &[Column]) -> bool {
    columns.iter().all(Column::is_constant)
}

/// Builds the result row by row; for constant arguments one row, repeated.
///
/// `row` pushes the values of a row to the builder.
pub fn build_rows(
    context: &mut Context<'_>,
    returns: DataType,
    columns: &[Column],
    mut row: impl FnMut(usize, &mut ColumnBuilder) -> Result<(), Failure>,
) -> Column {
    let constant = all_constant(columns) && !columns.is_empty() && context.rows > 0;
    let rows = if constant { 1 } else { context.rows };
    let mut builder = ColumnBuilder::with_capacity(returns, rows);
    for i in 0..rows {
        if let Err(failure) = row(i, &mut builder) {
            context.warn(&failure);
        }
        builder.finish_row();
    }
    let column = builder.finish();
    if constant && context.rows != 1 {
        return Column::constant(returns, &column.value(0), context.rows);
    }
    column
}

/// Reads the arguments of a kernel, or returns nulls from it where one of them holds nothing but untyped nulls.
macro_rules! read {
    ($context:ident, $columns:ident, $returns:ident, $($index:literal => $cells:ident: $element:ty),+) => {
        $(let Some($cells) = $columns[$index].cells::<$element>() else {
            return Column::nulls($returns, $context.rows);
        };)+
    };
}

/// Lifts a function of one value. `returns` is the type of its result.
pub fn map1_as<A: Element, R: Output>(
    returns: DataType,
    f: impl for<'a> Fn(A::Item<'a>) -> R + Send + Sync + 'static,
) -> Kernel {
    Box::new(move |context, columns| {
        read!(context, columns, returns, 0 => a: A);
        build_rows(context, returns, &columns[..1], |row, out| match single(&a, row)? {
            Some(a) => f(a).push_to(out),
            None => Ok(()),
        })
    })
}

/// Lifts a function of two values.
pub fn map2_as<A: Element, B: Element, R: Output>(
    returns: DataType,
    f: impl for<'a> Fn(A::Item<'a>, B::Item<'a>) -> R + Send + Sync + 'static,
) -> Kernel {
    Box::new(move |context, columns| {
        read!(context, columns, returns, 0 => a: A, 1 => b: B);
        build_rows(context, returns, &columns[..2], |row, out| match (single(&a, row)?, single(&b, row)?) {
            (Some(a), Some(b)) => f(a, b).push_to(out),
            _ => Ok(()),
        })
    })
}

/// Lifts a function of three values.
pub fn map3_as<A: Element, B: Element, C: Element, R: Output>(
    returns: DataType,
    f: impl for<'a> Fn(A::Item<'a>, B::Item<'a>, C::Item<'a>) -> R + Send + Sync + 'static,
) -> Kernel {
    Box::new(move |context, columns| {
        read!(context, columns, returns, 0 => a: A, 1 => b: B, 2 => c: C);
        build_rows(context, returns, &columns[..3], |row, out| {
            match (single(&a, row)?, single(&b, row)?, single(&c, row)?) {
                (Some(a), Some(b), Some(c)) => f(a, b, c).push_to(out),
                _ => Ok(()),
            }
        })
    })
}

/// Lifts a function of one value that is applied to each element of a list: an element that fails is left out.
pub fn each1_as<A: Element, R: Output>(
    returns: DataType,
    f: impl for<'a> Fn(A::Item<'a>) -> R + Send + Sync + 'static,
) -> Kernel {
    Box::new(move |context, columns| {
        read!(context, columns, returns, 0 => a: A);
        let mut failures: Vec<Failure> = Vec::new();
        let column = build_rows(context, returns, &columns[..1], |row, out| {
            for value in a.row(row) {
                if let Err(failure) = f(value).push_to(out) {
                    failures.push(failure);
                }
            }
            Ok(())
        });
        for failure in &failures {
            context.warn(failure);
        }
        column
    })
}

/// The type that a Rust type is the output of, for results that say it by themselves.
pub trait NaturalType: Output {
    /// The data type.
    const DATA_TYPE: DataType;
}

macro_rules! natural {
    ($type:ty, $data_type:ident) => {
        impl NaturalType for $type {
            const DATA_TYPE: DataType = DataType::$data_type;
        }
    };
}

natural!(bool, Boolean);
natural!(i32, Integer);
natural!(i64, Long);
natural!(u64, UnsignedLong);
natural!(f64, Double);
natural!(String, Keyword);
natural!([u8; 16], Ip);

impl<T: NaturalType> NaturalType for Option<T> {
    const DATA_TYPE: DataType = T::DATA_TYPE;
}

impl<T: NaturalType> NaturalType for Vec<T> {
    const DATA_TYPE: DataType = T::DATA_TYPE;
}

impl<T: NaturalType> NaturalType for Result<T, Failure> {
    const DATA_TYPE: DataType = T::DATA_TYPE;
}

/// [`map1_as`] with the result's natural type: `String` is keyword, `i64` long and so on.
pub fn map1<A: Element, R: NaturalType>(f: impl for<'a> Fn(A::Item<'a>) -> R + Send + Sync + 'static) -> Kernel {
    map1_as::<A, R>(R::DATA_TYPE, f)
}

/// [`map2_as`] with the result's natural type.
pub fn map2<A: Element, B: Element, R: NaturalType>(
    f: impl for<'a> Fn(A::Item<'a>, B::Item<'a>) -> R + Send + Sync + 'static,
) -> Kernel {
    map2_as::<A, B, R>(R::DATA_TYPE, f)
}

/// [`map3_as`] with the result's natural type.
pub fn map3<A: Element, B: Element, C: Element, R: NaturalType>(
    f: impl for<'a> Fn(A::Item<'a>, B::Item<'a>, C::Item<'a>) -> R + Send + Sync + 'static,
) -> Kernel {
    map3_as::<A, B, C, R>(R::DATA_TYPE, f)
}

/// [`each1_as`] with the result's natural type.
pub fn each1<A: Element, R: NaturalType>(f: impl for<'a> Fn(A::Item<'a>) -> R + Send + Sync + 'static) -> Kernel {
    each1_as::<A, R>(R::DATA_TYPE, f)
}

/// A kernel that gives the same value for every row.
#[must_use]
pub fn constant(returns: DataType, value: quarry_types::Value) -> Kernel {
    Box::new(move |context, _| Column::constant(returns, &value, context.rows))
}

/// The one value of a cell, for kernels that read cells themselves: `Ok(None)` for null, a failure for a list.
///
/// # Errors
/// The cell is a list.
pub fn one<'a, E: Element>(cells: &Cells<'a, E>, row: usize) -> Result<Option<E::Item<'a>>, Failure> {
    single(cells, row)
}

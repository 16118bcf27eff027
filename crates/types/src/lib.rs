//! ES|QL's data types, and values of them: one at a time ([`Value`]), or by the thousand ([`Column`], [`Batch`]).
//!
//! A column pairs an Arrow array with the ES|QL type that says how to read it. The layout follows from the type
//! alone ([`Layout`]). A cell is null, one value, or a list of two values or more; a column in which no cell is a
//! list is stored flat, any other one as an Arrow list array. [`Cells`] reads both the same way: each row is a range
//! of elements.
//!
//! ```
//! use quarry_types::{Column, DataType, Value};
//! let column = Column::from_values(DataType::Integer, [Value::Integer(1), Value::Null]);
//! assert_eq!(column.value(0), Value::Integer(1));
//! ```

mod batch;
mod builder;
mod cells;
mod column;
mod data_type;
pub mod date;
pub mod ip;
pub mod number;
mod order;
pub mod range;
mod value;
pub mod version;

pub use batch::Batch;
pub use builder::ColumnBuilder;
pub use cells::{Booleans, Cells, Doubles, Element, Integers, Ips, Longs, Strings, UnsignedLongs};
pub use column::Column;
pub use data_type::{DataType, Layout};
pub use order::{Comparator, KeyEncoder, compare_values, encode_key};
pub use value::{Period, Value};

//! Rows as the columns of Arrow and Parquet.
//!
//! A column is one of lists only where one of its cells is a list, which the last row may tell: so rows are held until
//! all are there. Each field names its ES|QL type under [`TYPE_KEY`] in its metadata, so that nothing is lost.

mod array;
mod arrow;
mod held;
mod parquet;

use std::collections::HashMap;
use std::io;
use std::sync::Arc;

use arrow_schema::{DataType as Arrow, Field, Schema, TimeUnit};
use quarry_types::DataType;

pub use arrow::ArrowStream;
pub use parquet::Parquet;

use crate::ColumnInfo;

/// The key in a field's metadata whose value is the name of its ES|QL type.
const TYPE_KEY: &str = "elastic:type";

/// The Arrow type of single values, one that other programs understand.
fn arrow_type(data_type: DataType) -> Arrow {
    match data_type {
        DataType::Null | DataType::Unsupported | DataType::DatePeriod | DataType::TimeDuration => Arrow::Null,
        DataType::Boolean => Arrow::Boolean,
        DataType::Integer => Arrow::Int32,
        DataType::Long => Arrow::Int64,
        DataType::UnsignedLong => Arrow::UInt64,
        DataType::Double => Arrow::Float64,
        DataType::Date => Arrow::Timestamp(TimeUnit::Millisecond, Some("UTC".into())),
        DataType::DateNanos => Arrow::Timestamp(TimeUnit::Nanosecond, Some("UTC".into())),
        _ => Arrow::Utf8,
    }
}

/// The schema of `columns`, those with `lists` set being lists.
fn schema(columns: &[ColumnInfo], lists: &[bool]) -> Arc<Schema> {
    let field = |(column, list): (&ColumnInfo, &bool)| {
        let arrow = arrow_type(column.data_type);
        let arrow = if *list { Arrow::List(Arc::new(Field::new("item", arrow, true))) } else { arrow };
        let metadata = HashMap::from([(TYPE_KEY.to_owned(), column.data_type.name().to_owned())]);
        Field::new(&column.name, arrow, true).with_metadata(metadata)
    };
    Arc::new(Schema::new(columns.iter().zip(lists).map(field).collect::<Vec<_>>()))
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> io::Error {
    io::Error::other(error)
}

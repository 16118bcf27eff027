//! Parquet files that other programs wrote.

#![cfg(feature = "parquet")]
#![allow(clippy::unwrap_used)]

mod common;

use std::sync::Arc;

use arrow_array::builder::{Int32Builder, ListBuilder, MapBuilder, StringBuilder};
use arrow_array::types::Int32Type;
use arrow_array::*;
use arrow_schema::{DataType as Arrow, Field, Fields};
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;
use quarry_plan::catalog::Catalog;
use quarry_plan::scan::{Account, ScanColumn, ScanColumnKind, ScanRequest, counted};
use quarry_sources::{FileCatalog, Input, Options};
use quarry_types::{DataType, Value};

/// Writes columns of two rows to a file and opens it as the index `t`.
fn opened(folder: &std::path::Path, columns: Vec<(&str, ArrayRef)>) -> FileCatalog {
    let batch = RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, a)| (n, a, true))).unwrap();
    let path = folder.join("t.parquet");
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(1)).build();
    let file = std::fs::File::create(&path).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    FileCatalog::open(&[Input::new(path.to_str().unwrap())], Options::default(), &Account::default()).unwrap()
}

/// The cells of each field, and how many values didn't fit and how many bytes were read.
fn read(catalog: &FileCatalog, names: &[&str]) -> (Vec<(DataType, Vec<Value>)>, u64, u64) {
    let table = catalog.resolve("t", false).unwrap().members[0].table.clone();
    let types: Vec<DataType> = names.iter().map(|name| table.field(name).unwrap().data_type).collect();
    let columns = names.iter().zip(&types);
    let columns = columns
        .map(|(name, data_type)| ScanColumn { kind: ScanColumnKind::Field((*name).to_owned()), data_type: *data_type });
    let request = ScanRequest::new(columns.collect());
    let account = Account::default();
    let mut cells = vec![Vec::new(); names.len()];
    for split in table.splits(&request) {
        split.scan(&request, &account, &mut |batch| {
            for (cells, column) in cells.iter_mut().zip(batch.columns()) {
                cells.extend(column.values());
            }
            std::ops::ControlFlow::Continue(())
        });
    }
    assert_eq!(counted(&account.unreadable), 0);
    assert_eq!(counted(&account.events), 2);
    (types.into_iter().zip(cells).collect(), counted(&account.misfits), counted(&account.bytes))
}

#[test]
fn scalars_of_other_programs_become_fields() {
    let folder = tempfile::tempdir().unwrap();
    let second = 1_768_467_600_i64;
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("i8", Arc::new(Int8Array::from(vec![Some(-8), None]))),
        ("u16", Arc::new(UInt16Array::from(vec![60_000, 1]))),
        ("u32", Arc::new(UInt32Array::from(vec![4_000_000_000, 1]))),
        ("u64", Arc::new(UInt64Array::from(vec![u64::MAX, 1]))),
        ("f32", Arc::new(Float32Array::from(vec![1.5, f32::NAN]))),
        ("dec", Arc::new(Decimal128Array::from(vec![-12_345, 1]).with_precision_and_scale(10, 2).unwrap())),
        ("whole", Arc::new(Decimal128Array::from(vec![12_345, 1]).with_precision_and_scale(18, 0).unwrap())),
        ("secs", Arc::new(TimestampSecondArray::from(vec![second, 0]))),
        ("ms", Arc::new(TimestampMillisecondArray::from(vec![second * 1000 + 7, 0]).with_timezone("+02:00"))),
        ("us", Arc::new(TimestampMicrosecondArray::from(vec![second * 1_000_000 + 7, 0]))),
        ("ns", Arc::new(TimestampNanosecondArray::from(vec![second * 1_000_000_000 + 7, 0]))),
        ("day", Arc::new(Date32Array::from(vec![1, -1]))),
        ("clock", Arc::new(Time64MicrosecondArray::from(vec![3_723_000_001, 0]))),
        ("bin", Arc::new(BinaryArray::from(vec![Some(&b"text"[..]), Some(&b"\xff"[..])]))),
        ("dict", Arc::new(DictionaryArray::<Int32Type>::from_iter([Some("a"), None]))),
        ("none", Arc::new(NullArray::new(2))),
    ];
    let catalog = opened(folder.path(), columns);
    let names =
        ["i8", "u16", "u32", "u64", "f32", "dec", "whole", "secs", "ms", "us", "ns", "day", "clock", "bin", "dict"];
    let (read, misfits, _) = read(&catalog, &names);
    let expected = [
        (DataType::Integer, Value::Integer(-8), Value::Null),
        (DataType::Integer, Value::Integer(60_000), Value::Integer(1)),
        (DataType::Long, Value::Long(4_000_000_000), Value::Long(1)),
        (DataType::UnsignedLong, Value::UnsignedLong(u64::MAX), Value::UnsignedLong(1)),
        (DataType::Double, Value::Double(1.5), Value::Null),
        (DataType::Double, Value::Double(-123.45), Value::Double(0.01)),
        (DataType::Long, Value::Long(12_345), Value::Long(1)),
        (DataType::Date, Value::Date(second * 1000), Value::Date(0)),
        (DataType::Date, Value::Date(second * 1000 + 7), Value::Date(0)),
        (DataType::DateNanos, Value::DateNanos(second * 1_000_000_000 + 7000), Value::DateNanos(0)),
        (DataType::DateNanos, Value::DateNanos(second * 1_000_000_000 + 7), Value::DateNanos(0)),
        (DataType::Date, Value::Date(86_400_000), Value::Date(-86_400_000)),
        (DataType::Keyword, "01:02:03.000001".into(), "00:00:00".into()),
        (DataType::Keyword, "text".into(), "/w==".into()),
        (DataType::Keyword, "a".into(), Value::Null),
    ];
    for ((name, read), (data_type, first, second)) in names.iter().zip(read).zip(expected) {
        assert_eq!(read, (data_type, vec![first, second]), "{name}");
    }
    assert_eq!(misfits, 1, "NaN is no value");
}

#[test]
fn structs_lists_and_maps_become_dotted_names_and_several_values() {
    let folder = tempfile::tempdir().unwrap();
    let inner: ArrayRef = Arc::new(StringArray::from(vec![Some("10.0.0.1"), Some("no address")]));
    let source = StructArray::from(vec![(Arc::new(Field::new("ip", Arrow::Utf8, true)), inner)]);
    let mut numbers = ListBuilder::new(Int32Builder::new());
    numbers.append_value([Some(3), None, Some(1)]);
    numbers.append_value([]);
    let entries = Fields::from(vec![Field::new("a", Arrow::Utf8, true), Field::new("b", Arrow::Int32, true)]);
    let values = StructArray::new(
        entries.clone(),
        vec![Arc::new(StringArray::from(vec!["x", "y", "z"])), Arc::new(Int32Array::from(vec![1, 2, 3]))],
        None,
    );
    let offsets = arrow_buffer::OffsetBuffer::from_lengths([2, 1]);
    let objects =
        ListArray::new(Arc::new(Field::new("item", Arrow::Struct(entries), true)), offsets, Arc::new(values), None);
    let mut labels = MapBuilder::new(None, StringBuilder::new(), Int32Builder::new());
    labels.keys().append_value("k");
    labels.values().append_value(5);
    labels.append(true).unwrap();
    labels.append(false).unwrap();
    let catalog = opened(
        folder.path(),
        vec![
            ("source", Arc::new(source)),
            ("n", Arc::new(numbers.finish())),
            ("o", Arc::new(objects)),
            ("m", Arc::new(labels.finish())),
            ("event.action", Arc::new(StringArray::from(vec!["Login", "Logout"]))),
        ],
    );
    let (read, misfits, _) = read(&catalog, &["source.ip", "n", "o.a", "o.b", "m", "event.action"]);
    let list = |values: [Value; 2]| Value::List(values.to_vec());
    assert_eq!(read[0], (DataType::Ip, vec![Value::Ip(*b"\0\0\0\0\0\0\0\0\0\0\xff\xff\x0a\0\0\x01"), Value::Null]));
    assert_eq!(read[1], (DataType::Integer, vec![list([1.into(), 3.into()]), Value::Null]));
    assert_eq!(read[2], (DataType::Keyword, vec![list(["x".into(), "y".into()]), "z".into()]));
    assert_eq!(read[3], (DataType::Integer, vec![list([1.into(), 2.into()]), 3.into()]));
    assert_eq!(read[4], (DataType::Flattened, vec!["{\"k\":5}".into(), Value::Null]));
    assert_eq!(read[5], (DataType::Keyword, vec!["Login".into(), "Logout".into()]));
    assert_eq!(misfits, 1, "what is no address is reported");
}

#[test]
fn only_the_wanted_columns_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let long = "x".repeat(100_000);
    let catalog = opened(
        folder.path(),
        vec![
            ("n", Arc::new(Int32Array::from(vec![1, 2]))),
            ("long", Arc::new(StringArray::from(vec![long.as_str(), "y"]))),
        ],
    );
    let (_, _, few) = read(&catalog, &["n"]);
    let (_, _, all) = read(&catalog, &["n", "long"]);
    let (_, _, none) = read(&catalog, &[]);
    assert!(few < 3000 && all > 100_000, "{few} and {all} bytes");
    assert!(none > 0 && none < few, "the end of the file is read in any case: {none} of {few} bytes");
}

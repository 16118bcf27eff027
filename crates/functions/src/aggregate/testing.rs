//! Runs aggregates over plain values, as a whole and in parts.

use std::sync::Arc;

use quarry_types::{Column, DataType, Value};

use crate::registry::{self, Function};
use crate::{Accumulator, Call, Context, Returns, Settings, Site, Warnings};

/// An aggregate call: its name, the types of its arguments and the constants among them.
pub(super) struct Aggregation<'a> {
    pub(super) name: &'a str,
    pub(super) types: &'a [DataType],
    pub(super) constants: &'a [Option<Value>],
}

/// One row: its group and the values of the inputs.
pub(super) type Row = (u32, Vec<Value>);

impl Aggregation<'_> {
    fn returns(&self) -> DataType {
        let Some(Function::Aggregate(function)) = registry::find(self.name) else { panic!("no {}", self.name) };
        let signature = function
            .signatures
            .iter()
            .find(|s| {
                s.accepts_count(self.types.len())
                    && self.types.iter().enumerate().all(|(i, t)| s.parameter(i).is_some_and(|set| set.accepts(*t)))
            })
            .unwrap_or_else(|| panic!("{} does not take {:?}", self.name, self.types));
        match signature.returns {
            Returns::Always(t) => t,
            Returns::Argument(i) => self.types[i].without_text(),
            Returns::Common(_) => panic!("not used by aggregates"),
            Returns::With(f) => f(self.types),
        }
    }

    pub(super) fn build(&self) -> Result<Box<dyn Accumulator>, String> {
        let Some(Function::Aggregate(function)) = registry::find(self.name) else { panic!("no {}", self.name) };
        let sources = vec!["x"; self.types.len()];
        let settings = Settings::default();
        let call = Call {
            types: self.types,
            constants: self.constants,
            sources: &sources,
            source: self.name,
            options: &[],
            returns: self.returns(),
            settings: &settings,
        };
        (function.build)(&call).map_err(|error| error.0)
    }

    fn columns(&self, rows: &[Row], input_types: &[DataType]) -> Vec<Column> {
        input_types
            .iter()
            .enumerate()
            .map(|(i, t)| Column::from_values(*t, rows.iter().map(|(_, values)| values[i].clone())))
            .collect()
    }

    /// The results and warnings over all rows at once, `groups` of them.
    pub(super) fn whole(&self, input_types: &[DataType], rows: &[Row], groups: usize) -> (Vec<Value>, Vec<String>) {
        with_context(|context| {
            let mut accumulator = self.build().unwrap();
            self.feed(context, accumulator.as_mut(), input_types, rows, groups);
            let _ = accumulator.memory_bytes();
            accumulator.finish(context, groups).values().collect()
        })
    }

    /// The results of three accumulators over every third row each, merged into a fourth that numbers the groups in
    /// the opposite order.
    pub(super) fn parts(&self, input_types: &[DataType], rows: &[Row], groups: usize) -> (Vec<Value>, Vec<String>) {
        with_context(|context| {
            let mut merged = self.build().unwrap();
            let backwards: Vec<u32> = (0..groups as u32).rev().collect();
            for part in 0..3 {
                let mut accumulator = self.build().unwrap();
                let rows: Vec<Row> = rows.iter().skip(part).step_by(3).cloned().collect();
                self.feed(context, accumulator.as_mut(), input_types, &rows, groups);
                let state = accumulator.state(groups);
                assert!(state.iter().all(|column| column.len() == groups), "{}", self.name);
                merged.merge(context, &backwards, groups, &state);
            }
            let mut values: Vec<Value> = merged.finish(context, groups).values().collect();
            values.reverse();
            values
        })
    }

    fn feed(
        &self,
        context: &mut Context<'_>,
        accumulator: &mut dyn Accumulator,
        input_types: &[DataType],
        rows: &[Row],
        groups: usize,
    ) {
        // Groups appear bit by bit, as in a query.
        let half = rows.len() / 2;
        for rows in [&rows[..half], &rows[half..]] {
            let numbers: Vec<u32> = rows.iter().map(|(group, _)| *group).collect();
            context.rows = rows.len();
            let known = numbers.iter().max().map_or(0, |group| *group as usize + 1).max(groups / 2);
            let known = if std::ptr::eq(rows.as_ptr_range().end, rows.as_ptr_range().start) { groups } else { known };
            accumulator.update(context, &numbers, known, &self.columns(rows, input_types));
        }
    }

    /// Checks that parts give what the whole gives; doubles nearly.
    pub(super) fn check_parts(&self, input_types: &[DataType], rows: &[Row], groups: usize) {
        let (whole, parts) = (self.whole(input_types, rows, groups), self.parts(input_types, rows, groups));
        assert_eq!(whole.1, parts.1, "warnings of {}", self.name);
        for (a, b) in whole.0.iter().zip(&parts.0) {
            assert!(same(a, b), "{} over {:?}: whole {a:?}, parts {b:?}", self.name, self.types);
        }
    }
}

fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Double(a), Value::Double(b)) => (a - b).abs() <= 1e-9 * a.abs().max(1.0),
        (Value::List(a), Value::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        _ => a == b,
    }
}

fn with_context<T>(run: impl FnOnce(&mut Context<'_>) -> T) -> (T, Vec<String>) {
    let settings = Settings::default();
    let mut warnings = Warnings::default();
    let site = Arc::new(Site::default());
    let result = run(&mut Context { rows: 0, site: &site, warnings: &mut warnings, settings: &settings });
    let texts = warnings.texts().into_iter().skip(1).map(|text| text.replacen("Line 0:0: ", "", 1)).collect();
    (result, texts)
}

/// Rows over five groups, of a value of `data_type` each: nulls, lists and repetitions among them.
pub(super) fn rows_of(data_type: DataType) -> Vec<Row> {
    let mut seed = 7u64;
    let mut next = move || {
        seed = super::sketch::mix(seed.wrapping_add(0x9e37_79b9_7f4a_7c15));
        seed
    };
    (0..200)
        .map(|i| {
            let mut one = || value_of(data_type, next() % 40);
            // The last group stays empty.
            let group = (i * 7 % 4) as u32;
            let value = match i % 10 {
                3 => Value::Null,
                5 => Value::List(vec![one(), one(), one()]),
                _ => one(),
            };
            (group, vec![value])
        })
        .collect()
}

/// The `n`th of the values of `data_type` that tests use.
pub(super) fn value_of(data_type: DataType, n: u64) -> Value {
    match data_type {
        DataType::Boolean => Value::Boolean(n.is_multiple_of(2)),
        DataType::Integer => Value::Integer(n as i32 - 20),
        DataType::Long => Value::Long(n as i64 * 1_000_000_007 - 20),
        DataType::UnsignedLong => Value::UnsignedLong(u64::MAX - n),
        DataType::Double => Value::Double(n as f64 * 0.1 - 1.0),
        DataType::Date => Value::Date(n as i64 * 86_400_000),
        DataType::DateNanos => Value::DateNanos(n as i64),
        DataType::Ip => Value::Ip(std::array::from_fn(|i| if i == 15 { n as u8 } else { 1 })),
        DataType::Version => Value::String(format!("1.{n}.0")),
        DataType::GeoPoint | DataType::CartesianPoint => Value::String(format!("POINT ({n}.0 {}.5)", n % 7)),
        DataType::GeoShape | DataType::CartesianShape => Value::String(format!("LINESTRING (0.0 0.0, {n}.0 2.0)")),
        DataType::Flattened => Value::String(format!(r#"{{"a":{n}}}"#)),
        _ => Value::String(format!("text {n}")),
    }
}

/// The integers `values`, all in group 0.
pub(super) fn integers(values: &[i32]) -> Vec<Row> {
    values.iter().map(|v| (0, vec![Value::Integer(*v)])).collect()
}

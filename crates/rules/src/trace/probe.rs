use std::ops::ControlFlow;

use quarry::diagnostics::Diagnostic;
use quarry::{ColumnInfo, DataType, Engine, Session, Value};

/// Rows kept of a stage; more are only counted.
const MOST_ROWS: usize = 1000;

/// Asks the engine what comes out of a query's beginning.
pub(super) struct Probe<'a> {
    engine: &'a Engine,
    session: Session,
}

/// What came out.
#[derive(Clone, Debug, Default)]
pub(super) struct Rows {
    pub(super) columns: Vec<ColumnInfo>,
    /// The first rows.
    pub(super) rows: Vec<Vec<Value>>,
    /// How many there are.
    pub(super) total: usize,
    /// What failed in single rows.
    pub(super) warnings: Vec<String>,
}

/// Why nothing came out.
#[derive(Clone, Debug)]
pub(super) enum Failed {
    Query(Vec<Diagnostic>),
    Run(String),
}

impl<'a> Probe<'a> {
    pub(super) fn new(engine: &'a Engine, session: &Session) -> Self {
        let session = Session { default_limit: None, carry: &[], threads: 1, ..session.clone() };
        Self { engine, session }
    }

    pub(super) fn run(&self, text: &str) -> Result<Rows, Failed> {
        let query = self.session.prepare(self.engine, text).map_err(Failed::Query)?;
        let mut out = Rows { columns: query.columns().to_vec(), ..Rows::default() };
        let summary = query
            .run(self.engine.account(), &mut |batch| {
                out.total += batch.rows();
                for row in 0..batch.rows().min(MOST_ROWS.saturating_sub(out.rows.len())) {
                    out.rows.push(batch.columns().iter().map(|column| column.value(row)).collect());
                }
                ControlFlow::Continue(())
            })
            .map_err(|error| Failed::Run(error.to_string()))?;
        out.warnings = summary.warnings;
        Ok(out)
    }

    /// The names of the columns that a query gives; `None` where it is wrong.
    pub(super) fn columns(&self, text: &str) -> Option<Vec<String>> {
        let query = self.session.analyse(self.engine, text).ok()?;
        Some(query.columns().iter().map(|column| column.name.clone()).collect())
    }

    /// The values of expressions for each row that the query `before` gives; `None` for an expression that can't be
    /// evaluated by itself.
    pub(super) fn evaluate(&self, before: &str, expressions: &[&str]) -> Vec<Option<Evaluated>> {
        if expressions.is_empty() {
            return Vec::new();
        }
        if let Some(columns) = self.evaluate_all(before, expressions) {
            return columns.into_iter().map(Some).collect();
        }
        expressions
            .iter()
            .map(|expression| {
                let value = self.evaluate_all(before, &[expression]).and_then(|mut columns| columns.pop());
                value.or_else(|| self.filtered(before, expression))
            })
            .collect()
    }

    /// The truth of a condition that only WHERE can ask, such as IN with a query.
    fn filtered(&self, before: &str, condition: &str) -> Option<Evaluated> {
        let rows = self.run(before).ok()?.rows;
        let passes = |condition: &str| -> Option<Vec<bool>> {
            let left = self.run(&format!("{before}\n| WHERE {condition}")).ok()?.rows;
            // What passes keeps its order, and rows that are alike have the same truth.
            let mut left = left.iter().peekable();
            Some(rows.iter().map(|row| left.next_if(|passed| *passed == row).is_some()).collect())
        };
        let (is_true, is_false) = (passes(&format!("({condition}\n)"))?, passes(&format!("NOT ({condition}\n)"))?);
        let truth = |(is_true, is_false): (bool, bool)| match (is_true, is_false) {
            (true, _) => Value::Boolean(true),
            (false, true) => Value::Boolean(false),
            (false, false) => Value::Null,
        };
        Some(Evaluated { data_type: DataType::Boolean, values: is_true.into_iter().zip(is_false).map(truth).collect() })
    }

    fn evaluate_all(&self, before: &str, expressions: &[&str]) -> Option<Vec<Evaluated>> {
        let names: Vec<String> = (0..expressions.len()).map(|i| format!("`$explained${i}`")).collect();
        let fields: Vec<String> =
            names.iter().zip(expressions).map(|(name, text)| format!("{name} = ({text}\n)")).collect();
        let query = format!("{before}\n| EVAL {}\n| KEEP {}", fields.join(", "), names.join(", "));
        let rows = self.run(&query).ok()?;
        let columns = rows.columns.iter().enumerate().map(|(i, column)| Evaluated {
            data_type: column.data_type,
            values: rows.rows.iter().map(|row| row.get(i).cloned().unwrap_or(Value::Null)).collect(),
        });
        Some(columns.collect())
    }
}

/// An expression's value in each row.
#[derive(Clone, Debug)]
pub(super) struct Evaluated {
    pub(super) data_type: DataType,
    pub(super) values: Vec<Value>,
}

impl Rows {
    /// The value of the column called `name` in a row.
    pub(super) fn value(&self, row: usize, name: &str) -> Option<&Value> {
        let column = self.columns.iter().position(|column| column.name == name)?;
        self.rows.get(row)?.get(column)
    }
}

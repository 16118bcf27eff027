//! Expressions over batches.

use std::sync::Arc;

use arrow_array::{BooleanArray, UInt32Array};
use quarry_functions::{Context, Failure, Kernel, Settings, Site, Warnings};
use quarry_plan::{Attribute, Call, CallEvaluation, Expr, ExprKind};
use quarry_types::{Batch, Booleans, Column, DataType, Value};

use crate::widen::widen;

/// An expression bound to the places of its columns in a batch.
#[derive(Clone)]
pub struct Evaluator {
    node: Bound,
    data_type: DataType,
}

#[derive(Clone)]
enum Bound {
    Column(usize),
    Literal(Value),
    Widen(Box<Evaluator>),
    Kernel { kernel: Arc<Kernel>, site: Arc<Site>, arguments: Vec<Evaluator> },
    Case { site: Arc<Site>, arguments: Vec<Evaluator>, places: Vec<usize> },
    Coalesce { arguments: Vec<Evaluator>, places: Vec<usize> },
}

impl std::fmt::Debug for Evaluator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Evaluator({})", self.data_type)
    }
}

impl Evaluator {
    /// Binds `expr` to batches with the columns `input`. A column that isn't there is null.
    #[must_use]
    pub fn new(expr: &Expr, input: &[Attribute]) -> Self {
        let node = match &expr.kind {
            ExprKind::Column(id) => match input.iter().position(|attribute| attribute.id == *id) {
                Some(place) => Bound::Column(place),
                None => Bound::Literal(Value::Null),
            },
            ExprKind::Literal(value) => Bound::Literal(value.clone()),
            ExprKind::Widen(operand) => Bound::Widen(Box::new(Self::new(operand, input))),
            ExprKind::Call(call) => Self::call(expr, call, input),
        };
        Self { node, data_type: expr.data_type }
    }

    fn call(expr: &Expr, call: &Call, input: &[Attribute]) -> Bound {
        let bind = |input: &[Attribute]| call.arguments.iter().map(|argument| Self::new(argument, input)).collect();
        let site = call.site.clone();
        if let CallEvaluation::Kernel(kernel) = &call.evaluation {
            return Bound::Kernel { kernel: kernel.clone(), site, arguments: bind(input) };
        }
        // Rows are taken out of batches, which should hold no more than what is looked at.
        let used = expr.columns();
        let places: Vec<usize> = (0..input.len()).filter(|place| used.contains(&input[*place].id)).collect();
        let narrow: Vec<Attribute> = places.iter().map(|place| input[*place].clone()).collect();
        let arguments = bind(&narrow);
        match &call.evaluation {
            CallEvaluation::Case => Bound::Case { site, arguments, places },
            _ => Bound::Coalesce { arguments, places },
        }
    }

    /// The values for the rows of `batch`; failures go to `warnings`.
    pub fn evaluate(&self, batch: &Batch, warnings: &mut Warnings, settings: &Settings) -> Column {
        let rows = batch.rows();
        let column = match &self.node {
            Bound::Column(place) => batch.column(*place).clone(),
            Bound::Literal(value) => Column::constant(self.data_type, value, rows),
            Bound::Widen(operand) => widen(&operand.evaluate(batch, warnings, settings), self.data_type),
            Bound::Kernel { kernel, site, arguments } => {
                let columns: Vec<Column> =
                    arguments.iter().map(|argument| argument.evaluate(batch, warnings, settings)).collect();
                kernel(&mut Context { rows, site, warnings, settings }, &columns)
            }
            Bound::Case { site, arguments, places } => {
                self.case(site, arguments, &narrowed(batch, places), warnings, settings)
            }
            Bound::Coalesce { arguments, places } => {
                self.coalesce(arguments, &narrowed(batch, places), warnings, settings)
            }
        };
        if column.data_type() == self.data_type { column } else { column.with_type(self.data_type) }
    }

    fn case(
        &self,
        site: &Arc<Site>,
        arguments: &[Evaluator],
        batch: &Batch,
        warnings: &mut Warnings,
        settings: &Settings,
    ) -> Column {
        let mut parts = Parts::new(self.data_type, batch);
        for pair in arguments.chunks(2) {
            let Some(rest) = parts.rest() else { break };
            let [condition, value] = pair else {
                let otherwise = pair[0].evaluate(&rest, warnings, settings);
                parts.settle_all(otherwise);
                break;
            };
            let condition = condition.evaluate(&rest, warnings, settings);
            if condition.is_list() && has_list(&condition) {
                warnings.add_condition(site, &Failure::multi_value());
            }
            parts.settle(&condition.flags(), |chosen| value.evaluate(chosen, warnings, settings));
        }
        parts.finish()
    }

    fn coalesce(&self, arguments: &[Evaluator], batch: &Batch, warnings: &mut Warnings, settings: &Settings) -> Column {
        let mut parts = Parts::new(self.data_type, batch);
        for argument in arguments {
            let Some(rest) = parts.rest() else { break };
            let value = argument.evaluate(&rest, warnings, settings);
            let present: BooleanArray = (0..rest.rows()).map(|row| Some(!value.is_null(row))).collect();
            parts.settle_with(&present, &value);
        }
        parts.finish()
    }
}

fn narrowed(batch: &Batch, places: &[usize]) -> Batch {
    Batch::new(places.iter().map(|place| batch.column(*place).clone()).collect(), batch.rows())
}

fn has_list(condition: &Column) -> bool {
    condition.cells::<Booleans>().is_some_and(|cells| (0..condition.len()).any(|row| cells.range(row).len() > 1))
}

/// A column put together from pieces, each of which settles some of the rows.
struct Parts<'a> {
    data_type: DataType,
    batch: &'a Batch,
    /// Rows not settled yet; `None` stands for all of them.
    open: Option<Vec<u32>>,
    /// For each piece its rows and values.
    pieces: Vec<(Vec<u32>, Column)>,
}

impl<'a> Parts<'a> {
    fn new(data_type: DataType, batch: &'a Batch) -> Self {
        Self { data_type, batch, open: None, pieces: Vec::new() }
    }

    fn open_rows(&self) -> Vec<u32> {
        self.open.clone().unwrap_or_else(|| (0..self.batch.rows() as u32).collect())
    }

    /// The rows that aren't settled; `None` where all are.
    fn rest(&self) -> Option<Batch> {
        match &self.open {
            None => Some(self.batch.clone()),
            Some(open) if open.is_empty() => None,
            Some(open) => Some(self.batch.take(&UInt32Array::from(open.clone()))),
        }
    }

    fn settle(&mut self, flags: &BooleanArray, value: impl FnOnce(&Batch) -> Column) {
        if flags.true_count() == 0 {
            return;
        }
        let open = self.open_rows();
        let (chosen, rest) = split(&open, flags);
        let batch = if rest.is_empty() && self.open.is_none() {
            self.batch.clone()
        } else {
            self.batch.take(&UInt32Array::from(chosen.clone()))
        };
        self.pieces.push((chosen, value(&batch)));
        self.open = Some(rest);
    }

    fn settle_with(&mut self, flags: &BooleanArray, values: &Column) {
        if flags.true_count() == 0 {
            return;
        }
        let open = self.open_rows();
        let (chosen, rest) = split(&open, flags);
        let values = if rest.is_empty() { values.clone() } else { values.filter(flags) };
        self.pieces.push((chosen, values));
        self.open = Some(rest);
    }

    fn settle_all(&mut self, values: Column) {
        let open = self.open_rows();
        self.pieces.push((open, values));
        self.open = Some(Vec::new());
    }

    fn finish(self) -> Column {
        let rows = self.batch.rows();
        let settled: usize = self.pieces.iter().map(|(chosen, _)| chosen.len()).sum();
        match self.pieces.as_slice() {
            [] => return Column::nulls(self.data_type, rows),
            [(_, only)] if settled == rows => return only.clone(),
            _ => {}
        }
        let mut order: Vec<Option<u32>> = vec![None; rows];
        let mut at = 0;
        for (chosen, _) in &self.pieces {
            for row in chosen {
                order[*row as usize] = Some(at);
                at += 1;
            }
        }
        let columns: Vec<Column> = self.pieces.into_iter().map(|(_, column)| column.expand()).collect();
        Column::concat(self.data_type, &columns).expand().take(&UInt32Array::from(order))
    }
}

fn split(open: &[u32], flags: &BooleanArray) -> (Vec<u32>, Vec<u32>) {
    let (mut chosen, mut rest) = (Vec::new(), Vec::new());
    for (i, row) in open.iter().enumerate() {
        if flags.value(i) { chosen.push(*row) } else { rest.push(*row) }
    }
    (chosen, rest)
}

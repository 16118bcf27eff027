//! Typed expressions.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use quarry_functions::Accumulator;
use quarry_functions::{AggregateFunction, BuildError, Call as FunctionCall, Kernel, ScalarFunction, Settings, Site};
use quarry_types::{DataType, Value};

/// The identity of a column within one plan: it stays the same when the column is renamed.
pub type ColumnId = u32;

/// A column of a plan's output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Its identity.
    pub id: ColumnId,
    /// Its name.
    pub name: Arc<str>,
    /// Its type.
    pub data_type: DataType,
    /// Whether it may be referred to but isn't shown: a field that is known and that no sampled record had.
    pub hidden: bool,
    /// For a field that has several types, which index has which.
    pub conflict: Option<Arc<Vec<(String, DataType)>>>,
}

/// An expression whose names are resolved and whose type is known.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// The type of its values.
    pub data_type: DataType,
}

/// The expressions.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// A column of the input.
    Column(ColumnId),
    /// A constant.
    Literal(Value),
    /// The operand's values, converted to a wider type without loss.
    Widen(Box<Expr>),
    /// A call of a function or operator.
    Call(Box<Call>),
}

/// A call of a function or operator.
#[derive(Clone)]
pub struct Call {
    /// The function.
    pub function: &'static ScalarFunction,
    /// Its arguments, already of the types that it takes.
    pub arguments: Vec<Expr>,
    /// Its place in the query.
    pub site: Arc<Site>,
    /// How it is computed.
    pub evaluation: CallEvaluation,
}

/// How a call is computed.
#[derive(Clone)]
pub enum CallEvaluation {
    /// By this kernel over all arguments.
    Kernel(Arc<Kernel>),
    /// As CASE.
    Case,
    /// As COALESCE.
    Coalesce,
}

impl fmt::Debug for CallEvaluation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            CallEvaluation::Kernel(_) => "Kernel",
            CallEvaluation::Case => "Case",
            CallEvaluation::Coalesce => "Coalesce",
        })
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("function", &self.function.name).field("arguments", &self.arguments).finish()
    }
}

impl Expr {
    /// A column.
    #[must_use]
    pub fn column(attribute: &Attribute) -> Self {
        Self { kind: ExprKind::Column(attribute.id), data_type: attribute.data_type }
    }

    /// A constant.
    #[must_use]
    pub fn literal(data_type: DataType, value: Value) -> Self {
        Self { kind: ExprKind::Literal(value), data_type }
    }

    /// An untyped null.
    #[must_use]
    pub fn null() -> Self {
        Self::literal(DataType::Null, Value::Null)
    }

    /// The value, where it is a constant.
    #[must_use]
    pub fn as_literal(&self) -> Option<&Value> {
        match &self.kind {
            ExprKind::Literal(value) => Some(value),
            _ => None,
        }
    }

    /// The column, where it is nothing else.
    #[must_use]
    pub fn as_column(&self) -> Option<ColumnId> {
        match &self.kind {
            ExprKind::Column(id) => Some(*id),
            _ => None,
        }
    }

    /// The call, where it is one of the function or operator called `name`.
    #[must_use]
    pub fn as_call(&self, name: &str) -> Option<&Call> {
        match &self.kind {
            ExprKind::Call(call) if call.function.name == name => Some(call),
            _ => None,
        }
    }

    /// Adds the columns that the expression reads.
    pub fn collect_columns(&self, columns: &mut HashSet<ColumnId>) {
        match &self.kind {
            ExprKind::Column(id) => {
                columns.insert(*id);
            }
            ExprKind::Literal(_) => {}
            ExprKind::Widen(operand) => operand.collect_columns(columns),
            ExprKind::Call(call) => call.arguments.iter().for_each(|argument| argument.collect_columns(columns)),
        }
    }

    /// Whether NOW() stands in it.
    #[must_use]
    pub fn reads_clock(&self) -> bool {
        match &self.kind {
            ExprKind::Column(_) | ExprKind::Literal(_) => false,
            ExprKind::Widen(operand) => operand.reads_clock(),
            ExprKind::Call(call) => call.function.name == "now" || call.arguments.iter().any(Expr::reads_clock),
        }
    }

    /// The columns that the expression reads.
    #[must_use]
    pub fn columns(&self) -> HashSet<ColumnId> {
        let mut columns = HashSet::new();
        self.collect_columns(&mut columns);
        columns
    }

    /// The same expression with every column for which `replace` knows another expression replaced by it.
    #[must_use]
    pub fn substitute(&self, replace: &dyn Fn(ColumnId) -> Option<Expr>) -> Expr {
        let kind = match &self.kind {
            ExprKind::Column(id) => match replace(*id) {
                Some(expr) => return expr,
                None => ExprKind::Column(*id),
            },
            ExprKind::Literal(value) => ExprKind::Literal(value.clone()),
            ExprKind::Widen(operand) => ExprKind::Widen(Box::new(operand.substitute(replace))),
            ExprKind::Call(call) => {
                let arguments = call.arguments.iter().map(|argument| argument.substitute(replace)).collect();
                ExprKind::Call(Box::new(Call { arguments, ..(**call).clone() }))
            }
        };
        Expr { kind, data_type: self.data_type }
    }

    /// The number of nodes, as a measure of what computing it twice would cost.
    #[must_use]
    pub fn size(&self) -> usize {
        match &self.kind {
            ExprKind::Column(_) | ExprKind::Literal(_) => 1,
            ExprKind::Widen(operand) => 1 + operand.size(),
            ExprKind::Call(call) => 1 + call.arguments.iter().map(Expr::size).sum::<usize>(),
        }
    }
}

/// A call of an aggregate function, ready to make accumulators.
#[derive(Clone)]
pub struct AggregateCall {
    /// The function.
    pub function: &'static AggregateFunction,
    /// What is computed per row and handed to the accumulator.
    pub inputs: Vec<Expr>,
    /// Rows for which this isn't true are left out.
    pub filter: Option<Expr>,
    /// The result.
    pub output: Attribute,
    /// Its place in the query.
    pub site: Arc<Site>,
    /// The types of all arguments.
    pub types: Vec<DataType>,
    /// The values of the constant arguments.
    pub constants: Vec<Option<Value>>,
    /// The source texts of the arguments.
    pub sources: Vec<String>,
    /// Options.
    pub options: Vec<(String, Value)>,
    /// Clock and zone.
    pub settings: Arc<Settings>,
    /// The aggregate that this one computes for parts of each group: that of SPARKLINE.
    pub over: Option<Box<AggregateCall>>,
}

impl fmt::Debug for AggregateCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AggregateCall")
            .field("function", &self.function.name)
            .field("inputs", &self.inputs)
            .field("filter", &self.filter)
            .field("output", &self.output.name)
            .finish()
    }
}

impl AggregateCall {
    /// A fresh accumulator.
    ///
    /// # Errors
    /// A constant argument that the function refuses.
    pub fn accumulator(&self) -> Result<Box<dyn Accumulator>, BuildError> {
        let sources: Vec<&str> = self.sources.iter().map(String::as_str).collect();
        let call = FunctionCall {
            types: &self.types,
            constants: &self.constants,
            sources: &sources,
            source: &self.site.source,
            options: &self.options,
            returns: self.output.data_type,
            settings: &self.settings,
        };
        match &self.over {
            Some(inner) => quarry_functions::aggregate::sparkline::over(inner.accumulator()?, &call),
            None => (self.function.build)(&call),
        }
    }
}

impl Expr {
    /// The same expression reading other columns.
    #[must_use]
    pub fn map_columns(mut self, renamed: &std::collections::HashMap<ColumnId, ColumnId>) -> Expr {
        self.rename_in_place(renamed);
        self
    }

    fn rename_in_place(&mut self, renamed: &std::collections::HashMap<ColumnId, ColumnId>) {
        match &mut self.kind {
            ExprKind::Column(id) => *id = renamed.get(id).copied().unwrap_or(*id),
            ExprKind::Literal(_) => {}
            ExprKind::Widen(operand) => operand.rename_in_place(renamed),
            ExprKind::Call(call) => call.arguments.iter_mut().for_each(|a| a.rename_in_place(renamed)),
        }
    }
}

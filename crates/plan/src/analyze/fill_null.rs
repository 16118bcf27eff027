//! FILLNULL: nulls replaced by a constant, each column keeping its place.

use quarry_diagnostics::{Code, Diagnostic, Span};
use quarry_functions::registry::{self, Function};
use quarry_syntax::ast::{Expr as Ast, NamePattern};
use quarry_types::{DataType, Value};

use super::Analyzer;
use crate::expression::{Attribute, Expr};
use crate::fold;
use crate::plan::{Node, Plan};

/// How many columns a warning names.
const MOST_NAMED: usize = 10;

impl Analyzer<'_> {
    pub(super) fn fill_null(&mut self, plan: Plan, value: Option<&Ast>, patterns: &[NamePattern], span: Span) -> Plan {
        let value = value.map(|value| self.expr(value));
        // A star takes in columns of any type: those that the value doesn't fit are left alone.
        let every = patterns.iter().any(NamePattern::is_star);
        let plan = if every { plan } else { self.with_missing(plan, patterns) };
        let chosen = if every { plan.output.clone() } else { self.chosen(&plan, patterns) };
        let mut filled: Vec<(Attribute, Attribute, Expr)> = Vec::new();
        let mut unfillable = Vec::new();
        for attribute in chosen.into_iter().filter(|attribute| !attribute.hidden) {
            // A column without a type has no value to be filled with.
            if attribute.data_type == DataType::Null && value.is_some() {
                continue;
            }
            let constant = match &value {
                None => default(attribute.data_type),
                Some(value) if value.data_type == DataType::Null => continue,
                Some(value) => self.fitting(value, attribute.data_type),
            };
            match constant {
                Some(constant) => {
                    let target = self.new_attribute(attribute.name.clone(), attribute.data_type);
                    let expr = self.coalesce(&attribute, constant, span);
                    filled.push((attribute, target, expr));
                }
                None if value.is_none() => unfillable.push(attribute),
                None if every => {}
                None => {
                    let message = format!(
                        "[FILLNULL] the value doesn't fit the field [{}] of type [{}]",
                        attribute.name,
                        attribute.data_type.message_name()
                    );
                    self.error(Code::TYPE_MISMATCH, span, message);
                }
            }
        }
        self.warn_of_unfillable(&unfillable, every, span);
        if filled.is_empty() {
            return plan;
        }
        let replaced = |attribute: &Attribute| {
            filled
                .iter()
                .find(|(old, _, _)| old.id == attribute.id)
                .map_or_else(|| attribute.clone(), |(_, new, _)| new.clone())
        };
        let output = plan.output.iter().map(replaced).collect();
        let fields = filled.iter().map(|(_, new, expr)| (new.clone(), expr.clone())).collect();
        Plan { node: Node::Eval { input: Box::new(plan), fields }, output }
    }

    /// The columns that the patterns take in, each once.
    fn chosen(&mut self, plan: &Plan, patterns: &[NamePattern]) -> Vec<Attribute> {
        let mut chosen: Vec<Attribute> = Vec::new();
        for pattern in patterns {
            for attribute in self.matching_columns(plan, pattern) {
                if chosen.iter().all(|other| other.id != attribute.id) {
                    chosen.push(attribute);
                }
            }
        }
        chosen
    }

    /// The constant as a value of `target`, where it is one without loss.
    fn fitting(&self, value: &Expr, target: DataType) -> Option<Value> {
        let constant = fold::constant(value, &self.settings)?;
        if value.data_type == target || (value.data_type.is_string() && target.is_string()) {
            return Some(constant);
        }
        match &constant {
            Value::String(text) if !target.is_numeric() && !target.is_spatial() => {
                quarry_functions::literal::convert_string(text, target, &self.settings.zone).ok()
            }
            Value::Integer(_) | Value::Long(_) => {
                let number = constant.as_i64()?;
                match target {
                    DataType::Integer => i32::try_from(number).ok().map(Value::Integer),
                    DataType::Long => Some(Value::Long(number)),
                    DataType::UnsignedLong => u64::try_from(number).ok().map(Value::UnsignedLong),
                    DataType::Double => Some(Value::Double(number as f64)),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn coalesce(&mut self, attribute: &Attribute, value: Value, span: Span) -> Expr {
        let literal = Expr::literal(attribute.data_type, value);
        match registry::find("coalesce") {
            Some(Function::Scalar(function)) => {
                self.build_call(function, vec![Expr::column(attribute), literal], &[span, span], Vec::new(), span)
            }
            _ => literal,
        }
    }

    fn warn_of_unfillable(&mut self, columns: &[Attribute], every: bool, span: Span) {
        let mut warn = |message: String| {
            self.diagnostics.push(Diagnostic::warning(Code::INVALID_QUERY, span, message));
        };
        if !every {
            for column in columns {
                warn(format!(
                    "[FILLNULL] field [{}] of type [{}] has no default fill value and was left unchanged; provide an explicit value",
                    column.name,
                    column.data_type.message_name()
                ));
            }
            return;
        }
        if columns.is_empty() {
            return;
        }
        let named: Vec<&str> = columns.iter().take(MOST_NAMED).map(|column| &*column.name).collect();
        let mut message = format!(
            "[FILLNULL] the following fields have no default fill value for their type and were left unchanged: [{}]; provide an explicit value",
            named.join(", ")
        );
        if columns.len() > MOST_NAMED {
            message.push_str(&format!("; only the first {MOST_NAMED} of {} fields are shown", columns.len()));
        }
        warn(message);
    }
}

/// What DEFAULT puts into a column of this type.
fn default(data_type: DataType) -> Option<Value> {
    Some(match data_type {
        DataType::Boolean => Value::Boolean(false),
        DataType::Integer => Value::Integer(0),
        DataType::Long => Value::Long(0),
        DataType::UnsignedLong => Value::UnsignedLong(0),
        DataType::Double => Value::Double(0.0),
        DataType::Keyword | DataType::Text => Value::String(String::new()),
        _ => return None,
    })
}

//! WHERE, EVAL, SORT, LIMIT and MV_EXPAND.

use quarry_diagnostics::{Code, Span};
use quarry_syntax::ast::{Expr as Ast, Field, Name, SortKey as AstKey};
use quarry_types::{DataType, Value};

use super::{Analyzer, append_columns, membership, project};
use crate::expression::{Attribute, Expr};
use crate::fold;
use crate::plan::{Node, Plan, SortKey};

impl Analyzer<'_> {
    pub(super) fn filter(&mut self, plan: Plan, condition: &Ast) -> Plan {
        self.memberships = Some(Vec::new());
        let expr = self.expr(condition);
        let memberships = self.memberships.take().unwrap_or_default();
        if !matches!(expr.data_type, DataType::Boolean | DataType::Null) {
            let message = format!(
                "Condition expression needs to be boolean, found [{}]",
                expr.data_type.message_name().to_uppercase()
            );
            self.error(Code::TYPE_MISMATCH, condition.span, message);
        }
        let output = plan.output.clone();
        let filtered = |input: Plan| {
            let output = input.output.clone();
            Plan { node: Node::Filter { input: Box::new(input), conditions: vec![expr] }, output }
        };
        if memberships.is_empty() {
            return filtered(plan);
        }
        project(filtered(memberships.into_iter().fold(plan, membership::with_column)), output)
    }

    pub(super) fn eval(&mut self, plan: Plan, fields: &[Field]) -> Plan {
        let mut new: Vec<(Attribute, Expr)> = Vec::with_capacity(fields.len());
        let before = plan.output.clone();
        for field in fields {
            let Some((attribute, expr)) = self.field(field, "EVAL") else { continue };
            self.scope.retain(|other| other.name != attribute.name);
            self.scope.push(attribute.clone());
            if let Some(value) = self.constant_of(&expr) {
                self.constants.insert(attribute.id, value);
            }
            new.push((attribute, expr));
        }
        // The last definition of a name counts, and places the column.
        let mut shown: Vec<Attribute> = Vec::new();
        for (attribute, _) in &new {
            shown.retain(|other| other.name != attribute.name);
            shown.push(attribute.clone());
        }
        let output = append_columns(&before, &shown);
        Plan { node: Node::Eval { input: Box::new(plan), fields: new }, output }
    }

    /// `[name =] expression`, as a new column.
    pub(super) fn field(&mut self, field: &Field, command: &str) -> Option<(Attribute, Expr)> {
        let expr = self.expr(&field.expr);
        let name = match &field.name {
            Some(name) => self.name_text(name)?,
            None => self.unnamed(&field.expr),
        };
        if expr.data_type.is_span() {
            let message = if command == "ROW" {
                format!("cannot use [{}] directly in a row assignment", self.source(field.expr.span))
            } else {
                format!(
                    "{command} does not support type [{}] as the return data type of expression [{}]",
                    expr.data_type.name(),
                    self.source(field.expr.span)
                )
            };
            self.error(Code::TYPE_MISMATCH, field.expr.span, message);
            return None;
        }
        let attribute = self.new_attribute(name, expr.data_type);
        Some((attribute, expr))
    }

    /// The name of an expression that was given none: its source text; a column's own name without backquotes.
    pub(super) fn unnamed(&mut self, ast: &Ast) -> String {
        match &ast.kind {
            quarry_syntax::ast::ExprKind::Name(name) => self.name_text(name).unwrap_or_else(|| self.source(ast.span)),
            _ => self.source(ast.span),
        }
    }

    pub(super) fn sort(&mut self, plan: Plan, keys: &[AstKey]) -> Plan {
        let mut sort_keys = Vec::with_capacity(keys.len());
        for key in keys {
            let expr = self.expr(&key.expr);
            if expr.data_type.is_spatial()
                || expr.data_type.is_grid()
                || expr.data_type.is_range()
                || matches!(expr.data_type, DataType::Source | DataType::Flattened)
            {
                let message = format!("cannot sort on {}", expr.data_type.message_name());
                self.error(Code::TYPE_MISMATCH, key.span, message);
                continue;
            }
            let descending = key.descending.unwrap_or(false);
            sort_keys.push(SortKey { expr, descending, nulls_first: key.nulls_first.unwrap_or(descending) });
        }
        let output = plan.output.clone();
        Plan { node: Node::Sort { input: Box::new(plan), keys: sort_keys, limit: None }, output }
    }

    pub(super) fn limit(&mut self, plan: Plan, count: &Ast, by: &[Ast], span: Span) -> Plan {
        let keys: Vec<Expr> = by.iter().filter_map(|key| self.row_key(key)).collect();
        let expr = self.expr(count);
        let output = plan.output.clone();
        let count = match fold::constant(&expr, &self.settings).as_ref().and_then(Value::as_i64) {
            Some(n) if n >= 0 && matches!(expr.data_type, DataType::Integer | DataType::Long) => n as usize,
            _ => {
                let message =
                    format!("Invalid value for LIMIT [{}], expecting a non negative integer", self.source(count.span));
                self.error(Code::INVALID_QUERY, span, message);
                return plan;
            }
        };
        let input = Box::new(plan);
        if by.is_empty() {
            return Plan { node: Node::Limit { input, count, implicit: false }, output };
        }
        Plan { node: Node::LimitBy { input, count, keys }, output }
    }

    pub(super) fn mv_expand(&mut self, plan: Plan, name: &Name) -> Plan {
        let Some(text) = self.name_text(name) else { return plan };
        let plan = self.with_missing_column(plan, &text);
        let Some(column) = self.resolve(&text, name.span) else { return plan };
        let target = Attribute { hidden: false, ..self.new_attribute(column.name.clone(), column.data_type) };
        let output = plan.output.iter().map(|a| if a.id == column.id { target.clone() } else { a.clone() }).collect();
        Plan { node: Node::MvExpand { input: Box::new(plan), column: column.id, target }, output }
    }
}

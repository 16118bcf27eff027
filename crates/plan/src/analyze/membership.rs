//! IN with a subquery.

use std::sync::Arc;

use quarry_diagnostics::{Code, Diagnostic, Severity, Span};
use quarry_functions::Site;
use quarry_syntax::ast::{Expr as Ast, Query};
use quarry_types::DataType;

use super::signature::widened;
use super::{Analyzer, without_hidden};
use crate::expression::{Attribute, Expr};
use crate::plan::{Node, Plan};

/// A subquery, and the column that says whether a row is in it.
#[derive(Debug)]
pub(super) struct Membership {
    right: Plan,
    keys: Vec<(Expr, Expr)>,
    target: Attribute,
    site: Arc<Site>,
}

/// The plan with the column of a membership.
pub(super) fn with_column(plan: Plan, membership: Membership) -> Plan {
    let Membership { right, keys, target, site } = membership;
    let mut output = plan.output.clone();
    output.push(target.clone());
    Plan { node: Node::Membership { input: Box::new(plan), right: Arc::new(right), keys, target, site }, output }
}

impl Analyzer<'_> {
    /// Whether the operands are among the rows of `query`, which has a column for each of them.
    pub(super) fn in_subquery(&mut self, operands: &[Ast], query: &Query, span: Span) -> Expr {
        let Some(pending) = self.memberships.take() else {
            self.error(Code::UNSUPPORTED, span, "IN with a subquery can only stand in WHERE");
            return Expr::null();
        };
        let values: Vec<Expr> = operands.iter().map(|operand| self.expr(operand)).collect();
        let before = self.diagnostics.len();
        let right = self.subquery(query);
        self.memberships = Some(pending);
        let is_error = |diagnostic: &Diagnostic| diagnostic.severity == Severity::Error;
        if self.diagnostics[before..].iter().any(is_error) {
            // Its columns aren't known.
            return Expr::null();
        }
        if right.output.len() != values.len() {
            let message = format!(
                "IN subquery must return exactly {}, found [{}]",
                if values.len() == 1 { "one column".to_owned() } else { format!("{} columns", values.len()) },
                right.output.iter().map(|attribute| attribute.name.to_string()).collect::<Vec<_>>().join(", ")
            );
            self.error(Code::INVALID_QUERY, query.span, message);
            return Expr::null();
        }
        let mut keys = Vec::with_capacity(values.len());
        for ((value, attribute), operand) in values.into_iter().zip(&right.output).zip(operands) {
            let Some(common) = value.data_type.common(attribute.data_type) else {
                let message = format!(
                    "IN subquery column [{}] must be [{}], found type [{}]",
                    attribute.name,
                    value.data_type.message_name(),
                    attribute.data_type.message_name()
                );
                self.error(Code::TYPE_MISMATCH, operand.span, message);
                return Expr::null();
            };
            keys.push((widened(value, common), widened(Expr::column(attribute), common)));
        }
        let target = Attribute { hidden: true, ..self.new_attribute("$in$", DataType::Boolean) };
        let found = Expr::column(&target);
        let site = self.site(span);
        if let Some(pending) = &mut self.memberships {
            pending.push(Membership { right, keys, target, site });
        }
        found
    }

    /// The distinct rows of a query in parentheses; nothing of it holds outside.
    fn subquery(&mut self, query: &Query) -> Plan {
        let (scope, carried) = (std::mem::take(&mut self.scope), std::mem::take(&mut self.carried));
        let (closed, unmapped) = (self.closed, self.unmapped);
        self.closed = false;
        let plan = without_hidden(self.query(&query.commands));
        (self.scope, self.carried, self.closed, self.unmapped) = (scope, carried, closed, unmapped);
        let groups: Vec<(Attribute, Expr)> = plan
            .output
            .iter()
            .map(|attribute| (self.new_attribute(attribute.name.clone(), attribute.data_type), Expr::column(attribute)))
            .collect();
        let output = groups.iter().map(|(attribute, _)| attribute.clone()).collect();
        Plan {
            node: Node::Aggregate { input: Box::new(plan), aggregates: Vec::new(), groups, empty: Vec::new() },
            output,
        }
    }
}

//! LOOKUP JOIN.

use std::collections::HashSet;
use std::sync::Arc;

use quarry_diagnostics::{Code, Diagnostic, Span};
use quarry_syntax::ast::{Command, CommandKind, Expr as Ast, ExprKind as AstKind, IndexPattern};
use quarry_types::{DataType, Value};

use super::signature::widened;
use super::{Analyzer, Unmapped, append_columns};
use crate::catalog::{CatalogError, Relation};
use crate::expression::{Attribute, ColumnId, Expr};
use crate::optimize::pushdown::conjuncts;
use crate::plan::{Matching, Node, Plan};

impl Analyzer<'_> {
    pub(super) fn lookup_join(&mut self, plan: Plan, index: &IndexPattern, on: &[Ast], span: Span) -> Plan {
        let names: Option<Vec<(String, Span)>> = on.iter().map(|ast| self.field_name(ast)).collect();
        let by_name = names.is_some();
        // What the query refers to after the join may be a field of the other side that isn't shown.
        let mut asked = self.references.clone();
        match &names {
            Some(names) => asked.extend(names.iter().map(|(name, _)| name.clone())),
            None => asked.extend(on.iter().flat_map(super::references::of_expression)),
        }
        let Some(right) = self.lookup_rows(index, asked) else {
            // Without the columns of the other side every name would be one more error.
            self.unmapped = Unmapped::Silent;
            return plan;
        };
        let matching = match (names, on) {
            (Some(names), _) => self.by_names(&plan, &right, &names),
            (None, [condition]) => self.by_condition(&plan, &right, condition),
            (None, _) => {
                let message = format!(
                    "JOIN ON clause must be a comma separated list of fields or a single expression, found [{}]",
                    on.iter().map(|ast| self.source(ast.span)).collect::<Vec<_>>().join(", ")
                );
                self.error(Code::INVALID_QUERY, span, message);
                return plan;
            }
        };
        // Keys named on both sides stay where they are on the left.
        let own_keys: HashSet<ColumnId> = match &matching {
            Matching::Conditions { keys, .. } if by_name => {
                keys.iter().flat_map(|(_, right)| right.columns()).collect()
            }
            _ => HashSet::new(),
        };
        let fields: Vec<(Attribute, ColumnId)> = right
            .output
            .iter()
            .filter(|attribute| !own_keys.contains(&attribute.id))
            .filter(|attribute| !attribute.hidden || plan.output.iter().all(|left| left.name != attribute.name))
            .map(|attribute| (attribute.clone(), attribute.id))
            .collect();
        let new: Vec<Attribute> = fields.iter().map(|(attribute, _)| attribute.clone()).collect();
        let output = append_columns(&plan.output, &new);
        let site = self.site(span);
        let node = Node::Lookup { input: Box::new(plan), right: Arc::new(right), matching, expand: true, fields, site };
        Plan { node, output }
    }

    /// The name that an element of ON consists of.
    fn field_name(&mut self, ast: &Ast) -> Option<(String, Span)> {
        match &ast.kind {
            AstKind::Name(name) => Some((self.name_text(name)?, ast.span)),
            _ => None,
        }
    }

    /// The rows of a lookup index; `None` where there is none, which is reported.
    fn lookup_rows(&mut self, index: &IndexPattern, asked: HashSet<String>) -> Option<Plan> {
        let text = match &index.param {
            None => index.text.clone(),
            Some(param) => match self.param_value(param)? {
                Value::String(text) => text,
                _ => return None,
            },
        };
        let relation = self.relation(&text, index.quoted, index.span)?;
        Some(self.rows_of(&relation, asked))
    }

    /// The tables that a pattern stands for, or an error.
    pub(super) fn relation(&mut self, pattern: &str, quoted: bool, span: Span) -> Option<Relation> {
        match self.environment.catalog.resolve(pattern, quoted) {
            Ok(relation) => Some(relation),
            Err(CatalogError::UnknownIndex(name)) => {
                let names = self.environment.catalog.names();
                let similar = quarry_diagnostics::did_you_mean(&name, names.iter().map(String::as_str));
                let message = format!("Unknown index [{name}]{}", super::suggestion(&similar));
                self.error(Code::UNKNOWN_INDEX, span, message);
                None
            }
            Err(CatalogError::Unreadable(message)) => {
                self.error(Code::UNREADABLE_INPUT, span, message);
                None
            }
        }
    }

    /// The rows of a relation, with the columns that it shows and those of `asked` that it has beside.
    pub(super) fn rows_of(&mut self, relation: &Relation, asked: HashSet<String>) -> Plan {
        let references = std::mem::replace(&mut self.references, asked);
        let unmapped = std::mem::replace(&mut self.unmapped, Unmapped::Error);
        let parts = relation.members.iter().map(|member| self.member(member, &[])).collect();
        let plan = self.union_of(parts);
        self.references = references;
        self.unmapped = unmapped;
        plan
    }

    pub(super) fn union_of(&mut self, mut parts: Vec<(String, Plan)>) -> Plan {
        match (parts.pop(), parts.is_empty()) {
            (None, _) => super::empty_row(),
            (Some((_, plan)), true) => self.arranged(plan, &[]),
            (Some(last), false) => {
                parts.push(last);
                super::from::union(self, parts, &[])
            }
        }
    }

    /// ON a, b: fields of both sides.
    fn by_names(&mut self, left: &Plan, right: &Plan, names: &[(String, Span)]) -> Matching {
        let mut keys = Vec::with_capacity(names.len());
        for (name, span) in names {
            let own = self.resolve(name, *span);
            let other = right.output.iter().find(|attribute| *attribute.name == **name).cloned();
            if other.is_none() {
                self.error(Code::UNKNOWN_COLUMN, *span, format!("Unknown column [{name}] in right side of join"));
            }
            let (Some(own), Some(other)) = (own, other) else { continue };
            debug_assert!(left.position(own.id).is_some());
            if let Some(pair) = self.key_pair(&own, &other, *span) {
                keys.push(pair);
            }
        }
        Matching::Conditions { keys, others: Vec::new() }
    }

    /// Two fields as a key, converted to the type that they have in common.
    fn key_pair(&mut self, left: &Attribute, right: &Attribute, span: Span) -> Option<(Expr, Expr)> {
        if !can_be_key(right.data_type) || right.data_type == DataType::Text {
            let message = format!(
                "JOIN with right field [{}] of type [{}] is not supported",
                right.name,
                right.data_type.message_name().to_uppercase()
            );
            self.error(Code::TYPE_MISMATCH, span, message);
            return None;
        }
        let common = match (left.data_type, right.data_type) {
            (a, b) if a.is_date() && a != b => None,
            (a, b) if can_be_key(a) => a.common(b),
            _ => None,
        };
        let Some(common) = common else {
            let message = format!(
                "JOIN left field [{}] of type [{}] is incompatible with right field [{}] of type [{}]",
                left.name,
                left.data_type.message_name().to_uppercase(),
                right.name,
                right.data_type.message_name().to_uppercase()
            );
            self.error(Code::TYPE_MISMATCH, span, message);
            return None;
        };
        Some((widened(Expr::column(left), common), widened(Expr::column(right), common)))
    }

    /// ON condition: an expression over the columns of both sides.
    fn by_condition(&mut self, left: &Plan, right: &Plan, condition: &Ast) -> Matching {
        let has = |plan: &Plan, name: &str| plan.output.iter().any(|attribute| &*attribute.name == name);
        let mut names: Vec<String> = super::references::of_expression(condition).into_iter().collect();
        names.sort();
        for name in names.iter().filter(|name| has(left, name) && has(right, name)) {
            let message =
                format!("Reference [{name}] is ambiguous: both sides of the join have it; rename one of them");
            self.error(Code::AMBIGUOUS_FIELD, condition.span, message);
        }
        self.scope = left.output.iter().chain(&right.output).cloned().collect();
        let expr = self.expr(condition);
        if !matches!(expr.data_type, DataType::Boolean | DataType::Null) {
            let message = format!(
                "Condition expression needs to be boolean, found [{}]",
                expr.data_type.message_name().to_uppercase()
            );
            self.error(Code::TYPE_MISMATCH, condition.span, message);
        }
        let (mut keys, mut others) = (Vec::new(), Vec::new());
        for part in conjuncts(&expr) {
            match equal_sides(&part, left, right) {
                Some(pair) => keys.push(pair),
                None => others.push(part),
            }
        }
        Matching::Conditions { keys, others }
    }

    /// Tells of each SORT whose order a LOOKUP JOIN after it may lose elsewhere.
    pub(super) fn warn_of_lost_order(&mut self, commands: &[Command]) {
        let (mut sort, mut lost) = (None, None);
        for command in commands {
            match &command.kind {
                CommandKind::Sort(_) => (sort, lost) = (Some(command.span), None),
                CommandKind::Stats { inline: false, .. } => (sort, lost) = (None, None),
                CommandKind::LookupJoin { .. } => lost = lost.or(sort),
                _ => {}
            }
        }
        if let Some(span) = lost {
            let message = "SORT is followed by a LOOKUP JOIN which does not preserve order; add another SORT after \
                           the LOOKUP JOIN if order is required";
            self.diagnostics.push(Diagnostic::warning(Code::INVALID_QUERY, span, message));
        }
    }
}

/// Whether fields of this type can be looked up by equality.
fn can_be_key(data_type: DataType) -> bool {
    matches!(
        data_type,
        DataType::Null
            | DataType::Boolean
            | DataType::Integer
            | DataType::Long
            | DataType::Double
            | DataType::Keyword
            | DataType::Text
            | DataType::Date
            | DataType::DateNanos
            | DataType::Ip
    )
}

/// The sides of an equation of which each reads one side of the join, the left one first.
fn equal_sides(condition: &Expr, left: &Plan, right: &Plan) -> Option<(Expr, Expr)> {
    let [a, b] = condition.as_call("equals")?.arguments.as_slice() else { return None };
    let reads_only = |expr: &Expr, plan: &Plan| {
        let columns = expr.columns();
        !columns.is_empty() && columns.iter().all(|id| plan.position(*id).is_some())
    };
    let same_layout = a.data_type.layout() == b.data_type.layout();
    match (same_layout, reads_only(a, left) && reads_only(b, right), reads_only(b, left) && reads_only(a, right)) {
        (true, true, _) => Some((a.clone(), b.clone())),
        (true, _, true) => Some((b.clone(), a.clone())),
        _ => None,
    }
}

//! CHANGE_POINT.

use quarry_diagnostics::{Code, Span};
use quarry_syntax::ast::{Expr as Ast, Name};
use quarry_types::DataType;

use super::{Analyzer, append_columns};
use crate::expression::{Attribute, Expr};
use crate::plan::{Node, Plan, SortKey};

impl Analyzer<'_> {
    pub(super) fn change_point(
        &mut self,
        plan: Plan,
        value: &Name,
        key: Option<&Name>,
        targets: Option<&(Name, Name)>,
        by: &[Ast],
        span: Span,
    ) -> Plan {
        let Some(value_name) = self.name_text(value) else { return plan };
        let (key_name, key_span) = match key {
            Some(key) => match self.name_text(key) {
                Some(name) => (name, key.span),
                None => return plan,
            },
            None => ("@timestamp".to_owned(), span),
        };
        let plan = self.with_missing_column(plan, &value_name);
        let plan = self.with_missing_column(plan, &key_name);
        let value_attribute = self.resolve(&value_name, value.span);
        let key_attribute = self.resolve(&key_name, key_span);
        let groups: Vec<Expr> = by.iter().map(|ast| self.expr(ast)).collect();
        let (Some(value_attribute), Some(key_attribute)) = (value_attribute, key_attribute) else { return plan };
        if !value_attribute.data_type.is_numeric() && value_attribute.data_type != DataType::Null {
            self.error(Code::TYPE_MISMATCH, value.span, format!("change point value [{value_name}] must be numeric"));
        }
        if !is_sortable(key_attribute.data_type) {
            self.error(Code::TYPE_MISMATCH, key_span, format!("change point key [{key_name}] must be sortable"));
        }
        let (kind_name, p_name) = match targets {
            Some((kind, p)) => match (self.name_text(kind), self.name_text(p)) {
                (Some(kind), Some(p)) => (kind, p),
                _ => return plan,
            },
            None => ("type".to_owned(), "pvalue".to_owned()),
        };
        let sort_keys = groups
            .iter()
            .cloned()
            .chain(std::iter::once(Expr::column(&key_attribute)))
            .map(|expr| SortKey { expr, descending: false, nulls_first: false })
            .collect();
        let before = plan.output.clone();
        let sorted =
            Plan { node: Node::Sort { input: Box::new(plan), keys: sort_keys, limit: None }, output: before.clone() };
        let kind = self.new_attribute(kind_name.as_str(), DataType::Keyword);
        let p_value = self.new_attribute(p_name.as_str(), DataType::Double);
        // Of two equal names the second counts.
        let new: Vec<Attribute> =
            if kind_name == p_name { vec![p_value.clone()] } else { vec![kind.clone(), p_value.clone()] };
        let output = append_columns(&before, &new);
        let node = Node::ChangePoint {
            input: Box::new(sorted),
            value: Expr::column(&value_attribute),
            groups,
            kind,
            p_value,
            site: self.site(span),
        };
        Plan { node, output }
    }
}

fn is_sortable(data_type: DataType) -> bool {
    !data_type.is_spatial()
        && !data_type.is_grid()
        && !data_type.is_range()
        && !matches!(data_type, DataType::Source | DataType::Flattened | DataType::Unsupported)
}

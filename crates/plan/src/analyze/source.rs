//! Source commands: FROM, ROW and SHOW INFO.

use quarry_diagnostics::{Code, Diagnostic, Span, did_you_mean, surely_meant};
use quarry_syntax::ast::{Command, CommandKind, Field, From, Ident, Target};
use quarry_types::{DataType, Value};

use super::{Analyzer, append_columns, empty_row, project};
use crate::catalog::CatalogError;
use crate::expression::{Attribute, Expr};
use crate::fold;
use crate::plan::{Node, Plan};
use crate::scan::ScanColumnKind;

/// A metadata field that was asked for.
#[derive(Clone, Debug)]
pub(super) struct Metadata {
    pub(super) name: String,
    pub(super) data_type: DataType,
    pub(super) kind: ScanColumnKind,
}

impl Analyzer<'_> {
    pub(super) fn source_command(&mut self, command: &Command) -> Plan {
        match &command.kind {
            CommandKind::From(from) => self.from(from, command.span),
            CommandKind::Row(fields) => self.row(fields),
            CommandKind::ShowInfo => self.show_info(),
            CommandKind::Error => empty_row(),
            _ => {
                let word = command.span.text(self.text).split_whitespace().next().unwrap_or_default().to_uppercase();
                self.error(Code::UNSUPPORTED, command.span, super::refused::command(&word));
                // Without its columns every name would be one more error.
                self.unmapped = super::Unmapped::Silent;
                empty_row()
            }
        }
    }

    fn row(&mut self, fields: &[Field]) -> Plan {
        let mut columns: Vec<(Attribute, Expr)> = Vec::new();
        for field in fields {
            let Some((attribute, expr)) = self.field(field, "ROW") else { continue };
            let expr = match fold::constant(&expr, &self.settings) {
                Some(value) => Expr::literal(expr.data_type, value),
                None => expr,
            };
            // A later field may read an earlier one: its value stands for it.
            let values: Vec<(Attribute, Expr)> = columns.clone();
            let expr = expr.substitute(&|id| values.iter().find(|(a, _)| a.id == id).map(|(_, value)| value.clone()));
            if let Some(value) = expr.as_literal() {
                self.constants.insert(attribute.id, value.clone());
            }
            columns.retain(|(other, _)| other.name != attribute.name);
            columns.push((attribute.clone(), expr));
            self.scope.retain(|other| other.name != attribute.name);
            self.scope.push(attribute);
        }
        let (output, values) = columns.into_iter().unzip();
        Plan { node: Node::Row { values }, output }
    }

    fn show_info(&mut self) -> Plan {
        let values = [("version", env!("CARGO_PKG_VERSION")), ("date", "unknown"), ("hash", "unknown")];
        let output = values.iter().map(|(name, _)| self.new_attribute(*name, DataType::Keyword)).collect();
        let values = values.iter().map(|(_, value)| Expr::literal(DataType::Keyword, Value::from(*value))).collect();
        Plan { node: Node::Row { values }, output }
    }

    fn from(&mut self, from: &From, span: Span) -> Plan {
        let mut metadata = self.metadata(&from.metadata);
        let carry = self.within.is_none() && self.raw.is_none();
        if carry {
            metadata.extend(self.environment.carry.iter().filter_map(|name| {
                let (data_type, kind) = metadata_field(name)?;
                Some(Metadata { name: super::carried_name(name), data_type, kind })
            }));
        }
        if let Some(table) = self.raw.clone() {
            return self.scan(table, &metadata);
        }
        let indices: Vec<&quarry_syntax::ast::IndexPattern> = from
            .targets
            .iter()
            .filter_map(|target| match target {
                Target::Index(pattern) => Some(pattern),
                Target::Subquery(_) => None,
            })
            .collect();
        let mut parts = Vec::new();
        let handed_down = std::mem::take(&mut self.handed_down);
        if !indices.is_empty() {
            let pattern: Vec<&str> = indices.iter().map(|pattern| pattern.text.as_str()).collect();
            let quoted = indices.iter().all(|pattern| pattern.quoted);
            let at = indices[0].span.to(indices[indices.len() - 1].span);
            let pattern = match super::index_name::with_dates(&pattern.join(","), self.settings.now_millis) {
                Ok(pattern) => pattern,
                Err(message) => {
                    self.error(Code::INVALID_QUERY, at, message);
                    return empty_row();
                }
            };
            match self.environment.catalog.resolve(&pattern, quoted) {
                Ok(relation) => parts.extend(relation.members.iter().map(|member| self.member(member, &metadata))),
                Err(CatalogError::UnknownIndex(name)) => {
                    let names = self.environment.catalog.names();
                    let similar = did_you_mean(&name, names.iter().map(String::as_str));
                    let message = format!("Unknown index [{name}]{}", super::suggestion(&similar));
                    let mut diagnostic = Diagnostic::error(Code::UNKNOWN_INDEX, at, message);
                    if let Some(meant) = surely_meant(&name, &similar)
                        && at.text(self.text) == name
                    {
                        diagnostic = diagnostic.with_fix(at, meant);
                    } else if let Some(advice) = what_there_is(&names) {
                        diagnostic = diagnostic.with_help(advice);
                    }
                    self.diagnostics.push(diagnostic);
                    // Without its columns every name would be one more error.
                    self.unmapped = super::Unmapped::Silent;
                }
                Err(CatalogError::Unreadable(message)) => {
                    self.error(Code::UNREADABLE_INPUT, at, message);
                    self.unmapped = super::Unmapped::Silent;
                }
            }
        }
        // Subqueries have chosen their documents themselves.
        let beside_subqueries = from.targets.len() > indices.len();
        if carry && beside_subqueries {
            parts = parts.into_iter().map(|(index, plan)| (index, self.selected(plan))).collect();
        }
        for target in &from.targets {
            let Target::Subquery(query) = target else { continue };
            let outer = std::mem::take(&mut self.scope);
            self.handed_down.clone_from(&handed_down);
            let plan = self.query(&query.commands);
            self.scope = outer;
            parts.push(("subquery".to_owned(), super::without_hidden(plan)));
        }
        let plan = match parts.len() {
            0 => empty_row(),
            _ => self.union(parts, &metadata, span),
        };
        let plan = if carry {
            self.note_fields(&plan);
            let plan = self.carry_timestamp(plan);
            if beside_subqueries || indices.is_empty() { plan } else { self.selected(plan) }
        } else {
            plan
        };
        self.carried =
            plan.output.iter().filter(|attribute| attribute.name.starts_with("$carried$")).cloned().collect();
        plan
    }

    /// A second copy of `@timestamp`, where it is asked to be carried.
    fn carry_timestamp(&self, plan: Plan) -> Plan {
        if !self.environment.carry.contains(&"@timestamp") {
            return plan;
        }
        let Some(timestamp) = plan.output.iter().find(|attribute| &*attribute.name == "@timestamp") else {
            return plan;
        };
        let copy = self.new_attribute(super::carried_name("@timestamp"), timestamp.data_type);
        let field = (Attribute { hidden: true, ..copy }, Expr::column(timestamp));
        let mut output = plan.output.clone();
        output.push(field.0.clone());
        Plan { node: Node::Eval { input: Box::new(plan), fields: vec![field] }, output }
    }

    fn metadata(&mut self, names: &[Ident]) -> Vec<Metadata> {
        let mut fields: Vec<Metadata> = Vec::new();
        for ident in names {
            let Some((data_type, kind)) = metadata_field(&ident.text) else {
                self.error(Code::UNKNOWN_COLUMN, ident.span, format!("unsupported metadata field [{}]", ident.text));
                continue;
            };
            if fields.iter().any(|field| field.name == ident.text) {
                let position = self.lines.position(ident.span.start);
                let message = format!(
                    "metadata field [{}] already declared [@{}:{}]",
                    ident.text, position.line, position.column
                );
                self.error(Code::INVALID_QUERY, ident.span, message);
                continue;
            }
            fields.push(Metadata { name: ident.text.clone(), data_type, kind });
        }
        fields
    }

    /// The rows of all parts, one after the other; a column that a part lacks is null in its rows.
    fn union(&mut self, parts: Vec<(String, Plan)>, metadata: &[Metadata], _span: Span) -> Plan {
        if parts.len() == 1 {
            let (_, plan) = parts.into_iter().next().unwrap_or_else(|| (String::new(), empty_row()));
            return self.arranged(plan, metadata);
        }
        super::from::union(self, parts, metadata)
    }

    /// The columns of a part in FROM's order: fields by name, then metadata as asked for.
    pub(super) fn arranged(&self, plan: Plan, metadata: &[Metadata]) -> Plan {
        let mut output = plan.output.clone();
        let place = |attribute: &Attribute| metadata.iter().position(|field| *field.name == *attribute.name);
        output.sort_by(|a, b| match (place(a), place(b)) {
            (None, None) => a.name.cmp(&b.name),
            (a, b) => a.map_or(-1, |p| p as i64).cmp(&b.map_or(-1, |p| p as i64)),
        });
        project(plan, output)
    }

    /// The plan with null columns for fields that are known and that it doesn't make.
    pub(super) fn with_null_columns(&self, plan: Plan, fields: &[(String, DataType)], hidden: bool) -> Plan {
        if fields.is_empty() {
            return plan;
        }
        let new: Vec<(Attribute, Expr)> = fields
            .iter()
            .map(|(name, data_type)| {
                let attribute = Attribute { hidden, ..self.new_attribute(name.as_str(), *data_type) };
                (attribute, Expr::literal(*data_type, Value::Null))
            })
            .collect();
        let shown: Vec<Attribute> = new.iter().map(|(attribute, _)| attribute.clone()).collect();
        let output = append_columns(&plan.output, &shown);
        Plan { node: Node::Eval { input: Box::new(plan), fields: new }, output }
    }
}

/// The type of a metadata field, and what a scan reads for it.
pub(super) fn metadata_field(name: &str) -> Option<(DataType, ScanColumnKind)> {
    Some(match name {
        "_id" => (DataType::Keyword, ScanColumnKind::Id),
        "_index" => (DataType::Keyword, ScanColumnKind::Index),
        "_version" => (DataType::Long, ScanColumnKind::Version),
        "_source" => (DataType::Source, ScanColumnKind::Source),
        "_ignored" | "_tsid" | "_tier" => (DataType::Keyword, ScanColumnKind::Absent),
        "_index_mode" => (DataType::Keyword, ScanColumnKind::IndexMode),
        "_score" => (DataType::Double, ScanColumnKind::Absent),
        "_size" => (DataType::Integer, ScanColumnKind::Absent),
        _ => return None,
    })
}

/// The indices that there are, in words; nothing where there is none.
fn what_there_is(names: &[String]) -> Option<String> {
    const MOST: usize = 8;
    let shown = names.iter().take(MOST).map(String::as_str).collect::<Vec<_>>().join(", ");
    match names.len() {
        0 => None,
        1 => Some(format!("the only index is {shown}")),
        n if n > MOST => Some(format!("the indices are {shown} and {} more", n - MOST)),
        _ => Some(format!("the indices are {shown}")),
    }
}

//! ENRICH.

use std::collections::HashSet;
use std::sync::Arc;

use quarry_diagnostics::{Code, Diagnostic, Span, did_you_mean};
use quarry_functions::registry::{self, Function};
use quarry_syntax::ast::{EnrichField, Ident, NamePattern};
use quarry_types::DataType;

use super::{Analyzer, append_columns};
use crate::catalog::{EnrichPolicy, PolicyKind, Relation};
use crate::expression::{Attribute, ColumnId, Expr};
use crate::plan::{Matching, Node, Plan};
use crate::scan::ScanColumnKind;

/// The column of a policy's ranges, and those of the fields in it where ranges are spread over fields.
const RANGES: &str = "$ranges$";
const BOUNDS: [&str; 4] = ["gte", "gt", "lte", "lt"];

impl Analyzer<'_> {
    pub(super) fn enrich(
        &mut self,
        plan: Plan,
        mode: Option<&Ident>,
        policy_name: &Ident,
        on: Option<&NamePattern>,
        with: &[EnrichField],
        span: Span,
    ) -> Plan {
        if let Some(mode) = mode
            && !["_any", "_coordinator", "_remote"].iter().any(|known| mode.text.eq_ignore_ascii_case(known))
        {
            let message = format!(
                "Unrecognized value [{}], ENRICH policy qualifier needs to be one of [_any, _coordinator, _remote]",
                mode.text
            );
            self.error(Code::INVALID_SYNTAX, mode.span, message);
        }
        let Some(policy) = self.environment.catalog.policy(&policy_name.text) else {
            let names = self.environment.catalog.names();
            let similar = did_you_mean(&policy_name.text, names.iter().map(String::as_str));
            let message = format!("cannot find enrich policy [{}]{}", policy_name.text, super::suggestion(&similar));
            if self.environment.lenient {
                // Policies live in the cluster; without one its fields can't be known.
                let warning = Diagnostic::warning(Code::UNKNOWN_POLICY, policy_name.span, message);
                self.diagnostics.push(warning);
            } else {
                self.error(Code::UNKNOWN_POLICY, policy_name.span, message);
            }
            self.unmapped = super::Unmapped::Silent;
            return plan;
        };
        let (name, at) = match on {
            Some(pattern) => match self.pattern_text(pattern) {
                Some(name) => (name, pattern.span),
                None => return plan,
            },
            None => (policy.match_field.clone(), span),
        };
        let plan = self.with_missing_column(plan, &name);
        let wanted = self.wanted_fields(&policy, policy_name, with);
        let operand = self.resolve(&name, at);
        let Some(relation) = self.relation(&policy.index, false, policy_name.span) else { return plan };
        let Some(operand) = operand else { return plan };
        let mut asked: HashSet<String> = wanted.iter().map(|(_, field)| field.clone()).collect();
        asked.insert(policy.match_field.clone());
        let right = match policy.kind {
            PolicyKind::Range => self.range_rows(&relation, &policy, asked),
            PolicyKind::Match | PolicyKind::GeoMatch => self.rows_of(&relation, asked),
        };
        let Some(matching) = self.policy_match(&policy, &operand, &right, at) else { return plan };
        let mut fields: Vec<(Attribute, ColumnId)> = Vec::with_capacity(wanted.len());
        for (new, field) in wanted {
            let Some(source) = right.output.iter().find(|attribute| *attribute.name == *field) else {
                let message = format!("Enrich field [{field}] not found in enrich policy [{}]", policy_name.text);
                self.error(Code::UNKNOWN_COLUMN, span, message);
                continue;
            };
            // Of equal names the last counts, and has the last place.
            fields.retain(|(attribute, _)| *attribute.name != *new);
            fields.push((self.new_attribute(new, source.data_type), source.id));
        }
        let new: Vec<Attribute> = fields.iter().map(|(attribute, _)| attribute.clone()).collect();
        let output = append_columns(&plan.output, &new);
        let site = self.site(span);
        let node =
            Node::Lookup { input: Box::new(plan), right: Arc::new(right), matching, expand: false, fields, site };
        Plan { node, output }
    }

    /// The new columns: their names, and the fields of the policy.
    fn wanted_fields(&mut self, policy: &EnrichPolicy, name: &Ident, with: &[EnrichField]) -> Vec<(String, String)> {
        if with.is_empty() {
            return policy.fields.iter().map(|field| (field.clone(), field.clone())).collect();
        }
        let mut wanted = Vec::with_capacity(with.len());
        for one in with {
            let Some(field) = self.pattern_text(&one.field) else { continue };
            if !policy.fields.contains(&field) {
                let similar = did_you_mean(&field, policy.fields.iter().map(String::as_str));
                let message = format!(
                    "Enrich field [{field}] not found in enrich policy [{}]{}",
                    name.text,
                    super::suggestion(&similar)
                );
                self.error(Code::UNKNOWN_COLUMN, one.field.span, message);
                continue;
            }
            let new = match &one.new {
                Some(pattern) => self.pattern_text(pattern),
                None => Some(field.clone()),
            };
            wanted.extend(new.map(|new| (new, field)));
        }
        wanted
    }

    /// How the rows of a policy are found.
    fn policy_match(&mut self, policy: &EnrichPolicy, operand: &Attribute, right: &Plan, at: Span) -> Option<Matching> {
        use DataType::{Date, DateNanos, Double, GeoPoint, GeoShape, Integer, Ip, Keyword, Long, Null, Text};
        let (kind, fits, allowed) = match policy.kind {
            PolicyKind::Match => (
                "match",
                matches!(
                    operand.data_type,
                    Null | Keyword
                        | Text
                        | Ip
                        | Integer
                        | Long
                        | Double
                        | Date
                        | DateNanos
                        | DataType::Boolean
                        | DataType::Version
                ),
                "keyword, text, ip, long, integer, float, double, datetime",
            ),
            PolicyKind::Range => (
                "range",
                matches!(operand.data_type, Null | Keyword | Text | Ip | Integer | Long | Double | Date | DateNanos),
                "keyword, text, ip, long, integer, float, double, datetime",
            ),
            PolicyKind::GeoMatch => {
                ("geo_match", matches!(operand.data_type, Null | GeoPoint | GeoShape), "geo_point, geo_shape")
            }
        };
        if !fits {
            let message = format!(
                "Unsupported type [{}] for enrich matching field [{}]; only [{allowed}] allowed for type [{kind}]",
                operand.data_type.name(),
                operand.name
            );
            self.error(Code::TYPE_MISMATCH, at, message);
            return None;
        }
        let column = |name: &str| right.output.iter().find(|attribute| &*attribute.name == name);
        let operand = Expr::column(operand);
        if policy.kind == PolicyKind::Range {
            let bound = |bound: &str| column(&format!("{RANGES}.{bound}")).map(|attribute| attribute.id);
            let ranges = column(RANGES).or_else(|| column(&policy.match_field))?.id;
            return Some(Matching::Range { operand, ranges, bounds: BOUNDS.map(bound) });
        }
        let Some(field) = column(&policy.match_field).cloned() else {
            let message = format!("Unknown column [{}] in index [{}]", policy.match_field, policy.index);
            self.error(Code::UNKNOWN_COLUMN, at, message);
            return None;
        };
        if policy.kind == PolicyKind::Match {
            return Some(Matching::Text { operand, column: field.id });
        }
        let Some(Function::Scalar(intersects)) = registry::find("st_intersects") else { return None };
        let shape = Expr { data_type: GeoShape, ..Expr::column(&field) };
        let condition = self.build_call(intersects, vec![operand, shape], &[at, at], Vec::new(), at);
        Some(Matching::Conditions { keys: Vec::new(), others: vec![condition] })
    }

    /// The rows of a range policy. Ranges are objects, which no field type reads, so their JSON text is read.
    fn range_rows(&mut self, relation: &Relation, policy: &EnrichPolicy, asked: HashSet<String>) -> Plan {
        let references = std::mem::replace(&mut self.references, asked);
        let unmapped = std::mem::replace(&mut self.unmapped, super::Unmapped::Error);
        let mut parts = Vec::with_capacity(relation.members.len());
        for member in &relation.members {
            let (index, mut plan) = self.member(member, &[]);
            if let Node::Scan { table, columns, .. } = &mut plan.node {
                let mut add = |name: String, field: String| {
                    let attribute = self.new_attribute(name, DataType::Flattened);
                    plan.output.push(Attribute { hidden: true, ..attribute });
                    columns.push(ScanColumnKind::Field(field));
                };
                add(RANGES.to_owned(), policy.match_field.clone());
                for bound in BOUNDS {
                    let field = format!("{}.{bound}", policy.match_field);
                    if table.field(&field).is_some() {
                        add(format!("{RANGES}.{bound}"), field);
                    }
                }
            }
            parts.push((index, plan));
        }
        let plan = self.union_of(parts);
        self.references = references;
        self.unmapped = unmapped;
        plan
    }
}

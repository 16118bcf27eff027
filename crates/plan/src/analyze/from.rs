//! Tables and views as plans, and the union of several.

use std::collections::BTreeMap;
use std::sync::Arc;

use quarry_diagnostics::Severity;
use quarry_types::DataType;

use super::source::Metadata;
use super::{Analyzer, call, signature};
use crate::catalog::Member;
use crate::expression::{Attribute, Expr, ExprKind};
use crate::plan::{Node, Plan};
use crate::scan::{Field, ScanColumnKind, Table};

impl Analyzer<'_> {
    /// The documents of one member of a relation, with its index's name.
    pub(super) fn member(&mut self, member: &Member, metadata: &[Metadata]) -> (String, Plan) {
        self.tables.push(member.table.clone());
        let Some(view) = &member.view else {
            return (member.index.clone(), self.scan(member.table.clone(), metadata));
        };
        let parsed = quarry_syntax::parse(&view.text);
        let mut inner = Analyzer::new(&view.text, self.environment, self.next_id);
        inner.settings = self.settings.clone();
        inner.within = Some(view.name.clone());
        inner.named = super::references::names(&parsed.statement.query);
        inner.references = inner.named.clone();
        inner.unmapped = super::Unmapped::Silent;
        inner.raw = Some(member.table.clone());
        let mut commands = parsed.statement.query.commands.iter();
        commands.next();
        let scan = inner.scan(member.table.clone(), metadata);
        inner.carried = scan
            .output
            .iter()
            .filter(|attribute| metadata.iter().any(|field| *field.name == *attribute.name))
            .cloned()
            .collect();
        let mut plan = scan;
        for command in commands {
            plan = inner.command(plan, command);
        }
        let problems = parsed.errors.into_iter().chain(inner.diagnostics);
        for diagnostic in problems.filter(|diagnostic| diagnostic.severity == Severity::Error) {
            // The place lies in another text than the query's.
            let message = format!("(in view [{}]) {}", view.name, diagnostic.message);
            self.diagnostics.push(quarry_diagnostics::Diagnostic { message, span: None, ..diagnostic });
        }
        let plan = super::shown_and_carried(plan);
        let known: Vec<(String, DataType)> = self
            .references
            .iter()
            .filter(|name| plan.output.iter().all(|attribute| *attribute.name != ***name))
            .filter_map(|name| member.table.document_field(name))
            .map(|field| (field.name, field.data_type))
            .collect();
        (member.index.clone(), self.with_null_columns(plan, &sorted(known), true))
    }

    /// The rows of a table: the fields that it shows, those that the query refers to beside them, and metadata.
    pub(super) fn scan(&mut self, table: Arc<dyn Table>, metadata: &[Metadata]) -> Plan {
        let shown = table.fields();
        let mut fields: Vec<(Field, bool)> = shown.into_iter().map(|field| (field, false)).collect();
        let mut names: Vec<&String> = self.references.iter().collect();
        names.sort();
        for name in names {
            if fields.iter().any(|(field, _)| field.name == *name) {
                continue;
            }
            match table.field(name) {
                Some(field) => fields.push((field, true)),
                None if self.unmapped == super::Unmapped::Load
                    && self.named.contains(name)
                    && !name.starts_with('_') =>
                {
                    fields.push((Field::new(name.clone(), DataType::Keyword), false));
                }
                None => {}
            }
        }
        let mut output = Vec::with_capacity(fields.len() + metadata.len());
        let mut columns = Vec::with_capacity(output.capacity());
        for (field, hidden) in fields {
            if metadata.iter().any(|asked| asked.name == field.name) {
                continue;
            }
            output.push(Attribute { hidden, ..self.new_attribute(field.name.as_str(), field.data_type) });
            columns.push(ScanColumnKind::Field(field.name));
        }
        for field in metadata {
            let hidden = field.name.starts_with("$carried$");
            output.push(Attribute { hidden, ..self.new_attribute(field.name.as_str(), field.data_type) });
            columns.push(field.kind.clone());
        }
        Plan { node: Node::Scan { table, columns, prefilter: None }, output }
    }
}

fn sorted(mut fields: Vec<(String, DataType)>) -> Vec<(String, DataType)> {
    fields.sort();
    fields
}

/// The name of the column that holds a field of several types, converted to one.
pub(super) fn converted_name(name: &str, target: DataType) -> String {
    format!("$${name}$converted_to${}", target.name())
}

/// Several parts as one. A field of several types is unsupported, and carries for each type that conversions could
/// want a hidden column, converted in each part by itself.
pub(super) fn union(analyzer: &mut Analyzer<'_>, parts: Vec<(String, Plan)>, metadata: &[Metadata]) -> Plan {
    let mut columns: BTreeMap<String, Vec<(String, Attribute)>> = BTreeMap::new();
    for (index, plan) in &parts {
        for attribute in &plan.output {
            columns.entry(attribute.name.to_string()).or_default().push((index.clone(), attribute.clone()));
        }
    }
    let mut output = Vec::new();
    let mut conversions: Vec<(String, DataType)> = Vec::new();
    for (name, found) in &columns {
        let common =
            found.iter().try_fold(DataType::Null, |common, (_, attribute)| compatible(common, attribute.data_type));
        let hidden = found.iter().all(|(_, attribute)| attribute.hidden);
        let Some(data_type) = common else {
            let types = found.iter().map(|(index, a)| (index.clone(), a.data_type)).collect();
            let attribute = analyzer.new_attribute(name.as_str(), DataType::Unsupported);
            output.push(Attribute { hidden, conflict: Some(Arc::new(types)), ..attribute });
            for target in DataType::ALL {
                let convertible = call::cast_function(target).is_some_and(|function| {
                    found.iter().all(|(_, a)| {
                        function.signatures.iter().any(|s| s.parameter(0).is_some_and(|set| set.accepts(a.data_type)))
                    })
                });
                if convertible && analyzer.references.contains(name) {
                    conversions.push((name.clone(), target));
                }
            }
            continue;
        };
        output.push(Attribute { hidden, ..analyzer.new_attribute(name.as_str(), data_type) });
    }
    let place = |attribute: &Attribute| metadata.iter().position(|field| *field.name == *attribute.name);
    output.sort_by_key(|attribute| place(attribute).map_or(-1, |place| place as i64));
    for (name, target) in &conversions {
        let attribute = analyzer.new_attribute(converted_name(name, *target), *target);
        output.push(Attribute { hidden: true, ..attribute });
    }
    let inputs = parts.into_iter().map(|(_, plan)| aligned(analyzer, plan, &output, &conversions)).collect();
    Plan { node: Node::Union { inputs }, output }
}

/// The type of a field that two indices map differently; `None` where that is a conflict.
fn compatible(a: DataType, b: DataType) -> Option<DataType> {
    match (a, b) {
        (a, b) if a == b => Some(a),
        (DataType::Null, t) | (t, DataType::Null) => Some(t),
        (a, b) if a.is_date() && b.is_date() => Some(DataType::DateNanos),
        (a, b) if a.is_string() && b.is_string() => Some(DataType::Keyword),
        _ => None,
    }
}

/// The plan with the columns of `output`, in its order.
fn aligned(analyzer: &mut Analyzer<'_>, plan: Plan, output: &[Attribute], conversions: &[(String, DataType)]) -> Plan {
    let mut fields: Vec<(Attribute, Expr)> = Vec::new();
    let mut sources = Vec::with_capacity(output.len());
    for wanted in output {
        let conversion = conversions.iter().find(|(name, target)| converted_name(name, *target) == *wanted.name);
        let name = conversion.map_or(&*wanted.name, |(name, _)| name.as_str());
        let own = plan.output.iter().find(|attribute| *attribute.name == *name);
        let expr = match (own, conversion) {
            (Some(own), None) if own.data_type == wanted.data_type => {
                sources.push(own.id);
                continue;
            }
            (Some(own), Some((_, target))) => converted(analyzer, own, *target),
            (Some(own), None) if wanted.data_type != DataType::Unsupported => {
                signature::widened(Expr::column(own), wanted.data_type)
            }
            _ => Expr::literal(wanted.data_type, quarry_types::Value::Null),
        };
        let attribute = analyzer.new_attribute(wanted.name.clone(), wanted.data_type);
        sources.push(attribute.id);
        fields.push((attribute, expr));
    }
    let mut evaluated = plan.output.clone();
    evaluated.extend(fields.iter().map(|(attribute, _)| attribute.clone()));
    let plan = Plan { node: Node::Eval { input: Box::new(plan), fields }, output: evaluated };
    let own: Vec<Attribute> =
        sources.iter().zip(output).map(|(id, wanted)| Attribute { id: *id, ..wanted.clone() }).collect();
    Plan { node: Node::Project { input: Box::new(plan), sources }, output: own }
}

fn converted(analyzer: &mut Analyzer<'_>, own: &Attribute, target: DataType) -> Expr {
    let column = Expr::column(own);
    if own.data_type == target {
        return column;
    }
    match call::cast_function(target) {
        Some(function) => {
            let span = quarry_diagnostics::Span::default();
            let expr = analyzer.build_call(function, vec![column], &[span], Vec::new(), span);
            // Failures are told of the field, since the query's own text stands elsewhere.
            name_site(expr, own)
        }
        None => Expr::null(),
    }
}

fn name_site(mut expr: Expr, own: &Attribute) -> Expr {
    if let ExprKind::Call(call) = &mut expr.kind {
        call.site = Arc::new(quarry_functions::Site { source: own.name.to_string(), ..(*call.site).clone() });
    }
    expr
}

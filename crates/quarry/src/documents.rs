//! The documents behind rows.

use std::collections::HashMap;
use std::ops::ControlFlow;

use quarry_plan::analyze::{Environment, Parameters, Selection, analyze};
use quarry_plan::catalog::{Catalog, CatalogError, EnrichPolicy, Member, Relation};
use quarry_plan::optimize::{OptimizeOptions, optimize};
use quarry_plan::scan::Account;
use quarry_plan::{Node, Plan};
use quarry_types::DataType;
use serde_json::{Map, Value};

use crate::format::row_object;
use crate::{ColumnInfo, Engine, Session};

/// Makes documents of the JSON texts that `_source` gives: of a raw record the document that its kind's view makes of
/// it, and any other as it is. The keys of a document are full dotted names.
#[derive(Debug)]
pub struct Documents {
    engine: Engine,
    session: Session,
    /// For each index met the plan that makes its documents, where there is one.
    plans: HashMap<String, Option<Plan>>,
}

/// The one index that documents are made for.
#[derive(Debug)]
struct OneMember(Member);

impl Catalog for OneMember {
    fn resolve(&self, _pattern: &str, _quoted: bool) -> Result<Relation, CatalogError> {
        Ok(Relation { members: vec![self.0.clone()] })
    }

    fn policy(&self, _name: &str) -> Option<EnrichPolicy> {
        None
    }

    fn names(&self) -> Vec<String> {
        Vec::new()
    }
}

impl Documents {
    /// Documents of the inputs of `engine`.
    #[must_use]
    pub fn new(engine: &Engine, session: &Session) -> Self {
        Self { engine: engine.clone(), session: session.clone(), plans: HashMap::new() }
    }

    /// The documents of `sources`, which come from `index`, in their order. One that can't be made is empty.
    pub fn make(&mut self, index: &str, sources: &[&str]) -> Vec<Map<String, Value>> {
        match self.through_view(index, sources) {
            Some(documents) => documents,
            None => sources.iter().map(|source| flat(source)).collect(),
        }
    }

    fn through_view(&mut self, index: &str, sources: &[&str]) -> Option<Vec<Map<String, Value>>> {
        let member = self.engine.files().records(index, sources)?;
        let table = member.table.clone();
        if !self.plans.contains_key(index) {
            let plan = self.plan(member);
            self.plans.insert(index.to_owned(), plan);
        }
        let plan = with_table(self.plans.get(index)?.clone()?, &table);
        let shown = plan.output.len().checked_sub(1)?;
        let columns: Vec<ColumnInfo> = plan.output[..shown]
            .iter()
            .map(|attribute| ColumnInfo { name: attribute.name.to_string(), data_type: attribute.data_type })
            .collect();
        let mut made: HashMap<String, Map<String, Value>> = HashMap::new();
        let options = crate::replay::options(&self.session, self.session.settings(false));
        // What these records have wrong was counted when they were read.
        let account = Account::default();
        quarry_exec::execute(&plan, &options, &account, &mut |batch| {
            for row in 0..batch.rows() {
                let values: Vec<_> = batch.columns()[..shown].iter().map(|column| column.value(row)).collect();
                made.insert(batch.column(shown).value(row).to_string(), row_object(&columns, &values));
            }
            ControlFlow::Continue(())
        })
        .ok()?;
        Some(sources.iter().map(|source| made.get(*source).cloned().unwrap_or_default()).collect())
    }

    fn plan(&self, member: Member) -> Option<Plan> {
        const TEXT: &str = "FROM documents METADATA _source";
        let catalog = OneMember(member);
        let environment = Environment {
            catalog: &catalog,
            settings: self.session.settings(false),
            parameters: &Parameters::default(),
            carry: &[],
            lenient: false,
            selection: &Selection::default(),
        };
        let analysis = analyze(&quarry_syntax::parse(TEXT).statement, TEXT, &environment);
        let ends_with_source = analysis.plan.output.last().is_some_and(|last| last.data_type == DataType::Source);
        (ends_with_source && !analysis.has_errors())
            .then(|| optimize(analysis.plan, &analysis.settings, OptimizeOptions::default()))
    }
}

/// The plan over other rows of the same shape.
fn with_table(plan: Plan, table: &std::sync::Arc<dyn quarry_plan::scan::Table>) -> Plan {
    let plan = plan.map_inputs(&mut |input| with_table(input, table));
    let node = match plan.node {
        Node::Scan { columns, prefilter, .. } => Node::Scan { table: table.clone(), columns, prefilter },
        node => node,
    };
    Plan { node, output: plan.output }
}

/// A JSON object with dotted names for what stands in its objects.
fn flat(source: &str) -> Map<String, Value> {
    let mut fields = Map::new();
    if let Ok(Value::Object(object)) = serde_json::from_str(source) {
        flatten("", object, &mut fields);
    }
    fields
}

pub(crate) fn flatten(prefix: &str, object: Map<String, Value>, fields: &mut Map<String, Value>) {
    for (key, value) in object {
        let name = if prefix.is_empty() { key } else { format!("{prefix}.{key}") };
        match value {
            Value::Object(inner) if !inner.is_empty() => flatten(&name, inner, fields),
            Value::Null => {}
            value => {
                fields.insert(name, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_become_dotted_names() {
        let fields = flat(r#"{"a":{"b":1,"c":{"d":[{"e":2}]}},"f.g":"h","n":null}"#);
        assert_eq!(Value::Object(fields), serde_json::json!({"a.b":1,"a.c.d":[{"e":2}],"f.g":"h"}));
    }
}

//! FORK.

use quarry_diagnostics::{Code, Span};
use quarry_syntax::ast::{Command, CommandKind};
use quarry_types::{DataType, Value};

use super::signature::widened;
use super::{Analyzer, append_columns};
use crate::expression::{Attribute, Expr};
use crate::plan::{Node, Plan};

/// The column that tells the branches apart.
const FORK: &str = "_fork";

impl Analyzer<'_> {
    /// All branches read the same rows; what they make comes out branch by branch.
    pub(super) fn fork(&mut self, plan: Plan, branches: &[Vec<Command>], span: Span) -> Plan {
        let mut parts = Vec::with_capacity(branches.len());
        for (i, branch) in branches.iter().enumerate() {
            let mut part = plan.clone();
            for command in branch {
                part = self.command(part, command);
            }
            let attribute = self.new_attribute(FORK, DataType::Keyword);
            let name = Expr::literal(DataType::Keyword, Value::String(format!("fork{}", i + 1)));
            let output = append_columns(&part.output, std::slice::from_ref(&attribute));
            parts.push(Plan { node: Node::Eval { input: Box::new(part), fields: vec![(attribute, name)] }, output });
        }
        let output = self.columns_of_branches(&parts, span);
        let inputs = parts.into_iter().map(|part| self.branch_with(part, &output)).collect();
        for carried in &mut self.carried {
            if let Some(attribute) = output.iter().find(|attribute| attribute.name == carried.name) {
                *carried = attribute.clone();
            }
        }
        Plan { node: Node::Union { inputs }, output }
    }

    /// The columns of all branches, in the order in which they are first met.
    fn columns_of_branches(&mut self, parts: &[Plan], span: Span) -> Vec<Attribute> {
        let mut output: Vec<Attribute> = Vec::new();
        for attribute in parts.iter().flat_map(|part| &part.output) {
            let Some(known) = output.iter_mut().find(|known| known.name == attribute.name) else {
                let own = self.new_attribute(attribute.name.clone(), attribute.data_type);
                output.push(Attribute { id: own.id, ..attribute.clone() });
                continue;
            };
            known.hidden &= attribute.hidden;
            let common = match (known.data_type, attribute.data_type) {
                (a, b) if a == b => Some(a),
                (DataType::Null, t) | (t, DataType::Null) => Some(t),
                (a, b) if a.is_string() && b.is_string() => Some(DataType::Keyword),
                _ => None,
            };
            match common {
                Some(common) => known.data_type = common,
                None => {
                    let message = format!(
                        "Column [{}] has conflicting data types in FORK branches: [{}] and [{}]",
                        known.name,
                        known.data_type.message_name().to_uppercase(),
                        attribute.data_type.message_name().to_uppercase()
                    );
                    self.error(Code::TYPE_MISMATCH, span, message);
                }
            }
        }
        output
    }

    /// A branch with the columns of all of them.
    fn branch_with(&self, part: Plan, output: &[Attribute]) -> Plan {
        let mut fields: Vec<(Attribute, Expr)> = Vec::new();
        let mut sources = Vec::with_capacity(output.len());
        for wanted in output {
            let own = part.output.iter().rfind(|attribute| attribute.name == wanted.name);
            let expr = match own {
                Some(own) if own.data_type == wanted.data_type => {
                    sources.push(own.id);
                    continue;
                }
                Some(own) => widened(Expr::column(own), wanted.data_type),
                None => Expr::literal(wanted.data_type, Value::Null),
            };
            let attribute = self.new_attribute(wanted.name.clone(), wanted.data_type);
            sources.push(attribute.id);
            fields.push((attribute, expr));
        }
        let columns = sources.iter().zip(output).map(|(id, wanted)| Attribute { id: *id, ..wanted.clone() }).collect();
        let part = if fields.is_empty() {
            part
        } else {
            let mut evaluated = part.output.clone();
            evaluated.extend(fields.iter().map(|(attribute, _)| attribute.clone()));
            Plan { node: Node::Eval { input: Box::new(part), fields }, output: evaluated }
        };
        Plan { node: Node::Project { input: Box::new(part), sources }, output: columns }
    }

    /// Only one FORK may stand in a query.
    pub(super) fn check_forks(&mut self, commands: &[Command]) {
        let mut forks = Vec::new();
        collect(commands, &mut forks);
        for span in forks.iter().skip(1) {
            self.error(Code::INVALID_QUERY, *span, "Only a single FORK command is supported, but found multiple");
        }
    }
}

fn collect(commands: &[Command], forks: &mut Vec<Span>) {
    for command in commands {
        if let CommandKind::Fork(branches) = &command.kind {
            forks.push(command.span);
            branches.iter().for_each(|branch| collect(branch, forks));
        }
    }
}

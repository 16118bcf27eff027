//! What a record must have, derived from the conditions directly above a scan: literals, values of fields, and fields.
//!
//! For literals and values, only fields that hold strings as they stand in the record are looked at: numbers and dates can
//! be written in many ways.

use quarry_functions::text::lucene::required_literal;
use quarry_functions::text::wildcard::{self, Token};
use quarry_types::{DataType, Value};

use super::map_inputs;
use super::presence::{Fields, needed};
use crate::expression::{Call, Expr, ExprKind};
use crate::plan::{Node, Plan};
use crate::scan::{OneOf, Prefilter, ScanColumnKind};

/// Shorter literals occur nearly everywhere, and looking for them costs more than it saves.
const SHORTEST: usize = 3;

/// Without `search_bytes`, only the values that fields must have.
pub(super) fn derive(plan: Plan, search_bytes: bool) -> Plan {
    let plan = map_inputs(plan, &mut |input| derive(input, search_bytes));
    let Plan { node, output } = plan;
    let node = match node {
        Node::Filter { mut input, conditions } => {
            if let Node::Scan { columns, prefilter, .. } = &mut input.node {
                let (mut strings, mut all_fields) = (Fields::new(), Fields::new());
                for (attribute, kind) in input.output.iter().zip(columns.iter()) {
                    let ScanColumnKind::Field(name) = kind else { continue };
                    all_fields.insert(attribute.id, name.clone());
                    if attribute.data_type == DataType::Keyword {
                        strings.insert(attribute.id, name.clone());
                    }
                }
                let searched = if search_bytes { conditions.as_slice() } else { &[] };
                let all: Vec<Vec<String>> = searched.iter().filter_map(|c| required(c, &strings)).collect();
                let (mut fields, mut choices) = (Vec::new(), Vec::new());
                for mut any in conditions.iter().filter_map(|c| any_of(c, &strings)) {
                    match any.len() {
                        1 => fields.append(&mut any),
                        _ => choices.push(any),
                    }
                }
                // That no record is of interest is for those to know who needn't parse it.
                let is_told = |names: &Vec<String>| match names.as_slice() {
                    [] => search_bytes,
                    [one] => fields.iter().all(|one_of: &OneOf| one_of.field != *one),
                    _ => true,
                };
                let needed = conditions.iter().filter_map(|c| needed(c, &all_fields));
                let mut present: Vec<Vec<String>> = needed.filter(is_told).collect();
                present.sort_unstable();
                present.dedup();
                let derived = Prefilter { all, fields, choices, present };
                if derived != Prefilter::default() {
                    *prefilter = Some(derived);
                }
            }
            Node::Filter { input, conditions }
        }
        other => other,
    };
    Plan { node, output }
}

/// Fields of which one must have one of its values for `condition` to be true; each field once.
fn any_of(condition: &Expr, strings: &Fields) -> Option<Vec<OneOf>> {
    let ExprKind::Call(call) = &condition.kind else { return None };
    match call.function.name {
        "equals" | "in" | "mv_contains" => {
            let (field, values) = operand_and_literals(call, strings)?;
            Some(vec![OneOf { field: field.clone(), values }])
        }
        "or" => {
            let mut all: Vec<OneOf> = Vec::new();
            for one_of in call.arguments.iter().map(|argument| any_of(argument, strings)) {
                for OneOf { field, values } in one_of? {
                    match all.iter_mut().find(|other| other.field == field) {
                        Some(other) => other.values.extend(values),
                        None => all.push(OneOf { field, values }),
                    }
                }
            }
            Some(all)
        }
        "and" => call.arguments.iter().filter_map(|argument| any_of(argument, strings)).min_by_key(Vec::len),
        _ => None,
    }
}

/// Literals of which a row has to contain one for `condition` to be true; `None` where nothing is known.
fn required(condition: &Expr, strings: &Fields) -> Option<Vec<String>> {
    let ExprKind::Call(call) = &condition.kind else { return None };
    let literals = match call.function.name {
        "or" => {
            let mut all = Vec::new();
            for argument in &call.arguments {
                all.extend(required(argument, strings)?);
            }
            all
        }
        "and" => return call.arguments.iter().find_map(|argument| required(argument, strings)),
        "equals" => vec![operand_and_literals(call, strings)?.1.into_iter().next()?],
        "in" => operand_and_literals(call, strings)?.1,
        "starts_with" | "ends_with" | "contains" | "mv_contains" => {
            vec![operand_and_literals(call, strings)?.1.into_iter().next()?]
        }
        "like" => operand_and_literals(call, strings)?
            .1
            .iter()
            .map(|pattern| longest_literal(pattern))
            .collect::<Option<_>>()?,
        "rlike" | "mv_rlike" => operand_and_literals(call, strings)?
            .1
            .iter()
            .map(|pattern| required_literal(pattern))
            .collect::<Option<_>>()?,
        _ => return None,
    };
    literals.iter().all(|literal| literal.len() >= SHORTEST).then_some(literals)
}

/// The strings that a call compares a field with; null among them never matches.
fn operand_and_literals<'s>(call: &Call, strings: &'s Fields) -> Option<(&'s String, Vec<String>)> {
    let (field, others): (&Expr, Vec<&Expr>) = match call.arguments.as_slice() {
        [a, b] if call.function.name == "equals" && a.as_literal().is_some() => (b, vec![a]),
        [field, others @ ..] => (field, others.iter().collect()),
        [] => return None,
    };
    let field = strings.get(&field.as_column()?)?;
    let mut literals = Vec::new();
    for other in others {
        match other.as_literal()? {
            Value::String(text) => literals.push(text.clone()),
            Value::Null => {}
            _ => return None,
        }
    }
    (!literals.is_empty()).then_some((field, literals))
}

fn longest_literal(pattern: &str) -> Option<String> {
    let tokens = wildcard::tokens(pattern).ok()?;
    tokens
        .into_iter()
        .filter_map(|token| match token {
            Token::Literal(text) => Some(text),
            _ => None,
        })
        .max_by_key(String::len)
}

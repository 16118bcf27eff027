//! The columns that a command names.

use super::search;
use quarry::syntax::ast::{Command, CommandKind, Expr, ExprKind, Literal, Map, NameSegment, Query, Target};

/// The columns that a command reads, in the order in which it names them.
pub(super) fn command(command: &Command) -> Vec<String> {
    let mut names = Vec::new();
    let mut exprs = |exprs: &mut dyn Iterator<Item = &Expr>| {
        for expr in exprs {
            walk(expr, &mut |name| add(&mut names, name));
        }
    };
    match &command.kind {
        CommandKind::Where(condition) => exprs(&mut std::iter::once(condition)),
        CommandKind::Row(fields) | CommandKind::Eval(fields) => exprs(&mut fields.iter().map(|field| &field.expr)),
        CommandKind::Sort(keys) => exprs(&mut keys.iter().map(|key| &key.expr)),
        CommandKind::Limit { by, .. } => exprs(&mut by.iter()),
        CommandKind::Stats { aggregates, groups, .. } => {
            exprs(&mut aggregates.iter().map(|aggregate| &aggregate.field.expr));
            exprs(&mut aggregates.iter().filter_map(|aggregate| aggregate.filter.as_ref()));
            exprs(&mut groups.iter().map(|group| &group.expr));
        }
        CommandKind::Dissect { input, .. } | CommandKind::Grok { input, .. } | CommandKind::Extract { input, .. } => {
            exprs(&mut std::iter::once(input));
        }
        CommandKind::MvExpand(name) => {
            if let Some(name) = name.text() {
                add(&mut names, &name);
            }
        }
        CommandKind::LookupJoin { on, .. } => exprs(&mut on.iter()),
        CommandKind::Enrich { on, .. } => {
            if let Some(name) = on.as_ref().and_then(|on| on.exact()) {
                add(&mut names, &name);
            }
        }
        CommandKind::Rename(renames) => {
            for rename in renames {
                if let Some(name) = rename.old.exact() {
                    add(&mut names, &name);
                }
            }
        }
        CommandKind::ChangePoint { value, key, by, .. } => {
            exprs(&mut by.iter());
            for name in std::iter::once(value).chain(key).filter_map(quarry::syntax::ast::Name::text) {
                add(&mut names, &name);
            }
        }
        _ => {}
    }
    names
}

/// The columns that an expression reads.
pub(super) fn expression(expr: &Expr) -> Vec<String> {
    let mut names = Vec::new();
    walk(expr, &mut |name| add(&mut names, name));
    names
}

/// The queries in parentheses after FROM, with their places among its targets.
pub(super) fn subqueries(command: &Command) -> Vec<&Query> {
    let CommandKind::From(from) = &command.kind else { return Vec::new() };
    from.targets
        .iter()
        .filter_map(|target| match target {
            Target::Subquery(query) => Some(query),
            Target::Index(_) => None,
        })
        .collect()
}

/// The operands that an expression is made of.
pub(crate) fn children(expr: &Expr) -> Vec<&Expr> {
    match &expr.kind {
        ExprKind::Call { args, options, .. } => args.iter().chain(options.iter().flat_map(map)).collect(),
        ExprKind::Unary { operand, .. }
        | ExprKind::IsNull { operand, .. }
        | ExprKind::Cast { operand, .. }
        | ExprKind::Paren(operand) => vec![operand],
        ExprKind::Binary { left, right, .. } => vec![left, right],
        ExprKind::Like { operand, patterns, .. } => std::iter::once(&**operand).chain(patterns).collect(),
        ExprKind::In { operand, list, .. } => std::iter::once(&**operand).chain(list).collect(),
        ExprKind::InSubquery { operands, .. } => operands.iter().collect(),
        ExprKind::Match { field, query } => vec![field, query],
        _ => Vec::new(),
    }
}

fn map(map: &Map) -> Vec<&Expr> {
    map.entries.iter().map(|(_, value)| value).collect()
}

fn walk(expr: &Expr, found: &mut dyn FnMut(&str)) {
    if let ExprKind::Name(name) = &expr.kind {
        if let Some(text) = name.text() {
            found(&text);
        }
        return;
    }
    for name in search::fields(expr) {
        found(&name);
    }
    for child in children(expr) {
        walk(child, found);
    }
}

fn add(names: &mut Vec<String>, name: &str) {
    if !names.iter().any(|known| known == name) {
        names.push(name.to_owned());
    }
}

/// Whether an expression is a constant as it stands.
pub(super) fn is_literal(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Literal(_) | ExprKind::Param(_) | ExprKind::Star | ExprKind::Map(_) => true,
        ExprKind::Paren(inner) | ExprKind::Unary { operand: inner, .. } => is_literal(inner),
        _ => false,
    }
}

/// The string, where an expression is one.
pub(crate) fn string(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Literal(Literal::String(text)) => Some(text),
        ExprKind::Paren(inner) => string(inner),
        _ => None,
    }
}

/// The name of a function that is called.
pub(super) fn function(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Call { name: NameSegment::Ident(ident), .. } => Some(&ident.text),
        _ => None,
    }
}

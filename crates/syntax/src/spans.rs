//! Trees without their places, for comparing what two texts say.

use quarry_diagnostics::Span;

use crate::ast::{
    AggregateField, Command, CommandKind, EnrichField, Expr, ExprKind, Field, Ident, IndexPattern, Map, Name,
    NamePattern, NameSegment, Param, PatternPiece, Query, Rename, SortKey, Statement, StringLiteral, Target,
};

/// Sets all spans to nothing and the names of functions to upper case, so that two trees are equal exactly when they
/// mean the same.
pub fn strip_spans(statement: &mut Statement) {
    for setting in &mut statement.settings {
        setting.span = Span::default();
        ident(&mut setting.name);
        expr(&mut setting.value);
    }
    query(&mut statement.query);
}

fn query(query: &mut Query) {
    query.span = Span::default();
    commands(&mut query.commands);
}

fn commands(commands: &mut [Command]) {
    for command in commands {
        command.span = Span::default();
        kind(&mut command.kind);
    }
}

fn kind(kind: &mut CommandKind) {
    match kind {
        CommandKind::From(from) => {
            for target in &mut from.targets {
                match target {
                    Target::Index(index) => index_pattern(index),
                    Target::Subquery(subquery) => query(subquery),
                }
            }
            from.metadata.iter_mut().for_each(ident);
        }
        CommandKind::Row(list) | CommandKind::Eval(list) => list.iter_mut().for_each(field),
        CommandKind::Where(condition) => expr(condition),
        CommandKind::Keep(list) | CommandKind::Drop(list) => list.iter_mut().for_each(pattern),
        CommandKind::Rename(list) => list.iter_mut().for_each(rename),
        CommandKind::Sort(keys) => keys.iter_mut().for_each(sort_key),
        CommandKind::Limit { count, by } => {
            expr(count);
            by.iter_mut().for_each(expr);
        }
        CommandKind::Stats { aggregates, groups, .. } => {
            aggregates.iter_mut().for_each(aggregate);
            groups.iter_mut().for_each(field);
        }
        CommandKind::Dissect { input, pattern, options } => {
            expr(input);
            string(pattern);
            for (name, value) in options {
                ident(name);
                expr(value);
            }
        }
        CommandKind::Grok { input, patterns } => {
            expr(input);
            patterns.iter_mut().for_each(string);
        }
        CommandKind::MvExpand(column) => name(column),
        CommandKind::Enrich { mode, policy, on, with } => {
            mode.iter_mut().for_each(ident);
            ident(policy);
            on.iter_mut().for_each(pattern);
            with.iter_mut().for_each(enrich_field);
        }
        CommandKind::LookupJoin { index, on } => {
            index_pattern(index);
            on.iter_mut().for_each(expr);
        }
        CommandKind::Fork(branches) => branches.iter_mut().for_each(|branch| commands(branch)),
        CommandKind::ChangePoint { value, key, targets, by } => {
            name(value);
            key.iter_mut().for_each(name);
            if let Some((kind, pvalue)) = targets {
                name(kind);
                name(pvalue);
            }
            by.iter_mut().for_each(expr);
        }
        CommandKind::Sample(probability) => expr(probability),
        CommandKind::Extract { prefix, input, options, .. } => {
            name(prefix);
            expr(input);
            options.iter_mut().for_each(map);
        }
        CommandKind::FillNull { value, patterns } => {
            value.iter_mut().for_each(expr);
            patterns.iter_mut().for_each(pattern);
        }
        CommandKind::ShowInfo
        | CommandKind::Dedup
        | CommandKind::Distinct
        | CommandKind::Unsupported { .. }
        | CommandKind::Error => {}
    }
}

fn index_pattern(index: &mut IndexPattern) {
    index.span = Span::default();
    index.param.iter_mut().for_each(param);
}

fn field(field: &mut Field) {
    field.span = Span::default();
    field.name.iter_mut().for_each(name);
    expr(&mut field.expr);
}

fn aggregate(aggregate: &mut AggregateField) {
    aggregate.span = Span::default();
    field(&mut aggregate.field);
    aggregate.filter.iter_mut().for_each(expr);
}

fn rename(rename: &mut Rename) {
    rename.span = Span::default();
    pattern(&mut rename.old);
    pattern(&mut rename.new);
}

fn sort_key(key: &mut SortKey) {
    key.span = Span::default();
    expr(&mut key.expr);
}

fn enrich_field(field: &mut EnrichField) {
    field.new.iter_mut().for_each(pattern);
    pattern(&mut field.field);
}

fn ident(ident: &mut Ident) {
    ident.span = Span::default();
}

fn string(string: &mut StringLiteral) {
    string.span = Span::default();
}

fn param(param: &mut Param) {
    param.span = Span::default();
}

fn segment(segment: &mut NameSegment) {
    match segment {
        NameSegment::Ident(word) => ident(word),
        NameSegment::Param(value) => param(value),
    }
}

fn name(name: &mut Name) {
    name.span = Span::default();
    name.segments.iter_mut().for_each(segment);
}

fn pattern(pattern: &mut NamePattern) {
    pattern.span = Span::default();
    for piece in &mut pattern.pieces {
        if let PatternPiece::Param(value) = piece {
            param(value);
        }
    }
}

fn map(map: &mut Map) {
    map.span = Span::default();
    for (key, value) in &mut map.entries {
        string(key);
        expr(value);
    }
}

fn expr(expression: &mut Expr) {
    expression.span = Span::default();
    match &mut expression.kind {
        ExprKind::Name(column) => name(column),
        ExprKind::Param(value) => param(value),
        ExprKind::Call { name, args, options } => {
            segment(name);
            if let NameSegment::Ident(word) = name {
                word.text.make_ascii_uppercase();
            }
            args.iter_mut().for_each(expr);
            options.iter_mut().for_each(map);
        }
        ExprKind::Unary { operand, .. } | ExprKind::IsNull { operand, .. } | ExprKind::Paren(operand) => expr(operand),
        ExprKind::Binary { op_span, left, right, .. } => {
            *op_span = Span::default();
            expr(left);
            expr(right);
        }
        ExprKind::Like { operand, patterns, .. } => {
            expr(operand);
            patterns.iter_mut().for_each(expr);
        }
        ExprKind::In { operand, list, .. } => {
            expr(operand);
            list.iter_mut().for_each(expr);
        }
        ExprKind::InSubquery { operands, query: subquery, .. } => {
            operands.iter_mut().for_each(expr);
            query(subquery);
        }
        ExprKind::Match { field, query } => {
            expr(field);
            expr(query);
        }
        ExprKind::Cast { operand, type_name } => {
            expr(operand);
            ident(type_name);
        }
        ExprKind::Map(options) => map(options),
        ExprKind::Literal(_) | ExprKind::Star | ExprKind::Error => {}
    }
}

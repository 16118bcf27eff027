//! The names that a query refers to.

use std::collections::HashSet;

use quarry_syntax::ast::{Command, CommandKind, Expr, ExprKind, Field, Map, Name, NamePattern, Query, Target};

/// Every column name that `query` spells out anywhere, subqueries included. Names inside wildcards don't count.
pub(super) fn names(query: &Query) -> HashSet<String> {
    let mut names = Names::default();
    names.query(query);
    names.found
}

/// Every column name in an expression.
pub(super) fn of_expression(expr: &Expr) -> HashSet<String> {
    let mut names = Names::default();
    names.expr(expr);
    names.found
}

#[derive(Default)]
struct Names {
    found: HashSet<String>,
    /// Names that the query has made itself by now: they are no fields.
    made: HashSet<String>,
    /// Whether a step has left only columns that it names: later names are none of the fields.
    closed: bool,
}

impl Names {
    fn query(&mut self, query: &Query) {
        self.commands(&query.commands);
    }

    /// What a part makes or closes doesn't hold outside of it.
    fn nested(&mut self, read: impl FnOnce(&mut Self)) {
        let (made, closed) = (self.made.clone(), self.closed);
        read(self);
        (self.made, self.closed) = (made, closed);
    }

    fn commands(&mut self, commands: &[Command]) {
        for command in commands {
            self.command(command);
        }
    }

    fn command(&mut self, command: &Command) {
        match &command.kind {
            CommandKind::From(from) => {
                for target in &from.targets {
                    if let Target::Subquery(query) = target {
                        self.nested(|names| names.query(query));
                    }
                }
            }
            CommandKind::Row(fields) | CommandKind::Eval(fields) => {
                for field in fields {
                    self.expr(&field.expr);
                    self.made.extend(field.name.as_ref().and_then(Name::text));
                }
            }
            CommandKind::Where(expr) | CommandKind::Sample(expr) => self.expr(expr),
            CommandKind::Drop(patterns) => patterns.iter().for_each(|p| self.pattern(p)),
            CommandKind::Keep(patterns) => {
                patterns.iter().for_each(|p| self.pattern(p));
                self.closed |= patterns.iter().all(|pattern| !pattern.has_wildcard());
            }
            CommandKind::Rename(renames) => {
                for rename in renames {
                    self.pattern(&rename.old);
                    self.made.extend(rename.new.exact());
                }
            }
            CommandKind::Sort(keys) => keys.iter().for_each(|key| self.expr(&key.expr)),
            CommandKind::Limit { by, .. } => by.iter().for_each(|expr| self.expr(expr)),
            CommandKind::Stats { aggregates, groups, inline } => {
                self.fields(groups);
                for aggregate in aggregates {
                    self.expr(&aggregate.field.expr);
                    aggregate.filter.iter().for_each(|filter| self.expr(filter));
                }
                let fields = aggregates.iter().map(|aggregate| &aggregate.field).chain(groups);
                self.made.extend(fields.filter_map(|field| field.name.as_ref().and_then(Name::text)));
                self.closed |= !inline;
            }
            CommandKind::Dissect { input, pattern, .. } => {
                self.expr(input);
                self.made.extend(dissect_names(&pattern.value));
            }
            CommandKind::Grok { input, patterns } => {
                self.expr(input);
                patterns.iter().for_each(|pattern| self.made.extend(grok_names(&pattern.value)));
            }
            CommandKind::Extract { input, .. } => self.expr(input),
            CommandKind::MvExpand(name) => self.name(name),
            CommandKind::Enrich { on, .. } => on.iter().for_each(|on| self.pattern(on)),
            CommandKind::LookupJoin { on, .. } => {
                on.iter().for_each(|expr| self.expr(expr));
                // The other side brings new fields, of which some are found only by their names.
                self.closed = false;
            }
            CommandKind::Fork(branches) => {
                branches.iter().for_each(|branch| self.nested(|names| names.commands(branch)));
            }
            CommandKind::ChangePoint { value, key, by, .. } => {
                self.name(value);
                key.iter().for_each(|key| self.name(key));
                if key.is_none() {
                    self.found.insert("@timestamp".to_owned());
                }
                by.iter().for_each(|expr| self.expr(expr));
            }
            CommandKind::FillNull { patterns, .. } => patterns.iter().for_each(|p| self.pattern(p)),
            CommandKind::ShowInfo
            | CommandKind::Dedup
            | CommandKind::Distinct
            | CommandKind::Unsupported { .. }
            | CommandKind::Error => {}
        }
    }

    fn fields(&mut self, fields: &[Field]) {
        fields.iter().for_each(|field| self.expr(&field.expr));
    }

    fn name(&mut self, name: &Name) {
        self.refer(name.text());
    }

    fn pattern(&mut self, pattern: &NamePattern) {
        self.refer(pattern.exact());
    }

    fn refer(&mut self, name: Option<String>) {
        if let Some(name) = name
            && !self.closed
            && !self.made.contains(&name)
        {
            self.found.insert(name);
        }
    }

    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Name(name) => self.name(name),
            ExprKind::Call { args, options, name } => {
                if let quarry_syntax::ast::NameSegment::Ident(ident) = name {
                    self.implicit(&ident.text, args);
                }
                args.iter().for_each(|arg| self.expr(arg));
                options.iter().for_each(|map| self.map(map));
            }
            ExprKind::Unary { operand, .. }
            | ExprKind::IsNull { operand, .. }
            | ExprKind::Cast { operand, .. }
            | ExprKind::Paren(operand) => self.expr(operand),
            ExprKind::Binary { left, right, .. } => {
                self.expr(left);
                self.expr(right);
            }
            ExprKind::Like { operand, patterns, .. } => {
                self.expr(operand);
                patterns.iter().for_each(|pattern| self.expr(pattern));
            }
            ExprKind::In { operand, list, .. } => {
                self.expr(operand);
                list.iter().for_each(|element| self.expr(element));
            }
            ExprKind::InSubquery { operands, query, .. } => {
                operands.iter().for_each(|operand| self.expr(operand));
                self.nested(|names| names.query(query));
            }
            ExprKind::Match { field, query } => {
                self.expr(field);
                self.expr(query);
            }
            ExprKind::Map(map) => self.map(map),
            ExprKind::Literal(_) | ExprKind::Param(_) | ExprKind::Star | ExprKind::Error => {}
        }
    }

    fn map(&mut self, map: &Map) {
        map.entries.iter().for_each(|(_, value)| self.expr(value));
    }

    /// Fields that a function reads without naming them.
    fn implicit(&mut self, function: &str, args: &[Expr]) {
        match quarry_functions::registry::find(function) {
            Some(quarry_functions::registry::Function::Aggregate(aggregate)) => {
                self.found.extend(aggregate.implicit.iter().map(|name| (*name).to_owned()));
            }
            Some(_) => {}
            None => return,
        }
        if matches!(function.to_ascii_lowercase().as_str(), "tbucket" | "trange") {
            self.found.insert("@timestamp".to_owned());
        }
        let searches = function.eq_ignore_ascii_case("kql") || function.eq_ignore_ascii_case("qstr");
        if searches
            && let Some(Expr { kind: ExprKind::Literal(quarry_syntax::ast::Literal::String(text)), .. }) = args.first()
        {
            self.found.extend(words(text));
        }
    }
}

/// The columns that a DISSECT pattern makes.
fn dissect_names(pattern: &str) -> Vec<String> {
    match quarry_functions::extract::dissect::Dissect::new(pattern, "") {
        Ok(dissect) => dissect.names().map(str::to_owned).collect(),
        Err(_) => Vec::new(),
    }
}

/// The columns that a GROK pattern names itself: `%{SYNTAX:name}` and `(?<name>...)`.
fn grok_names(pattern: &str) -> Vec<String> {
    let marked = pattern.split("%{").skip(1).filter_map(|part| part.split('}').next()?.split(':').nth(1));
    let groups = pattern.split("(?<").skip(1).filter_map(|part| part.split('>').next());
    marked.chain(groups).map(str::to_owned).collect()
}

/// What could be field names in the text of a search query.
fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '_' | '@' | '-')))
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
}

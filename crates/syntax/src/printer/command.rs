//! Commands.

use quarry_diagnostics::Span;

use super::{
    Printer, atoms,
    comments::Reach,
    doc::{Doc, bracketed, concat, group, line, nest, separated, text},
    expression::{PRIMARY, after_keyword},
};
use crate::{
    ast::{
        AggregateField, Command, CommandKind, EnrichField, Expr, ExprKind, ExtractKind, Field, From, Ident, Name,
        NamePattern, Rename, SortKey, Target,
    },
    lexer::word,
    parser::EXPRESSION_WORDS,
};

impl Printer<'_> {
    /// Commands with a pipe before all but the first; `end` is where the parenthesis around them closes.
    pub(super) fn commands(&mut self, commands: &[Command], end: u32) -> Vec<Doc> {
        let mut items = Vec::with_capacity(commands.len());
        for (i, command) in commands.iter().enumerate() {
            let beside = commands.get(i + 1).map_or(end, |next| next.span.start);
            let above = match &command.kind {
                CommandKind::Where(condition) => condition.span.start,
                CommandKind::Unsupported { arguments, .. } => arguments_start(command, arguments),
                _ => command.span.start,
            };
            let reach = Reach { span: command.span, above, beside };
            items.push(self.item(reach, "", |printer| {
                let doc = printer.command(command);
                if i == 0 { doc } else { concat([text("| "), doc]) }
            }));
        }
        items
    }

    fn command(&mut self, command: &Command) -> Doc {
        match &command.kind {
            CommandKind::From(from) => self.from(from),
            CommandKind::Row(fields) => self.fields("ROW", fields),
            CommandKind::Eval(fields) => self.fields("EVAL", fields),
            CommandKind::ShowInfo => text("SHOW INFO"),
            CommandKind::Where(condition) => concat([text("WHERE "), self.whole(condition)]),
            CommandKind::Keep(patterns) => self.patterns("KEEP", patterns),
            CommandKind::Drop(patterns) => self.patterns("DROP", patterns),
            CommandKind::Rename(renames) => {
                let items = self.list(renames, 0, |r| Reach::new(r.span, 0), |_, r| text(rename(r)));
                after_keyword("RENAME", items)
            }
            CommandKind::Sort(keys) => {
                let items = self.list(keys, 0, |k| Reach::new(k.span, 0), Self::sort_key);
                after_keyword("SORT", items)
            }
            CommandKind::Limit { count, by } => {
                let count = self.expr(count, PRIMARY);
                let by = self.by(by);
                group(concat([text("LIMIT "), count, by]))
            }
            CommandKind::Stats { inline, aggregates, groups } => self.stats(*inline, aggregates, groups),
            CommandKind::Dissect { input, pattern, options } => self.dissect(input, &pattern.value, options),
            CommandKind::Grok { input, patterns } => {
                let input = self.expr(input, PRIMARY);
                let items = self.list(patterns, 0, |p| Reach::new(p.span, 0), |_, p| text(atoms::string(&p.value)));
                group(concat([text("GROK "), input, nest(concat([line(), separated(items)]))]))
            }
            CommandKind::MvExpand(name) => text(format!("MV_EXPAND {}", atoms::name(name, &[]))),
            CommandKind::Enrich { mode, policy, on, with } => self.enrich(mode.as_ref(), policy, on.as_ref(), with),
            CommandKind::LookupJoin { index, on } => {
                let on = self.list(on, 0, |e| Reach::new(e.span, 0), |printer, e| printer.whole(e));
                after_keyword(format!("LOOKUP JOIN {} ON", atoms::index(index)), on)
            }
            CommandKind::Fork(branches) => self.fork(command, branches),
            CommandKind::ChangePoint { value, key, targets, by } => {
                let head = change_point(value, key.as_ref(), targets.as_ref());
                group(concat([text(head), self.by(by)]))
            }
            CommandKind::Dedup => text("DEDUP"),
            CommandKind::Distinct => text("DISTINCT"),
            CommandKind::FillNull { value, patterns } => {
                let value = match value {
                    Some(value) => self.expr(value, PRIMARY),
                    None => text("DEFAULT"),
                };
                concat([text("FILLNULL "), value, text(" "), self.patterns("ON", patterns)])
            }
            CommandKind::Sample(probability) => concat([text("SAMPLE "), self.expr(probability, PRIMARY)]),
            CommandKind::Extract { kind, prefix, input, options } => {
                let head = format!("{} {} = ", extract(*kind), atoms::name(prefix, EXPRESSION_WORDS));
                let input = self.expr(input, PRIMARY);
                let options = options.as_ref().map_or(String::new(), |map| format!(" WITH {}", atoms::map(map)));
                concat([text(head), input, text(options)])
            }
            CommandKind::Unsupported { name, arguments } => self.unsupported(command, name, arguments),
            CommandKind::Error => text("<error>"),
        }
    }

    fn from(&mut self, from: &From) -> Doc {
        let targets = self.list(&from.targets, 0, |target| Reach::new(target_span(target), 0), Self::target);
        let mut parts = vec![text("FROM"), nest(concat([line(), separated(targets)]))];
        if !from.metadata.is_empty() {
            let names =
                self.list(&from.metadata, 0, |name| Reach::new(name.span, 0), |_, name| text(atoms::ident(name, &[])));
            parts.push(nest(concat([line(), after_keyword("METADATA", names)])));
        }
        group(concat(parts))
    }

    fn target(&mut self, target: &Target) -> Doc {
        match target {
            Target::Index(index) => text(atoms::index(index)),
            Target::Subquery(query) => self.subquery(query, query.span.end),
        }
    }

    fn fields(&mut self, keyword: &'static str, fields: &[Field]) -> Doc {
        let items = self.list(fields, 0, field_reach, Self::field);
        after_keyword(keyword, items)
    }

    fn field(&mut self, field: &Field) -> Doc {
        let Some(name) = &field.name else { return self.unnamed(&field.expr) };
        let name = format!("{} = ", atoms::name(name, EXPRESSION_WORDS));
        concat([text(name), self.whole(&field.expr)])
    }

    /// An expression without a name gives its column its own text as name, so that the text is kept where it is known.
    fn unnamed(&mut self, expr: &Expr) -> Doc {
        let typed = expr.span.text(self.text);
        let plain = matches!(expr.kind, ExprKind::Name(_) | ExprKind::Param(_));
        if typed.is_empty() || plain {
            return self.whole(expr);
        }
        self.take_before(expr.span.end);
        text(typed)
    }

    fn stats(&mut self, inline: bool, aggregates: &[AggregateField], groups: &[Field]) -> Doc {
        let mut parts = vec![text(if inline { "INLINE STATS" } else { "STATS" })];
        if !aggregates.is_empty() {
            let reach = |aggregate: &AggregateField| Reach { span: aggregate.span, ..field_reach(&aggregate.field) };
            let end = groups.first().map_or(0, |first| first.span.start);
            let items = self.list(aggregates, end, reach, |printer, aggregate| {
                let field = printer.field(&aggregate.field);
                let Some(filter) = &aggregate.filter else { return field };
                concat([field, text(" WHERE "), printer.whole(filter)])
            });
            parts.push(nest(concat([line(), separated(items)])));
        }
        if !groups.is_empty() {
            let items = self.list(groups, 0, field_reach, Self::field);
            parts.push(nest(concat([line(), after_keyword("BY", items)])));
        }
        group(concat(parts))
    }

    fn by(&mut self, keys: &[Expr]) -> Doc {
        if keys.is_empty() {
            return concat([]);
        }
        let items = self.list(keys, 0, |key| Reach::new(key.span, 0), |printer, key| printer.whole(key));
        nest(concat([line(), after_keyword("BY", items)]))
    }

    fn patterns(&mut self, keyword: &'static str, patterns: &[NamePattern]) -> Doc {
        let items = self.list(patterns, 0, |p| Reach::new(p.span, 0), |_, p| text(atoms::pattern(p, &[])));
        after_keyword(keyword, items)
    }

    fn sort_key(&mut self, key: &SortKey) -> Doc {
        let order = match key.descending {
            Some(true) => " DESC",
            Some(false) => " ASC",
            None => "",
        };
        let nulls = match key.nulls_first {
            Some(true) => " NULLS FIRST",
            Some(false) => " NULLS LAST",
            None => "",
        };
        concat([self.whole(&key.expr), text(format!("{order}{nulls}"))])
    }

    fn dissect(&mut self, input: &Expr, pattern: &str, options: &[(Ident, Expr)]) -> Doc {
        let input = self.expr(input, PRIMARY);
        let mut parts = vec![text("DISSECT "), input];
        parts.push(nest(concat([line(), text(atoms::string(pattern))])));
        for (i, (name, value)) in options.iter().enumerate() {
            let comma = if i > 0 { "," } else { "" };
            let name = atoms::ident(name, EXPRESSION_WORDS);
            parts.push(text(comma));
            parts.push(nest(concat([line(), text(format!("{name} = ")), self.expr(value, PRIMARY)])));
        }
        group(concat(parts))
    }

    fn enrich(&mut self, mode: Option<&Ident>, policy: &Ident, on: Option<&NamePattern>, with: &[EnrichField]) -> Doc {
        let words = &["on", "with"];
        let mut head = format!("ENRICH {}", policy_text(mode, policy));
        if let Some(on) = on {
            head.push_str(" ON ");
            head.push_str(&atoms::pattern(on, words));
        }
        if with.is_empty() {
            return text(head);
        }
        let reach = |field: &EnrichField| {
            let start = field.new.as_ref().map_or(field.field.span, |new| new.span);
            Reach::new(start.to(field.field.span), 0)
        };
        let items = self.list(with, 0, reach, |_, field| {
            let new = field.new.as_ref().map_or(String::new(), |new| format!("{} = ", atoms::pattern(new, words)));
            text(format!("{new}{}", atoms::pattern(&field.field, words)))
        });
        after_keyword(format!("{head} WITH"), items)
    }

    fn fork(&mut self, command: &Command, branches: &[Vec<Command>]) -> Doc {
        let mut items = Vec::with_capacity(branches.len());
        for (i, branch) in branches.iter().enumerate() {
            let next = branches.get(i + 1).and_then(|next| next.first()).map(|next| next.span.start);
            // The parenthesis after this branch lies somewhere before the next one.
            let end = branch.last().map_or(0, |last| self.closing(last.span.end, next.unwrap_or(command.span.end)));
            let commands = self.commands(branch, end);
            items.push(bracketed("(", commands, ")"));
        }
        after_keyword("FORK", items)
    }

    /// Where the first parenthesis after `start` closes, comments aside.
    fn closing(&self, start: u32, end: u32) -> u32 {
        let mut at = start;
        for comment in self.comments.iter().skip(self.next).filter(|c| c.span.start >= start && c.span.start < end) {
            let gap = Span { start: at, end: comment.span.start };
            if let Some(found) = gap.text(self.text).find(')') {
                return at + found as u32;
            }
            at = comment.span.end;
        }
        end
    }

    fn unsupported(&mut self, command: &Command, name: &str, arguments: &str) -> Doc {
        if arguments.is_empty() {
            return text(name);
        }
        // Comments among the arguments are part of their text.
        self.take_before(command.span.end);
        text(format!("{name} {arguments}"))
    }
}

fn arguments_start(command: &Command, arguments: &str) -> u32 {
    command.span.end.saturating_sub(arguments.len() as u32)
}

fn field_reach(field: &Field) -> Reach {
    let above = if field.name.is_some() { field.expr.span.start } else { field.span.start };
    Reach { span: field.span, above, beside: 0 }
}

fn target_span(target: &Target) -> Span {
    match target {
        Target::Index(index) => index.span,
        Target::Subquery(query) => query.span,
    }
}

fn rename(rename: &Rename) -> String {
    let old = atoms::pattern(&rename.old, &["as"]);
    let new = atoms::pattern(&rename.new, &["as"]);
    if rename.assignment { format!("{new} = {old}") } else { format!("{old} AS {new}") }
}

fn change_point(value: &Name, key: Option<&Name>, targets: Option<&(Name, Name)>) -> String {
    let words = &["on", "as", "by"];
    let mut head = format!("CHANGE_POINT {}", atoms::name(value, words));
    if let Some(key) = key {
        head.push_str(" ON ");
        head.push_str(&atoms::name(key, words));
    }
    if let Some((kind, pvalue)) = targets {
        head.push_str(&format!(" AS {}, {}", atoms::name(kind, words), atoms::name(pvalue, words)));
    }
    head
}

/// A policy as it may stand: in quotes where it holds what ends an unquoted one.
fn policy_text(mode: Option<&Ident>, policy: &Ident) -> String {
    let whole = match mode {
        Some(mode) => format!("{}:{}", mode.text, policy.text),
        None => policy.text.clone(),
    };
    let plain = word::source(&whole).is_ok_and(|(rest, _)| rest.is_empty()) && !whole.starts_with(['\'', '`']);
    if plain { whole } else { atoms::string(&whole) }
}

fn extract(kind: ExtractKind) -> &'static str {
    match kind {
        ExtractKind::UriParts => "URI_PARTS",
        ExtractKind::RegisteredDomain => "REGISTERED_DOMAIN",
        ExtractKind::UserAgent => "USER_AGENT",
        ExtractKind::IpLocation => "IP_LOCATION",
    }
}

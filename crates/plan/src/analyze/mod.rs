//! Resolves names and types: from the tree of a query to its plan.
//!
//! Every command is one method that takes the plan so far and gives the next. Errors are collected, and what is
//! wrong stands in the plan as null, so that one run reports all of them.

mod aggregate;
mod alternatives;
mod call;
mod case;
mod change_point;
mod collector;
mod columns;
mod enrich;
mod expression;
mod extract;
mod fill_null;
mod fork;
mod from;
mod groups;
mod index_name;
mod join;
mod like;
mod literal;
mod membership;
mod mismatch;
mod references;
mod refused;
mod rows;
mod sample;
mod search;
mod selection;
mod signature;
mod source;
mod sparkline;
mod stats;
mod trange;

use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use quarry_diagnostics::{Code, Diagnostic, LineIndex, Severity, Span, did_you_mean, surely_meant};
use quarry_functions::{Settings, Site};
use quarry_syntax::ast::{Command, CommandKind, ExprKind, Literal, Statement};
use quarry_types::{DataType, Value};

use crate::catalog::Catalog;
use crate::expression::{Attribute, ColumnId, Expr};
use crate::lineage::{Lineage, lineage};
use crate::plan::{Node, Plan};

pub use selection::{Condition, Exclusion, Selection, Test};

/// What a query is analysed against.
#[derive(Clone, Debug)]
pub struct Environment<'a> {
    /// Where names come from.
    pub catalog: &'a dyn Catalog,
    /// Clock and zone.
    pub settings: Arc<Settings>,
    /// The values of parameters.
    pub parameters: &'a Parameters,
    /// Metadata that goes with each row to the end of the plan, whatever the query keeps: what an alert has to know
    /// of the document that it stands for. Lost where rows are aggregated. See [`carried_name`].
    pub carry: &'a [&'static str],
    /// Whether a field that no table knows is only warned of: where queries are checked without their data.
    pub lenient: bool,
    /// Which documents are read, beside what the query says.
    pub selection: &'a Selection,
}

/// The name of the output column that carries the metadata field `name` beside what the query shows.
#[must_use]
pub fn carried_name(name: &str) -> String {
    format!("$carried${name}")
}

/// Values for `?`, `?1` and `?name`.
#[derive(Clone, Debug, Default)]
pub struct Parameters {
    /// By position, counted from 0.
    pub positional: Vec<Value>,
    /// By name.
    pub named: HashMap<String, Value>,
}

/// What came of an analysis.
#[derive(Debug)]
pub struct Analysis {
    /// The plan; only to be used where no diagnostic is an error.
    pub plan: Plan,
    /// Errors and warnings, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
    /// Clock and zone, with what SET changed.
    pub settings: Arc<Settings>,
    /// The fields of documents that the query reads by name, and where each comes from.
    pub fields: Vec<(String, Lineage)>,
    /// Whether the present stands in the plan as a constant, so that it holds for one time only.
    pub clock_is_fixed: bool,
}

impl Analysis {
    /// Whether the plan can't be used.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }
}

/// What to do with a name that no field has: SET unmapped_fields.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Unmapped {
    #[default]
    Error,
    Nullify,
    Load,
    /// Null, and nothing said: which columns there are can't be known.
    Silent,
    /// Null, with a warning: the fields of the documents aren't known.
    Warn,
}

/// Analyses `statement`, which was parsed from `text`.
#[must_use]
pub fn analyze(statement: &Statement, text: &str, environment: &Environment<'_>) -> Analysis {
    let next_id = Cell::new(0);
    let pass = |absent: HashMap<usize, Vec<String>>| {
        let mut analyzer = Analyzer::new(text, environment, &next_id);
        for setting in &statement.settings {
            analyzer.setting(setting);
        }
        analyzer.named = references::names(&statement.query);
        analyzer.references = analyzer.named.clone();
        analyzer.references.extend(environment.selection.fields().map(str::to_owned));
        analyzer.settled = !absent.is_empty();
        analyzer.nullified = absent;
        let plan = analyzer.query(&statement.query.commands);
        (analyzer, plan)
    };
    let (mut analyzer, mut plan) = pass(HashMap::new());
    // Which fields no document has is known only in the end, and they are columns from the start.
    if !analyzer.absent.is_empty() {
        (analyzer, plan) = pass(std::mem::take(&mut analyzer.absent));
    }
    analyzer.check_forks(&statement.query.commands);
    analyzer.warn_of_lost_order(&statement.query.commands);
    let plan = shown_and_carried(plan);
    let mut diagnostics = analyzer.diagnostics;
    diagnostics.sort_by_key(|diagnostic| diagnostic.span);
    diagnostics.dedup();
    Analysis {
        plan,
        diagnostics,
        settings: analyzer.settings,
        fields: analyzer.fields,
        clock_is_fixed: analyzer.clock_is_fixed,
    }
}

struct Analyzer<'a> {
    text: &'a str,
    lines: LineIndex<'a>,
    environment: &'a Environment<'a>,
    settings: Arc<Settings>,
    next_id: &'a Cell<ColumnId>,
    diagnostics: Vec<Diagnostic>,
    unmapped: Unmapped,
    /// Whether SET unmapped_fields asks for columns of fields that no document has.
    nullifies: bool,
    /// The fields that no document has, by the query that reads them.
    absent: HashMap<usize, Vec<String>>,
    /// Those that an earlier pass has found: the sources show them.
    nullified: HashMap<usize, Vec<String>>,
    /// Whether an earlier pass has found them all: a name that is still unknown was cut.
    settled: bool,
    /// Those of the outer query, for subqueries that are all it reads from.
    handed_down: Vec<String>,
    /// Which query is being analysed: where its commands lie.
    current: usize,
    /// Whether a step left only columns that it names: an unknown name after it is no field of the documents.
    closed: bool,
    /// The names that the query refers to anywhere: hidden fields among them are read.
    references: HashSet<String>,
    /// Of those, the ones that the query itself spells out.
    named: HashSet<String>,
    /// The fields that the query reads by name.
    fields: Vec<(String, Lineage)>,
    /// Whether some condition holds only for the present time.
    clock_is_fixed: bool,
    /// The columns that expressions may refer to.
    scope: Vec<Attribute>,
    /// Where aggregates found in an expression go; `None` outside of STATS.
    stats: Option<collector::Collector>,
    /// Whether the keys of BY are being analysed: grouping functions may stand in them.
    in_groups: bool,
    /// The buckets that the last grouping function wants filled.
    empty_buckets: Option<Arc<quarry_functions::grouping::EmptyBuckets>>,
    /// The view that the text belongs to.
    within: Option<String>,
    /// Columns that KEEP and DROP of a view leave alone: the metadata of the outer query.
    carried: Vec<Attribute>,
    /// Columns that hold the same constant in every row, for places that want a constant.
    constants: HashMap<ColumnId, Value>,
    /// The subqueries of IN in the condition that is being analysed; `None` where none may stand.
    memberships: Option<Vec<membership::Membership>>,
    /// The tables read so far.
    tables: Vec<Arc<dyn crate::scan::Table>>,
    /// What FROM stands for inside a view.
    raw: Option<Arc<dyn crate::scan::Table>>,
}

impl<'a> Analyzer<'a> {
    fn new(text: &'a str, environment: &'a Environment<'a>, next_id: &'a Cell<ColumnId>) -> Self {
        Self {
            text,
            lines: LineIndex::new(text),
            environment,
            settings: environment.settings.clone(),
            next_id,
            diagnostics: Vec::new(),
            unmapped: if environment.lenient { Unmapped::Warn } else { Unmapped::default() },
            nullifies: false,
            absent: HashMap::new(),
            nullified: HashMap::new(),
            settled: false,
            handed_down: Vec::new(),
            current: 0,
            closed: false,
            references: HashSet::new(),
            named: HashSet::new(),
            fields: Vec::new(),
            clock_is_fixed: false,
            scope: Vec::new(),
            stats: None,
            in_groups: false,
            empty_buckets: None,
            within: None,
            carried: Vec::new(),
            constants: HashMap::new(),
            memberships: None,
            tables: Vec::new(),
            raw: None,
        }
    }

    fn query(&mut self, commands: &[Command]) -> Plan {
        let outer = std::mem::replace(&mut self.current, commands.as_ptr() as usize);
        let mut nullified = std::mem::take(&mut self.handed_down);
        nullified.extend(self.nullified.get(&self.current).cloned().unwrap_or_default());
        let mut commands = commands.iter();
        let source = commands.next();
        if source.is_some_and(reads_only_subqueries) {
            self.handed_down = std::mem::take(&mut nullified);
        }
        let mut plan = source.map_or_else(empty_row, |source| self.source_command(source));
        self.closed = false;
        for name in nullified {
            if plan.output.iter().all(|attribute| *attribute.name != *name) {
                plan = self.with_null_column(plan, &name);
            }
        }
        for command in commands {
            plan = self.command(plan, command);
        }
        self.current = outer;
        plan
    }

    /// Notes that the query reads a field that no document has.
    fn note_absent(&mut self, name: &str) {
        if !self.nullifies {
            return;
        }
        let absent = self.absent.entry(self.current).or_default();
        if absent.iter().all(|known| known != name) {
            absent.push(name.to_owned());
        }
    }

    fn command(&mut self, plan: Plan, command: &Command) -> Plan {
        let plan = self.step(plan, command);
        self.closed |= match &command.kind {
            CommandKind::Stats { inline, .. } => !inline,
            CommandKind::Keep(patterns) => patterns.iter().all(|pattern| !pattern.has_wildcard()),
            _ => false,
        };
        plan
    }

    fn step(&mut self, plan: Plan, command: &Command) -> Plan {
        self.scope = plan.output.clone();
        match &command.kind {
            CommandKind::Where(condition) => self.filter(plan, condition),
            CommandKind::Eval(fields) => self.eval(plan, fields),
            CommandKind::Keep(patterns) => self.keep(plan, patterns),
            CommandKind::Drop(patterns) => self.drop(plan, patterns),
            CommandKind::Rename(renames) => self.rename(plan, renames),
            CommandKind::Sort(keys) => self.sort(plan, keys),
            CommandKind::Limit { count, by } => self.limit(plan, count, by, command.span),
            CommandKind::Stats { inline, aggregates, groups } => {
                self.stats_command(plan, *inline, aggregates, groups, command.span)
            }
            CommandKind::Dissect { input, pattern, options } => {
                self.dissect(plan, input, pattern, options, command.span)
            }
            CommandKind::Grok { input, patterns } => self.grok(plan, input, patterns, command.span),
            CommandKind::Extract { kind, prefix, input, options } => {
                self.extract_under_prefix(plan, *kind, prefix, input, options.as_ref(), command.span)
            }
            CommandKind::MvExpand(name) => self.mv_expand(plan, name),
            CommandKind::FillNull { value, patterns } => self.fill_null(plan, value.as_ref(), patterns, command.span),
            CommandKind::Dedup | CommandKind::Distinct => {
                let keys = plan.output.iter().filter(|a| !a.hidden).map(Expr::column).collect();
                let output = plan.output.clone();
                Plan { node: Node::LimitBy { input: Box::new(plan), count: 1, keys }, output }
            }
            CommandKind::LookupJoin { index, on } => self.lookup_join(plan, index, on, command.span),
            CommandKind::Enrich { mode, policy, on, with } => {
                self.enrich(plan, mode.as_ref(), policy, on.as_ref(), with, command.span)
            }
            CommandKind::Fork(branches) => self.fork(plan, branches, command.span),
            CommandKind::Sample(probability) => self.sample(plan, probability),
            CommandKind::ChangePoint { value, key, targets, by } => {
                self.change_point(plan, value, key.as_ref(), targets.as_ref(), by, command.span)
            }
            CommandKind::Error => plan,
            CommandKind::From(_) | CommandKind::Row(_) | CommandKind::ShowInfo => {
                self.error(
                    Code::INVALID_SYNTAX,
                    command.span,
                    "a source command can only stand at the start of a query",
                );
                plan
            }
            CommandKind::Unsupported { name, .. } => {
                self.error(Code::UNSUPPORTED, command.span, refused::command(name));
                // What it would have made is unknown, and must not be complained of too.
                self.unmapped = Unmapped::Silent;
                plan
            }
        }
    }

    /// Notes the fields that the query reads of the documents of `plan`.
    fn note_fields(&mut self, plan: &Plan) {
        let read = plan.output.iter().filter(|attribute| self.named.contains(&*attribute.name));
        self.fields.extend(read.map(|attribute| (attribute.name.to_string(), lineage(plan, attribute.id))));
    }

    fn error(&mut self, code: Code, span: Span, message: impl Into<String>) {
        self.diagnostics.push(Diagnostic::error(code, span, message));
    }

    fn new_attribute(&self, name: impl Into<Arc<str>>, data_type: DataType) -> Attribute {
        let id = self.next_id.get();
        self.next_id.set(id + 1);
        Attribute { id, name: name.into(), data_type, hidden: false, conflict: None }
    }

    fn site(&self, span: Span) -> Arc<Site> {
        let position = self.lines.position(span.start);
        Arc::new(Site {
            line: position.line,
            column: position.column,
            source: span.text(self.text).to_owned(),
            within: self.within.as_ref().map(|view| format!(" (in view [{view}])")).unwrap_or_default(),
        })
    }

    /// The value of an expression that is the same in every row.
    fn constant_of(&self, expr: &Expr) -> Option<Value> {
        let columns = expr.columns();
        if columns.is_empty() {
            return crate::fold::constant(expr, &self.settings);
        }
        if columns.iter().any(|id| !self.constants.contains_key(id)) {
            return None;
        }
        let known = expr.substitute(&|id| {
            let value = self.constants.get(&id)?;
            let declared = self.scope.iter().find(|attribute| attribute.id == id).map(|attribute| attribute.data_type);
            Some(Expr::literal(declared.unwrap_or_else(|| literal::type_of(value)), value.clone()))
        });
        crate::fold::constant(&known, &self.settings)
    }

    /// The column of the scope called `name`.
    fn find(&self, name: &str) -> Option<&Attribute> {
        self.scope.iter().rev().find(|attribute| &*attribute.name == name)
    }

    /// The column called `name`, or an error with suggestions.
    fn resolve(&mut self, name: &str, span: Span) -> Option<Attribute> {
        if let Some(attribute) = self.find(name) {
            return Some(attribute.clone());
        }
        let warn = self.unmapped == Unmapped::Warn && !self.closed;
        if self.takes_as_null(name) {
            self.note_absent(name);
            return None;
        }
        if warn {
            let message = format!("Unknown field [{name}]: it is neither in ECS nor made by the query");
            self.diagnostics.push(Diagnostic::warning(Code::UNKNOWN_COLUMN, span, message));
            return None;
        }
        let similar = did_you_mean(name, self.scope.iter().map(|attribute| &*attribute.name));
        let message = format!("Unknown column [{name}]{}", suggestion(&similar));
        let mut diagnostic = Diagnostic::error(Code::UNKNOWN_COLUMN, span, message);
        if let Some(meant) = surely_meant(name, &similar) {
            diagnostic = diagnostic.with_fix(span, meant);
        } else if quarry_functions::registry::find(name).is_some() {
            let name = name.to_uppercase();
            diagnostic =
                diagnostic.with_help(format!("{name} is a function; its arguments stand in parentheses: {name}(...)"));
        }
        self.diagnostics.push(diagnostic);
        None
    }

    /// Whether an unknown name is null and nothing is said.
    fn takes_as_null(&self, name: &str) -> bool {
        match self.unmapped {
            Unmapped::Error | Unmapped::Warn => false,
            Unmapped::Nullify | Unmapped::Load => !self.settled && source::metadata_field(name).is_none(),
            Unmapped::Silent => true,
        }
    }

    /// In a query that reads unknown fields as null: the plan with such a column for `name`.
    fn with_missing_column(&mut self, plan: Plan, name: &str) -> Plan {
        let fills = self.takes_as_null(name) || (self.unmapped == Unmapped::Warn && !self.closed);
        if !fills || plan.output.iter().any(|attribute| &*attribute.name == name) {
            return plan;
        }
        self.note_absent(name);
        self.with_null_column(plan, name)
    }

    fn with_null_column(&mut self, plan: Plan, name: &str) -> Plan {
        let attribute = self.new_attribute(name, DataType::Null);
        let mut output = plan.output.clone();
        output.push(attribute.clone());
        self.scope = output.clone();
        Plan { node: Node::Eval { input: Box::new(plan), fields: vec![(attribute, Expr::null())] }, output }
    }

    fn setting(&mut self, setting: &quarry_syntax::ast::Setting) {
        let literal = match &setting.value.kind {
            ExprKind::Literal(Literal::String(text)) => Some(text.as_str()),
            _ => None,
        };
        match (setting.name.text.to_ascii_lowercase().as_str(), literal) {
            ("unmapped_fields", Some(value)) => match value.to_ascii_lowercase().as_str() {
                "default" | "fail" => (self.unmapped, self.nullifies) = (Unmapped::Error, false),
                "nullify" => (self.unmapped, self.nullifies) = (Unmapped::Nullify, true),
                "load" => (self.unmapped, self.nullifies) = (Unmapped::Load, true),
                _ => self.error(
                    Code::BAD_SETTING,
                    setting.value.span,
                    format!("Error validating setting [unmapped_fields]: Invalid unmapped_fields resolution [{value}], must be one of [DEFAULT, NULLIFY, LOAD]"),
                ),
            },
            ("time_zone", Some(value)) => match zone(value) {
                Some(zone) => self.settings = Arc::new(Settings { zone, ..(*self.settings).clone() }),
                None => self.error(
                    Code::BAD_SETTING,
                    setting.value.span,
                    format!("Error validating setting [time_zone]: Invalid time zone [{value}]"),
                ),
            },
            ("column_metadata" | "approximation" | "project_routing", _) => {}
            ("unmapped_fields" | "time_zone", None) => self.error(
                Code::BAD_SETTING,
                setting.value.span,
                format!("Setting [{}] must be of type KEYWORD", setting.name.text),
            ),
            (name, _) => {
                let known = ["unmapped_fields", "time_zone", "column_metadata", "approximation", "project_routing"];
                let similar = did_you_mean(name, known);
                let message = format!("Unknown setting [{}]{}", setting.name.text, suggestion(&similar));
                self.error(Code::BAD_SETTING, setting.name.span, message);
            }
        }
    }
}

/// A zone by name or offset.
fn zone(text: &str) -> Option<jiff::tz::TimeZone> {
    if text == "Z" || text.eq_ignore_ascii_case("utc") {
        return Some(jiff::tz::TimeZone::UTC);
    }
    if let Some(sign) = text.chars().next().filter(|c| matches!(c, '+' | '-')) {
        let digits: String = text[1..].chars().filter(|c| *c != ':').collect();
        let (hours, minutes) = digits.split_at_checked(2)?;
        let seconds =
            hours.parse::<i32>().ok()? * 3600 + if minutes.is_empty() { 0 } else { minutes.parse::<i32>().ok()? * 60 };
        let offset = jiff::tz::Offset::from_seconds(if sign == '-' { -seconds } else { seconds }).ok()?;
        return Some(jiff::tz::TimeZone::fixed(offset));
    }
    jiff::tz::TimeZone::get(text).ok()
}

/// `, did you mean [a]?`, `, did you mean any of [a, b]?` or nothing.
fn suggestion(similar: &[String]) -> String {
    match similar {
        [] => String::new(),
        [one] => format!(", did you mean [{one}]?"),
        several => format!(", did you mean any of [{}]?", several.join(", ")),
    }
}

/// The plan without the columns that aren't shown.
fn without_hidden(plan: Plan) -> Plan {
    if plan.output.iter().all(|attribute| !attribute.hidden) {
        return plan;
    }
    let output: Vec<Attribute> = plan.output.iter().filter(|attribute| !attribute.hidden).cloned().collect();
    project(plan, output)
}

/// The plan with the columns that are shown, then those that are carried.
fn shown_and_carried(plan: Plan) -> Plan {
    let is_carried = |attribute: &&Attribute| attribute.name.starts_with("$carried$");
    let shown = plan.output.iter().filter(|attribute| !attribute.hidden && !is_carried(attribute));
    let output: Vec<Attribute> = shown.chain(plan.output.iter().filter(is_carried)).cloned().collect();
    if output == plan.output { plan } else { project(plan, output) }
}

/// The plan with only the columns `output`, which it has.
fn project(plan: Plan, output: Vec<Attribute>) -> Plan {
    let sources = output.iter().map(|attribute| attribute.id).collect();
    Plan { node: Node::Project { input: Box::new(plan), sources }, output }
}

/// One row without columns.
fn empty_row() -> Plan {
    Plan { node: Node::Row { values: Vec::new() }, output: Vec::new() }
}

/// `old` without the columns whose names `new` takes, then `new`.
fn append_columns(old: &[Attribute], new: &[Attribute]) -> Vec<Attribute> {
    old.iter().filter(|attribute| new.iter().all(|other| other.name != attribute.name)).chain(new).cloned().collect()
}

/// Whether a source reads from nothing but subqueries.
fn reads_only_subqueries(source: &Command) -> bool {
    let CommandKind::From(from) = &source.kind else { return false };
    from.targets.iter().all(|target| matches!(target, quarry_syntax::ast::Target::Subquery(_)))
}

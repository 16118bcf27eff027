use std::ops::ControlFlow;
use std::sync::Arc;

use quarry_diagnostics::{Diagnostic, Severity};
use quarry_exec::{Budget, ExecError, ExecOptions, Task, execute, execute_together};
use quarry_functions::{Settings, Warnings};
use quarry_plan::analyze::{Environment, analyze};
use quarry_plan::explain::Reading;
use quarry_plan::lineage::Lineage;
use quarry_plan::optimize::{OptimizeOptions, optimize};
use quarry_plan::scan::{Account, Extent};
use quarry_plan::{Node, Plan};
use quarry_types::Batch;

use crate::witness::Witness;
use crate::{ColumnInfo, Engine, QueryResult, Session};

/// A query that is ready to run.
#[derive(Debug)]
pub struct Query {
    pub(crate) plan: Plan,
    columns: Vec<ColumnInfo>,
    diagnostics: Vec<Diagnostic>,
    pub(crate) settings: Arc<Settings>,
    pub(crate) session: Session,
    pub(crate) text: String,
    /// Whether the plan holds only for the session's time.
    pub(crate) clock_is_fixed: bool,
    fields: Vec<(String, Lineage)>,
    witness: Witness,
    /// The rows given at most, where the query itself says nothing.
    implicit_limit: Option<usize>,
}

/// What a run did beside giving rows.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// Texts of what failed in single rows, in the reference's form.
    pub warnings: Vec<String>,
    /// Rows given.
    pub rows: u64,
    /// The implicit limit, where it cut rows off.
    pub cut_at: Option<usize>,
}

impl Query {
    pub(crate) fn prepare(session: &Session, engine: &Engine, text: &str) -> Result<Query, Vec<Diagnostic>> {
        Self::planned(session, engine, text, true)
    }

    pub(crate) fn planned(
        session: &Session,
        engine: &Engine,
        text: &str,
        optimized: bool,
    ) -> Result<Query, Vec<Diagnostic>> {
        let parsed = quarry_syntax::parse(text);
        if !parsed.errors.is_empty() {
            return Err(parsed.errors);
        }
        let replays = !session.selection.times.is_empty();
        let mut environment = Environment {
            catalog: engine.catalog(),
            settings: session.settings(replays),
            parameters: &session.parameters,
            carry: session.carry,
            lenient: false,
            selection: &session.selection,
        };
        let mut analysis = analyze(&parsed.statement, text, &environment);
        if replays && (analysis.clock_is_fixed || analysis.has_errors()) {
            // Where a constant is wanted NOW() has to be one: then there is a plan for each time.
            environment.settings = session.settings(false);
            analysis = analyze(&parsed.statement, text, &environment);
            analysis.clock_is_fixed = true;
        }
        if analysis.has_errors() {
            return Err(analysis.diagnostics.into_iter().filter(|d| d.severity == Severity::Error).collect());
        }
        let (plan, implicit_limit) = match session.default_limit {
            Some(limit) if !analysis.plan.has_limit() => {
                let output = analysis.plan.output.clone();
                // One row more than is given tells whether any was cut.
                let node = Node::Limit { input: Box::new(analysis.plan), count: limit + 1, implicit: true };
                (Plan { node, output }, Some(limit))
            }
            _ => (analysis.plan, None),
        };
        let options = OptimizeOptions { prefilter: session.prefilter, search_bytes: session.search_bytes };
        let mut witness = Witness::default();
        let plan = if optimized { optimize(plan, &analysis.settings, options) } else { plan };
        let plan = witness.watch(plan);
        let columns = plan
            .output
            .iter()
            .map(|attribute| ColumnInfo { name: attribute.name.to_string(), data_type: attribute.data_type })
            .collect();
        Ok(Query {
            plan,
            columns,
            diagnostics: analysis.diagnostics,
            settings: analysis.settings,
            session: session.clone(),
            text: text.to_owned(),
            clock_is_fixed: analysis.clock_is_fixed,
            fields: analysis.fields,
            witness,
            implicit_limit,
        })
    }

    /// The columns of the result, in order.
    #[must_use]
    pub fn columns(&self) -> &[ColumnInfo] {
        &self.columns
    }

    /// Warnings of the analysis.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// The optimised plan.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Whether rows stand for groups of documents, so that they have no ids of their own.
    #[must_use]
    pub fn aggregates(&self) -> bool {
        quarry_plan::lineage::aggregates(&self.plan)
    }

    /// The places of the columns that the last STATS grouped by, as far as they come out; `None` without STATS.
    #[must_use]
    pub fn group_columns(&self) -> Option<Vec<usize>> {
        quarry_plan::lineage::group_columns(&self.plan)
    }

    /// Whether rows come in the order of their documents.
    #[must_use]
    pub fn keeps_order(&self) -> bool {
        quarry_plan::lineage::keeps_order(&self.plan)
    }

    /// For each MV_EXPAND the place where its column comes out, if it does.
    #[must_use]
    pub fn expanded_columns(&self) -> Vec<Option<usize>> {
        quarry_plan::lineage::expanded_columns(&self.plan)
    }

    /// Whether the query itself makes a column of this name, which no document has.
    #[must_use]
    pub fn makes(&self, name: &str) -> bool {
        self.columns.iter().any(|column| column.name == name) && !self.fields.iter().any(|(field, _)| field == name)
    }

    /// After a run: the fields that the query reads by name and that no document looked at has. Documents that can't
    /// match are passed over unread; of those only what the inputs showed at first is known.
    #[must_use]
    pub fn unmet_fields(&self) -> Vec<String> {
        self.witness.unmet(&self.fields)
    }

    /// How much its scans have to read, where all of them know it.
    #[must_use]
    pub fn extent(&self) -> Option<Extent> {
        let mut total = Extent { exact: true, ..Extent::default() };
        let mut open = vec![&self.plan];
        while let Some(plan) = open.pop() {
            if let Node::Scan { table, .. } = &plan.node {
                let extent = table.extent()?;
                total.bytes += extent.bytes;
                total.files += extent.files;
                total.exact &= extent.exact;
            }
            open.extend(plan.inputs());
        }
        Some(total)
    }

    /// The plan in words, in the order in which rows go through its steps.
    #[must_use]
    pub fn explain(&self) -> String {
        quarry_plan::explain::explain(&self.plan)
    }

    /// What the plan asks of its scans.
    #[must_use]
    pub fn reading(&self) -> Reading {
        quarry_plan::explain::reading(&self.plan)
    }

    /// Runs the query and hands its rows to `sink`, batch by batch, until it breaks. What is read is counted in
    /// `account`.
    ///
    /// # Errors
    /// The run could not go on. Rows handed over before are valid.
    pub fn run(&self, account: &Account, sink: &mut dyn FnMut(Batch) -> ControlFlow<()>) -> Result<Summary, ExecError> {
        let mut given = Given { limit: self.implicit_limit, rows: 0, cut: false };
        let warnings = execute(&self.plan, &self.options(), account, &mut |batch| given.give(batch, sink))?;
        Ok(given.summary(&warnings))
    }

    /// Runs queries side by side, each with the result that [`Query::run`] would have: what they read in common is read
    /// once. The first one's session says how many threads there are, and how much memory for all together.
    pub fn run_together(runs: Vec<QueryRun<'_>>, account: &Account) -> Outcomes<Summary> {
        let Some(first) = runs.first() else { return Vec::new() };
        let threads = first.query.session.threads;
        Self::run_beside(runs, Vec::new(), threads, account).0
    }

    /// As [`Query::run_together`], beside other plans, whose results come second.
    pub(crate) fn run_beside(
        runs: Vec<QueryRun<'_>>,
        others: Vec<Task<'_>>,
        threads: usize,
        account: &Account,
    ) -> (Outcomes<Summary>, Outcomes<Warnings>) {
        let budget = Budget::new(runs.first().map_or(usize::MAX, |first| first.query.session.memory_limit));
        let options: Vec<ExecOptions> =
            runs.iter().map(|run| ExecOptions { budget: budget.clone(), ..run.query.options() }).collect();
        let mut given: Vec<Given> =
            runs.iter().map(|run| Given { limit: run.query.implicit_limit, rows: 0, cut: false }).collect();
        let mut takes: Vec<_> = runs
            .into_iter()
            .zip(&mut given)
            .map(|(run, given)| (&run.query.plan, move |batch| given.give(batch, run.sink)))
            .collect();
        let mut tasks: Vec<Task<'_>> =
            takes.iter_mut().zip(&options).map(|((plan, take), options)| Task { plan, options, sink: take }).collect();
        for Task { plan, options, sink } in others {
            tasks.push(Task { plan, options, sink });
        }
        let mut ended = execute_together(tasks, threads, account);
        drop(takes);
        let of_others = ended.split_off(given.len());
        let summaries =
            ended.into_iter().zip(given).map(|(ended, given)| ended.map(|warnings| given.summary(&warnings))).collect();
        (summaries, of_others)
    }

    fn options(&self) -> ExecOptions {
        ExecOptions {
            threads: self.session.threads,
            budget: Budget::new(self.session.memory_limit),
            settings: self.settings.clone(),
            cancelled: self.session.cancelled.clone(),
        }
    }

    /// Runs the query and keeps all rows.
    ///
    /// # Errors
    /// The run could not go on.
    pub fn collect(&self, engine: &Engine) -> Result<QueryResult, ExecError> {
        let mut batches = Vec::new();
        let summary = self.run(engine.account(), &mut |batch| {
            batches.push(batch.compact());
            ControlFlow::Continue(())
        })?;
        Ok(QueryResult { columns: self.columns.clone(), batches, summary })
    }
}

/// What came of several runs, in their order.
pub type Outcomes<T> = Vec<Result<T, ExecError>>;

/// A query that is run beside others, and who takes its rows.
pub struct QueryRun<'a> {
    /// The query.
    pub query: &'a Query,
    /// Takes its rows, batch by batch, until it breaks.
    pub sink: &'a mut dyn FnMut(Batch) -> ControlFlow<()>,
}

impl std::fmt::Debug for QueryRun<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("QueryRun").field("query", self.query).finish_non_exhaustive()
    }
}

/// What a run has given so far.
struct Given {
    /// The implicit limit.
    limit: Option<usize>,
    rows: u64,
    cut: bool,
}

impl Given {
    fn give(&mut self, batch: Batch, sink: &mut dyn FnMut(Batch) -> ControlFlow<()>) -> ControlFlow<()> {
        let left = self.limit.map_or(usize::MAX, |limit| limit.saturating_sub(self.rows as usize));
        if batch.rows() <= left {
            self.rows += batch.rows() as u64;
            return sink(batch);
        }
        self.cut = true;
        self.rows += left as u64;
        if left > 0 {
            let _ = sink(batch.slice(0, left));
        }
        ControlFlow::Break(())
    }

    fn summary(self, warnings: &Warnings) -> Summary {
        Summary { warnings: warnings.texts(), rows: self.rows, cut_at: self.limit.filter(|_| self.cut) }
    }
}

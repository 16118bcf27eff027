use std::ops::ControlFlow;
use std::sync::Arc;

use quarry_diagnostics::{Diagnostic, Severity};
use quarry_exec::{Budget, ExecError, ExecOptions, execute};
use quarry_functions::Settings;
use quarry_plan::analyze::{Environment, analyze};
use quarry_plan::optimize::{OptimizeOptions, optimize};
use quarry_plan::scan::{Account, Extent};
use quarry_plan::{Node, Plan};
use quarry_types::Batch;

use crate::{ColumnInfo, Engine, QueryResult, Session};

/// A query that is ready to run.
#[derive(Debug)]
pub struct Query {
    plan: Plan,
    columns: Vec<ColumnInfo>,
    diagnostics: Vec<Diagnostic>,
    settings: Arc<Settings>,
    session: Session,
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
        let parsed = quarry_syntax::parse(text);
        if !parsed.errors.is_empty() {
            return Err(parsed.errors);
        }
        let environment = Environment {
            catalog: engine.catalog(),
            settings: session.settings(),
            parameters: &session.parameters,
            carry: session.carry,
            lenient: false,
        };
        let analysis = analyze(&parsed.statement, text, &environment);
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
        let options = OptimizeOptions { prefilter: session.prefilter };
        let plan = optimize(plan, &analysis.settings, options);
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

    /// The plan in words: one line for each step, the last one first.
    #[must_use]
    pub fn explain(&self) -> String {
        quarry_plan::explain::explain(&self.plan)
    }

    /// Runs the query and hands its rows to `sink`, batch by batch, until it breaks. What is read is counted in
    /// `account`.
    ///
    /// # Errors
    /// The run could not go on. Rows handed over before are valid.
    pub fn run(&self, account: &Account, sink: &mut dyn FnMut(Batch) -> ControlFlow<()>) -> Result<Summary, ExecError> {
        let options = ExecOptions {
            threads: self.session.threads,
            budget: Budget::new(self.session.memory_limit),
            settings: self.settings.clone(),
            cancelled: self.session.cancelled.clone(),
        };
        let mut rows = 0;
        let mut cut_at = None;
        let mut limited = |batch: Batch| {
            let Some(limit) = self.implicit_limit else {
                rows += batch.rows() as u64;
                return sink(batch);
            };
            let left = limit - rows as usize;
            if batch.rows() > left {
                cut_at = Some(limit);
                rows += left as u64;
                if left > 0 {
                    let _ = sink(batch.slice(0, left));
                }
                return ControlFlow::Break(());
            }
            rows += batch.rows() as u64;
            sink(batch)
        };
        let warnings = execute(&self.plan, &options, account, &mut limited)?;
        Ok(Summary { warnings: warnings.texts(), rows, cut_at })
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

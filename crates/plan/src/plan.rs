//! The typed plan: what is to be done, in the order in which rows go through it.

use std::sync::Arc;

use quarry_functions::extract::Extractor;
use quarry_functions::Site;

use crate::expression::{AggregateCall, Attribute, ColumnId, Expr};
use crate::scan::{Prefilter, ScanColumnKind, Table};

/// A step and the columns that come out of it, in order.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The step.
    pub node: Node,
    /// Its columns.
    pub output: Vec<Attribute>,
}

/// The steps.
#[derive(Clone, Debug)]
pub enum Node {
    /// Rows of a table. `columns[i]` is what `output[i]` holds.
    Scan {
        /// The table.
        table: Arc<dyn Table>,
        /// What each output column holds.
        columns: Vec<ScanColumnKind>,
        /// Literals that a row of interest contains.
        prefilter: Option<Prefilter>,
    },
    /// One row of constants.
    Row {
        /// One expression for each output column.
        values: Vec<Expr>,
    },
    /// The rows of all inputs, one after the other. The outputs of the inputs match `output` by place.
    Union {
        /// The inputs.
        inputs: Vec<Plan>,
    },
    /// The rows for which all conditions are true.
    Filter {
        /// The input.
        input: Box<Plan>,
        /// The conditions.
        conditions: Vec<Expr>,
    },
    /// New columns. `output` holds input columns and new ones in any order.
    Eval {
        /// The input.
        input: Box<Plan>,
        /// New columns; a later one may read an earlier one.
        fields: Vec<(Attribute, Expr)>,
    },
    /// Some of the columns, possibly renamed: `output[i]` has the values of the input column `sources[i]`.
    Project {
        /// The input.
        input: Box<Plan>,
        /// Where each output column comes from.
        sources: Vec<ColumnId>,
    },
    /// Columns taken out of a string: DISSECT, GROK and the like.
    Extract {
        /// The input.
        input: Box<Plan>,
        /// The string.
        operand: Expr,
        /// What takes it apart.
        extractor: Arc<dyn Extractor>,
        /// One column for each of the extractor's.
        fields: Vec<Attribute>,
        /// Its place in the query.
        site: Arc<Site>,
    },
    /// The first rows.
    Limit {
        /// The input.
        input: Box<Plan>,
        /// How many.
        count: usize,
        /// Whether the query didn't ask for it.
        implicit: bool,
    },
    /// At most `count` rows for each key, in their order.
    LimitBy {
        /// The input.
        input: Box<Plan>,
        /// How many.
        count: usize,
        /// The keys; a list is one key as a whole.
        keys: Vec<Expr>,
    },
    /// Rows in order.
    Sort {
        /// The input.
        input: Box<Plan>,
        /// The keys, most important first.
        keys: Vec<SortKey>,
        /// How many rows are wanted at most.
        limit: Option<usize>,
    },
    /// One row for each group: aggregates, then keys.
    Aggregate {
        /// The input.
        input: Box<Plan>,
        /// The aggregates.
        aggregates: Vec<AggregateCall>,
        /// The keys: columns of the input, with the attribute that they come out as.
        groups: Vec<(Attribute, Expr)>,
    },
    /// Every row, with the aggregates of its group.
    InlineAggregate {
        /// The input.
        input: Box<Plan>,
        /// The aggregates.
        aggregates: Vec<AggregateCall>,
        /// The keys.
        groups: Vec<(Attribute, Expr)>,
    },
    /// One row for each value of a column.
    MvExpand {
        /// The input.
        input: Box<Plan>,
        /// The column.
        column: ColumnId,
        /// What it comes out as, at the same place.
        target: Attribute,
    },
}

/// A key of SORT.
#[derive(Clone, Debug)]
pub struct SortKey {
    /// The key.
    pub expr: Expr,
    /// Whether the largest comes first.
    pub descending: bool,
    /// Whether null comes first.
    pub nulls_first: bool,
}

impl Plan {
    /// The plans that this one reads.
    #[must_use]
    pub fn inputs(&self) -> Vec<&Plan> {
        match &self.node {
            Node::Scan { .. } | Node::Row { .. } => Vec::new(),
            Node::Union { inputs } => inputs.iter().collect(),
            Node::Filter { input, .. }
            | Node::Eval { input, .. }
            | Node::Project { input, .. }
            | Node::Extract { input, .. }
            | Node::Limit { input, .. }
            | Node::LimitBy { input, .. }
            | Node::Sort { input, .. }
            | Node::Aggregate { input, .. }
            | Node::InlineAggregate { input, .. }
            | Node::MvExpand { input, .. } => vec![input],
        }
    }

    /// Whether a limit stands anywhere in the plan.
    #[must_use]
    pub fn has_limit(&self) -> bool {
        matches!(self.node, Node::Limit { .. }) || self.inputs().into_iter().any(Plan::has_limit)
    }

    /// The place of the column `id` in the output.
    #[must_use]
    pub fn position(&self, id: ColumnId) -> Option<usize> {
        self.output.iter().position(|attribute| attribute.id == id)
    }
}

/// A site for something that the query doesn't spell.
#[must_use]
pub fn unknown_site() -> Arc<Site> {
    Arc::new(Site::default())
}

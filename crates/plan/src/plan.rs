//! The typed plan: what is to be done, in the order in which rows go through it.

use std::collections::HashSet;
use std::sync::Arc;

use quarry_functions::Site;
use quarry_functions::extract::Extractor;
use quarry_functions::grouping::EmptyBuckets;

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
    /// The rows of a scheduled run's window of time. Not run as it is: a replay puts the rows of each window in its
    /// place.
    Window {
        /// The input.
        input: Box<Plan>,
        /// The columns that say when: the first that isn't null.
        times: Vec<ColumnId>,
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
        /// Buckets that are groups even without rows, by the place of their key.
        empty: Vec<(usize, Arc<EmptyBuckets>)>,
    },
    /// Every row, with the aggregates of its group.
    InlineAggregate {
        /// The input.
        input: Box<Plan>,
        /// The aggregates.
        aggregates: Vec<AggregateCall>,
        /// The keys.
        groups: Vec<(Attribute, Expr)>,
        /// What is made of aggregates and keys: once for each group, so that a row of several groups has a value of each.
        fields: Vec<(Attribute, Expr)>,
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
    /// Columns of the rows of another plan that match: LOOKUP JOIN and ENRICH.
    Lookup {
        /// The input.
        input: Box<Plan>,
        /// The rows looked into. It is no input: it runs once, when the first row asks.
        right: Arc<Plan>,
        /// Which rows match.
        matching: Matching,
        /// Whether a row comes out once for each match. Otherwise it comes out once, with the values of all matches
        /// in one cell. A row without a match comes out once, with nulls.
        expand: bool,
        /// The new columns, and the columns of `right` whose values they have.
        fields: Vec<(Attribute, ColumnId)>,
        /// Its place in the query.
        site: Arc<Site>,
    },
    /// Each row with a probability.
    Sample {
        /// The input.
        input: Box<Plan>,
        /// The probability, between 0 and 1.
        probability: f64,
        /// Where the random numbers start.
        seed: u64,
    },
    /// The point where a series of values changes. The input is sorted by group, then in the order of the series.
    ChangePoint {
        /// The input.
        input: Box<Plan>,
        /// The values.
        value: Expr,
        /// The groups; each is a series of its own.
        groups: Vec<Expr>,
        /// The column for the kind of change.
        kind: Attribute,
        /// The column for its p-value.
        p_value: Attribute,
        /// Its place in the query.
        site: Arc<Site>,
    },
    /// A column that says of each row whether its values are a row of another plan. Null where one of them is null or
    /// a list, and where they aren't found and the other plan has a row with a null.
    Membership {
        /// The input.
        input: Box<Plan>,
        /// The rows looked into.
        right: Arc<Plan>,
        /// Expressions over the input and over the rows looked into, of one type.
        keys: Vec<(Expr, Expr)>,
        /// The new column.
        target: Attribute,
        /// Its place in the query.
        site: Arc<Site>,
    },
    /// A column computed from all values of an expression at once: the key of CATEGORIZE. A row with a list comes out
    /// once for each of its values.
    Whole {
        /// The input.
        input: Box<Plan>,
        /// The values.
        operand: Expr,
        /// What computes the column.
        keys: Whole,
        /// The new column.
        target: Attribute,
    },
}

/// How a lookup finds rows.
#[derive(Clone, Debug)]
pub enum Matching {
    /// All pairs are equal and all conditions are true. Null and lists are equal to nothing.
    Conditions {
        /// Expressions over the input and over the rows looked into, of one type.
        keys: Vec<(Expr, Expr)>,
        /// Conditions over the columns of both.
        others: Vec<Expr>,
    },
    /// Some value of the operand has the text of some value of the column.
    Text {
        /// Over the input.
        operand: Expr,
        /// A column of the rows looked into.
        column: ColumnId,
    },
    /// Some value of the operand lies in a range.
    Range {
        /// Over the input.
        operand: Expr,
        /// The ranges: JSON texts, or texts.
        ranges: ColumnId,
        /// Where the ranges are not objects but fields: those for `gte`, `gt`, `lte` and `lt`.
        bounds: [Option<ColumnId>; 4],
    },
}

impl Matching {
    /// The columns that it reads, of either side.
    #[must_use]
    pub fn columns(&self) -> HashSet<ColumnId> {
        let mut columns = HashSet::new();
        match self {
            Matching::Conditions { keys, others } => {
                keys.iter().flat_map(|(left, right)| [left, right]).chain(others).for_each(|expr| {
                    expr.collect_columns(&mut columns);
                });
            }
            Matching::Text { operand, column } => {
                operand.collect_columns(&mut columns);
                columns.insert(*column);
            }
            Matching::Range { operand, ranges, bounds } => {
                operand.collect_columns(&mut columns);
                columns.insert(*ranges);
                columns.extend(bounds.iter().flatten());
            }
        }
        columns
    }
}

/// A function of a whole column.
#[derive(Clone)]
pub struct Whole(pub Arc<quarry_functions::definition::WholeKeys>);

impl std::fmt::Debug for Whole {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Whole")
    }
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
            | Node::Window { input, .. }
            | Node::Eval { input, .. }
            | Node::Project { input, .. }
            | Node::Extract { input, .. }
            | Node::Limit { input, .. }
            | Node::LimitBy { input, .. }
            | Node::Sort { input, .. }
            | Node::Aggregate { input, .. }
            | Node::InlineAggregate { input, .. }
            | Node::MvExpand { input, .. }
            | Node::Lookup { input, .. }
            | Node::Membership { input, .. }
            | Node::Sample { input, .. }
            | Node::ChangePoint { input, .. }
            | Node::Whole { input, .. } => vec![input],
        }
    }

    /// The plan with every input replaced. The rows that a lookup looks into are no input.
    #[must_use]
    pub fn map_inputs(self, f: &mut dyn FnMut(Plan) -> Plan) -> Plan {
        crate::optimize::map_inputs(self, f)
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

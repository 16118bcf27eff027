//! What a function says of itself.

use quarry_types::{DataType, Value};

use crate::{Accumulator, Kernel, Settings};

/// A set of data types: what a parameter accepts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TypeSet(u32);

impl TypeSet {
    /// Exactly the given types.
    #[must_use]
    pub const fn of(types: &[DataType]) -> Self {
        let mut bits = 0;
        let mut i = 0;
        while i < types.len() {
            bits |= 1 << types[i] as u32;
            i += 1;
        }
        Self(bits)
    }

    /// The types of either set.
    #[must_use]
    pub const fn or(self, other: TypeSet) -> Self {
        Self(self.0 | other.0)
    }

    /// The types of this set that aren't in the other.
    #[must_use]
    pub const fn except(self, other: TypeSet) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether `data_type` is in the set. An untyped null fits everywhere.
    #[must_use]
    pub const fn accepts(self, data_type: DataType) -> bool {
        matches!(data_type, DataType::Null) || self.0 & (1 << data_type as u32) != 0
    }

    /// The types, in declaration order.
    pub fn types(self) -> impl Iterator<Item = DataType> {
        DataType::ALL.into_iter().filter(move |t| *t != DataType::Null && self.accepts(*t))
    }
}

impl std::fmt::Debug for TypeSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.types()).finish()
    }
}

/// The type sets that signatures are written with.
pub mod accept {
    use super::{DataType, TypeSet};

    /// boolean
    pub const BOOLEAN: TypeSet = TypeSet::of(&[DataType::Boolean]);
    /// integer
    pub const INTEGER: TypeSet = TypeSet::of(&[DataType::Integer]);
    /// long
    pub const LONG: TypeSet = TypeSet::of(&[DataType::Long]);
    /// unsigned_long
    pub const UNSIGNED_LONG: TypeSet = TypeSet::of(&[DataType::UnsignedLong]);
    /// double
    pub const DOUBLE: TypeSet = TypeSet::of(&[DataType::Double]);
    /// integer, long
    pub const WHOLE: TypeSet = TypeSet::of(&[DataType::Integer, DataType::Long]);
    /// integer, long, double
    pub const SIGNED: TypeSet = TypeSet::of(&[DataType::Integer, DataType::Long, DataType::Double]);
    /// integer, long, unsigned_long, double
    pub const NUMERIC: TypeSet =
        TypeSet::of(&[DataType::Integer, DataType::Long, DataType::UnsignedLong, DataType::Double]);
    /// keyword, text
    pub const STRING: TypeSet = TypeSet::of(&[DataType::Keyword, DataType::Text]);
    /// date
    pub const DATE: TypeSet = TypeSet::of(&[DataType::Date]);
    /// date_nanos
    pub const DATE_NANOS: TypeSet = TypeSet::of(&[DataType::DateNanos]);
    /// date, date_nanos
    pub const DATES: TypeSet = TypeSet::of(&[DataType::Date, DataType::DateNanos]);
    /// ip
    pub const IP: TypeSet = TypeSet::of(&[DataType::Ip]);
    /// version
    pub const VERSION: TypeSet = TypeSet::of(&[DataType::Version]);
    /// date_period, time_duration
    pub const SPAN: TypeSet = TypeSet::of(&[DataType::DatePeriod, DataType::TimeDuration]);
    /// date_period
    pub const DATE_PERIOD: TypeSet = TypeSet::of(&[DataType::DatePeriod]);
    /// time_duration
    pub const TIME_DURATION: TypeSet = TypeSet::of(&[DataType::TimeDuration]);
    /// geo_point
    pub const GEO_POINT: TypeSet = TypeSet::of(&[DataType::GeoPoint]);
    /// geo_point, geo_shape, cartesian_point, cartesian_shape
    pub const SPATIAL: TypeSet =
        TypeSet::of(&[DataType::GeoPoint, DataType::GeoShape, DataType::CartesianPoint, DataType::CartesianShape]);
    /// date_range, double_range
    pub const RANGE: TypeSet = TypeSet::of(&[DataType::DateRange, DataType::DoubleRange]);
    /// geohash, geotile, geohex
    pub const GRID: TypeSet = TypeSet::of(&[DataType::Geohash, DataType::Geotile, DataType::Geohex]);
    /// flattened
    pub const FLATTENED: TypeSet = TypeSet::of(&[DataType::Flattened]);
    /// _source
    pub const SOURCE: TypeSet = TypeSet::of(&[DataType::Source]);
    /// boolean, numbers but unsigned_long, strings, dates, ip, version: what has an order
    pub const ORDERED: TypeSet = BOOLEAN.or(SIGNED).or(STRING).or(DATES).or(IP).or(VERSION);
    /// Every type that a column can have, but `_source`
    pub const ANY: TypeSet = ORDERED.or(UNSIGNED_LONG).or(SPATIAL).or(FLATTENED).or(RANGE).or(GRID);
}

/// One parameter.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Its name in help.
    pub name: &'static str,
    /// What it is, one sentence.
    pub description: &'static str,
}

/// One way to call a function: what each argument may be, and what comes out.
#[derive(Clone, Copy, Debug)]
pub struct Signature {
    /// What each parameter accepts.
    pub parameters: &'static [TypeSet],
    /// How many of the last parameters may be left out.
    pub optional: usize,
    /// Whether the last parameter may be repeated, any number of times.
    pub variadic: bool,
    /// Whether the arguments whose parameters accept several types must agree on one, to which they are converted.
    pub unify: bool,
    /// The type of the result.
    pub returns: Returns,
}

impl Signature {
    /// Takes exactly `parameters`.
    #[must_use]
    pub const fn new(parameters: &'static [TypeSet], returns: Returns) -> Self {
        Self { parameters, optional: 0, variadic: false, unify: false, returns }
    }

    /// The same, where the last `count` parameters may be left out.
    #[must_use]
    pub const fn optional(self, count: usize) -> Self {
        Self { optional: count, ..self }
    }

    /// The same, where the last parameter may be repeated.
    #[must_use]
    pub const fn variadic(self) -> Self {
        Self { variadic: true, ..self }
    }

    /// The same, where arguments are converted to the type they have in common.
    #[must_use]
    pub const fn unified(self) -> Self {
        Self { unify: true, ..self }
    }

    /// The set that the argument at `index` has to be in; `None` beyond the last.
    #[must_use]
    pub fn parameter(&self, index: usize) -> Option<TypeSet> {
        match self.parameters.get(index) {
            Some(set) => Some(*set),
            None if self.variadic => self.parameters.last().copied(),
            None => None,
        }
    }

    /// Whether a call may have `count` arguments.
    #[must_use]
    pub fn accepts_count(&self, count: usize) -> bool {
        count + self.optional >= self.parameters.len() && (self.variadic || count <= self.parameters.len())
    }
}

/// The type of a result.
#[derive(Clone, Copy, Debug)]
pub enum Returns {
    /// Always this type.
    Always(DataType),
    /// The type of the argument at this place, text becoming keyword.
    Argument(usize),
    /// The type that all arguments from this place on have in common, text becoming keyword.
    Common(usize),
    /// What the function makes of the argument types.
    With(fn(&[DataType]) -> DataType),
}

/// A query and one column of its result: documentation that is run as a test.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    /// A whole query.
    pub query: &'static str,
    /// The expected result: per row the cells joined with ` | `, rows joined with newlines.
    pub result: &'static str,
}

/// The chapter of the documentation that a function belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// STATS
    Aggregate,
    /// STATS ... BY
    Grouping,
    /// CASE and the like
    Conditional,
    /// Strings
    String,
    /// Addresses
    Ip,
    /// Dates and times
    Date,
    /// Conversion between types
    Conversion,
    /// Numbers
    Math,
    /// Multi-values
    MultiValue,
    /// Spans of dates and numbers
    Range,
    /// Full-text and KQL filters
    Search,
    /// Places and shapes
    Spatial,
    /// Operators
    Operator,
    /// Functions that only this engine has
    Extension,
}

impl Category {
    /// The chapter's title.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Category::Aggregate => "Aggregate functions",
            Category::Grouping => "Grouping functions",
            Category::Conditional => "Conditional functions",
            Category::String => "String functions",
            Category::Ip => "IP functions",
            Category::Date => "Date functions",
            Category::Conversion => "Type conversion functions",
            Category::Math => "Math functions",
            Category::MultiValue => "Multi-value functions",
            Category::Range => "Range functions",
            Category::Search => "Search functions",
            Category::Spatial => "Spatial functions",
            Category::Operator => "Operators",
            Category::Extension => "Extensions of this engine",
        }
    }
}

/// A call that has been typed and is about to be built: what is known before the first row.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// The type of each argument.
    pub types: &'a [DataType],
    /// The value of each argument that is constant.
    pub constants: &'a [Option<Value>],
    /// The source text of each argument, for messages.
    pub sources: &'a [&'a str],
    /// The source text of the whole call, for messages.
    pub source: &'a str,
    /// The options map: names and constants.
    pub options: &'a [(String, Value)],
    /// The type that the call returns.
    pub returns: DataType,
    /// The session's clock and zone.
    pub settings: &'a Settings,
}

impl Call<'_> {
    /// The constant string at `index`, where it is one.
    #[must_use]
    pub fn constant_str(&self, index: usize) -> Option<&str> {
        self.constants.get(index)?.as_ref()?.as_str()
    }

    /// The value of the option `name`.
    #[must_use]
    pub fn option(&self, name: &str) -> Option<&Value> {
        self.options.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }
}

/// Why a call can't be built. The message is in the reference's wording, without position.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BuildError(pub String);

/// A function of one row.
#[derive(Debug)]
pub struct ScalarFunction {
    /// The name, in lower case. Operators are named as in the reference's signatures: `add`, `equals`...
    pub name: &'static str,
    /// Other names.
    pub aliases: &'static [&'static str],
    /// The chapter.
    pub category: Category,
    /// What it does, one sentence.
    pub summary: &'static str,
    /// What else must be known: nulls, lists, failures. May be empty.
    pub details: &'static str,
    /// Its parameters, in order.
    pub parameters: &'static [Parameter],
    /// The ways to call it; the first that fits is taken.
    pub signatures: &'static [Signature],
    /// Examples, run as tests.
    pub examples: &'static [Example],
    /// How rows are computed.
    pub evaluation: Evaluation,
}

/// How the engine computes a scalar function.
#[derive(Clone, Copy, Debug)]
pub enum Evaluation {
    /// All arguments are computed for all rows, then handed to the kernel.
    Kernel(fn(&Call<'_>) -> Result<Kernel, BuildError>),
    /// CASE: values are computed only for the rows that reach them.
    Case,
    /// COALESCE: later arguments are computed only for rows that are still null.
    Coalesce,
}

/// A function of many rows.
#[derive(Debug)]
pub struct AggregateFunction {
    /// The name, in lower case.
    pub name: &'static str,
    /// Other names.
    pub aliases: &'static [&'static str],
    /// What it does, one sentence.
    pub summary: &'static str,
    /// What else must be known. May be empty.
    pub details: &'static str,
    /// Its parameters, in order.
    pub parameters: &'static [Parameter],
    /// The ways to call it; the first that fits is taken.
    pub signatures: &'static [Signature],
    /// Examples, run as tests.
    pub examples: &'static [Example],
    /// How many of the first arguments are computed per row; the others must be constant.
    pub inputs: usize,
    /// Fields that the function reads without being given them, appended to its inputs: `@timestamp` of EARLIEST.
    pub implicit: &'static [&'static str],
    /// Makes the state of one aggregation.
    pub build: fn(&Call<'_>) -> Result<Box<dyn Accumulator>, BuildError>,
}

/// A function that makes the keys of STATS ... BY. Its kernel is a scalar one once `prepare` has seen the constants.
#[derive(Debug)]
pub struct GroupingFunction {
    /// The name, in lower case.
    pub name: &'static str,
    /// Other names.
    pub aliases: &'static [&'static str],
    /// What it does, one sentence.
    pub summary: &'static str,
    /// What else must be known. May be empty.
    pub details: &'static str,
    /// Its parameters, in order.
    pub parameters: &'static [Parameter],
    /// The ways to call it.
    pub signatures: &'static [Signature],
    /// Examples, run as tests.
    pub examples: &'static [Example],
    /// How keys are computed.
    pub keys: GroupingKeys,
    /// The buckets that a call wants even where no row falls into them, for functions that know such.
    pub empty_buckets: Option<FindEmptyBuckets>,
}

/// Finds the buckets that a call wants filled; `None` where it wants none.
pub type FindEmptyBuckets = fn(&Call<'_>) -> Result<Option<std::sync::Arc<crate::grouping::EmptyBuckets>>, BuildError>;

/// How a grouping function makes its keys.
#[derive(Clone, Copy, Debug)]
pub enum GroupingKeys {
    /// Row by row, like a scalar function.
    Kernel(fn(&Call<'_>) -> Result<Kernel, BuildError>),
    /// From all values at once (CATEGORIZE): values in, one key per value out.
    Whole(fn(&Call<'_>) -> Result<WholeKeys, BuildError>),
}

/// Computes keys from all values of a column at once.
pub type WholeKeys = Box<dyn Fn(&quarry_types::Column) -> quarry_types::Column + Send + Sync>;

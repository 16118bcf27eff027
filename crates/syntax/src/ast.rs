//! The syntax tree of a query. Every node knows its [`Span`]; nothing is resolved, typed or simplified.

use quarry_diagnostics::Span;

/// A whole text: settings, then a query.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// `SET name = value;` in the order typed.
    pub settings: Vec<Setting>,
    /// The pipeline.
    pub query: Query,
}

/// `SET name = value;`
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// The setting's name as typed.
    pub name: Ident,
    /// A constant, or a map.
    pub value: Expr,
    /// From `SET` to the semicolon.
    pub span: Span,
}

/// A source command and the commands piped after it.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// `commands[0]` is a source command (`FROM`, `ROW`, `SHOW INFO`...) in every tree that parsed without errors.
    pub commands: Vec<Command>,
    /// From the source command to the end of the last command.
    pub span: Span,
}

/// One command of a pipeline.
#[derive(Clone, Debug, PartialEq)]
pub struct Command {
    /// What it is.
    pub kind: CommandKind,
    /// From its keyword to its last token.
    pub span: Span,
}

/// The commands.
#[derive(Clone, Debug, PartialEq)]
pub enum CommandKind {
    /// `FROM targets [METADATA names]`
    From(From),
    /// `ROW fields`
    Row(Vec<Field>),
    /// `SHOW INFO`
    ShowInfo,
    /// `WHERE condition`
    Where(Expr),
    /// `EVAL fields`
    Eval(Vec<Field>),
    /// `KEEP patterns`
    Keep(Vec<NamePattern>),
    /// `DROP patterns`
    Drop(Vec<NamePattern>),
    /// `RENAME old AS new` or `new = old`
    Rename(Vec<Rename>),
    /// `SORT keys`
    Sort(Vec<SortKey>),
    /// `LIMIT n [BY keys]`
    Limit {
        /// A constant.
        count: Expr,
        /// The keys of LIMIT BY; empty without BY.
        by: Vec<Expr>,
    },
    /// `STATS aggregates BY groups`, or `INLINE STATS`
    Stats {
        /// Whether it is INLINE STATS.
        inline: bool,
        /// The aggregates.
        aggregates: Vec<AggregateField>,
        /// The grouping keys.
        groups: Vec<Field>,
    },
    /// `DISSECT input "pattern" [APPEND_SEPARATOR = "x"]`
    Dissect {
        /// A string expression.
        input: Expr,
        /// The pattern.
        pattern: StringLiteral,
        /// `name = constant` pairs.
        options: Vec<(Ident, Expr)>,
    },
    /// `GROK input "pattern", ...`
    Grok {
        /// A string expression.
        input: Expr,
        /// One pattern or several.
        patterns: Vec<StringLiteral>,
    },
    /// `MV_EXPAND name`
    MvExpand(Name),
    /// `ENRICH policy [ON name] [WITH fields]`
    Enrich {
        /// `_any`, `_coordinator` or `_remote`, as typed, before a colon.
        mode: Option<Ident>,
        /// The policy's name.
        policy: Ident,
        /// The match field.
        on: Option<NamePattern>,
        /// `[new =] field` pairs; empty without WITH.
        with: Vec<EnrichField>,
    },
    /// `LOOKUP JOIN index ON conditions`
    LookupJoin {
        /// The lookup index.
        index: IndexPattern,
        /// Field names, or one boolean expression.
        on: Vec<Expr>,
    },
    /// `FORK (branch) (branch)`
    Fork(Vec<Vec<Command>>),
    /// `CHANGE_POINT value [ON key] [AS type, pvalue] [BY keys]`
    ChangePoint {
        /// The column looked at.
        value: Name,
        /// The column that orders it.
        key: Option<Name>,
        /// The names of the two new columns.
        targets: Option<(Name, Name)>,
        /// Groups.
        by: Vec<Expr>,
    },
    /// `DEDUP`
    Dedup,
    /// `DISTINCT`: the same under another name
    Distinct,
    /// `FILLNULL value|DEFAULT ON patterns`
    FillNull {
        /// A constant; `None` for DEFAULT.
        value: Option<Expr>,
        /// The columns to fill.
        patterns: Vec<NamePattern>,
    },
    /// `SAMPLE probability`
    Sample(Expr),
    /// `URI_PARTS`, `REGISTERED_DOMAIN`, `USER_AGENT`, `IP_LOCATION`: `prefix = expression [WITH map]`
    Extract {
        /// Which of them.
        kind: ExtractKind,
        /// The prefix of the new columns.
        prefix: Name,
        /// The string or address.
        input: Expr,
        /// Options.
        options: Option<Map>,
    },
    /// A command that is parsed and never run: search and inference (`COMPLETION`, `RERANK`, `FUSE`, `TS`...).
    Unsupported {
        /// Its keyword in upper case.
        name: &'static str,
        /// What stands after the keyword, as typed.
        arguments: String,
    },
    /// A command that could not be parsed; its span covers what was skipped.
    Error,
}

/// The commands that take a value apart into several columns under a prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExtractKind {
    /// `URI_PARTS`
    UriParts,
    /// `REGISTERED_DOMAIN`
    RegisteredDomain,
    /// `USER_AGENT`
    UserAgent,
    /// `IP_LOCATION`
    IpLocation,
}

/// `FROM targets [METADATA names]`
#[derive(Clone, Debug, PartialEq)]
pub struct From {
    /// What to read.
    pub targets: Vec<Target>,
    /// The metadata fields asked for.
    pub metadata: Vec<Ident>,
}

/// One target of FROM.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// An index pattern.
    Index(IndexPattern),
    /// `(FROM ... | ...)`
    Subquery(Query),
}

/// `[cluster:]index[::selector]`, quoted or not. A quoted one may hold several, separated by commas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexPattern {
    /// As typed, without quotes: cluster and selector included.
    pub text: String,
    /// Whether it stood in quotes.
    pub quoted: bool,
    /// The parameter that stands for it; `text` is then the parameter as typed.
    pub param: Option<Param>,
    /// Where.
    pub span: Span,
}

/// `[name =] expression`
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// The name given; without one the column is named by the source text of `expr`.
    pub name: Option<Name>,
    /// The expression.
    pub expr: Expr,
    /// Both.
    pub span: Span,
}

/// `[name =] aggregate [WHERE condition]`
#[derive(Clone, Debug, PartialEq)]
pub struct AggregateField {
    /// Name and expression.
    pub field: Field,
    /// The filter.
    pub filter: Option<Expr>,
    /// All of it.
    pub span: Span,
}

/// `old AS new`, or `new = old`.
#[derive(Clone, Debug, PartialEq)]
pub struct Rename {
    /// The present name.
    pub old: NamePattern,
    /// The new name.
    pub new: NamePattern,
    /// Whether it was typed `new = old`.
    pub assignment: bool,
    /// All of it.
    pub span: Span,
}

/// `expression [ASC|DESC] [NULLS FIRST|LAST]`
#[derive(Clone, Debug, PartialEq)]
pub struct SortKey {
    /// The key.
    pub expr: Expr,
    /// `Some(true)` for DESC, `Some(false)` for ASC.
    pub descending: Option<bool>,
    /// `Some(true)` for NULLS FIRST.
    pub nulls_first: Option<bool>,
    /// All of it.
    pub span: Span,
}

/// `[new =] field` of ENRICH ... WITH.
#[derive(Clone, Debug, PartialEq)]
pub struct EnrichField {
    /// The column's name where it differs from the field's.
    pub new: Option<NamePattern>,
    /// The policy's field.
    pub field: NamePattern,
}

/// A word, unquoted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ident {
    /// Its text without backquotes.
    pub text: String,
    /// Where, backquotes included.
    pub span: Span,
}

/// A column's name: segments joined with dots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The segments.
    pub segments: Vec<NameSegment>,
    /// Where.
    pub span: Span,
}

impl Name {
    /// The column name that the segments spell; `None` where a segment is a parameter.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        let mut text = String::new();
        for (i, segment) in self.segments.iter().enumerate() {
            let NameSegment::Ident(ident) = segment else { return None };
            if i > 0 {
                text.push('.');
            }
            text.push_str(&ident.text);
        }
        Some(text)
    }
}

/// One segment of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NameSegment {
    /// A word.
    Ident(Ident),
    /// `?x` or `??x`.
    Param(Param),
}

/// A pattern over column names: literal pieces and `*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamePattern {
    /// The pieces in order; dots between segments are part of the literals.
    pub pieces: Vec<PatternPiece>,
    /// Where.
    pub span: Span,
}

impl NamePattern {
    /// The name that the pattern spells when it has neither wildcard nor parameter.
    #[must_use]
    pub fn exact(&self) -> Option<String> {
        let mut text = String::new();
        for piece in &self.pieces {
            let PatternPiece::Literal(literal) = piece else { return None };
            text.push_str(literal);
        }
        Some(text)
    }

    /// Whether the pattern is a bare `*`.
    #[must_use]
    pub fn is_star(&self) -> bool {
        self.pieces == [PatternPiece::Any]
    }

    /// Whether the pattern holds a `*`.
    #[must_use]
    pub fn has_wildcard(&self) -> bool {
        self.pieces.contains(&PatternPiece::Any)
    }
}

/// A piece of a name pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PatternPiece {
    /// Text that must be there.
    Literal(String),
    /// `*`
    Any,
    /// A parameter that stands for a segment.
    Param(Param),
}

/// A parameter of the query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Param {
    /// How it is referred to.
    pub kind: ParamKind,
    /// Whether it is an identifier parameter, `??`.
    pub identifier: bool,
    /// Where.
    pub span: Span,
}

/// How a parameter is referred to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParamKind {
    /// `?`: the n-th of its kind in the text, counted from 0.
    Anonymous(u32),
    /// `?n`, counted from 1.
    Position(u32),
    /// `?name`
    Named(String),
}

/// A string with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StringLiteral {
    /// The value, escapes resolved.
    pub value: String,
    /// Where, quotes included.
    pub span: Span,
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where; for [`ExprKind::Paren`] with the parentheses.
    pub span: Span,
}

/// The expressions.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// A constant.
    Literal(Literal),
    /// A column.
    Name(Name),
    /// A value parameter.
    Param(Param),
    /// `name(arguments, {options})`
    Call {
        /// The function's name.
        name: NameSegment,
        /// The arguments; `*` of `COUNT(*)` is [`ExprKind::Star`].
        args: Vec<Expr>,
        /// The options map.
        options: Option<Map>,
    },
    /// `*` as the only argument of a call.
    Star,
    /// `-x`, `+x`, `NOT x`
    Unary {
        /// The operator.
        op: UnaryOp,
        /// The operand.
        operand: Box<Expr>,
    },
    /// `a op b`
    Binary {
        /// The operator.
        op: BinaryOp,
        /// The operator's own place.
        op_span: Span,
        /// The left operand.
        left: Box<Expr>,
        /// The right operand.
        right: Box<Expr>,
    },
    /// `x [NOT] LIKE p`, `x [NOT] RLIKE (p, q)`
    Like {
        /// The value.
        operand: Box<Expr>,
        /// Whether NOT stands before it.
        negated: bool,
        /// Whether it is RLIKE.
        regex: bool,
        /// The patterns; one unless `list`.
        patterns: Vec<Expr>,
        /// Whether the patterns stand in parentheses.
        list: bool,
    },
    /// `x [NOT] IN (a, b)`
    In {
        /// The value.
        operand: Box<Expr>,
        /// Whether NOT stands before it.
        negated: bool,
        /// The elements.
        list: Vec<Expr>,
    },
    /// `x [NOT] IN (FROM ...)`
    InSubquery {
        /// The value, or the values of a tuple.
        operands: Vec<Expr>,
        /// Whether NOT stands before it.
        negated: bool,
        /// The query.
        query: Box<Query>,
    },
    /// `x IS [NOT] NULL`
    IsNull {
        /// The value.
        operand: Box<Expr>,
        /// Whether it is IS NOT NULL.
        negated: bool,
    },
    /// `field : query`
    Match {
        /// The field.
        field: Box<Expr>,
        /// The constant looked for.
        query: Box<Expr>,
    },
    /// `x::type`
    Cast {
        /// The value.
        operand: Box<Expr>,
        /// The type's name.
        type_name: Ident,
    },
    /// `(x)`: kept so that printing gives back what was typed.
    Paren(Box<Expr>),
    /// `{"key": value}`, only as a setting's value.
    Map(Map),
    /// An expression that could not be parsed.
    Error,
}

/// `{"key": value, ...}`
#[derive(Clone, Debug, PartialEq)]
pub struct Map {
    /// The entries in the order typed.
    pub entries: Vec<(StringLiteral, Expr)>,
    /// Where, braces included.
    pub span: Span,
}

/// A constant.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// `null`
    Null,
    /// `true`, `false`
    Boolean(bool),
    /// A whole number that fits 32 bits. The sign is part of it.
    Integer(i32),
    /// A whole number that fits 64 bits.
    Long(i64),
    /// A whole number up to 2^64-1.
    UnsignedLong(u64),
    /// Any other number.
    Double(f64),
    /// A string, escapes resolved.
    String(String),
    /// `3 days`
    TimeSpan {
        /// How many.
        amount: i64,
        /// Of what.
        unit: TimeUnit,
    },
    /// `[1, 2]`: elements of one kind, numbers already widened to the widest of them.
    Array(Vec<Literal>),
}

/// Units of time spans. Calendar units make a period, the others a duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeUnit {
    /// `ms`
    Millisecond,
    /// `s`
    Second,
    /// `m`, `min`
    Minute,
    /// `h`
    Hour,
    /// `d`
    Day,
    /// `w`: seven days
    Week,
    /// `mo`
    Month,
    /// `q`: three months
    Quarter,
    /// `y`, `yr`
    Year,
}

/// Operators with one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOp {
    /// `-`
    Negate,
    /// `+`
    Plus,
    /// `NOT`
    Not,
}

/// Operators with two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Modulo,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `AND`
    And,
    /// `OR`
    Or,
}

impl BinaryOp {
    /// The operator as typed, keywords in upper case.
    #[must_use]
    pub fn symbol(self) -> &'static str {
        match self {
            BinaryOp::Add => "+",
            BinaryOp::Subtract => "-",
            BinaryOp::Multiply => "*",
            BinaryOp::Divide => "/",
            BinaryOp::Modulo => "%",
            BinaryOp::Equal => "==",
            BinaryOp::NotEqual => "!=",
            BinaryOp::Less => "<",
            BinaryOp::LessOrEqual => "<=",
            BinaryOp::Greater => ">",
            BinaryOp::GreaterOrEqual => ">=",
            BinaryOp::And => "AND",
            BinaryOp::Or => "OR",
        }
    }
}

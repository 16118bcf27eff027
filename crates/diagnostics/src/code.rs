/// The number of a kind of diagnostic. Numbers are never reused; the hundreds say which stage speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub u16);

impl Code {
    /// A character that starts no token.
    pub const UNKNOWN_TOKEN: Code = Code(100);
    /// A string that isn't closed or holds a bad escape.
    pub const BAD_STRING: Code = Code(101);
    /// A number that can't be represented.
    pub const BAD_NUMBER: Code = Code(102);
    /// Something else was expected here.
    pub const UNEXPECTED_TOKEN: Code = Code(103);
    /// The query is nested too deeply or is too long.
    pub const TOO_DEEP: Code = Code(104);
    /// A wildcard where none is allowed, or a misused one.
    pub const BAD_PATTERN: Code = Code(105);
    /// A setting that isn't known or has a bad value.
    pub const BAD_SETTING: Code = Code(106);
    /// Anything else that the grammar forbids.
    pub const INVALID_SYNTAX: Code = Code(107);
    /// A parameter that isn't given or is used wrongly.
    pub const BAD_PARAMETER: Code = Code(108);

    /// A column that doesn't exist.
    pub const UNKNOWN_COLUMN: Code = Code(200);
    /// An index that doesn't exist.
    pub const UNKNOWN_INDEX: Code = Code(201);
    /// A function that doesn't exist.
    pub const UNKNOWN_FUNCTION: Code = Code(202);
    /// An operand or argument of the wrong type.
    pub const TYPE_MISMATCH: Code = Code(203);
    /// A wrong number of arguments.
    pub const WRONG_ARITY: Code = Code(204);
    /// A misuse of aggregate or grouping functions.
    pub const BAD_AGGREGATE: Code = Code(205);
    /// A literal that can't be converted to the type required of it.
    pub const BAD_LITERAL: Code = Code(206);
    /// A pattern for DISSECT, GROK, LIKE or RLIKE that can't be used.
    pub const BAD_MATCH_PATTERN: Code = Code(207);
    /// A command or function that is known and not offered.
    pub const UNSUPPORTED: Code = Code(208);
    /// Anything else that the analysis refuses.
    pub const INVALID_QUERY: Code = Code(209);
    /// An enrich policy or lookup index that doesn't exist.
    pub const UNKNOWN_POLICY: Code = Code(210);
    /// A field of the input that hides or contradicts another.
    pub const AMBIGUOUS_FIELD: Code = Code(211);

    /// A row's evaluation failed and gave null.
    pub const EVALUATION_FAILED: Code = Code(300);
    /// Rows were cut by a limit.
    pub const LIMIT_APPLIED: Code = Code(301);
    /// A column that doesn't exist was read as null.
    pub const COLUMN_NULLIFIED: Code = Code(302);

    /// An input that can't be read.
    pub const UNREADABLE_INPUT: Code = Code(400);
    /// A record that isn't well formed.
    pub const MALFORMED_RECORD: Code = Code(401);
    /// A value that doesn't fit its field's type.
    pub const VALUE_MISFIT: Code = Code(402);

    /// A rule file that can't be used.
    pub const BAD_RULE: Code = Code(500);
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Q{:04}", self.0)
    }
}

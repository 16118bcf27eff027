//! What holds for every text and for every tree.

use proptest::{collection::vec, option, prelude::*};
use quarry_diagnostics::Span;
use quarry_syntax::{
    ast::{
        AggregateField, BinaryOp, Command, CommandKind, Expr, ExprKind, Field, From, Ident, IndexPattern, Literal,
        Name, NamePattern, NameSegment, Param, ParamKind, PatternPiece, Query, Rename, SortKey, Statement,
        StringLiteral, Target, TimeUnit, UnaryOp,
    },
    format, parse, print, print_expression, strip_spans,
};

const NONE: Span = Span { start: 0, end: 0 };

/// Pieces of text that mean something to the lexer, and some that don't.
const SOUP: &[&str] = &[
    "FROM",
    "from",
    "x",
    "logs-*",
    "|",
    "||",
    "&&",
    "WHERE",
    "EVAL",
    "KEEP",
    "DROP",
    "RENAME",
    "SORT",
    "LIMIT",
    "STATS",
    "BY",
    "INLINE",
    "FORK",
    "DISSECT",
    "GROK",
    "ENRICH",
    "ON",
    "WITH",
    "LOOKUP",
    "JOIN",
    "MV_EXPAND",
    "CHANGE_POINT",
    "AS",
    "SET",
    "METADATA",
    "ROW",
    "SHOW",
    "INFO",
    "TS",
    "PROMQL",
    "COMPLETION",
    "URI_PARTS",
    "SAMPLE",
    "DEDUP",
    "AND",
    "OR",
    "NOT",
    "IN",
    "LIKE",
    "RLIKE",
    "IS",
    "NULL",
    "true",
    "NULLS",
    "FIRST",
    "ASC",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ".",
    ":",
    "::",
    ";",
    "=",
    "==",
    "!=",
    "<",
    ">=",
    "=~",
    "+",
    "-",
    "*",
    "/",
    "%",
    "?",
    "??a",
    "?1",
    "1",
    "1.5",
    ".5",
    "1e400",
    "1 day",
    "99999999999999999999",
    "\"s\"",
    "\"",
    "\"\"\"t\"\"\"",
    "\"\"\"",
    "\"\\d\"",
    "'q'",
    "'",
    "`b`",
    "`",
    "``",
    "//",
    "/*",
    "*/",
    "\n",
    "\r\n",
    "\t",
    "é",
    "😀",
    "\u{0}",
    "\u{1b}",
    "$",
    "#",
    "@timestamp",
    "_",
    "a.b",
    "f(",
    "count(*)",
];

fn soup() -> impl Strategy<Value = String> {
    vec((proptest::sample::select(SOUP), any::<bool>()), 0..40).prop_map(|parts| {
        let mut text = String::new();
        for (part, glued) in parts {
            text.push_str(part);
            if !glued {
                text.push(' ');
            }
        }
        text
    })
}

/// Checks what holds for every text.
fn check_text(text: &str) {
    let parsed = parse(text);
    let inside = |span: Span| {
        let (start, end) = (span.start as usize, span.end as usize);
        start <= end && end <= text.len() && text.is_char_boundary(start) && text.is_char_boundary(end)
    };
    for error in &parsed.errors {
        assert!(error.span.is_some_and(inside), "{error:?} in {text:?}");
        assert!(error.labels.iter().all(|label| inside(label.span)), "{error:?} in {text:?}");
        assert!(error.fix.as_ref().is_none_or(|fix| inside(fix.span)), "{error:?} in {text:?}");
    }
    assert!(parsed.comments.iter().all(|comment| inside(comment.span)));
    assert!(parsed.statement.query.commands.iter().all(|command| inside(command.span)), "{text:?}");
    // Printing a tree with errors in it must do no harm.
    let _ = print(&parsed.statement);
    if !parsed.errors.is_empty() {
        assert!(format(text).is_err());
        return;
    }
    let once = format(text).expect("a text without errors");
    assert_eq!(format(&once), Ok(once.clone()), "{text:?}");
    same(parsed.statement.clone(), &once, text);
    same(parsed.statement, &print(&parse(text).statement), text);
}

fn same(mut tree: Statement, printed: &str, text: &str) {
    let again = parse(printed);
    assert_eq!(again.errors, [], "{printed:?} from {text:?}");
    let mut other = again.statement;
    strip_spans(&mut tree);
    strip_spans(&mut other);
    assert_eq!(tree, other, "{printed:?} from {text:?}");
}

fn ident(text: String) -> Ident {
    Ident { text, span: NONE }
}

fn expr(kind: ExprKind) -> Expr {
    Expr { kind, span: NONE }
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-c]{1,3}",
        proptest::sample::select(vec![
            "first",
            "by",
            "AND",
            "@timestamp",
            "_",
            "1a",
            "x y",
            "a`b",
            "é",
            "a.b",
            "*",
            "from"
        ])
        .prop_map(str::to_owned),
    ]
}

fn name() -> impl Strategy<Value = Name> {
    vec(word(), 1..4).prop_map(|words| Name {
        segments: words.into_iter().map(|word| NameSegment::Ident(ident(word))).collect(),
        span: NONE,
    })
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z\\\\\"\n\t*?{}%]{0,6}", any::<String>()]
}

fn literal() -> impl Strategy<Value = Literal> {
    let unit = proptest::sample::select(vec![
        TimeUnit::Millisecond,
        TimeUnit::Second,
        TimeUnit::Minute,
        TimeUnit::Hour,
        TimeUnit::Day,
        TimeUnit::Week,
        TimeUnit::Month,
        TimeUnit::Quarter,
        TimeUnit::Year,
    ]);
    prop_oneof![
        Just(Literal::Null),
        any::<bool>().prop_map(Literal::Boolean),
        any::<i32>().prop_map(Literal::Integer),
        (i64::from(i32::MAX) + 1..i64::MAX).prop_map(Literal::Long),
        (i64::MIN..i64::from(i32::MIN)).prop_map(Literal::Long),
        (1_u64 << 63..u64::MAX).prop_map(Literal::UnsignedLong),
        any::<f64>().prop_filter("finite", |n| n.is_finite()).prop_map(Literal::Double),
        text().prop_map(Literal::String),
        (-9999_i64..9999, unit).prop_map(|(amount, unit)| Literal::TimeSpan { amount, unit }),
        vec(any::<i32>().prop_map(Literal::Integer), 1..4).prop_map(Literal::Array),
        vec(text().prop_map(Literal::String), 1..4).prop_map(Literal::Array),
    ]
}

fn tree() -> impl Strategy<Value = Expr> {
    let param = "[a-z]{1,3}".prop_map(|name| Param { kind: ParamKind::Named(name), identifier: false, span: NONE });
    let leaf = prop_oneof![
        literal().prop_map(|literal| expr(ExprKind::Literal(literal))),
        name().prop_map(|name| expr(ExprKind::Name(name))),
        param.prop_map(|param| expr(ExprKind::Param(param))),
    ];
    leaf.prop_recursive(6, 60, 4, |inner| {
        let boxed = || inner.clone().prop_map(Box::new);
        let op = proptest::sample::select(vec![
            BinaryOp::Add,
            BinaryOp::Subtract,
            BinaryOp::Multiply,
            BinaryOp::Divide,
            BinaryOp::Modulo,
            BinaryOp::Equal,
            BinaryOp::Less,
            BinaryOp::And,
            BinaryOp::Or,
        ]);
        let sign = proptest::sample::select(vec![UnaryOp::Negate, UnaryOp::Plus, UnaryOp::Not]);
        let string = || text().prop_map(|value| expr(ExprKind::Literal(Literal::String(value))));
        prop_oneof![
            4 => (op, boxed(), boxed()).prop_map(|(op, left, right)| ExprKind::Binary { op, op_span: NONE, left, right }),
            2 => (sign, boxed()).prop_map(|(op, operand)| ExprKind::Unary { op, operand }),
            1 => (boxed(), any::<bool>(), any::<bool>(), inner.clone()).prop_map(|(operand, negated, regex, pattern)| {
                ExprKind::Like { operand, negated, regex, patterns: vec![pattern], list: false }
            }),
            1 => (boxed(), any::<bool>(), vec(string(), 1..3)).prop_map(|(operand, negated, patterns)| {
                ExprKind::Like { operand, negated, regex: false, patterns, list: true }
            }),
            1 => (boxed(), any::<bool>(), vec(inner.clone(), 1..4))
                .prop_map(|(operand, negated, list)| ExprKind::In { operand, negated, list }),
            1 => (boxed(), any::<bool>()).prop_map(|(operand, negated)| ExprKind::IsNull { operand, negated }),
            1 => (boxed(), string())
                .prop_map(|(field, query)| ExprKind::Match { field, query: Box::new(query) }),
            1 => (boxed(), word())
                .prop_map(|(operand, name)| ExprKind::Cast { operand, type_name: ident(name) }),
            2 => (word(), vec(inner.clone(), 0..4)).prop_map(|(name, args)| ExprKind::Call {
                name: NameSegment::Ident(ident(name)),
                args,
                options: None,
            }),
        ]
        .prop_map(expr)
    })
}

fn pattern(wildcards: bool) -> impl Strategy<Value = NamePattern> {
    vec("[a-c_1.@` *é]{1,4}", 1..3).prop_map(move |literals| {
        let mut pieces = Vec::new();
        for (i, literal) in literals.into_iter().enumerate() {
            if i > 0 && !wildcards {
                break;
            }
            if i > 0 {
                pieces.push(PatternPiece::Any);
            }
            pieces.push(PatternPiece::Literal(literal));
        }
        NamePattern { pieces, span: NONE }
    })
}

fn field() -> impl Strategy<Value = Field> {
    (option::of(name()), tree()).prop_map(|(name, expr)| Field { name, expr, span: NONE })
}

fn command() -> impl Strategy<Value = CommandKind> {
    let aggregate =
        (field(), option::of(tree())).prop_map(|(field, filter)| AggregateField { field, filter, span: NONE });
    let key = (tree(), option::of(any::<bool>()), option::of(any::<bool>()))
        .prop_map(|(expr, descending, nulls_first)| SortKey { expr, descending, nulls_first, span: NONE });
    let rename = (pattern(false), pattern(false), any::<bool>()).prop_map(|(old, new, assignment)| Rename {
        old,
        new,
        assignment,
        span: NONE,
    });
    let string = || text().prop_map(|value| StringLiteral { value, span: NONE });
    prop_oneof![
        tree().prop_map(CommandKind::Where),
        vec(field(), 1..3).prop_map(CommandKind::Eval),
        vec(pattern(true), 1..4).prop_map(CommandKind::Keep),
        vec(pattern(true), 1..4).prop_map(CommandKind::Drop),
        vec(rename, 1..3).prop_map(CommandKind::Rename),
        vec(key, 1..3).prop_map(CommandKind::Sort),
        (vec(aggregate, 1..3), vec(field(), 0..3)).prop_map(|(aggregates, groups)| CommandKind::Stats {
            inline: false,
            aggregates,
            groups
        }),
        name().prop_map(CommandKind::MvExpand),
        (name(), string()).prop_map(|(input, pattern)| CommandKind::Dissect {
            input: expr(ExprKind::Name(input)),
            pattern,
            options: Vec::new(),
        }),
        vec(string(), 1..3)
            .prop_map(|patterns| CommandKind::Grok { input: expr(ExprKind::Literal(Literal::Null)), patterns }),
    ]
}

fn statement() -> impl Strategy<Value = Statement> {
    vec(command(), 0..4).prop_map(|kinds| {
        let index = IndexPattern { text: "logs-*".to_owned(), quoted: false, param: None, span: NONE };
        let from = From { targets: vec![Target::Index(index)], metadata: Vec::new() };
        let commands =
            std::iter::once(CommandKind::From(from)).chain(kinds).map(|kind| Command { kind, span: NONE }).collect();
        Statement { settings: Vec::new(), query: Query { commands, span: NONE } }
    })
}

/// Prints a tree and parses it; the printer may have had to add parentheses, which a second round keeps.
fn round(tree: &Statement) -> Statement {
    let printed = print(tree);
    let parsed = parse(&printed);
    assert_eq!(parsed.errors, [], "{printed}");
    let mut statement = parsed.statement;
    strip_spans(&mut statement);
    statement
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_soup_is_survived(text in soup()) {
        check_text(&text);
    }

    #[test]
    fn any_soup_after_a_source_is_survived(text in soup()) {
        check_text(&format!("FROM x | WHERE a {text}"));
        check_text(&format!("FROM x | {text}"));
    }

    #[test]
    fn any_text_is_survived(text in any::<String>()) {
        check_text(&text);
    }

    #[test]
    fn an_expression_is_read_as_it_was_meant(tree in tree()) {
        let printed = print_expression(&tree);
        let (again, errors) = quarry_syntax::parse_expression(&printed);
        prop_assert_eq!(errors, [], "{}", printed);
        prop_assert_eq!(bare(&again), bare(&tree), "{}", printed);
    }

    #[test]
    fn a_statement_is_read_as_it_was_meant(tree in statement()) {
        let once = round(&tree);
        let twice = round(&once);
        prop_assert_eq!(&once, &twice);
        prop_assert_eq!(tree.query.commands.len(), once.query.commands.len());
        for (meant, read) in tree.query.commands.iter().zip(&once.query.commands) {
            match (&meant.kind, &read.kind) {
                (CommandKind::Keep(a) | CommandKind::Drop(a), CommandKind::Keep(b) | CommandKind::Drop(b)) => {
                    let pieces = |list: &[NamePattern]| list.iter().map(|p| p.pieces.clone()).collect::<Vec<_>>();
                    prop_assert_eq!(pieces(a), pieces(b));
                }
                (CommandKind::Rename(_), _) | (CommandKind::Grok { .. }, _) | (CommandKind::MvExpand(_), _) => {
                    prop_assert_eq!(&meant.kind, &read.kind);
                }
                _ => {}
            }
        }
        check_text(&print(&tree));
    }
}

/// What an expression means, without places and parentheses, function names in upper case.
fn bare(expr: &Expr) -> String {
    let list = |items: &[Expr]| items.iter().map(bare).collect::<Vec<_>>().join(",");
    match &expr.kind {
        ExprKind::Paren(inner) => bare(inner),
        ExprKind::Unary { op, operand } => format!("({op:?} {})", bare(operand)),
        ExprKind::Binary { op, left, right, .. } => format!("({} {op:?} {})", bare(left), bare(right)),
        ExprKind::Like { operand, negated, regex, patterns, .. } => {
            format!("({} like {negated} {regex} [{}])", bare(operand), list(patterns))
        }
        ExprKind::In { operand, negated, list: elements } => {
            format!("({} in {negated} [{}])", bare(operand), list(elements))
        }
        ExprKind::IsNull { operand, negated } => format!("({} null {negated})", bare(operand)),
        ExprKind::Match { field, query } => format!("({} : {})", bare(field), bare(query)),
        ExprKind::Cast { operand, type_name } => format!("({}::{})", bare(operand), type_name.text),
        ExprKind::Call { name: NameSegment::Ident(name), args, .. } => {
            format!("{:?}({})", name.text.to_ascii_uppercase(), list(args))
        }
        ExprKind::Name(name) => format!("{:?}", name.text()),
        ExprKind::Param(param) => format!("{:?}", param.kind),
        ExprKind::Literal(literal) => format!("{literal:?}"),
        other => format!("{other:?}"),
    }
}

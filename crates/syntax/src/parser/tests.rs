//! The parser by examples: what is accepted and how it is grouped, what is refused and in which words.

use super::*;
use crate::ast::CommandKind;

/// The messages about `text`.
fn messages(text: &str) -> Vec<String> {
    parse(text).errors.into_iter().map(|error| error.message).collect()
}

#[track_caller]
fn refuses(text: &str, message: &str) {
    let found = messages(text);
    assert!(found.iter().any(|found| found.contains(message)), "{text}: {found:?}");
}

#[track_caller]
fn accepts(text: &str) {
    assert_eq!(messages(text), Vec::<String>::new(), "{text}");
}

fn kinds(text: &str) -> Vec<CommandKind> {
    parse(text).statement.query.commands.into_iter().map(|command| command.kind).collect()
}

#[test]
fn nothing_is_too_deep_for_the_stack() {
    let texts = [
        format!("ROW a = {}", "(".repeat(100_000)),
        format!("ROW a = {}1{}", "(".repeat(100_000), ")".repeat(100_000)),
        format!("ROW a = {} true", "NOT ".repeat(100_000)),
        format!("ROW a = {}x", "-".repeat(100_000)),
        format!("ROW a = {}", "f(".repeat(100_000)),
        format!("ROW a = b{}", "::int".repeat(100_000)),
        format!("ROW a = b{}", " + 1".repeat(100_000)),
        format!("ROW a = b{}", " * (1".repeat(100_000)),
        format!("FROM {}", "(FROM ".repeat(100_000)),
        format!("FROM a | {}", "FORK (".repeat(100_000)),
        format!("FROM a | WHERE {}", "a IN (FROM x | WHERE ".repeat(40_000)),
        format!("SET a = {}", "{\"a\":".repeat(100_000)),
        format!("ROW a = f(1, {}", "{\"a\":".repeat(100_000)),
        "/*".repeat(100_000),
        format!("FROM a | WHERE a{}", " IN (a".repeat(100_000)),
    ];
    for text in texts {
        let parsed = parse(&text);
        assert!(!parsed.errors.is_empty(), "{}", &text[..40]);
    }
}

#[test]
fn the_deepest_expression_allowed() {
    let nested = |n: usize| format!("ROW a = {}1{}", "(".repeat(n), ")".repeat(n));
    accepts(&nested(399));
    refuses(&nested(400), "ESQL statement exceeded the maximum expression depth allowed (400): [");
}

#[test]
fn long_chains_are_of_small_height() {
    for (op, terms) in [("AND", 10_000), ("OR", 90_000), ("AND", 400)] {
        let terms = vec!["a == 1"; terms];
        let text = format!("FROM x | WHERE {}", terms.join(&format!(" {op} ")));
        let parsed = parse(&text);
        assert_eq!(parsed.errors, []);
        assert_eq!(parsed.statement, parsed.statement.clone());
    }
}

#[test]
fn stages_and_characters_are_counted() {
    let stages = |n: usize| format!("FROM a{}", " | LIMIT 1".repeat(n - 1));
    accepts(&stages(500));
    refuses(&stages(501), "ESQL statement exceeded the maximum query depth allowed (500): [");
    refuses(&"a".repeat(1_000_001), "ESQL statement is too large [1000001 characters > 1000000]");
}

/// `text` with parentheses around every operation, to show how it is grouped.
fn grouped(text: &str) -> String {
    let (expr, errors) = parse_expression(text);
    assert_eq!(errors, [], "{text}");
    parenthesise(&expr)
}

fn parenthesise(expr: &Expr) -> String {
    let list = |items: &[Expr]| items.iter().map(parenthesise).collect::<Vec<_>>().join(", ");
    let not = |negated: &bool| if *negated { "NOT " } else { "" };
    match &expr.kind {
        ExprKind::Unary { op, operand } => match op {
            crate::ast::UnaryOp::Negate => format!("(- {})", parenthesise(operand)),
            crate::ast::UnaryOp::Plus => format!("(+ {})", parenthesise(operand)),
            crate::ast::UnaryOp::Not => format!("(NOT {})", parenthesise(operand)),
        },
        ExprKind::Binary { op, left, right, .. } => {
            format!("({} {} {})", parenthesise(left), op.symbol(), parenthesise(right))
        }
        ExprKind::Like { operand, negated, regex, patterns, list: true } => {
            let keyword = if *regex { "RLIKE" } else { "LIKE" };
            format!("({} {}{keyword} [{}])", parenthesise(operand), not(negated), list(patterns))
        }
        ExprKind::Like { operand, negated, regex, patterns, .. } => {
            let keyword = if *regex { "RLIKE" } else { "LIKE" };
            format!("({} {}{keyword} {})", parenthesise(operand), not(negated), list(patterns))
        }
        ExprKind::In { operand, negated, list: elements } => {
            format!("({} {}IN [{}])", parenthesise(operand), not(negated), list(elements))
        }
        ExprKind::IsNull { operand, negated } => format!("({} IS {}NULL)", parenthesise(operand), not(negated)),
        ExprKind::Match { field, query } => format!("({} : {})", parenthesise(field), parenthesise(query)),
        ExprKind::Cast { operand, type_name } => format!("({}::{})", parenthesise(operand), type_name.text),
        ExprKind::Paren(inner) => parenthesise(inner),
        ExprKind::Call { args, .. } => format!("f({})", list(args)),
        _ => crate::print_expression(expr),
    }
}

#[test]
fn precedence() {
    for (text, groups) in [
        ("a OR b AND c", "(a OR (b AND c))"),
        ("a AND b OR c AND d", "((a AND b) OR (c AND d))"),
        ("NOT a AND b", "((NOT a) AND b)"),
        ("NOT a == b", "(NOT (a == b))"),
        ("NOT NOT a", "(NOT (NOT a))"),
        ("a AND NOT b OR c", "((a AND (NOT b)) OR c)"),
        ("NOT a IS NULL", "(NOT (a IS NULL))"),
        ("a == b IS NULL", "((a == b) IS NULL)"),
        ("a + b == c * d", "((a + b) == (c * d))"),
        ("a - b - c", "((a - b) - c)"),
        ("a / b * c % d", "(((a / b) * c) % d)"),
        ("a + b * c - d", "((a + (b * c)) - d)"),
        ("(a + b) * c", "((a + b) * c)"),
        ("-a * b", "((- a) * b)"),
        ("-x::int", "(- (x::int))"),
        ("-1::string", "(-1::string)"),
        ("- 1 + -2", "(-1 + -2)"),
        ("--1", "(- -1)"),
        ("+x - +1", "((+ x) - 1)"),
        ("a - -1", "(a - -1)"),
        ("a::int::string + b", "(((a::int)::string) + b)"),
        ("a < b AND c > d", "((a < b) AND (c > d))"),
        ("a LIKE \"x\" AND b", "((a LIKE \"x\") AND b)"),
        ("a + b NOT LIKE \"x\"", "((a + b) NOT LIKE \"x\")"),
        ("a NOT RLIKE (\"x\", \"y\")", "(a NOT RLIKE [\"x\", \"y\"])"),
        ("a IN (1, b + 2, c == d)", "(a IN [1, (b + 2), (c == d)])"),
        ("a == b IN (true)", "((a == b) IN [TRUE])"),
        ("NOT a NOT IN (1)", "(NOT (a NOT IN [1]))"),
        ("a : \"x\" AND b::string : \"y\"", "((a : \"x\") AND ((b::string) : \"y\"))"),
        ("a IS NOT NULL OR b", "((a IS NOT NULL) OR b)"),
        ("count(*) + count() > first(a)", "((f(*) + f()) > f(a))"),
        ("@timestamp > now() - 1day", "(@timestamp > (f() - 1 day))"),
        ("process.as.first == source.`1a`.b", "(process.as.first == source.`1a`.b)"),
    ] {
        assert_eq!(grouped(text), groups, "{text}");
    }
}

#[test]
fn comparisons_and_predicates_do_not_chain() {
    for text in [
        "a < b < c",
        "a == b != c",
        "a IS NULL IS NULL",
        "a LIKE \"x\" LIKE \"y\"",
        "a == NOT b",
        "a + NOT b",
        "a == b : \"x\"",
    ] {
        assert_ne!(parse_expression(text).1, [], "{text}");
    }
}

#[test]
fn literals() {
    use crate::ast::Literal as L;
    for (text, literal) in [
        ("2147483647", L::Integer(i32::MAX)),
        ("-2147483648", L::Integer(i32::MIN)),
        ("2147483648", L::Long(2_147_483_648)),
        ("-9223372036854775808", L::Long(i64::MIN)),
        ("9223372036854775808", L::UnsignedLong(1 << 63)),
        ("18446744073709551616", L::Double(18_446_744_073_709_551_616.0)),
        ("1.", L::Double(1.0)),
        (".5e3", L::Double(500.0)),
        ("TRUE", L::Boolean(true)),
        ("Null", L::Null),
        ("\"\"\"a\\d\"b\"\"\"", L::String("a\\d\"b".to_owned())),
        ("[1, 2.5]", L::Array(vec![L::Double(1.0), L::Double(2.5)])),
        ("[1, 3000000000]", L::Array(vec![L::Long(1), L::Long(3_000_000_000)])),
        ("[\"a\"]", L::Array(vec![L::String("a".to_owned())])),
        ("-3 hours", L::TimeSpan { amount: -3, unit: crate::ast::TimeUnit::Hour }),
        ("1Mo", L::TimeSpan { amount: 1, unit: crate::ast::TimeUnit::Month }),
    ] {
        let (expr, errors) = parse_expression(text);
        assert_eq!((expr.kind, errors), (ExprKind::Literal(literal), vec![]), "{text}");
    }
}

#[test]
fn messages_are_the_references() {
    for (text, message) in [
        ("frm x", "mismatched input 'frm' expecting {'explain', 'from',"),
        ("", "mismatched input '<EOF>' expecting {'explain', 'from',"),
        ("FROM x | KEEP *, *", "Cannot specify [*] more than once"),
        ("FROM x | DROP *", "Removing all fields is not allowed [*]"),
        ("FROM x | RENAME a* AS b", "Using wildcards [*] in RENAME is not allowed [a*]"),
        ("FROM x | ENRICH p WITH a*", "Using wildcards [*] in ENRICH WITH projections is not allowed [a*]"),
        ("FROM x | ENRICH _some:p", "Unrecognized value [_some], ENRICH policy qualifier needs to be one of"),
        ("ROW a = 1 fortnight", "Unexpected temporal unit: 'fortnight'"),
        ("ROW a = 99999999999 days", "Number [99999999999] outside of [days] range"),
        ("ROW a = 1e400", "Number [1e400] is too large"),
        ("FROM x | LIMIT -1", "Invalid value for LIMIT [-1], expecting a non negative integer"),
        ("FROM x | STATS", "At least one aggregation or grouping expression required in [STATS]"),
        ("FROM x | LOOKUP JOIN a* ON b", "invalid index pattern [a*], * is not allowed in LOOKUP JOIN"),
        ("ROW a = ?, b = ?c", "Inconsistent parameter declaration, use one of positional, named or anonymous params"),
        ("ROW a = \"foo", "token recognition error at: '\"foo'"),
        ("ROW a = [1, \"x\"]", "mismatched input '\"x\"'"),
        ("ROW a = [null]", "mismatched input 'null'"),
        ("FROM x | WHERE a NOT b", "no viable alternative at input 'a NOT b'"),
        ("FROM x | WHERE a =~ b", "mismatched input '=~'"),
        ("FROM x | WHERE (a", "mismatched input '<EOF>' expecting ')'"),
        ("FROM x)", "extraneous input ')' expecting {<EOF>, '|'}"),
        ("FROM x [METADATA _id]", "mismatched input '['"),
        ("SET a = \"b\" FROM x", "mismatched input 'FROM' expecting ';'"),
        ("SHOW FUNCTIONS", "mismatched input 'SHOW'"),
    ] {
        refuses(text, message);
    }
}

#[test]
fn slips_come_with_their_fix() {
    for (text, fixed) in [
        ("FROM x | WHERE a = 1", "FROM x | WHERE a == 1"),
        ("FROM x | WHERE a <> 1", "FROM x | WHERE a != 1"),
        ("FROM x | WHERE a == 'b'", "FROM x | WHERE a == \"b\""),
        ("FROM x | WHERE a == 1 && b", "FROM x | WHERE a == 1 AND b"),
        ("FROM x | WHERE a || b", "FROM x | WHERE a OR b"),
        ("FRMO x", "FROM x"),
        ("FROM x | WHRE a", "FROM x | WHERE a"),
        ("FROM x | WHERE a LIMIT 1", "FROM x | WHERE a | LIMIT 1"),
        ("FROM x | WHERE a.1 == 2", "FROM x | WHERE a.`1` == 2"),
        ("FROM x | SORT asc", "FROM x | SORT `asc`"),
        ("FROM x | WHERE a RLIKE \"\\d+\"", "FROM x | WHERE a RLIKE \"\"\"\\d+\"\"\""),
        ("FROM x | WHERE (a))", "FROM x | WHERE (a)"),
        ("SET a = \"b\" FROM x", "SET a = \"b\"; FROM x"),
        ("ROW a = 1 hou", "ROW a = 1 hour"),
    ] {
        let errors = parse(text).errors;
        let fix = errors.iter().find_map(|error| error.fix.as_ref()).unwrap_or_else(|| panic!("{text}: {errors:?}"));
        let (start, end) = (fix.span.start as usize, fix.span.end as usize);
        assert_eq!(format!("{}{}{}", &text[..start], fix.replacement, &text[end..]), fixed);
        assert!(errors.iter().any(|error| error.help.is_some() || error.fix.is_some()), "{text}");
        accepts(fixed);
    }
}

#[test]
fn a_broken_command_does_not_hide_the_next() {
    let text = "FROM x | EVAL a = (1 + | WHERE b = 2 | KEEP c | LIMIT x | SORT d";
    let kinds = kinds(text);
    assert!(matches!(kinds[0], CommandKind::From(_)));
    assert_eq!(kinds[1], CommandKind::Error);
    assert_eq!(kinds[2], CommandKind::Error);
    assert!(matches!(kinds[3], CommandKind::Keep(_)));
    assert_eq!(kinds[4], CommandKind::Error);
    assert!(matches!(kinds[5], CommandKind::Sort(_)));
    assert_eq!(messages(text).len(), 3);
    assert_eq!(messages("FROM x | FORK (WHERE a = 1) (WHERE b | LIMIT ) | WHERE c == ").len(), 3);
}

#[test]
fn the_whole_grammar() {
    for text in [
        "from a , b-*,\"c,d\", remote:x::failures METADATA _id, _index",
        "FROM <logs-{now/d}>, .ds-x /* c */ // d\n | LIMIT 0",
        "FROM a, (FROM b | WHERE c > 1), (ROW d = 1)",
        "FROM ?index | WHERE ?a == b.?c AND ??f(x) > 1 AND ??g IS NULL",
        "ROW a = ?1, b = ?2",
        "SHOW info",
        "SET time_zone = \"+01:00\"; SET approximation = {\"rows\": 10, \"x\": {\"y\": [1, 2]}}; FROM a",
        "TS k8s-* | STATS max(rate(x)) BY host",
        "EXPLAIN (FROM a | LIMIT 1)",
        "PROMQL index=k8s step=1h (sum(rate(x{a='b'}[5m])))",
        "FROM a | EVAL stats = 1, limit = 2, from = 3, x.where = 4 | SORT limit",
        "FROM a | KEEP as, on, `a b`*c.d, foo`*`bar, ?p.*, *",
        "FROM a | RENAME x AS y, z = w, `k` = v",
        "FROM a | SORT a ASC NULLS LAST, b + 1 DESC, c NULLS FIRST",
        "FROM a | LIMIT ? | LIMIT 2 BY b, c + 1",
        "FROM a | STATS count(*) WHERE x > 1, n = sum(y) WHERE z BY bucket(t, 1 h), k = l",
        "FROM a | STATS BY b | INLINE STATS c = max(d) BY e | INLINESTATS count()",
        "FROM a | STATS x = first(a, b), last(c, d)",
        "FROM a | DISSECT b \"%{c}\" APPEND_SEPARATOR=\",\" | GROK d::string \"\"\"%{WORD:e}\"\"\", \"x\"",
        "FROM a | MV_EXPAND b.c | ENRICH _any:p ON q WITH r = s, t | ENRICH \"p\"",
        "FROM a | LOOKUP JOIN b ON c, d | LOOKUP JOIN e ON f == g AND h > i",
        "FROM a | FORK (WHERE b | LIMIT 1) (STATS count()) ( EVAL c = 1 )",
        "FROM a | CHANGE_POINT b ON c AS d, e BY f | DEDUP | SAMPLE 0.5",
        "FROM a | URI_PARTS p = q | REGISTERED_DOMAIN r = s | USER_AGENT t = u WITH {\"v\": true} | IP_LOCATION w = x",
        "FROM a | COMPLETION p = \"x\" WITH {\"id\": \"y\"} | RERANK \"a|b\" ON c | FUSE linear SCORE BY x | MMR ON v LIMIT 3",
        "FROM a | WHERE a IN (FROM b | WHERE c == 1 | KEEP d) AND (e, f) NOT IN (FROM g)",
        "FROM a | WHERE a IN (from, row) AND match(b, \"c\", {\"operator\": \"AND\"})",
        "FROM a | WHERE a LIKE (\"x*\", ?p) OR b RLIKE ?p OR c:?p",
        "FROM a | WHERE a == \"|\" /* | */ AND b // |\n| LIMIT 1",
    ] {
        accepts(text);
    }
}

#[test]
fn names_and_patterns() {
    let exact = |text: &str| match &kinds(&format!("FROM a | KEEP {text}"))[1] {
        CommandKind::Keep(patterns) => patterns[0].exact(),
        other => panic!("{other:?}"),
    };
    assert_eq!(exact("a . `b c`.d"), Some("a.b c.d".to_owned()));
    assert_eq!(exact("foo`*`bar"), Some("foo*bar".to_owned()));
    assert_eq!(exact("a*"), None);
    let CommandKind::From(from) = &kinds("FROM a : b , c::data")[0] else { panic!() };
    let texts: Vec<_> = from.targets.iter().map(|t| format!("{t:?}")).collect();
    assert!(texts[0].contains("\"a:b\"") && texts[1].contains("\"c::data\""));
}

#[test]
fn comments_are_collected() {
    let parsed = parse("// a\nFROM x /* b /* c */ */ | WHERE a // d\n// e");
    let texts: Vec<_> = parsed.comments.iter().map(|comment| comment.text.as_str()).collect();
    assert_eq!(texts, ["// a", "/* b /* c */ */", "// d", "// e"]);
    assert_eq!(parsed.errors, []);
    refuses("FROM x /* a /* b */", "token recognition error at: '/*'");
}

//! Full-text functions as exact filters: each becomes an ordinary condition on the columns in scope.

pub(super) mod dates;
mod exclude;
mod kql;
mod lower;
mod query;
mod query_string;

use quarry_diagnostics::{Code, Diagnostic, Span};
use quarry_functions::{ScalarFunction, scalar};
use quarry_syntax::ast::{Expr as Ast, ExprKind as AstKind, Map};
use quarry_types::{DataType, Value};

use super::Analyzer;
use crate::expression::Expr;
use crate::fold;
use lower::{Search, Words, truth};
use query::{Pattern, Problem, Query};

const MATCH_OPTIONS: &[&str] = &[
    "analyzer",
    "auto_generate_synonyms_phrase_query",
    "boost",
    "fuzziness",
    "fuzzy_rewrite",
    "fuzzy_transpositions",
    "lenient",
    "max_expansions",
    "minimum_should_match",
    "operator",
    "prefix_length",
    "zero_terms_query",
];
const PHRASE_OPTIONS: &[&str] = &["analyzer", "boost", "slop", "zero_terms_query"];
const MULTI_MATCH_OPTIONS: &[&str] = &[
    "analyzer",
    "auto_generate_synonyms_phrase_query",
    "boost",
    "fuzziness",
    "fuzzy_rewrite",
    "fuzzy_transpositions",
    "lenient",
    "max_expansions",
    "minimum_should_match",
    "operator",
    "prefix_length",
    "slop",
    "tie_breaker",
    "type",
    "zero_terms_query",
];
const QSTR_OPTIONS: &[&str] = &[
    "allow_leading_wildcard",
    "allow_wildcard",
    "analyze_wildcard",
    "analyzer",
    "auto_generate_synonyms_phrase_query",
    "boost",
    "default_field",
    "default_operator",
    "enable_position_increments",
    "fields",
    "fuzziness",
    "fuzzy_max_expansions",
    "fuzzy_prefix_length",
    "fuzzy_rewrite",
    "fuzzy_transpositions",
    "lenient",
    "max_determinized_states",
    "minimum_should_match",
    "phrase_slop",
    "quote_analyzer",
    "quote_field_suffix",
    "rewrite",
    "time_zone",
    "type",
];
const KQL_OPTIONS: &[&str] = &["boost", "case_insensitive", "default_field", "time_zone"];

/// A term that names no field is compared with all of them, and each comparison takes memory and time.
const MOST_COMPARISONS: usize = 50_000;

impl Analyzer<'_> {
    /// A call that becomes another expression before it is typed; `None` for ordinary functions.
    pub(super) fn search_call(
        &mut self,
        function: &'static ScalarFunction,
        args: &[Ast],
        options: Option<&Map>,
        span: Span,
    ) -> Option<Expr> {
        let (known, least): (&[&str], usize) = match function.name {
            "match" => (MATCH_OPTIONS, 2),
            "match_phrase" => (PHRASE_OPTIONS, 2),
            "multi_match" => (MULTI_MATCH_OPTIONS, 2),
            "qstr" => (QSTR_OPTIONS, 1),
            "kql" => (KQL_OPTIONS, 1),
            _ => return None,
        };
        let many = function.name == "multi_match";
        if args.len() < least || (args.len() > least && !many) {
            let expected = match (least, many) {
                (1, _) => "exactly one argument",
                (_, true) => "at least two arguments",
                _ => "exactly two arguments",
            };
            let message = format!("error building [{0}]: function [{0}] expects {expected}", function.name);
            self.error(Code::WRONG_ARITY, span, message);
            return Some(truth(false));
        }
        let options = self.search_options(options, known, span);
        Some(match function.name {
            "match" => self.match_field(&args[0], &args[1], &options, false, span),
            "match_phrase" => self.match_field(&args[0], &args[1], &options, true, span),
            "multi_match" => {
                let phrase = option_text(&options, "type").is_some_and(|kind| kind.eq_ignore_ascii_case("phrase"));
                let mut lenient = options;
                lenient.push(("lenient".to_owned(), Value::Boolean(true)));
                let parts =
                    args[1..].iter().map(|field| self.match_field(field, &args[0], &lenient, phrase, span)).collect();
                self.joined("or", parts, span)
            }
            name => self.parsed_search(name == "kql", &args[0], &options, span),
        })
    }

    /// `field : query`
    pub(super) fn match_operator(&mut self, field: &Ast, query: &Ast, span: Span) -> Expr {
        self.match_field(field, query, &[], false, span)
    }

    /// The constants of the options map, those that aren't known reported.
    fn search_options(&mut self, options: Option<&Map>, known: &[&str], span: Span) -> Vec<(String, Value)> {
        for (name, _) in options.into_iter().flat_map(|map| &map.entries) {
            if !known.contains(&name.value.as_str()) {
                let message = format!(
                    "Invalid option [{}] in [{}], expected one of [{}]",
                    name.value,
                    self.source(span),
                    known.join(", ")
                );
                self.error(Code::INVALID_QUERY, name.span, message);
            }
        }
        self.options(options)
    }

    fn match_field(
        &mut self,
        field_ast: &Ast,
        query_ast: &Ast,
        options: &[(String, Value)],
        phrase: bool,
        span: Span,
    ) -> Expr {
        let field = match self.field_under_conversion(field_ast) {
            Some(field) => field,
            None => self.expr(field_ast),
        };
        let Some((data_type, query)) = self.constant_query(query_ast, span) else { return truth(false) };
        if field.data_type == DataType::Null || query == Value::Null {
            return truth(false);
        }
        if phrase && !field.data_type.is_string() {
            if option_flag(options, "lenient") {
                return truth(false);
            }
            let message = format!(
                "first argument of [{}] must be [string], found value [{}] type [{}]",
                self.source(span),
                self.source(field_ast.span),
                field.data_type.message_name()
            );
            self.error(Code::TYPE_MISMATCH, field_ast.span, message);
            return truth(false);
        }
        let search = Search { span, ..Search::default() };
        let result = match query.as_str().filter(|_| data_type.is_string()) {
            Some(text) => {
                let words = words_options(text, options, phrase);
                self.matches_text(field, text, &words, &search)
            }
            None => self.matches_value(field, data_type, &query, &search),
        };
        match result {
            Ok(condition) => condition,
            Err(_) if option_flag(options, "lenient") => truth(false),
            Err(message) if options.iter().any(|(name, _)| name == "lenient") => {
                self.error(Code::BAD_LITERAL, query_ast.span, message);
                truth(false)
            }
            // Indices may differ in the type of a field, so a text that isn't of this type only doesn't match.
            Err(message) => {
                let message = format!("[{}] never matches: {message}", self.source(span));
                self.diagnostics.push(Diagnostic::warning(Code::BAD_LITERAL, query_ast.span, message));
                truth(false)
            }
        }
    }

    /// A query that isn't a string: of the field's type, or another kind of number.
    fn matches_value(&mut self, field: Expr, from: DataType, query: &Value, search: &Search) -> Result<Expr, String> {
        let to = field.data_type;
        if let Some(value) = quarry_functions::literal::convert(query, from, to) {
            return Ok(self.has_value(field, value, search.span));
        }
        if from.is_numeric() && to.is_numeric() {
            let words = Words::default();
            return Ok(self.matches_text(field, &query.to_string(), &words, search).unwrap_or_else(|_| truth(false)));
        }
        Err(format!("cannot search a [{}] field for a value of type [{}]", to.message_name(), from.message_name()))
    }

    /// The column that `field::type` and the like read: searches look at the field itself.
    fn field_under_conversion(&mut self, ast: &Ast) -> Option<Expr> {
        let AstKind::Cast { operand, .. } = &super::expression::strip_parens(ast).kind else { return None };
        let AstKind::Name(name) = &super::expression::strip_parens(operand).kind else { return None };
        let attribute = self.find(&name.text()?)?;
        attribute.data_type.is_string().then(|| Expr::column(attribute))
    }

    fn constant_query(&mut self, ast: &Ast, span: Span) -> Option<(DataType, Value)> {
        let expr = self.expr(ast);
        match fold::constant(&expr, &self.settings) {
            Some(value) => Some((expr.data_type, value)),
            None => {
                let message = format!(
                    "argument of [{}] must be a constant, received [{}]",
                    self.source(span),
                    self.source(ast.span)
                );
                self.error(Code::INVALID_QUERY, ast.span, message);
                None
            }
        }
    }

    /// KQL and QSTR: a condition in a language of its own.
    fn parsed_search(&mut self, is_kql: bool, ast: &Ast, options: &[(String, Value)], span: Span) -> Expr {
        let Some((data_type, value)) = self.constant_query(ast, span) else { return truth(false) };
        let Some(text) = value.as_str().filter(|_| data_type.is_string()) else {
            let message = format!(
                "argument of [{}] must be [string], found value [{}] type [{}]",
                self.source(span),
                self.source(ast.span),
                data_type.message_name()
            );
            self.error(Code::TYPE_MISMATCH, ast.span, message);
            return truth(false);
        };
        let (language, parsed): (&str, Result<Query, Problem>) = if is_kql {
            ("KQL", kql::parse(text))
        } else {
            let requires_all = option_text(options, "default_operator").is_some_and(|o| o.eq_ignore_ascii_case("and"));
            ("QSTR", query_string::parse(text, requires_all))
        };
        let query = match parsed {
            Ok(query) => query,
            Err(problem) => {
                let at = self.span_inside(ast, text, &problem.at);
                self.error(Code::INVALID_QUERY, at, format!("Invalid {language} query: {}", problem.message));
                return truth(false);
            }
        };
        let default_field = option_text(options, "default_field").filter(|field| *field != "*").map(|field| {
            let mut pattern = Pattern::default();
            for c in field.chars() {
                match c {
                    '*' => pattern.push(query::Piece::Any),
                    c => pattern.push_char(c),
                }
            }
            pattern
        });
        let search = Search {
            span,
            ignores_case: option_flag(options, "case_insensitive"),
            default_field,
            zone: option_text(options, "time_zone").and_then(super::zone),
        };
        let count = self.comparisons(&query, &search);
        if count > MOST_COMPARISONS {
            let message = format!(
                "Invalid {language} query: it compares terms with fields {count} times, and {MOST_COMPARISONS} is the most; \
                 name the fields that its terms are in"
            );
            self.error(Code::INVALID_QUERY, ast.span, message);
            return truth(false);
        }
        self.lower(&query, &search)
    }

    /// How often a term of `query` is compared with a field.
    fn comparisons(&mut self, query: &Query, search: &Search) -> usize {
        let mut of_any_field = None;
        let mut count = 0;
        query.visit_fields(&mut |field| {
            count += match field {
                Some(field) if field.text().is_some() => 1,
                Some(field) => self.searched(Some(field), search).len(),
                None => *of_any_field.get_or_insert_with(|| self.searched(None, search).len()),
            };
        });
        count
    }

    /// The place in the query's text of a part of the string `ast`; all of it where escapes stand between.
    fn span_inside(&self, ast: &Ast, text: &str, part: &query::Range) -> Span {
        let source = ast.span.text(self.text);
        let quotes = if source.starts_with("\"\"\"") { 3 } else { 1 };
        if source.get(quotes..quotes + text.len()) != Some(text) {
            return ast.span;
        }
        let start = ast.span.start as usize + quotes;
        let place = |offset: usize| u32::try_from(start + offset).unwrap_or(ast.span.end);
        // At the end there is the closing quote to point at.
        Span { start: place(part.start), end: place(part.end.max(part.start + 1)) }
    }
}

/// How many words have to be there, and how near.
fn words_options(text: &str, options: &[(String, Value)], phrase: bool) -> Words {
    let mut words = Words { phrase, options: Vec::new() };
    let count = scalar::search::word_count(text);
    let least = match options.iter().find(|(name, _)| name == "minimum_should_match").map(|(_, value)| value) {
        _ if option_text(options, "operator").is_some_and(|o| o.eq_ignore_ascii_case("and")) => Some(count),
        Some(Value::Integer(n)) => Some(at_least(&n.to_string(), count)),
        Some(Value::String(text)) => Some(at_least(text, count)),
        _ => None,
    };
    if let Some(least) = least.and_then(|least| i32::try_from(least).ok()) {
        words.options.push(("least".to_owned(), Value::Integer(least)));
    }
    if let Some((_, value)) = options.iter().find(|(name, _)| name == "fuzziness") {
        let value = match value {
            Value::String(text) => text.parse().map_or(Value::from("AUTO"), Value::Integer),
            other => other.clone(),
        };
        words.options.push(("fuzziness".to_owned(), value));
    }
    if let Some((name, value)) = options.iter().find(|(name, _)| name == "prefix_length") {
        words.options.push((name.clone(), value.clone()));
    }
    if option_text(options, "zero_terms_query").is_some_and(|text| text.eq_ignore_ascii_case("all")) {
        words.options.push(("empty_matches".to_owned(), Value::Boolean(true)));
    }
    words
}

/// `2`, `-1`, `75%` or `-25%` of `count` words.
fn at_least(text: &str, count: usize) -> usize {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let number: i64 = text.trim_end_matches('%').trim().parse().unwrap_or(1);
    let wanted = match (text.ends_with('%'), number < 0) {
        (true, false) => count * number / 100,
        (true, true) => count - count * -number / 100,
        (false, false) => number,
        (false, true) => count + number,
    };
    usize::try_from(wanted.max(1)).unwrap_or(1)
}

fn option_text<'a>(options: &'a [(String, Value)], name: &str) -> Option<&'a str> {
    options.iter().rev().find(|(option, _)| option == name).and_then(|(_, value)| value.as_str())
}

fn option_flag(options: &[(String, Value)], name: &str) -> bool {
    match options.iter().rev().find(|(option, _)| option == name) {
        Some((_, Value::Boolean(flag))) => *flag,
        Some((_, Value::String(text))) => text.eq_ignore_ascii_case("true"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_words_are_counted() {
        let counts = ["2", "-1", "75%", "-25%", "0"].map(|text| at_least(text, 4));
        assert_eq!(counts, [2, 3, 3, 3, 1]);
    }
}

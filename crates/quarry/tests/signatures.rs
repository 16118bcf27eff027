//! Every signature of the reference's list that is in scope: a call on typed columns analyses, and gives the type that
//! the list states. The list is not part of the project; without it the test says so and does nothing.

#![allow(clippy::unwrap_used, clippy::print_stderr)]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use quarry::{Engine, EngineOptions, Input, Mapping, Session};

/// The field of each type: the type, the type in the mapping, a value in JSON.
const FIELDS: &[(&str, &str, &str)] = &[
    ("boolean", "boolean", "true"),
    ("integer", "integer", "2"),
    ("long", "long", "3"),
    ("unsigned_long", "unsigned_long", "4"),
    ("double", "double", "1.5"),
    ("keyword", "keyword", "\"k\""),
    ("text", "text", "\"t\""),
    ("date", "date", "\"2026-01-15T09:00:00Z\""),
    ("date_nanos", "date_nanos", "\"2026-01-15T09:00:00.123456789Z\""),
    ("ip", "ip", "\"10.1.2.3\""),
    ("version", "version", "\"1.2.3\""),
    ("geo_point", "geo_point", "\"POINT (1 2)\""),
    ("geo_shape", "geo_shape", "\"POLYGON ((0 0, 1 0, 1 1, 0 0))\""),
    ("cartesian_point", "point", "\"POINT (1 2)\""),
    ("cartesian_shape", "shape", "\"POLYGON ((0 0, 1 0, 1 1, 0 0))\""),
    ("flattened", "flattened", "{\"a\":\"b\"}"),
    ("date_range", "date_range", "{\"gte\":\"2026-01-01\",\"lt\":\"2026-02-01\"}"),
    ("double_range", "double_range", "\"1.0..2.0\""),
    ("geo_hash_name", "keyword", "\"u3bu\""),
    ("geo_tile_name", "keyword", "\"4/8/4\""),
    ("geo_hex_name", "keyword", "\"85283083fffffff\""),
    ("@timestamp", "date", "\"2026-01-15T09:00:00Z\""),
];

/// Types that the engine doesn't have, each with the reason.
const TYPES_OUT_OF_SCOPE: &[(&str, &str)] = &[
    ("aggregate_metric_double", "time series"),
    ("counter_double", "time series"),
    ("counter_integer", "time series"),
    ("counter_long", "time series"),
    ("dense_vector", "vectors"),
    ("exponential_histogram", "time series"),
    ("histogram", "time series"),
    ("tdigest", "time series"),
];

/// Functions that the engine doesn't have, each with the reason.
const OUT_OF_SCOPE: &[(&str, &str)] = &[
    ("embedding", "embedding"),
    ("knn", "vectors"),
    ("score", "scoring"),
    ("text_embedding", "embedding"),
    ("to_aggregate_metric_double", "time series"),
    ("to_counter", "time series"),
    ("to_dense_vector", "vectors"),
    ("to_exponential_histogram", "time series"),
    ("to_gauge", "time series"),
    ("to_tdigest", "time series"),
    ("top_snippets", "scoring"),
    ("tstep", "time series"),
    ("v_cosine", "vectors"),
    ("v_dot_product", "vectors"),
    ("v_hamming", "vectors"),
    ("v_l1_norm", "vectors"),
    ("v_l2_norm", "vectors"),
    ("v_magnitude", "vectors"),
    ("without", "time series"),
];

/// Arguments that must be constant: function (`*` for every one), parameter, type (`*` for every one), text.
const CONSTANTS: &[(&str, &str, &str, &str)] = &[
    ("*", "*", "date_period", "1 day"),
    ("*", "*", "time_duration", "1 hour"),
    ("bucket", "buckets", "integer", "10"),
    ("bucket", "buckets", "long", "10"),
    ("bucket", "buckets", "double", "10.0"),
    ("bucket", "from", "date", "\"2026-01-01\"::datetime"),
    ("bucket", "to", "date", "\"2026-02-01\"::datetime"),
    ("bucket", "from", "keyword", "\"2026-01-01\""),
    ("bucket", "to", "keyword", "\"2026-02-01\""),
    ("bucket", "from", "text", "TO_TEXT(\"2026-01-01\")"),
    ("bucket", "to", "text", "TO_TEXT(\"2026-02-01\")"),
    ("bucket", "from", "date_nanos", "\"2026-01-01\"::date_nanos"),
    ("bucket", "to", "date_nanos", "\"2026-02-01\"::date_nanos"),
    ("bucket", "from", "integer", "0"),
    ("bucket", "to", "integer", "100"),
    ("bucket", "from", "long", "30000000000"),
    ("bucket", "to", "long", "40000000000"),
    ("bucket", "from", "double", "0.5"),
    ("bucket", "to", "double", "99.5"),
    ("categorize", "options", "*", "{\"output_format\":\"regex\"}"),
    ("chunk", "chunking_settings", "*", "{\"strategy\":\"word\"}"),
    ("count_distinct", "precision", "integer", "100"),
    ("count_distinct", "precision", "long", "100::long"),
    ("count_distinct", "precision", "unsigned_long", "100::unsigned_long"),
    ("date_parse", "options", "*", "{\"time_zone\":\"UTC\"}"),
    ("decay", "options", "*", "{\"type\":\"exp\"}"),
    ("decay", "scale", "keyword", "\"10km\""),
    ("decay", "scale", "text", "TO_TEXT(\"10km\")"),
    ("decay", "scale", "integer", "8"),
    ("decay", "scale", "long", "8::long"),
    ("decay", "scale", "unsigned_long", "8::unsigned_long"),
    ("decay", "scale", "double", "8.5"),
    ("decay", "origin", "integer", "10"),
    ("decay", "origin", "long", "10::long"),
    ("decay", "origin", "unsigned_long", "10::unsigned_long"),
    ("decay", "origin", "double", "10.5"),
    ("decay", "origin", "date", "\"2026-01-01\"::datetime"),
    ("decay", "origin", "date_nanos", "\"2026-01-01\"::date_nanos"),
    ("decay", "origin", "geo_point", "TO_GEOPOINT(\"POINT (1 2)\")"),
    ("decay", "origin", "cartesian_point", "TO_CARTESIANPOINT(\"POINT (1 2)\")"),
    ("mv_pseries_weighted_sum", "p", "double", "2.0"),
    ("field_extract", "path", "*", "\"a\""),
    ("kql", "query", "*", "\"keyword: k\""),
    ("kql", "options", "*", "{\"case_insensitive\":true}"),
    ("match", "options", "*", "{\"operator\":\"AND\"}"),
    ("match_phrase", "options", "*", "{\"slop\":0}"),
    ("mv_in_range", "options", "*", "{\"include_lower\":true}"),
    ("mv_sort", "order", "*", "\"ASC\""),
    ("percentile", "percentile", "integer", "50"),
    ("percentile", "percentile", "long", "50::long"),
    ("percentile", "percentile", "double", "50.5"),
    ("qstr", "query", "*", "\"keyword: k\""),
    ("qstr", "options", "*", "{\"default_operator\":\"AND\"}"),
    ("sample", "limit", "integer", "5"),
    ("sparkline", "buckets", "integer", "10"),
    ("to_dateperiod", "field", "*", "\"3 days\""),
    ("to_ip", "options", "*", "{\"leading_zeros\":\"octal\"}"),
    ("to_timeduration", "field", "*", "\"3 hours\""),
    ("top", "limit", "integer", "5"),
    ("top", "order", "*", "\"asc\""),
    ("*", "*", "geohash", "TO_GEOHASH(geo_hash_name)"),
    ("*", "*", "geotile", "TO_GEOTILE(geo_tile_name)"),
    ("*", "*", "geohex", "TO_GEOHEX(geo_hex_name)"),
    ("round_to", "points", "integer", "5"),
    ("round_to", "points", "long", "5::long"),
    ("round_to", "points", "double", "5.5"),
    ("round_to", "points", "date", "\"2026-01-01\"::datetime"),
    ("round_to", "points", "date_nanos", "\"2026-01-01\"::date_nanos"),
    ("sparkline", "aggregation", "integer", "MAX(integer)"),
    ("sparkline", "aggregation", "long", "MAX(long)"),
    ("sparkline", "aggregation", "double", "MAX(double)"),
    ("sparkline", "from", "date", "\"2026-01-01\"::datetime"),
    ("sparkline", "from", "date_nanos", "\"2026-01-01\"::date_nanos"),
    ("sparkline", "from", "keyword", "\"2026-01-01\""),
    ("sparkline", "from", "text", "TO_TEXT(\"2026-01-01\")"),
    ("sparkline", "to", "date", "\"2026-02-01\"::datetime"),
    ("sparkline", "to", "date_nanos", "\"2026-02-01\"::date_nanos"),
    ("sparkline", "to", "keyword", "\"2026-02-01\""),
    ("sparkline", "to", "text", "TO_TEXT(\"2026-02-01\")"),
    ("tbucket", "from", "date", "\"2026-01-01\"::datetime"),
    ("tbucket", "from", "date_nanos", "\"2026-01-01\"::date_nanos"),
    ("tbucket", "from", "keyword", "\"2026-01-01\""),
    ("tbucket", "from", "text", "TO_TEXT(\"2026-01-01\")"),
    ("tbucket", "to", "date", "\"2026-02-01\"::datetime"),
    ("tbucket", "to", "date_nanos", "\"2026-02-01\"::date_nanos"),
    ("tbucket", "to", "keyword", "\"2026-02-01\""),
    ("tbucket", "to", "text", "TO_TEXT(\"2026-02-01\")"),
    ("trange", "start_time_or_offset", "date", "\"2026-01-01\"::datetime"),
    ("trange", "start_time_or_offset", "date_nanos", "\"2026-01-01\"::date_nanos"),
    ("trange", "start_time_or_offset", "keyword", "\"2026-01-01\""),
    ("trange", "start_time_or_offset", "text", "TO_TEXT(\"2026-01-01\")"),
    ("trange", "end_time", "date", "\"2026-02-01\"::datetime"),
    ("trange", "end_time", "date_nanos", "\"2026-02-01\"::date_nanos"),
    ("trange", "end_time", "keyword", "\"2026-02-01\""),
    ("trange", "end_time", "text", "TO_TEXT(\"2026-02-01\")"),
    ("tbucket", "buckets", "integer", "10"),
    ("trange", "start_time_or_offset", "long", "1767225600000"),
    ("trange", "end_time", "long", "1769904000000"),
];

/// What a search function is asked for must be constant; it is the literal of its type.
const QUERIES: &[(&str, &str)] = &[
    ("boolean", "true"),
    ("integer", "2"),
    ("long", "30000000000"),
    ("unsigned_long", "18446744073709551615"),
    ("double", "1.5"),
    ("date", "\"2026-01-15\"::datetime"),
    ("date_nanos", "\"2026-01-15\"::date_nanos"),
    ("ip", "\"10.1.2.3\"::ip"),
    ("version", "\"1.2.3\"::version"),
];

/// The text that a search function looks for in a field of each type.
const TEXTS: &[(&str, &str)] = &[
    ("boolean", "\"true\""),
    ("date", "\"2026-01-15\""),
    ("date_nanos", "\"2026-01-15\""),
    ("ip", "\"10.1.2.3\""),
    ("version", "\"1.2.3\""),
];

/// Lines of the list that no query can say, or that the reference itself refuses.
fn is_out_of_reach(line: &Line<'_>) -> Option<&'static str> {
    let is = |i: usize, data_type: &str| line.parameters.get(i).is_some_and(|(_, t, _)| *t == data_type);
    match line.name {
        "sub" if (is(0, "date_period") || is(0, "time_duration")) && is(1, "date_nanos") => {
            Some("a date can't be taken from a span")
        }
        "match_operator" if ["date", "date_nanos", "ip", "version"].iter().any(|t| is(1, t)) => {
            Some("what follows the colon is a plain constant, and there is none of these types")
        }
        _ => None,
    }
}

/// A line of the list.
#[derive(Clone)]
struct Line<'a> {
    kind: &'a str,
    name: &'a str,
    /// Name, type, whether it may be left out.
    parameters: Vec<(&'a str, &'a str, bool)>,
    is_variadic: bool,
    returns: &'a str,
}

impl<'a> Line<'a> {
    fn read(line: &'a str) -> Option<Self> {
        let columns: Vec<&str> = line.split('\t').collect();
        let [kind, name, parameters, variadic, returns, ..] = columns[..] else { return None };
        let parameters = parameters
            .split(',')
            .filter_map(|parameter| parameter.split_once(':'))
            .map(|(name, data_type)| (name.trim_end_matches('?'), data_type, name.ends_with('?')))
            .collect();
        Some(Self { kind, name, parameters, is_variadic: variadic == "variadic", returns })
    }

    fn is_in_scope(&self) -> bool {
        let has_type = |data_type: &str| TYPES_OUT_OF_SCOPE.iter().any(|(name, _)| *name == data_type);
        self.kind != "kind"
            && self.kind != "time_series_agg"
            && !OUT_OF_SCOPE.iter().any(|(name, _)| *name == self.name)
            && is_out_of_reach(self).is_none()
            && !has_type(self.returns)
            && !self.parameters.iter().any(|(_, data_type, _)| has_type(data_type))
    }

    /// Queries that call it: with all parameters, without the last optional ones, with the last one twice.
    fn queries(&self) -> Vec<String> {
        let all: Vec<String> = self.parameters.iter().map(|parameter| self.argument(parameter)).collect();
        // TOP returns its last parameter, and without it is another line.
        let returns_last = self.parameters.last().is_some_and(|(name, ..)| *name == "outputField");
        let optional = self.parameters.iter().rev().take_while(|(_, _, optional)| *optional && !returns_last).count();
        let mut calls: Vec<Vec<String>> = (0..=optional).map(|left_out| all[..all.len() - left_out].to_vec()).collect();
        if let (true, Some(last)) = (self.is_variadic, all.last()) {
            // What may be repeated in CASE are pairs, before the value that stands for all else.
            let repeated = if self.name == "case" { all[..2].to_vec() } else { vec![last.clone()] };
            let call: Vec<String> = match self.name {
                "case" => repeated.into_iter().chain(all).collect(),
                _ => all.into_iter().chain(repeated).collect(),
            };
            calls.push(call);
        }
        calls.iter().map(|arguments| self.query(arguments)).collect()
    }

    fn argument(&self, (parameter, data_type, _): &(&str, &str, bool)) -> String {
        let is_search = matches!(self.name, "match" | "match_phrase" | "multi_match" | "match_operator" | "term");
        if is_search && *parameter == "query" {
            let field = self.parameters[0].1;
            let literal = match *data_type {
                "keyword" | "text" => TEXTS.iter().find(|(name, _)| *name == field).or(Some(&("", "\"1\""))),
                other => QUERIES.iter().find(|(name, _)| *name == other),
            };
            return literal.map_or("?", |(_, text)| text).to_owned();
        }
        let constant = CONSTANTS.iter().find(|(function, name, of, _)| {
            (*function == "*" || *function == self.name)
                && (*name == "*" || name == parameter)
                && (*of == "*" || of == data_type)
        });
        match constant {
            Some((.., text)) => (*text).to_owned(),
            // The reference's name for a double in a column of 32 bits.
            None if *data_type == "float" => "double".to_owned(),
            None if *data_type == "_source" => "_source".to_owned(),
            None => (*data_type).to_owned(),
        }
    }

    fn query(&self, arguments: &[String]) -> String {
        let call = format!("{}({})", self.name, arguments.join(", "));
        let from = if arguments.iter().any(|argument| argument == "_source") {
            "FROM types METADATA _source"
        } else {
            "FROM types"
        };
        match self.kind {
            "agg" => format!("{from} | STATS result = {call} | KEEP result"),
            "grouping" => {
                // Its type is that of the field of the time.
                let rename = if self.name == "tbucket" && self.returns == "date_nanos" {
                    "| EVAL @timestamp = date_nanos "
                } else {
                    ""
                };
                format!("{from} {rename}| STATS BY result = {call} | KEEP result")
            }
            // A span is no column: a date with it is.
            "operator" if matches!(self.returns, "date_period" | "time_duration") => {
                format!("{from} | EVAL result = @timestamp + ({}) | KEEP result", operation(self.name, arguments))
            }
            "operator" => format!("{from} | EVAL result = {} | KEEP result", operation(self.name, arguments)),
            // They say which rows pass; as a column they are worth nothing.
            _ if matches!(self.name, "match" | "match_phrase" | "multi_match" | "kql" | "qstr" | "term" | "trange") => {
                format!("{from} | WHERE {call} | STATS result = COUNT(*) > 0 | KEEP result")
            }
            _ if matches!(self.returns, "date_period" | "time_duration") => {
                format!("{from} | EVAL result = @timestamp + {call} | KEEP result")
            }
            _ => format!("{from} | EVAL result = {call} | KEEP result"),
        }
    }

    fn expected(&self) -> &str {
        // A span is no column: the sum with a date is.
        if matches!(self.returns, "date_period" | "time_duration") { "date" } else { self.returns }
    }
}

/// The text of an operator with its operands.
fn operation(name: &str, arguments: &[String]) -> String {
    let first = &arguments[0];
    let list = || arguments[1..].join(", ");
    let infix = |symbol: &str| format!("{first} {symbol} {}", arguments[1]);
    match name {
        "add" => infix("+"),
        "sub" => infix("-"),
        "mul" => infix("*"),
        "div" => infix("/"),
        "mod" => infix("%"),
        "equals" => infix("=="),
        "not_equals" => infix("!="),
        "less_than" => infix("<"),
        "less_than_or_equal" => infix("<="),
        "greater_than" => infix(">"),
        "greater_than_or_equal" => infix(">="),
        "match_operator" => infix(":"),
        "neg" => format!("-{first}"),
        "is_null" => format!("{first} IS NULL"),
        "is_not_null" => format!("{first} IS NOT NULL"),
        "in" => format!("{first} IN ({})", list()),
        "not_in" => format!("{first} NOT IN ({})", list()),
        "like" => format!("{first} LIKE \"a*\""),
        "not_like" => format!("{first} NOT LIKE \"a*\""),
        "rlike" => format!("{first} RLIKE \"a.*\""),
        "not_rlike" => format!("{first} NOT RLIKE \"a.*\""),
        other => panic!("{other} is no operator that the test knows"),
    }
}

/// An engine over one document that has a field of each type.
fn engine() -> (Engine, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("types.ndjson");
    let fields: Vec<String> = FIELDS.iter().map(|(name, _, value)| format!("\"{name}\":{value}")).collect();
    std::fs::write(&path, format!("{{{}}}\n", fields.join(","))).unwrap();
    let types: Vec<String> =
        FIELDS.iter().map(|(name, mapped, _)| format!("\"{name}\":{{\"type\":\"{mapped}\"}}")).collect();
    let mapping = Mapping::parse(&format!("{{\"mappings\":{{\"properties\":{{{}}}}}}}", types.join(","))).unwrap();
    let mut options = EngineOptions::default();
    options.mappings.push((None, mapping));
    let engine = Engine::open(&[Input::named("types", path.to_string_lossy())], options).unwrap();
    (engine, folder)
}

#[test]
fn listed_signatures_analyse_and_give_the_listed_type() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/esql/signatures.tsv");
    let Ok(list) = std::fs::read_to_string(path) else {
        eprintln!("skipped: the list of signatures is not there");
        return;
    };
    let (engine, _folder) = engine();
    let session = Session { now_millis: 1_768_500_000_000, ..Session::default() };
    let mut wrong: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut checked = 0;
    for line in list.lines().filter_map(Line::read).filter(Line::is_in_scope) {
        for query in line.queries() {
            checked += 1;
            let found = match session.prepare(&engine, &query) {
                Err(errors) => errors[0].message.clone(),
                Ok(prepared) => match prepared.collect(&engine) {
                    Err(error) => error.to_string(),
                    Ok(result) if result.columns[0].data_type.name() == line.expected() => continue,
                    Ok(result) => result.columns[0].data_type.name().to_owned(),
                },
            };
            wrong.entry(line.name).or_default().push(format!("{query}: {} expected, {found}", line.expected()));
        }
    }
    assert!(checked > 2000, "the list holds {checked} calls only");
    let mut report = String::new();
    for (name, problems) in &wrong {
        let _ = writeln!(report, "{name}: {} calls", problems.len());
        problems.iter().take(6).for_each(|problem| _ = writeln!(report, "  {problem}"));
    }
    assert!(report.is_empty(), "{report}");
}

//! Functions and commands of the reference that are left out on purpose, and why.

/// The functions, in lower case, by the reason for leaving them out.
const REFUSED: &[(&str, &[&str])] = &[
    ("there is no relevance score: searches are exact filters", &["score"]),
    ("it ranks parts of texts by a relevance score, and there is none", &["top_snippets"]),
    (
        "there are no vectors and no models",
        &[
            "embedding",
            "knn",
            "text_embedding",
            "to_dense_vector",
            "v_cosine",
            "v_dot_product",
            "v_hamming",
            "v_l1_norm",
            "v_l2_norm",
            "v_magnitude",
        ],
    ),
    (
        "it is about metrics in time series, which logs are not",
        &[
            "absent_over_time",
            "avg_over_time",
            "count_distinct_over_time",
            "count_over_time",
            "delta",
            "deriv",
            "first_over_time",
            "idelta",
            "increase",
            "irate",
            "last_over_time",
            "max_over_time",
            "min_over_time",
            "percentile_over_time",
            "present_over_time",
            "rate",
            "stddev_over_time",
            "sum_over_time",
            "to_aggregate_metric_double",
            "to_counter",
            "to_exponential_histogram",
            "to_gauge",
            "to_tdigest",
            "tstep",
            "variance_over_time",
        ],
    ),
];

/// The commands, in upper case, by the reason for leaving them out.
const REFUSED_COMMANDS: &[(&str, &[&str])] = &[
    ("it asks a language model, and none is here", &["COMPLETION", "RERANK"]),
    ("there is no relevance score: searches are exact filters", &["FUSE", "MMR", "HIGHLIGHT"]),
    (
        "it is about metrics in time series, which logs are not",
        &["TS", "PROMQL", "METRICS_INFO", "TS_INFO", "TS_COLLAPSE"],
    ),
    ("`quarry explain` shows how a query is run", &["EXPLAIN"]),
];

/// What a refused command is called with why, in brackets as Elasticsearch names things.
pub(super) fn command(name: &str) -> String {
    let reason = REFUSED_COMMANDS.iter().find(|(_, names)| names.contains(&name)).map(|(reason, _)| *reason);
    reason.map_or_else(|| format!("[{name}] is not supported"), |reason| format!("[{name}] is not supported: {reason}"))
}

/// Why the function called `name` is left out; `None` where it isn't one of these.
pub(super) fn reason(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    REFUSED.iter().find(|(_, names)| names.contains(&name.as_str())).map(|(reason, _)| *reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_that_is_never_run_says_why() {
        for info in quarry_syntax::commands().iter().filter(|info| !info.supported) {
            assert!(command(info.name).contains(": "), "{}", info.name);
        }
        assert_eq!(command("LATER"), "[LATER] is not supported");
    }

    #[test]
    fn what_is_refused_is_no_function() {
        for name in REFUSED.iter().flat_map(|(_, names)| names.iter()) {
            assert!(quarry_functions::registry::find(name).is_none(), "{name} exists");
        }
        assert!(reason("SCORE").is_some());
        assert!(reason("length").is_none());
    }
}

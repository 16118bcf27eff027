//! The examples of the functions' documentation, run.

#![allow(clippy::unwrap_used)]

use quarry::functions::Example;
use quarry::functions::registry::{self, Function};
use quarry::{Engine, Session};

/// The rows of a query: cells joined with ` | `, rows with newlines.
fn run(query: &str) -> Result<String, String> {
    let engine = Engine::empty();
    let session = Session { now_millis: 1_768_467_600_000, ..Session::default() };
    let query = session.prepare(&engine, query).map_err(|errors| errors[0].message.clone())?;
    let result = query.collect(&engine).map_err(|error| error.to_string())?;
    let rows = result.rows();
    let line = |row: &Vec<quarry::Value>| row.iter().map(ToString::to_string).collect::<Vec<_>>().join(" | ");
    Ok(rows.iter().map(line).collect::<Vec<_>>().join("\n"))
}

fn check(name: &str, examples: &[Example], problems: &mut Vec<String>) {
    for example in examples {
        match run(example.query) {
            Ok(result) if result == example.result => {}
            Ok(result) => {
                problems.push(format!("{name}: {}\n  says  {}\n  gives {result}", example.query, example.result));
            }
            Err(message) => problems.push(format!("{name}: {}\n  {message}", example.query)),
        }
    }
}

#[test]
fn examples_of_functions_give_what_they_say() {
    let mut problems = Vec::new();
    for function in registry::all() {
        let examples = match function {
            Function::Scalar(f) => f.examples,
            Function::Aggregate(f) => f.examples,
            Function::Grouping(f) => f.examples,
        };
        check(function.name(), examples, &mut problems);
    }
    for operator in registry::operators() {
        check(operator.name, operator.examples, &mut problems);
    }
    assert!(problems.is_empty(), "{} examples are wrong:\n{}", problems.len(), problems.join("\n"));
}

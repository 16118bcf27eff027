//! `quarry test`

use std::path::PathBuf;

use clap::Args;
use quarry_rules::{load, run_tests};

use crate::exit::Exit;
use crate::output::{print, say};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  quarry test
  quarry test rules --name 'a copy under a foreign key alerts'

Exit code: 0 where all tests pass, 1 where some fail, 2 where a rule is wrong.")]
pub(crate) struct TestArgs {
    /// Rule files and folders
    #[arg(value_name = "RULE", default_value = "rules")]
    pub(crate) rules: Vec<PathBuf>,
    /// Run only the tests of this name
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
}

/// Runs the tests that stand beside the rules.
pub(crate) fn run(args: &TestArgs) -> Exit {
    let loaded = load(&args.rules);
    for error in &loaded.errors {
        say(&format!("error: {error}"));
    }
    let session = quarry::Session::default();
    let (mut passed, mut failed, mut untested) = (0, 0, 0);
    for rule in &loaded.rules {
        if rule.tests.is_empty() {
            untested += 1;
            continue;
        }
        for outcome in run_tests(rule, &session, args.name.as_deref()) {
            if outcome.passed() {
                passed += 1;
                print(&format!("ok      {}: {}\n", rule.metadata.name, outcome.name));
                continue;
            }
            failed += 1;
            print(&format!("FAILED  {}: {}\n", rule.metadata.name, outcome.name));
            for problem in &outcome.problems {
                print(&format!("        {problem}\n"));
            }
            for row in &outcome.alerts {
                print(&format!("        alert: {}\n", serde_json::Value::Object(row.clone())));
            }
        }
    }
    print(&format!("{passed} passed, {failed} failed\n"));
    if untested > 0 {
        say(&format!("note: {untested} of {} rules have no tests", loaded.rules.len()));
    }
    if passed + failed == 0 && args.name.is_some() {
        say("error: no test has that name");
        return Exit::Failed;
    }
    match (loaded.errors.is_empty(), failed) {
        (false, _) => Exit::Failed,
        (true, 0) => Exit::Nothing,
        (true, _) => Exit::Found,
    }
}

//! `quarry test`

use std::path::PathBuf;

use clap::Args;
use quarry_rules::{Rule, TestOutcome, junit, load, run_tests, update_tests};

use crate::exit::Exit;
use crate::output::style::Style;
use crate::output::{print, say, text::printable};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  quarry test
  quarry test rules --name 'a copy under a foreign key alerts'
  quarry test rules --junit results.xml
  quarry test rules/my_rule.esql --update

Exit code: 0 where all tests pass, 1 where some fail, 2 where a rule is wrong.")]
pub(crate) struct TestArgs {
    /// Rule files and folders
    #[arg(value_name = "RULE", default_value = "rules")]
    pub(crate) rules: Vec<PathBuf>,
    /// Run only the tests of this name
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Write the outcomes to this file too, in JUnit's form
    #[arg(long, value_name = "FILE")]
    pub(crate) junit: Option<PathBuf>,
    /// Write what comes as what is expected into the rule files, where tests fail. Look at the difference before you
    /// keep it
    #[arg(long)]
    pub(crate) update: bool,
}

/// Counts of tests.
#[derive(Default)]
struct Counts {
    passed: usize,
    failed: usize,
    updated: usize,
    untested: usize,
}

/// Runs the tests that stand beside the rules.
pub(crate) fn run(args: &TestArgs) -> Exit {
    let loaded = load(&args.rules);
    for error in &loaded.errors {
        say(&format!("error: {}", printable(&error.to_string())));
    }
    let session = quarry::Session::default();
    let paint = Style::of_stdout();
    let mut counts = Counts::default();
    let mut wrong = !loaded.errors.is_empty();
    let mut all = Vec::new();
    for rule in &loaded.rules {
        if rule.tests.is_empty() {
            counts.untested += 1;
            continue;
        }
        let outcomes = run_tests(rule, &session, args.name.as_deref());
        for outcome in &outcomes {
            report(rule, outcome, paint, &mut counts, args.update);
        }
        if args.update {
            match update_tests(rule, &outcomes) {
                Ok(updated) => counts.updated += updated,
                Err(message) => {
                    say(&format!("error: {}", printable(&message)));
                    wrong = true;
                }
            }
        }
        all.push((rule, outcomes));
    }
    if let Some(path) = &args.junit
        && let Err(error) = std::fs::write(path, junit(&all))
    {
        say(&format!("error: {}: {error}", path.display()));
        wrong = true;
    }
    let updated = if counts.updated > 0 { format!(", {} updated", counts.updated) } else { String::new() };
    print(&format!("{} passed, {} failed{updated}\n", counts.passed, counts.failed));
    if counts.untested > 0 {
        say(&format!("note: {} of {} rules have no tests", counts.untested, loaded.rules.len()));
    }
    if counts.passed + counts.failed + counts.updated == 0 && args.name.is_some() {
        say("error: no test has that name");
        return Exit::Failed;
    }
    match (wrong, counts.failed) {
        (true, _) => Exit::Failed,
        (false, 0) => Exit::Nothing,
        (false, _) => Exit::Found,
    }
}

fn report(rule: &Rule, outcome: &TestOutcome, paint: Style, counts: &mut Counts, update: bool) {
    let name = printable(&format!("{}: {}", rule.metadata.name, outcome.name));
    if outcome.passed() {
        counts.passed += 1;
        print(&format!("{}      {name}\n", paint.good("ok")));
        return;
    }
    if update && outcome.ran() {
        print(&format!("updated {name}\n"));
    } else {
        counts.failed += 1;
        print(&format!("{}  {name}\n", paint.bad("FAILED")));
    }
    for problem in &outcome.problems {
        print(&format!("        {}\n", printable(problem)));
    }
    if outcome.ran() && outcome.alerts.len() != outcome.expected {
        print(&format!("        alerts   expected {}, got {}\n", outcome.expected, outcome.alerts.len()));
        for note in &outcome.notes {
            print(&format!("        {}\n", printable(note)));
        }
        // The alerts that came are what there is to go by.
        for row in outcome.alerts.iter().take(MOST_ALERTS) {
            let row = serde_json::Value::Object(row.clone()).to_string();
            print(&format!("        {}\n", printable(&format!("came: {row}"))));
        }
        if outcome.alerts.len() > MOST_ALERTS {
            print(&format!("        and {} more\n", outcome.alerts.len() - MOST_ALERTS));
        }
    }
    differences(outcome, paint);
}

/// Alerts shown of a test that has too many or too few.
const MOST_ALERTS: usize = 10;

/// Expected above actual, for each field that differs.
fn differences(outcome: &TestOutcome, paint: Style) {
    let mut alert = 0;
    for difference in &outcome.differences {
        if difference.alert != alert {
            alert = difference.alert;
            print(&format!("        alert {alert}\n"));
        }
        let field = printable(&difference.field);
        let blank = " ".repeat(field.chars().count());
        let expected = printable(&difference.expected.to_string());
        let actual = match &difference.actual {
            serde_json::Value::Null => "absent".to_owned(),
            value => printable(&value.to_string()),
        };
        print(&format!("          {field}  {}\n", paint.good(&format!("expected  {expected}"))));
        print(&format!("          {blank}  {}\n", paint.bad(&format!("actual    {actual}"))));
    }
}

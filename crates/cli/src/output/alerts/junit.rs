use std::fmt::Write as _;
use std::io::{self, Write};

use quarry_rules::{Alert, Rule, xml};

use super::{AlertWriter, Done, Ending, text};

/// JUnit XML: a rule that gives alerts is a test case that fails.
#[derive(Default)]
pub(crate) struct Junit {
    cases: String,
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
    seconds: f64,
    alerts: u64,
    /// The first alerts of the rule at hand.
    reasons: Vec<String>,
}

/// Alerts of a rule that are told of one by one.
const MOST_TOLD: usize = 20;

impl AlertWriter for Junit {
    fn alert(&mut self, _out: &mut dyn Write, _rule: &Rule, alert: Alert) -> io::Result<()> {
        self.alerts += 1;
        if self.reasons.len() < MOST_TOLD {
            let time = text(&alert, "kibana.alert.original_time");
            self.reasons.push(format!("{time} {}", text(&alert, "kibana.alert.reason")).trim().to_owned());
        }
        Ok(())
    }

    fn done(&mut self, _out: &mut dyn Write, done: &Done<'_>) -> io::Result<()> {
        let alerts = std::mem::take(&mut self.alerts);
        let mut reasons = std::mem::take(&mut self.reasons);
        self.tests += 1;
        let seconds = done.took.as_secs_f64();
        self.seconds += seconds;
        let metadata = &done.rule.metadata;
        let _ = write!(
            self.cases,
            "    <testcase classname=\"{}\" name=\"{}\" time=\"{seconds:.3}\"",
            xml::attribute(&done.rule.path.display().to_string()),
            xml::attribute(&metadata.name),
        );
        let inner = match &done.ending {
            Ending::Skipped(message) => {
                self.skipped += 1;
                format!("<skipped message=\"{}\"/>", xml::attribute(message))
            }
            Ending::Failed(message) => {
                self.errors += 1;
                format!("<error message=\"the rule could not run\">{}</error>", xml::text(message))
            }
            Ending::Ran if alerts == 0 => String::new(),
            Ending::Ran => {
                self.failures += 1;
                if alerts > reasons.len() as u64 {
                    reasons.push(format!("and {} more", alerts - reasons.len() as u64));
                }
                let many = if alerts == 1 { "alert" } else { "alerts" };
                format!(
                    "<failure type=\"{}\" message=\"{alerts} {many}\">{}</failure>",
                    xml::attribute(&metadata.severity),
                    xml::text(&reasons.join("\n")),
                )
            }
        };
        let end = if inner.is_empty() { "/>\n".to_owned() } else { format!(">\n      {inner}\n    </testcase>\n") };
        self.cases.push_str(&end);
        Ok(())
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let counts = format!(
            "tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{:.3}\"",
            self.tests, self.failures, self.errors, self.skipped, self.seconds
        );
        writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
        writeln!(out, "<testsuites name=\"quarry\" {counts}>\n  <testsuite name=\"quarry run\" {counts}>")?;
        out.write_all(self.cases.as_bytes())?;
        writeln!(out, "  </testsuite>\n</testsuites>")
    }
}

//! Which rules are meant, and what is known of their alerts: options that commands share.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use quarry::diagnostics::Code;
use quarry_rules::{AlertIndex, Exceptions, Rule, RuleFailure, Selector, load, repeated_ids};

use super::proposed::{self, Proposed};
use crate::exit::Exit;
use crate::output::text::printable;
use crate::output::{say, warn};

#[derive(Debug, Args)]
pub(crate) struct RuleArgs {
    /// Rule files and folders
    #[arg(value_name = "RULE", required = true)]
    pub(crate) rules: Vec<PathBuf>,
    /// Only rules with this tag, such as "Data Source: AWS"; * and ? are wildcards. May be repeated
    #[arg(long, value_name = "TAG")]
    pub(crate) tag: Vec<String>,
    /// Only rules of this severity: low, medium, high or critical. May be repeated
    #[arg(long, value_name = "SEVERITY", value_delimiter = ',', hide_possible_values = true)]
    #[arg(value_parser = Proposed(proposed::severities))]
    pub(crate) severity: Vec<String>,
    /// Only the rule with this id. May be repeated
    #[arg(long, value_name = "RULE_ID")]
    pub(crate) id: Vec<String>,
    /// Only rules whose name contains this. May be repeated
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ExceptionArgs {
    /// What is known to be harmless: exception lists as Kibana exports them. May be repeated
    #[arg(long, value_name = "FILE")]
    pub(crate) exceptions: Vec<PathBuf>,
    /// A value list that exceptions refer to, one value a line. May be repeated
    #[arg(long, value_name = "ID=FILE")]
    pub(crate) value_list: Vec<String>,
}

/// The rules that were meant.
pub(super) struct Chosen {
    pub(super) rules: Vec<Rule>,
    /// Whether some file can't be used.
    pub(super) failed: bool,
}

impl RuleArgs {
    /// Loads the rules and says what can't be used.
    ///
    /// # Errors
    /// There is nothing to run; that was said.
    pub(super) fn load(&self) -> Result<Chosen, Exit> {
        let mut loaded = load(&self.rules);
        for error in &loaded.errors {
            say(&format!("error: {error}"));
        }
        let failed = !loaded.errors.is_empty();
        if !loaded.other_languages.is_empty() {
            say(&format!(
                "note: {} rules in other languages than ES|QL were passed over",
                loaded.other_languages.len()
            ));
        }
        if loaded.rules.is_empty() {
            say("error: there is no rule to run");
            return Err(Exit::Failed);
        }
        let selector = Selector {
            tags: self.tag.clone(),
            severities: self.severity.clone(),
            ids: self.id.clone(),
            names: self.name.clone(),
        };
        for (wanted, similar) in selector.unknown(&loaded.rules) {
            let advice = match similar.as_slice() {
                [] => String::new(),
                several => format!(", did you mean {}?", several.join(" or ")),
            };
            say(&format!("note: no rule has the tag or severity \"{wanted}\"{advice}"));
        }
        let all = loaded.rules.len();
        loaded.rules.retain(|rule| selector.selects(rule));
        if loaded.rules.is_empty() {
            say(&format!("error: none of the {all} rules is selected by --tag, --severity, --id and --name"));
            return Err(Exit::Failed);
        }
        for (id, paths) in repeated_ids(&loaded.rules) {
            say(&format!("warning: {}: alerts of one can be taken for those of the other", same_id(&id, &paths)));
        }
        Ok(Chosen { rules: loaded.rules, failed })
    }
}

impl ExceptionArgs {
    /// Reads the exceptions for `rules` and says what can't be used of them.
    ///
    /// # Errors
    /// A message for the user.
    pub(super) fn load(&self, rules: &[Rule]) -> Result<Arc<Exceptions>, String> {
        let mut lists = Vec::new();
        for text in &self.value_list {
            let (id, path) = text.split_once('=').ok_or_else(|| format!("--value-list {text}: write it as ID=FILE"))?;
            lists.push((id.to_owned(), PathBuf::from(path)));
        }
        let mut exceptions = Exceptions::load(&self.exceptions, &lists)?;
        for problem in &exceptions.problems {
            warn(problem);
        }
        exceptions.assign(rules);
        Ok(Arc::new(exceptions))
    }
}

/// That several rules have one id, in words.
fn same_id(id: &str, paths: &[PathBuf]) -> String {
    let paths: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    printable(&format!("the rule_id {id} stands in {}", paths.join(" and ")))
}

/// Rules that found nothing because there is nothing that they could find: they must not look like rules that looked
/// and found nothing.
#[derive(Debug, Default)]
pub(super) struct Silent {
    without_input: Vec<(String, Option<String>)>,
    /// Of those, the rules that read alerts.
    over_alerts: usize,
    without_fields: Vec<(String, Vec<String>)>,
    /// Rules that use what this engine leaves out, and what that is.
    left_out: Vec<(String, String)>,
    /// Rules that would have looked at events which have no time, and how many.
    undated: Vec<(String, usize)>,
    /// Whether the command could give alerts to rules, and wasn't asked to.
    offers_alerts: bool,
}

/// Rules that are named in a note; the others are counted.
const MOST_NAMED: usize = 10;

impl Silent {
    /// No rule so far, of a command that could give alerts to rules if it were asked to.
    pub(super) fn offering_alerts(offers_alerts: bool) -> Self {
        Self { offers_alerts, ..Self::default() }
    }

    /// A rule whose indices no input belongs to, and what is missing.
    pub(super) fn no_input(&mut self, rule: &Rule, missing: Option<&str>) {
        self.without_input.push((rule.metadata.name.clone(), missing.map(str::to_owned)));
        self.over_alerts += usize::from(AlertIndex::is_read_by(rule));
    }

    /// A rule that reads fields that aren't there.
    pub(super) fn no_fields(&mut self, rule: &Rule, fields: Vec<String>) {
        if !fields.is_empty() {
            self.without_fields.push((rule.metadata.name.clone(), fields));
        }
    }

    /// A rule that is right and can't run here.
    pub(super) fn left_out(&mut self, rule: &Rule, message: &str) {
        self.left_out.push((rule.metadata.name.clone(), message.to_owned()));
    }

    /// Events of a rule that no scheduled run sees, since they have no time.
    pub(super) fn undated(&mut self, rule: &Rule, events: usize) {
        if events > 0 {
            self.undated.push((rule.metadata.name.clone(), events));
        }
    }

    /// Tells of them.
    pub(super) fn say(&self) {
        let rules = |count: usize| if count == 1 { "1 rule".to_owned() } else { format!("{count} rules") };
        let list = |lines: Vec<String>| {
            lines.iter().take(MOST_NAMED).for_each(|line| say(&format!("  {}", printable(line))));
            if lines.len() > MOST_NAMED {
                say(&format!("  and {} more", lines.len() - MOST_NAMED));
            }
        };
        if !self.without_input.is_empty() {
            say(&format!("note: there is no input for {}:", rules(self.without_input.len())));
            let line = |(name, missing): &(String, Option<String>)| match missing {
                Some(missing) => format!("{name}: {missing}"),
                None => name.clone(),
            };
            list(self.without_input.iter().map(line).collect());
        }
        if self.over_alerts > 0 && self.offers_alerts {
            say(&format!(
                "note: {} of them read alerts; --alerts-as-input gives them those of the other rules",
                self.over_alerts
            ));
        }
        if !self.left_out.is_empty() {
            say(&format!(
                "note: {} did not run, since this engine leaves out what they use:",
                rules(self.left_out.len())
            ));
            list(self.left_out.iter().map(|(name, message)| format!("{name}: {message}")).collect());
        }
        if !self.undated.is_empty() {
            say(&format!(
                "note: no scheduled run sees events without a time; {} read such events:",
                rules(self.undated.len())
            ));
            list(self.undated.iter().map(|(name, count)| format!("{name}: {count}")).collect());
        }
        if !self.without_fields.is_empty() {
            say(&format!(
                "note: {} found nothing and read fields that no event has:",
                rules(self.without_fields.len())
            ));
            list(self.without_fields.iter().map(|(name, fields)| format!("{name}: {}", fields.join(", "))).collect());
        }
    }
}

/// Where a query is wrong only in that it reads fields that neither the input nor ECS knows: those fields. A field that
/// is similar to one that there is may be misspelt, and is an error; but alerts have no more fields than their events.
pub(super) fn unknown_fields(rule: &Rule, failure: &RuleFailure) -> Option<Vec<String>> {
    let RuleFailure::Query(diagnostics) = failure else { return None };
    let mut fields = Vec::new();
    let mut seen = HashSet::new();
    for diagnostic in diagnostics {
        if diagnostic.code != Code::UNKNOWN_COLUMN {
            return None;
        }
        let (name, advice) = diagnostic.message.strip_prefix("Unknown column [")?.split_once(']')?;
        if !advice.is_empty() && !AlertIndex::is_read_by(rule) {
            return None;
        }
        if seen.insert(name.to_owned()) {
            fields.push(name.to_owned());
        }
    }
    (!fields.is_empty()).then_some(fields)
}

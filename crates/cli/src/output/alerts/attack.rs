use std::collections::BTreeMap;
use std::io::{self, Write};

use quarry_rules::{Alert, Rule};
use serde_json::json;

use super::mitre::mappings;
use super::{AlertWriter, Done};

/// A layer of the ATT&CK Navigator, in version 4.5 of its format. A technique's score is the number of alerts, or of
/// rules where there is no input.
pub(crate) struct Attack {
    has_input: bool,
    /// For each technique and tactic the score, and the rules with theirs.
    techniques: BTreeMap<(String, String), BTreeMap<String, u64>>,
    alerts: u64,
}

impl Attack {
    pub(crate) fn new(has_input: bool) -> Self {
        Self { has_input, techniques: BTreeMap::new(), alerts: 0 }
    }

    fn add(&mut self, rule: &Rule, score: u64) {
        for mapping in mappings(rule) {
            let Some(technique) = &mapping.technique else { continue };
            // The Navigator shows a sub-technique only under a technique that is there, too.
            for entry in [Some(technique), mapping.sub_technique.as_ref()].into_iter().flatten() {
                let rules = self.techniques.entry((entry.id.clone(), shortname(&mapping.tactic.name))).or_default();
                rules.insert(rule.metadata.name.clone(), score);
            }
        }
    }
}

/// `Defense Evasion` as the Navigator spells it.
fn shortname(tactic: &str) -> String {
    tactic.trim().to_lowercase().replace(' ', "-")
}

impl AlertWriter for Attack {
    fn wants_events(&self) -> bool {
        false
    }

    fn begin(&mut self, _out: &mut dyn Write, rules: &[Rule]) -> io::Result<()> {
        if !self.has_input {
            rules.iter().for_each(|rule| self.add(rule, 1));
        }
        Ok(())
    }

    fn alert(&mut self, _out: &mut dyn Write, _rule: &Rule, _alert: Alert) -> io::Result<()> {
        self.alerts += 1;
        Ok(())
    }

    fn done(&mut self, _out: &mut dyn Write, done: &Done<'_>) -> io::Result<()> {
        let alerts = std::mem::take(&mut self.alerts);
        if alerts > 0 {
            self.add(done.rule, alerts);
        }
        Ok(())
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let what = if self.has_input { "alert" } else { "rule" };
        let score = |rules: &BTreeMap<String, u64>| rules.values().sum::<u64>();
        let most = self.techniques.values().map(score).max().unwrap_or(1);
        let techniques: Vec<_> = self
            .techniques
            .iter()
            .map(|((id, tactic), rules)| {
                let names: Vec<&str> = rules.keys().map(String::as_str).collect();
                let metadata: Vec<_> =
                    rules.iter().map(|(name, score)| json!({ "name": name, "value": score.to_string() })).collect();
                json!({
                    "techniqueID": id,
                    "tactic": tactic,
                    "score": score(rules),
                    "comment": names.join("\n"),
                    "enabled": true,
                    "metadata": metadata,
                    "showSubtechniques": true,
                })
            })
            .collect();
        let layer = json!({
            "name": if self.has_input { "Alerts" } else { "Rule coverage" },
            "versions": { "layer": "4.5" },
            "domain": "enterprise-attack",
            "description": format!("Score: the number of {what}s for each technique"),
            "sorting": 3,
            "hideDisabled": false,
            "techniques": techniques,
            "gradient": { "colors": ["#ffe9a8", "#e5533d"], "minValue": 1, "maxValue": most.max(2) },
        });
        serde_json::to_writer_pretty(&mut *out, &layer)?;
        out.write_all(b"\n")
    }
}

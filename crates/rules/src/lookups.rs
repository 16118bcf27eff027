//! Lists that stand beside rules, for LOOKUP JOIN: `lookups/NAME.csv` or `.ndjson` in a rule's folder is the index NAME.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use quarry::{EngineOptions, Input};

use crate::Rule;

/// The folder, beside a rule, that holds its lists.
const FOLDER: &str = "lookups";

/// What a list's file may end in.
const ENDINGS: [&str; 2] = ["csv", "ndjson"];

/// The lists beside `rules`, each once, in the order of their names.
///
/// A list whose name is among `given` is left out: the user has brought one of their own. Of two lists with one name the
/// one beside the first rule counts.
#[must_use]
pub fn lookups(rules: &[Rule], given: &[Input]) -> Vec<Input> {
    let mut found = lists(rules);
    found.retain(|name, _| !given.iter().any(|input| input.name.as_deref() == Some(name)));
    found.into_iter().map(|(name, path)| Input::named(name, path.to_string_lossy())).collect()
}

/// Adds the lists beside `rules` to inputs. Whoever brings a list of such a name, `FROM *` doesn't read it: its lines are
/// no events.
pub fn add_lookups(rules: &[Rule], inputs: &mut Vec<Input>, options: &mut EngineOptions) {
    options.lists.extend(lists(rules).into_keys());
    inputs.extend(lookups(rules, inputs));
}

/// The lists by name.
fn lists(rules: &[Rule]) -> BTreeMap<String, PathBuf> {
    let folders: BTreeSet<&Path> = rules.iter().filter_map(|rule| rule.path.parent()).collect();
    let mut found = BTreeMap::new();
    for folder in folders {
        // Most folders of rules have no lists; one that can't be read has none either, and the rule says that it misses it.
        let Ok(entries) = fs::read_dir(folder.join(FOLDER)) else { continue };
        for path in entries.flatten().map(|entry| entry.path()) {
            let is_list = path.extension().and_then(|e| e.to_str()).is_some_and(|ending| ENDINGS.contains(&ending));
            let Some(name) = path.file_stem().and_then(|stem| stem.to_str()).filter(|_| is_list) else { continue };
            found.entry(name.to_owned()).or_insert(path);
        }
    }
    found
}

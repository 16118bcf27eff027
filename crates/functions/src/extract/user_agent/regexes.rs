//! Rules of the uap-core project: its `regexes.yaml`, which the user provides.
//!
//! Three lists of expressions, for programs, systems and devices; the first expression of a list that is found counts.
//! What a rule doesn't say itself comes from the groups of its expression, in order.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use regex::{Captures, Regex, RegexBuilder};

/// The environment variable that names the folder with such files.
pub const FOLDER_VARIABLE: &str = "QUARRY_USER_AGENT_DIR";

/// Files larger than this are something else.
const LARGEST: u64 = 16 << 20;

/// The rules of a file.
#[derive(Clone, Debug)]
pub(super) struct Regexes {
    programs: Arc<Vec<Rule>>,
    systems: Arc<Vec<Rule>>,
    devices: Arc<Vec<Rule>>,
}

#[derive(Debug)]
struct Rule {
    regex: Regex,
    /// The name and the parts of the version; `$1` stands for a group.
    replacements: [Option<String>; 5],
}

/// A name and its version.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) name: String,
    pub(super) version: Option<String>,
}

impl Regexes {
    /// Reads a file: a path, or a name in the folder that the environment names.
    ///
    /// # Errors
    /// There is no such file, or it isn't in uap-core's form.
    pub(super) fn open(file: &str) -> Result<Self, String> {
        let path = find(file).ok_or_else(|| {
            format!(
                "Cannot find the file [{file}]: give the path of uap-core's regexes.yaml as \
                 WITH {{\"regex_file\": \"/path/to/regexes.yaml\"}}, or its folder in the environment variable \
                 {FOLDER_VARIABLE}"
            )
        })?;
        let failed = |error: std::io::Error| format!("Cannot read [{}]: {error}", path.display());
        if std::fs::metadata(&path).map_err(failed)?.len() > LARGEST {
            return Err(format!("Cannot read [{}]: it is too large to be a file of user agents", path.display()));
        }
        Self::parse(&std::fs::read_to_string(&path).map_err(failed)?)
            .map_err(|why| format!("Cannot read [{}]: {why}", path.display()))
    }

    /// Reads the text of a file.
    fn parse(text: &str) -> Result<Self, String> {
        let mut lists = lists(text)?;
        let mut rules = |name: &str, keys: [&str; 5]| -> Result<Arc<Vec<Rule>>, String> {
            lists
                .remove(name)
                .unwrap_or_default()
                .into_iter()
                .map(|entry| Rule::new(&entry, keys))
                .collect::<Result<_, _>>()
                .map(Arc::new)
        };
        let programs = rules(
            "user_agent_parsers",
            ["family_replacement", "v1_replacement", "v2_replacement", "v3_replacement", "v4_replacement"],
        )?;
        let systems = rules(
            "os_parsers",
            ["os_replacement", "os_v1_replacement", "os_v2_replacement", "os_v3_replacement", "os_v4_replacement"],
        )?;
        let devices = rules("device_parsers", ["device_replacement", "", "", "", ""])?;
        if programs.is_empty() && systems.is_empty() && devices.is_empty() {
            return Err("no user_agent_parsers, os_parsers or device_parsers in it".to_owned());
        }
        Ok(Self { programs, systems, devices })
    }

    /// The program.
    pub(super) fn program(&self, text: &str) -> Option<Found> {
        first(&self.programs, text)
    }

    /// The system.
    pub(super) fn system(&self, text: &str) -> Option<Found> {
        first(&self.systems, text)
    }

    /// The device.
    pub(super) fn device(&self, text: &str) -> Option<String> {
        first(&self.devices, text).map(|found| found.name)
    }
}

fn find(file: &str) -> Option<PathBuf> {
    let path = Path::new(file);
    if path.is_file() {
        return Some(path.to_owned());
    }
    let folder = std::env::var_os(FOLDER_VARIABLE)?;
    // A name is one in the folder, never a way out of it.
    let name = path.file_name().filter(|name| Path::new(name) == path)?;
    Some(Path::new(&folder).join(name)).filter(|path| path.is_file())
}

fn first(rules: &[Rule], text: &str) -> Option<Found> {
    rules.iter().find_map(|rule| rule.apply(text))
}

type Entry = HashMap<String, String>;

impl Rule {
    fn new(entry: &Entry, keys: [&str; 5]) -> Result<Self, String> {
        let pattern = entry.get("regex").ok_or_else(|| "an entry has no regex".to_owned())?;
        let ignore_case = entry.get("regex_flag").is_some_and(|flag| flag.contains('i'));
        let regex = RegexBuilder::new(pattern)
            .case_insensitive(ignore_case)
            .size_limit(1 << 22)
            .build()
            .map_err(|error| format!("[{pattern}]: {error}"))?;
        Ok(Self { regex, replacements: keys.map(|key| entry.get(key).cloned()) })
    }

    fn apply(&self, text: &str) -> Option<Found> {
        let captures = self.regex.captures(text)?;
        let part = |i: usize| {
            let value = match &self.replacements[i] {
                Some(replacement) => filled(replacement, &captures),
                None => captures.get(i + 1).map(|group| group.as_str().to_owned())?,
            };
            let value = value.trim().to_owned();
            (!value.is_empty()).then_some(value)
        };
        let version: Vec<String> = (1..5).map_while(part).collect();
        Some(Found { name: part(0)?, version: (!version.is_empty()).then(|| version.join(".")) })
    }
}

/// The replacement with the groups in it.
fn filled(replacement: &str, captures: &Captures<'_>) -> String {
    let mut text = String::new();
    let mut rest = replacement;
    while let Some(at) = rest.find('$') {
        text.push_str(&rest[..at]);
        let digit = rest[at + 1..].chars().next().and_then(|c| c.to_digit(10));
        match digit {
            Some(group) => {
                text.push_str(captures.get(group as usize).map_or("", |group| group.as_str()));
                rest = &rest[at + 2..];
            }
            None => {
                text.push('$');
                rest = &rest[at + 1..];
            }
        }
    }
    text + rest
}

/// The lists of the file by name. Of YAML only what such files use is read: lists of maps of single lines.
fn lists(text: &str) -> Result<HashMap<String, Vec<Entry>>, String> {
    let mut lists: HashMap<String, Vec<Entry>> = HashMap::new();
    let mut current = String::new();
    for (number, line) in text.lines().enumerate() {
        let bad = || format!("line {}: neither a list nor an entry of one", number + 1);
        let content = line.trim();
        if content.is_empty() || content.starts_with('#') || content == "---" {
            continue;
        }
        if !line.starts_with([' ', '-']) {
            current = content.strip_suffix(':').ok_or_else(bad)?.trim().to_owned();
            continue;
        }
        let (begins, content) = content.strip_prefix('-').map_or((false, content), |rest| (true, rest.trim_start()));
        let (key, value) = content.split_once(':').ok_or_else(bad)?;
        let list = lists.entry(current.clone()).or_default();
        if begins {
            list.push(Entry::new());
        }
        list.last_mut().ok_or_else(bad)?.insert(key.trim().to_owned(), scalar(value.trim()).ok_or_else(bad)?);
    }
    Ok(lists)
}

/// A value in single or double quotes, or plain.
fn scalar(text: &str) -> Option<String> {
    if let Some(rest) = text.strip_prefix('\'') {
        let mut value = String::new();
        let mut chars = rest.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '\'' if chars.peek() == Some(&'\'') => value.extend(chars.next()),
                '\'' => return Some(value),
                c => value.push(c),
            }
        }
        return None;
    }
    if let Some(rest) = text.strip_prefix('"') {
        let mut value = String::new();
        let mut chars = rest.chars();
        while let Some(c) = chars.next() {
            match c {
                '\\' => match chars.next()? {
                    'n' => value.push('\n'),
                    't' => value.push('\t'),
                    other => value.push(other),
                },
                '"' => return Some(value),
                c => value.push(c),
            }
        }
        return None;
    }
    Some(text.split(" #").next().unwrap_or(text).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"---
# Programs
user_agent_parsers:
  # a comment
  - regex: '(Fetcher)/(\d+)\.(\d+)(?:\.(\d+))?'
  - regex: 'it''s (\w+)'
    family_replacement: "Its $1"
    v1_replacement: '7'
  - regex: "^plain"
    regex_flag: 'i'
    family_replacement: Plain  # at the end

os_parsers:
  - regex: '(Beta)OS (\d+)_(\d+)'
    os_replacement: '$1 OS'

device_parsers:
  - regex: '; (\w+) Build'
    device_replacement: 'Phone $1'
    brand_replacement: 'Nobody'
"#;

    #[test]
    fn the_first_rule_found_counts() {
        let regexes = Regexes::parse(FILE).unwrap();
        let program = |text: &str| regexes.program(text).map(|p| (p.name, p.version.unwrap_or_default()));
        assert_eq!(program("x Fetcher/3.14 it's me"), Some(("Fetcher".into(), "3.14".into())));
        assert_eq!(program("Fetcher/3.14.15"), Some(("Fetcher".into(), "3.14.15".into())));
        assert_eq!(program("it's me"), Some(("Its me".into(), "7".into())));
        assert_eq!(program("PLAIN"), Some(("Plain".into(), String::new())));
        assert_eq!(program("other"), None);
        assert_eq!(regexes.system("BetaOS 4_5"), Some(Found { name: "Beta OS".into(), version: Some("4.5".into()) }));
        assert_eq!(regexes.device("a; X1 Build/2").as_deref(), Some("Phone X1"));
    }

    #[test]
    fn other_files_are_refused() {
        for text in [
            "",
            "a: b",
            "- x",
            "user_agent_parsers:\n  - family: x",
            "user_agent_parsers:\n  - regex: '('",
            "os_parsers:\n  - regex: 'x",
            "  regex: x",
        ] {
            assert!(Regexes::parse(text).is_err(), "{text}");
        }
        assert!(Regexes::open("no such file").unwrap_err().contains(FOLDER_VARIABLE));
    }
}

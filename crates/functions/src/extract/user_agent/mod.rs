//! USER_AGENT: which program, system and device a user agent string speaks of.
//!
//! The program is found in [`program`], system and device in [`system`]. Both know the common browsers and the
//! command-line tools and libraries that call interfaces of cloud providers.

mod program;
pub mod regexes;
mod system;

use std::borrow::Cow;

use quarry_types::{Column, DataType, Strings};

use super::Extractor;
use super::rows::{Lists, fill};
use crate::Context;

/// USER_AGENT for one prefix.
#[derive(Clone, Debug)]
pub struct UserAgent {
    columns: Vec<(String, Part)>,
    prefix: String,
    /// Rules of the user's own, in place of the built-in ones.
    regexes: Option<regexes::Regexes>,
}

/// Options of USER_AGENT.
#[derive(Clone, Debug, Default)]
pub struct UserAgentOptions {
    /// A file of uap-core's kind to go by: a path, or a name in the folder that the environment names.
    pub regex_file: Option<String>,
    /// Whether the kind of device is told.
    pub extract_device_type: bool,
    /// Which columns to make: `name`, `version`, `os`, `device`; all where there is no choice.
    pub properties: Option<Vec<String>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Name,
    Version,
    OsName,
    OsVersion,
    OsFull,
    DeviceName,
    DeviceType,
}

const PARTS: [(&str, &str, Part); 7] = [
    ("name", "name", Part::Name),
    ("version", "version", Part::Version),
    ("os.name", "os", Part::OsName),
    ("os.version", "os", Part::OsVersion),
    ("os.full", "os", Part::OsFull),
    ("device.name", "device", Part::DeviceName),
    ("device.type", "device", Part::DeviceType),
];

impl UserAgent {
    /// Makes columns whose names begin with `prefix` and a dot.
    ///
    /// # Errors
    /// A property isn't known, or the file can't be used.
    pub fn new(prefix: &str, options: &UserAgentOptions) -> Result<Self, String> {
        let known = ["name", "version", "os", "device"];
        let chosen: Vec<String> = match &options.properties {
            None => known.iter().map(|&name| name.to_owned()).collect(),
            Some(names) => names.iter().map(|name| name.to_ascii_lowercase()).collect(),
        };
        if let Some(unknown) = chosen.iter().find(|name| !known.contains(&name.as_str())) {
            return Err(format!("illegal property value [{unknown}]. valid values are [{}]", known.join(", ")));
        }
        let columns = PARTS
            .iter()
            .filter(|(_, property, _)| chosen.iter().any(|name| name == property))
            .filter(|(.., part)| options.extract_device_type || *part != Part::DeviceType)
            .map(|(name, _, part)| (format!("{prefix}.{name}"), *part))
            .collect();
        let regexes = options.regex_file.as_deref().map(regexes::Regexes::open).transpose()?;
        Ok(Self { columns, prefix: prefix.to_owned(), regexes })
    }
}

impl Extractor for UserAgent {
    fn columns(&self) -> Vec<(String, DataType)> {
        self.columns.iter().map(|(name, _)| (name.clone(), DataType::Keyword)).collect()
    }

    fn extract(&self, context: &mut Context<'_>, input: &Column, wanted: &[bool]) -> Vec<Column> {
        fill::<Strings>(context, &self.columns(), input.cells(), wanted, Lists::Refused, |text, row| {
            if text.trim().is_empty() {
                return Ok(());
            }
            let agent = match &self.regexes {
                Some(regexes) => Agent::by_rules(regexes, text),
                None => Agent::built_in(text),
            };
            for (i, (_, part)) in self.columns.iter().enumerate() {
                match part {
                    Part::Name => row.set_some(i, agent.name.as_deref()),
                    Part::Version => row.set_some(i, agent.version.as_deref()),
                    Part::OsName => row.set_some(i, agent.os_name.as_deref()),
                    Part::OsVersion => row.set_some(i, agent.os_version.as_deref()),
                    Part::OsFull => {
                        if let (Some(name), Some(version)) = (&agent.os_name, &agent.os_version) {
                            row.set(i, &format!("{name} {version}"));
                        }
                    }
                    Part::DeviceName => row.set_some(i, agent.device.as_deref()),
                    Part::DeviceType => {
                        let device = system::device(text);
                        row.set(i, system::device_type(text, system::find(text).as_ref(), device.as_deref()));
                    }
                }
            }
            Ok(())
        })
    }

    fn describe(&self) -> String {
        format!("USER_AGENT {}", self.prefix)
    }
}

/// What a part of an agent is called where it isn't known.
const UNKNOWN: &str = "Other";

/// Finds a part of a user agent string.
pub(crate) type Find = fn(&str) -> Option<String>;

/// What finds the part `name` with the built-in rules, as the processor of Elasticsearch's pipelines gives it: a program
/// or device that isn't known is `Other`. `None` where there is no such part.
pub(crate) fn part(name: &str) -> Option<Find> {
    Some(match name {
        "name" => {
            |text| Some(program::find(text).map_or_else(|| UNKNOWN.to_owned(), |program| program.name.into_owned()))
        }
        "version" => |text| program::find(text)?.version,
        "os.name" => |text| system::find(text).map(|system| system.name.to_owned()),
        "os.version" => |text| system::find(text)?.version,
        "os.full" => |text| {
            let system = system::find(text)?;
            Some(format!("{} {}", system.name, system.version?))
        },
        "device.name" => |text| Some(system::device(text).map_or_else(|| UNKNOWN.to_owned(), Cow::into_owned)),
        _ => return None,
    })
}

/// What a string says.
#[derive(Default)]
struct Agent<'a> {
    name: Option<Cow<'a, str>>,
    version: Option<String>,
    os_name: Option<Cow<'a, str>>,
    os_version: Option<String>,
    device: Option<String>,
}

impl<'a> Agent<'a> {
    fn built_in(text: &'a str) -> Self {
        let (program, system) = (program::find(text), system::find(text));
        let (name, version) = program.map_or((None, None), |program| (Some(program.name), program.version));
        let (os_name, os_version) =
            system.map_or((None, None), |system| (Some(Cow::from(system.name)), system.version));
        Self { name, version, os_name, os_version, device: system::device(text).map(|device| device.to_string()) }
    }

    fn by_rules(regexes: &regexes::Regexes, text: &str) -> Self {
        let split = |found: Option<regexes::Found>| match found {
            Some(found) => (Some(Cow::from(found.name)), found.version),
            None => (None, None),
        };
        let ((name, version), (os_name, os_version)) = (split(regexes.program(text)), split(regexes.system(text)));
        Self { name, version, os_name, os_version, device: regexes.device(text) }
    }
}

/// The version at the start of `text`: up to `most` numbers joined by dots.
fn version(text: &str, most: usize) -> Option<String> {
    let mut numbers: Vec<&str> = Vec::new();
    let mut rest = text;
    while numbers.len() < most {
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        if end == 0 {
            break;
        }
        numbers.push(&rest[..end]);
        match rest[end..].strip_prefix(['.', '_']) {
            Some(more) => rest = more,
            None => break,
        }
    }
    (!numbers.is_empty()).then(|| numbers.join("."))
}

/// What follows `marker`, where the text has it.
fn after<'a>(text: &'a str, marker: &str) -> Option<&'a str> {
    text.find(marker).map(|at| &text[at + marker.len()..])
}

#[cfg(test)]
mod tests;

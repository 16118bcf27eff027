//! USER_AGENT: which program, system and device a user agent string speaks of.
//!
//! The program is found in [`program`], system and device in [`system`]. Both know the common browsers and the
//! command-line tools and libraries that call interfaces of cloud providers.

mod program;
mod system;

use quarry_types::{Column, DataType, Strings};

use super::Extractor;
use super::rows::{Lists, fill};
use crate::Context;

/// USER_AGENT for one prefix.
#[derive(Clone, Debug)]
pub struct UserAgent {
    columns: Vec<(String, Part)>,
    prefix: String,
}

/// Options of USER_AGENT.
#[derive(Clone, Debug, Default)]
pub struct UserAgentOptions {
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
    /// A property isn't known.
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
        Ok(Self { columns, prefix: prefix.to_owned() })
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
            let program = program::find(text);
            let system = system::find(text);
            let device = system::device(text);
            for (i, (_, part)) in self.columns.iter().enumerate() {
                match part {
                    Part::Name => row.set_some(i, program.as_ref().map(|program| program.name.as_ref())),
                    Part::Version => row.set_some(i, program.as_ref().and_then(|program| program.version.as_deref())),
                    Part::OsName => row.set_some(i, system.as_ref().map(|system| system.name)),
                    Part::OsVersion => row.set_some(i, system.as_ref().and_then(|system| system.version.as_deref())),
                    Part::OsFull => {
                        if let Some((name, version)) = system.as_ref().and_then(|s| Some((s.name, s.version.as_ref()?)))
                        {
                            row.set(i, &format!("{name} {version}"));
                        }
                    }
                    Part::DeviceName => row.set_some(i, device.as_deref()),
                    Part::DeviceType => row.set(i, system::device_type(text, system.as_ref(), device.as_deref())),
                }
            }
            Ok(())
        })
    }

    fn describe(&self) -> String {
        format!("USER_AGENT {}", self.prefix)
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

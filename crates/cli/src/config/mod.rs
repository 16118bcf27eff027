//! `quarry.toml`: what holds for all commands below its folder, where the command line says nothing else.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use quarry::diagnostics::did_you_mean;
use serde::Deserialize;

/// The file's name.
pub(crate) const FILE: &str = "quarry.toml";
/// A longer file is no configuration.
const LONGEST: u64 = 1 << 20;

/// The configuration of a folder.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    /// What is read where no `-i` is given.
    pub(crate) input: Vec<InputConfig>,
    /// Mappings, as `--mapping` takes them.
    pub(crate) mappings: Vec<String>,
    /// Descriptions of kinds of logs, each with its view beside it.
    pub(crate) views: Vec<String>,
    /// Files of enrich policies, as `--policies` takes them.
    pub(crate) policies: Vec<String>,
    /// What options are where they aren't given.
    pub(crate) defaults: Defaults,
    /// The prompt.
    pub(crate) prompt: Prompt,
}

/// One `[[input]]`.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct InputConfig {
    /// A file, folder or pattern, from the configuration's folder.
    pub(crate) path: String,
    /// The index that it is.
    pub(crate) name: Option<String>,
    /// A mapping for that index; needs `name`.
    pub(crate) mapping: Option<String>,
}

/// `[defaults]`
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Defaults {
    /// How rows are printed on a terminal, by the name that `--format` takes.
    pub(crate) format: Option<String>,
    /// Rows given where a query has no LIMIT; 0 for all.
    pub(crate) limit: Option<usize>,
    /// The zone of days, hours and shown dates.
    pub(crate) zone: Option<String>,
    /// Threads.
    pub(crate) threads: Option<usize>,
    /// As `--memory-limit` takes it.
    pub(crate) memory_limit: Option<String>,
}

/// `[prompt]`
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Prompt {
    /// The keys of the line editor.
    pub(crate) keys: Keys,
    /// Whether lines are kept from one session to the next; they are unless this is false.
    pub(crate) history: Option<bool>,
    /// Whether the time that a query took is shown; it is unless this is false.
    pub(crate) timing: Option<bool>,
}

/// The keys of the line editor.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Keys {
    /// As in Emacs and most shells.
    #[default]
    Emacs,
    /// As in vi.
    Vi,
}

static CURRENT: OnceLock<Config> = OnceLock::new();

/// The configuration of this process; empty until [`load`] found one.
pub(crate) fn current() -> &'static Config {
    CURRENT.get_or_init(Config::default)
}

/// Reads `file`, or the nearest `quarry.toml` upward from the working directory.
///
/// # Errors
/// A message for the user.
pub(crate) fn load(file: Option<&Path>) -> Result<(), String> {
    let found = match file {
        Some(file) => Some(file.to_owned()),
        None => std::env::current_dir().ok().and_then(|folder| nearest(&folder)),
    };
    let Some(path) = found else { return Ok(()) };
    let config = read(&path)?;
    // Set once, before anything asks.
    let _ = CURRENT.set(config);
    Ok(())
}

fn nearest(from: &Path) -> Option<PathBuf> {
    from.ancestors().map(|folder| folder.join(FILE)).find(|path| path.is_file())
}

fn read(path: &Path) -> Result<Config, String> {
    let shown = path.display();
    let metadata = fs::metadata(path).map_err(|error| format!("{shown}: {error}"))?;
    if metadata.len() > LONGEST {
        return Err(format!("{shown}: longer than {LONGEST} bytes, so it is no configuration"));
    }
    let text = fs::read_to_string(path).map_err(|error| format!("{shown}: {error}"))?;
    let mut config = parse(&text).map_err(|(line, message)| match line {
        Some(line) => format!("{shown}:{line}: {message}"),
        None => format!("{shown}: {message}"),
    })?;
    let folder = path.parent().unwrap_or(Path::new(""));
    config.resolve(folder);
    Ok(config)
}

/// The configuration that `text` is, or the line and what is wrong in it.
fn parse(text: &str) -> Result<Config, (Option<usize>, String)> {
    let config: Config = toml::from_str(text).map_err(|error| {
        let line = error.span().map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1);
        (line, advised(error.message()))
    })?;
    for input in &config.input {
        if input.mapping.is_some() && input.name.is_none() {
            return Err((None, format!("the input [{}] has a mapping and no name; give it both", input.path)));
        }
    }
    if let Some(zone) = &config.defaults.zone
        && super::commands::engine::zone(zone).is_none()
    {
        return Err((
            None,
            format!("defaults.zone: [{zone}] is no time zone; write it as Europe/Berlin, UTC or +02:00"),
        ));
    }
    Ok(config)
}

/// The message, with the nearest known name where a name is unknown.
fn advised(message: &str) -> String {
    let names: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let unknown = message.starts_with("unknown field") || message.starts_with("unknown variant");
    match names.split_first() {
        Some((typed, known)) if unknown => match did_you_mean(typed, known.iter().copied()).first() {
            Some(near) => format!("{message}; did you mean `{near}`?"),
            None => message.to_owned(),
        },
        _ => message.to_owned(),
    }
}

impl Config {
    /// Makes paths those from the working directory.
    fn resolve(&mut self, folder: &Path) {
        let here = std::env::current_dir().ok();
        if folder.as_os_str().is_empty() || here.as_deref() == Some(folder) {
            return;
        }
        let joined = |path: &str| folder.join(path).to_string_lossy().into_owned();
        for input in &mut self.input {
            if input.path != "-" {
                input.path = joined(&input.path);
            }
            input.mapping = input.mapping.as_deref().map(joined);
        }
        for mapping in &mut self.mappings {
            *mapping = match mapping.split_once('=') {
                Some((name, path)) => format!("{name}={}", joined(path)),
                None => joined(mapping),
            };
        }
        for view in &mut self.views {
            *view = joined(view);
        }
        for policies in &mut self.policies {
            *policies = joined(policies);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_file_is_read() {
        let config = parse(
            "mappings = [\"m.json\"]\n[[input]]\npath = \"logs\"\nname = \"app\"\n[defaults]\nlimit = 5\nzone = \"Europe/Berlin\"\n[prompt]\nkeys = \"vi\"\n",
        )
        .unwrap();
        assert_eq!(config.input[0].name.as_deref(), Some("app"));
        assert_eq!(config.defaults.limit, Some(5));
        assert_eq!(config.prompt.keys, Keys::Vi);
    }

    #[test]
    fn an_unknown_key_is_an_error_with_a_suggestion() {
        let (line, message) = parse("[defaults]\nlimti = 5\n").unwrap_err();
        assert_eq!(line, Some(2));
        assert!(message.ends_with("did you mean `limit`?"), "{message}");
        assert!(parse("[prompt]\nkeys = \"vim\"\n").unwrap_err().1.contains("did you mean `vi`?"));
        assert!(parse("[defaults]\nzone = \"Mars\"\n").unwrap_err().1.contains("Mars"));
        assert!(parse("[[input]]\npath = \"a\"\nmapping = \"m\"\n").is_err());
    }

    #[test]
    fn paths_are_those_of_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        fs::write(&path, "policies = [\"p.json\"]\n[[input]]\npath = \"logs\"\n").unwrap();
        let inner = folder.path().join("a/b");
        fs::create_dir_all(&inner).unwrap();
        assert_eq!(nearest(&inner), Some(path.clone()));
        let config = read(&path).unwrap();
        assert_eq!(config.input[0].path, folder.path().join("logs").to_string_lossy());
        assert_eq!(config.policies[0], folder.path().join("p.json").to_string_lossy());
    }
}

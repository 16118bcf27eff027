//! Where the lines typed are kept: one file for each project, readable by its owner only.

use std::fs;
use std::path::{Path, PathBuf};

/// The folder that the lines typed below `from` belong to: the nearest with a `quarry.toml` or a git repository, else
/// `from` itself.
pub(crate) fn project(from: &Path) -> PathBuf {
    from.ancestors()
        .find(|folder| folder.join(crate::config::FILE).is_file() || folder.join(".git").exists())
        .unwrap_or(from)
        .to_owned()
}

/// The history file of a project, in a folder that exists and that only the user may enter; `None` where there is no
/// place for one.
pub(crate) fn file(project: &Path) -> Option<PathBuf> {
    let folder = state_folder()?;
    fs::create_dir_all(&folder).ok()?;
    restrict(&folder, 0o700);
    let name = project.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let safe: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).take(40).collect();
    let path = folder.join(format!("{safe}-{:016x}.history", hash(&project.to_string_lossy())));
    if path.exists() {
        restrict(&path, 0o600);
    }
    Some(path)
}

/// `$XDG_STATE_HOME/quarry`, else `~/.local/state/quarry`; on Windows below `LOCALAPPDATA`.
fn state_folder() -> Option<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let base = set("XDG_STATE_HOME")
        .or_else(|| set("LOCALAPPDATA"))
        .or_else(|| set("HOME").map(|home| home.join(".local").join("state")))?;
    Some(base.join("quarry"))
}

/// FNV-1a, which stays the same from one version of the program to the next.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(unix)]
fn restrict(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    // A folder of another owner stays as it is; the file inside gets its own mode.
    let _ = fs::set_permissions(path, fs::Permissions::from_mode(mode));
}

#[cfg(not(unix))]
fn restrict(_: &Path, _: u32) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_is_where_its_configuration_is() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("a").join("b");
        fs::create_dir_all(&inner).unwrap();
        fs::write(folder.path().join("a").join("quarry.toml"), "").unwrap();
        assert_eq!(project(&inner), folder.path().join("a"));
    }
}

//! Which pager is used.

use std::path::Path;

/// The program that pages long results, with its arguments: what PAGER names, else `less`. `None` where PAGER is empty
/// or `cat`, or where there is none.
pub(crate) fn chosen() -> Option<(String, Vec<String>)> {
    let named = std::env::var("PAGER").ok();
    let line = named.as_deref().unwrap_or("less");
    let mut words = line.split_whitespace().map(str::to_owned);
    let program = words.next().filter(|program| program != "cat")?;
    is_program(&program).then(|| (program, words.collect()))
}

fn is_program(name: &str) -> bool {
    if name.contains(std::path::MAIN_SEPARATOR) {
        return Path::new(name).is_file();
    }
    let Some(paths) = std::env::var_os("PATH") else { return false };
    std::env::split_paths(&paths).any(|folder| {
        folder.join(name).is_file() || folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)).is_file()
    })
}

//! What the program says of itself.

/// The version with the facts of its build.
pub(crate) fn long() -> String {
    let profile = if cfg!(debug_assertions) { "debug" } else { "release" };
    let target = [std::env::consts::ARCH, std::env::consts::OS, environment()].map(str::to_owned);
    let target: Vec<String> = target.into_iter().filter(|part| !part.is_empty()).collect();
    format!(
        "{}\ntarget     {}\nprofile    {profile}\nallocator  mimalloc\nzones      of the system, else built in",
        env!("CARGO_PKG_VERSION"),
        target.join("-"),
    )
}

fn environment() -> &'static str {
    if cfg!(target_env = "musl") {
        "musl"
    } else if cfg!(target_env = "gnu") {
        "gnu"
    } else if cfg!(target_env = "msvc") {
        "msvc"
    } else {
        ""
    }
}

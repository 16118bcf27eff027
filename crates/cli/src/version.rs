//! What the program says of itself.

/// The features that a build can do without.
const FEATURES: &[(&str, bool)] = &[("parquet", cfg!(feature = "parquet"))];

/// The version with the facts of its build.
pub(crate) fn long() -> String {
    let profile = if cfg!(debug_assertions) { "debug" } else { "release" };
    let features: Vec<String> =
        FEATURES.iter().map(|(name, on)| format!("{}{name}", if *on { "+" } else { "-" })).collect();
    format!(
        "{}\ncompiler   {}\ntarget     {}\nprofile    {profile}\nfeatures   {}\nallocator  mimalloc\nzones      of the system, else built in",
        env!("CARGO_PKG_VERSION"),
        env!("QUARRY_RUSTC"),
        env!("QUARRY_TARGET"),
        features.join(" "),
    )
}

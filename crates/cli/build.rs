//! Tells the program what it is built with.

use std::env;
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=RUSTC");
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output().ok().filter(|output| output.status.success());
    let version = output.and_then(|output| String::from_utf8(output.stdout).ok());
    println!("cargo:rustc-env=QUARRY_RUSTC={}", version.as_deref().unwrap_or("unknown").trim());
    println!("cargo:rustc-env=QUARRY_TARGET={}", env::var("TARGET").unwrap_or_else(|_| "unknown".to_owned()));
}

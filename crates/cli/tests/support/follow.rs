//! What a follower says of what it is given.
#![allow(clippy::unwrap_used)]

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;

/// The alerts, one a line, that `command` makes of `text` on its standard input, and what it says beside them.
pub(crate) fn fed(command: &mut Command, text: &str) -> (Vec<Value>, String) {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let alerts = String::from_utf8(output.stdout).unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    (alerts.lines().map(|line| serde_json::from_str(line).unwrap()).collect(), told)
}

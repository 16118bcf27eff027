//! How the process ends.

use std::process::ExitCode;

/// The exit codes of every command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All went well, and there was nothing to find.
    Nothing,
    /// All went well, and something was found: alerts, failed tests, problems.
    Found,
    /// Something went wrong: a bad query or rule, an input that can't be read.
    Failed,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Nothing => ExitCode::from(0),
            Exit::Found => ExitCode::from(1),
            Exit::Failed => ExitCode::from(2),
        }
    }
}

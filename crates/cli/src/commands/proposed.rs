//! Values that completion proposes, beside which any other is taken.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, TypedValueParser};

/// Takes any text, and lets the shell complete these. What isn't one of them is looked at where it is used, which can
/// say more than that it is wrong.
#[derive(Clone)]
pub(crate) struct Proposed(pub(crate) fn() -> Vec<String>);

impl TypedValueParser for Proposed {
    type Value = String;

    fn parse_ref(&self, _: &clap::Command, _: Option<&clap::Arg>, value: &OsStr) -> Result<Self::Value, clap::Error> {
        Ok(value.to_string_lossy().into_owned())
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new((self.0)().into_iter().map(PossibleValue::new)))
    }
}

/// The severities of rules.
pub(crate) fn severities() -> Vec<String> {
    ["low", "medium", "high", "critical"].map(str::to_owned).to_vec()
}

/// The commands of the program.
pub(crate) fn commands() -> Vec<String> {
    let listed = <super::Command as clap::Subcommand>::augment_subcommands(clap::Command::new("quarry"));
    listed.get_subcommands().map(|command| command.get_name().to_owned()).collect()
}

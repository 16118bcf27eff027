/// Why inputs can't be used at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// A pattern of paths is malformed.
    #[error("bad pattern of paths [{pattern}]: {reason}")]
    Glob {
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
    /// None of the inputs could be opened.
    #[error("no input could be opened: {0}")]
    NothingOpened(String),
    /// The description of a kind of logs can't be read.
    #[error("{0}")]
    View(String),
    /// A mapping can't be read.
    #[error("bad mapping: {0}")]
    Mapping(String),
}

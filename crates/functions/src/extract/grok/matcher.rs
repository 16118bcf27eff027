//! One compiled pattern.

use std::ops::Range;

use super::Capture;
use super::ruby::{self, Translated};

/// How large a compiled expression may get. The patterns for addresses and dates are large, and nested in others.
const SIZE_LIMIT: usize = 256 << 20;

/// How often an expression that needs backtracking may go back, per value.
const BACKTRACK_LIMIT: usize = 2_000_000;

/// A compiled pattern.
#[derive(Debug)]
pub(super) struct Matcher {
    engine: Engine,
    /// What each group captures.
    pub(super) captures: Vec<Capture>,
}

#[derive(Debug)]
enum Engine {
    /// Linear in the length of the text.
    Linear(regex::Regex),
    /// For look-around and the like.
    Backtracking {
        regex: fancy_regex::Regex,
        /// Matches wherever `regex` does, and perhaps elsewhere.
        filter: Option<regex::Regex>,
    },
}

/// The pattern goes back too often in this text.
#[derive(Debug)]
pub(super) struct TooMuchBacktracking;

/// What the groups matched, by number; reused for all values.
#[derive(Debug, Default)]
pub(super) struct Groups {
    pub(super) ranges: Vec<Option<Range<usize>>>,
    linear: Option<(usize, regex::CaptureLocations)>,
}

impl Matcher {
    /// Compiles an expanded pattern.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn new(expanded: &str) -> Result<Self, String> {
        let Translated { pattern, captures, backtracks, relaxed } = ruby::translate(expanded)?;
        let engine = if backtracks {
            let regex = fancy_regex::RegexBuilder::new(&pattern)
                .backtrack_limit(BACKTRACK_LIMIT)
                .delegate_size_limit(SIZE_LIMIT)
                .build()
                .map_err(|error| error.to_string())?;
            let filter = relaxed.and_then(|relaxed| linear(&relaxed).ok());
            Engine::Backtracking { regex, filter }
        } else {
            Engine::Linear(linear(&pattern)?)
        };
        Ok(Self { engine, captures })
    }

    /// Whether the pattern needs an engine that goes back.
    #[cfg(test)]
    pub(super) fn backtracks(&self) -> bool {
        matches!(self.engine, Engine::Backtracking { .. })
    }

    /// Looks for the leftmost match; `groups` then holds what the groups matched. `key` tells matchers apart that
    /// share `groups`.
    pub(super) fn find(&self, text: &str, key: usize, groups: &mut Groups) -> Result<bool, TooMuchBacktracking> {
        match &self.engine {
            Engine::Linear(regex) => {
                let locations = match &mut groups.linear {
                    Some((owner, locations)) if *owner == key => locations,
                    slot => &mut slot.insert((key, regex.capture_locations())).1,
                };
                if regex.captures_read(locations, text).is_none() {
                    return Ok(false);
                }
                groups.ranges.clear();
                groups.ranges.extend((1..locations.len()).map(|i| locations.get(i).map(|(start, end)| start..end)));
                Ok(true)
            }
            Engine::Backtracking { regex, filter } => {
                let start = match filter {
                    Some(filter) => match filter.find(text) {
                        Some(found) => found.start(),
                        None => return Ok(false),
                    },
                    None => 0,
                };
                let found = regex.captures_from_pos(text, start).map_err(|_| TooMuchBacktracking)?;
                let Some(found) = found else { return Ok(false) };
                groups.ranges.clear();
                groups.ranges.extend((1..found.len()).map(|i| found.get(i).map(|group| group.range())));
                Ok(true)
            }
        }
    }
}

fn linear(pattern: &str) -> Result<regex::Regex, String> {
    regex::RegexBuilder::new(pattern).size_limit(SIZE_LIMIT).dfa_size_limit(16 << 20).build().map_err(|error| {
        match error {
            regex::Error::Syntax(text) => {
                text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
            }
            other => other.to_string(),
        }
    })
}

//! Words that the language fixes: units, types, settings.

use quarry::DataType;

use super::candidate::Candidate;

const UNITS: &[&str] = &[
    "milliseconds",
    "seconds",
    "minutes",
    "hours",
    "days",
    "weeks",
    "months",
    "quarters",
    "years",
    "millisecond",
    "second",
    "minute",
    "hour",
    "day",
    "week",
    "month",
    "quarter",
    "year",
];

const SETTINGS: &[(&str, &str, &[&str])] = &[
    ("unmapped_fields", "what a field is that no record has", &["\"fail\"", "\"nullify\"", "\"load\""]),
    (
        "time_zone",
        "the zone of days and hours",
        &["\"UTC\"", "\"Europe/Berlin\"", "\"America/New_York\"", "\"+02:00\""],
    ),
];

/// The units of time spans, and what else may follow a number.
pub(super) fn after_number() -> Vec<Candidate> {
    UNITS.iter().copied().chain(["AND ", "OR "]).map(Candidate::plain).collect()
}

/// What dates are most often compared with.
pub(super) fn times() -> Vec<Candidate> {
    ["NOW()", "NOW() - 1 hour", "NOW() - 1 day", "NOW() - 7 days"].into_iter().map(Candidate::plain).collect()
}

/// The types that `::` converts to.
pub(super) fn types() -> Vec<Candidate> {
    DataType::ALL
        .into_iter()
        .map(DataType::name)
        .filter(|name| DataType::from_cast_name(name).is_some())
        .map(Candidate::plain)
        .collect()
}

/// The settings of SET.
pub(super) fn settings() -> Vec<Candidate> {
    SETTINGS
        .iter()
        .map(|(name, note, _)| Candidate { text: format!("{name} = "), shown: format!("{name}  {note}") })
        .collect()
}

/// The values of a setting.
pub(super) fn setting_values(name: &str) -> Vec<Candidate> {
    let found = SETTINGS.iter().find(|(setting, ..)| setting.eq_ignore_ascii_case(name));
    found
        .map(|(.., values)| values.iter().map(|value| Candidate::plain(format!("{value};"))).collect())
        .unwrap_or_default()
}

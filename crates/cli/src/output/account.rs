//! The closing account: what was read, and what was passed over.

use std::collections::HashSet;

use quarry::{Account, Report, counted};

use super::say;
use super::text::printable;
use crate::exit::Exit;

/// Prints the account. Problems are printed even when `quiet`.
pub(crate) fn close(account: &Account, quiet: bool) -> Exit {
    let failed = unreadable(account);
    let malformed = counted(&account.malformed);
    if malformed > 0 {
        say(&format!("{malformed} {} malformed and passed over:", were(malformed, "event")));
        list(&account.malformed_reports(), malformed);
    }
    let misfits = counted(&account.misfits);
    if misfits > 0 {
        let whose = if misfits == 1 { "its" } else { "their" };
        say(&format!("{misfits} {} not of {whose} field's type and read as null:", were(misfits, "value")));
        list(&account.misfit_reports(), misfits);
    }
    if !quiet {
        let skipped = match counted(&account.skipped) {
            0 => String::new(),
            n => format!(" ({n} of them skipped unparsed: nothing in them that the query asks for)"),
        };
        say(&format!(
            "read {} in {} ({}){skipped}",
            many(counted(&account.events), "event"),
            many(counted(&account.files), "file"),
            size(counted(&account.bytes)),
        ));
    }
    if failed { Exit::Failed } else { Exit::Nothing }
}

/// Prints the inputs that can't be read; true where there are some.
pub(crate) fn unreadable(account: &Account) -> bool {
    account.settle();
    let unreadable = counted(&account.unreadable);
    if unreadable > 0 {
        say_unreadable(&account.unreadable_reports(), unreadable);
    }
    unreadable > 0
}

/// Prints the inputs that can't be read, those that were `told` already aside. Gives the number of new ones.
pub(crate) fn newly_unreadable(account: &Account, told: &mut HashSet<String>) -> usize {
    account.settle();
    let mut reports = account.unreadable_reports();
    reports.retain(|report| told.insert(format!("{}: {}", report.input, report.message)));
    if !reports.is_empty() {
        say_unreadable(&reports, reports.len() as u64);
    }
    reports.len()
}

fn say_unreadable(reports: &[Report], total: u64) {
    say(&format!("{} could not be read, or not to the end:", many(total, "input")));
    list(reports, total);
}

fn list(reports: &[Report], total: u64) {
    for report in reports {
        let line = if report.line == 0 { String::new() } else { format!(":{}", report.line) };
        say(&format!("  {}{line}: {}", printable(&report.input), printable(&report.message)));
    }
    if total > reports.len() as u64 {
        say(&format!("  and {} more", total - reports.len() as u64));
    }
}

fn were(count: u64, word: &str) -> String {
    if count == 1 { format!("{word} was") } else { format!("{word}s were") }
}

fn many(count: u64, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}

/// A number of bytes in a unit of its size.
pub(crate) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.2} GB", bytes as f64 / 1e9),
    }
}

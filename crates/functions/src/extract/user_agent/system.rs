//! Operating systems and devices.

use std::borrow::Cow;

use super::{after, version};

/// A system and its version.
#[derive(Debug)]
pub(super) struct System {
    pub(super) name: &'static str,
    pub(super) version: Option<String>,
}

/// Versions of Windows by that of their kernel.
const WINDOWS: &[(&str, &str)] = &[
    ("10.0", "10"),
    ("6.4", "10"),
    ("6.3", "8.1"),
    ("6.2", "8"),
    ("6.1", "7"),
    ("6.0", "Vista"),
    ("5.2", "XP"),
    ("5.1", "XP"),
    ("5.0", "2000"),
    ("4.0", "NT 4.0"),
];

/// Systems on Linux that are named.
const DISTRIBUTIONS: &[&str] = &["Ubuntu", "Fedora", "Debian", "CentOS", "Red Hat", "Gentoo", "SUSE", "Mint"];

/// The system that `text` speaks of.
pub(super) fn find(text: &str) -> Option<System> {
    let system = |name: &'static str, version: Option<String>| Some(System { name, version });
    if let Some(rest) = after(text, "Windows Phone ") {
        return system("Windows Phone", version(rest.trim_start_matches("OS "), 3));
    }
    if let Some(rest) = after(text, "Windows NT ") {
        let kernel = version(rest, 2);
        let known = kernel.and_then(|kernel| WINDOWS.iter().find(|(number, _)| *number == kernel));
        return system("Windows", known.map(|(_, version)| (*version).to_owned()));
    }
    if text.contains("Windows") {
        return system("Windows", None);
    }
    if ["iPhone", "iPad", "iPod"].iter().any(|device| text.contains(device)) {
        return system("iOS", after(text, " OS ").and_then(|rest| version(rest, 3)));
    }
    if let Some(rest) = after(text, "Android") {
        return system("Android", version(rest.trim_start_matches([' ', '-', '/']), 3));
    }
    if let Some(rest) = after(text, "Mac OS X") {
        return system("Mac OS X", version(rest.trim_start_matches([' ', '/']), 3));
    }
    if text.contains("Macintosh") {
        return system("Mac OS X", None);
    }
    if text.contains("CrOS ") {
        let rest = after(text, "CrOS ").and_then(|rest| rest.split_once(' '));
        return system("Chrome OS", rest.and_then(|(_, rest)| version(rest, 3)));
    }
    for name in DISTRIBUTIONS {
        if let Some(rest) = after(text, name) {
            return system(name, rest.strip_prefix('/').and_then(|rest| version(rest, 3)));
        }
    }
    if let Some(rest) = after(text, "FreeBSD") {
        return system("FreeBSD", version(rest.trim_start_matches([' ', '/']), 3));
    }
    if let Some(rest) = after(text, "Linux") {
        return system("Linux", rest.strip_prefix(['/', ' ']).and_then(|rest| version(rest, 3)));
    }
    if text.contains("os/linux") { system("Linux", None) } else { None }
}

/// The device that `text` speaks of.
pub(super) fn device(text: &str) -> Option<Cow<'_, str>> {
    if is_crawler(text) {
        return Some("Spider".into());
    }
    for name in ["iPhone", "iPad", "iPod"] {
        if text.contains(name) {
            return Some(name.into());
        }
    }
    if text.contains("Macintosh") {
        return Some("Mac".into());
    }
    let rest = after(text, "Android")?;
    let inside = rest.split(')').next().unwrap_or_default();
    let model = inside.split(';').skip(1).map(str::trim).filter(|part| !part.is_empty() && *part != "wv").last();
    let model = model.map(|model| model.split(" Build/").next().unwrap_or(model)).filter(|model| *model != "K");
    Some(model.unwrap_or(if text.contains("Mobile") { "Generic Smartphone" } else { "Generic Tablet" }).into())
}

/// The kind of device.
pub(super) fn device_type(text: &str, system: Option<&System>, device: Option<&str>) -> &'static str {
    if is_crawler(text) {
        return "Robot";
    }
    match (system.map(|system| system.name), device) {
        (_, Some("iPad")) => "Tablet",
        (_, Some("iPhone" | "iPod")) | (Some("Windows Phone"), _) => "Phone",
        (Some("Android"), _) if text.contains("Mobile") => "Phone",
        (Some("Android"), _) => "Tablet",
        (Some(_), _) if text.contains("Mozilla/") || text.contains("Opera/") => "Desktop",
        _ => "Other",
    }
}

/// Whether the string names a program that visits pages by itself. Libraries called boto... count, too.
fn is_crawler(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    ["bot", "spider", "crawl"].iter().any(|word| lower.contains(word))
}

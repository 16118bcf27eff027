//! URI_PARTS: takes a URI apart, by RFC 2396 as Java reads it. What is no such URI is tried as a URL of a known
//! scheme, which allows any character.

use std::borrow::Cow;

use quarry_types::{Column, DataType, Strings};

use super::Extractor;
use super::rows::{Lists, Row, fill};
use crate::{Context, Failure};

/// URI_PARTS for one prefix.
#[derive(Clone, Debug)]
pub struct UriParts {
    prefix: String,
}

const PARTS: [(&str, DataType); 10] = [
    ("domain", DataType::Keyword),
    ("fragment", DataType::Keyword),
    ("path", DataType::Keyword),
    ("extension", DataType::Keyword),
    ("port", DataType::Integer),
    ("query", DataType::Keyword),
    ("scheme", DataType::Keyword),
    ("user_info", DataType::Keyword),
    ("username", DataType::Keyword),
    ("password", DataType::Keyword),
];

impl UriParts {
    /// Makes columns whose names begin with `prefix` and a dot.
    #[must_use]
    pub fn new(prefix: &str) -> Self {
        Self { prefix: prefix.to_owned() }
    }
}

impl Extractor for UriParts {
    fn columns(&self) -> Vec<(String, DataType)> {
        PARTS.iter().map(|(name, data_type)| (format!("{}.{name}", self.prefix), *data_type)).collect()
    }

    fn extract(&self, context: &mut Context<'_>, input: &Column, wanted: &[bool]) -> Vec<Column> {
        fill::<Strings>(context, &self.columns(), input.cells(), wanted, Lists::Refused, |text, row| {
            let parts = uri(text).or_else(|| url(text));
            let parts = parts.ok_or_else(|| Failure::illegal_argument(format!("unable to parse URI [{text}]")))?;
            parts.write(row);
            Ok(())
        })
    }

    fn describe(&self) -> String {
        format!("URI_PARTS {}", self.prefix)
    }
}

/// The parts of a URI, escapes resolved.
#[derive(Debug, Default)]
struct Parts<'a> {
    scheme: Option<&'a str>,
    user_info: Option<Cow<'a, str>>,
    domain: Option<&'a str>,
    port: Option<i32>,
    path: Option<Cow<'a, str>>,
    query: Option<Cow<'a, str>>,
    fragment: Option<Cow<'a, str>>,
}

impl Parts<'_> {
    fn write(&self, row: &mut Row<'_>) {
        row.set_some(0, self.domain);
        row.set_some(1, self.fragment.as_deref());
        row.set_some(2, self.path.as_deref());
        row.set_some(3, self.path.as_deref().and_then(|path| path.rsplit_once('.')).map(|(_, extension)| extension));
        if let Some(port) = self.port {
            row.set_integer(4, port);
        }
        row.set_some(5, self.query.as_deref());
        row.set_some(6, self.scheme);
        row.set_some(7, self.user_info.as_deref());
        if let Some((username, password)) = self.user_info.as_deref().and_then(|info| info.split_once(':')) {
            row.set(8, username);
            row.set(9, password);
        }
    }
}

/// Punctuation that may stand anywhere.
const UNRESERVED: &str = "-_.!~*'()";

/// Reads a URI; `None` where a character is out of place.
fn uri(text: &str) -> Option<Parts<'_>> {
    let (rest, fragment) = split_off(text, '#');
    let (scheme, rest) = match rest.find([':', '/', '?']) {
        Some(at) if rest.as_bytes()[at] == b':' => (Some(&rest[..at]), &rest[at + 1..]),
        _ => (None, rest),
    };
    if scheme.is_some_and(|scheme| !is_scheme(scheme)) || (scheme.is_some() && rest.is_empty()) {
        return None;
    }
    if let Some(fragment) = fragment
        && !allowed(fragment, ";/?:@&=+$,[]")
    {
        return None;
    }
    let fragment = fragment.map(decode);
    if scheme.is_some() && !rest.starts_with('/') {
        // An opaque one, such as mailto: nothing to take apart.
        return allowed(rest, ";/?:@&=+$,[]").then_some(Parts { scheme, fragment, ..Parts::default() });
    }
    let (rest, query) = split_off(rest, '?');
    let mut parts = Parts { scheme, fragment, query: query.map(decode), ..Parts::default() };
    if query.is_some_and(|query| !allowed(query, ";/?:@&=+$,[]")) {
        return None;
    }
    let mut path = rest;
    if let Some(after) = rest.strip_prefix("//") {
        let end = after.find('/').unwrap_or(after.len());
        let (authority, tail) = after.split_at(end);
        if authority.is_empty() && tail.is_empty() {
            return None;
        }
        path = tail;
        if !server(authority, &mut parts) && !allowed(authority, ";:@&=+$,") {
            return None;
        }
    }
    parts.path = Some(decode(path));
    allowed(path, ":@&=+$,;/").then_some(parts)
}

/// Reads a URL of a scheme that is known, whatever characters it has.
fn url(text: &str) -> Option<Parts<'_>> {
    let text = text.trim_matches(|c: char| c <= ' ');
    let (scheme, rest) = text.split_once(':')?;
    if !["http", "https", "ftp", "file", "jar", "mailto"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
        return None;
    }
    let (rest, fragment) = split_off(rest, '#');
    let (rest, query) = split_off(rest, '?');
    let fields = |part: Option<&'static str>| part.map(Cow::Borrowed);
    let mut parts = Parts { scheme: Some(scheme), user_info: fields(None), ..Parts::default() };
    parts.fragment = fragment.map(Cow::Borrowed);
    parts.query = query.map(Cow::Borrowed);
    parts.path = Some(Cow::Borrowed(rest));
    if let Some(after) = rest.strip_prefix("//") {
        let (authority, path) = after.split_at(after.find('/').unwrap_or(after.len()));
        let (user_info, host) = match authority.rsplit_once('@') {
            Some((user_info, host)) => (Some(user_info), host),
            None => (None, authority),
        };
        let colon = host.rfind(':').filter(|colon| !host[*colon..].contains(']'));
        let (domain, port) = colon.map_or((host, None), |colon| (&host[..colon], Some(&host[colon + 1..])));
        parts.port = match port {
            None | Some("") => None,
            Some(port) => Some(port.parse().ok().filter(|port| *port >= 0)?),
        };
        parts.user_info = user_info.map(Cow::Borrowed);
        parts.domain = Some(domain);
        parts.path = Some(Cow::Borrowed(path));
    }
    Some(parts)
}

fn split_off(text: &str, at: char) -> (&str, Option<&str>) {
    match text.split_once(at) {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    }
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

/// Whether every character is a letter, a digit, an escape, of the common punctuation or of `extra`, or outside of
/// ASCII.
fn allowed(text: &str, extra: &str) -> bool {
    let bytes = text.as_bytes();
    let is_escape = |at: usize| bytes.get(at + 1..at + 3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit));
    text.char_indices().all(|(at, c)| match c {
        '%' => is_escape(at),
        c if c.is_ascii() => c.is_ascii_alphanumeric() || UNRESERVED.contains(c) || extra.contains(c),
        c => !c.is_control() && !c.is_whitespace(),
    })
}

/// Reads `user@host:port` into `parts`; `false` where it isn't the name of a server.
fn server<'a>(authority: &'a str, parts: &mut Parts<'a>) -> bool {
    let (user_info, rest) = match authority.split_once('@') {
        Some((user_info, rest)) => (Some(user_info), rest),
        None => (None, authority),
    };
    if user_info.is_some_and(|info| !allowed(info, ";:&=+$,")) {
        return false;
    }
    let end = if rest.starts_with('[') {
        rest.find(']').map_or(0, |at| at + 1)
    } else {
        rest.find(':').unwrap_or(rest.len())
    };
    let (host, port) = rest.split_at(end);
    let is_host = if host.starts_with('[') { is_ipv6(host) } else { is_host_name(host) };
    let port = match port.strip_prefix(':') {
        _ if port.is_empty() => None,
        Some("") => None,
        Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => match digits.parse() {
            Ok(port) => Some(port),
            Err(_) => return false,
        },
        _ => return false,
    };
    if !is_host {
        return false;
    }
    parts.domain = Some(host);
    parts.user_info = user_info.map(decode);
    parts.port = port;
    true
}

fn is_ipv6(host: &str) -> bool {
    let inside = host.trim_start_matches('[').trim_end_matches(']');
    let address = inside.split('%').next().unwrap_or_default();
    address.parse::<std::net::Ipv6Addr>().is_ok()
}

/// An IPv4 address, or labels of which the last begins with a letter.
fn is_host_name(host: &str) -> bool {
    if host.parse::<std::net::Ipv4Addr>().is_ok() {
        return true;
    }
    let host = host.strip_suffix('.').unwrap_or(host);
    let is_label = |label: &str| {
        !label.is_empty()
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let last = host.rsplit('.').next().unwrap_or_default();
    host.split('.').all(is_label) && last.starts_with(|c: char| c.is_ascii_alphabetic())
}

/// Resolves `%xx`.
fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = text.get(at + 1..at + 3).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (bytes[at], hex) {
            (b'%', Some(byte)) => {
                decoded.push(byte);
                at += 3;
            }
            (byte, _) => {
                decoded.push(byte);
                at += 1;
            }
        }
    }
    Cow::Owned(String::from_utf8_lossy(&decoded).into_owned())
}

#[cfg(test)]
mod tests {
    use super::super::rows::run;
    use super::*;

    fn parts(text: &str) -> Vec<String> {
        run(&UriParts::new("u"), DataType::Keyword, text.into())
    }

    #[test]
    fn all_parts_are_found() {
        assert_eq!(
            parts("https://me:p%40ss@shop.example.org:8443/a/pic.tar.gz?x=1&y=%20#top"),
            [
                "u.domain=shop.example.org",
                "u.fragment=top",
                "u.path=/a/pic.tar.gz",
                "u.extension=gz",
                "u.port=8443",
                "u.query=x=1&y= ",
                "u.scheme=https",
                "u.user_info=me:p@ss",
                "u.username=me",
                "u.password=p@ss"
            ]
        );
        assert_eq!(parts("/app?s=1"), ["u.path=/app", "u.query=s=1"]);
        assert_eq!(parts("http://[::1]:80/"), ["u.domain=[::1]", "u.path=/", "u.port=80", "u.scheme=http"]);
        assert_eq!(parts("mailto:a@b.c"), ["u.scheme=mailto"]);
        assert_eq!(parts("http://under_score/x"), ["u.path=/x", "u.scheme=http"]);
    }

    #[test]
    fn urls_may_have_characters_that_uris_may_not() {
        assert_eq!(parts("http://a.b/c d"), ["u.domain=a.b", "u.path=/c d", "u.scheme=http"]);
        let warning = "java.lang.IllegalArgumentException: unable to parse URI [no uri at all]";
        assert_eq!(parts("no uri at all"), [warning]);
        assert_eq!(parts("foo://a b"), ["java.lang.IllegalArgumentException: unable to parse URI [foo://a b]"]);
    }

    #[test]
    fn lists_are_refused() {
        let list = quarry_types::Value::List(vec!["http://a".into(), "http://b".into()]);
        let warnings = run(&UriParts::new("u"), DataType::Keyword, list);
        assert_eq!(warnings, ["java.lang.IllegalArgumentException: This command doesn't support multi-value input"]);
    }
}

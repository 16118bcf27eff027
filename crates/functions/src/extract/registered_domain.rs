//! REGISTERED_DOMAIN: finds by the public suffix list which part of a host name somebody has registered.

use quarry_types::{Column, DataType, Strings};

use super::Extractor;
use super::rows::{Lists, fill};
use crate::{Context, Failure};

/// REGISTERED_DOMAIN for one prefix.
#[derive(Clone, Debug)]
pub struct RegisteredDomain {
    prefix: String,
}

impl RegisteredDomain {
    /// Makes columns whose names begin with `prefix` and a dot.
    #[must_use]
    pub fn new(prefix: &str) -> Self {
        Self { prefix: prefix.to_owned() }
    }
}

impl Extractor for RegisteredDomain {
    fn columns(&self) -> Vec<(String, DataType)> {
        ["domain", "registered_domain", "top_level_domain", "subdomain"]
            .iter()
            .map(|name| (format!("{}.{name}", self.prefix), DataType::Keyword))
            .collect()
    }

    fn extract(&self, context: &mut Context<'_>, input: &Column, wanted: &[bool]) -> Vec<Column> {
        fill::<Strings>(context, &self.columns(), input.cells(), wanted, Lists::Refused, |text, row| {
            let domain = split(text).ok_or_else(|| Failure::illegal_argument(format!("Invalid domain [{text}]")))?;
            row.set(0, text);
            row.set_some(1, domain.registered.as_deref());
            row.set(2, &domain.suffix);
            row.set_some(3, domain.subdomain);
            Ok(())
        })
    }

    fn describe(&self) -> String {
        format!("REGISTERED_DOMAIN {}", self.prefix)
    }
}

struct Domain<'a> {
    registered: Option<String>,
    suffix: String,
    subdomain: Option<&'a str>,
}

/// Takes a name apart; `None` where it doesn't end in a suffix of the list.
fn split(text: &str) -> Option<Domain<'_>> {
    let lower = text.to_ascii_lowercase();
    let suffix = psl::suffix(lower.as_bytes()).filter(psl::Suffix::is_known)?;
    let suffix = std::str::from_utf8(suffix.as_bytes()).ok()?.to_owned();
    if lower == suffix {
        return Some(Domain { registered: None, suffix, subdomain: None });
    }
    let before = text.len().checked_sub(suffix.len() + 1)?;
    // The label right before the suffix.
    let start = text[..before].rfind('.').map_or(0, |dot| dot + 1);
    if start == before {
        return None;
    }
    let subdomain = start.checked_sub(1).map(|dot| &text[..dot]).filter(|subdomain| !subdomain.is_empty());
    Some(Domain { registered: Some(lower[start..].to_owned()), suffix, subdomain })
}

#[cfg(test)]
mod tests {
    use super::super::rows::run;
    use super::*;

    fn domain(text: &str) -> Vec<String> {
        run(&RegisteredDomain::new("d"), DataType::Keyword, text.into())
    }

    #[test]
    fn suffixes_may_have_several_labels() {
        assert_eq!(
            domain("a.b.shop.co.uk"),
            [
                "d.domain=a.b.shop.co.uk",
                "d.registered_domain=shop.co.uk",
                "d.top_level_domain=co.uk",
                "d.subdomain=a.b"
            ]
        );
        assert_eq!(
            domain("Example.COM"),
            ["d.domain=Example.COM", "d.registered_domain=example.com", "d.top_level_domain=com"]
        );
        assert_eq!(domain("com"), ["d.domain=com", "d.top_level_domain=com"]);
    }

    #[test]
    fn what_has_no_known_suffix_is_no_domain() {
        for text in ["$", " ", "", "localhost", "a.example.com/path", ".", "10.0.0.1"] {
            assert_eq!(domain(text), [format!("java.lang.IllegalArgumentException: Invalid domain [{text}]")]);
        }
    }
}

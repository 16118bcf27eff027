//! The commands that take a value apart into columns under a prefix.

use super::{BASE, CommandInfo};
use crate::{
    ast::{CommandKind, ExtractKind},
    lexer::TokenKind,
    parser::{
        EXPRESSION_WORDS,
        core::{PResult, Parser},
    },
};

pub(super) const URI_PARTS: CommandInfo = CommandInfo {
    name: "URI_PARTS",
    summary: "Takes a URI apart.",
    syntax: "URI_PARTS prefix = expression",
    examples: &["URI_PARTS url = url.original"],
    parse: |parser, _| extract(parser, ExtractKind::UriParts, false),
    ..BASE
};

pub(super) const REGISTERED_DOMAIN: CommandInfo = CommandInfo {
    name: "REGISTERED_DOMAIN",
    summary: "Finds the registered domain and the top-level domain of a host name.",
    syntax: "REGISTERED_DOMAIN prefix = expression",
    examples: &["REGISTERED_DOMAIN dns = dns.question.name"],
    parse: |parser, _| extract(parser, ExtractKind::RegisteredDomain, false),
    ..BASE
};

pub(super) const USER_AGENT: CommandInfo = CommandInfo {
    name: "USER_AGENT",
    summary: "Takes a user agent string apart.",
    syntax: "USER_AGENT prefix = expression [WITH {options}]",
    examples: &["USER_AGENT ua = user_agent.original WITH {\"extract_device_type\": true}"],
    parse: |parser, _| extract(parser, ExtractKind::UserAgent, true),
    ..BASE
};

pub(super) const IP_LOCATION: CommandInfo = CommandInfo {
    name: "IP_LOCATION",
    summary: "Looks up where an address is.",
    syntax: "IP_LOCATION prefix = expression [WITH {options}]",
    examples: &["IP_LOCATION geo = source.ip WITH {\"properties\": [\"country_name\", \"city_name\"]}"],
    parse: |parser, _| extract(parser, ExtractKind::IpLocation, true),
    ..BASE
};

fn extract(parser: &mut Parser<'_>, kind: ExtractKind, takes_options: bool) -> PResult<CommandKind> {
    let prefix = parser.name(EXPRESSION_WORDS)?;
    parser.expect(TokenKind::Assign, "'='")?;
    let input = parser.primary()?;
    let mut options = None;
    if takes_options && parser.eat_word("with") {
        options = Some(parser.map()?);
    }
    Ok(CommandKind::Extract { kind, prefix, input, options })
}

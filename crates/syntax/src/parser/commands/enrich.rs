use super::{BASE, CommandInfo};
use crate::{
    ast::{CommandKind, EnrichField},
    lexer::{Mode, TokenKind},
    parser::core::{PResult, Parser},
};

const WORDS: &[&str] = &["on", "with"];
const PLACE: &str = "ENRICH WITH projections";

pub(super) const ENRICH: CommandInfo = CommandInfo {
    name: "ENRICH",
    summary: "Adds the fields of an enrich policy's matching records.",
    syntax: "ENRICH [_mode:]policy [ON name] [WITH [new =] field [, ...]]",
    examples: &["ENRICH networks ON source.ip WITH zone = network.zone"],
    mode: Mode::Source,
    parse: |parser, _| {
        let (mode, policy) = parser.policy()?;
        parser.set_mode(Mode::Pattern);
        let mut on = None;
        if parser.eat_word("on") {
            on = Some(parser.exact_pattern(WORDS, PLACE)?);
        }
        let mut with = Vec::new();
        if parser.eat_word("with") {
            with = parser.list(field)?;
        }
        Ok(CommandKind::Enrich { mode, policy, on, with })
    },
    ..BASE
};

fn field(parser: &mut Parser<'_>) -> PResult<EnrichField> {
    let first = parser.exact_pattern(WORDS, PLACE)?;
    if !parser.eat(TokenKind::Assign) {
        return Ok(EnrichField { new: None, field: first });
    }
    let field = parser.exact_pattern(WORDS, PLACE)?;
    Ok(EnrichField { new: Some(first), field })
}

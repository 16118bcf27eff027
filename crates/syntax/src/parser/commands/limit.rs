use quarry_diagnostics::Code;

use super::{BASE, CommandInfo};
use crate::ast::{CommandKind, ExprKind, Literal};

pub(super) const LIMIT: CommandInfo = CommandInfo {
    name: "LIMIT",
    summary: "Keeps the first rows, of all or of each group.",
    syntax: "LIMIT count [BY expression [, ...]]",
    examples: &["LIMIT 100", "LIMIT 3 BY host.name"],
    parse: |parser, _| {
        let count = parser.constant()?;
        let fits = match &count.kind {
            ExprKind::Literal(Literal::Integer(n)) => *n >= 0,
            ExprKind::Param(_) | ExprKind::Error => true,
            _ => false,
        };
        if !fits {
            let typed = count.span.text(parser.text);
            let message = format!("Invalid value for LIMIT [{typed}], expecting a non negative integer");
            parser.complain(Code::INVALID_SYNTAX, count.span, message);
        }
        let mut by = Vec::new();
        if parser.eat_word("by") {
            by = parser.list(|parser| parser.expression())?;
        }
        Ok(CommandKind::Limit { count, by })
    },
    ..BASE
};

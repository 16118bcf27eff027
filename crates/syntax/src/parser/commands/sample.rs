use quarry_diagnostics::Code;

use super::{BASE, CommandInfo};
use crate::ast::{CommandKind, ExprKind, Literal};

pub(super) const SAMPLE: CommandInfo = CommandInfo {
    name: "SAMPLE",
    summary: "Keeps each row with a given probability.",
    syntax: "SAMPLE probability",
    examples: &["SAMPLE 0.1"],
    parse: |parser, _| {
        let probability = parser.constant()?;
        let fits = match &probability.kind {
            ExprKind::Literal(Literal::Double(p)) => *p > 0.0 && *p < 1.0,
            ExprKind::Param(_) | ExprKind::Error => true,
            _ => false,
        };
        if !fits {
            let typed = probability.span.text(parser.text);
            let message = format!(
                "invalid value for SAMPLE probability [{typed}], expecting a number between 0 and 1, exclusive"
            );
            parser.complain(Code::INVALID_SYNTAX, probability.span, message);
        }
        Ok(CommandKind::Sample(probability))
    },
    ..BASE
};

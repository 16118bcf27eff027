//! Numbers, time spans, arrays and the other constants.

use quarry_diagnostics::{Code, Diagnostic, Span};

use super::{
    core::{PResult, Parser},
    error::CONSTANT,
};
use crate::{
    ast::{Expr, ExprKind, Literal, TimeUnit},
    lexer::{TokenKind, quoted},
};

impl Parser<'_> {
    /// A constant, a parameter among them.
    pub(super) fn constant(&mut self) -> PResult<Expr> {
        let start = self.start();
        if let Some(kind) = self.plain_constant()? {
            return Ok(Expr { kind, span: self.since(start) });
        }
        if self.at(TokenKind::Param) {
            let param = self.param();
            return Ok(Expr { kind: ExprKind::Param(param), span: self.since(start) });
        }
        if matches!(self.kind(), TokenKind::Plus | TokenKind::Minus) {
            let second = self.peek_second().kind;
            if matches!(second, TokenKind::Integer | TokenKind::Decimal) {
                let negative = self.bump().kind == TokenKind::Minus;
                let kind = self.number(negative, start)?;
                return Ok(Expr { kind, span: self.since(start) });
            }
        }
        self.unexpected(CONSTANT)
    }

    /// A constant without sign that isn't a parameter, if one is next.
    pub(super) fn plain_constant(&mut self) -> PResult<Option<ExprKind>> {
        let token = self.peek();
        let literal = match token.kind {
            TokenKind::Integer | TokenKind::Decimal => return self.number(false, token.span).map(Some),
            TokenKind::LeftBracket => return self.array().map(Some),
            TokenKind::String => Literal::String(quoted::string_value(self.token_text(token))),
            TokenKind::Word => match self.token_text(token) {
                word if word.eq_ignore_ascii_case("null") => Literal::Null,
                word if word.eq_ignore_ascii_case("true") => Literal::Boolean(true),
                word if word.eq_ignore_ascii_case("false") => Literal::Boolean(false),
                _ => return Ok(None),
            },
            _ => return Ok(None),
        };
        self.bump();
        Ok(Some(ExprKind::Literal(literal)))
    }

    /// The number that is next, or the time span that it starts; its sign has been taken.
    pub(super) fn number(&mut self, negative: bool, start: Span) -> PResult<ExprKind> {
        let token = self.bump();
        let digits = self.token_text(token);
        let sign = if negative { "-" } else { "" };
        let text = format!("{sign}{digits}");
        if token.kind == TokenKind::Integer && self.at(TokenKind::Word) {
            let word = self.peek();
            if !super::is_reserved(self.token_text(word)) {
                return Ok(self.time_span(&text, start));
            }
        }
        if token.kind == TokenKind::Integer
            && let Some(literal) = whole(&text)
        {
            return Ok(ExprKind::Literal(literal));
        }
        match text.parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(ExprKind::Literal(Literal::Double(value))),
            _ => {
                let span = self.since(start);
                self.report(Diagnostic::error(Code::BAD_NUMBER, span, format!("Number [{text}] is too large")));
                Ok(ExprKind::Error)
            }
        }
    }

    fn time_span(&mut self, text: &str, start: Span) -> ExprKind {
        let token = self.bump();
        let word = self.token_text(token);
        let Some(unit) = TimeUnit::parse(word) else {
            let mut error =
                Diagnostic::error(Code::INVALID_SYNTAX, token.span, format!("Unexpected temporal unit: '{word}'"));
            if let Some(near) =
                quarry_diagnostics::did_you_mean(&word.to_lowercase(), UNIT_NAMES.iter().copied()).first()
            {
                error = error.with_help(format!("did you mean `{near}`?")).with_fix(token.span, near.clone());
            }
            self.report(error);
            return ExprKind::Error;
        };
        match text.parse::<i64>().ok().filter(|amount| unit.holds(*amount)) {
            Some(amount) => ExprKind::Literal(Literal::TimeSpan { amount, unit }),
            None => {
                let span = self.since(start);
                let message = format!("Number [{text}] outside of [{word}] range");
                self.report(Diagnostic::error(Code::BAD_NUMBER, span, message));
                ExprKind::Error
            }
        }
    }

    fn array(&mut self) -> PResult<ExprKind> {
        self.expect(TokenKind::LeftBracket, "'['")?;
        let mut elements: Vec<Literal> = Vec::new();
        loop {
            let start = self.start();
            let element = self.element()?;
            let span = self.since(start);
            if let Some(element) = element {
                if elements.first().is_some_and(|first| kind_of(first) != kind_of(&element)) {
                    self.report(
                        Diagnostic::error(
                            Code::INVALID_SYNTAX,
                            span,
                            format!("mismatched input '{}' expecting {}", span.text(self.text), kind_of(&elements[0])),
                        )
                        .with_help("all elements of a list are of one kind"),
                    );
                } else {
                    elements.push(element);
                }
            }
            if !self.eat(TokenKind::Comma) {
                break;
            }
        }
        if !self.at(TokenKind::RightBracket) {
            return self.unexpected(&["','", "']'"]);
        }
        self.bump();
        Ok(ExprKind::Literal(Literal::Array(widen(elements))))
    }

    /// An element of an array; `None` where it was reported.
    fn element(&mut self) -> PResult<Option<Literal>> {
        let token = self.peek();
        let start = token.span;
        let kind = match token.kind {
            TokenKind::Plus | TokenKind::Minus => {
                self.bump();
                if !matches!(self.kind(), TokenKind::Integer | TokenKind::Decimal) {
                    return self.unexpected(&["INTEGER_LITERAL", "DECIMAL_LITERAL"]);
                }
                Some(self.number(token.kind == TokenKind::Minus, start)?)
            }
            TokenKind::LeftBracket => None,
            _ => self.plain_constant()?,
        };
        match kind {
            Some(ExprKind::Literal(Literal::Null | Literal::TimeSpan { .. })) => {
                let span = self.since(start);
                let error = Diagnostic::error(
                    Code::UNEXPECTED_TOKEN,
                    span,
                    format!("mismatched input '{}' expecting {}", span.text(self.text), ELEMENT),
                );
                self.fail(error.with_help("a list holds strings, numbers or booleans"))
            }
            Some(ExprKind::Literal(literal)) => Ok(Some(literal)),
            Some(_) => Ok(None),
            None => {
                let error = self
                    .mismatch(&[
                        "QUOTED_STRING",
                        "INTEGER_LITERAL",
                        "DECIMAL_LITERAL",
                        "'false'",
                        "'true'",
                        "'+'",
                        "'-'",
                    ])
                    .with_help("a list holds constants only");
                self.fail(error)
            }
        }
    }
}

const ELEMENT: &str = "{QUOTED_STRING, INTEGER_LITERAL, DECIMAL_LITERAL, 'false', 'true', '+', '-'}";

/// The narrowest type that holds a whole number; `None` beyond 64 bits.
fn whole(text: &str) -> Option<Literal> {
    if let Ok(value) = text.parse::<i32>() {
        return Some(Literal::Integer(value));
    }
    if let Ok(value) = text.parse::<i64>() {
        return Some(Literal::Long(value));
    }
    text.parse::<u64>().ok().map(Literal::UnsignedLong)
}

fn kind_of(literal: &Literal) -> &'static str {
    match literal {
        Literal::String(_) => "QUOTED_STRING",
        Literal::Boolean(_) => "{'false', 'true'}",
        _ => "{INTEGER_LITERAL, DECIMAL_LITERAL, '+', '-'}",
    }
}

/// Gives all numbers the widest type among them.
fn widen(mut elements: Vec<Literal>) -> Vec<Literal> {
    let rank = |literal: &Literal| match literal {
        Literal::Long(_) => 1,
        Literal::UnsignedLong(_) => 2,
        Literal::Double(_) => 3,
        _ => 0,
    };
    let mut widest = elements.iter().map(rank).max().unwrap_or(0);
    let negative = |literal: &Literal| {
        matches!(literal, Literal::Integer(n) if *n < 0) || matches!(literal, Literal::Long(n) if *n < 0)
    };
    if widest == 2 && elements.iter().any(negative) {
        widest = 3;
    }
    for element in &mut elements {
        let widened = match (widest, &*element) {
            (1, Literal::Integer(n)) => Literal::Long(i64::from(*n)),
            (2, Literal::Integer(n)) => Literal::UnsignedLong(u64::from(n.unsigned_abs())),
            (2, Literal::Long(n)) => Literal::UnsignedLong(n.unsigned_abs()),
            (3, Literal::Integer(n)) => Literal::Double(f64::from(*n)),
            (3, Literal::Long(n)) => Literal::Double(*n as f64),
            (3, Literal::UnsignedLong(n)) => Literal::Double(*n as f64),
            _ => continue,
        };
        *element = widened;
    }
    elements
}

const UNIT_NAMES: &[&str] = &[
    "millisecond",
    "milliseconds",
    "second",
    "seconds",
    "minute",
    "minutes",
    "hour",
    "hours",
    "day",
    "days",
    "week",
    "weeks",
    "month",
    "months",
    "quarter",
    "quarters",
    "year",
    "years",
];

impl TimeUnit {
    /// The unit that `word` names, in whatever case: a full name in singular or plural, or an abbreviation.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word.to_ascii_lowercase().as_str() {
            "ms" | "millisecond" | "milliseconds" => Self::Millisecond,
            "s" | "sec" | "second" | "seconds" => Self::Second,
            "m" | "min" | "minute" | "minutes" => Self::Minute,
            "h" | "hour" | "hours" => Self::Hour,
            "d" | "day" | "days" => Self::Day,
            "w" | "week" | "weeks" => Self::Week,
            "mo" | "month" | "months" => Self::Month,
            "q" | "quarter" | "quarters" => Self::Quarter,
            "y" | "yr" | "year" | "years" => Self::Year,
            _ => return None,
        })
    }

    /// The unit's full name in the singular.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Millisecond => "millisecond",
            Self::Second => "second",
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }

    /// Whether a span of `amount` units can be represented: periods count days, months and years in 32 bits, durations
    /// count seconds in 64.
    fn holds(self, amount: i64) -> bool {
        let period = |factor: i64| amount.checked_mul(factor).is_some_and(|n| i32::try_from(n).is_ok());
        match self {
            Self::Millisecond | Self::Second => true,
            Self::Minute => amount.checked_mul(60).is_some(),
            Self::Hour => amount.checked_mul(3600).is_some(),
            Self::Day | Self::Month | Self::Year => period(1),
            Self::Week => period(7),
            Self::Quarter => period(3),
        }
    }
}

//! Why the arguments of a call fit no signature, in the reference's words.

use quarry_diagnostics::Span;
use quarry_functions::{Signature, TypeSet, registry};
use quarry_types::DataType;

use super::Analyzer;
use crate::expression::Expr;

impl Analyzer<'_> {
    /// What is wrong with the first argument that fits nowhere.
    pub(super) fn mismatch(
        &self,
        name: &str,
        signatures: &[&Signature],
        values: &[Expr],
        spans: &[Span],
        span: Span,
    ) -> String {
        let source = self.source(span);
        let found =
            |i: usize| format!("found value [{}] type [{}]", self.source(spans[i]), values[i].data_type.message_name());
        if name == "in" {
            for i in 1..values.len() {
                if values[0].data_type.common(values[i].data_type).is_none() {
                    let place = match i + 1 {
                        2 => "2nd".to_owned(),
                        3 => "3rd".to_owned(),
                        n => format!("{n}th"),
                    };
                    return format!(
                        "{place} argument of [{source}] must be [{}], {}",
                        values[0].data_type.message_name(),
                        found(i)
                    );
                }
            }
        }
        for (i, value) in values.iter().enumerate() {
            let allowed =
                signatures.iter().filter_map(|signature| signature.parameter(i)).fold(TypeSet::of(&[]), TypeSet::or);
            if !allowed.accepts(value.data_type) {
                let place = if values.len() == 1 { String::new() } else { format!("{} ", ordinal(i)) };
                return format!("{place}argument of [{source}] must be [{}], {}", describe(allowed), found(i));
            }
        }
        let is_operator = registry::operator(name).is_some();
        if let (true, [left, right]) = (is_operator, values) {
            let symbol = operator_symbol(name);
            let (l, r) = (left.data_type, right.data_type);
            if matches!(name, "add" | "sub" | "mul" | "div" | "mod") {
                return format!(
                    "[{symbol}] has arguments with incompatible types [{}] and [{}]",
                    l.message_name(),
                    r.message_name()
                );
            }
            if l == DataType::UnsignedLong || r == DataType::UnsignedLong {
                return format!(
                    "first argument of [{source}] is [{}] and second is [{}]. [unsigned_long] can only be operated on together with another [unsigned_long]",
                    l.message_name(),
                    r.message_name()
                );
            }
            let class = |t: DataType| if t.is_numeric() { "numeric" } else { t.message_name() };
            return format!(
                "first argument of [{source}] is [{}] so second argument must also be [{}] but was [{}]",
                class(l),
                class(l),
                r.message_name()
            );
        }
        // Each argument is possible by itself; the first that doesn't go with those before it is named.
        for i in 0..values.len() {
            let allowed = signatures
                .iter()
                .filter(|s| (0..i).all(|j| s.parameter(j).is_some_and(|set| set.accepts(values[j].data_type))))
                .filter_map(|signature| signature.parameter(i))
                .fold(TypeSet::of(&[]), TypeSet::or);
            if !allowed.accepts(values[i].data_type) {
                return format!("{} argument of [{source}] must be [{}], {}", ordinal(i), describe(allowed), found(i));
            }
        }
        let last = values.len() - 1;
        format!(
            "{} argument of [{source}] must be [{}], {}",
            ordinal(last),
            values[0].data_type.message_name(),
            found(last)
        )
    }
}

/// The place of an argument in words.
pub(super) fn ordinal(index: usize) -> String {
    match index {
        0 => "first".into(),
        1 => "second".into(),
        2 => "third".into(),
        3 => "fourth".into(),
        4 => "fifth".into(),
        n => format!("{}th", n + 1),
    }
}

fn describe(set: TypeSet) -> String {
    use quarry_functions::definition::accept::{DATES, NUMERIC, SIGNED, STRING};
    if set == NUMERIC {
        return "numeric".into();
    }
    if set == SIGNED {
        return "numeric except unsigned_long".into();
    }
    let mut names: Vec<String> = Vec::new();
    let mut rest = set;
    let has = |part: TypeSet, set: TypeSet| part.types().all(|t| set.accepts(t));
    if has(STRING, rest) {
        rest = rest.except(STRING);
        names.push("string".into());
    }
    if has(NUMERIC, rest) {
        rest = rest.except(NUMERIC);
        names.push("numeric".into());
    }
    if has(DATES, rest) {
        rest = rest.except(DATES);
        names.push("datetime".into());
    }
    names.extend(rest.types().map(|t| t.message_name().to_owned()));
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, first)) => format!("{} or {last}", first.join(", ")),
        None => String::new(),
    }
}

fn operator_symbol(name: &str) -> &str {
    match name {
        "add" => "+",
        "sub" => "-",
        "mul" => "*",
        "div" => "/",
        "mod" => "%",
        other => other,
    }
}

/// How many arguments a function takes.
pub(super) fn expected_arguments(signatures: &[Signature], most: usize) -> String {
    let least = signatures.iter().map(|s| s.parameters.len() - s.optional).min().unwrap_or(0);
    let variadic = signatures.iter().any(|s| s.variadic);
    let word = |n: usize| {
        ["zero", "one", "two", "three", "four", "five"].get(n).map_or_else(|| n.to_string(), |w| (*w).into())
    };
    let plural = |n: usize| if n == 1 { "argument" } else { "arguments" };
    if variadic {
        return format!("at least {} {}", word(least), plural(least));
    }
    match most - least {
        0 => format!("exactly {} {}", word(least), plural(least)),
        1 => format!("{} or {} arguments", word(least), word(most)),
        _ => {
            let counts: Vec<String> = (least..most).map(word).collect();
            format!("{} or {} arguments", counts.join(", "), word(most))
        }
    }
}

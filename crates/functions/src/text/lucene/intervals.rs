//! `<low-high>` as an expression: the decimal numbers in between.

use super::syntax::Expression;

/// The numbers from `low` to `high`: of exactly so many digits, or with any number of zeros in front.
pub(super) fn interval(low: u32, high: u32, digits: Option<usize>) -> Expression {
    if let Some(digits) = digits {
        return Expression::Either(between(&padded(low, digits), &padded(high, digits)));
    }
    let mut alternatives = Vec::new();
    for digits in low.to_string().len()..=high.to_string().len() {
        let least = if digits == 1 { 0 } else { 10_u64.pow(digits as u32 - 1) };
        let most = 10_u64.pow(digits as u32) - 1;
        let (from, to) = (u64::from(low).max(least), u64::from(high).min(most));
        alternatives.extend(between(&padded(from, digits), &padded(to, digits)));
    }
    let zeros = Expression::Repeat(Box::new(digit(b'0', b'0')), 0, None);
    Expression::Sequence(vec![zeros, Expression::Either(alternatives)])
}

fn padded(n: impl std::fmt::Display, digits: usize) -> Vec<u8> {
    format!("{n:0>digits$}").into_bytes()
}

/// Alternatives for all digit strings from `low` to `high`, which are of one length.
fn between(low: &[u8], high: &[u8]) -> Vec<Expression> {
    let (Some((first_low, rest_low)), Some((first_high, rest_high))) = (low.split_first(), high.split_first()) else {
        return vec![Expression::Sequence(Vec::new())];
    };
    let start_with =
        |first: u8, rest: Vec<Expression>| Expression::Sequence(vec![digit(first, first), Expression::Either(rest)]);
    if first_low == first_high {
        return vec![start_with(*first_low, between(rest_low, rest_high))];
    }
    let (zeros, nines) = (vec![b'0'; rest_low.len()], vec![b'9'; rest_low.len()]);
    let mut alternatives = vec![start_with(*first_low, between(rest_low, &nines))];
    if first_high - first_low > 1 {
        let any = Expression::Repeat(Box::new(digit(b'0', b'9')), rest_low.len() as u32, Some(rest_low.len() as u32));
        alternatives.push(Expression::Sequence(vec![digit(first_low + 1, first_high - 1), any]));
    }
    alternatives.push(start_with(*first_high, between(&zeros, rest_high)));
    alternatives
}

fn digit(from: u8, to: u8) -> Expression {
    Expression::Class(vec![(char::from(from), char::from(to))])
}

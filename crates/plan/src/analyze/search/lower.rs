//! Search conditions as expressions over the columns in scope.
//!
//! What comes out is never null: a row without the field doesn't match, and matches the opposite.

use quarry_diagnostics::Span;
use quarry_functions::registry::{self, Function};
use quarry_functions::scalar::search::term::TERM;
use quarry_types::{DataType, Value, ip};

use super::dates;
use super::query::{Bound, Pattern, Query, Term};
use crate::analyze::Analyzer;
use crate::expression::Expr;

/// What goes for a whole search.
#[derive(Clone, Debug, Default)]
pub(super) struct Search {
    /// Where it stands.
    pub(super) span: Span,
    /// Whether the case of keyword fields doesn't count.
    pub(super) ignores_case: bool,
    /// The field of terms that name none.
    pub(super) default_field: Option<Pattern>,
    /// The zone of dates.
    pub(super) zone: Option<jiff::tz::TimeZone>,
}

/// How a text field is searched.
#[derive(Clone, Debug, Default)]
pub(super) struct Words {
    /// Options of the comparison.
    pub(super) options: Vec<(String, Value)>,
    /// Whether the words have to follow each other.
    pub(super) phrase: bool,
}

impl Analyzer<'_> {
    /// The expression for `query`.
    pub(super) fn lower(&mut self, query: &Query, search: &Search) -> Expr {
        match query {
            Query::All => truth(true),
            Query::Nothing => truth(false),
            Query::And(parts) => {
                let parts = parts.iter().map(|part| self.lower(part, search)).collect();
                self.joined("and", parts, search.span)
            }
            Query::Or(parts) => {
                let parts = parts.iter().map(|part| self.lower(part, search)).collect();
                self.joined("or", parts, search.span)
            }
            Query::Not(query) => {
                let query = self.lower(query, search);
                self.build_operator("not", vec![query], &[search.span], search.span)
            }
            Query::Exists(field) => {
                let fields = self.searched(Some(field), search);
                let parts = fields.into_iter().map(|field| self.exists(field, search.span)).collect();
                self.joined("or", parts, search.span)
            }
            Query::Term { field, term } => {
                let fields = self.searched(field.as_ref(), search);
                let parts = fields.into_iter().map(|field| self.term(field, term, search)).collect();
                self.joined("or", parts, search.span)
            }
            Query::Between { field, lower, upper } => {
                let fields = self.searched(field.as_ref(), search);
                let parts = fields
                    .into_iter()
                    .map(|field| self.between(field, lower.as_ref(), upper.as_ref(), search))
                    .collect();
                self.joined("or", parts, search.span)
            }
            Query::Regex { field, pattern } => {
                let mut parts = Vec::new();
                for field in self.searched(field.as_ref(), search) {
                    if field.data_type.is_string() {
                        parts.push(self.named("mv_rlike", vec![field, keyword(pattern)], Vec::new(), search.span));
                    }
                }
                self.joined("or", parts, search.span)
            }
        }
    }

    /// The columns that a field's pattern stands for; without one, all that are shown.
    pub(super) fn searched(&mut self, field: Option<&Pattern>, search: &Search) -> Vec<Expr> {
        let Some(pattern) = field.or(search.default_field.as_ref()) else {
            return self.all_matching(None);
        };
        match pattern.text() {
            Some(name) => self.search_column(name, search.span).into_iter().collect(),
            None => self.all_matching(Some(&pattern.to_wildcard())),
        }
    }

    fn all_matching(&self, wildcard: Option<&str>) -> Vec<Expr> {
        let pattern = wildcard.and_then(|text| quarry_functions::text::wildcard::Wildcard::new(text).ok());
        self.scope
            .iter()
            .filter(|attribute| !attribute.hidden && !attribute.name.starts_with(['$', '_']))
            .filter(|attribute| pattern.as_ref().is_none_or(|pattern| pattern.matches(&attribute.name)))
            .filter(|attribute| attribute.data_type != DataType::Unsupported)
            .map(Expr::column)
            .collect()
    }

    /// The column called `name`, or a key of a flattened one; `None` where there is neither.
    fn search_column(&mut self, name: &str, span: Span) -> Option<Expr> {
        if let Some(attribute) = self.find(name).cloned() {
            if attribute.data_type != DataType::Unsupported {
                return Some(Expr::column(&attribute));
            }
            let as_keyword = super::super::from::converted_name(name, DataType::Keyword);
            return self.find(&as_keyword).map(Expr::column);
        }
        for (dot, _) in name.match_indices('.') {
            let flattened = self.find(&name[..dot]).filter(|a| a.data_type == DataType::Flattened).map(Expr::column);
            if let Some(field) = flattened {
                return Some(self.named("field_extract", vec![field, keyword(&name[dot + 1..])], Vec::new(), span));
            }
        }
        None
    }

    fn exists(&mut self, field: Expr, span: Span) -> Expr {
        self.build_operator("is_not_null", vec![field], &[span], span)
    }

    fn term(&mut self, field: Expr, term: &Term, search: &Search) -> Expr {
        let Some(text) = term.pattern.text() else {
            if !field.data_type.is_string() {
                return truth(false);
            }
            let mode = if field.data_type == DataType::Text { "word_wildcard" } else { "wildcard" };
            let options = vec![
                ("mode".to_owned(), Value::from(mode)),
                ("case_insensitive".to_owned(), Value::Boolean(search.ignores_case)),
            ];
            return self.tested(field, &term.pattern.to_wildcard(), options, search.span);
        };
        let mut words = Words { phrase: term.phrase, options: Vec::new() };
        if let Some(fuzziness) = term.fuzziness {
            let fuzziness = fuzziness.map_or(Value::from("AUTO"), Value::Integer);
            words.options.push(("fuzziness".to_owned(), fuzziness));
        }
        let all = i32::try_from(quarry_functions::scalar::search::word_count(text)).ok();
        if let Some(all) = all.filter(|_| term.all_words) {
            words.options.push(("least".to_owned(), Value::Integer(all)));
        }
        self.matches_text(field, text, &words, search).unwrap_or_else(|_| truth(false))
    }

    /// Whether `field` has a value that `text` says.
    ///
    /// # Errors
    /// The text can't be converted to the field's type.
    pub(super) fn matches_text(
        &mut self,
        field: Expr,
        text: &str,
        words: &Words,
        search: &Search,
    ) -> Result<Expr, String> {
        let span = search.span;
        let zone = search.zone.clone().unwrap_or_else(|| self.settings.zone.clone());
        let converted = |target: DataType| quarry_functions::literal::convert_string(text, target, &zone);
        let value = match field.data_type {
            DataType::Text => {
                let mut options = words.options.clone();
                options.push(("mode".to_owned(), Value::from(if words.phrase { "phrase" } else { "words" })));
                return Ok(self.tested(field, text, options, span));
            }
            DataType::Keyword if search.ignores_case || words.options.iter().any(|(name, _)| name == "fuzziness") => {
                let mut options = words.options.clone();
                options.push(("case_insensitive".to_owned(), Value::Boolean(search.ignores_case)));
                return Ok(self.tested(field, text, options, span));
            }
            DataType::Keyword | DataType::Version => Value::from(text),
            DataType::Date | DataType::DateNanos => {
                self.clock_is_fixed |= text.contains("now");
                let range = dates::range(text, &zone, self.settings.now_millis);
                let Some((first, last)) = range else {
                    return Err(converted(DataType::Date).err().unwrap_or_default());
                };
                let bounds = date_bounds(field.data_type, first, last);
                return Ok(self.in_range(field, bounds, span));
            }
            DataType::Ip if text.contains('/') => match block(text) {
                Some((first, last)) => {
                    let bounds = (Value::Ip(first), Value::Ip(last));
                    return Ok(self.in_range(field, bounds, span));
                }
                None => return Err(converted(DataType::Ip).err().unwrap_or_default()),
            },
            DataType::Boolean => match text.to_ascii_lowercase().as_str() {
                "true" => Value::Boolean(true),
                "false" => Value::Boolean(false),
                _ => return Err(format!("Can't parse boolean value [{text}], expected [true] or [false]")),
            },
            DataType::Integer | DataType::Long | DataType::UnsignedLong => {
                let value = converted(field.data_type)?;
                // A fraction isn't cut off: no whole number equals it.
                if text.parse::<f64>().is_ok_and(|number| number.fract() != 0.0) {
                    return Ok(truth(false));
                }
                value
            }
            DataType::Double | DataType::Ip => converted(field.data_type)?,
            _ => return Ok(truth(false)),
        };
        Ok(self.has_value(field, value, span))
    }

    /// Whether one of the field's values is `value`, which is of the field's type.
    pub(super) fn has_value(&mut self, field: Expr, value: Value, span: Span) -> Expr {
        let value = Expr::literal(field.data_type, value);
        self.named("mv_contains", vec![field, value], Vec::new(), span)
    }

    fn between(&mut self, field: Expr, lower: Option<&Bound>, upper: Option<&Bound>, search: &Search) -> Expr {
        let span = search.span;
        if lower.is_none() && upper.is_none() {
            return self.exists(field, span);
        }
        let zone = search.zone.clone().unwrap_or_else(|| self.settings.zone.clone());
        match field.data_type {
            DataType::Keyword | DataType::Text | DataType::Version => {
                let mut parts = Vec::new();
                for (bound, modes) in [(lower, ["gt", "gte"]), (upper, ["lt", "lte"])] {
                    let Some(bound) = bound else { continue };
                    parts.push(if field.data_type == DataType::Version {
                        let operator = match (modes[0], bound.inclusive) {
                            ("gt", false) => "greater_than",
                            ("gt", true) => "greater_than_or_equal",
                            (_, false) => "less_than",
                            (_, true) => "less_than_or_equal",
                        };
                        let value = Expr::literal(DataType::Version, Value::from(bound.value.as_str()));
                        let test = self.build_operator(operator, vec![field.clone(), value], &[span, span], span);
                        self.named("coalesce", vec![test, truth(false)], Vec::new(), span)
                    } else {
                        let mode = Value::from(modes[usize::from(bound.inclusive)]);
                        self.tested(field.clone(), &bound.value, vec![("mode".to_owned(), mode)], span)
                    });
                }
                self.joined("and", parts, span)
            }
            DataType::Date | DataType::DateNanos => {
                let now = self.settings.now_millis;
                self.clock_is_fixed |= [lower, upper].into_iter().flatten().any(|bound| bound.value.contains("now"));
                let range = |bound: &Bound| dates::range(&bound.value, &zone, now);
                // An incomplete date counts as a whole: what is after it is after its end.
                let first = match lower {
                    None => Some(i64::MIN),
                    Some(bound) => {
                        range(bound).map(|(first, last)| if bound.inclusive { first } else { last.saturating_add(1) })
                    }
                };
                let last = match upper {
                    None => Some(i64::MAX),
                    Some(bound) => {
                        range(bound).map(|(first, last)| if bound.inclusive { last } else { first.saturating_sub(1) })
                    }
                };
                match (first, last) {
                    (Some(first), Some(last)) => {
                        let bounds = date_bounds(field.data_type, first, last);
                        self.in_range(field, bounds, span)
                    }
                    _ => truth(false),
                }
            }
            DataType::Integer | DataType::Long | DataType::UnsignedLong => {
                match whole_bounds(lower, upper, field.data_type) {
                    Some(bounds) => self.in_range(field, bounds, span),
                    None => truth(false),
                }
            }
            DataType::Double => {
                let number = |bound: Option<&Bound>, open: f64| match bound {
                    None => Some((open, true)),
                    Some(bound) => bound.value.parse().ok().map(|number| (number, bound.inclusive)),
                };
                match (number(lower, f64::MIN), number(upper, f64::MAX)) {
                    (Some(lower), Some(upper)) => self.in_range_with(
                        field,
                        (Value::Double(lower.0), Value::Double(upper.0)),
                        (lower.1, upper.1),
                        span,
                    ),
                    _ => truth(false),
                }
            }
            DataType::Ip => {
                let address = |bound: Option<&Bound>, open: u8| match bound {
                    None => Some((Value::Ip([open; 16]), true)),
                    Some(bound) => ip::parse(&bound.value).map(|address| (Value::Ip(address), bound.inclusive)),
                };
                match (address(lower, 0), address(upper, 255)) {
                    (Some(lower), Some(upper)) => {
                        self.in_range_with(field, (lower.0, upper.0), (lower.1, upper.1), span)
                    }
                    _ => truth(false),
                }
            }
            _ => truth(false),
        }
    }

    fn in_range(&mut self, field: Expr, bounds: (Value, Value), span: Span) -> Expr {
        self.in_range_with(field, bounds, (true, true), span)
    }

    fn in_range_with(&mut self, field: Expr, bounds: (Value, Value), inclusive: (bool, bool), span: Span) -> Expr {
        let data_type = field.data_type;
        let arguments = vec![field, Expr::literal(data_type, bounds.0), Expr::literal(data_type, bounds.1)];
        let options = vec![
            ("include_lower".to_owned(), Value::Boolean(inclusive.0)),
            ("include_upper".to_owned(), Value::Boolean(inclusive.1)),
        ];
        self.named("mv_in_range", arguments, options, span)
    }

    /// Whether one of the strings of `field` passes the test that the options tell.
    fn tested(&mut self, field: Expr, query: &str, options: Vec<(String, Value)>, span: Span) -> Expr {
        self.build_call(&TERM, vec![field, keyword(query)], &[span, span], options, span)
    }

    /// A call of the scalar function `name`.
    fn named(&mut self, name: &str, arguments: Vec<Expr>, options: Vec<(String, Value)>, span: Span) -> Expr {
        let spans = vec![span; arguments.len()];
        match registry::find(name) {
            Some(Function::Scalar(function)) => self.build_call(function, arguments, &spans, options, span),
            _ => truth(false),
        }
    }

    /// The parts under `operator`, as a balanced tree: there may be as many as there are columns.
    pub(super) fn joined(&mut self, operator: &'static str, parts: Vec<Expr>, span: Span) -> Expr {
        let mut parts = parts;
        while parts.len() > 1 {
            let mut pairs = parts.into_iter();
            let mut joined = Vec::with_capacity(pairs.len().div_ceil(2));
            while let Some(left) = pairs.next() {
                joined.push(match pairs.next() {
                    Some(right) => self.build_operator(operator, vec![left, right], &[span, span], span),
                    None => left,
                });
            }
            parts = joined;
        }
        parts.pop().unwrap_or_else(|| truth(operator == "and"))
    }
}

/// The constant `value`.
pub(super) fn truth(value: bool) -> Expr {
    Expr::literal(DataType::Boolean, Value::Boolean(value))
}

fn keyword(text: &str) -> Expr {
    Expr::literal(DataType::Keyword, Value::from(text))
}

/// Two points in time, the second with the whole of its millisecond.
fn date_bounds(data_type: DataType, first: i64, last: i64) -> (Value, Value) {
    if data_type == DataType::Date {
        return (Value::Date(first), Value::Date(last));
    }
    let last = last.saturating_mul(1_000_000).saturating_add(999_999);
    (Value::DateNanos(first.saturating_mul(1_000_000)), Value::DateNanos(last))
}

/// The first and last address of a block.
fn block(text: &str) -> Option<([u8; 16], [u8; 16])> {
    let (address, length) = text.split_once('/')?;
    let bytes = ip::parse(address)?;
    let is_v4 = !address.contains(':');
    let length: u32 = length.parse().ok().filter(|length| *length <= if is_v4 { 32 } else { 128 })?;
    let rest = u128::MAX.checked_shr(if is_v4 { length + 96 } else { length }).unwrap_or(0);
    let address = u128::from_be_bytes(bytes);
    Some(((address & !rest).to_be_bytes(), (address | rest).to_be_bytes()))
}

/// The bounds of a range of whole numbers, both inclusive; `None` where nothing lies between.
fn whole_bounds(lower: Option<&Bound>, upper: Option<&Bound>, data_type: DataType) -> Option<(Value, Value)> {
    let (least, most): (i128, i128) = match data_type {
        DataType::Integer => (i32::MIN.into(), i32::MAX.into()),
        DataType::UnsignedLong => (0, u64::MAX.into()),
        _ => (i64::MIN.into(), i64::MAX.into()),
    };
    let whole = |bound: &Bound, is_lower: bool| -> Option<i128> {
        if let Ok(number) = bound.value.parse::<i128>() {
            let step = if bound.inclusive { 0 } else { 1 };
            return Some(if is_lower { number + step } else { number - step });
        }
        let number: f64 = bound.value.parse().ok()?;
        let is_whole = number.fract() == 0.0 && !bound.inclusive;
        Some(match (is_lower, is_whole) {
            (true, true) => number as i128 + 1,
            (true, false) => number.ceil() as i128,
            (false, true) => number as i128 - 1,
            (false, false) => number.floor() as i128,
        })
    };
    let lower = lower.map_or(Some(least), |bound| whole(bound, true))?.max(least);
    let upper = upper.map_or(Some(most), |bound| whole(bound, false))?.min(most);
    if lower > upper {
        return None;
    }
    let value = |number: i128| {
        Some(match data_type {
            DataType::Integer => Value::Integer(i32::try_from(number).ok()?),
            DataType::UnsignedLong => Value::UnsignedLong(u64::try_from(number).ok()?),
            _ => Value::Long(i64::try_from(number).ok()?),
        })
    };
    Some((value(lower)?, value(upper)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_of_whole_numbers_are_inclusive() {
        let bound = |value: &str, inclusive| Bound { value: value.into(), inclusive };
        let bounds = |lower: &Bound, upper: &Bound| whole_bounds(Some(lower), Some(upper), DataType::Integer);
        let between = |a: i32, b: i32| Some((Value::Integer(a), Value::Integer(b)));
        assert_eq!(bounds(&bound("1", false), &bound("5", false)), between(2, 4));
        assert_eq!(bounds(&bound("1.5", true), &bound("4.5", false)), between(2, 4));
        assert_eq!(bounds(&bound("2.0", false), &bound("99999999999", true)), between(3, i32::MAX));
        assert_eq!(bounds(&bound("5", true), &bound("4", true)), None);
        assert_eq!(bounds(&bound("x", true), &bound("4", true)), None);
    }

    #[test]
    fn blocks_of_addresses_are_ranges() {
        let (first, last) = block("10.1.0.0/16").unwrap();
        assert_eq!((Some(first), Some(last)), (ip::parse("10.1.0.0"), ip::parse("10.1.255.255")));
        assert!(block("10.0.0.0/33").is_none() && block("x/8").is_none());
        assert_eq!(block("::/0").unwrap().1, [255; 16]);
    }
}

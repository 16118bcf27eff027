use quarry_types::{ColumnBuilder, DataType, range, version};

use super::convert::{
    Convert, Empty, Misfit, Rule, address, boolean, finite, is_empty_json, long, millis, nanos, unsigned_long,
};
use super::geo::{geo_point, shape};
use super::{Found, Kind};
use crate::json::unescape_into;

/// Decodes the strings of a record.
#[derive(Debug, Default)]
pub(crate) struct Text {
    decoded: String,
}

impl Text {
    /// What a found value says as text; nothing for an object or array.
    pub(crate) fn of<'a>(&'a mut self, found: Found, record: &'a str) -> Option<&'a str> {
        let raw = record.get(found.start as usize..found.end as usize)?;
        match found.kind {
            Kind::Plain | Kind::Number | Kind::True | Kind::False => Some(raw),
            Kind::Escaped => {
                self.decoded.clear();
                unescape_into(raw, &mut self.decoded);
                Some(&self.decoded)
            }
            Kind::Json => None,
        }
    }
}

/// Ends rows of columns. Its memory is used again from row to row.
#[derive(Debug, Default)]
pub(crate) struct Row {
    text: Text,
    arena: String,
    ranges: Vec<(u32, u32)>,
    longs: Vec<i64>,
    unsigned: Vec<u64>,
    doubles: Vec<f64>,
    addresses: Vec<[u8; 16]>,
}

impl Row {
    /// Pushes the `found` values of one row, which the caller ends. A value that doesn't fit is left out and told to
    /// `misfit`.
    pub(crate) fn push(
        &mut self,
        builder: &mut ColumnBuilder,
        rule: &Rule,
        found: &[Found],
        record: &str,
        empty: &Empty,
        misfit: &mut dyn FnMut(Found),
    ) {
        match found {
            [] => {}
            [one] => {
                if self.one(builder, rule, *one, record, empty).is_err() {
                    misfit(*one);
                }
            }
            many => self.many(builder, rule, many, record, empty, misfit),
        }
    }

    /// As [`Row::push`], for values that are a result: they stay in their order, each as often as it stands there.
    #[cfg(feature = "parquet")]
    pub(crate) fn in_order(
        &mut self,
        builder: &mut ColumnBuilder,
        rule: &Rule,
        found: &[Found],
        record: &str,
        empty: &Empty,
        misfit: &mut dyn FnMut(Found),
    ) {
        for one in found {
            if self.one(builder, rule, *one, record, empty).is_err() {
                misfit(*one);
            }
        }
    }

    fn one(
        &mut self,
        builder: &mut ColumnBuilder,
        rule: &Rule,
        found: Found,
        record: &str,
        empty: &Empty,
    ) -> Result<(), Misfit> {
        let raw = record.get(found.start as usize..found.end as usize).ok_or(Misfit)?;
        if passes_over(rule, found, raw, empty) {
            return Ok(());
        }
        match rule.convert {
            Convert::Keyword | Convert::Text if found.kind == Kind::Plain => builder.push_str(raw),
            Convert::Keyword | Convert::Text | Convert::Version => {
                builder.push_str(self.text.of(found, record).ok_or(Misfit)?);
            }
            Convert::Json => builder.push_str(raw),
            Convert::GeoPoint => builder.push_str(&geo_point(&[found], record).ok_or(Misfit)?),
            Convert::Shape => builder.push_str(&self.shape(found, record)?),
            Convert::Range => builder.push_str(&self.range(rule, found, record)?),
            Convert::Boolean => builder.push_bool(boolean(found, raw).ok_or(Misfit)?),
            Convert::Integer => builder.push_i32(self.integer(found, record)?),
            Convert::Long | Convert::Date | Convert::DateNanos => {
                builder.push_i64(self.long(rule.convert, found, record)?);
            }
            Convert::UnsignedLong => builder.push_u64(unsigned_long(self.number(found, record)?).ok_or(Misfit)?),
            Convert::Double => {
                let n = finite(self.number(found, record)?).ok_or(Misfit)?;
                builder.push_f64(rule.precision.round(n));
            }
            Convert::Ip => builder.push_ip(&address(self.string(found, record)?).ok_or(Misfit)?),
            Convert::Nothing => {}
        }
        Ok(())
    }

    fn number<'a>(&'a mut self, found: Found, record: &'a str) -> Result<&'a str, Misfit> {
        match found.kind {
            Kind::Plain | Kind::Escaped | Kind::Number => self.text.of(found, record).map(str::trim).ok_or(Misfit),
            Kind::True | Kind::False | Kind::Json => Err(Misfit),
        }
    }

    fn string<'a>(&'a mut self, found: Found, record: &'a str) -> Result<&'a str, Misfit> {
        match found.kind {
            Kind::Plain | Kind::Escaped => self.text.of(found, record).ok_or(Misfit),
            _ => Err(Misfit),
        }
    }

    fn shape(&mut self, found: Found, record: &str) -> Result<String, Misfit> {
        let text = match found.kind {
            Kind::Plain | Kind::Escaped => self.text.of(found, record),
            _ => record.get(found.start as usize..found.end as usize),
        };
        text.and_then(shape).ok_or(Misfit)
    }

    fn range(&mut self, rule: &Rule, found: Found, record: &str) -> Result<String, Misfit> {
        let json = match found.kind {
            Kind::Plain | Kind::Escaped => {
                serde_json::Value::from(self.text.of(found, record).ok_or(Misfit)?).to_string()
            }
            _ => record.get(found.start as usize..found.end as usize).ok_or(Misfit)?.to_owned(),
        };
        range::from_json(rule.data_type, &json).ok_or(Misfit)
    }

    fn integer(&mut self, found: Found, record: &str) -> Result<i32, Misfit> {
        let n = long(self.number(found, record)?).ok_or(Misfit)?;
        i32::try_from(n).map_err(|_| Misfit)
    }

    fn long(&mut self, convert: Convert, found: Found, record: &str) -> Result<i64, Misfit> {
        let number = found.kind == Kind::Number;
        let text = self.number(found, record)?;
        match convert {
            Convert::Date => millis(text, number),
            Convert::DateNanos => nanos(text, number),
            _ => long(text),
        }
        .ok_or(Misfit)
    }

    /// Several values: they come out as an index stores them.
    fn many(
        &mut self,
        builder: &mut ColumnBuilder,
        rule: &Rule,
        found: &[Found],
        record: &str,
        empty: &Empty,
        misfit: &mut dyn FnMut(Found),
    ) {
        if rule.convert == Convert::GeoPoint
            && let Some(point) = geo_point(found, record)
        {
            builder.push_str(&point);
            return;
        }
        self.clear();
        for one in found {
            let raw = record.get(one.start as usize..one.end as usize).unwrap_or("");
            if !passes_over(rule, *one, raw, empty) && self.collect(rule, *one, record).is_err() {
                misfit(*one);
            }
        }
        self.push_collected(builder, rule);
    }

    fn clear(&mut self) {
        self.arena.clear();
        self.ranges.clear();
        self.longs.clear();
        self.unsigned.clear();
        self.doubles.clear();
        self.addresses.clear();
    }

    fn collect(&mut self, rule: &Rule, found: Found, record: &str) -> Result<(), Misfit> {
        match rule.convert {
            Convert::Keyword | Convert::Text | Convert::Version => {
                let text = self.text.of(found, record).ok_or(Misfit)?;
                let start = self.arena.len() as u32;
                self.arena.push_str(text);
                self.ranges.push((start, self.arena.len() as u32));
            }
            Convert::Json => {
                let start = self.arena.len() as u32;
                self.arena.push_str(record.get(found.start as usize..found.end as usize).ok_or(Misfit)?);
                self.ranges.push((start, self.arena.len() as u32));
            }
            Convert::GeoPoint | Convert::Shape | Convert::Range => {
                let text = match rule.convert {
                    Convert::Range => self.range(rule, found, record)?,
                    Convert::Shape => self.shape(found, record)?,
                    _ => geo_point(&[found], record).ok_or(Misfit)?,
                };
                let start = self.arena.len() as u32;
                self.arena.push_str(&text);
                self.ranges.push((start, self.arena.len() as u32));
            }
            Convert::Boolean => {
                let raw = record.get(found.start as usize..found.end as usize).ok_or(Misfit)?;
                self.longs.push(i64::from(boolean(found, raw).ok_or(Misfit)?));
            }
            Convert::Integer => {
                let n = self.integer(found, record)?;
                self.longs.push(i64::from(n));
            }
            Convert::Long | Convert::Date | Convert::DateNanos => {
                let n = self.long(rule.convert, found, record)?;
                self.longs.push(n);
            }
            Convert::UnsignedLong => {
                let n = unsigned_long(self.number(found, record)?).ok_or(Misfit)?;
                self.unsigned.push(n);
            }
            Convert::Double => {
                let n = finite(self.number(found, record)?).ok_or(Misfit)?;
                self.doubles.push(n);
            }
            Convert::Ip => {
                let ip = address(self.string(found, record)?).ok_or(Misfit)?;
                self.addresses.push(ip);
            }
            Convert::Nothing => {}
        }
        Ok(())
    }

    fn push_collected(&mut self, builder: &mut ColumnBuilder, rule: &Rule) {
        let arena = &self.arena;
        let text = |range: &(u32, u32)| &arena[range.0 as usize..range.1 as usize];
        match rule.convert {
            Convert::Keyword => {
                self.ranges.sort_unstable_by(|a, b| text(a).cmp(text(b)));
                self.ranges.dedup_by(|a, b| text(a) == text(b));
            }
            Convert::Version => {
                self.ranges.sort_by(|a, b| version::compare(text(a), text(b)));
                self.ranges.dedup_by(|a, b| text(a) == text(b));
            }
            _ => {}
        }
        for range in &self.ranges {
            builder.push_str(text(range));
        }
        self.longs.sort_unstable();
        for n in &self.longs {
            match rule.data_type {
                DataType::Boolean => builder.push_bool(*n != 0),
                DataType::Integer => builder.push_i32(*n as i32),
                _ => builder.push_i64(*n),
            }
        }
        self.unsigned.sort_unstable();
        self.unsigned.iter().for_each(|n| builder.push_u64(*n));
        self.doubles.sort_unstable_by(f64::total_cmp);
        self.doubles.iter().for_each(|n| builder.push_f64(rule.precision.round(*n)));
        self.addresses.sort_unstable();
        self.addresses.dedup();
        self.addresses.iter().for_each(|ip| builder.push_ip(ip));
    }
}

/// Whether a value counts as none at all.
fn passes_over(rule: &Rule, found: Found, raw: &str, empty: &Empty) -> bool {
    match found.kind {
        // Numbers are read from strings too; an empty one is no number, and no mistake.
        Kind::Plain if raw.is_empty() && rule.data_type.is_numeric() => true,
        Kind::Plain => !empty.strings.is_empty() && empty.is(raw),
        Kind::Json => {
            rule.is_parent
                && !matches!(rule.convert, Convert::Json | Convert::Range | Convert::GeoPoint | Convert::Shape)
                || is_empty_json(raw, empty)
        }
        _ => false,
    }
}

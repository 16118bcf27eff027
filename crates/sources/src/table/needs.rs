use std::collections::HashSet;

use quarry_plan::scan::{OneOf, Prefilter};

use super::wanted::Wanted;
use crate::extract::{Finds, Found, Kind};

/// What readers want of a record that was parsed, beside single values of single fields.
#[derive(Default)]
pub(super) struct Needs {
    readers: Vec<Need>,
    /// Whether each reader names values.
    pub(super) named: Vec<bool>,
}

struct Need {
    reader: usize,
    /// The places of fields of which one must be there, of each list.
    present: Vec<Vec<usize>>,
    /// Fields of which one must have one of its values, of each list.
    choices: Vec<Vec<Choice>>,
}

struct Choice {
    column: usize,
    values: HashSet<Box<[u8]>, foldhash::fast::RandomState>,
}

impl Needs {
    /// `place` tells where the values of a field are found, or its JSON text.
    pub(super) fn new(prefilters: &[Option<&Prefilter>], place: &dyn Fn(&str, bool) -> Option<usize>) -> Self {
        let mut needs = Self { readers: Vec::new(), named: vec![false; prefilters.len()] };
        for (reader, prefilter) in prefilters.iter().enumerate() {
            let Some(prefilter) = prefilter else { continue };
            // Of a field that isn't looked for nothing can be told, nor of a list that it is in.
            let of_field = |name: &String| place(name, false).or_else(|| place(name, true));
            let present = prefilter.present.iter().filter_map(|names| names.iter().map(of_field).collect());
            let choice = |one_of: &OneOf| {
                let values = one_of.values.iter().map(|value| value.as_bytes().into()).collect();
                Some(Choice { column: place(&one_of.field, false)?, values })
            };
            let choices = prefilter.choices.iter().filter_map(|any| any.iter().map(choice).collect());
            let need = Need { reader, present: present.collect(), choices: choices.collect() };
            needs.named[reader] = !need.choices.is_empty();
            if !(need.present.is_empty() && need.choices.is_empty()) {
                needs.readers.push(need);
            }
        }
        needs
    }

    /// Leaves out of `wanted` those whose needs a record doesn't meet.
    pub(super) fn look(&self, record: &[u8], finds: &Finds, wanted: &mut Wanted) {
        for need in &self.readers {
            if wanted.has(need.reader) && !need.is_met(record, finds) {
                wanted.remove(need.reader);
            }
        }
    }
}

impl Need {
    fn is_met(&self, record: &[u8], finds: &Finds) -> bool {
        let is_there = |column: &usize| !finds.columns[*column].is_empty();
        let is_chosen = |choice: &Choice| match one_value(record, &finds.columns[choice.column]) {
            Value::None => false,
            Value::Unclear => true,
            Value::One(bytes) => choice.values.contains(bytes),
        };
        self.present.iter().all(|any| any.iter().any(is_there))
            && self.choices.iter().all(|any| any.iter().any(is_chosen))
    }
}

/// What is known of a field's value without decoding it.
pub(super) enum Value<'a> {
    None,
    One(&'a [u8]),
    /// Lists and what has to be decoded are left to the conditions themselves.
    Unclear,
}

pub(super) fn one_value<'a>(record: &'a [u8], found: &[Found]) -> Value<'a> {
    match found {
        [] => Value::None,
        [found] if !matches!(found.kind, Kind::Escaped | Kind::Json) => {
            Value::One(record.get(found.start as usize..found.end as usize).unwrap_or_default())
        }
        _ => Value::Unclear,
    }
}

//! From a column of a file to the values of a field.

use std::borrow::Cow;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, UInt32Array};

use super::leaf::Step;

/// The values of a field: those of each row, by their places in an array.
#[derive(Debug)]
pub(super) struct Elements {
    pub(super) values: ArrayRef,
    places: Places,
}

#[derive(Debug)]
enum Places {
    /// Row `i` is element `i`.
    Same,
    /// The places of all rows one after the other, and where each row's end.
    Listed { places: Vec<u32>, ends: Vec<usize> },
}

impl Elements {
    /// Goes down from a column; `None` where the column is another than the file's schema says.
    pub(super) fn of(column: &ArrayRef, steps: &[Step]) -> Option<Self> {
        let mut at = Self { values: column.clone(), places: Places::Same };
        for step in steps {
            at = match step {
                Step::Member(name) => at.member(name)?,
                Step::Elements => at.elements()?,
            };
        }
        if let Some(dictionary) = at.values.as_any_dictionary_opt() {
            let keys = arrow_select::take::take(
                dictionary.values().as_ref(),
                &UInt32Array::from_iter((0..at.values.len()).map(|i| {
                    let keys = dictionary.keys();
                    (!keys.is_null(i)).then(|| dictionary.normalized_keys().get(i).copied())?.map(|key| key as u32)
                })),
                None,
            );
            at.values = keys.ok()?;
        }
        Some(at)
    }

    fn member(self, name: &str) -> Option<Self> {
        let members = self.values.as_struct_opt()?;
        let values = members.column_by_name(name)?.clone();
        let places = match (self.places, members.nulls()) {
            (places, None) => places,
            (places, Some(nulls)) => list(members.len(), &places, |place, push| {
                if nulls.is_valid(place as usize) {
                    push(place..place + 1);
                }
            }),
        };
        Some(Self { values, places })
    }

    fn elements(self) -> Option<Self> {
        let rows = self.values.len();
        let range: Box<dyn Fn(usize) -> std::ops::Range<u32>>;
        let values;
        if let Some(lists) = self.values.as_list_opt::<i32>() {
            let offsets = lists.offsets().clone();
            values = lists.values().clone();
            range = Box::new(move |i| offsets[i] as u32..offsets[i + 1] as u32);
        } else if let Some(lists) = self.values.as_list_opt::<i64>() {
            let offsets = lists.offsets().clone();
            values = lists.values().clone();
            range = Box::new(move |i| offsets[i] as u32..offsets[i + 1] as u32);
        } else {
            let lists = self.values.as_fixed_size_list_opt()?;
            let length = u32::try_from(lists.value_length()).ok()?;
            values = lists.values().clone();
            range = Box::new(move |i| i as u32 * length..(i as u32 + 1) * length);
        }
        let nulls = self.values.nulls();
        let places = list(rows, &self.places, |place, push| {
            if nulls.is_none_or(|nulls| nulls.is_valid(place as usize)) {
                push(range(place as usize));
            }
        });
        Some(Self { values, places })
    }

    /// The places of a row's values, nulls left out.
    pub(super) fn row(&self, row: usize) -> impl Iterator<Item = usize> + '_ {
        let places: Cow<'_, [u32]> = match &self.places {
            Places::Same => Cow::Owned(vec![row as u32]),
            Places::Listed { places, ends } => {
                let from = row.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(0);
                let to = ends.get(row).copied().unwrap_or(from);
                Cow::Borrowed(&places[from..to])
            }
        };
        let count = places.len();
        (0..count).map(move |i| places[i] as usize).filter(|place| self.values.is_valid(*place))
    }

    /// An array with one element for each of `rows` rows; `None` where a row has several.
    pub(super) fn flat(&self, rows: usize) -> Option<ArrayRef> {
        match &self.places {
            Places::Same => (self.values.len() == rows).then(|| self.values.clone()),
            Places::Listed { places, ends } => {
                let mut from = 0;
                let mut wanted: Vec<Option<u32>> = Vec::with_capacity(rows);
                for to in ends {
                    wanted.push(match &places[from..*to] {
                        [] => None,
                        [one] => Some(*one),
                        _ => return None,
                    });
                    from = *to;
                }
                arrow_select::take::take(self.values.as_ref(), &UInt32Array::from(wanted), None).ok()
            }
        }
    }
}

/// The places that `step` pushes for each of those before, row by row.
fn list(rows: usize, before: &Places, mut step: impl FnMut(u32, &mut dyn FnMut(std::ops::Range<u32>))) -> Places {
    let mut places = Vec::new();
    let mut ends = Vec::with_capacity(rows);
    match before {
        Places::Same => {
            for row in 0..rows as u32 {
                step(row, &mut |range| places.extend(range));
                ends.push(places.len());
            }
        }
        Places::Listed { places: old, ends: old_ends } => {
            let mut from = 0;
            for to in old_ends {
                for place in &old[from..*to] {
                    step(*place, &mut |range| places.extend(range));
                }
                ends.push(places.len());
                from = *to;
            }
        }
    }
    Places::Listed { places, ends }
}

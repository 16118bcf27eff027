use std::collections::HashSet;

use arrow_schema::{DataType as Arrow, Field, Fields, Schema, TimeUnit};
use quarry_types::DataType;

use super::TYPE_KEY;
use crate::dictionary;
use crate::mapping::field_type;

/// A column of a file that is read as a field.
#[derive(Clone, Debug)]
pub(crate) struct Leaf {
    /// The field's full dotted name.
    pub(crate) name: String,
    /// The field's type.
    pub(crate) data_type: DataType,
    /// Whether the file itself says the ES|QL type: then its values are as a query gave them.
    pub(super) is_exact: bool,
    /// The column of the file's schema that it stands in.
    pub(super) root: String,
    /// How the values are reached from there.
    pub(super) steps: Vec<Step>,
    /// The file's own columns that hold it, by number.
    pub(super) columns: std::ops::Range<usize>,
}

/// One step down from a column to its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// To a member of a struct.
    Member(String),
    /// To the elements of a list.
    Elements,
}

/// How deep columns may lie inside each other.
const DEEPEST: usize = 100;

/// The leaves of a schema. Of two with one name the first counts.
pub(super) fn leaves(schema: &Schema) -> Vec<Leaf> {
    let mut found = Leaves { leaves: Vec::new(), names: HashSet::new(), next: 0 };
    for field in schema.fields() {
        found.walk(field.name().clone(), field.name(), field, &mut Vec::new());
    }
    found.leaves
}

struct Leaves {
    leaves: Vec<Leaf>,
    names: HashSet<String>,
    next: usize,
}

impl Leaves {
    fn walk(&mut self, name: String, root: &str, field: &Field, steps: &mut Vec<Step>) {
        self.inside(name, root, field, field.data_type(), steps);
    }

    fn inside(&mut self, name: String, root: &str, field: &Field, arrow: &Arrow, steps: &mut Vec<Step>) {
        match arrow {
            Arrow::Struct(members) if steps.len() < DEEPEST => self.members(&name, root, members, steps),
            Arrow::List(element) | Arrow::LargeList(element) | Arrow::FixedSizeList(element, _)
                if steps.len() < DEEPEST =>
            {
                steps.push(Step::Elements);
                // What is said of a list is said of its elements.
                let said = if element.metadata().contains_key(TYPE_KEY) { element } else { field };
                self.inside(name, root, said, element.data_type(), steps);
                steps.pop();
            }
            _ => {
                let first = self.next;
                self.next += width(arrow, 0);
                let said = field.metadata().get(TYPE_KEY).map(|name| stored_type(name));
                let said = said.filter(|said| fits(arrow, *said));
                if self.names.insert(name.clone()) {
                    self.leaves.push(Leaf {
                        data_type: said.unwrap_or_else(|| presumed(&name, arrow)),
                        is_exact: said.is_some(),
                        name,
                        root: root.to_owned(),
                        steps: steps.clone(),
                        columns: first..self.next,
                    });
                }
            }
        }
    }

    fn members(&mut self, name: &str, root: &str, members: &Fields, steps: &mut Vec<Step>) {
        for member in members {
            steps.push(Step::Member(member.name().clone()));
            self.walk(format!("{name}.{}", member.name()), root, member, steps);
            steps.pop();
        }
    }
}

/// How many of the file's own columns a value of a type takes.
fn width(arrow: &Arrow, depth: usize) -> usize {
    match arrow {
        Arrow::Struct(members) if depth < DEEPEST => members.iter().map(|m| width(m.data_type(), depth + 1)).sum(),
        Arrow::List(inner) | Arrow::LargeList(inner) | Arrow::FixedSizeList(inner, _) | Arrow::Map(inner, _)
            if depth < DEEPEST =>
        {
            width(inner.data_type(), depth + 1)
        }
        _ => 1,
    }
}

fn stored_type(name: &str) -> DataType {
    match name {
        "_source" => DataType::Source,
        "null" => DataType::Null,
        "geohash" => DataType::Geohash,
        "geotile" => DataType::Geotile,
        "geohex" => DataType::Geohex,
        other => field_type(other),
    }
}

/// Whether a column of this Arrow type can hold values of the type that is said of it.
fn fits(arrow: &Arrow, said: DataType) -> bool {
    match said {
        DataType::Unsupported | DataType::DatePeriod | DataType::TimeDuration => false,
        DataType::Null => *arrow == Arrow::Null,
        said if said.is_numeric() || said == DataType::Boolean => natural(arrow) == said,
        said if said.is_date() => natural(arrow).is_date(),
        DataType::Ip => natural(arrow) == DataType::Keyword,
        _ => natural(arrow).is_string(),
    }
}

/// The type of a field of which the file says only the Arrow type.
fn presumed(name: &str, arrow: &Arrow) -> DataType {
    let natural = natural(arrow);
    match natural {
        DataType::Unsupported | DataType::Null | DataType::Flattened => natural,
        natural => dictionary::lookup(name).unwrap_or(natural),
    }
}

/// The type that holds all values of an Arrow type.
fn natural(arrow: &Arrow) -> DataType {
    match arrow {
        Arrow::Null => DataType::Null,
        Arrow::Boolean => DataType::Boolean,
        Arrow::Int8 | Arrow::Int16 | Arrow::Int32 | Arrow::UInt8 | Arrow::UInt16 => DataType::Integer,
        Arrow::Int64 | Arrow::UInt32 | Arrow::Duration(_) => DataType::Long,
        Arrow::UInt64 => DataType::UnsignedLong,
        Arrow::Float16 | Arrow::Float32 | Arrow::Float64 => DataType::Double,
        Arrow::Decimal32(digits, scale)
        | Arrow::Decimal64(digits, scale)
        | Arrow::Decimal128(digits, scale)
        | Arrow::Decimal256(digits, scale) => match (digits, scale) {
            (..=18, 0) => DataType::Long,
            (19..=20, 0) => DataType::UnsignedLong,
            _ => DataType::Double,
        },
        Arrow::Utf8 | Arrow::LargeUtf8 | Arrow::Utf8View => DataType::Keyword,
        Arrow::Binary | Arrow::LargeBinary | Arrow::BinaryView | Arrow::FixedSizeBinary(_) => DataType::Keyword,
        Arrow::Timestamp(TimeUnit::Second | TimeUnit::Millisecond, _) | Arrow::Date32 | Arrow::Date64 => DataType::Date,
        Arrow::Timestamp(TimeUnit::Microsecond | TimeUnit::Nanosecond, _) => DataType::DateNanos,
        Arrow::Time32(_) | Arrow::Time64(_) => DataType::Keyword,
        Arrow::Dictionary(_, values) => natural(values),
        Arrow::Map(..) | Arrow::Struct(_) | Arrow::List(_) | Arrow::LargeList(_) | Arrow::FixedSizeList(..) => {
            DataType::Flattened
        }
        _ => DataType::Unsupported,
    }
}

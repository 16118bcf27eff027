use quarry_types::{Column, DataType, Strings};

use super::state::{column, each};
use super::sum::DoubleSums;
use crate::definition::accept::SPATIAL;
use crate::wkt::{Geometry, Place, point_text};
use crate::{Accumulator, AggregateFunction, Context, Example, Parameter, Returns, Signature};

/// `ST_CENTROID_AGG`
pub(crate) static DEF: AggregateFunction = AggregateFunction {
    name: "st_centroid_agg",
    aliases: &[],
    summary: "The centre of all points.",
    details: "Its coordinates are the means of theirs; of a shape the places that its text lists count, each as one \
              point. Null where there is no value.",
    parameters: &[Parameter { name: "field", description: "The points or shapes." }],
    signatures: &[Signature::new(&[SPATIAL], Returns::With(|types| point_of(types[0])))],
    examples: &[Example {
        query: r#"ROW x = TO_GEOPOINT(["POINT (1 2)", "POINT (3 0)"]) | STATS x = ST_CENTROID_AGG(x)"#,
        result: "POINT (2.0 1.0)",
    }],
    inputs: 1,
    implicit: &[],
    build: |call| Ok(Box::new(Centre { sums: Default::default(), returns: call.returns })),
};

fn point_of(data_type: DataType) -> DataType {
    match data_type {
        DataType::CartesianPoint | DataType::CartesianShape => DataType::CartesianPoint,
        DataType::Null => DataType::Null,
        _ => DataType::GeoPoint,
    }
}

struct Centre {
    /// x, y, and the number of places.
    sums: [DoubleSums; 3],
    returns: DataType,
}

impl Accumulator for Centre {
    fn update(&mut self, _: &mut Context<'_>, groups: &[u32], group_count: usize, inputs: &[Column]) {
        for sums in &mut self.sums {
            sums.resize(group_count);
        }
        let [x, y, count] = &mut self.sums;
        each::<Strings>(&inputs[0], groups, |group, text| {
            let Ok(geometry) = Geometry::parse(text) else { return };
            geometry.each_place(&mut |place| {
                x.add(group, place.x);
                y.add(group, place.y);
                count.add(group, 1.0);
            });
        });
    }

    fn state(&mut self, group_count: usize) -> Vec<Column> {
        self.sums.iter_mut().flat_map(|sums| sums.state(group_count)).collect()
    }

    fn merge(&mut self, _: &mut Context<'_>, groups: &[u32], group_count: usize, state: &[Column]) {
        for (sums, state) in self.sums.iter_mut().zip(state.chunks_exact(3)) {
            sums.resize(group_count);
            sums.merge(groups, state);
        }
    }

    fn finish(&mut self, _: &mut Context<'_>, group_count: usize) -> Column {
        let sums = std::mem::take(&mut self.sums);
        column(self.returns, group_count, |group, out| {
            if let [Some(x), Some(y), Some(count)] = [0, 1, 2].map(|i| sums[i].get(group)) {
                out.push_str(&point_text(Place { x: x / count, y: y / count }));
            }
        })
    }

    fn memory_bytes(&self) -> usize {
        self.sums.iter().map(DoubleSums::memory_bytes).sum()
    }
}

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use super::*;
    use crate::aggregate::testing::{Aggregation, rows_of};

    #[test]
    fn parts_make_the_whole() {
        for data_type in [DataType::GeoPoint, DataType::CartesianPoint, DataType::Null] {
            let aggregation = Aggregation { name: "st_centroid_agg", types: &[data_type], constants: &[None] };
            let rows = rows_of(data_type);
            let [whole, parts] = [aggregation.whole(&[data_type], &rows, 5), aggregation.parts(&[data_type], &rows, 5)];
            for (a, b) in whole.0.iter().zip(&parts.0) {
                let place = |value: &Value| value.as_str().and_then(crate::wkt::parse_point);
                match (place(a), place(b)) {
                    (Some(a), Some(b)) => assert!((a.x - b.x).abs() + (a.y - b.y).abs() < 1e-9),
                    (a, b) => assert_eq!(a, b),
                }
            }
        }
    }
}

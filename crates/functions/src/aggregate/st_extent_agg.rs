use quarry_types::{Cells, Column, DataType, Doubles, Strings};

use super::state::{column, each, vec_bytes};
use crate::definition::accept::SPATIAL;
use crate::wkt::{Extent, Geometry};
use crate::{Accumulator, AggregateFunction, Context, Example, Parameter, Returns, Signature};

/// `ST_EXTENT_AGG`
pub(crate) static DEF: AggregateFunction = AggregateFunction {
    name: "st_extent_agg",
    aliases: &[],
    summary: "The rectangle around all points and shapes.",
    details: "Longitudes aren't wrapped around the date line. Null where there is no value.",
    parameters: &[Parameter { name: "field", description: "The points or shapes." }],
    signatures: &[Signature::new(&[SPATIAL], Returns::With(|types| shape_of(types[0])))],
    examples: &[Example {
        query: r#"ROW x = TO_GEOPOINT(["POINT (1 2)", "POINT (3 0)"]) | STATS x = ST_EXTENT_AGG(x)"#,
        result: "BBOX (1.0, 3.0, 2.0, 0.0)",
    }],
    inputs: 1,
    implicit: &[],
    build: |call| Ok(Box::new(Around { extents: Vec::new(), returns: call.returns })),
};

/// The type of a shape made from values of this type.
fn shape_of(data_type: DataType) -> DataType {
    match data_type {
        DataType::CartesianPoint | DataType::CartesianShape => DataType::CartesianShape,
        DataType::Null => DataType::Null,
        _ => DataType::GeoShape,
    }
}

struct Around {
    extents: Vec<Option<Extent>>,
    returns: DataType,
}

impl Around {
    fn add(&mut self, group: usize, extent: Extent) {
        let known = &mut self.extents[group];
        *known = Some(known.map_or(extent, |known| known.join(extent)));
    }
}

impl Accumulator for Around {
    fn update(&mut self, _: &mut Context<'_>, groups: &[u32], group_count: usize, inputs: &[Column]) {
        self.extents.resize(group_count, None);
        each::<Strings>(&inputs[0], groups, |group, text| {
            if let Some(extent) = Geometry::parse(text).ok().and_then(|geometry| geometry.extent()) {
                self.add(group, extent);
            }
        });
    }

    fn state(&mut self, group_count: usize) -> Vec<Column> {
        let extents = std::mem::take(&mut self.extents);
        let sides: [fn(&Extent) -> f64; 4] = [|e| e.min_x, |e| e.max_x, |e| e.min_y, |e| e.max_y];
        sides
            .map(|side| {
                column(DataType::Double, group_count, |group, out| {
                    if let Some(Some(extent)) = extents.get(group) {
                        out.push_f64(side(extent));
                    }
                })
            })
            .into()
    }

    fn merge(&mut self, _: &mut Context<'_>, groups: &[u32], group_count: usize, state: &[Column]) {
        self.extents.resize(group_count, None);
        let sides: Option<Vec<Cells<'_, Doubles>>> = state.iter().map(Column::cells).collect();
        let Some([a, b, c, d]) = sides.as_deref() else { return };
        for (row, group) in groups.iter().enumerate() {
            if let (Some(min_x), Some(max_x), Some(min_y), Some(max_y)) =
                (a.single(row), b.single(row), c.single(row), d.single(row))
            {
                self.add(*group as usize, Extent { min_x, max_x, min_y, max_y });
            }
        }
    }

    fn finish(&mut self, _: &mut Context<'_>, group_count: usize) -> Column {
        let extents = std::mem::take(&mut self.extents);
        column(self.returns, group_count, |group, out| {
            if let Some(Some(extent)) = extents.get(group) {
                out.push_str(&extent.to_string());
            }
        })
    }

    fn memory_bytes(&self) -> usize {
        vec_bytes(&self.extents)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aggregate::testing::{Aggregation, rows_of};

    #[test]
    fn parts_make_the_whole() {
        for data_type in SPATIAL.types().chain([DataType::Null]) {
            let aggregation = Aggregation { name: "st_extent_agg", types: &[data_type], constants: &[None] };
            aggregation.check_parts(&[data_type], &rows_of(data_type), 5);
        }
    }
}

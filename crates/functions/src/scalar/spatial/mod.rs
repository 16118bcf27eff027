//! Functions over places and shapes.

mod buffer;
mod convert;
mod grid;
mod overlay;
mod parts;
mod relate;
mod shapes;
mod simplify;
mod st_buffer;
mod st_contains;
mod st_difference;
mod st_dimension;
mod st_disjoint;
mod st_distance;
mod st_envelope;
mod st_geohash;
mod st_geohex;
mod st_geometrytype;
mod st_geotile;
mod st_intersection;
mod st_intersects;
mod st_isempty;
mod st_npoints;
mod st_simplify;
mod st_simplifypreservetopology;
mod st_symdifference;
mod st_union;
mod st_within;
mod st_x;
mod st_xmax;
mod st_xmin;
mod st_y;
mod st_ymax;
mod st_ymin;
mod to_cartesianpoint;
mod to_cartesianshape;
mod to_geohash;
mod to_geohex;
mod to_geopoint;
mod to_geoshape;
mod to_geotile;

use quarry_types::{DataType, Strings};

use crate::lift::each1_as;
use crate::{Kernel, ScalarFunction};

pub(super) use st_distance::{in_plane, on_earth};

/// The numbers of cells of a grid.
pub(super) fn numbers_of_cells(cells: DataType) -> Kernel {
    each1_as::<Strings, Option<i64>>(DataType::Long, move |name| (grid::of_type(cells)?.number)(name))
}

/// Every function of the chapter.
pub(super) static ALL: &[&ScalarFunction] = &[
    &st_buffer::DEF,
    &st_contains::DEF,
    &st_difference::DEF,
    &st_dimension::DEF,
    &st_disjoint::DEF,
    &st_distance::DEF,
    &st_envelope::DEF,
    &st_geohash::DEF,
    &st_geohex::DEF,
    &st_geometrytype::DEF,
    &st_geotile::DEF,
    &st_intersection::DEF,
    &st_intersects::DEF,
    &st_isempty::DEF,
    &st_npoints::DEF,
    &st_simplify::DEF,
    &st_simplifypreservetopology::DEF,
    &st_symdifference::DEF,
    &st_union::DEF,
    &st_within::DEF,
    &st_x::DEF,
    &st_xmax::DEF,
    &st_xmin::DEF,
    &st_y::DEF,
    &st_ymax::DEF,
    &st_ymin::DEF,
    &to_cartesianpoint::DEF,
    &to_cartesianshape::DEF,
    &to_geohash::DEF,
    &to_geohex::DEF,
    &to_geopoint::DEF,
    &to_geoshape::DEF,
    &to_geotile::DEF,
];

#[cfg(test)]
mod tests {
    use quarry_types::DataType;

    use crate::testing::call;

    #[test]
    fn parts_of_shapes_are_read() {
        let text = "POLYGON ((0 0, 4 0, 4 3, 0 0))";
        for (name, expected) in [
            ("st_xmax", "4.0"),
            ("st_xmin", "0.0"),
            ("st_ymax", "3.0"),
            ("st_ymin", "0.0"),
            ("st_npoints", "4"),
            ("st_dimension", "2"),
            ("st_isempty", "false"),
            ("st_geometrytype", "ST_Polygon"),
            ("st_envelope", "BBOX (0.0, 4.0, 3.0, 0.0)"),
        ] {
            assert_eq!(call(name, &[(DataType::GeoShape, text.into())]).unwrap().0.to_string(), expected, "{name}");
        }
        assert_eq!(call("st_y", &[(DataType::GeoPoint, "POINT (1 2)".into())]).unwrap().0.to_string(), "2.0");
        assert_eq!(call("st_envelope", &[(DataType::GeoShape, "POINT EMPTY".into())]).unwrap().1.len(), 1);
    }
}

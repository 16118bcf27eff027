use std::fmt;

/// An ES|QL type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum DataType {
    /// The type of an untyped null; compatible with every other.
    Null,
    /// `true` or `false`; false sorts first.
    Boolean,
    /// 32-bit signed.
    Integer,
    /// 64-bit signed.
    Long,
    /// 64-bit unsigned; never mixed with the other numbers.
    UnsignedLong,
    /// IEEE 754 double; evaluation never yields NaN or infinity.
    Double,
    /// A string compared byte by byte.
    Keyword,
    /// An analysed string; behaves as a keyword outside full-text search.
    Text,
    /// Milliseconds since the Unix epoch.
    Date,
    /// Nanoseconds since the Unix epoch.
    DateNanos,
    /// An IPv4 or IPv6 address.
    Ip,
    /// A version, ordered as versions are.
    Version,
    /// A place on Earth, as WKT.
    GeoPoint,
    /// A shape on Earth, as WKT.
    GeoShape,
    /// A point in a plane, as WKT.
    CartesianPoint,
    /// A shape in a plane, as WKT.
    CartesianShape,
    /// A span of dates, as text.
    DateRange,
    /// A span of numbers, as text.
    DoubleRange,
    /// A cell of the geohash grid, by its name.
    Geohash,
    /// A cell of the grid of map tiles, as `zoom/x/y`.
    Geotile,
    /// A cell of the H3 grid, by its name.
    Geohex,
    /// A document's JSON text, as METADATA `_source` gives it.
    Source,
    /// The JSON text of an object whose leaves are not mapped one by one.
    Flattened,
    /// A calendar span of time; only constants have it.
    DatePeriod,
    /// An exact span of time; only constants have it.
    TimeDuration,
    /// A field that can't be read: a type outside this list, or a conflict between indices.
    Unsupported,
}

/// How the elements of a column lie in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// `NullArray`
    Null,
    /// `BooleanArray`
    Boolean,
    /// `Int32Array`
    Int32,
    /// `Int64Array`
    Int64,
    /// `UInt64Array`
    UInt64,
    /// `Float64Array`
    Float64,
    /// `StringViewArray`
    Utf8View,
    /// `FixedSizeBinaryArray` of 16 bytes
    Binary16,
}

impl DataType {
    /// Every type, in declaration order.
    pub const ALL: [DataType; 26] = [
        DataType::Null,
        DataType::Boolean,
        DataType::Integer,
        DataType::Long,
        DataType::UnsignedLong,
        DataType::Double,
        DataType::Keyword,
        DataType::Text,
        DataType::Date,
        DataType::DateNanos,
        DataType::Ip,
        DataType::Version,
        DataType::GeoPoint,
        DataType::GeoShape,
        DataType::CartesianPoint,
        DataType::CartesianShape,
        DataType::DateRange,
        DataType::DoubleRange,
        DataType::Geohash,
        DataType::Geotile,
        DataType::Geohex,
        DataType::Source,
        DataType::Flattened,
        DataType::DatePeriod,
        DataType::TimeDuration,
        DataType::Unsupported,
    ];

    /// The name in responses and specifications: `date`, `keyword`...
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            DataType::Null => "null",
            DataType::Boolean => "boolean",
            DataType::Integer => "integer",
            DataType::Long => "long",
            DataType::UnsignedLong => "unsigned_long",
            DataType::Double => "double",
            DataType::Keyword => "keyword",
            DataType::Text => "text",
            DataType::Date => "date",
            DataType::DateNanos => "date_nanos",
            DataType::Ip => "ip",
            DataType::Version => "version",
            DataType::GeoPoint => "geo_point",
            DataType::GeoShape => "geo_shape",
            DataType::CartesianPoint => "cartesian_point",
            DataType::CartesianShape => "cartesian_shape",
            DataType::DateRange => "date_range",
            DataType::DoubleRange => "double_range",
            DataType::Geohash => "geohash",
            DataType::Geotile => "geotile",
            DataType::Geohex => "geohex",
            DataType::Source => "_source",
            DataType::Flattened => "flattened",
            DataType::DatePeriod => "date_period",
            DataType::TimeDuration => "time_duration",
            DataType::Unsupported => "unsupported",
        }
    }

    /// The name in messages, where `date` is called `datetime`.
    #[must_use]
    pub fn message_name(self) -> &'static str {
        match self {
            DataType::Date => "datetime",
            other => other.name(),
        }
    }

    /// The type that a name after `::` stands for. Case doesn't matter.
    #[must_use]
    pub fn from_cast_name(name: &str) -> Option<DataType> {
        Some(match name.to_ascii_lowercase().as_str() {
            "bool" | "boolean" => DataType::Boolean,
            "int" | "integer" => DataType::Integer,
            "long" => DataType::Long,
            "unsigned_long" | "ul" | "ulong" => DataType::UnsignedLong,
            "double" => DataType::Double,
            "string" | "keyword" => DataType::Keyword,
            "date" | "datetime" => DataType::Date,
            "date_nanos" => DataType::DateNanos,
            "date_period" => DataType::DatePeriod,
            "time_duration" => DataType::TimeDuration,
            "ip" => DataType::Ip,
            "version" => DataType::Version,
            "geo_point" => DataType::GeoPoint,
            "geo_shape" => DataType::GeoShape,
            "cartesian_point" => DataType::CartesianPoint,
            "cartesian_shape" => DataType::CartesianShape,
            "date_range" => DataType::DateRange,
            "double_range" => DataType::DoubleRange,
            "geohash" => DataType::Geohash,
            "geotile" => DataType::Geotile,
            "geohex" => DataType::Geohex,
            _ => return None,
        })
    }

    /// The type that a field of this Elasticsearch mapping type is read as; `None` where ES|QL can't read it.
    #[must_use]
    pub fn from_mapping_type(name: &str) -> Option<DataType> {
        Some(match name {
            "boolean" => DataType::Boolean,
            "byte" | "short" | "integer" => DataType::Integer,
            "long" => DataType::Long,
            "unsigned_long" => DataType::UnsignedLong,
            "half_float" | "float" | "double" | "scaled_float" => DataType::Double,
            "keyword" | "constant_keyword" | "wildcard" => DataType::Keyword,
            "text" | "match_only_text" | "semantic_text" | "annotated_text" => DataType::Text,
            "date" => DataType::Date,
            "date_nanos" => DataType::DateNanos,
            "ip" => DataType::Ip,
            "version" => DataType::Version,
            "geo_point" => DataType::GeoPoint,
            "geo_shape" => DataType::GeoShape,
            "point" | "cartesian_point" => DataType::CartesianPoint,
            "shape" | "cartesian_shape" => DataType::CartesianShape,
            "flattened" => DataType::Flattened,
            "date_range" => DataType::DateRange,
            "double_range" => DataType::DoubleRange,
            _ => return None,
        })
    }

    /// How elements of this type lie in memory.
    #[must_use]
    pub fn layout(self) -> Layout {
        match self {
            DataType::Null | DataType::Unsupported | DataType::DatePeriod | DataType::TimeDuration => Layout::Null,
            DataType::Boolean => Layout::Boolean,
            DataType::Integer => Layout::Int32,
            DataType::Long | DataType::Date | DataType::DateNanos => Layout::Int64,
            DataType::UnsignedLong => Layout::UInt64,
            DataType::Double => Layout::Float64,
            DataType::Ip => Layout::Binary16,
            _ => Layout::Utf8View,
        }
    }

    /// Whether it is one of the four number types.
    #[must_use]
    pub fn is_numeric(self) -> bool {
        matches!(self, DataType::Integer | DataType::Long | DataType::UnsignedLong | DataType::Double)
    }

    /// Whether it is keyword or text.
    #[must_use]
    pub fn is_string(self) -> bool {
        matches!(self, DataType::Keyword | DataType::Text)
    }

    /// Whether it is date or date_nanos.
    #[must_use]
    pub fn is_date(self) -> bool {
        matches!(self, DataType::Date | DataType::DateNanos)
    }

    /// Whether it is a span of time.
    #[must_use]
    pub fn is_span(self) -> bool {
        matches!(self, DataType::DatePeriod | DataType::TimeDuration)
    }

    /// Whether it is a point or shape.
    #[must_use]
    pub fn is_spatial(self) -> bool {
        matches!(self, DataType::GeoPoint | DataType::GeoShape | DataType::CartesianPoint | DataType::CartesianShape)
    }

    /// Whether it is a span of dates or numbers that columns hold.
    #[must_use]
    pub fn is_range(self) -> bool {
        matches!(self, DataType::DateRange | DataType::DoubleRange)
    }

    /// Whether it is a cell of a grid over Earth.
    #[must_use]
    pub fn is_grid(self) -> bool {
        matches!(self, DataType::Geohash | DataType::Geotile | DataType::Geohex)
    }

    /// The type of a function's result where this is the type of its argument: text becomes keyword.
    #[must_use]
    pub fn without_text(self) -> DataType {
        if self == DataType::Text { DataType::Keyword } else { self }
    }

    /// The number type that both numbers widen to: double over long over integer. unsigned_long only joins itself.
    #[must_use]
    pub fn widest(self, other: DataType) -> Option<DataType> {
        use DataType::{Double, Integer, Long, UnsignedLong};
        Some(match (self, other) {
            (a, b) if a == b && a.is_numeric() => a,
            (UnsignedLong, _) | (_, UnsignedLong) => return None,
            (Double, b) if b.is_numeric() => Double,
            (a, Double) if a.is_numeric() => Double,
            (Long, Integer) | (Integer, Long) => Long,
            _ => return None,
        })
    }

    /// The type that values of both types have in common in CASE, COALESCE, unions and comparisons: equal types,
    /// null with anything, text with keyword, numbers by [`DataType::widest`], date with date_nanos.
    #[must_use]
    pub fn common(self, other: DataType) -> Option<DataType> {
        match (self, other) {
            (a, b) if a == b => Some(a),
            (DataType::Null, b) => Some(b),
            (a, DataType::Null) => Some(a),
            (a, b) if a.is_string() && b.is_string() => Some(DataType::Keyword),
            (a, b) if a.is_date() && b.is_date() => Some(DataType::DateNanos),
            (a, b) => a.widest(b),
        }
    }
}

impl fmt::Display for DataType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

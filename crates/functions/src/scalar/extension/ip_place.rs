use quarry_types::{Column, DataType, Value};

use crate::definition::accept::{IP, STRING};
use crate::extract::Extractor;
use crate::extract::ip_location::{DEFAULT_DATABASE, IpLocation};
use crate::lift::build_rows;
use crate::{BuildError, Call, Category, Evaluation, Example, Kernel, Parameter, Returns, ScalarFunction, Signature};

/// `IP_PLACE`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "ip_place",
    aliases: &[],
    category: Category::Extension,
    summary: "What a database in MaxMind's format says of an address, as text.",
    details: "The databases GeoLite2-City.mmdb and, for asn and organization_name, GeoLite2-ASN.mmdb are looked for in \
              the folder that the environment variable QUARRY_GEOIP_DIR names. Without them the answer is null.",
    parameters: &[
        Parameter { name: "ip", description: "The address." },
        Parameter { name: "property", description: "A property of IP_LOCATION, constant." },
    ],
    signatures: &[Signature::new(&[IP, STRING], Returns::Always(DataType::Keyword))],
    examples: &[Example { query: r#"ROW x = IP_PLACE("127.0.0.1"::ip, "city_name")"#, result: "null" }],
    evaluation: Evaluation::Kernel(build),
};

/// What autonomous systems are looked up in.
const SYSTEMS: &str = "GeoLite2-ASN.mmdb";

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    let failed = |why: String| BuildError(format!("[{}] {why}", call.source));
    let property = call.constant_str(1).ok_or_else(|| failed("needs a constant property".to_owned()))?;
    let file = if matches!(property, "asn" | "organization_name") { SYSTEMS } else { DEFAULT_DATABASE };
    let Some(location) = IpLocation::of_environment(file, property) else {
        return Ok(Box::new(|context, _| Column::nulls(DataType::Keyword, context.rows)));
    };
    let location = location.map_err(failed)?;
    Ok(Box::new(move |context, columns| {
        let found = location.extract(context, &columns[0], &[true]);
        build_rows(context, DataType::Keyword, columns, |row, out| {
            match found.first().map(|column| column.value(row)) {
                None | Some(Value::Null) => {}
                Some(value) => out.push_str(&value.to_string()),
            }
            Ok(())
        })
    }))
}

use super::{Found, Kind};
use crate::frame::{member, next_member};
use crate::json::{skip_value, space};

/// A point as WKT: from `{"lat":..,"lon":..}`, `"lat,lon"`, `"POINT (..)"` or the two numbers of `[lon, lat]`.
pub(crate) fn geo_point(found: &[Found], record: &str) -> Option<String> {
    let raw = |found: &Found| record.get(found.start as usize..found.end as usize);
    match found {
        [one] if one.kind == Kind::Plain => {
            let text = raw(one)?.trim();
            if text.get(..5).is_some_and(|word| word.eq_ignore_ascii_case("point")) {
                return Some(text.to_owned());
            }
            let (lat, lon) = text.split_once(',')?;
            point(lon, lat)
        }
        [one] if one.kind == Kind::Json => {
            let bytes = raw(one)?.as_bytes();
            let (mut lat, mut lon) = (None, None);
            let mut at = space(bytes, 1);
            while let Ok(Some((key, value))) = member(bytes, at) {
                let end = skip_value(bytes, value, 10).ok()?;
                let text = std::str::from_utf8(&bytes[value..end]).ok()?.trim_matches('"');
                match key {
                    b"lat" => lat = Some(text),
                    b"lon" => lon = Some(text),
                    _ => {}
                }
                at = next_member(bytes, end).ok()?;
            }
            point(lon?, lat?)
        }
        [lon, lat] if lon.kind == Kind::Number && lat.kind == Kind::Number => point(raw(lon)?, raw(lat)?),
        _ => None,
    }
}

fn point(lon: &str, lat: &str) -> Option<String> {
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|n| n.is_finite());
    let (lon, lat) = (number(lon)?, number(lat)?);
    let whole = |n: f64| if n == n.trunc() && n.abs() < 1e15 { format!("{n:.1}") } else { n.to_string() };
    Some(format!("POINT ({} {})", whole(lon), whole(lat)))
}

//! Elasticsearch's named formats.

use super::{Alternative, Item, compile};

/// The format of that name, `strict_` or not.
pub(super) fn find(name: &str) -> Option<Alternative> {
    match name {
        "epoch_millis" => return Some(Alternative::EpochMillis),
        "epoch_second" => return Some(Alternative::EpochSecond),
        "strict_date_optional_time" | "date_optional_time" | "strict_date_optional_time_nanos" | "iso8601" => {
            return Some(Alternative::Iso);
        }
        _ => {}
    }
    let pattern = match name.strip_prefix("strict_").unwrap_or(name) {
        "basic_date" => "yyyyMMdd",
        "basic_date_time" => "yyyyMMdd'T'HHmmss.~@",
        "basic_date_time_no_millis" => "yyyyMMdd'T'HHmmss@",
        "basic_ordinal_date" => "yyyyDDD",
        "basic_ordinal_date_time" => "yyyyDDD'T'HHmmss.~@",
        "basic_ordinal_date_time_no_millis" => "yyyyDDD'T'HHmmss@",
        "basic_time" => "HHmmss.~@",
        "basic_time_no_millis" => "HHmmss@",
        "basic_t_time" => "'T'HHmmss.~@",
        "basic_t_time_no_millis" => "'T'HHmmss@",
        "date" | "year_month_day" => "yyyy-MM-dd",
        "date_hour" => "yyyy-MM-dd'T'HH",
        "date_hour_minute" => "yyyy-MM-dd'T'HH:mm",
        "date_hour_minute_second" => "yyyy-MM-dd'T'HH:mm:ss",
        "date_hour_minute_second_fraction" | "date_hour_minute_second_millis" => "yyyy-MM-dd'T'HH:mm:ss.~",
        "date_time" => "yyyy-MM-dd'T'HH:mm:ss.~@",
        "date_time_no_millis" => "yyyy-MM-dd'T'HH:mm:ss@",
        "hour" => "HH",
        "hour_minute" => "HH:mm",
        "hour_minute_second" => "HH:mm:ss",
        "hour_minute_second_fraction" | "hour_minute_second_millis" => "HH:mm:ss.~",
        "ordinal_date" => "yyyy-DDD",
        "ordinal_date_time" => "yyyy-DDD'T'HH:mm:ss.~@",
        "ordinal_date_time_no_millis" => "yyyy-DDD'T'HH:mm:ss@",
        "time" => "HH:mm:ss.~@",
        "time_no_millis" => "HH:mm:ss@",
        "t_time" => "'T'HH:mm:ss.~@",
        "t_time_no_millis" => "'T'HH:mm:ss@",
        "year" => "yyyy",
        "year_month" => "yyyy-MM",
        "rfc1123" | "RFC1123" => "EEE, d MMM yyyy HH:mm:ss 'GMT'",
        _ => return None,
    };
    compile(pattern).ok().map(|items| Alternative::Items(items.into_iter().flat_map(special).collect()))
}

/// What `strict_date_optional_time` prints.
pub(super) fn iso_items() -> Vec<Item> {
    compile("yyyy-MM-dd'T'HH:mm:ss.~@").unwrap_or_default().into_iter().flat_map(special).collect()
}

/// Takes the signs for a fraction (`~`) and an offset (`@`) of the table above out of literals.
fn special(item: Item) -> Vec<Item> {
    let Item::Literal(text) = item else { return vec![item] };
    let mut items = Vec::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find(['~', '@']) {
        if at > 0 {
            items.push(Item::Literal(rest[..at].to_owned()));
        }
        items.push(if rest[at..].starts_with('~') { Item::Fraction } else { Item::Offset });
        rest = &rest[at + 1..];
    }
    if !rest.is_empty() {
        items.push(Item::Literal(rest.to_owned()));
    }
    items
}

//! How a function is called, in one line.

use crate::{Parameter, Signature};

/// The functions whose first parameter is the one that may be left out.
const LEADING: [&str; 2] = ["date_format", "date_parse"];

/// The functions whose last parameter is `@timestamp`, which isn't written.
const IMPLICIT: [&str; 1] = ["tbucket"];

/// `BUCKET(field, buckets[, from, to])`: the parameters by name, those in brackets that may be left out, `...` after
/// one that may be repeated.
///
/// ```
/// use quarry_functions::registry::{Function, find};
/// let Some(Function::Scalar(substring)) = find("substring") else { panic!() };
/// let usage = quarry_functions::usage(substring.name, substring.parameters, substring.signatures);
/// assert_eq!(usage, "SUBSTRING(string, start[, length])");
/// ```
#[must_use]
pub fn usage(name: &str, parameters: &[Parameter], signatures: &[Signature]) -> String {
    let implicit = usize::from(IMPLICIT.contains(&name));
    let parameters = &parameters[..parameters.len() - implicit];
    let least = signatures.iter().map(|s| s.parameters.len() - s.optional - implicit).min().unwrap_or(0);
    let least = least.min(parameters.len());
    let repeats = signatures.iter().any(|signature| signature.variadic);
    let mut names: Vec<String> = parameters.iter().map(|parameter| parameter.name.to_owned()).collect();
    if let (true, Some(last)) = (repeats, names.last_mut()) {
        last.push_str("...");
    }
    let leads = LEADING.contains(&name);
    let name = name.to_uppercase();
    if least == names.len() {
        return format!("{name}({})", names.join(", "));
    }
    if leads {
        let (left_out, required) = names.split_at(names.len() - least);
        return format!("{name}([{}, ]{})", left_out.join(", "), required.join(", "));
    }
    let (required, left_out) = names.split_at(least);
    let comma = if required.is_empty() { "" } else { ", " };
    format!("{name}({}[{comma}{}])", required.join(", "), left_out.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::{self, Function};

    fn of(name: &str) -> String {
        match registry::find(name).unwrap() {
            Function::Scalar(f) => usage(f.name, f.parameters, f.signatures),
            Function::Aggregate(f) => usage(f.name, f.parameters, f.signatures),
            Function::Grouping(f) => usage(f.name, f.parameters, f.signatures),
        }
    }

    #[test]
    fn what_may_be_left_out_or_repeated_is_marked() {
        assert_eq!(of("now"), "NOW()");
        assert_eq!(of("bucket"), "BUCKET(field, buckets[, from, to])");
        assert_eq!(of("tbucket"), "TBUCKET(buckets[, from, to])");
        assert_eq!(of("cidr_match"), "CIDR_MATCH(ip, blockX...)");
        assert_eq!(of("date_format"), "DATE_FORMAT([dateFormat, ]date)");
        assert_eq!(of("count"), "COUNT([field])");
    }
}

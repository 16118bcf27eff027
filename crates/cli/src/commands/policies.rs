//! Enrich policies from a file, in the form of Elasticsearch's API.

use std::fs;

use quarry::{EnrichPolicy, PolicyKind};
use serde_json::Value;

/// Reads the policies of all files.
///
/// # Errors
/// A message for the user.
pub(super) fn read(paths: &[String]) -> Result<Vec<(String, EnrichPolicy)>, String> {
    let mut policies = Vec::new();
    for path in paths {
        let text = fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
        let json: Value = serde_json::from_str(&text).map_err(|error| format!("{path}: {error}"))?;
        let Some(named) = json.as_object() else { return Err(format!("{path}: an object of policies is expected")) };
        for (name, definition) in named {
            let policy = policy(definition).ok_or_else(|| {
                format!("{path}: the policy [{name}] needs match, range or geo_match with indices, match_field and enrich_fields")
            })?;
            policies.push((name.clone(), policy));
        }
    }
    Ok(policies)
}

fn policy(definition: &Value) -> Option<EnrichPolicy> {
    let kinds = [("match", PolicyKind::Match), ("range", PolicyKind::Range), ("geo_match", PolicyKind::GeoMatch)];
    let (body, kind) = kinds.into_iter().find_map(|(key, kind)| Some((definition.get(key)?, kind)))?;
    let strings = |value: &Value| -> Option<Vec<String>> {
        match value {
            Value::String(one) => Some(vec![one.clone()]),
            Value::Array(several) => several.iter().map(|v| v.as_str().map(str::to_owned)).collect(),
            _ => None,
        }
    };
    Some(EnrichPolicy {
        kind,
        index: strings(body.get("indices")?)?.join(","),
        match_field: body.get("match_field")?.as_str()?.to_owned(),
        fields: strings(body.get("enrich_fields")?)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_read_in_the_form_of_the_api() {
        let json = serde_json::json!({"match": {"indices": "hosts", "match_field": "ip", "enrich_fields": ["zone"]}});
        let read = policy(&json).unwrap();
        assert_eq!((read.index.as_str(), read.match_field.as_str(), read.fields), ("hosts", "ip", vec!["zone".into()]));
        assert!(policy(&serde_json::json!({"match": {}})).is_none());
    }
}

//! `kibana.alert.reason`: an alert in one sentence.

use serde_json::{Map, Value};

use crate::overrides::{elements, text};

/// The sentence for an alert with the fields `source`: what kind of event, with what, by whom, where, and which alert.
pub(crate) fn reason(source: &Map<String, Value>, severity: &str, name: &str) -> String {
    let field = |name: &str| source.get(name).and_then(|value| elements(value).first()).map(text);
    let category = source.get("event.category").map(|value| {
        let all: Vec<String> = elements(value).iter().map(text).collect();
        all.join(", ")
    });
    let mut sentence = match category {
        Some(category) if !category.is_empty() => format!("{category} event"),
        _ => "event".to_owned(),
    };
    let address = |side: &str| {
        let address = field(&format!("{side}.address")).or_else(|| field(&format!("{side}.ip")))?;
        Some(match field(&format!("{side}.port")) {
            Some(port) => format!("{side} {address}:{port}"),
            None => format!("{side} {address}"),
        })
    };
    let parts: Vec<String> = [
        field("process.name").map(|name| format!("process {name}")),
        field("process.parent.name").map(|name| format!("parent process {name}")),
        field("file.name").map(|name| format!("file {name}")),
        address("source"),
        address("destination"),
    ]
    .into_iter()
    .flatten()
    .collect();
    if !parts.is_empty() {
        sentence.push_str(&format!(" with {},", parts.join(", ")));
    }
    if let Some(user) = field("user.name") {
        sentence.push_str(&format!(" by {user}"));
    }
    if let Some(host) = field("host.name") {
        sentence.push_str(&format!(" on {host}"));
    }
    format!("{sentence} created {severity} alert {name}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_says_what_is_known() {
        let of = |source: Value| reason(&source.as_object().cloned().unwrap_or_default(), "high", "R");
        assert_eq!(of(serde_json::json!({})), "event created high alert R.");
        assert_eq!(
            of(serde_json::json!({
                "event.category": ["network"], "process.name": "curl", "source.ip": "10.0.0.1", "source.port": 80,
                "user.name": "eve", "host.name": "h"})),
            "network event with process curl, source 10.0.0.1:80, by eve on h created high alert R."
        );
    }
}

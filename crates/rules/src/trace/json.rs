//! A trace for machines.

use quarry::diagnostics::{LineIndex, Span};
use serde_json::{Map, Value, json};

use super::{Cell, Condition, Outcome, Stage, Stopped, Trace, Truth};

impl Trace {
    /// The trace as JSON. `query` is the text that it was made of; places are lines and columns from 1.
    #[must_use]
    pub fn to_json(&self, query: &str) -> Value {
        let lines = LineIndex::new(query);
        let outcome = match &self.outcome {
            Outcome::Rows(rows) => json!({ "kind": "alerts", "rows": rows }),
            Outcome::Dropped { stage } => json!({ "kind": "dropped", "at": place(*stage, &lines) }),
            Outcome::TooFew { stage } => json!({ "kind": "too_few", "at": place(*stage, &lines) }),
            Outcome::NotRead => json!({ "kind": "not_read" }),
        };
        json!({
            "alerts": matches!(self.outcome, Outcome::Rows(rows) if rows > 0),
            "outcome": outcome,
            "closing": self.closing,
            "notes": self.notes,
            "stages": self.stages.iter().map(|one| stage(one, query, &lines)).collect::<Vec<_>>(),
        })
    }
}

fn stage(stage: &Stage, query: &str, lines: &LineIndex<'_>) -> Value {
    let mut out = Map::new();
    out.insert("command".into(), stage.keyword.clone().into());
    out.insert("text".into(), stage.span.text(query).into());
    out.insert("at".into(), place(stage.span, lines));
    out.insert("rows_in".into(), stage.rows_in.into());
    out.insert("rows_out".into(), stage.rows_out.into());
    out.insert("reads".into(), cells(&stage.reads));
    out.insert("changes".into(), cells(&stage.changes));
    let mut put = |name: &str, values: Vec<Value>| {
        if !values.is_empty() {
            out.insert(name.into(), values.into());
        }
    };
    put("conditions", stage.conditions.iter().map(|one| condition(one, query, lines)).collect());
    put("stopped", stage.stopped.iter().map(|one| stopped(one, lines)).collect());
    put(
        "groups",
        stage
            .groups
            .iter()
            .map(|group| json!({ "key": cells(&group.key), "aggregates": cells(&group.aggregates) }))
            .collect(),
    );
    put("notes", stage.notes.iter().map(|note| note.clone().into()).collect());
    put(
        "branches",
        stage.branches.iter().map(|branch| branch.iter().map(|one| self::stage(one, query, lines)).collect()).collect(),
    );
    Value::Object(out)
}

fn condition(condition: &Condition, query: &str, lines: &LineIndex<'_>) -> Value {
    let mut out = Map::new();
    out.insert("text".into(), condition.span.text(query).into());
    out.insert("at".into(), place(condition.span, lines));
    let truth = match condition.truth {
        Truth::True => Value::Bool(true),
        Truth::False => Value::Bool(false),
        Truth::Null => Value::Null,
        Truth::Unknown => "unknown".into(),
    };
    out.insert("is".into(), truth);
    if !condition.why.is_empty() {
        out.insert("why".into(), condition.why.clone().into());
    }
    if !condition.hints.is_empty() {
        out.insert("hints".into(), condition.hints.clone().into());
    }
    let operands =
        condition.operands.iter().map(|operand| (operand.text.clone(), operand.value.to_json(operand.data_type)));
    out.insert("values".into(), Value::Object(operands.collect()));
    if !condition.parts.is_empty() {
        out.insert("parts".into(), condition.parts.iter().map(|part| self::condition(part, query, lines)).collect());
    }
    Value::Object(out)
}

fn stopped(stopped: &Stopped, lines: &LineIndex<'_>) -> Value {
    json!({
        "at": place(stopped.pattern, lines),
        "input": stopped.input,
        "matched": stopped.matched,
        "wanted": stopped.wanted,
        "offset": stopped.offset,
    })
}

fn cells(cells: &[Cell]) -> Value {
    Value::Object(cells.iter().map(|cell| (cell.name.clone(), cell.value.to_json(cell.data_type))).collect())
}

fn place(span: Span, lines: &LineIndex<'_>) -> Value {
    let start = lines.position(span.start);
    json!({ "line": start.line, "column": start.column })
}

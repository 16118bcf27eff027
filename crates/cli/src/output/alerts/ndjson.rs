use std::io::{self, Write};

use quarry_rules::{Alert, Rule};

use super::AlertWriter;

/// One alert document a line, as it comes.
pub(crate) struct Ndjson;

impl AlertWriter for Ndjson {
    fn alert(&mut self, out: &mut dyn Write, _rule: &Rule, alert: Alert) -> io::Result<()> {
        serde_json::to_writer(&mut *out, &alert.document)?;
        out.write_all(b"\n")
    }
}

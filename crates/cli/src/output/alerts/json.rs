use std::io::{self, Write};

use quarry_rules::{Alert, Rule};

use super::AlertWriter;

/// One array of alert documents, written as they come.
#[derive(Default)]
pub(crate) struct Json {
    any: bool,
}

impl AlertWriter for Json {
    fn begin(&mut self, out: &mut dyn Write, _rules: &[Rule]) -> io::Result<()> {
        out.write_all(b"[")
    }

    fn alert(&mut self, out: &mut dyn Write, _rule: &Rule, alert: Alert) -> io::Result<()> {
        out.write_all(if std::mem::replace(&mut self.any, true) { b",\n" } else { b"\n" })?;
        Ok(serde_json::to_writer(out, &alert.document)?)
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(if self.any { b"\n]\n" } else { b"]\n" })
    }
}

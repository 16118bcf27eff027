use std::ops::ControlFlow;

use proptest::prelude::*;

use super::*;
use crate::json::skip_value;

/// Keeps the records and the faults.
#[derive(Default)]
struct Keep {
    records: Vec<(String, u64, u64)>,
    faults: Vec<(u64, String)>,
}

impl Sink for Keep {
    fn parse(&mut self, bytes: &[u8], _offset: u64) -> Result<usize, Fail> {
        if bytes.first() != Some(&b'{') {
            return Err(Fail::bad(0, "not a JSON object"));
        }
        skip_value(bytes, 0, 100)
    }

    fn commit(&mut self, bytes: &[u8], place: Place<'_>) -> ControlFlow<()> {
        let text = String::from_utf8_lossy(bytes).split_whitespace().collect();
        self.records.push((text, place.line(), place.offset));
        ControlFlow::Continue(())
    }

    fn malformed(&mut self, place: Place<'_>, why: &str) -> ControlFlow<()> {
        self.faults.push((place.line(), why.to_owned()));
        ControlFlow::Continue(())
    }
}

const LIMITS: Limits = Limits { record_bytes: 1000, depth: 100 };

/// Gives a few bytes at a time.
struct Drip<'a>(&'a [u8], usize);

impl std::io::Read for Drip<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.1.min(self.0.len()).min(buffer.len());
        buffer[..n].copy_from_slice(&self.0[..n]);
        self.0 = &self.0[n..];
        Ok(n)
    }
}

fn read_in_steps(bytes: &[u8], step: usize) -> Keep {
    let mut keep = Keep::default();
    let mut window = Window::new(Box::new(Drip(bytes, step)), Vec::new(), 64);
    let _ = match layout(bytes, true, 100) {
        Layout::Lines => lines(&mut window, &mut keep, &LIMITS, None),
        Layout::Values => values(&mut window, &mut keep, &LIMITS),
    };
    keep
}

fn read(text: &str) -> (Vec<String>, Vec<(u64, String)>) {
    let whole = read_in_steps(text.as_bytes(), usize::MAX);
    for step in [1, 7] {
        let slow = read_in_steps(text.as_bytes(), step);
        assert_eq!(slow.records, whole.records, "{text}");
        assert_eq!(slow.faults, whole.faults, "{text}");
    }
    for (record, line, offset) in &whole.records {
        let rest = &text[*offset as usize..];
        assert!(rest.split_whitespace().collect::<String>().starts_with(record.as_str()), "{text}: {offset}");
        assert_eq!(1 + text[..*offset as usize].matches('\n').count() as u64, *line, "{text}");
    }
    (whole.records.into_iter().map(|(record, ..)| record).collect(), whole.faults)
}

#[test]
fn every_shape_gives_its_records() {
    for text in [
        "{\"a\":1}\n{\"a\":2}\n",
        "\u{FEFF}{\"a\":1}\r\n\r\n  {\"a\":2}",
        "{\"a\":1} {\"a\":2}",
        "{\n  \"a\": 1\n}\n{\n  \"a\": 2\n}\n",
        "{\n\"a\":1},{\"a\":2}",
        "[{\"a\":1},{\"a\":2}]",
        "[{\"a\":1}]\n[{\"a\":2}]",
        "[\n  {\n\"a\":1\n},\n{\"a\":2}\n]\n",
        "[\n{\"a\":1},\n{\"a\":2}\n]\n",
        "{\"Records\":[{\"a\":1},{\"a\":2}]}",
        "{\"Records\":[{\"a\":1}]}\n{\"Records\":[{\"a\":2}]}\n",
        "{\"v\":{\"x\":[]},\n\"Records\": [ {\"a\":1},\n{\"a\":2} ], \"after\": [1]}\n",
        "{\"Records\":[]}\n{\"Records\":[{\"a\":1},{\"a\":2}],\"z\":1}",
        "{\"took\":1,\"hits\":{\"total\":{\"value\":2},\"hits\":[{\"a\":1},{\"a\":2}]},\"x\":{}}",
        "{\"a\":1}\n{\"Records\":[{\"a\":2}]}",
    ] {
        let (records, faults) = read(text);
        assert_eq!(records, ["{\"a\":1}", "{\"a\":2}"], "{text}");
        assert!(faults.is_empty(), "{text}: {faults:?}");
    }
    for text in ["", "\n \n", "[]", "{\"Records\":[]}", "\u{FEFF}"] {
        assert_eq!(read(text), (vec![], vec![]), "{text}");
    }
}

#[test]
fn a_fault_costs_only_itself() {
    for (text, faults) in [
        ("{\"a\":1}\n{\"a\":\n{\"a\":2}", 1),
        ("{\"a\":tru}\n{\"a\":1}\n{\"a\":2}", 1),
        ("{\"a\":1}\nnot json\n{\"a\":2}", 1),
        ("{\"a\":1}\n12\n[3,{\"a\":2}]", 2),
        ("{\"a\":1}\n{\"a\":1} x\n{\"a\":2}", 1),
        ("{\"a\":1}\n{\"b\":\"x\n{\"a\":2}", 1),
        ("[{\"a\":1},3,\"x\",[{\"a\":0}],{\"a\":2}]", 3),
        ("[{\"a\":1},{\"a\":tru},{\"a\":2}]", 1),
        ("[{\"a\":1},{\"a\":0,{\"a\":2}]", 1),
        ("{\"Records\":[{\"a\":1},{\"a\":]},{\"a\":2}]}", 1),
        ("{\"Records\":[{\"a\":1},{\"b\n{\"Records\":[{\"a\":2}]}", 1),
        ("{\n \"a\": 1\n}\n{\n \"a\": \n}\n{\n \"a\": 2\n}", 1),
        ("{\n \"a\": 1\n}\n{\n \"a\": \"x\n}\n{\n \"a\": 2\n}", 1),
        ("{\n \"a\": 1\n}\n{\n \"a\": 2\n}\n{\n \"a\": ", 1),
        ("{\"Records\":[{\"a\":1},{\"a\":2},{\"a\":", 1),
    ] {
        let (records, found) = read(text);
        assert_eq!(records, ["{\"a\":1}", "{\"a\":2}"], "{text}: {found:?}");
        assert_eq!(found.len(), faults, "{text}: {found:?}");
    }
}

#[test]
fn a_record_that_is_too_long_is_passed_over() {
    let long = format!("{{\"a\":\"{}\"}}", "x{".repeat(5000));
    for text in [
        format!("{{\"a\":1}}\n{long}\n{{\"a\":2}}\n"),
        format!("[{{\"a\":1}},{long},{{\"a\":2}}]"),
        format!("{{\"Records\":[{{\"a\":1}},{long},{{\"a\":2}}]}}"),
        format!("{{\n\"a\":1}}\n{long}\n{{\"a\":2}}\n"),
    ] {
        let (records, faults) = read(&text);
        assert_eq!(records, ["{\"a\":1}", "{\"a\":2}"], "{}", &text[..60]);
        assert_eq!(faults.len(), 1);
        assert!(faults[0].1.contains("longer than"), "{faults:?}");
    }
}

#[test]
fn deep_records_are_passed_over() {
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000));
    let limits = Limits { record_bytes: 1 << 20, depth: 100 };
    for text in [format!("{{\"a\":1}}\n{deep}\n{{\"a\":2}}\n"), format!("[{{\"a\":1}},{deep},{{\"a\":2}}]")] {
        let mut keep = Keep::default();
        let mut window = Window::over(text.clone().into_bytes());
        let _ = match layout(text.as_bytes(), true, 100) {
            Layout::Lines => lines(&mut window, &mut keep, &limits, None),
            Layout::Values => values(&mut window, &mut keep, &limits),
        };
        assert_eq!(keep.records.len(), 2);
        assert_eq!(keep.faults.len(), 1, "{:?}", keep.faults);
        assert!(keep.faults[0].1.contains("nested too deeply"));
    }
}

proptest! {
    #[test]
    fn any_bytes_end(bytes in proptest::collection::vec(any::<u8>(), 0..300), step in 1_usize..50) {
        read_in_steps(&bytes, step);
    }

    #[test]
    fn anything_like_json_ends(text in "[\\[\\]{},:\"a1\\\\ \n]{0,200}", step in 1_usize..50) {
        read_in_steps(text.as_bytes(), step);
    }

    #[test]
    fn records_around_a_broken_line_are_read(broken in "[^\n]{0,40}") {
        let text = format!("{{\"a\":1}}\n{broken}\n{{\"a\":2}}\n");
        let records = read_in_steps(text.as_bytes(), usize::MAX).records;
        prop_assert_eq!(records.first().map(|r| r.0.as_str()), Some("{\"a\":1}"));
        prop_assert_eq!(records.last().map(|r| r.0.as_str()), Some("{\"a\":2}"));
    }
}

//! Records that are given as text, read as those of a group are.

use std::ops::ControlFlow;
use std::sync::Arc;

use quarry_plan::scan::{Account, Field, Reader, ScanRequest, Split, Table};
use quarry_types::Batch;

use super::fields;
use super::sink::{InputState, ScanSink};
use super::split::LineBase;
use crate::catalog::Group;
use crate::frame::{Window, values};

/// JSON objects, one after the other.
#[derive(Clone, Debug)]
pub(crate) struct RecordTable {
    group: Arc<Group>,
    text: Arc<str>,
}

impl RecordTable {
    pub(crate) fn new(group: Arc<Group>, records: &[&str]) -> Self {
        Self { group, text: records.join("\n").into() }
    }
}

impl Table for RecordTable {
    fn fields(&self) -> Vec<Field> {
        fields::all(&self.group)
    }

    fn field(&self, name: &str) -> Option<Field> {
        fields::one(&self.group, name).map(|data_type| Field::new(name, data_type))
    }

    fn document_field(&self, name: &str) -> Option<Field> {
        fields::of_document(&self.group, name).map(|data_type| Field::new(name, data_type))
    }

    fn splits(&self, _request: &ScanRequest) -> Vec<Arc<dyn Split>> {
        vec![Arc::new(self.clone())]
    }
}

impl Split for RecordTable {
    fn scan(&self, request: &ScanRequest, account: &Account, emit: &mut dyn FnMut(Batch) -> ControlFlow<()>) {
        let Some(source) = self.group.sources.first() else { return };
        let mut sink = ScanSink::new(&self.group, None, vec![Reader { request, emit }], account);
        sink.begin(InputState::new(source, LineBase::of_file(source)));
        let mut window = Window::over(self.text.as_bytes().to_vec());
        let _ = values(&mut window, &mut sink, &self.group.options.limits());
        sink.end();
        sink.flush();
    }
}

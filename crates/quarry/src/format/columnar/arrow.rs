use std::io::{self, Write};

use arrow_ipc::writer::StreamWriter;
use quarry_types::Batch;

use super::held::Held;
use super::{super::RowWriter, failed};
use crate::ColumnInfo;

/// A stream of Arrow's interprocess format.
#[derive(Debug, Default)]
pub struct ArrowStream {
    held: Option<Held>,
}

impl RowWriter for ArrowStream {
    fn begin(&mut self, _: &mut dyn Write, columns: &[ColumnInfo]) -> io::Result<()> {
        self.held = Some(Held::new(columns));
        Ok(())
    }

    fn rows(&mut self, _: &mut dyn Write, _: &[ColumnInfo], batch: &Batch) -> io::Result<()> {
        self.held.as_mut().map_or(Ok(()), |held| held.push(batch))
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let Some(held) = self.held.take() else { return Ok(()) };
        let mut writer = StreamWriter::try_new(out, &held.schema()).map_err(failed)?;
        held.give(&mut |batch| writer.write(&batch).map_err(failed))?;
        writer.finish().map_err(failed)
    }
}

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use quarry_types::Batch;

use super::held::Held;
use super::{super::RowWriter, failed};
use crate::ColumnInfo;

/// Rows of a row group: those that are read at a time by one thread.
const GROUP_ROWS: usize = 128 << 10;

/// What a row group may take of memory while it is written, and so while it is read: it ends sooner where rows are long.
const GROUP_BYTES: usize = 64 << 20;

/// A Parquet file, compressed with Zstandard.
#[derive(Debug, Default)]
pub struct Parquet {
    held: Option<Held>,
}

/// Bytes on their way to the output, which may not live as long as a Parquet writer wants.
#[derive(Clone, Debug, Default)]
struct Outbox(Arc<Mutex<Vec<u8>>>);

impl Outbox {
    fn send(&self, out: &mut dyn Write) -> io::Result<()> {
        let bytes = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        out.write_all(&bytes)
    }
}

impl Write for Outbox {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl RowWriter for Parquet {
    fn begin(&mut self, _: &mut dyn Write, columns: &[ColumnInfo]) -> io::Result<()> {
        self.held = Some(Held::new(columns));
        Ok(())
    }

    fn rows(&mut self, _: &mut dyn Write, _: &[ColumnInfo], batch: &Batch) -> io::Result<()> {
        self.held.as_mut().map_or(Ok(()), |held| held.push(batch))
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let Some(held) = self.held.take() else { return Ok(()) };
        let level = ZstdLevel::try_new(1).map_err(failed)?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(level))
            .set_max_row_group_row_count(Some(GROUP_ROWS))
            .set_created_by(concat!("quarry ", env!("CARGO_PKG_VERSION")).to_owned())
            .build();
        let outbox = Outbox::default();
        let mut writer = ArrowWriter::try_new(outbox.clone(), held.schema(), Some(properties)).map_err(failed)?;
        held.give(&mut |batch| {
            writer.write(&batch).map_err(failed)?;
            if writer.memory_size() >= GROUP_BYTES {
                writer.flush().map_err(failed)?;
            }
            outbox.send(out)
        })?;
        writer.close().map_err(failed)?;
        outbox.send(out)
    }
}

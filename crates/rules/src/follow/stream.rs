//! Standard input: it can't be read again, and waiting for it must not hold up anything else.

use std::io::Read;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use super::files::Chunk;
use super::units::whole;

/// Bytes read at a time.
const BLOCK: usize = 256 << 10;

/// Blocks that wait to be looked at; the writer is held up by more.
const WAITING: usize = 16;

/// Reads a stream in a thread of its own.
pub(super) struct Stream {
    receiver: Receiver<Vec<u8>>,
    /// What came and isn't whole.
    held: Vec<u8>,
    /// Where `held` begins.
    base: u64,
    pub(super) key: String,
    index: Option<String>,
    pub(super) ended: bool,
    /// Whether there may be more to read at once.
    pub(super) behind: bool,
}

impl Stream {
    /// `key` tells this process's stream from those of earlier ones.
    pub(super) fn new(input: Box<dyn Read + Send>, key: String, index: Option<String>) -> Self {
        let (sender, receiver) = sync_channel(WAITING);
        // The thread ends with the stream, or with the process.
        std::thread::spawn(move || pump(input, &sender));
        Self { receiver, held: Vec::new(), base: 0, key, index, ended: false, behind: false }
    }

    /// What came, waiting for it at most so long.
    pub(super) fn look(&mut self, wait: Duration, budget: usize) -> Option<Chunk> {
        let mut patience = wait;
        while !self.ended && self.held.len() < budget {
            match self.receiver.recv_timeout(patience) {
                Ok(block) => self.held.extend_from_slice(&block),
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => self.ended = true,
            }
            patience = Duration::ZERO;
        }
        self.behind = self.held.len() >= budget;
        let consumed = whole(&self.held, self.ended);
        if consumed == 0 {
            return None;
        }
        let rest = self.held.split_off(consumed);
        let bytes = std::mem::replace(&mut self.held, rest);
        let chunk =
            Chunk { key: self.key.clone(), base: self.base, name: "-".into(), index: self.index.clone(), bytes };
        self.base += consumed as u64;
        Some(chunk)
    }
}

fn pump(mut input: Box<dyn Read + Send>, sender: &SyncSender<Vec<u8>>) {
    loop {
        let mut block = vec![0; BLOCK];
        match input.read(&mut block) {
            Ok(0) => return,
            Ok(read) => {
                block.truncate(read);
                if sender.send(block).is_err() {
                    return;
                }
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(_) => return,
        }
    }
}

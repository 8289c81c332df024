//! `--ack-log`: one line of JSON per acknowledged record, so that anyone can check that nothing acknowledged was lost.
//!
//! A thread of its own writes, so that a slow disk does not hold up the runtime; it flushes whenever it has caught up and at
//! the end. What must stay true: a record that the run counts as acknowledged has its line, or the run stops with the error.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use fs_err::{File, OpenOptions};
use serde::Serialize;
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TryRecvError;
use tokio::task::JoinHandle;

use super::put::Acknowledgement;
use crate::limits::ACK_LOG_QUEUE_LINES;

/// Where lanes hand in their acknowledgements; without a file they go nowhere.
#[derive(Debug, Clone)]
pub(super) struct AckLog(Option<mpsc::Sender<Line>>);

/// The writer's thread, to be waited for once every [`AckLog`] is dropped.
#[derive(Debug)]
pub(super) struct AckLogEnd(Option<JoinHandle<io::Result<()>>>);

/// The writer is gone; its error comes from [`AckLogEnd::wait`].
#[derive(Debug)]
pub(super) struct AckLogBroken;

#[derive(Debug, Serialize)]
struct Line {
    stream: String,
    shard_id: String,
    sequence_number: String,
}

impl AckLog {
    /// Opens `path` for appending, if there is one.
    pub(super) async fn open(path: Option<&Path>) -> io::Result<(Self, AckLogEnd)> {
        let Some(path) = path.map(Path::to_owned) else {
            return Ok((Self(None), AckLogEnd(None)));
        };
        let opening =
            tokio::task::spawn_blocking(move || OpenOptions::new().append(true).create(true).open(path));
        let file = opening.await.map_err(io::Error::other)??;
        let (sender, lines) = mpsc::channel(ACK_LOG_QUEUE_LINES);
        let writer = tokio::task::spawn_blocking(move || write_lines(file, lines));
        Ok((Self(Some(sender)), AckLogEnd(Some(writer))))
    }

    pub(super) async fn append(&self, stream: &str, ack: Acknowledgement) -> Result<(), AckLogBroken> {
        let Some(sender) = &self.0 else { return Ok(()) };
        let line =
            Line { stream: stream.to_owned(), shard_id: ack.shard_id, sequence_number: ack.sequence_number };
        sender.send(line).await.map_err(|_closed| AckLogBroken)
    }
}

impl AckLogEnd {
    pub(super) async fn wait(self) -> io::Result<()> {
        match self.0 {
            Some(writer) => writer.await.map_err(io::Error::other)?,
            None => Ok(()),
        }
    }
}

fn write_lines(file: File, mut lines: mpsc::Receiver<Line>) -> io::Result<()> {
    let mut file = BufWriter::new(file);
    loop {
        let line = match lines.try_recv() {
            Ok(line) => line,
            Err(TryRecvError::Disconnected) => return file.flush(),
            Err(TryRecvError::Empty) => {
                file.flush()?;
                let Some(line) = lines.blocking_recv() else { return Ok(()) };
                line
            }
        };
        serde_json::to_writer(&mut file, &line)?;
        file.write_all(b"\n")?;
    }
}

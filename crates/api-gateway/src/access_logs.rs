//! The access logs of stages on the disk: `logs/{api}/{stage}/access.log` in the directory of the APIs.
//!
//! What must stay true: a request never waits for the disk; when the disk is slower than the requests, lines are left out and
//! counted, not kept; a log has a bound. Without a directory the lines go to this program's own log.

use std::collections::HashMap;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;

use fs_err::{File, OpenOptions};

use crate::limits::{ACCESS_LOG_BYTES_MAX, ACCESS_LOG_FILES_MAX, ACCESS_LOG_QUEUE_MAX, ACCESS_LOGS_OPEN_MAX};

/// The newest lines.
const FILE_NAME: &str = "access.log";

/// Where lines go.
pub(crate) struct AccessLogs {
    directory: Option<PathBuf>,
    writer: Mutex<Option<Writer>>,
    left_out: AtomicU64,
}

/// The thread that writes, from the first line on.
struct Writer {
    lines: SyncSender<Line>,
    thread: JoinHandle<()>,
}

struct Line {
    api_id: String,
    stage: String,
    text: String,
}

impl AccessLogs {
    /// Below `directory`, or to this program's own log.
    pub(crate) fn new(directory: Option<PathBuf>) -> Self {
        Self { directory, writer: Mutex::new(None), left_out: AtomicU64::new(0) }
    }

    /// Hands a line to the writer.
    pub(crate) fn write(&self, api_id: &str, stage: &str, text: String) {
        let Some(directory) = &self.directory else {
            tracing::info!(target: "alluvium::access_log", api = api_id, stage, "{text}");
            return;
        };
        let line = Line { api_id: api_id.to_owned(), stage: stage.to_owned(), text };
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        if writer.is_none() {
            *writer = start(directory.clone());
        }
        let is_taken = writer.as_ref().is_some_and(|writer| writer.lines.try_send(line).is_ok());
        drop(writer);
        if !is_taken {
            let before = self.left_out.fetch_add(1, Ordering::Relaxed);
            if before.is_multiple_of(ACCESS_LOG_QUEUE_MAX as u64) {
                tracing::warn!(
                    left_out = before + 1,
                    "access logs cannot be written as fast as requests come; lines are left out"
                );
            }
        }
    }
}

impl Drop for AccessLogs {
    /// What has been handed over is on the disk when the gateway is gone.
    fn drop(&mut self) {
        let writer = self.writer.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(Writer { lines, thread }) = writer {
            drop(lines);
            let _panicked = thread.join();
        }
    }
}

fn start(directory: PathBuf) -> Option<Writer> {
    let (lines, received) = sync_channel(ACCESS_LOG_QUEUE_MAX);
    let thread = std::thread::Builder::new().name("access-log".to_owned());
    match thread.spawn(move || write_all(&directory, &received)) {
        Ok(thread) => Some(Writer { lines, thread }),
        Err(error) => {
            tracing::error!(%error, "no thread for access logs can be started");
            None
        }
    }
}

fn write_all(directory: &Path, lines: &Receiver<Line>) {
    let mut logs: HashMap<(String, String), Log> = HashMap::new();
    let mut is_failing = false;
    while let Ok(first) = lines.recv() {
        let mut next = Some(first);
        while let Some(line) = next {
            if let Err(error) = write_line(directory, &mut logs, line) {
                if !std::mem::replace(&mut is_failing, true) {
                    tracing::error!(%error, "an access log cannot be written; its lines are left out until it can");
                }
            } else {
                is_failing = false;
            }
            next = lines.try_recv().ok();
        }
        for log in logs.values_mut() {
            // What fails here fails again with the next line, and is told then.
            let _told_later = log.file.flush();
        }
    }
}

fn write_line(
    directory: &Path,
    logs: &mut HashMap<(String, String), Log>,
    line: Line,
) -> std::io::Result<()> {
    let key = (line.api_id, line.stage);
    if !logs.contains_key(&key) {
        if logs.len() >= ACCESS_LOGS_OPEN_MAX {
            logs.clear();
        }
        logs.insert(key.clone(), Log::open(directory.join(&key.0).join(&key.1))?);
    }
    let Some(log) = logs.get_mut(&key) else { return Ok(()) };
    let written = log.push(&line.text);
    if written.is_err() {
        logs.remove(&key);
    }
    written
}

/// One stage's file.
struct Log {
    directory: PathBuf,
    file: BufWriter<File>,
    bytes: u64,
}

impl Log {
    fn open(directory: PathBuf) -> std::io::Result<Self> {
        fs_err::create_dir_all(&directory)?;
        let file = OpenOptions::new().create(true).append(true).open(directory.join(FILE_NAME))?;
        let bytes = file.metadata()?.len();
        Ok(Self { directory, file: BufWriter::new(file), bytes })
    }

    fn push(&mut self, text: &str) -> std::io::Result<()> {
        let length = text.len() as u64 + 1;
        if self.bytes > 0 && self.bytes + length > ACCESS_LOG_BYTES_MAX {
            self.rotate()?;
        }
        self.file.write_all(text.as_bytes())?;
        self.file.write_all(b"\n")?;
        self.bytes += length;
        Ok(())
    }

    /// `access.log` becomes `access.log.1`, that becomes `access.log.2`, and the last goes.
    fn rotate(&mut self) -> std::io::Result<()> {
        self.file.flush()?;
        let numbered = |number: usize| match number {
            0 => self.directory.join(FILE_NAME),
            _ => self.directory.join(format!("{FILE_NAME}.{number}")),
        };
        for number in (0..ACCESS_LOG_FILES_MAX - 1).rev() {
            let from = numbered(number);
            if from.exists() {
                fs_err::rename(from, numbered(number + 1))?;
            }
        }
        *self = Self::open(self.directory.clone())?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_on_the_disk_when_the_logs_are_dropped_and_old_files_go() {
        let directory = tempfile::tempdir().expect("a directory");
        let stage = directory.path().join("a1").join("prod");
        let line = "x".repeat(1024 * 1024 - 1);
        let mut log = Log::open(stage.clone()).expect("opens");
        let lines_per_file = usize::try_from(ACCESS_LOG_BYTES_MAX / (1024 * 1024)).expect("a number");
        for _ in 0..=lines_per_file * (ACCESS_LOG_FILES_MAX + 1) {
            log.push(&line).expect("writes");
        }
        drop(log);
        let logs = AccessLogs::new(Some(directory.path().to_owned()));
        logs.write("a1", "prod", "the newest".to_owned());
        drop(logs);
        let names: std::collections::BTreeSet<_> = fs_err::read_dir(&stage)
            .expect("reads")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        assert_eq!(
            names.into_iter().collect::<Vec<_>>(),
            ["access.log", "access.log.1", "access.log.2", "access.log.3"]
        );
        let newest = fs_err::read_to_string(stage.join(FILE_NAME)).expect("reads");
        assert_eq!((newest.len(), newest.lines().last()), (1024 * 1024 + 11, Some("the newest")));
    }
}

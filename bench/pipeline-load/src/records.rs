//! The records: rows of the emulator's own source database as the emulator posts them, one per line.
//!
//! 100,000 rows are different; larger inputs are hard links to the same files, so 10M records take the disk of 100,000. What must
//! stay true: the same seed gives the same bytes, and no record of an input is malformed.

use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use alluvium_lakehouse::{RawRecord, RecordChunk};
use alluvium_posting_emulator::{DatabaseCredentials, Feed, Source, seed};
use anyhow::{Context, Result, bail};
use bytes::{Bytes, BytesMut};
use tokio::sync::mpsc;

use crate::definition::STREAM;

/// Rows that differ.
const DISTINCT: u64 = 100_000;
/// Records in one file.
const FILE_RECORDS: u64 = 50_000;
const SEED: u64 = 5;
/// Bytes read from a file at once.
const CHUNK_BYTES: usize = 2 << 20;

/// The folder with `records` records, made where it is missing.
pub(crate) async fn folder(data_dir: &Path, records: u64) -> Result<PathBuf> {
    if records == 0 || !records.is_multiple_of(FILE_RECORDS) {
        bail!("{records} is no multiple of {FILE_RECORDS} records");
    }
    let distinct = data_dir.join("records/distinct");
    if !distinct.exists() {
        generate(&distinct).await.context("the records cannot be made")?;
    }
    let folder = data_dir.join(format!("records/{records}"));
    if !folder.exists() {
        let unfinished = data_dir.join(format!("records/{records}-unfinished"));
        fs_err::create_dir_all(&unfinished)?;
        for file in 0..records / FILE_RECORDS {
            let from = distinct.join(format!("{}.jsonl", file % (DISTINCT / FILE_RECORDS)));
            fs_err::hard_link(from, unfinished.join(format!("{file:05}.jsonl")))?;
        }
        fs_err::rename(unfinished, &folder)?;
    }
    Ok(folder)
}

async fn generate(folder: &Path) -> Result<()> {
    let unfinished = folder.with_extension("unfinished");
    fs_err::create_dir_all(&unfinished)?;
    let database = unfinished.join("source.db");
    seed::write_database(&database, u32::try_from(DISTINCT)?, SEED).await?;
    let feed = Feed::pinterest("bench").into_iter().take(1).collect();
    let source = Source::open(&DatabaseCredentials::sqlite(&database), feed).await?;
    for file in 0..DISTINCT / FILE_RECORDS {
        let mut out = BufWriter::new(fs_err::File::create(unfinished.join(format!("{file}.jsonl")))?);
        for number in file * FILE_RECORDS..(file + 1) * FILE_RECORDS {
            let row = source.row(0, number).await?;
            serde_json::to_writer(&mut out, &row.data)?;
            out.write_all(b"\n")?;
        }
        out.flush()?;
    }
    source.close().await;
    fs_err::remove_file(database)?;
    fs_err::rename(unfinished, folder)?;
    Ok(())
}

/// Reads the files of a folder in order, on a thread of its own, as records numbered from 1.
pub(crate) fn read(folder: &Path) -> mpsc::Receiver<RecordChunk> {
    let (chunks, records) = mpsc::channel(2);
    let folder = folder.to_owned();
    tokio::task::spawn_blocking(move || {
        if let Err(error) = send_all(&folder, &chunks) {
            // Nobody listens once the run is over.
            let _ = chunks.blocking_send(Err(error.into()));
        }
    });
    records
}

fn send_all(folder: &Path, chunks: &mpsc::Sender<RecordChunk>) -> Result<()> {
    let mut number = 0_u64;
    let (shard_id, stream): (Arc<str>, Arc<str>) = (Arc::from("records"), Arc::from(STREAM));
    for lines in ChunkedLines::of(folder)? {
        let record = |data: Bytes| {
            number += 1;
            RawRecord {
                data,
                partition_key: String::new(),
                sequence_number: number.to_string(),
                sub_sequence_number: None,
                shard_id: shard_id.clone(),
                stream: stream.clone(),
                arrival_millis: 0,
            }
        };
        let records = lines?.into_iter().map(record).collect();
        if chunks.blocking_send(Ok(records)).is_err() {
            return Ok(());
        }
    }
    Ok(())
}

/// The lines of a folder's files, some MiB at a time, without copies.
pub(crate) struct ChunkedLines {
    files: std::vec::IntoIter<PathBuf>,
    open: Option<fs_err::File>,
    /// The beginning of a line whose end has not been read yet.
    rest: BytesMut,
}

impl ChunkedLines {
    pub(crate) fn of(folder: &Path) -> Result<Self> {
        let entries = fs_err::read_dir(folder)?;
        let mut files = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
        files.sort();
        Ok(Self { files: files.into_iter(), open: None, rest: BytesMut::new() })
    }

    fn next_chunk(&mut self) -> Result<Option<Vec<Bytes>>> {
        loop {
            let file = match &mut self.open {
                Some(file) => file,
                None => match self.files.next() {
                    Some(path) => self.open.insert(fs_err::File::open(path)?),
                    None => return Ok(None),
                },
            };
            let mut buffer = std::mem::take(&mut self.rest);
            let held = buffer.len();
            buffer.resize(held + CHUNK_BYTES, 0);
            let read = file.read(&mut buffer[held..])?;
            buffer.truncate(held + read);
            if read == 0 {
                self.open = None;
            }
            let whole = buffer.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
            self.rest = buffer.split_off(whole);
            if !buffer.is_empty() {
                return Ok(Some(lines(&buffer.freeze())));
            }
        }
    }
}

impl Iterator for ChunkedLines {
    type Item = Result<Vec<Bytes>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_chunk().transpose()
    }
}

fn lines(text: &Bytes) -> Vec<Bytes> {
    let mut lines = Vec::with_capacity(text.len() / 512);
    let mut begin = 0;
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        lines.push(text.slice(begin..begin + line.len() - 1));
        begin += line.len();
    }
    lines
}

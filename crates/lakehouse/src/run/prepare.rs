//! Everything about a batch that needs no look at the table: cleaning its records and writing its files.
//!
//! A large batch is cut into parts, one for each core, and each part is cleaned and encoded by one thread into a file of its
//! own; only the commit is left to be done one after the other. What must stay true: rows keep the order of their records
//! within a file and from file to file, and a part that fails leaves no file that it could have taken back.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::PipelineError;
use crate::clean::{Cleaned, Cleaner, Quarantined, RawRecord};
use crate::commit::{FileWriter, NewFiles, OpenFile};
use crate::limits::{DECODE_RECORDS_MAX, PART_BYTES_MIN, PARTS_MAX};

/// A batch that has only to be committed.
#[derive(Debug, Default)]
pub(super) struct Prepared {
    /// Records that there were, each user record of an aggregated one counted.
    pub(super) records: u64,
    /// The files with its rows, in the order of the records.
    pub(super) files: NewFiles,
    /// Rows in them.
    pub(super) rows: u64,
    /// Records that could not be cleaned, in order.
    pub(super) quarantined: Vec<Quarantined>,
    /// Records that are lost by the pipeline's own options.
    pub(super) dropped: u64,
    /// Records with a value that is not of its field's type.
    pub(super) partial: u64,
    /// Time taken to decode and clean, in the part where it took longest.
    pub(super) clean_time: Duration,
    /// Time taken to encode and write the files, in the part where it took longest.
    pub(super) write_time: Duration,
}

/// A batch under way on blocking threads.
pub(super) struct Preparing(Vec<JoinHandle<Result<Prepared, PipelineError>>>);

/// Begins to clean and to write `records`.
pub(super) fn prepare(cleaner: &Arc<Cleaner>, writer: &FileWriter, records: Vec<RawRecord>) -> Preparing {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let begin = |part| {
        let (cleaner, writer) = (Arc::clone(cleaner), writer.clone());
        tokio::task::spawn_blocking(move || prepare_part(&cleaner, &writer, part))
    };
    Preparing(parts(records, cores.min(PARTS_MAX), PART_BYTES_MIN).into_iter().map(begin).collect())
}

impl Preparing {
    /// The batch, once every part is done.
    pub(super) async fn done(self) -> Result<Prepared, PipelineError> {
        let mut whole = Prepared::default();
        for part in self.0 {
            let part = part.await.unwrap_or_else(|panicked| {
                Err(PipelineError::BrokeOff { step: "cleaning a batch", reason: panicked.to_string() })
            })?;
            whole.files.extend(part.files);
            whole.records += part.records;
            whole.rows += part.rows;
            whole.dropped += part.dropped;
            whole.partial += part.partial;
            whole.quarantined.extend(part.quarantined);
            whole.clean_time = whole.clean_time.max(part.clean_time);
            whole.write_time = whole.write_time.max(part.write_time);
        }
        Ok(whole)
    }
}

/// Cuts records into at most `parts_max` parts of about as many bytes each, none of them much below `part_bytes_min`.
fn parts(records: Vec<RawRecord>, parts_max: usize, part_bytes_min: usize) -> Vec<Vec<RawRecord>> {
    let bytes: usize = records.iter().map(|record| record.data.len()).sum();
    let count = (bytes / part_bytes_min).clamp(1, parts_max.max(1));
    let part_bytes = bytes.div_ceil(count);
    let mut rest = records;
    let mut parts = Vec::with_capacity(count);
    while parts.len() + 1 < count {
        let mut held = 0;
        let mut fits = |record: &RawRecord| {
            held += record.data.len();
            held <= part_bytes
        };
        let length = rest.iter().position(|record| !fits(record)).unwrap_or(rest.len()).max(1);
        let behind = rest.split_off(length.min(rest.len()));
        parts.push(std::mem::replace(&mut rest, behind));
    }
    parts.push(rest);
    parts.retain(|part| !part.is_empty());
    parts
}

fn prepare_part(
    cleaner: &Cleaner,
    writer: &FileWriter,
    records: Vec<RawRecord>,
) -> Result<Prepared, PipelineError> {
    let mut file = writer.begin();
    let mut part = Prepared::default();
    match fill(cleaner, &mut file, records, &mut part) {
        Ok(()) => {
            let began = Instant::now();
            part.files = file.finish()?;
            part.write_time += began.elapsed();
            Ok(part)
        }
        Err(error) => {
            file.abort();
            Err(error)
        }
    }
}

/// Cleans some records at a time, so that no more than their rows are in memory beside what is encoded.
fn fill(
    cleaner: &Cleaner,
    file: &mut OpenFile<'_>,
    records: Vec<RawRecord>,
    part: &mut Prepared,
) -> Result<(), PipelineError> {
    let mut records = records.into_iter();
    loop {
        let some: Vec<RawRecord> = records.by_ref().take(DECODE_RECORDS_MAX).collect();
        if some.is_empty() {
            return Ok(());
        }
        let began = Instant::now();
        let Cleaned { records, rows, quarantined, dropped, partial, .. } = cleaner.clean(some)?;
        let writing = Instant::now();
        part.clean_time += writing - began;
        part.records += records;
        part.dropped += dropped;
        part.partial += partial;
        part.quarantined.extend(quarantined);
        for rows in rows {
            part.rows += rows.num_rows() as u64;
            file.write(&rows)?;
        }
        part.write_time += writing.elapsed();
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn records(sizes: &[usize]) -> Vec<RawRecord> {
        let record = |(at, &size): (usize, &usize)| RawRecord {
            data: Bytes::from(vec![b' '; size]),
            partition_key: String::new(),
            sequence_number: at.to_string(),
            sub_sequence_number: None,
            shard_id: Arc::from("s"),
            stream: Arc::from("pins"),
            arrival_millis: 0,
        };
        sizes.iter().enumerate().map(record).collect()
    }

    fn check(sizes: &[usize], parts_max: usize, expected: &str) {
        let parts = parts(records(sizes), parts_max, 10);
        let shown: Vec<String> = parts
            .iter()
            .map(|part| {
                part.iter().map(|record| record.sequence_number.as_str()).collect::<Vec<_>>().join(" ")
            })
            .collect();
        assert_eq!(shown.join(" | "), expected, "of {sizes:?} in {parts_max}");
    }

    #[test]
    fn a_batch_is_cut_into_parts_of_about_the_same_bytes_in_order() {
        check(&[], 2, "");
        check(&[5, 5], 2, "0 1");
        check(&[5, 5, 5, 5], 2, "0 1 | 2 3");
        check(&[5, 5, 5, 5], 1, "0 1 2 3");
        check(&[5; 8], 4, "0 1 | 2 3 | 4 5 | 6 7");
        check(&[100, 1, 1], 4, "0 | 1 2");
        check(&[1, 1, 100], 4, "0 1 | 2");
        check(&[0, 0, 0], 4, "0 1 2");
    }
}

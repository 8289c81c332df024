//! `alluvium pipeline run NAME --from-source`: the rows of the source database's table, cleaned straight into the pipeline's table.
//!
//! A row has the JSON form that the emulator posts, so the same schema and SQL apply. Its number stands where a sequence number
//! would, and the table remembers the last one: what is in the table is not read again.

use std::sync::Arc;

use alluvium_clock::Clock;
use alluvium_kinesis_consumer::{Pacing, SequenceNumber};
use alluvium_lakehouse::{
    BatchProgress, PipelineControl, PipelineReport, RawRecord, RecordChunk, RunOptions, run_records,
};
use alluvium_posting_emulator::{DatabaseCredentials, Numbering, Source, SourceRow};
use bytes::Bytes;
use futures_util::StreamExt;
use tokio::sync::mpsc;

use crate::config::{Config, PipelineConfig};
use crate::failure::Failure;
use crate::{interrupt, progress};

/// Rows of one chunk on their way to the cleaning.
const CHUNK_ROWS: usize = 500;
/// Chunks that wait there: with rows of a kilobyte these and the batches are all that is in memory.
const CHUNKS_WAITING: usize = 4;
/// Progress messages that may wait; nothing waits for them.
const PROGRESS_QUEUE: usize = 16;
/// What stands in the place of a shard.
const SHARD: &str = "records";

/// Cleans every row that is not in the table yet; Ctrl-C commits what is in hand.
pub(super) async fn run(
    config: &Config,
    pipeline: &PipelineConfig,
    worker: String,
) -> Result<PipelineReport, Failure> {
    let definition = &pipeline.definition;
    let stream = &definition.source.stream;
    let feed = config.feeds.iter().find(|feed| feed.stream == *stream).ok_or_else(|| {
        let streams: Vec<&str> = config.feeds.iter().map(|feed| feed.stream.as_str()).collect();
        Failure::usage(format!(
            "{}: no table of the source goes to stream {stream:?}, which pipeline {} reads; name one in `source.tables` (there are: {})",
            config.origin,
            definition.name,
            streams.join(", ")
        ))
    })?;
    let credentials = DatabaseCredentials::load(&config.database_credentials).map_err(Failure::usage_from)?;
    let source = Source::open(&credentials, vec![feed.clone()]).await.map_err(Failure::usage_from)?;
    progress::note(&format!("table {}: {} rows", feed.table, source.rows_of(0)));
    let control = PipelineControl::new();
    let (stop, stopping) = (interrupt::token()?, control.clone());
    let stopper = tokio::spawn(async move {
        stop.cancelled().await;
        stopping.stop();
    });
    // Rows that are numbered in another way have a lane of their own, so that numbers are never compared across.
    let lane = match source.numbering(0) {
        Numbering::Keys => "source-keys",
        Numbering::Rows => "source-rows",
    };
    let (batches, mut seen) = mpsc::channel::<BatchProgress>(PROGRESS_QUEUE);
    let shown = tokio::spawn(async move {
        let mut rows = 0;
        while let Some(batch) = seen.recv().await {
            rows += batch.rows;
            progress::note(&format!("version {}: {rows} rows so far", batch.commit_version));
        }
    });
    let clock = Clock::system();
    let options = RunOptions { worker, pacing: Pacing::EMBEDDED, clock };
    let name: Arc<str> = Arc::from(stream.as_str());
    let reading = source.clone();
    let open = move |held: Option<SequenceNumber>| {
        let (sender, chunks) = mpsc::channel(CHUNKS_WAITING);
        tokio::spawn(read(reading, name, held, clock, sender));
        chunks
    };
    let outcome = run_records(definition, lane, open, &control, batches, &options).await;
    stopper.abort();
    let _ = shown.await;
    source.close().await;
    outcome.map_err(|failure| Failure::Failed(failure.into()))
}

/// Reads the rows after the one that the table holds last, until they end, fail, or nobody wants them.
async fn read(
    source: Source,
    stream: Arc<str>,
    held: Option<SequenceNumber>,
    clock: Clock,
    chunks: mpsc::Sender<RecordChunk>,
) {
    let held = match held.map(|held| held.as_str().parse::<u64>()) {
        None => 0,
        Some(Ok(held)) => held,
        Some(Err(error)) => {
            let _ = chunks.send(Err(error.into())).await;
            return;
        }
    };
    let shard: Arc<str> = Arc::from(SHARD);
    let mut rows = source.rows_after(0, held).chunks(CHUNK_ROWS);
    while let Some(some) = rows.next().await {
        let arrival_millis = clock.now_millis();
        let mut records = Vec::with_capacity(some.len());
        let mut failed = None;
        for row in some {
            match row {
                Ok((number, row)) => {
                    records.push(record(number, row, &stream, &shard, arrival_millis));
                }
                Err(error) => failed = Some(error),
            }
        }
        if chunks.send(Ok(records)).await.is_err() {
            return;
        }
        if let Some(error) = failed {
            let _ = chunks.send(Err(error.into())).await;
            return;
        }
    }
}

fn record(
    number: u64,
    row: SourceRow,
    stream: &Arc<str>,
    shard: &Arc<str>,
    arrival_millis: i64,
) -> RawRecord {
    let data = serde_json::to_vec(&row.data).expect("a JSON object with text keys has a text form");
    RawRecord {
        data: Bytes::from(data),
        partition_key: row.partition_key,
        sequence_number: number.to_string(),
        sub_sequence_number: None,
        shard_id: Arc::clone(shard),
        stream: Arc::clone(stream),
        arrival_millis,
    }
}

//! Records that are in no stream, into tables on disk: the same once, however often a run is broken off.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use alluvium_clock::Clock;
use alluvium_kinesis_consumer::Pacing;
use alluvium_lakehouse::{
    BatchLimits, PipelineControl, PipelineDefinition, PipelineFailure, PipelineReport, QueryOptions,
    RawRecord, RecordChunk, RunOptions, SourceText, TableCatalog, query, run_records,
};
use bytes::Bytes;
use tokio::sync::mpsc;
use url::Url;

fn definition(directory: &Path, batch: BatchLimits) -> PipelineDefinition {
    let table = Url::from_directory_path(directory.join("pin_table")).expect("an absolute path");
    let text = |file: &str, text: &str| SourceText { file: file.into(), text: text.into() };
    let schema = text("pin.schema", "id INT, name STRING");
    let sql = text("pin.sql", "SELECT id, length(name) AS length FROM stream");
    PipelineDefinition { batch, ..PipelineDefinition::new("pin", "streaming-pin", schema, sql, table) }
}

fn record(number: u64, data: String) -> RawRecord {
    RawRecord {
        data: Bytes::from(data),
        partition_key: String::new(),
        sequence_number: number.to_string(),
        sub_sequence_number: None,
        shard_id: Arc::from("records"),
        stream: Arc::from("rows"),
        arrival_millis: 0,
    }
}

/// The records of these numbers, one a chunk, each with a name of so many letters; every tenth is malformed.
fn good(numbers: std::ops::RangeInclusive<u64>, letters: usize) -> Vec<RecordChunk> {
    let chunk = |number: u64| {
        let data = format!("{{\"id\":{number},\"name\":\"{}\"}}", "n".repeat(letters));
        Ok(vec![record(number, if number.is_multiple_of(10) { format!("{data:.3}") } else { data })])
    };
    numbers.map(chunk).collect()
}

/// Runs over chunks, of which those are left out that the table has; says where it began as well.
async fn run(
    definition: &PipelineDefinition,
    chunks: Vec<RecordChunk>,
) -> (Result<PipelineReport, PipelineFailure>, Option<String>) {
    let pacing = Pacing { read_interval_min: Duration::ZERO, idle_interval: Duration::from_millis(5) };
    let options = RunOptions { worker: "worker".into(), pacing, clock: Clock::system() };
    let mut began_after = None;
    let open = |after: Option<alluvium_lakehouse::SequenceNumber>| {
        began_after = after.map(|after| after.to_string());
        let begin: u64 = began_after.as_deref().map_or(0, |after| after.parse().expect("small"));
        let (send, receive) = mpsc::channel(chunks.len().max(1));
        for chunk in chunks {
            let is_new =
                |records: &Vec<RawRecord>| records[0].sequence_number.parse::<u64>().expect("digits") > begin;
            if chunk.as_ref().map_or(true, is_new) {
                send.try_send(chunk).expect("room");
            }
        }
        receive
    };
    let (progress, _) = mpsc::channel(1);
    let report = run_records(definition, "rows", open, &PipelineControl::new(), progress, &options).await;
    (report, began_after)
}

/// The ids in the table and the numbers in the quarantine, as `1 2 3 | 4`.
async fn stored(directory: &Path) -> String {
    let catalog = TableCatalog::under(directory).expect("readable");
    let mut lists = Vec::new();
    for text in [
        "SELECT id AS v FROM pin_table ORDER BY id",
        "SELECT cast(sequence_number AS bigint) AS v FROM pin_table_quarantine ORDER BY v",
    ] {
        let rows = query(&catalog, text, &QueryOptions::default()).await.expect("rows");
        let rows = rows.to_json_rows().expect("JSON");
        lists.push(rows.iter().map(|row| row["v"].to_string()).collect::<Vec<_>>().join(" "));
    }
    lists.join(" | ")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_broke_off_is_taken_up_after_the_last_row_in_the_table() {
    let directory = tempfile::tempdir().expect("a directory");
    let definition = definition(directory.path(), BatchLimits { records_max: 4, ..BatchLimits::default() });
    let mut chunks = good(1..=11, 1);
    chunks.push(Err("the database went away".into()));
    let (broken, began) = run(&definition, chunks).await;
    let broken = broken.expect_err("the records ended too early");
    assert_eq!(broken.to_string(), "pipeline pin: the records could not be read: the database went away");
    assert_eq!((began, broken.report.input_rows), (None, 8), "whole batches before the error are committed");
    assert_eq!(stored(directory.path()).await, "1 2 3 4 5 6 7 8 | ");

    let (report, began) = run(&definition, good(1..=13, 1)).await;
    let report = report.expect("the rest");
    assert_eq!((report.input_rows, report.rows, report.quarantined, report.batches), (5, 4, 1, 2));
    assert_eq!(began.as_deref(), Some("8"));
    assert_eq!(stored(directory.path()).await, "1 2 3 4 5 6 7 8 9 11 12 13 | 10");

    let (report, began) = run(&definition, good(1..=13, 1)).await;
    assert_eq!((report.expect("nothing new").batches, began.as_deref()), (0, Some("13")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_batch_is_written_by_several_threads_and_every_record_is_there_once() {
    let directory = tempfile::tempdir().expect("a directory");
    let definition = definition(directory.path(), BatchLimits::default());
    // 24 records of a MiB: two parts of a batch and the beginning of none else.
    let (report, _) = run(&definition, good(1..=24, 1 << 20)).await;
    let report = report.expect("one batch");
    assert_eq!((report.rows, report.quarantined, report.batches), (22, 2, 1));
    let expected: Vec<String> = (1..=24).filter(|id| id % 10 != 0).map(|id: u64| id.to_string()).collect();
    assert_eq!(stored(directory.path()).await, format!("{} | 10 20", expected.join(" ")));
    let files = fs_err::read_dir(directory.path().join("pin_table")).expect("the table");
    let parquet = files.filter(|file| {
        file.as_ref().expect("an entry").path().extension().is_some_and(|ending| ending == "parquet")
    });
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    assert_eq!(parquet.count(), threads.min(2), "one file for each part");
}

#[tokio::test]
async fn records_that_are_not_numbered_upwards_are_refused() {
    let directory = tempfile::tempdir().expect("a directory");
    let definition = definition(directory.path(), BatchLimits::default());
    let (refused, _) = run(&definition, vec![Ok(vec![record(7, "{}".into())])]).await;
    refused.expect("the first");
    let (send, receive) = mpsc::channel(1);
    send.try_send(Ok(vec![record(7, "{}".into())])).expect("room");
    drop(send);
    let pacing = Pacing::EMBEDDED;
    let options = RunOptions { worker: "worker".into(), pacing, clock: Clock::system() };
    let (progress, _) = mpsc::channel(1);
    let again =
        run_records(&definition, "rows", |_| receive, &PipelineControl::new(), progress, &options).await;
    let refusal = again.expect_err("it is in the table already").to_string();
    assert!(refusal.contains("begins after 7, and the table has read to 7"), "{refusal}");
}

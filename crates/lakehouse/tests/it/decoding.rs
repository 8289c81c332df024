//! Whole pipelines with options of the decoding and with aggregated records: what reaches which table.

use std::path::Path;
use std::time::Duration;

use alluvium_clock::Clock;
use alluvium_kinesis_consumer::Pacing;
use alluvium_lakehouse::{
    DecodeMode, DecodeOptions, PipelineControl, PipelineDefinition, PipelineFailure, PipelineReport,
    QuarantineOptions, QueryOptions, RunOptions, SourceText, TableCatalog, Trigger, query, run_pipeline,
};
use md5::{Digest, Md5};
use tokio::sync::mpsc;
use url::Url;

use crate::scripted_kinesis::ScriptedKinesis;

const S0: &str = "shardId-000000000000";

fn definition(directory: &Path, schema: &str, sql: &str) -> PipelineDefinition {
    let table = Url::from_directory_path(directory.join("t")).expect("an absolute path");
    let text = |text: &str| SourceText { file: "pipeline".into(), text: text.into() };
    let trigger = Trigger::AvailableNow;
    PipelineDefinition {
        trigger,
        ..PipelineDefinition::new("p", "streaming-p", text(schema), text(sql), table)
    }
}

async fn drain(
    kinesis: &ScriptedKinesis,
    definition: &PipelineDefinition,
) -> Result<PipelineReport, PipelineFailure> {
    let pacing = Pacing { read_interval_min: Duration::ZERO, idle_interval: Duration::from_millis(5) };
    let options = RunOptions { worker: "worker".into(), pacing, clock: Clock::system() };
    let (progress, _) = mpsc::channel(1);
    run_pipeline(definition, &kinesis.client().await, &PipelineControl::new(), progress, &options).await
}

/// The rows of a query, one JSON object a line.
async fn rows(directory: &Path, sql: &str) -> String {
    let catalog = TableCatalog::under(directory).expect("readable");
    let rows = query(&catalog, sql, &QueryOptions::default()).await.expect("rows");
    let rows = rows.to_json_rows().expect("JSON");
    rows.iter().map(|row| serde_json::to_string(row).expect("JSON")).collect::<Vec<_>>().join("\n")
}

/// A record as the Kinesis Producer Library packs it, of data below 100 bytes each; partition keys are `user-0`, `user-1`, ..
fn aggregate(data: &[&str]) -> Vec<u8> {
    let field = |number: u8, bytes: &[u8]| {
        let length = u8::try_from(bytes.len()).expect("short");
        assert!(length < 0x80, "one byte of length");
        [&[number << 3 | 2, length][..], bytes].concat()
    };
    let mut body = Vec::new();
    for (at, data) in (0_u8..).zip(data) {
        body.extend(field(1, format!("user-{at}").as_bytes()));
        body.extend(field(3, &[&[1 << 3, at][..], &field(3, data.as_bytes())].concat()));
    }
    [&[0xF3, 0x89, 0x9A, 0xC2][..], &body, &Md5::digest(&body)].concat()
}

#[tokio::test]
async fn source_columns_are_in_the_table_and_a_field_of_such_a_name_hides_one() {
    let directory = tempfile::tempdir().expect("a directory");
    let kinesis = ScriptedKinesis::with_shards(&[S0]);
    kinesis.put(S0, 7, r#"{"id":1,"stream":"of the data"}"#);
    let sql = "SELECT id, stream, partitionKey, shardId, sequenceNumber, approximateArrivalTimestamp AS arrived FROM stream";
    drain(&kinesis, &definition(directory.path(), "id INT, stream STRING", sql)).await.expect("drained");
    let expected = format!(
        r#"{{"id":1,"stream":"of the data","partitionKey":"key","shardId":"{S0}","sequenceNumber":"7","arrived":"2023-11-14T22:13:20.250000Z"}}"#
    );
    assert_eq!(rows(directory.path(), "SELECT * FROM t").await, expected);
    let other = tempfile::tempdir().expect("a directory");
    drain(&kinesis, &definition(other.path(), "id INT", "SELECT id, stream FROM stream"))
        .await
        .expect("drained");
    assert_eq!(rows(other.path(), "SELECT stream FROM t").await, r#"{"stream":"streaming-p"}"#);
}

#[tokio::test]
async fn user_records_of_aggregates_are_each_in_one_table_once_also_after_a_crash_between_the_commits() {
    let directory = tempfile::tempdir().expect("a directory");
    let kinesis = ScriptedKinesis::with_shards(&[S0]);
    let sql = "SELECT id, partitionKey AS k, sequenceNumber AS s, subSequenceNumber AS u FROM stream";
    let definition = definition(directory.path(), "id INT", sql);
    kinesis.put(S0, 1, r#"{"id":1}"#);
    drain(&kinesis, &definition).await.expect("drained");
    kinesis.put(S0, 2, aggregate(&[r#"{"id":2}"#, "bad", r#"{"id":3}"#, "worse"]));
    kinesis.put(S0, 3, "alone");
    let report = drain(&kinesis, &definition).await.expect("drained");
    assert_eq!((report.input_rows, report.rows, report.quarantined), (5, 2, 3));
    let newest = directory.path().join("t/_delta_log/00000000000000000003.json");
    fs_err::remove_file(newest).expect("the commit that the process died before");
    kinesis.put(S0, 4, aggregate(&["[]", r#"{"id":4}"#]));
    drain(&kinesis, &definition).await.expect("drained");
    let expected = [
        r#"{"id":1,"k":"key","s":"1","u":null}"#,
        r#"{"id":2,"k":"user-0","s":"2","u":0}"#,
        r#"{"id":3,"k":"user-2","s":"2","u":2}"#,
        r#"{"id":4,"k":"user-1","s":"4","u":1}"#,
    ];
    assert_eq!(rows(directory.path(), "SELECT * FROM t ORDER BY id").await, expected.join("\n"));
    let aside = "SELECT sequence_number AS s, sub_sequence_number AS u, partition_key AS k, length(reason) > 0 AS why \
                 FROM t_quarantine ORDER BY s, u";
    let expected = [
        r#"{"s":"2","u":1,"k":"user-1","why":true}"#,
        r#"{"s":"2","u":3,"k":"user-3","why":true}"#,
        r#"{"s":"3","u":null,"k":"key","why":true}"#,
        r#"{"s":"4","u":0,"k":"user-0","why":true}"#,
    ];
    assert_eq!(rows(directory.path(), aside).await, expected.join("\n"));
}

#[tokio::test]
async fn failfast_commits_nothing_of_the_batch_and_names_the_record() {
    let directory = tempfile::tempdir().expect("a directory");
    let kinesis = ScriptedKinesis::with_shards(&[S0]);
    let mut definition = definition(directory.path(), "id INT", "SELECT id FROM stream");
    definition.decode = DecodeOptions { mode: DecodeMode::FailFast, ..DecodeOptions::default() };
    kinesis.put(S0, 1, r#"{"id":1}"#);
    drain(&kinesis, &definition).await.expect("drained");
    kinesis.put(S0, 2, r#"{"id":2}"#);
    kinesis.put(S0, 3, aggregate(&[r#"{"id":3}"#, r#"{"id":"three"}"#]));
    let failure = drain(&kinesis, &definition).await.expect_err("a record is malformed");
    let expected = "pipeline p: shard shardId-000000000000, record 3: user record 1 of an aggregated record: field id: \
                    expected INT, found \"three\" at byte 6; the pipeline's mode is failfast: nothing of the batch is committed";
    assert_eq!(failure.to_string(), expected);
    assert_eq!(failure.report.batches, 0);
    assert_eq!(rows(directory.path(), "SELECT id FROM t").await, r#"{"id":1}"#);
    // Nothing is lost: with another mode the same records come again.
    definition.decode.mode = DecodeMode::DropMalformed;
    let report = drain(&kinesis, &definition).await.expect("drained");
    assert_eq!((report.input_rows, report.rows, report.dropped, report.quarantined), (3, 2, 1, 0));
    assert_eq!(rows(directory.path(), "SELECT count(*) AS n FROM t").await, r#"{"n":3}"#);
}

#[tokio::test]
async fn a_quarantine_that_is_dropped_is_counted_and_has_no_table() {
    let directory = tempfile::tempdir().expect("a directory");
    let kinesis = ScriptedKinesis::with_shards(&[S0]);
    let mut definition = definition(directory.path(), "id INT", "SELECT id FROM stream");
    definition.sink.quarantine = QuarantineOptions::Drop;
    kinesis.put(S0, 1, r#"{"id":"x"}"#);
    kinesis.put(S0, 2, "bad");
    let report = drain(&kinesis, &definition).await.expect("drained");
    assert_eq!((report.rows, report.dropped, report.quarantined, report.partial), (1, 1, 0, 1));
    assert!(!directory.path().join("t_quarantine").exists());
}

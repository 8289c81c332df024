//! Whole pipelines from a scripted stream into tables on disk: whatever happens on the way, each record is in the table or
//! in the quarantine once.

use std::cell::Cell;
use std::path::Path;
use std::time::Duration;

use alluvium_clock::Clock;
use alluvium_kinesis_consumer::Pacing;
use alluvium_lakehouse::{
    BatchLimits, BatchProgress, PipelineControl, PipelineDefinition, PipelineFailure, PipelineReport,
    QueryOptions, RunOptions, SourceText, TableCatalog, Trigger, query, run_pipeline,
};
use tokio::sync::mpsc;
use url::Url;

use crate::scripted_kinesis::ScriptedKinesis;

const S0: &str = "shardId-000000000000";
const S1: &str = "shardId-000000000001";
const S2: &str = "shardId-000000000002";

fn definition(directory: &Path, trigger: Trigger) -> PipelineDefinition {
    let table = |name| Url::from_directory_path(directory.join(name)).expect("an absolute path");
    let text = |file: &str, text: &str| SourceText { file: file.into(), text: text.into() };
    let schema = text("pin.schema", "id INT, name STRING");
    let sql = text("pin.sql", "SELECT id, name FROM stream");
    PipelineDefinition {
        trigger,
        batch: BatchLimits { records_max: 100, data_bytes_max: 1 << 20 },
        ..PipelineDefinition::new("pin", "streaming-pin", schema, sql, table("pin_table"))
    }
}

fn options(worker: &str) -> RunOptions {
    let pacing = Pacing { read_interval_min: Duration::ZERO, idle_interval: Duration::from_millis(5) };
    RunOptions { worker: worker.into(), pacing, clock: Clock::system() }
}

/// Drains what is in the stream now.
async fn drain(kinesis: &ScriptedKinesis, directory: &Path) -> Result<PipelineReport, PipelineFailure> {
    let definition = definition(directory, Trigger::AvailableNow);
    let (progress, _) = mpsc::channel(1);
    let client = kinesis.client().await;
    run_pipeline(&definition, &client, &PipelineControl::new(), progress, &options("worker")).await
}

/// The ids in the table and the sequence numbers in the quarantine, in order, as `1 2 3 | 4`.
async fn stored(directory: &Path) -> String {
    let catalog = TableCatalog::under(directory).expect("readable");
    let mut lists = Vec::new();
    for text in [
        "SELECT id AS v FROM pin_table ORDER BY id",
        "SELECT cast(sequence_number AS bigint) AS v FROM pin_table_quarantine ORDER BY v",
    ] {
        let rows = query(&catalog, text, &QueryOptions::default()).await.expect("rows");
        let values =
            rows.to_json_rows().expect("JSON").iter().map(|row| row["v"].to_string()).collect::<Vec<_>>();
        lists.push(values.join(" "));
    }
    lists.join(" | ")
}

fn put(kinesis: &ScriptedKinesis, shard: &str, ids: std::ops::RangeInclusive<u64>) {
    for id in ids {
        kinesis.put(shard, id, format!("{{\"id\":{id},\"name\":\"n{id}\"}}"));
    }
}

#[tokio::test]
async fn a_restart_goes_on_after_the_last_record_and_a_crash_between_the_two_commits_repeats_nothing() {
    let directory = tempfile::tempdir().expect("a directory");
    let kinesis = ScriptedKinesis::with_shards(&[S0, S1]);
    put(&kinesis, S0, 1..=8);
    kinesis.put(S0, 9, "no json");
    put(&kinesis, S1, 11..=12);
    let first = drain(&kinesis, directory.path()).await.expect("drained");
    assert_eq!((first.input_rows, first.rows, first.quarantined, first.batches), (11, 10, 1, 1));
    assert_eq!(
        first.positions.into_iter().collect::<Vec<_>>(),
        [(S0.into(), "9".into()), (S1.into(), "12".into())]
    );
    assert_eq!(stored(directory.path()).await, "1 2 3 4 5 6 7 8 11 12 | 9");

    let again = drain(&kinesis, directory.path()).await.expect("nothing new");
    assert_eq!((again.input_rows, again.batches), (0, 0));

    put(&kinesis, S1, 13..=14);
    kinesis.put(S1, 15, "[]");
    kinesis.put(S1, 16, "{");
    drain(&kinesis, directory.path()).await.expect("drained");
    // Version 0 makes the table, 1 says whose stream it is, 2 and 3 are batches: without the last, the process died
    // between the quarantine's commit and the table's.
    fs_err::remove_file(directory.path().join("pin_table/_delta_log/00000000000000000003.json"))
        .expect("there");
    assert_eq!(stored(directory.path()).await, "1 2 3 4 5 6 7 8 11 12 | 9 15 16");
    put(&kinesis, S0, 10..=10);
    kinesis.put(S1, 17, "}");
    let last = drain(&kinesis, directory.path()).await.expect("drained");
    assert_eq!(last.input_rows, 6, "the lost batch and two records more");
    assert_eq!(stored(directory.path()).await, "1 2 3 4 5 6 7 8 10 11 12 13 14 | 9 15 16 17");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_pipeline_follows_splits_reports_batches_and_stops_with_what_it_has() {
    let directory = tempfile::tempdir().expect("a directory");
    let kinesis = ScriptedKinesis::with_shards(&[S0]);
    put(&kinesis, S0, 1..=4);
    let definition = definition(directory.path(), Trigger::ProcessingTime(Duration::from_millis(50)));
    let (client, control) = (kinesis.client().await, PipelineControl::new());
    let (progress, mut batches) = mpsc::channel::<BatchProgress>(16);
    let options = options("worker");
    let listening = control.clone();
    // On a task of its own, as the program runs it.
    let run =
        tokio::spawn(async move { run_pipeline(&definition, &client, &listening, progress, &options).await });
    let script = async {
        let mut seen = Vec::new();
        let mut wait_for = async |rows: u64| {
            while seen.iter().map(|batch: &BatchProgress| batch.input_rows).sum::<u64>() < rows {
                seen.push(batches.recv().await.expect("the pipeline runs"));
            }
        };
        wait_for(4).await;
        put(&kinesis, S0, 5..=6);
        kinesis.split(S0, S2);
        put(&kinesis, S2, 7..=7);
        wait_for(7).await;
        control.stop();
        seen
    };
    let (report, seen) = tokio::join!(run, script);
    let report = report.expect("no panic").expect("stopped");
    assert_eq!((report.rows, report.batches), (7, seen.len() as u64));
    assert_eq!(stored(directory.path()).await, "1 2 3 4 5 6 7 | ");
    assert_eq!(
        report.positions.into_iter().collect::<Vec<_>>(),
        [(S0.into(), "6".into()), (S2.into(), "7".into())]
    );
    let told = serde_json::to_value(&seen[0]).expect("JSON");
    assert_eq!(told["shards"][0]["shard_id"], S0);
    assert!(
        told["commit_version"].as_u64() >= Some(2) && told["duration_millis"]["commit"].is_u64(),
        "{told}"
    );
    let ended = |batch: &&BatchProgress| batch.shards.iter().any(|shard| shard.shard_id == S0 && shard.ended);
    assert_eq!(seen.iter().filter(ended).count(), 1, "the parent's end is committed once");
}

#[tokio::test]
async fn of_two_workers_one_wins_each_batch_and_the_other_stops_and_names_it() {
    let directory = tempfile::tempdir().expect("a directory");
    let kinesis = ScriptedKinesis::with_shards(&[S0]);
    put(&kinesis, S0, 1..=2);
    let definition = definition(directory.path(), Trigger::ProcessingTime(Duration::from_millis(20)));
    let (client, control) = (kinesis.client().await, PipelineControl::new());
    let run = async |worker: &str| {
        let (progress, mut batches) = mpsc::channel(64);
        let (options, drain) = (options(worker), async { while batches.recv().await.is_some() {} });
        let (outcome, ()) =
            tokio::join!(run_pipeline(&definition, &client, &control, progress, &options), drain);
        outcome
    };
    let last = Cell::new(2);
    let feed = async {
        loop {
            last.set(last.get() + 1);
            put(&kinesis, S0, last.get()..=last.get());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let (mut a, mut b) = (Box::pin(run("host-a")), Box::pin(run("host-b")));
    let (loser, winner) = tokio::select! {
        outcome = &mut a => (outcome, "host-b"),
        outcome = &mut b => (outcome, "host-a"),
        () = feed => unreachable!("it feeds for ever"),
    };
    let said = loser.expect_err("one of them is fenced").to_string();
    assert!(said.contains("another worker has taken over") && said.contains(winner), "{said}");
    control.drain();
    let rest = if winner == "host-a" { a.await } else { b.await };
    rest.expect("the winner drains");
    let all: Vec<String> = (1..=last.get()).map(|id| id.to_string()).collect();
    assert_eq!(stored(directory.path()).await, format!("{} | ", all.join(" ")));
}

#[tokio::test]
async fn a_stream_made_again_and_a_wrong_definition_are_refused() {
    let directory = tempfile::tempdir().expect("a directory");
    let kinesis = ScriptedKinesis::with_shards(&[S0]);
    put(&kinesis, S0, 1..=1);
    drain(&kinesis, directory.path()).await.expect("drained");
    kinesis.make_again();
    let said = drain(&kinesis, directory.path()).await.expect_err("another stream").to_string();
    assert!(said.contains("it was deleted and made again"), "{said}");
    let mut wrong = definition(directory.path(), Trigger::AvailableNow);
    wrong.sql.text = "SELECT nothing FROM stream".into();
    let (progress, _) = mpsc::channel(1);
    let client = kinesis.client().await;
    let refused = run_pipeline(&wrong, &client, &PipelineControl::new(), progress, &options("worker")).await;
    let said = refused.expect_err("no such column").to_string();
    assert!(said.contains("pin.sql:1:8"), "{said}");
}

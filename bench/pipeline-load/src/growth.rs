//! The cost of a commit as the table grows: thousands of small ones, one after the other, without maintenance.

use std::path::Path;
use std::sync::Arc;

use alluvium_lakehouse::{
    BatchLimits, BatchProgress, PipelineControl, PipelineDefinition, RawRecord, run_records,
};
use alluvium_load::{Usage, own_usage};
use anyhow::Result;
use bytes::Bytes;
use serde_json::json;
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::definition::{self, STREAM};

/// Records of one commit.
const RECORDS: usize = 10;
/// Commits over which the mean is taken.
const WINDOW: u64 = 100;

/// The child: prints a line for the commits before 100, 1000, and each further tenth.
pub(crate) async fn measure(output: &Path, commits: u64) -> Result<()> {
    let definition = PipelineDefinition {
        batch: BatchLimits { records_max: RECORDS, ..BatchLimits::default() },
        ..definition::pin(&output.join("table"))?
    };
    let (chunks, receiver) = mpsc::channel(1);
    tokio::spawn(async move {
        for number in 0..commits {
            if chunks.send(Ok(records(number))).await.is_err() {
                return;
            }
        }
    });
    let (progress, mut batches) = mpsc::channel::<BatchProgress>(64);
    let watch = async move {
        let mut window: Option<(Instant, Usage, u64)> = None;
        while let Some(batch) = batches.recv().await {
            let done = batch.batch;
            if !done.is_multiple_of(WINDOW) {
                continue;
            }
            let now = (Instant::now(), own_usage()?, done);
            if let Some((began, before, from)) = window.replace(now) {
                let each = (done - from) as f64;
                let seconds = now.0.duration_since(began).as_secs_f64();
                let shown = done == 2 * WINDOW
                    || done == 1_000.min(commits)
                    || done.is_multiple_of((commits / 5).max(1));
                if shown {
                    println!(
                        "{}",
                        json!({
                            "commits": done,
                            "millis": 1e3 * seconds / each,
                            "cpu_millis": 1e3 * (now.1.cpu_seconds - before.cpu_seconds) / each,
                            "memory_mib": now.1.memory_mib,
                        })
                    );
                }
            }
        }
        Ok::<_, anyhow::Error>(())
    };
    let (control, options) = (PipelineControl::new(), definition::options());
    let run = run_records(&definition, "files", |_| receiver, &control, progress, &options);
    let (report, watched) = tokio::join!(run, watch);
    report?;
    watched
}

fn records(chunk: u64) -> Vec<RawRecord> {
    let record = |number: u64| RawRecord {
        data: Bytes::from(format!(
            r#"{{"index":{number},"unique_id":"{number:032x}","title":"A title","follower_count":"12k","downloaded":1}}"#
        )),
        partition_key: String::new(),
        sequence_number: (number + 1).to_string(),
        sub_sequence_number: None,
        shard_id: Arc::from("records"),
        stream: Arc::from(STREAM),
        arrival_millis: 0,
    };
    let first = chunk * RECORDS as u64;
    (first..first + RECORDS as u64).map(record).collect()
}

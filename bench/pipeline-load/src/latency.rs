//! From the acknowledgement of a PUT to its row in the table, at a trigger of 250 ms.

use std::path::Path;
use std::time::Duration;

use alluvium_lakehouse::{
    BatchProgress, PipelineControl, PipelineDefinition, SequenceNumber, Trigger, run_pipeline,
};
use anyhow::{Context, Result, bail};
use aws_sdk_kinesis::primitives::Blob;
use serde_json::json;
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::definition::{self, STREAM};
use crate::kinesis::Kinesis;

const TRIGGER: Duration = Duration::from_millis(250);
/// Time between two PUTs; no divisor of the trigger, so that they meet it everywhere.
const BETWEEN: Duration = Duration::from_millis(23);

/// The child: prints the median, the 99th percentile and the most.
pub(crate) async fn measure(output: &Path, puts: usize) -> Result<()> {
    let kinesis = Kinesis::start(output, 1).await?;
    let definition = PipelineDefinition {
        trigger: Trigger::ProcessingTime(TRIGGER),
        ..definition::pin(&output.join("table"))?
    };
    let (progress, batches) = mpsc::channel(1_000);
    let (control, options) = (PipelineControl::new(), definition::options());
    let run = run_pipeline(&definition, &kinesis.client, &control, progress, &options);
    let put = async {
        let put = put(&kinesis, puts).await;
        control.drain();
        put
    };
    let (report, acknowledged, visible) = tokio::join!(run, put, watch(batches));
    let (report, acknowledged) = (report?, acknowledged?);
    if report.rows != acknowledged.len() as u64 {
        bail!("{} records were acknowledged, {} rows came", acknowledged.len(), report.rows);
    }
    let mut millis = Vec::with_capacity(acknowledged.len());
    for (number, at) in acknowledged {
        let seen = visible.iter().find(|(to, _)| *to >= number).context("a row whose batch was not told")?;
        millis.push(1e3 * seen.1.saturating_duration_since(at).as_secs_f64());
    }
    millis.sort_by(f64::total_cmp);
    let at = |percent: usize| millis[(millis.len() * percent / 100).min(millis.len() - 1)];
    println!("{}", json!({"puts": millis.len(), "p50": at(50), "p99": at(99), "max": at(100)}));
    kinesis.close().await;
    Ok(())
}

/// Puts records one after the other; each acknowledged sequence number with its moment.
async fn put(kinesis: &Kinesis, puts: usize) -> Result<Vec<(SequenceNumber, Instant)>> {
    let mut acknowledged = Vec::with_capacity(puts);
    let mut turns = tokio::time::interval(BETWEEN);
    for number in 0..puts {
        turns.tick().await;
        let data = format!(r#"{{"index":{number},"title":"A title","follower_count":"12k"}}"#);
        let request = kinesis.client.sdk().put_record().stream_name(STREAM).partition_key("key");
        let answer = request.data(Blob::new(data)).send().await?;
        let number = SequenceNumber::parse(&answer.sequence_number).context("a sequence number")?;
        acknowledged.push((number, Instant::now()));
    }
    Ok(acknowledged)
}

/// Each committed position with its moment.
async fn watch(mut batches: mpsc::Receiver<BatchProgress>) -> Vec<(SequenceNumber, Instant)> {
    let mut visible = Vec::new();
    while let Some(batch) = batches.recv().await {
        let to = batch.shards.iter().find_map(|shard| SequenceNumber::parse(shard.to_inclusive.as_ref()?));
        visible.extend(to.map(|to| (to, Instant::now())));
    }
    visible
}

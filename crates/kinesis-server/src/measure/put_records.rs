//! PutRecords, measured.

use std::sync::Arc;

use alluvium_kinesis_model::operations::{PutRecordsInput, PutRecordsOutput, PutRecordsResult};
use alluvium_kinesis_model::{Exception, ExceptionKind, ShardId};
use alluvium_stream_store::{ShardMetric, Stream};

use crate::measure::metric::StreamMetric;
use crate::measure::{Began, counts};
use crate::operations;
use crate::server::Server;

/// What became of the records of a request.
#[derive(Debug, Default)]
struct Outcome {
    put: u32,
    put_bytes: u64,
    throttled: u32,
    failed: u32,
}

pub(crate) async fn put_records(
    server: Arc<Server>,
    input: PutRecordsInput,
) -> Result<PutRecordsOutput, Exception> {
    let began = Began::now(&server);
    let stream = server.stream(&input.stream).ok();
    let sizes: Vec<usize> = input.records.iter().map(|record| record.data.len()).collect();
    let result = operations::put_records(Arc::clone(&server), input).await;
    let Some(stream) = stream else { return result };

    let outcome = match &result {
        Ok(output) => Outcome::of(output, &sizes),
        Err(exception) if counts(exception) => {
            let records = u32::try_from(sizes.len()).unwrap_or(u32::MAX);
            let throttled = exception.kind == ExceptionKind::ProvisionedThroughputExceeded;
            let (throttled, failed) = if throttled { (records, 0) } else { (0, records) };
            Outcome { throttled, failed, ..Outcome::default() }
        }
        Err(_) => return result,
    };
    let now_millis = server.clock.now_millis();
    let put_bytes = outcome.put_bytes as f64;
    let measured = [
        StreamMetric::PutRecordsLatency.of(began.millis(&server)),
        StreamMetric::PutRecordsSuccess.of(f64::from(u8::from(outcome.put > 0))),
        StreamMetric::PutRecordsBytes.of(put_bytes),
        StreamMetric::PutRecordsRecords.of(f64::from(outcome.put)),
        StreamMetric::PutRecordsSuccessful.of(f64::from(outcome.put)),
        StreamMetric::PutRecordsFailed.of(f64::from(outcome.failed)),
        StreamMetric::PutRecordsThrottled.of(f64::from(outcome.throttled)),
        StreamMetric::PutRecordsTotal.of(sizes.len() as f64),
        StreamMetric::IncomingBytes.of(put_bytes),
        StreamMetric::IncomingRecords.of(f64::from(outcome.put)),
        StreamMetric::WritesExceeded.of(f64::from(outcome.throttled)),
    ];
    server.measures.record(&stream, now_millis, &measured);
    if let Ok(output) = &result {
        measure_shards(&server, &stream, now_millis, output, &sizes);
    }
    result
}

impl Outcome {
    fn of(output: &PutRecordsOutput, sizes: &[usize]) -> Self {
        let mut outcome = Self::default();
        for (record, size) in output.records.iter().zip(sizes) {
            match record {
                PutRecordsResult::Put { .. } => {
                    outcome.put += 1;
                    outcome.put_bytes += *size as u64;
                }
                PutRecordsResult::Failed { kind: ExceptionKind::ProvisionedThroughputExceeded, .. } => {
                    outcome.throttled += 1;
                }
                PutRecordsResult::Failed { .. } => outcome.failed += 1,
            }
        }
        outcome
    }
}

/// Records what went to each shard, where that is asked for.
fn measure_shards(
    server: &Server,
    stream: &Stream,
    now_millis: i64,
    output: &PutRecordsOutput,
    sizes: &[usize],
) {
    if stream.settings.shard_metrics.is_empty() {
        return;
    }
    let mut shards: Vec<(ShardId, f64, f64)> = Vec::new();
    for (record, size) in output.records.iter().zip(sizes) {
        let PutRecordsResult::Put { shard_id, .. } = record else { continue };
        match shards.iter_mut().find(|(shard, ..)| shard == shard_id) {
            Some((_, records, bytes)) => {
                *records += 1.0;
                *bytes += *size as f64;
            }
            None => shards.push((*shard_id, 1.0, *size as f64)),
        }
    }
    for (shard, records, bytes) in shards {
        let of_shard = [
            (ShardMetric::IncomingBytes, bytes),
            (ShardMetric::IncomingRecords, records),
            (ShardMetric::WriteProvisionedThroughputExceeded, 0.0),
        ];
        server.measures.record_shard(stream, shard, now_millis, &of_shard);
    }
}

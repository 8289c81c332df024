//! PutRecord, measured.

use std::sync::Arc;

use alluvium_kinesis_model::Exception;
use alluvium_kinesis_model::operations::{PutRecordInput, PutRecordOutput};
use alluvium_stream_store::ShardMetric;

use crate::measure::metric::StreamMetric;
use crate::measure::{Began, counts, exceeded};
use crate::operations;
use crate::server::Server;

pub(crate) async fn put_record(
    server: Arc<Server>,
    input: PutRecordInput,
) -> Result<PutRecordOutput, Exception> {
    let began = Began::now(&server);
    // Looked up once, for the measures and for the work.
    let stream = server.stream(&input.stream)?;
    let bytes = input.data.len() as f64;
    let result = operations::put_record(Arc::clone(&server), input, Arc::clone(&stream)).await;

    let now_millis = server.clock.now_millis();
    match &result {
        Ok(output) => {
            let measured = [
                StreamMetric::PutRecordLatency.of(began.millis(&server)),
                StreamMetric::PutRecordSuccess.of(1.0),
                StreamMetric::PutRecordBytes.of(bytes),
                StreamMetric::IncomingBytes.of(bytes),
                StreamMetric::IncomingRecords.of(1.0),
                StreamMetric::WritesExceeded.of(0.0),
            ];
            server.measures.record(&stream, now_millis, &measured);
            let of_shard = [
                (ShardMetric::IncomingBytes, bytes),
                (ShardMetric::IncomingRecords, 1.0),
                (ShardMetric::WriteProvisionedThroughputExceeded, 0.0),
            ];
            server.measures.record_shard(&stream, output.shard_id, now_millis, &of_shard);
        }
        Err(exception) if counts(exception) => {
            let measured = [
                StreamMetric::PutRecordLatency.of(began.millis(&server)),
                StreamMetric::PutRecordSuccess.of(0.0),
                StreamMetric::WritesExceeded.of(exceeded(exception)),
            ];
            server.measures.record(&stream, now_millis, &measured);
        }
        Err(_) => {}
    }
    result
}

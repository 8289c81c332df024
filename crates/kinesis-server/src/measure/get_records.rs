//! GetRecords, measured.

use std::sync::Arc;

use alluvium_kinesis_model::Exception;
use alluvium_kinesis_model::operations::GetRecordsInput;
use alluvium_stream_store::ShardMetric;

use crate::measure::metric::StreamMetric;
use crate::measure::{Began, counts, data_bytes, exceeded};
use crate::operations::{self, PageOutput};
use crate::server::Server;
use crate::shard_iterator::ShardIterator;

pub(crate) async fn get_records(
    server: Arc<Server>,
    input: GetRecordsInput,
) -> Result<PageOutput, Exception> {
    let began = Began::now(&server);
    let iterator = input.shard_iterator.clone();
    let result = operations::get_records(Arc::clone(&server), input).await;
    match &result {
        Ok(page) => measure_page(&server, &began, page),
        Err(exception) if counts(exception) => measure_refusal(&server, &began, &iterator, exception),
        Err(_) => {}
    }
    result
}

fn measure_page(server: &Server, began: &Began, page: &PageOutput) {
    let (stream, shard) = page.place();
    let now_millis = server.clock.now_millis();
    let (records, bytes) = (page.page().records.len() as f64, data_bytes(page.page()) as f64);
    let behind_millis = page.millis_behind_latest() as f64;
    let measured = [
        StreamMetric::GetRecordsLatency.of(began.millis(server)),
        StreamMetric::GetRecordsSuccess.of(1.0),
        StreamMetric::GetRecordsRecords.of(records),
        StreamMetric::GetRecordsBytes.of(bytes),
        StreamMetric::GetRecordsIteratorAge.of(behind_millis),
        StreamMetric::ReadsExceeded.of(0.0),
    ];
    server.measures.record(stream, now_millis, &measured);
    let of_shard = [
        (ShardMetric::OutgoingRecords, records),
        (ShardMetric::OutgoingBytes, bytes),
        (ShardMetric::IteratorAgeMilliseconds, behind_millis),
        (ShardMetric::ReadProvisionedThroughputExceeded, 0.0),
    ];
    server.measures.record_shard(stream, shard, now_millis, &of_shard);
}

fn measure_refusal(server: &Server, began: &Began, iterator: &str, exception: &Exception) {
    let now_millis = server.clock.now_millis();
    // An iterator that is none belongs to no stream, and its request to no stream's metrics.
    let Ok(iterator) = ShardIterator::open(&server.options.token_key, iterator, now_millis) else { return };
    let Some(stream) = server.store.stream_by_id(iterator.stream_id) else { return };
    let exceeded = exceeded(exception);
    let measured = [
        StreamMetric::GetRecordsLatency.of(began.millis(server)),
        StreamMetric::GetRecordsSuccess.of(0.0),
        StreamMetric::ReadsExceeded.of(exceeded),
    ];
    server.measures.record(&stream, now_millis, &measured);
    let of_shard = [(ShardMetric::ReadProvisionedThroughputExceeded, exceeded)];
    server.measures.record_shard(&stream, iterator.shard, now_millis, &of_shard);
}

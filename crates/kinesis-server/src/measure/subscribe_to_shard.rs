//! SubscribeToShard and what it pushes, measured by stream and consumer.

use std::sync::Arc;

use alluvium_cloudwatch::Meter;
use alluvium_kinesis_model::operations::SubscribeToShardInput;
use alluvium_kinesis_model::{Exception, ExceptionKind};
use alluvium_stream_store::Page;

use crate::measure::metric::{CONSUMER_METRICS, ConsumerMetric, NAMESPACE};
use crate::measure::{counts, data_bytes};
use crate::operations;
use crate::server::Server;
use crate::subscription::Subscription;

pub(crate) fn subscribe_to_shard(
    server: &Arc<Server>,
    input: SubscribeToShardInput,
) -> Result<Subscription, Exception> {
    let arn = input.consumer_arn.clone();
    let result = operations::subscribe_to_shard(Arc::clone(server), input);
    let now_millis = server.clock.now_millis();
    match &result {
        Ok(subscription) => {
            let measured = [ConsumerMetric::Success.of(1.0), ConsumerMetric::RateExceeded.of(0.0)];
            subscription.meter.record(now_millis, &measured);
        }
        Err(exception) if counts(exception) => {
            let stream_name = &arn.stream.stream_name;
            let stream = server.store.stream(stream_name);
            // What names no consumer belongs to no consumer's metrics.
            if stream.is_some_and(|stream| stream.consumer(&arn.consumer_name, now_millis).is_some()) {
                let exceeded =
                    matches!(exception.kind, ExceptionKind::ResourceInUse | ExceptionKind::LimitExceeded);
                let measured = [
                    ConsumerMetric::Success.of(0.0),
                    ConsumerMetric::RateExceeded.of(f64::from(u8::from(exceeded))),
                ];
                consumer_meter(server, stream_name.as_str(), &arn.consumer_name)
                    .record(now_millis, &measured);
            }
        }
        Err(_) => {}
    }
    result
}

/// The meter of a consumer, which a subscription holds for its events.
pub(crate) fn consumer_meter(server: &Server, stream_name: &str, consumer_name: &str) -> Meter {
    let dimensions = [("StreamName", stream_name), ("ConsumerName", consumer_name)];
    server.measures.metrics.meter(NAMESPACE, &dimensions, CONSUMER_METRICS)
}

/// Records an event that is pushed.
pub(crate) fn pushed(meter: &Meter, now_millis: i64, page: &Page, millis_behind_latest: u64) {
    let measured = [
        ConsumerMetric::EventSuccess.of(1.0),
        ConsumerMetric::EventRecords.of(page.records.len() as f64),
        ConsumerMetric::EventBytes.of(data_bytes(page) as f64),
        ConsumerMetric::EventMillisBehindLatest.of(millis_behind_latest as f64),
    ];
    meter.record(now_millis, &measured);
}

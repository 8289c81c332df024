//! The metrics of Kinesis by the names and units of
//! <https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html>.

use alluvium_cloudwatch::{Measured, MetricSpec, Unit};
use alluvium_stream_store::ShardMetric;

/// The namespace of them all.
pub(crate) const NAMESPACE: &str = "AWS/Kinesis";

/// Lists metrics whose places in a meter are their places in the list.
macro_rules! metrics {
    ($(#[$about:meta])* $list:ident, $specs:ident: $($metric:ident $name:literal $unit:ident),* $(,)?) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum $list { $($metric),* }

        $(#[$about])*
        pub(crate) const $specs: &[MetricSpec] = &[$(MetricSpec { name: $name, unit: Unit::$unit }),*];

        impl $list {
            /// One value of the metric.
            pub(crate) fn of(self, value: f64) -> Measured {
                Measured { metric: self as usize, value }
            }
        }
    };
}

metrics!(
    /// Of a stream.
    StreamMetric, STREAM_METRICS:
    GetRecordsBytes "GetRecords.Bytes" BYTES,
    GetRecordsIteratorAge "GetRecords.IteratorAgeMilliseconds" MILLISECONDS,
    GetRecordsLatency "GetRecords.Latency" MILLISECONDS,
    GetRecordsRecords "GetRecords.Records" COUNT,
    GetRecordsSuccess "GetRecords.Success" COUNT,
    IncomingBytes "IncomingBytes" BYTES,
    IncomingRecords "IncomingRecords" COUNT,
    PutRecordBytes "PutRecord.Bytes" BYTES,
    PutRecordLatency "PutRecord.Latency" MILLISECONDS,
    PutRecordSuccess "PutRecord.Success" COUNT,
    PutRecordsBytes "PutRecords.Bytes" BYTES,
    PutRecordsFailed "PutRecords.FailedRecords" COUNT,
    PutRecordsLatency "PutRecords.Latency" MILLISECONDS,
    PutRecordsRecords "PutRecords.Records" COUNT,
    PutRecordsSuccess "PutRecords.Success" COUNT,
    PutRecordsSuccessful "PutRecords.SuccessfulRecords" COUNT,
    PutRecordsThrottled "PutRecords.ThrottledRecords" COUNT,
    PutRecordsTotal "PutRecords.TotalRecords" COUNT,
    ReadsExceeded "ReadProvisionedThroughputExceeded" COUNT,
    WritesExceeded "WriteProvisionedThroughputExceeded" COUNT,
);

metrics!(
    /// Of an enhanced fan-out consumer.
    ConsumerMetric, CONSUMER_METRICS:
    RateExceeded "SubscribeToShard.RateExceeded" COUNT,
    Success "SubscribeToShard.Success" COUNT,
    EventBytes "SubscribeToShardEvent.Bytes" BYTES,
    EventMillisBehindLatest "SubscribeToShardEvent.MillisBehindLatest" MILLISECONDS,
    EventRecords "SubscribeToShardEvent.Records" COUNT,
    EventSuccess "SubscribeToShardEvent.Success" COUNT,
);

/// Of a shard, in the order of [`ShardMetric`].
pub(crate) const SHARD_METRICS: &[MetricSpec] = &[
    MetricSpec { name: "IncomingBytes", unit: Unit::BYTES },
    MetricSpec { name: "IncomingRecords", unit: Unit::COUNT },
    MetricSpec { name: "OutgoingBytes", unit: Unit::BYTES },
    MetricSpec { name: "OutgoingRecords", unit: Unit::COUNT },
    MetricSpec { name: "WriteProvisionedThroughputExceeded", unit: Unit::COUNT },
    MetricSpec { name: "ReadProvisionedThroughputExceeded", unit: Unit::COUNT },
    MetricSpec { name: "IteratorAgeMilliseconds", unit: Unit::MILLISECONDS },
];

/// One value of a shard's metric.
pub(crate) fn of_shard(metric: ShardMetric, value: f64) -> Measured {
    Measured { metric: metric as usize, value }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_places_of_shard_metrics_are_those_of_their_names() {
        for metric in ShardMetric::ALL {
            assert_eq!(SHARD_METRICS[of_shard(metric, 0.0).metric].name, metric.name());
        }
        assert_eq!(
            STREAM_METRICS[StreamMetric::WritesExceeded.of(1.0).metric].name,
            "WriteProvisionedThroughputExceeded"
        );
    }
}

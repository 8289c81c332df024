//! What the service measures of itself: CloudWatch's metrics of each stream, of its shards where enhanced monitoring is on, and
//! how many requests it answered how.
//!
//! What must stay true: measuring changes nothing in an answer, and costs the hot paths two look-ups and one lock that no other
//! thread wants.

mod get_records;
mod metric;
mod put_record;
mod put_records;
mod subscribe_to_shard;

pub(crate) use get_records::get_records;
pub(crate) use put_record::put_record;
pub(crate) use put_records::put_records;
pub(crate) use subscribe_to_shard::{consumer_meter, pushed, subscribe_to_shard};

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use alluvium_cloudwatch::{Measured, Meter, Metrics, ProcessNumber, ProcessValue};
use alluvium_kinesis_model::{Exception, ExceptionKind, Operation, ShardId};
use alluvium_stream_store::{Page, ShardMetric, Stream};

use crate::measure::metric::{NAMESPACE, SHARD_METRICS, STREAM_METRICS};
use crate::server::Server;

/// What is measured, and where.
#[derive(Debug)]
pub(crate) struct Measures {
    metrics: Metrics,
    /// By the store's number of the stream.
    streams: RwLock<HashMap<u64, Arc<StreamMeters>>>,
    /// Requests that went well, by operation.
    successes: Vec<AtomicU64>,
    /// Requests that were refused, by operation and exception.
    refusals: Mutex<BTreeMap<(&'static str, &'static str), u64>>,
}

#[derive(Debug)]
struct StreamMeters {
    stream: Meter,
    shards: RwLock<HashMap<ShardId, Meter>>,
}

impl Measures {
    pub(crate) fn new(metrics: Metrics) -> Self {
        Self {
            metrics,
            streams: RwLock::default(),
            successes: Operation::ALL.iter().map(|_| AtomicU64::new(0)).collect(),
            refusals: Mutex::default(),
        }
    }

    /// Counts an answered request.
    pub(crate) fn answered(&self, operation: Operation, refusal: Option<&Exception>) {
        match refusal {
            None => {
                if let Some(count) = self.successes.get(operation as usize) {
                    count.fetch_add(1, Ordering::Relaxed);
                }
            }
            Some(exception) => {
                let key = (operation.name(), exception.kind.wire_name());
                let mut refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
                *refusals.entry(key).or_default() += 1;
            }
        }
    }

    /// How many requests were answered how.
    pub(crate) fn requests(&self) -> Vec<ProcessValue> {
        let value = |operation: &'static str, outcome: &str, count| ProcessValue {
            name: "alluvium_kinesis_requests",
            help: "Requests to Kinesis that were answered, by operation and by exception or OK",
            labels: vec![("operation", operation.to_owned()), ("outcome", outcome.to_owned())],
            value: ProcessNumber::Counter(count),
        };
        let successes = Operation::ALL.iter().zip(&self.successes);
        let mut values: Vec<_> = successes
            .map(|(operation, count)| (operation, count.load(Ordering::Relaxed)))
            .filter(|(_, count)| *count > 0)
            .map(|(operation, count)| value(operation.name(), "OK", count))
            .collect();
        let refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        values.extend(
            refusals.iter().map(|((operation, exception), count)| value(operation, exception, *count)),
        );
        values
    }

    /// Lets the meters of streams and shards go that are no more; `find` gives a stream that is there.
    pub(crate) fn forget(&self, find: impl Fn(u64) -> Option<Arc<Stream>>) {
        let mut streams = self.streams.write().unwrap_or_else(PoisonError::into_inner);
        streams.retain(|stream_id, meters| {
            let Some(stream) = find(*stream_id) else { return false };
            let mut shards = meters.shards.write().unwrap_or_else(PoisonError::into_inner);
            shards.retain(|shard, _| stream.shard(*shard).is_some());
            true
        });
    }

    fn of_stream(&self, stream: &Stream) -> Arc<StreamMeters> {
        if let Some(meters) = self.streams.read().unwrap_or_else(PoisonError::into_inner).get(&stream.id) {
            return Arc::clone(meters);
        }
        let dimensions = [("StreamName", stream.name.as_str())];
        let meters = Arc::new(StreamMeters {
            stream: self.metrics.meter(NAMESPACE, &dimensions, STREAM_METRICS),
            shards: RwLock::default(),
        });
        let mut streams = self.streams.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(streams.entry(stream.id).or_insert(meters))
    }

    /// Records values of a stream.
    fn record(&self, stream: &Stream, now_millis: i64, measured: &[Measured]) {
        self.of_stream(stream).stream.record(now_millis, measured);
    }

    /// Records that a shard took no record for its rate; what the stream's metrics say of it is recorded with the request.
    pub(crate) fn write_exceeded(&self, stream: &Stream, shard: ShardId, now_millis: i64) {
        self.record_shard(
            stream,
            shard,
            now_millis,
            &[(ShardMetric::WriteProvisionedThroughputExceeded, 1.0)],
        );
    }

    /// Records that a request was refused before its work, for its rate or on purpose.
    pub(crate) fn refused(
        &self,
        operation: Operation,
        stream: &Stream,
        now_millis: i64,
        exception: &Exception,
    ) {
        use metric::StreamMetric as Metric;
        let (success, exceeds) = match operation.name() {
            "PutRecord" => (Metric::PutRecordSuccess, Metric::WritesExceeded),
            "PutRecords" => (Metric::PutRecordsSuccess, Metric::WritesExceeded),
            "GetRecords" => (Metric::GetRecordsSuccess, Metric::ReadsExceeded),
            _ => return,
        };
        self.record(stream, now_millis, &[success.of(0.0), exceeds.of(exceeded(exception))]);
    }

    /// Records values of a shard, those that enhanced monitoring asks for.
    fn record_shard(&self, stream: &Stream, shard: ShardId, now_millis: i64, values: &[(ShardMetric, f64)]) {
        let wanted = &stream.settings.shard_metrics;
        if wanted.is_empty() {
            return;
        }
        let measured: Vec<_> = values
            .iter()
            .filter(|(metric, _)| wanted.contains(metric))
            .map(|(metric, value)| metric::of_shard(*metric, *value))
            .collect();
        let meters = self.of_stream(stream);
        if let Some(meter) = meters.shards.read().unwrap_or_else(PoisonError::into_inner).get(&shard) {
            meter.record(now_millis, &measured);
            return;
        }
        let dimensions = [("StreamName", stream.name.as_str()), ("ShardId", &shard.to_string())];
        let meter = self.metrics.meter(NAMESPACE, &dimensions, SHARD_METRICS);
        meter.record(now_millis, &measured);
        meters.shards.write().unwrap_or_else(PoisonError::into_inner).insert(shard, meter);
    }
}

/// What the store has done, for those who watch the process.
pub(crate) fn of_store(server: &Server) -> Vec<ProcessValue> {
    let stats = server.store.stats();
    let value = |name, help, value| ProcessValue { name, help, labels: Vec::new(), value };
    let count = ProcessNumber::Counter;
    vec![
        value(
            "alluvium_store_appends",
            "Appends acknowledged, one for each shard of a request",
            count(stats.appends),
        ),
        value("alluvium_store_records", "Records acknowledged", count(stats.records)),
        value("alluvium_store_commits", "Commits written", count(stats.commits)),
        value("alluvium_store_syncs", "Syncs of segments", count(stats.syncs)),
        value(
            "alluvium_store_segments",
            "Segments that there are",
            ProcessNumber::Gauge(stats.segments as f64),
        ),
        value(
            "alluvium_store_segment_bytes",
            "Bytes that the segments take",
            ProcessNumber::Gauge(stats.segment_bytes as f64),
        ),
        value(
            "alluvium_streams",
            "Streams that there are",
            ProcessNumber::Gauge(server.store.streams().len() as f64),
        ),
    ]
}

/// When a request began, on the server's clock.
struct Began(Duration);

impl Began {
    fn now(server: &Server) -> Self {
        Self(server.clock.since_epoch())
    }

    /// Milliseconds since then.
    fn millis(&self, server: &Server) -> f64 {
        server.clock.since_epoch().saturating_sub(self.0).as_secs_f64() * 1_000.0
    }
}

/// Whether a refusal says something about the service: one that only says what would have happened does not.
fn counts(exception: &Exception) -> bool {
    exception.kind != ExceptionKind::DryRunOperation
}

/// The bytes of a page's data, without its partition keys, as CloudWatch counts them.
fn data_bytes(page: &Page) -> usize {
    page.records.iter().map(|record| record.data.len()).sum()
}

/// 1 for a request refused for its rate, else 0.
fn exceeded(exception: &Exception) -> f64 {
    let exceeded = exception.kind == ExceptionKind::ProvisionedThroughputExceeded;
    f64::from(u8::from(exceeded))
}

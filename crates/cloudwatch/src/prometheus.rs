//! The metrics of this program as Prometheus reads them (<https://prometheus.io/docs/specs/om/open_metrics_spec/>).
//!
//! A metric `PutRecord.Latency` of `AWS/Kinesis` becomes the histogram `aws_kinesis_put_record_latency`, its dimension
//! `StreamName` the label `stream_name`; CloudWatch's own name stands in the help text. Sum and SampleCount are its `_sum` and
//! `_count`, since the program started. What clients put is not shown: their names could be anything.

use std::collections::BTreeMap;
use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric, MetricEncoder, text};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;

use crate::metrics::Metrics;
use crate::scope::Scope;
use crate::statistic::Statistic;
use crate::statistics::Statistics;
use crate::unit::Unit;

/// The content type of [`Metrics::prometheus`] for those who ask for OpenMetrics.
pub const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// The content type for all others, who read the same text.
pub const PLAIN_TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The upper bounds of the buckets of times, in milliseconds: powers of four from a sixteenth of one to a minute.
const MILLISECOND_BOUNDS: [f64; 11] =
    [0.0625, 0.25, 1.0, 4.0, 16.0, 64.0, 256.0, 1_024.0, 4_096.0, 16_384.0, 65_536.0];

/// A number that the process tells of itself when it is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct ProcessValue {
    /// The name, snake case, with its unit; of a counter without `_total`.
    pub name: &'static str,
    /// What it says, a sentence without its full stop.
    pub help: &'static str,
    /// Names and values of labels.
    pub labels: Vec<(&'static str, String)>,
    /// The number.
    pub value: ProcessNumber,
}

/// A number, and whether it only grows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ProcessNumber {
    /// How many since the process started.
    Counter(u64),
    /// How much there is now.
    Gauge(f64),
}

impl Metrics {
    /// All that the program measures, and `values`, as text.
    ///
    /// # Panics
    /// Never: a `String` takes every character.
    pub fn prometheus(&self, values: Vec<ProcessValue>) -> String {
        let mut registry = Registry::default();
        registry.register_collector(Box::new(Processes(by_name(values))));
        registry.register_collector(Box::new(Families(families(self))));
        let mut text = String::new();
        text::encode(&mut text, &registry).expect("a String takes every character");
        text
    }
}

#[derive(Debug)]
struct Processes(Vec<Vec<ProcessValue>>);

/// The values of one name beside each other, as the format wants them.
fn by_name(values: Vec<ProcessValue>) -> Vec<Vec<ProcessValue>> {
    let mut families: BTreeMap<&'static str, Vec<ProcessValue>> = BTreeMap::new();
    for value in values {
        families.entry(value.name).or_default().push(value);
    }
    families.into_values().collect()
}

impl ProcessNumber {
    fn encode(self, encoder: MetricEncoder) -> fmt::Result {
        match self {
            Self::Counter(count) => ConstCounter::new(count).encode(encoder),
            Self::Gauge(number) => ConstGauge::new(number).encode(encoder),
        }
    }
}

impl Collector for Processes {
    fn encode(&self, mut encoder: DescriptorEncoder) -> fmt::Result {
        for family in &self.0 {
            let Some(first) = family.first() else { continue };
            let metric_type = match first.value {
                ProcessNumber::Counter(_) => MetricType::Counter,
                ProcessNumber::Gauge(_) => MetricType::Gauge,
            };
            let mut metric = encoder.encode_descriptor(first.name, first.help, None, metric_type)?;
            if first.labels.is_empty() {
                first.value.encode(metric)?;
                continue;
            }
            for value in family {
                value.value.encode(metric.encode_family(&value.labels)?)?;
            }
        }
        Ok(())
    }
}

/// Histograms by name.
#[derive(Debug)]
struct Families(BTreeMap<String, Family>);

#[derive(Debug)]
struct Family {
    help: String,
    unit: Unit,
    members: Vec<(Vec<(String, String)>, Statistics)>,
}

fn families(metrics: &Metrics) -> BTreeMap<String, Family> {
    let mut families: BTreeMap<String, Family> = BTreeMap::new();
    for scope in metrics.scopes_from(0) {
        if !scope.is_measured() {
            continue;
        }
        for series in scope.series().iter() {
            let Some(total) = series.total() else { continue };
            let (namespace, name, unit) = (&scope.namespace, &series.name, series.unit);
            let family = families.entry(snake_case(&format!("{namespace}.{name}"))).or_insert_with(|| {
                Family { help: format!("{namespace} {name}, {}", unit.as_str()), unit, members: Vec::new() }
            });
            family.members.push((labels(&scope), total.clone()));
        }
    }
    families
}

fn labels(scope: &Scope) -> Vec<(String, String)> {
    scope.dimensions.pairs().iter().map(|(name, value)| (snake_case(name), value.clone())).collect()
}

impl Collector for Families {
    fn encode(&self, mut encoder: DescriptorEncoder) -> fmt::Result {
        for (name, family) in &self.0 {
            let mut metric = encoder.encode_descriptor(name, &family.help, None, MetricType::Histogram)?;
            for (labels, total) in &family.members {
                let sum = total.value(Statistic::Sum).unwrap_or_default();
                let buckets = buckets(total, family.unit);
                let count = buckets.iter().map(|(_, count)| count).sum();
                metric
                    .encode_family(labels)?
                    .encode_histogram::<[(&str, &str); 0]>(sum, count, &buckets, None)?;
            }
        }
        Ok(())
    }
}

/// How many values are in each bucket and in none before it.
fn buckets(total: &Statistics, unit: Unit) -> Vec<(f64, u64)> {
    let count = whole(total.value(Statistic::SampleCount).unwrap_or_default());
    let mut buckets = Vec::new();
    let mut below = 0;
    if unit == Unit::MILLISECONDS {
        for bound in MILLISECOND_BOUNDS {
            let Some(up_to) = total.count_up_to(bound) else { continue };
            let up_to = whole(up_to).min(count);
            buckets.push((bound, up_to - below));
            below = up_to;
        }
    }
    buckets.push((f64::INFINITY, count - below));
    buckets
}

#[expect(clippy::cast_sign_loss, reason = "counts are never negative, and were they, the cast ends at 0")]
fn whole(count: f64) -> u64 {
    count.round() as u64
}

/// `AWS/Kinesis.PutRecord.Latency` as `aws_kinesis_put_record_latency`: a word begins at a capital after a small letter, and at a
/// capital before one.
fn snake_case(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut snake = String::with_capacity(name.len() + 8);
    for (index, char) in chars.iter().enumerate() {
        if !char.is_ascii_alphanumeric() {
            snake.push('_');
            continue;
        }
        let before = index.checked_sub(1).and_then(|index| chars.get(index));
        let after_small = before.is_some_and(|before| before.is_ascii_lowercase() || before.is_ascii_digit());
        let after_capital = before.is_some_and(char::is_ascii_uppercase);
        let before_small = chars.get(index + 1).is_some_and(char::is_ascii_lowercase);
        if char.is_ascii_uppercase() && (after_small || (after_capital && before_small)) {
            snake.push('_');
        }
        snake.push(char.to_ascii_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use alluvium_clock::Clock;

    use super::*;
    use crate::scope::{Measured, MetricSpec};

    const SPECS: &[MetricSpec] = &[
        MetricSpec { name: "PutRecord.Latency", unit: Unit::MILLISECONDS },
        MetricSpec { name: "IncomingBytes", unit: Unit::BYTES },
    ];

    #[tokio::test(start_paused = true)]
    async fn metrics_are_histograms_and_the_process_tells_of_itself() {
        let metrics = Metrics::new(Clock::starting_at(UNIX_EPOCH + Duration::from_hours(480_000)));
        let meter = metrics.meter("AWS/Kinesis", &[("StreamName", "a\"b\\c\nd")], SPECS);
        for (latency, bytes) in [(0.5, 10.0), (3.0, 20.0), (100_000.0, 30.0)] {
            let measured = [Measured { metric: 0, value: latency }, Measured { metric: 1, value: bytes }];
            meter.record(metrics.now_millis(), &measured);
        }
        let connections = ProcessValue {
            name: "alluvium_connections",
            help: "Connections that are open",
            labels: Vec::new(),
            value: ProcessNumber::Gauge(3.0),
        };
        let requests = |operation: &str, count| ProcessValue {
            name: "alluvium_kinesis_requests",
            help: "Requests answered",
            labels: vec![("operation", operation.to_owned())],
            value: ProcessNumber::Counter(count),
        };
        let text = metrics.prometheus(vec![requests("PutRecord", 7), connections, requests("GetRecords", 1)]);
        let label = r#"stream_name="a\"b\\c\nd""#;
        for line in [
            "# HELP alluvium_connections Connections that are open".to_owned(),
            "# TYPE alluvium_connections gauge".to_owned(),
            "alluvium_connections 3.0".to_owned(),
            "# TYPE alluvium_kinesis_requests counter".to_owned(),
            r#"alluvium_kinesis_requests_total{operation="PutRecord"} 7"#.to_owned(),
            "# HELP aws_kinesis_put_record_latency AWS/Kinesis PutRecord.Latency, Milliseconds".to_owned(),
            "# TYPE aws_kinesis_put_record_latency histogram".to_owned(),
            format!("aws_kinesis_put_record_latency_sum{{{label}}} 100003.5"),
            format!("aws_kinesis_put_record_latency_count{{{label}}} 3"),
            format!("aws_kinesis_put_record_latency_bucket{{le=\"0.25\",{label}}} 0"),
            format!("aws_kinesis_put_record_latency_bucket{{le=\"4.0\",{label}}} 2"),
            format!("aws_kinesis_put_record_latency_bucket{{le=\"+Inf\",{label}}} 3"),
            format!("aws_kinesis_incoming_bytes_sum{{{label}}} 60.0"),
            format!("aws_kinesis_incoming_bytes_bucket{{le=\"+Inf\",{label}}} 3"),
            "# EOF".to_owned(),
        ] {
            assert!(text.lines().any(|present| present == line), "{line}\nis not in\n{text}");
        }
    }

    #[test]
    fn names_become_the_words_that_they_are_made_of() {
        for (name, expected) in [
            (
                "AWS/Kinesis.GetRecords.IteratorAgeMilliseconds",
                "aws_kinesis_get_records_iterator_age_milliseconds",
            ),
            ("AWS/Kinesis.SubscribeToShardEvent.Bytes", "aws_kinesis_subscribe_to_shard_event_bytes"),
            ("StreamName", "stream_name"),
            ("ShardId", "shard_id"),
            ("4XXError", "4_xx_error"),
        ] {
            assert_eq!(snake_case(name), expected, "{name}");
        }
    }
}

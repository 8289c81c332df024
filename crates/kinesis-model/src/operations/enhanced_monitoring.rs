//! Enhanced monitoring, which two operations set and several show.

use crate::constraints::{Constraints, Enumeration};
use crate::exception::Exception;
use crate::members::Members;
use crate::operation::OperationOutput;
use crate::stream_identifier::{StreamIdentifier, StreamMembers};
use crate::writer::Writer;
use crate::{StreamName, limits};

/// A metric that can be kept for each shard
/// (<https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html>).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each variant is the metric of that name on the page above")]
pub enum ShardMetric {
    IncomingBytes,
    IncomingRecords,
    OutgoingBytes,
    OutgoingRecords,
    WriteProvisionedThroughputExceeded,
    ReadProvisionedThroughputExceeded,
    IteratorAgeMilliseconds,
}

impl ShardMetric {
    /// Every metric, in the order in which the service lists them.
    pub const EACH: [Self; 7] = [
        Self::IncomingBytes,
        Self::IncomingRecords,
        Self::OutgoingBytes,
        Self::OutgoingRecords,
        Self::WriteProvisionedThroughputExceeded,
        Self::ReadProvisionedThroughputExceeded,
        Self::IteratorAgeMilliseconds,
    ];

    /// The metric's name, on the wire and in CloudWatch.
    pub fn wire_name(self) -> &'static str {
        MetricsName::One(self).word()
    }
}

/// A word of the list that requests have.
#[derive(Clone, Copy, PartialEq)]
enum MetricsName {
    One(ShardMetric),
    All,
}

impl Enumeration for MetricsName {
    const ALL: &'static [(&'static str, Self)] = &[
        ("IncomingBytes", Self::One(ShardMetric::IncomingBytes)),
        ("IncomingRecords", Self::One(ShardMetric::IncomingRecords)),
        ("OutgoingBytes", Self::One(ShardMetric::OutgoingBytes)),
        ("OutgoingRecords", Self::One(ShardMetric::OutgoingRecords)),
        ("WriteProvisionedThroughputExceeded", Self::One(ShardMetric::WriteProvisionedThroughputExceeded)),
        ("ReadProvisionedThroughputExceeded", Self::One(ShardMetric::ReadProvisionedThroughputExceeded)),
        ("IteratorAgeMilliseconds", Self::One(ShardMetric::IteratorAgeMilliseconds)),
        ("ALL", Self::All),
    ];
}

/// What both operations take.
pub(crate) struct MonitoringMembers {
    pub(crate) stream: StreamIdentifier,
    pub(crate) metrics: Vec<ShardMetric>,
}

impl MonitoringMembers {
    pub(crate) fn read(mut members: Members) -> Result<Self, Exception> {
        let stream = StreamMembers::take(&mut members)?;
        let words = members.texts("ShardLevelMetrics")?;

        let mut checks = Constraints::default();
        let words =
            checks.required("shardLevelMetrics", words.map(Some)).unwrap_or_else(|| vec![ALL.to_owned()]);
        let names =
            checks.all_of::<MetricsName>("shardLevelMetrics", &words, 1, limits::SHARD_METRICS_COUNT_MAX);
        stream.check_required(&mut checks);
        checks.finish()?;
        let metrics = ShardMetric::EACH
            .into_iter()
            .filter(|metric| names.contains(&MetricsName::All) || names.contains(&MetricsName::One(*metric)))
            .collect();
        Ok(Self { stream: stream.identify_required()?, metrics })
    }
}

const ALL: &str = "ALL";

/// The metrics of a stream before and after a change
/// (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_EnhancedMonitoringOutput.html>).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnhancedMonitoringOutput {
    /// The stream.
    pub stream_name: StreamName,
    /// Its ARN.
    pub stream_arn: String,
    /// The metrics that were kept before.
    pub current: Vec<ShardMetric>,
    /// The metrics that are kept now.
    pub desired: Vec<ShardMetric>,
}

impl OperationOutput for EnhancedMonitoringOutput {
    fn write<W: Writer>(&self, writer: &mut W) {
        writer.begin_structure();
        writer.text_member("StreamName", self.stream_name.as_str());
        write_metrics(writer, "CurrentShardLevelMetrics", &self.current);
        write_metrics(writer, "DesiredShardLevelMetrics", &self.desired);
        writer.text_member("StreamARN", &self.stream_arn);
        writer.end_structure();
    }
}

/// Writes a member that is a list of metrics.
pub(crate) fn write_metrics<W: Writer>(writer: &mut W, name: &str, metrics: &[ShardMetric]) {
    writer.list_member(name, metrics, |list, metric| list.text(metric.wire_name()));
}

#[cfg(test)]
pub(super) mod tests {
    //! What is tested of both operations.

    use super::*;
    use crate::operation::OperationInput;
    use crate::operations::tests::{check_stream_name, check_violations};

    /// Checks an input that [`MonitoringMembers`] read; `metrics_of` gives its metrics.
    pub(crate) fn check_input<I: OperationInput>(metrics_of: impl Fn(I) -> Vec<ShardMetric>) {
        check_stream_name::<I>(r#","ShardLevelMetrics":["ALL"]"#);
        check_violations::<I>(
            "{}",
            &[
                "Value null at 'shardLevelMetrics' failed to satisfy constraint: Member must not be null",
                "Value null at 'streamName' failed to satisfy constraint: Member must not be null",
            ],
        );
        check_violations::<I>(
            r#"{"StreamName":"a","ShardLevelMetrics":["ALL","Odd"]}"#,
            &[
                "Value '[ALL, Odd]' at 'shardLevelMetrics' failed to satisfy constraint: Member must satisfy constraint: \
                 [Member must satisfy enum value set: [IncomingBytes, IncomingRecords, OutgoingBytes, OutgoingRecords, \
                 WriteProvisionedThroughputExceeded, ReadProvisionedThroughputExceeded, IteratorAgeMilliseconds, ALL]]",
            ],
        );
        let metrics = |words: &str| {
            let body = format!(r#"{{"StreamName":"a","ShardLevelMetrics":[{words}]}}"#);
            metrics_of(I::from_json(body.as_bytes()).expect("metrics"))
        };
        assert_eq!(metrics(r#""ALL""#), ShardMetric::EACH);
        assert_eq!(
            metrics(r#""OutgoingBytes","IncomingBytes","OutgoingBytes""#),
            [ShardMetric::IncomingBytes, ShardMetric::OutgoingBytes]
        );
    }
}

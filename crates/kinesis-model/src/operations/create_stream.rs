//! CreateStream (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_CreateStream.html>).

use crate::constraints::{Constraints, Enumeration};
use crate::exception::{Exception, ExceptionKind};
use crate::members::Members;
use crate::operation::OperationInput;
use crate::operations::stream::{self, StreamMode};
use crate::operations::tags;
use crate::{StreamName, limits, shapes};

/// How many shards a new stream gets, and who decides it later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Capacity {
    /// This many shards, at least 1.
    Provisioned {
        /// The number of shards.
        shard_count: u32,
    },
    /// As the service sees fit, starting with [`limits::ON_DEMAND_SHARD_COUNT`].
    OnDemand,
}

/// How records find their shard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordDistributionStrategy {
    /// Evenly over the shards.
    Auto,
    /// By their partition key.
    UserPartitionKey,
}

impl Enumeration for RecordDistributionStrategy {
    const ALL: &'static [(&'static str, Self)] =
        &[("AUTO", Self::Auto), ("USER_PARTITION_KEY", Self::UserPartitionKey)];
}

/// A stream to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateStreamInput {
    /// Its name.
    pub stream_name: StreamName,
    /// Its shards. A request that says neither mode nor shard count makes an on-demand stream.
    pub capacity: Capacity,
    /// Its tags, in the order of the request.
    pub tags: Vec<(String, String)>,
    /// The throughput that it has to be ready for, in MiB/s.
    pub warm_throughput_mibps: Option<i32>,
    /// The largest record that it takes, in KiB.
    pub max_record_size_kib: Option<i32>,
    /// How records find their shard.
    pub record_distribution_strategy: Option<RecordDistributionStrategy>,
}

impl OperationInput for CreateStreamInput {
    fn from_members(mut members: Members) -> Result<Self, Exception> {
        let stream_name = members.text("StreamName")?;
        let shard_count = members.integer("ShardCount")?;
        let details = stream::take_mode_details(&mut members)?;
        let tags = members.text_map("Tags")?;
        let warm_throughput_mibps = members.integer("WarmThroughputMiBps")?;
        let max_record_size_kib = members.integer("MaxRecordSizeInKiB")?;
        let strategy = members.text("RecordDistributionStrategy")?;

        let mut checks = Constraints::default();
        checks.integer("shardCount", shard_count, 1, limits::SHARD_COUNT_MAX);
        checks.text("streamName", stream_name.as_deref(), &shapes::STREAM_NAME);
        let stream_name = checks.required("streamName", stream_name);
        let mode = stream::check_mode_details(&mut checks, details.as_ref());
        if mode == Some(StreamMode::Provisioned) {
            checks.required("shardCount", shard_count);
        }
        tags::check(&mut checks, tags.as_deref());
        checks.integer("warmThroughputMiBps", warm_throughput_mibps, 0, i32::MAX);
        let sizes = limits::MAX_RECORD_SIZE_KIB;
        checks.integer("maxRecordSizeInKiB", max_record_size_kib, *sizes.start(), *sizes.end());
        let record_distribution_strategy = checks.one_of("recordDistributionStrategy", strategy.as_deref());
        checks.finish()?;

        let capacity = match (mode, shard_count) {
            (Some(StreamMode::OnDemand), Some(_)) => {
                return Err(Exception::new(
                    ExceptionKind::Validation,
                    "ShardCount is not expected when StreamMode=ON_DEMAND",
                ));
            }
            (_, Some(count)) => Capacity::Provisioned { shard_count: count.unsigned_abs() },
            (_, None) => Capacity::OnDemand,
        };
        Ok(Self {
            stream_name: StreamName::parse(&stream_name)
                .map_err(|error| Exception::invalid_argument(error.to_string()))?,
            capacity,
            tags: tags.unwrap_or_default(),
            warm_throughput_mibps,
            max_record_size_kib,
            record_distribution_strategy,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::tests::{check_violations, long_name, refusal};

    #[test]
    fn every_violated_constraint_is_told() {
        check_violations::<CreateStreamInput>(
            "{}",
            &["Value null at 'streamName' failed to satisfy constraint: Member must not be null"],
        );
        check_violations::<CreateStreamInput>(
            r#"{"StreamName":"","ShardCount":0}"#,
            &[
                "Value '0' at 'shardCount' failed to satisfy constraint: Member must have value greater than or equal to 1",
                "Value '' at 'streamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
                "Value '' at 'streamName' failed to satisfy constraint: Member must have length greater than or equal to 1",
            ],
        );
        let name = long_name(129);
        check_violations::<CreateStreamInput>(
            &format!(r#"{{"StreamName":"{name}","ShardCount":100000000000}}"#),
            &[
                "Value '2147483647' at 'shardCount' failed to satisfy constraint: Member must have value less than or equal to 100000",
                &format!(
                    "Value '{name}' at 'streamName' failed to satisfy constraint: Member must have length less than or equal to 128"
                ),
            ],
        );
        check_violations::<CreateStreamInput>(
            r#"{"StreamName":"a","StreamModeDetails":{"StreamMode":"SOMETIMES"},"Tags":{}}"#,
            &[
                "Value 'SOMETIMES' at 'streamModeDetails.streamMode' failed to satisfy constraint: Member must satisfy enum value set: [PROVISIONED, ON_DEMAND]",
                "Value '{}' at 'tags' failed to satisfy constraint: Member must have length greater than or equal to 1",
            ],
        );
    }

    #[test]
    fn mode_and_shard_count_decide_the_capacity_together() {
        let capacity = |rest: &str| {
            let body = format!(r#"{{"StreamName":"a"{rest}}}"#);
            CreateStreamInput::from_json(body.as_bytes()).map(|input| input.capacity)
        };
        assert_eq!(capacity(""), Ok(Capacity::OnDemand));
        assert_eq!(capacity(r#","ShardCount":5"#), Ok(Capacity::Provisioned { shard_count: 5 }));
        assert_eq!(capacity(r#","StreamModeDetails":{"StreamMode":"ON_DEMAND"}"#), Ok(Capacity::OnDemand));
        assert_eq!(
            refusal::<CreateStreamInput>(
                r#"{"StreamName":"a","ShardCount":1,"StreamModeDetails":{"StreamMode":"ON_DEMAND"}}"#
            ),
            "ValidationException: ShardCount is not expected when StreamMode=ON_DEMAND"
        );
        check_violations::<CreateStreamInput>(
            r#"{"StreamName":"a","StreamModeDetails":{"StreamMode":"PROVISIONED"}}"#,
            &["Value null at 'shardCount' failed to satisfy constraint: Member must not be null"],
        );
    }
}

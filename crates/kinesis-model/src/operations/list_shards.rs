//! ListShards (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListShards.html>).

use crate::constraints::{Constraints, Enumeration};
use crate::exception::Exception;
use crate::members::Members;
use crate::operation::{OperationInput, OperationOutput};
use crate::operations::shard::ShardDescription;
use crate::stream_identifier::{StreamIdentifier, StreamMembers};
use crate::writer::Writer;
use crate::{limits, shapes};

/// Which shards of a stream are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShardFilter {
    /// Those after this shard.
    AfterShardId(String),
    /// Those that were open at the trim horizon.
    AtTrimHorizon,
    /// Those that still hold records, up to the newest; what a request gets that says nothing.
    FromTrimHorizon,
    /// Those that are open now.
    AtLatest,
    /// Those that were open at a time, milliseconds since 1970.
    AtTimestamp(i64),
    /// Those that were open at a time or after it, milliseconds since 1970.
    FromTimestamp(i64),
}

#[derive(Clone, Copy)]
enum FilterType {
    AfterShardId,
    AtTrimHorizon,
    FromTrimHorizon,
    AtLatest,
    AtTimestamp,
    FromTimestamp,
}

impl Enumeration for FilterType {
    const ALL: &'static [(&'static str, Self)] = &[
        ("AFTER_SHARD_ID", Self::AfterShardId),
        ("AT_TRIM_HORIZON", Self::AtTrimHorizon),
        ("FROM_TRIM_HORIZON", Self::FromTrimHorizon),
        ("AT_LATEST", Self::AtLatest),
        ("AT_TIMESTAMP", Self::AtTimestamp),
        ("FROM_TIMESTAMP", Self::FromTimestamp),
    ];
}

/// Where a listing begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListShardsStart {
    /// At the first page of a stream.
    Stream {
        /// The stream.
        stream: StreamIdentifier,
        /// When the meant stream of that name was made, milliseconds since 1970.
        created_millis: Option<i64>,
        /// Shows the shards after this one.
        exclusive_start_shard_id: Option<String>,
        /// Which shards are wanted.
        filter: ShardFilter,
    },
    /// Where an earlier page ended.
    NextToken {
        /// What the earlier page gave.
        token: String,
        /// The stream, when the request names it all the same.
        stream: Option<StreamIdentifier>,
        /// A member that has no place beside a token. boto3's paginator repeats every member of its first request, so
        /// whoever knows the token decides whether the request still means one thing; if not, see
        /// [`ListShardsInput::conflict`].
        beside: Option<&'static str>,
    },
}

/// The shards to be listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListShardsInput {
    /// Where the listing begins.
    pub start: ListShardsStart,
    /// The most shards to show.
    pub max_results: Option<u32>,
}

/// The members of the structure ShardFilter.
struct FilterMembers {
    kind: Option<String>,
    shard_id: Option<String>,
    timestamp_millis: Option<i64>,
}

impl OperationInput for ListShardsInput {
    fn from_members(mut members: Members) -> Result<Self, Exception> {
        let stream = StreamMembers::take(&mut members)?;
        let next_token = members.text("NextToken")?;
        let exclusive_start_shard_id = members.text("ExclusiveStartShardId")?;
        let max_results = members.integer("MaxResults")?;
        let created_millis = members.timestamp_millis("StreamCreationTimestamp")?;
        let filter = match members.structure("ShardFilter")? {
            Some(mut filter) => Some(FilterMembers {
                kind: filter.text("Type")?,
                shard_id: filter.text("ShardId")?,
                timestamp_millis: filter.timestamp_millis("Timestamp")?,
            }),
            None => None,
        };

        let mut checks = Constraints::default();
        checks.integer("maxResults", max_results, 1, limits::LIST_LIMIT_MAX);
        checks.text("exclusiveStartShardId", exclusive_start_shard_id.as_deref(), &shapes::SHARD_ID);
        stream.check(&mut checks);
        checks.text("nextToken", next_token.as_deref(), &shapes::NEXT_TOKEN);
        let kind = filter.as_ref().and_then(|filter| filter.check(&mut checks));
        checks.finish()?;

        let max_results = max_results.map(i32::unsigned_abs);
        if let Some(token) = next_token {
            let others = [
                ("StreamName", stream.name.is_some()),
                ("StreamARN", stream.arn.is_some()),
                ("StreamId", stream.id.is_some()),
                ("ExclusiveStartShardId", exclusive_start_shard_id.is_some()),
                ("StreamCreationTimestamp", created_millis.is_some()),
                ("ShardFilter", filter.is_some()),
            ];
            let beside = others.iter().find(|(_, given)| *given).map(|(name, _)| *name);
            let start = ListShardsStart::NextToken { token, stream: stream.identify()?, beside };
            return Ok(Self { start, max_results });
        }
        let filter = match (filter, kind) {
            (Some(filter), Some(kind)) => filter.read(kind)?,
            _ => ShardFilter::FromTrimHorizon,
        };
        let stream = stream.identify()?.ok_or_else(|| {
            Exception::invalid_argument("Either NextToken or StreamName should be provided.")
        })?;
        let start = ListShardsStart::Stream { stream, created_millis, exclusive_start_shard_id, filter };
        Ok(Self { start, max_results })
    }
}

impl ListShardsInput {
    /// The exception for a token and a member that has no place beside it.
    pub fn conflict(member: &str) -> Exception {
        Exception::invalid_argument(format!("NextToken and {member} cannot be provided together."))
    }
}

impl FilterMembers {
    fn check(&self, checks: &mut Constraints) -> Option<FilterType> {
        checks.text("shardFilter.shardId", self.shard_id.as_deref(), &shapes::SHARD_ID);
        checks.required_one_of("shardFilter.type", self.kind.as_deref())
    }

    fn read(self, kind: FilterType) -> Result<ShardFilter, Exception> {
        let needs = |name: &str| {
            let text = format!("{name} must be provided when ShardFilter Type is {}.", self.word());
            Exception::invalid_argument(text)
        };
        if self.shard_id.is_some() && !matches!(kind, FilterType::AfterShardId) {
            let text = format!("ShardId cannot be provided when ShardFilter Type is {}.", self.word());
            return Err(Exception::invalid_argument(text));
        }
        let takes_time = matches!(kind, FilterType::AtTimestamp | FilterType::FromTimestamp);
        if self.timestamp_millis.is_some() && !takes_time {
            let text = format!("Timestamp cannot be provided when ShardFilter Type is {}.", self.word());
            return Err(Exception::invalid_argument(text));
        }
        Ok(match kind {
            FilterType::AfterShardId => {
                ShardFilter::AfterShardId(self.shard_id.clone().ok_or_else(|| needs("ShardId"))?)
            }
            FilterType::AtTrimHorizon => ShardFilter::AtTrimHorizon,
            FilterType::FromTrimHorizon => ShardFilter::FromTrimHorizon,
            FilterType::AtLatest => ShardFilter::AtLatest,
            FilterType::AtTimestamp => {
                ShardFilter::AtTimestamp(self.timestamp_millis.ok_or_else(|| needs("Timestamp"))?)
            }
            FilterType::FromTimestamp => {
                ShardFilter::FromTimestamp(self.timestamp_millis.ok_or_else(|| needs("Timestamp"))?)
            }
        })
    }

    fn word(&self) -> &str {
        self.kind.as_deref().unwrap_or_default()
    }
}

/// A page of shards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListShardsOutput {
    /// The shards.
    pub shards: Vec<ShardDescription>,
    /// Goes on after this page; `None` at the end.
    pub next_token: Option<String>,
}

impl OperationOutput for ListShardsOutput {
    fn bytes_estimate(&self) -> usize {
        256 + self.shards.len() * 384
    }

    fn write<W: Writer>(&self, writer: &mut W) {
        writer.begin_structure();
        writer.list_member("Shards", &self.shards, |list, shard| shard.write(list));
        if let Some(next_token) = &self.next_token {
            writer.text_member("NextToken", next_token);
        }
        writer.end_structure();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::tests::{check_violations, refusal};

    #[test]
    fn every_violated_constraint_is_told() {
        check_violations::<ListShardsInput>(
            r#"{"StreamName":"","NextToken":"","MaxResults":0,"ExclusiveStartShardId":"","ShardFilter":{"Type":"X"}}"#,
            &[
                "Value '0' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 1",
                "Value '' at 'exclusiveStartShardId' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
                "Value '' at 'exclusiveStartShardId' failed to satisfy constraint: Member must have length greater than or equal to 1",
                "Value '' at 'streamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
                "Value '' at 'streamName' failed to satisfy constraint: Member must have length greater than or equal to 1",
                "Value '' at 'nextToken' failed to satisfy constraint: Member must have length greater than or equal to 1",
                "Value 'X' at 'shardFilter.type' failed to satisfy constraint: Member must satisfy enum value set: [AFTER_SHARD_ID, AT_TRIM_HORIZON, FROM_TRIM_HORIZON, AT_LATEST, AT_TIMESTAMP, FROM_TIMESTAMP]",
            ],
        );
    }

    #[test]
    fn a_stream_or_a_token_has_to_be_there() {
        assert_eq!(
            refusal::<ListShardsInput>("{}"),
            "InvalidArgumentException: Either NextToken or StreamName should be provided."
        );
    }

    #[test]
    fn a_member_beside_a_token_is_noted() {
        for (body, expected) in [
            (r#"{"NextToken":"t"}"#, None),
            (r#"{"NextToken":"t","StreamName":"a"}"#, Some("StreamName")),
            (r#"{"NextToken":"t","ExclusiveStartShardId":"0"}"#, Some("ExclusiveStartShardId")),
        ] {
            let input = ListShardsInput::from_json(body.as_bytes()).expect("a good request");
            let ListShardsStart::NextToken { beside, .. } = input.start else { panic!("no token in {body}") };
            assert_eq!(beside, expected, "{body}");
        }
    }

    #[test]
    fn a_filter_has_what_it_needs_and_nothing_else() {
        for (filter, expected) in [
            (
                r#"{"Type":"AFTER_SHARD_ID"}"#,
                "ShardId must be provided when ShardFilter Type is AFTER_SHARD_ID.",
            ),
            (
                r#"{"Type":"AT_TIMESTAMP"}"#,
                "Timestamp must be provided when ShardFilter Type is AT_TIMESTAMP.",
            ),
            (
                r#"{"Type":"AT_LATEST","Timestamp":1}"#,
                "Timestamp cannot be provided when ShardFilter Type is AT_LATEST.",
            ),
            (
                r#"{"Type":"AT_LATEST","ShardId":"shardId-0"}"#,
                "ShardId cannot be provided when ShardFilter Type is AT_LATEST.",
            ),
        ] {
            let body = format!(r#"{{"StreamName":"a","ShardFilter":{filter}}}"#);
            assert_eq!(refusal::<ListShardsInput>(&body), format!("InvalidArgumentException: {expected}"));
        }
    }
}

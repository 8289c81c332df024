//! Every bound that the Kinesis data model and service set on a request or an answer, with its unit and where it is written.
//!
//! What must stay true: no other file of this crate or of the server spells one of these numbers out. The pages are
//! <https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html> and the API reference of each operation.

/// The longest shard id, in characters.
pub const SHARD_ID_CHARS_MAX: usize = 128;
/// The longest partition key, in UTF-16 code units, which is how Java counts characters.
pub const PARTITION_KEY_CHARS_MAX: usize = 256;
/// The longest ARN of a stream, a consumer or a resource, in characters.
pub const ARN_CHARS_MAX: usize = 2_048;
/// The longest consumer name, in characters.
pub const CONSUMER_NAME_CHARS_MAX: usize = 128;
/// The longest name of an encryption key, in characters.
pub const KEY_ID_CHARS_MAX: usize = 2_048;
/// The longest stream id, in characters.
pub const STREAM_ID_CHARS_MAX: usize = 24;
/// The longest shard iterator, in characters.
pub const SHARD_ITERATOR_CHARS_MAX: usize = 512;
/// The longest pagination token, in characters: 1 MiB.
pub const NEXT_TOKEN_CHARS_MAX: usize = 1 << 20;

/// The largest record that any stream can be set to take, in bytes of data and partition key together: 10 MiB.
pub const RECORD_BYTES_MAX: usize = 10 << 20;
/// The largest record that a stream takes unless it is set otherwise, in bytes of data and partition key together: 1 MiB.
pub const RECORD_BYTES_MAX_DEFAULT: usize = 1 << 20;
/// The most records in one PutRecords.
pub const PUT_RECORDS_COUNT_MAX: usize = 500;
/// The most bytes in one PutRecords, data and partition keys together: 10 MiB.
pub const PUT_RECORDS_BYTES_MAX: usize = 10 << 20;

/// The most records in one answer of GetRecords; also what a caller gets who names no limit.
pub const GET_RECORDS_COUNT_MAX: i32 = 10_000;
/// The most bytes of data and partition keys in one answer of GetRecords: 10 MiB. A single larger record still comes, alone.
pub const GET_RECORDS_BYTES_MAX: usize = 10 << 20;
/// How long a shard iterator can be used, in milliseconds: 5 minutes.
pub const SHARD_ITERATOR_LIFE_MILLIS: i64 = 300_000;

/// The largest `Limit` or `MaxResults` that a listing takes.
pub const LIST_LIMIT_MAX: i32 = 10_000;
/// How many streams ListStreams, and how many shards DescribeStream answers at most, and by default.
pub const DESCRIBE_PAGE_COUNT: usize = 100;
/// How many shards ListShards answers at most, and by default.
pub const LIST_SHARDS_PAGE_COUNT: usize = 1_000;
/// How long a pagination token can be used, in milliseconds: 300 seconds.
pub const NEXT_TOKEN_LIFE_MILLIS: i64 = 300_000;

/// The largest `ShardCount` that CreateStream takes.
pub const SHARD_COUNT_MAX: i32 = 100_000;
/// How many shards an on-demand stream starts with.
pub const ON_DEMAND_SHARD_COUNT: u32 = 4;
/// How long records of a new stream are kept, in hours.
pub const RETENTION_HOURS_DEFAULT: u32 = 24;
/// The shortest time that records can be kept, in hours.
pub const RETENTION_HOURS_MIN: u32 = 24;
/// The longest time that records can be kept, in hours: 365 days.
pub const RETENTION_HOURS_MAX: u32 = 8_760;

/// The most tags in one request; AWS allows a resource 50 of them.
pub const TAGS_COUNT_MAX: usize = 200;
/// The most tags that a stream or a consumer carries at last
/// (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_TagResource.html>).
pub const TAGS_PER_RESOURCE_MAX: usize = 50;
/// The most tags of a stream or a consumer
/// (<https://docs.aws.amazon.com/streams/latest/dev/tagging.html>).
pub const RESOURCE_TAGS_COUNT_MAX: usize = 50;
/// The most tag keys in one request.
pub const TAG_KEYS_COUNT_MAX: usize = 50;
/// The largest `Limit` of ListTagsForStream.
pub const LIST_TAGS_LIMIT_MAX: i32 = 50;
/// The longest tag key, in characters.
pub const TAG_KEY_CHARS_MAX: usize = 128;
/// The longest tag value, in characters.
pub const TAG_VALUE_CHARS_MAX: usize = 256;

/// The most names of metrics in one request; ALL counts as one.
pub const SHARD_METRICS_COUNT_MAX: usize = 7;

/// The smallest and the largest `MaxRecordSizeInKiB`.
pub const MAX_RECORD_SIZE_KIB: std::ops::RangeInclusive<i32> = 1_024..=10_240;

/// How much of a member's name that an operation of our own does not know is shown, in characters.
pub const UNKNOWN_MEMBER_CHARS_SHOWN: usize = 128;
/// The most rules of a fault injection.
pub const FAULT_RULES_COUNT_MAX: usize = 100;
/// The most patterns for operations, and for streams, of one of its rules.
pub const FAULT_PATTERNS_COUNT_MAX: usize = 100;
/// The longest of these patterns, in characters: that of a stream's name.
pub const FAULT_PATTERN_CHARS_MAX: usize = 128;
/// The longest that a request is held up on purpose, in milliseconds: a minute.
pub const FAULT_LATENCY_MILLIS_MAX: u32 = 60_000;

/// The most constraint violations that one ValidationException tells.
pub const VIOLATIONS_COUNT_MAX: usize = 10;

/// The most values (members, elements, scalars) in one request body. The largest legal one, a PutRecords of 500 records
/// with every member, has 500 * 4 + 6; the rest is room for members that we do not know.
pub const DOCUMENT_VALUES_MAX: usize = 50_000;
/// The deepest that values of one request body can lie in each other; serde_json's own bound for JSON.
pub const DOCUMENT_DEPTH_MAX: usize = 128;

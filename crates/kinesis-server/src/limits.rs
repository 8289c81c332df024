//! Every bound that this service sets on work under way, with its unit. The bounds of requests and answers are in
//! `alluvium_kinesis_model::limits`.
//!
//! What must stay true: nothing that comes from outside grows without one of these. The numbers are AWS's
//! (<https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html>) unless it says otherwise.

use std::time::Duration;

/// How long a subscription lasts: 5 minutes.
pub(crate) const SUBSCRIPTION_LIFE: Duration = Duration::from_mins(5);
/// For how long after a successful SubscribeToShard a second one for the same consumer and shard is refused: 5 seconds.
pub(crate) const TAKEOVER_AFTER: Duration = Duration::from_secs(5);
/// A subscription without records says so this often, so that clients see how far it is: every 5 seconds, our choice.
pub(crate) const EMPTY_EVENT_EVERY: Duration = Duration::from_secs(5);
/// The most bytes of data and partition keys in one event: 1 MiB, our choice. A single larger record still comes, alone; as
/// base64 the largest, of 10 MiB, takes 13.4 MiB, which is within the 16 MiB that clients take as a frame.
pub(crate) const EVENT_BYTES_MAX: usize = 1 << 20;
/// The most records in one event, our choice.
pub(crate) const EVENT_RECORDS_MAX: usize = 10_000;

/// An answer of more bytes than this goes out in pieces of about as many, our choice: they stay in the processor's cache between
/// being written and being sent.
pub(crate) const PIECE_BYTES: usize = 128 * 1024;

/// Pages that were read and that clients have not yet taken, in bytes of data and partition keys, our choice: 1 GiB, a hundred of
/// the largest. Past it pages are no larger than [`PIECE_BYTES`].
pub(crate) const PAGES_BYTES_MAX: usize = 1 << 30;

/// What a shard takes with `limits: aws`, in records per second.
pub(crate) const SHARD_WRITE_RECORDS_PER_SEC: u32 = 1_000;
/// What a shard takes with `limits: aws`, in bytes of data and partition keys per second: 1 MiB.
pub(crate) const SHARD_WRITE_BYTES_PER_SEC: u32 = 1 << 20;
/// How often a shard is read by GetRecords with `limits: aws`, per second.
pub(crate) const SHARD_READS_PER_SEC: u32 = 5;
/// How many iterators a shard gives with `limits: aws`, per second.
pub(crate) const SHARD_ITERATORS_PER_SEC: u32 = 5;
/// What a shard gives to GetRecords with `limits: aws`, in bytes per second: 2 MiB. After an answer of 10 MiB it gives nothing
/// for 5 seconds.
pub(crate) const SHARD_READ_BYTES_PER_SEC: u32 = 2 << 20;
/// What a shard gives to each enhanced fan-out consumer with `limits: aws`, in bytes per second: 2 MiB.
pub(crate) const CONSUMER_BYTES_PER_SEC: u32 = 2 << 20;

/// An on-demand stream has shards for this many times the highest load of its window, as on AWS: twice
/// (<https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html>).
pub(crate) const ON_DEMAND_HEADROOM: f64 = 2.0;
/// A shard of an on-demand stream is hot above this share of what it takes, our choice.
pub(crate) const ON_DEMAND_HOT_LOAD: f64 = 0.8;
/// In how many parts the window is remembered: a peak is forgotten up to a 24th of the window late, our choice.
pub(crate) const ON_DEMAND_PEAKS_COUNT: u32 = 24;

/// A throttle that nobody has used for this long is as good as new and is forgotten: 10 seconds, our choice, which is more
/// than any of them takes to fill up again.
pub(crate) const THROTTLE_IDLE: Duration = Duration::from_secs(10);

/// How many consumers a stream may have.
pub(crate) const CONSUMERS_PER_STREAM_MAX: usize = 20;
/// How many consumers an on-demand stream may have while the account is committed to a minimum throughput.
pub(crate) const CONSUMERS_PER_STREAM_MAX_ADVANTAGE: usize = 50;
/// How many consumers of the account may be CREATING at a time, with `limits: aws`.
pub(crate) const CONSUMERS_CREATING_MAX: usize = 5;
/// How many streams of the account may be CREATING at a time, with `limits: aws`.
pub(crate) const STREAMS_CREATING_MAX: usize = 5;
/// How many consumers ListStreamConsumers answers at most, and by default.
pub(crate) const CONSUMERS_PAGE_COUNT: usize = 100;
/// How many on-demand streams DescribeLimits says that there may be; they are counted and not limited.
pub(crate) const ON_DEMAND_STREAMS_MAX: usize = 50;
/// How many policies are kept in the form in which they are asked, our choice; each takes up to 20 KiB of text.
pub(crate) const POLICIES_READ_MAX: usize = 256;
/// The time in which changes of a stream are counted, with `limits: aws`: 24 hours.
pub(crate) const DAY: Duration = Duration::from_hours(24);
/// How often UpdateShardCount may change a stream within [`DAY`], with `limits: aws`.
pub(crate) const SHARD_COUNT_UPDATES_PER_DAY: usize = 10;
/// How often UpdateStreamMode may change a stream within [`DAY`], with `limits: aws`.
pub(crate) const MODE_UPDATES_PER_DAY: usize = 2;
/// How often StartStreamEncryption, and how often StopStreamEncryption, may change a stream within [`DAY`], with `limits: aws`.
pub(crate) const ENCRYPTION_UPDATES_PER_DAY: usize = 25;

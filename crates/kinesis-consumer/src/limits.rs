//! The limits of this crate, with their units and where they come from.

use std::time::Duration;

/// The most records that one `GetRecords` may ask for
/// (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html>).
pub const BATCH_RECORDS_MAX: usize = 10_000;

/// The shortest time between two reads of one shard at Amazon, which allows five a second to all readers together
/// (<https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html>): four, so that one is left for others.
pub const READ_INTERVAL_MIN: Duration = Duration::from_millis(250);

/// The longest rest of a shard of Amazon's with nothing new.
pub(crate) const IDLE_INTERVAL: Duration = Duration::from_secs(1);
/// The longest rest of a shard with nothing new where reads are free: our own server.
pub(crate) const EMBEDDED_IDLE_INTERVAL: Duration = Duration::from_millis(200);
/// A shard with nothing new rests first this fraction of its longest rest, then twice as long each time.
pub(crate) const IDLE_INTERVAL_FIRST_FRACTION: u32 = 8;
/// The shortest time until the next read after a page that was empty although the shard has more.
pub(crate) const EMPTY_PAGE_INTERVAL: Duration = Duration::from_millis(10);

/// Bytes of record data in one batch, unless the reader's options say otherwise.
pub(crate) const BATCH_BYTES: usize = 4 * 1024 * 1024;
/// Bytes of record data read ahead of the consumer, unless the reader's options say otherwise.
pub(crate) const BYTES_IN_FLIGHT: usize = 64 * 1024 * 1024;
/// Reads under way at once.
pub(crate) const READS_AT_ONCE: usize = 8;
/// Bytes of pages under way at once, beyond the bytes in flight: three of the largest.
pub(crate) const PAGES_BYTES: usize = 3 * PAGE_BYTES_MAX as usize;
/// The largest page of `GetRecords`: 10 MiB
/// (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html>).
pub(crate) const PAGE_BYTES_MAX: u32 = 10 << 20;
/// What a page counts at least, against the bytes of all pages under way.
pub(crate) const PAGE_BYTES_MIN: u32 = 64 << 10;
/// Batches that wait for the consumer; their bytes are bounded by the bytes in flight.
pub(crate) const BATCHES_WAITING: usize = 64;
/// Shards in one page of `ListShards`, the most that there may be
/// (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListShards.html>).
pub(crate) const LISTED_SHARDS: i32 = 10_000;

/// The first wait after a failure; it doubles with each further one.
pub(crate) const BACKOFF_FIRST: Duration = Duration::from_millis(100);
/// The longest wait between two attempts.
pub(crate) const BACKOFF_MAX: Duration = Duration::from_secs(10);
/// Failures in a row (other than throttling, which is waited out for ever) until a reader gives up: about a minute and a half.
pub(crate) const ATTEMPTS_MAX: u32 = 15;
/// How long one attempt may take.
pub(crate) const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);

/// The most user records in one aggregated record. A record of 1 MiB, the most that the Kinesis Producer Library makes, has
/// room for 2^20 / 6 = 174,762 of them, each with an index, empty data and what protobuf puts around them.
pub(crate) const USER_RECORDS_MAX: usize = 175_000;

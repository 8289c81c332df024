//! Every limit of the store, with its unit. What must stay true: nothing that comes from outside grows without one of these.

/// Most bytes of one record's data and partition key together: 10 MiB of data and a key of 256 characters of at most 4 bytes
/// (<https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html>).
pub const RECORD_BYTES_MAX: usize = 10 * 1024 * 1024 + PARTITION_KEY_BYTES_MAX;

/// Most bytes of a partition key: 256 characters of at most 4 bytes.
pub const PARTITION_KEY_BYTES_MAX: usize = 256 * 4;

/// Most records in one append to one shard: PutRecords takes 500
/// (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html>); other writers may bring more.
pub const APPEND_RECORDS_MAX: usize = 10_000;

/// Most bytes in one append, over all of its shards: twice the 10 MiB of a PutRecords request.
pub const APPEND_BYTES_MAX: usize = 20 * 1024 * 1024;

/// Most bytes that wait to be written. Further appends wait until the writer has caught up.
pub const QUEUE_BYTES_MAX: usize = 64 * 1024 * 1024;

/// What an append costs of [`QUEUE_BYTES_MAX`] beside its bytes, so that at most 16,384 appends wait.
pub const QUEUE_APPEND_OVERHEAD_BYTES: usize = 4 * 1024;

/// The writer takes no further append into a commit that has this many bytes.
pub const COMMIT_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Zeros that are written behind the frames of a segment that grows, when small commits have used up those before.
pub const ZEROS_AHEAD_BYTES: usize = 256 * 1024;

/// The longest time that the writer waits for more after a commit that several waited for: about that of a sync.
pub const GATHER_MAX: std::time::Duration = std::time::Duration::from_micros(500);

/// Bytes of a segment before it is sealed, unless the options say otherwise.
pub const SEGMENT_BYTES_DEFAULT: u64 = 64 * 1024 * 1024;

/// Least and most that the options may say; the index keeps offsets in 32 bits.
pub const SEGMENT_BYTES_RANGE: std::ops::RangeInclusive<u64> = 4 * 1024..=1024 * 1024 * 1024;

/// One index entry covers frames of one shard that begin within this many bytes of its first one.
pub const INDEX_SPAN_BYTES: u32 = 64 * 1024;

/// Most bytes of other shards between two frames that one index entry covers. To read and pass over as much takes about as
/// long as to begin another read.
pub const INDEX_GAP_BYTES: u32 = 4 * 1024;

/// Appends to one shard that come together share a frame of at most so many bytes of records; a single one may be larger.
pub const SHARED_FRAME_BYTES_MAX: usize = 64 * 1024;

/// The newest bytes of the log that are kept in memory for readers at the tip.
pub const TAIL_BYTES_DEFAULT: usize = 16 * 1024 * 1024;

/// Files of segments that are open for reading, unless the options say otherwise; three more are open for writing. With 64 MiB each, 16 GiB are read
/// without opening a file.
pub const OPEN_FILES_DEFAULT: usize = 256;

/// Memory for indexes of sealed segments that were read lately, in bytes.
pub const INDEX_CACHE_BYTES: usize = 4 * 1024 * 1024;

/// Most records of a page (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html>).
pub const PAGE_RECORDS_MAX: usize = 10_000;

/// Most bytes of a page, data and partition keys together. One record is given even when it alone is larger.
pub const PAGE_BYTES_MAX: usize = 10 * 1024 * 1024;

/// Most streams of a store.
pub const STREAMS_MAX: usize = 100_000;

/// Most shards of a stream, closed ones included.
pub const SHARDS_PER_STREAM_MAX: usize = 100_000;

/// Retention in hours, least and most
/// (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_IncreaseStreamRetentionPeriod.html>).
pub const RETENTION_HOURS_RANGE: std::ops::RangeInclusive<u32> = 24..=8760;

/// Memory for the catalog's page cache, in bytes.
pub const CATALOG_CACHE_BYTES: usize = 4 * 1024 * 1024;

/// What a stream's largest record may be set to, in KiB
/// (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateMaxRecordSize.html>).
pub const RECORD_KIB_RANGE: std::ops::RangeInclusive<u32> = 1024..=10240;

/// Most problems that a check of a directory lists; more are counted.
pub const FINDINGS_MAX: usize = 1_000;

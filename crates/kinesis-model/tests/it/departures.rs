//! Where the real service is known to answer otherwise than its published model says, and we answer as the service does.
//!
//! What must stay true: this is the only place where a test of the model knows better than the model, and every entry has its
//! reason.

/// The pattern as exceptions show it, of a shape whose pattern the model writes differently. The texts match the same.
/// Recorded from the service: its exceptions show the pattern without anchors.
pub(crate) const SHOWN_PATTERNS: [(&str, &str); 2] =
    [("HashKey", r"0|([1-9]\d{0,38})"), ("SequenceNumber", r"0|([1-9]\d{0,128})")];

/// The words of an enumeration as exceptions list them, of a shape whose words the model lists in another order. Recorded
/// from the service.
pub(crate) const SHOWN_WORDS: [(&str, &str); 1] =
    [("ShardIteratorType", "AFTER_SEQUENCE_NUMBER, LATEST, AT_TIMESTAMP, AT_SEQUENCE_NUMBER, TRIM_HORIZON")];

/// Bounds of integers for which the model has none, or not this one: shape, smallest, largest.
pub(crate) const BOUNDS: [(&str, i64, i64); 3] = [
    // Recorded from the service for CreateStream; the shape is the one of UpdateShardCount too.
    ("PositiveIntegerObject", 1, 100_000),
    // The smallest is recorded from the service; the largest is its documented maximum, where 168 was recorded before.
    ("RetentionPeriodHours", 1, 8_760),
    // No bound: 32 bits.
    ("NaturalIntegerObject", 0, i32::MAX as i64),
];

/// Members that have to be there although the model does not mark them: operation, path, and the text.
pub(crate) const REQUIRED_BESIDE: [(&str, &str); 1] = [
    // A provisioned stream has a number of shards: recorded from the service.
    ("CreateStream", "shardCount"),
];

//! The shapes of string members that several operations share, named as in the Kinesis model.
//!
//! The pattern texts are the ones that the service shows in its exceptions.

use crate::constraints::{Pattern, TextShape};
use crate::{SequenceNumber, StreamName, arn, limits};

const NAME_PATTERN: Pattern = Pattern {
    text: "[a-zA-Z0-9_.-]+",
    matches: |text| !text.is_empty() && text.bytes().all(arn::is_name_byte),
};

pub(crate) const STREAM_NAME: TextShape =
    TextShape { pattern: Some(NAME_PATTERN), chars_min: 1, chars_max: StreamName::CHARS_MAX };

pub(crate) const SHARD_ID: TextShape =
    TextShape { pattern: Some(NAME_PATTERN), chars_min: 1, chars_max: limits::SHARD_ID_CHARS_MAX };

pub(crate) const STREAM_ARN: TextShape = TextShape {
    pattern: Some(Pattern { text: r"arn:aws.*:kinesis:.*:\d{12}:stream/\S+", matches: arn::matches_stream }),
    chars_min: 1,
    chars_max: limits::ARN_CHARS_MAX,
};

pub(crate) const CONSUMER_ARN: TextShape = TextShape {
    pattern: Some(Pattern {
        text: r"^(arn):aws.*:kinesis:.*:\d{12}:.*stream\/[a-zA-Z0-9_.-]+\/consumer\/[a-zA-Z0-9_.-]+:[0-9]+",
        matches: arn::matches_consumer,
    }),
    chars_min: 1,
    chars_max: limits::ARN_CHARS_MAX,
};

pub(crate) const RESOURCE_ARN: TextShape = TextShape {
    pattern: Some(Pattern {
        text: r"arn:aws.*:kinesis:.*:\d{12}:.*(stream|channel|queue)/\S+",
        matches: arn::matches_resource,
    }),
    chars_min: 1,
    chars_max: limits::ARN_CHARS_MAX,
};

pub(crate) const CONSUMER_NAME: TextShape =
    TextShape { pattern: Some(NAME_PATTERN), chars_min: 1, chars_max: limits::CONSUMER_NAME_CHARS_MAX };

pub(crate) const KEY_ID: TextShape =
    TextShape { pattern: None, chars_min: 1, chars_max: limits::KEY_ID_CHARS_MAX };

pub(crate) const TAG_KEY: TextShape =
    TextShape { pattern: None, chars_min: 1, chars_max: limits::TAG_KEY_CHARS_MAX };

pub(crate) const TAG_VALUE: TextShape =
    TextShape { pattern: None, chars_min: 0, chars_max: limits::TAG_VALUE_CHARS_MAX };

pub(crate) const STREAM_ID: TextShape = TextShape {
    pattern: Some(Pattern {
        text: "[a-z0-9]{20}-[a-z0-9]{3}",
        matches: |text| {
            let word = |part: &str, length| {
                part.len() == length
                    && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
            };
            text.split_once('-').is_some_and(|(id, suffix)| word(id, 20) && word(suffix, 3))
        },
    }),
    chars_min: 1,
    chars_max: limits::STREAM_ID_CHARS_MAX,
};

pub(crate) const PARTITION_KEY: TextShape =
    TextShape { pattern: None, chars_min: 1, chars_max: limits::PARTITION_KEY_CHARS_MAX };

/// Up to 39 digits; whether the number is below 2^128 is not the pattern's business.
pub(crate) const HASH_KEY: TextShape = TextShape {
    pattern: Some(Pattern {
        text: r"0|([1-9]\d{0,38})",
        matches: |text| text.len() <= 39 && SequenceNumber::parse(text).is_some(),
    }),
    chars_min: 0,
    chars_max: usize::MAX,
};

pub(crate) const SEQUENCE_NUMBER: TextShape = TextShape {
    pattern: Some(Pattern {
        text: r"0|([1-9]\d{0,128})",
        matches: |text| SequenceNumber::parse(text).is_some(),
    }),
    chars_min: 0,
    chars_max: usize::MAX,
};

pub(crate) const SHARD_ITERATOR: TextShape =
    TextShape { pattern: None, chars_min: 1, chars_max: limits::SHARD_ITERATOR_CHARS_MAX };

pub(crate) const NEXT_TOKEN: TextShape =
    TextShape { pattern: None, chars_min: 1, chars_max: limits::NEXT_TOKEN_CHARS_MAX };

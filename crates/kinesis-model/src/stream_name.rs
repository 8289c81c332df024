//! The name of a stream, checked once.

use std::fmt;
use std::sync::Arc;

/// The name of a data stream: 1 to 128 characters of `[a-zA-Z0-9_.-]`
/// (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_CreateStream.html>).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamName(Arc<str>);

/// Why a text is not a stream name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("stream name {text:?} is not 1 to 128 characters of [a-zA-Z0-9_.-]")]
pub struct InvalidStreamName {
    /// The text that was given.
    pub text: String,
}

impl StreamName {
    /// The longest name, in characters.
    pub const CHARS_MAX: usize = 128;

    /// Checks a text and takes it as a name.
    pub fn parse(text: &str) -> Result<Self, InvalidStreamName> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
        if text.is_empty() || text.len() > Self::CHARS_MAX || !text.bytes().all(allowed) {
            return Err(InvalidStreamName { text: text.to_owned() });
        }
        Ok(Self(Arc::from(text)))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StreamName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_aws_are_taken_and_others_refused() {
        for good in ["a", "streaming-0a1b-pin", "A.b_c-9", &"x".repeat(128)] {
            assert_eq!(StreamName::parse(good).map(|name| name.to_string()), Ok(good.to_owned()));
        }
        for bad in ["", "a b", "a/b", "é", &"x".repeat(129)] {
            assert!(StreamName::parse(bad).is_err(), "{bad:?} was taken");
        }
    }
}

//! The ARNs of what Kinesis has besides streams: consumers, and resources of either kind.
//!
//! What must stay true: the functions that decide a pattern decide what its regular expression says, all of it; what
//! matches and still names nothing is found out by the types, later.

use std::fmt;

use crate::limits;
use crate::stream_identifier::StreamArn;

/// The ARN of a consumer: `arn:aws:kinesis:us-east-1:123456789012:stream/name/consumer/name:1700000000`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsumerArn {
    /// The stream that it reads.
    pub stream: StreamArn,
    /// Its name: 1 to 128 characters of `[a-zA-Z0-9_.-]`.
    pub consumer_name: String,
    /// When it was registered, seconds since 1970.
    pub created_secs: u64,
}

impl ConsumerArn {
    /// Reads an ARN; `None` for a text that is not the ARN of a consumer.
    pub fn parse(text: &str) -> Option<Self> {
        let (stream, consumer) = text.split_once("/consumer/")?;
        let (consumer_name, created) = consumer.split_once(':')?;
        let digits = created.bytes().all(|byte| byte.is_ascii_digit());
        if consumer_name.is_empty() || !consumer_name.bytes().all(is_name_byte) || !digits {
            return None;
        }
        Some(Self {
            stream: StreamArn::parse(stream)?,
            consumer_name: consumer_name.to_owned(),
            created_secs: created.parse().ok()?,
        })
    }
}

impl fmt::Display for ConsumerArn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/consumer/{}:{}", self.stream, self.consumer_name, self.created_secs)
    }
}

/// What tags and policies hang on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResourceArn {
    /// A stream.
    Stream(StreamArn),
    /// A consumer of a stream.
    Consumer(ConsumerArn),
}

impl ResourceArn {
    /// Reads an ARN; `None` for a text that names neither a stream nor a consumer.
    pub fn parse(text: &str) -> Option<Self> {
        StreamArn::parse(text).map(Self::Stream).or_else(|| ConsumerArn::parse(text).map(Self::Consumer))
    }

    /// The stream that it is, or belongs to.
    pub fn stream(&self) -> &StreamArn {
        match self {
            Self::Stream(arn) => arn,
            Self::Consumer(arn) => &arn.stream,
        }
    }
}

impl fmt::Display for ResourceArn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stream(arn) => arn.fmt(formatter),
            Self::Consumer(arn) => arn.fmt(formatter),
        }
    }
}

/// Whether a text is one of a stream's ARN: `arn:aws.*:kinesis:.*:\d{12}:stream/\S+`.
pub(crate) fn matches_stream(text: &str) -> bool {
    is_too_long(text)
        || resources(text).any(|resource| resource.strip_prefix("stream/").is_some_and(is_without_space))
}

/// Whether a text is one of a resource's ARN: `arn:aws.*:kinesis:.*:\d{12}:.*(stream|channel|queue)/\S+`.
pub(crate) fn matches_resource(text: &str) -> bool {
    let named = |resource: &str| {
        ["stream/", "channel/", "queue/"].iter().any(|word| {
            resource.match_indices(word).any(|(start, _)| {
                is_one_line(&resource[..start]) && is_without_space(&resource[start + word.len()..])
            })
        })
    };
    // The pattern lets anything stand before the word, so the first resource holds whatever a later one does.
    is_too_long(text) || resources(text).next().is_some_and(named)
}

/// Whether a text is one of a consumer's ARN:
/// `^(arn):aws.*:kinesis:.*:\d{12}:.*stream\/[a-zA-Z0-9_.-]+\/consumer\/[a-zA-Z0-9_.-]+:[0-9]+`.
pub(crate) fn matches_consumer(text: &str) -> bool {
    let is_name = |text: &str| !text.is_empty() && text.bytes().all(is_name_byte);
    let named = |rest: &str| {
        let Some((stream, consumer)) = rest.split_once("/consumer/") else { return false };
        let Some((name, created)) = consumer.rsplit_once(':') else { return false };
        let is_number = !created.is_empty() && created.bytes().all(|byte| byte.is_ascii_digit());
        is_name(stream) && is_name(name) && is_number
    };
    let of_a_stream = |resource: &str| {
        resource
            .match_indices("stream/")
            .any(|(start, word)| named(&resource[start + word.len()..]) && is_one_line(&resource[..start]))
    };
    is_too_long(text) || resources(text).next().is_some_and(of_a_stream)
}

/// Whether a text breaks its bound of length whatever it is: then that is told, and no time is spent on its pattern.
fn is_too_long(text: &str) -> bool {
    text.len() > limits::ARN_CHARS_MAX * UTF8_BYTES_PER_CHAR_MAX
}

/// The most bytes that UTF-8 takes for one UTF-16 code unit.
const UTF8_BYTES_PER_CHAR_MAX: usize = 3;

/// What can follow `arn:aws.*:kinesis:.*:\d{12}:` in a text, longest first.
fn resources(text: &str) -> impl Iterator<Item = &str> {
    let partition = text.strip_prefix("arn:aws").unwrap_or_default();
    let region_start = partition.find(":kinesis:").map(|service| service + ":kinesis:".len());
    let is_account = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    partition.match_indices(':').filter_map(move |(colon, _)| {
        let (account_start, account_end) = (colon + 1, colon + 13);
        let follows = colon >= region_start?
            && partition.get(account_start..account_end).is_some_and(is_account)
            && is_one_line(&partition[..colon]);
        if follows { partition[account_end..].strip_prefix(':') } else { None }
    })
}

pub(crate) fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-')
}

/// `\S+` as Java has it.
fn is_without_space(text: &str) -> bool {
    !text.is_empty() && !text.contains([' ', '\t', '\n', '\u{b}', '\u{c}', '\r'])
}

/// `.*` as Java has it.
fn is_one_line(text: &str) -> bool {
    !text.contains(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_consumers_arn_reads_back_and_others_are_refused() {
        let text = "arn:aws:kinesis:eu-west-1:123456789012:stream/a/consumer/b:1700000000";
        let arn = ConsumerArn::parse(text).expect("an ARN");
        assert_eq!(arn.to_string(), text);
        assert_eq!(ResourceArn::parse(text), Some(ResourceArn::Consumer(arn)));
        for bad in [
            "",
            "arn:aws:kinesis:eu-west-1:123456789012:stream/a",
            "arn:aws:kinesis:eu-west-1:123456789012:stream/a/consumer/b",
            "arn:aws:kinesis:eu-west-1:123456789012:stream/a/consumer/:1",
            "arn:aws:kinesis:eu-west-1:123456789012:stream/a/consumer/b:",
            "arn:aws:kinesis:eu-west-1:123456789012:stream/a/consumer/b:+1",
            "arn:aws:kinesis:eu-west-1:123456789012:stream/a/consumer/b:99999999999999999999999",
        ] {
            assert_eq!(ConsumerArn::parse(bad), None, "{bad}");
        }
    }
}

//! The identifier of a shard within its stream.

use std::fmt;

use crate::decimal::{self, FixedText};

/// A shard's number, shown as AWS shows it: `shardId-000000000000`. Numbers count up within a stream and are never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShardId(pub u32);

impl ShardId {
    /// Reads `shardId-` followed by exactly twelve digits; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix("shardId-")?;
        if digits.len() != 12 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        digits.parse().ok().map(Self)
    }

    /// Reads a shard id as freely as the service does in requests: the digits after the first hyphen, or the whole text when
    /// there is none, up to 2^31-1. `7`, `shardId-7` and `shardId-000000000007` are the same shard.
    pub fn resolve(text: &str) -> Option<Self> {
        let second = text.split('-').nth(1).filter(|part| !part.is_empty());
        let digits = second.unwrap_or(text);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        digits.parse().ok().filter(|number| i32::try_from(*number).is_ok()).map(Self)
    }
}

impl ShardId {
    /// The id as it is shown.
    pub(crate) fn text(self) -> FixedText<20> {
        let mut text = *b"shardId-000000000000";
        decimal::fill(&mut text[8..], u64::from(self.0));
        FixedText(text)
    }
}

impl fmt::Display for ShardId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.text().as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_may_write_a_shard_id_in_short() {
        for text in ["2147483647", "any_name-2147483647", "a-00002147483647", "-00002147483647"] {
            assert_eq!(ShardId::resolve(text), Some(ShardId(2_147_483_647)), "{text}");
        }
        for bad in ["", "-", "2147483648", "shardId-002147483648", "ABKLFD8", "2.14E4", "a-b"] {
            assert_eq!(ShardId::resolve(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_shard_id_reads_back_and_nothing_else_does() {
        assert_eq!(ShardId(7).to_string(), "shardId-000000000007");
        assert_eq!(ShardId::parse("shardId-000000000007"), Some(ShardId(7)));
        for bad in ["", "shardId-", "shardId-7", "shardId-00000000000x", "shardId-999999999999", "7"] {
            assert_eq!(ShardId::parse(bad), None, "{bad:?}");
        }
    }
}

//! The identifier of a shard within its stream.

use std::fmt;

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
}

impl fmt::Display for ShardId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "shardId-{:012}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shard_id_reads_back_and_nothing_else_does() {
        assert_eq!(ShardId(7).to_string(), "shardId-000000000007");
        assert_eq!(ShardId::parse("shardId-000000000007"), Some(ShardId(7)));
        for bad in ["", "shardId-", "shardId-7", "shardId-00000000000x", "shardId-999999999999", "7"] {
            assert_eq!(ShardId::parse(bad), None, "{bad:?}");
        }
    }
}

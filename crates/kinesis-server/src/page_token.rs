//! Pagination tokens of listings: where the next page begins, usable for 300 seconds.

use alluvium_kinesis_model::limits::NEXT_TOKEN_LIFE_MILLIS;
use alluvium_kinesis_model::operations::ShardFilter;
use alluvium_kinesis_model::{Exception, ExceptionKind, ShardId};

use crate::signed_token::{self, Fields, TokenKind};
use crate::token_key::TokenKey;

/// Where the next page of streams begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ListStreamsToken {
    /// When the token was made, milliseconds since 1970.
    pub(crate) made_millis: i64,
    /// The last name of the page before.
    pub(crate) after_stream_name: String,
}

impl ListStreamsToken {
    /// The text that a client gets.
    pub(crate) fn seal(&self, key: &TokenKey) -> String {
        let mut payload = self.made_millis.to_be_bytes().to_vec();
        payload.extend_from_slice(self.after_stream_name.as_bytes());
        signed_token::seal(key, TokenKind::ListStreams, &payload)
    }

    /// Reads what a client sends back.
    pub(crate) fn open(key: &TokenKey, text: &str, now_millis: i64) -> Result<Self, Exception> {
        let payload = signed_token::open(key, TokenKind::ListStreams, text).ok_or_else(invalid)?;
        let mut fields = Fields(&payload);
        let made_millis = fields.i64().ok_or_else(invalid)?;
        check_age(made_millis, now_millis)?;
        let after_stream_name = fields.rest_text().ok_or_else(invalid)?.to_owned();
        Ok(Self { made_millis, after_stream_name })
    }
}

/// Where the next page of shards begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ListShardsToken {
    /// When the token was made, milliseconds since 1970.
    pub(crate) made_millis: i64,
    /// The stream.
    pub(crate) stream_id: u64,
    /// The stream's name, for the exception that tells that it is gone.
    pub(crate) stream_name: String,
    /// The last shard of the page before.
    pub(crate) after_shard: ShardId,
    /// Which shards are wanted. Never `AfterShardId`: that is `after_shard` by now.
    pub(crate) filter: ShardFilter,
}

impl ListShardsToken {
    /// The text that a client gets.
    pub(crate) fn seal(&self, key: &TokenKey) -> String {
        let (kind, value) = match self.filter {
            ShardFilter::FromTrimHorizon | ShardFilter::AfterShardId(_) => (0_u8, 0),
            ShardFilter::AtTrimHorizon => (1, 0),
            ShardFilter::AtLatest => (2, 0),
            ShardFilter::AtTimestamp(millis) => (3, millis),
            ShardFilter::FromTimestamp(millis) => (4, millis),
        };
        let mut payload = self.made_millis.to_be_bytes().to_vec();
        payload.extend_from_slice(&self.stream_id.to_be_bytes());
        payload.extend_from_slice(&self.after_shard.0.to_be_bytes());
        payload.push(kind);
        payload.extend_from_slice(&value.to_be_bytes());
        payload.extend_from_slice(self.stream_name.as_bytes());
        signed_token::seal(key, TokenKind::ListShards, &payload)
    }

    /// Reads what a client sends back.
    pub(crate) fn open(key: &TokenKey, text: &str, now_millis: i64) -> Result<Self, Exception> {
        let payload = signed_token::open(key, TokenKind::ListShards, text).ok_or_else(invalid)?;
        let token = Self::read(Fields(&payload)).ok_or_else(invalid)?;
        check_age(token.made_millis, now_millis)?;
        Ok(token)
    }

    fn read(mut fields: Fields<'_>) -> Option<Self> {
        let made_millis = fields.i64()?;
        let stream_id = fields.u64()?;
        let after_shard = ShardId(fields.u32()?);
        let filter = match (fields.u8()?, fields.i64()?) {
            (0, _) => ShardFilter::FromTrimHorizon,
            (1, _) => ShardFilter::AtTrimHorizon,
            (2, _) => ShardFilter::AtLatest,
            (3, millis) => ShardFilter::AtTimestamp(millis),
            (4, millis) => ShardFilter::FromTimestamp(millis),
            _ => return None,
        };
        let stream_name = fields.rest_text()?.to_owned();
        Some(Self { made_millis, stream_id, stream_name, after_shard, filter })
    }
}

/// Where the next page of consumers begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ListConsumersToken {
    /// When the token was made, milliseconds since 1970.
    pub(crate) made_millis: i64,
    /// The stream.
    pub(crate) stream_id: u64,
    /// The last name of the page before.
    pub(crate) after_consumer_name: String,
}

impl ListConsumersToken {
    /// The text that a client gets.
    pub(crate) fn seal(&self, key: &TokenKey) -> String {
        let mut payload = self.made_millis.to_be_bytes().to_vec();
        payload.extend_from_slice(&self.stream_id.to_be_bytes());
        payload.extend_from_slice(self.after_consumer_name.as_bytes());
        signed_token::seal(key, TokenKind::ListConsumers, &payload)
    }

    /// Reads what a client sends back.
    pub(crate) fn open(key: &TokenKey, text: &str, now_millis: i64) -> Result<Self, Exception> {
        let payload = signed_token::open(key, TokenKind::ListConsumers, text).ok_or_else(invalid)?;
        let mut fields = Fields(&payload);
        let made_millis = fields.i64().ok_or_else(invalid)?;
        check_age(made_millis, now_millis)?;
        let stream_id = fields.u64().ok_or_else(invalid)?;
        let after_consumer_name = fields.rest_text().ok_or_else(invalid)?.to_owned();
        Ok(Self { made_millis, stream_id, after_consumer_name })
    }
}

fn invalid() -> Exception {
    Exception::invalid_argument("Invalid NextToken.")
}

fn check_age(made_millis: i64, now_millis: i64) -> Result<(), Exception> {
    let age_millis = now_millis.saturating_sub(made_millis);
    if age_millis < NEXT_TOKEN_LIFE_MILLIS {
        return Ok(());
    }
    Err(Exception::new(
        ExceptionKind::ExpiredNextToken,
        format!(
            "NextToken expired: it is {age_millis} milliseconds old, tokens last {NEXT_TOKEN_LIFE_MILLIS}."
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_read_back_until_they_expire() {
        let key = TokenKey::random();
        let streams = ListStreamsToken { made_millis: 1_000, after_stream_name: "orders".to_owned() };
        let text = streams.seal(&key);
        assert_eq!(ListStreamsToken::open(&key, &text, 300_999), Ok(streams));
        let kind = ListStreamsToken::open(&key, &text, 301_000).map_err(|exception| exception.kind);
        assert_eq!(kind, Err(ExceptionKind::ExpiredNextToken));
        assert_eq!(ListShardsToken::open(&key, &text, 1_000), Err(invalid()));

        for filter in [
            ShardFilter::FromTrimHorizon,
            ShardFilter::AtTrimHorizon,
            ShardFilter::AtLatest,
            ShardFilter::AtTimestamp(-5),
            ShardFilter::FromTimestamp(5),
        ] {
            let shards = ListShardsToken {
                made_millis: 1_000,
                stream_id: 9,
                stream_name: "orders".to_owned(),
                after_shard: ShardId(999),
                filter,
            };
            assert_eq!(ListShardsToken::open(&key, &shards.seal(&key), 1_000), Ok(shards));
        }
    }
}

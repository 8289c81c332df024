//! Shard iterators: a position in a shard that a client holds for up to five minutes.
//!
//! What must stay true: what GetRecords reads is decided by the signed payload alone, and an iterator never exceeds the 512
//! characters of the model.

use alluvium_kinesis_model::limits::SHARD_ITERATOR_LIFE_MILLIS;
use alluvium_kinesis_model::{Exception, ExceptionKind, ShardId};
use alluvium_stream_store::ReadFrom;
use time::OffsetDateTime;
use time::macros::format_description;

use crate::signed_token::{self, Fields, TokenKind};
use crate::token_key::TokenKey;

/// A position in a shard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ShardIterator {
    /// When it was made, milliseconds since 1970.
    pub(crate) made_millis: i64,
    /// The stream; ids are never reused, so a stream made again under the same name is another one.
    pub(crate) stream_id: u64,
    /// The stream's name, for the exceptions that tell of a stream which is gone.
    pub(crate) stream_name: String,
    /// The shard.
    pub(crate) shard: ShardId,
    /// Where to read.
    pub(crate) from: ReadFrom,
}

const AT_COUNTER: u8 = 0;
const AT_TRIM_HORIZON: u8 = 1;
const AT_TIMESTAMP: u8 = 2;

impl ShardIterator {
    /// The text that a client gets.
    pub(crate) fn seal(&self, key: &TokenKey) -> String {
        let (kind, value) = match self.from {
            ReadFrom::CounterInclusive(counter) => (AT_COUNTER, counter.to_be_bytes()),
            ReadFrom::TrimHorizon => (AT_TRIM_HORIZON, [0; 8]),
            ReadFrom::AtTimestamp(millis) => (AT_TIMESTAMP, millis.to_be_bytes()),
        };
        let mut payload = Vec::with_capacity(29 + self.stream_name.len());
        payload.extend_from_slice(&self.made_millis.to_be_bytes());
        payload.extend_from_slice(&self.stream_id.to_be_bytes());
        payload.extend_from_slice(&self.shard.0.to_be_bytes());
        payload.push(kind);
        payload.extend_from_slice(&value);
        payload.extend_from_slice(self.stream_name.as_bytes());
        signed_token::seal(key, TokenKind::ShardIterator, &payload)
    }

    /// Reads what a client sends back.
    pub(crate) fn open(key: &TokenKey, text: &str, now_millis: i64) -> Result<Self, Exception> {
        let invalid = || Exception::invalid_argument("Invalid ShardIterator.");
        let payload = signed_token::open(key, TokenKind::ShardIterator, text).ok_or_else(invalid)?;
        let iterator = Self::read(Fields(&payload)).ok_or_else(invalid)?;
        if now_millis.saturating_sub(iterator.made_millis) >= SHARD_ITERATOR_LIFE_MILLIS {
            return Err(expired(iterator.made_millis, now_millis));
        }
        Ok(iterator)
    }

    fn read(mut fields: Fields<'_>) -> Option<Self> {
        let made_millis = fields.i64()?;
        let stream_id = fields.u64()?;
        let shard = ShardId(fields.u32()?);
        let from = match (fields.u8()?, fields.take::<8>()?) {
            (AT_COUNTER, value) => ReadFrom::CounterInclusive(u64::from_be_bytes(value)),
            (AT_TRIM_HORIZON, _) => ReadFrom::TrimHorizon,
            (AT_TIMESTAMP, value) => ReadFrom::AtTimestamp(i64::from_be_bytes(value)),
            _ => return None,
        };
        Some(Self { made_millis, stream_id, stream_name: fields.rest_text()?.to_owned(), shard, from })
    }
}

fn expired(made_millis: i64, now_millis: i64) -> Exception {
    Exception::new(
        ExceptionKind::ExpiredIterator,
        format!(
            "Iterator expired. The iterator was created at time {} while right now it is {} which is further in the \
             future than the tolerated delay of {SHARD_ITERATOR_LIFE_MILLIS} milliseconds.",
            java_date(made_millis),
            java_date(now_millis)
        ),
    )
}

/// A time as Java's `Date` prints it: `Thu Jan 22 01:22:02 UTC 2015`.
fn java_date(millis: i64) -> String {
    let format = format_description!(
        "[weekday repr:short] [month repr:short] [day] [hour]:[minute]:[second] UTC [year]"
    );
    OffsetDateTime::from_unix_timestamp(millis.div_euclid(1_000))
        .ok()
        .and_then(|time| time.format(format).ok())
        .unwrap_or_else(|| millis.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn iterator(from: ReadFrom) -> ShardIterator {
        ShardIterator {
            made_millis: 1_421_889_722_000,
            stream_id: 7,
            stream_name: "s".repeat(128),
            shard: ShardId(3),
            from,
        }
    }

    #[test]
    fn every_position_reads_back_within_512_characters() {
        let key = TokenKey::random();
        for from in [ReadFrom::CounterInclusive(u64::MAX), ReadFrom::TrimHorizon, ReadFrom::AtTimestamp(-1)] {
            let text = iterator(from).seal(&key);
            assert!(text.len() <= 512, "{} characters", text.len());
            assert_eq!(ShardIterator::open(&key, &text, 1_421_889_722_001), Ok(iterator(from)));
        }
    }

    #[test]
    fn an_iterator_expires_after_five_minutes_to_the_millisecond() {
        let key = TokenKey::random();
        let text = iterator(ReadFrom::TrimHorizon).seal(&key);
        let made = 1_421_889_722_000;
        assert!(ShardIterator::open(&key, &text, made + 299_999).is_ok());
        let exception = ShardIterator::open(&key, &text, made + 300_000).expect_err("expired");
        assert_eq!(
            exception.to_string(),
            "ExpiredIteratorException: Iterator expired. The iterator was created at time Thu Jan 22 01:22:02 UTC 2015 \
             while right now it is Thu Jan 22 01:27:02 UTC 2015 which is further in the future than the tolerated delay \
             of 300000 milliseconds."
        );
    }

    #[test]
    fn a_text_that_is_no_iterator_is_invalid() {
        let exception = ShardIterator::open(&TokenKey::random(), "abc", 0).expect_err("no iterator");
        assert_eq!(exception, Exception::invalid_argument("Invalid ShardIterator."));
    }
}

//! Records that the Kinesis Producer Library has packed several user records into, taken apart. Pure.
//!
//! The form is that of <https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md>:
//!
//! ```text
//! 0          F3 89 9A C2
//! 4          AggregatedRecord in protobuf: tables of partition keys and explicit hash keys, and the user records
//! length-16  MD5 of the protobuf
//! ```
//!
//! What must stay true: data that is not of this form in every part, down to the MD5 and the indexes, is an ordinary record
//! and is handed on unchanged, as the KCL does it. Data of user records is shared with the record, never copied.

use bytes::Bytes;
use md5::{Digest, Md5};
use prost::Message;
use prost::encoding::{DecodeContext, WireType, decode_key, decode_varint, skip_field};

use crate::limits::USER_RECORDS_MAX;

/// What an aggregated record begins with.
const MAGIC: [u8; 4] = [0xF3, 0x89, 0x9A, 0xC2];
/// Bytes of the MD5 at its end.
const DIGEST_BYTES: usize = 16;
/// The field number of `records` in `AggregatedRecord`.
const RECORDS_FIELD: u32 = 3;

/// One of the records that a producer packed into one Kinesis record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRecord {
    /// The partition key that the producer gave it.
    pub partition_key: String,
    /// The explicit hash key that the producer gave it, in decimal digits.
    pub explicit_hash_key: Option<String>,
    /// Its place in the Kinesis record, from 0; the KCL's word.
    pub sub_sequence_number: u64,
    /// The user record's data.
    pub data: Bytes,
}

/// Whether data begins as an aggregated record does; only [`deaggregate`] tells whether it is one.
pub fn looks_aggregated(data: &[u8]) -> bool {
    data.starts_with(&MAGIC)
}

/// The user records of an aggregated record, in order; `None` for an ordinary record.
///
/// User records whose hash keys lie outside the shard stay in: producers other than the KPL aggregate without regard to
/// shards, and to leave such records out would lose them.
pub fn deaggregate(data: &Bytes) -> Option<Vec<UserRecord>> {
    if !looks_aggregated(data) || data.len() <= MAGIC.len() + DIGEST_BYTES {
        return None;
    }
    let body = data.slice(MAGIC.len()..data.len() - DIGEST_BYTES);
    if Md5::digest(&body)[..] != data[data.len() - DIGEST_BYTES..] || count_records(&body)? > USER_RECORDS_MAX
    {
        return None;
    }
    let aggregate = AggregatedRecord::decode(body).ok()?;
    let key = |table: &[Bytes], index: u64| -> Option<String> {
        let key = table.get(usize::try_from(index).ok()?)?;
        Some(String::from_utf8_lossy(key).into_owned())
    };
    let user_record = |(record, sub_sequence_number): (PackedRecord, u64)| {
        let explicit_hash_key = match record.explicit_hash_key_index {
            None => None,
            Some(index) => Some(key(&aggregate.explicit_hash_key_table, index)?),
        };
        Some(UserRecord {
            partition_key: key(&aggregate.partition_key_table, record.partition_key_index?)?,
            explicit_hash_key,
            sub_sequence_number,
            data: record.data?,
        })
    };
    aggregate.records.into_iter().zip(0..).map(user_record).collect()
}

/// How many user records the protobuf holds, before memory is taken for them; `None` if it is broken.
fn count_records(body: &Bytes) -> Option<usize> {
    let mut rest = body.clone();
    let mut count = 0;
    while !rest.is_empty() {
        let (field, wire_type) = decode_key(&mut rest).ok()?;
        if field == RECORDS_FIELD && wire_type == WireType::LengthDelimited {
            let length = usize::try_from(decode_varint(&mut rest).ok()?).ok()?;
            if length > rest.len() {
                return None;
            }
            let _record = rest.split_to(length);
            count += 1;
        } else {
            skip_field(wire_type, field, &mut rest, DecodeContext::default()).ok()?;
        }
    }
    Some(count)
}

/// `AggregatedRecord`. Keys are read as bytes, for a protobuf reader of version 2 does not look whether text is UTF-8.
#[derive(Clone, PartialEq, Message)]
struct AggregatedRecord {
    #[prost(bytes = "bytes", repeated, tag = "1")]
    partition_key_table: Vec<Bytes>,
    #[prost(bytes = "bytes", repeated, tag = "2")]
    explicit_hash_key_table: Vec<Bytes>,
    #[prost(message, repeated, tag = "3")]
    records: Vec<PackedRecord>,
}

/// `Record`, without its tags, which no producer of AWS's writes. What the format requires is looked for here: a reader of
/// version 2 refuses a message without it.
#[derive(Clone, PartialEq, Message)]
struct PackedRecord {
    #[prost(uint64, optional, tag = "1")]
    partition_key_index: Option<u64>,
    #[prost(uint64, optional, tag = "2")]
    explicit_hash_key_index: Option<u64>,
    #[prost(bytes = "bytes", optional, tag = "3")]
    data: Option<Bytes>,
}

#[cfg(test)]
mod tests;

//! How far a table has read a shard, and how that is written as `txn` actions of the Delta log.
//!
//! Delta's `txn` carries one `i64` per application id, and a sequence number has up to 129 digits. So a shard takes these
//! application ids, all in the commit that carries the rows (docs/format/tables.md):
//!
//! ```text
//! <pipeline>/<shard>       number of the batch, from 1
//! <pipeline>/<shard>#0     digits 1 to 18 of the last sequence number read, padded with zeros on the left to 144 digits
//! ..
//! <pipeline>/<shard>#7     digits 127 to 144
//! <pipeline>/<shard>#end   1 once the shard is closed and read to its end
//! ```
//!
//! What must stay true: the number of groups never changes, since a reader takes the newest of each group by itself.

use std::collections::BTreeMap;

use alluvium_kinesis_consumer::SequenceNumber;

/// Decimal digits in one `txn` action: the most that always fit an `i64`.
const GROUP_DIGITS: usize = 18;
/// One more than the largest group.
const GROUP_END: i64 = 10_i64.pow(GROUP_DIGITS as u32);
/// `txn` actions per position: 8 * 18 = 144 digits, and Kinesis allows 129.
const GROUPS: usize = SequenceNumber::DIGITS_MAX.div_ceil(GROUP_DIGITS);

/// How far a table has read one shard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShardPosition {
    /// Number of the last batch of this shard, from 1.
    pub batch: i64,
    /// The last sequence number whose record is in the table; `0` if the shard ended without a record.
    pub sequence_number: SequenceNumber,
    /// The shard is closed and every record of it is in the table.
    pub ended: bool,
}

/// The newest `txn` version of every application id of a table.
pub(crate) type AppVersions = BTreeMap<String, i64>;

/// The application id of a shard's batch number; the position's ids begin with it.
pub(crate) fn app_id(pipeline: &str, shard_id: &str) -> String {
    format!("{pipeline}/{shard_id}")
}

/// The `txn` actions of a position, as (application id, version), the batch number first.
pub(crate) fn encode(app_id: &str, position: &ShardPosition) -> Vec<(String, i64)> {
    let width = GROUPS * GROUP_DIGITS;
    let digits = format!("{:0>width$}", position.sequence_number.as_str());
    let mut versions = vec![(app_id.to_owned(), position.batch)];
    for (group, chunk) in digits.as_bytes().chunks(GROUP_DIGITS).enumerate() {
        let value = chunk.iter().fold(0_i64, |value, digit| value * 10 + i64::from(digit - b'0'));
        versions.push((format!("{app_id}#{group}"), value));
    }
    if position.ended {
        versions.push((format!("{app_id}#end"), 1));
    }
    versions
}

/// The position that `versions` hold for a shard: `None` if the table has never seen it, an error naming the `txn` action
/// that is missing or out of range if somebody else wrote under our application ids.
pub(crate) fn decode(versions: &AppVersions, app_id: &str) -> Result<Option<ShardPosition>, String> {
    let Some(&batch) = versions.get(app_id) else {
        return Ok(None);
    };
    let group = |group| {
        let id = format!("{app_id}#{group}");
        match versions.get(&id) {
            Some(value) if (0..GROUP_END).contains(value) => Ok(format!("{value:0GROUP_DIGITS$}")),
            Some(value) => Err(format!("txn {id:?} is {value}, not a group of {GROUP_DIGITS} digits")),
            None => Err(format!("txn {app_id:?} is there and txn {id:?} is not")),
        }
    };
    let digits = (0..GROUPS).map(group).collect::<Result<String, _>>()?;
    let significant = digits.trim_start_matches('0');
    let text = if significant.is_empty() { "0" } else { significant };
    let sequence_number = SequenceNumber::parse(text)
        .ok_or_else(|| format!("txn {app_id:?} holds {text}, no sequence number"))?;
    let ended = versions.get(&format!("{app_id}#end")).is_some_and(|&end| end != 0);
    Ok(Some(ShardPosition { batch, sequence_number, ended }))
}

/// The shards of a pipeline with their positions.
pub(crate) fn decode_all(
    versions: &AppVersions,
    pipeline: &str,
) -> Result<BTreeMap<String, ShardPosition>, String> {
    let prefix = format!("{pipeline}/");
    let mut positions = BTreeMap::new();
    for id in versions.keys() {
        let Some(shard_id) = id.strip_prefix(&prefix).filter(|rest| !rest.contains('#')) else {
            continue;
        };
        if let Some(position) = decode(versions, id)? {
            positions.insert(shard_id.to_owned(), position);
        }
    }
    Ok(positions)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn position(digits: &str, ended: bool) -> ShardPosition {
        let sequence_number = SequenceNumber::parse(digits).expect("canonical digits");
        ShardPosition { batch: 7, sequence_number, ended }
    }

    proptest! {
        #[test]
        fn a_position_of_any_length_reads_back(digits in "0|[1-9][0-9]{0,128}", ended: bool) {
            let position = position(&digits, ended);
            let versions: AppVersions = encode("pin/shardId-000000000000", &position).into_iter().collect();
            prop_assert_eq!(decode(&versions, "pin/shardId-000000000000"), Ok(Some(position)));
        }
    }

    #[test]
    fn a_shorter_position_leaves_nothing_of_a_longer_one() {
        let mut versions = AppVersions::new();
        versions.extend(encode("pin/s", &position(&"9".repeat(129), false)));
        versions.extend(encode("pin/s", &position("42", false)));
        assert_eq!(decode(&versions, "pin/s"), Ok(Some(position("42", false))));
    }

    #[test]
    fn a_position_with_a_group_missing_is_refused_by_name() {
        let mut versions: AppVersions = encode("pin/s", &position("42", false)).into_iter().collect();
        versions.remove("pin/s#3");
        let refusal = decode(&versions, "pin/s").expect_err("a group is missing");
        assert_eq!(refusal, "txn \"pin/s\" is there and txn \"pin/s#3\" is not");
    }

    #[test]
    fn only_the_pipelines_own_shards_are_listed() {
        let mut versions = AppVersions::new();
        versions.extend(encode("pin/a", &position("1", false)));
        versions.extend(encode("pin/b", &position("2", true)));
        versions.extend(encode("pins/a", &position("3", false)));
        versions.insert("pin".into(), 9);
        let listed = decode_all(&versions, "pin").expect("whole positions");
        assert_eq!(listed.into_keys().collect::<Vec<_>>(), ["a", "b"]);
    }
}

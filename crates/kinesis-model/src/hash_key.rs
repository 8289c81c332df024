//! Hash keys: where a partition key falls in the space 0..2^128-1 that a stream's open shards share out.

use std::fmt;

use md5::{Digest, Md5};

/// A point in the hash key space, 0 to 2^128-1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HashKey(pub u128);

impl HashKey {
    /// The smallest hash key.
    pub const MIN: Self = Self(0);
    /// The largest hash key, 2^128-1.
    pub const MAX: Self = Self(u128::MAX);

    /// Where a partition key falls: its MD5 read as a big-endian number
    /// (<https://docs.aws.amazon.com/streams/latest/dev/key-concepts.html#partition-key>).
    pub fn of_partition_key(partition_key: &str) -> Self {
        Self(u128::from_be_bytes(Md5::digest(partition_key.as_bytes()).into()))
    }

    /// Reads an explicit hash key: `0` or decimal digits without a leading zero, at most 2^128-1; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let canonical = !text.is_empty()
            && text.bytes().all(|byte| byte.is_ascii_digit())
            && (text == "0" || !text.starts_with('0'));
        canonical.then(|| text.parse().ok().map(Self)).flatten()
    }
}

impl fmt::Display for HashKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.0)
    }
}

/// The hash keys of one shard, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct HashKeyRange {
    /// The first hash key of the shard.
    pub starting: HashKey,
    /// The last hash key of the shard, included.
    pub ending_inclusive: HashKey,
}

impl HashKeyRange {
    /// Whether a hash key belongs to this range.
    pub fn contains(&self, key: HashKey) -> bool {
        self.starting <= key && key <= self.ending_inclusive
    }

    /// Shares the whole space out to `count` shards as AWS does: equal widths, the last one takes the remainder.
    ///
    /// # Panics
    /// When `count` is 0.
    pub fn uniform(count: u32) -> Vec<Self> {
        assert!(count > 0, "a stream has at least one shard");
        if count == 1 {
            return vec![Self { starting: HashKey::MIN, ending_inclusive: HashKey::MAX }];
        }
        // 2^128 / count without 2^128, which u128 cannot hold.
        let count_wide = u128::from(count);
        let exact = u128::MAX % count_wide == count_wide - 1;
        let width = u128::MAX / count_wide + u128::from(exact);
        (0..count_wide)
            .map(|index| Self {
                starting: HashKey(width * index),
                ending_inclusive: if index + 1 == count_wide {
                    HashKey::MAX
                } else {
                    HashKey(width * (index + 1) - 1)
                },
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uniform_ranges_cover_the_space_without_a_hole() {
        for count in [1, 2, 3, 4, 5, 7, 64, 1_000] {
            let ranges = HashKeyRange::uniform(count);
            assert_eq!(ranges.len(), count as usize);
            assert_eq!(ranges[0].starting, HashKey::MIN);
            assert_eq!(ranges[ranges.len() - 1].ending_inclusive, HashKey::MAX);
            for pair in ranges.windows(2) {
                assert_eq!(pair[0].ending_inclusive.0 + 1, pair[1].starting.0);
            }
        }
    }

    #[test]
    fn four_shards_have_the_bounds_that_aws_shows() {
        let starts: Vec<String> =
            HashKeyRange::uniform(4).iter().map(|range| range.starting.to_string()).collect();
        assert_eq!(
            starts,
            [
                "0",
                "85070591730234615865843651857942052864",
                "170141183460469231731687303715884105728",
                "255211775190703847597530955573826158592",
            ]
        );
    }

    #[test]
    fn explicit_hash_keys_end_at_2_to_the_128_minus_1() {
        assert_eq!(HashKey::parse("340282366920938463463374607431768211455"), Some(HashKey::MAX));
        for bad in ["", "00", "01", "-1", "+1", "1e3", "340282366920938463463374607431768211456"] {
            assert_eq!(HashKey::parse(bad), None, "{bad:?}");
        }
    }
}

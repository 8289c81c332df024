//! What a sequence number says about where it came from, in each of the three layouts that Kinesis has used.
//!
//! Clients send back numbers that they kept for years, or that they made up. Whether a number can be of a given shard is
//! told by this reading of it; where in the shard it stands is only known for our own, see [`crate::SequenceParts`].

use crate::SequenceNumber;

/// Where a sequence number says that it came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SequenceOrigin {
    /// The layout: 0, 1 or 2.
    pub version: u8,
    /// When its shard was born, in seconds since 1970.
    pub birth_secs: u64,
    /// When its record arrived, in seconds since 1970; 0 in layout 0, which does not say.
    pub arrival_secs: u64,
    /// Its shard's number. A number that is no shard's shows as negative.
    pub shard: i32,
}

/// Births at and after this many seconds are refused: the year 2477.
const BIRTH_SECS_END: u64 = 16_025_175_000;
/// Layout 0 is a number of 32 hexadecimal digits, layouts 1 and 2 of 47.
const DIGITS_SHORT: usize = 32;
const DIGITS_LONG: usize = 47;

impl SequenceOrigin {
    /// Reads a number; `None` when it has none of the layouts.
    pub fn of(number: &SequenceNumber) -> Option<Self> {
        let mut digits = hexadecimal(number.as_str())?;
        if digits.len() < DIGITS_SHORT {
            // A number below 2^124 counts as one that lost its leading 1.
            let mut padded = vec![0; DIGITS_SHORT - digits.len()];
            padded[0] = 1;
            padded.append(&mut digits);
            digits = padded;
        }
        let field = |from: usize, to: usize| {
            digits[from..to].iter().fold(0_u64, |value, digit| value << 4 | u64::from(*digit))
        };
        let origin = match (digits.len(), digits[0], digits.last()?) {
            (DIGITS_SHORT, _, _) => {
                Self { version: 0, birth_secs: field(1, 10), arrival_secs: 0, shard: field(28, 32) as i32 }
            }
            (DIGITS_LONG, 2, 1) => Self {
                version: 1,
                birth_secs: field(1, 10),
                arrival_secs: field(13, 22),
                shard: shard_of(field(38, 46)),
            },
            (DIGITS_LONG, 2, 2) if field(11, 12) < 8 => Self {
                version: 2,
                birth_secs: field(1, 10),
                arrival_secs: field(29, 38),
                shard: shard_of(field(38, 46)),
            },
            _ => return None,
        };
        (origin.version == 1 || origin.birth_secs < BIRTH_SECS_END).then_some(origin)
    }

    /// The shard's name as the exceptions show it, also for a number that is no shard's.
    pub fn shard_name(&self) -> String {
        let sign = if self.shard < 0 { "-" } else { "" };
        let width = 12 - sign.len();
        format!("shardId-{sign}{:0width$}", self.shard.unsigned_abs())
    }
}

/// Eight hexadecimal digits as the signed number that Java reads; the lowest one keeps its magnitude.
fn shard_of(bits: u64) -> i32 {
    let bits = bits as u32;
    i32::try_from(bits).unwrap_or_else(|_| i32::try_from(-i64::from(bits)).unwrap_or(i32::MIN))
}

/// The hexadecimal digits of a decimal text, most significant first; `None` for a number of more than 47 of them.
fn hexadecimal(decimal: &str) -> Option<Vec<u8>> {
    const LIMBS: usize = 3;
    let mut limbs = [0_u64; LIMBS]; // most significant first
    for digit in decimal.bytes() {
        let mut carry = u128::from(digit - b'0');
        for limb in limbs.iter_mut().rev() {
            let wide = u128::from(*limb) * 10 + carry;
            *limb = (wide & u128::from(u64::MAX)) as u64;
            carry = wide >> 64;
        }
        if carry != 0 {
            return None;
        }
    }
    let digits =
        limbs.iter().flat_map(|limb| (0..16).rev().map(move |shift| ((limb >> (4 * shift)) & 15) as u8));
    let digits: Vec<u8> = digits.skip_while(|digit| *digit == 0).collect();
    (digits.len() <= DIGITS_LONG).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SequenceParts;

    fn origin(decimal: &str) -> Option<SequenceOrigin> {
        SequenceOrigin::of(&SequenceNumber::parse(decimal).expect("digits"))
    }

    /// The decimal form of a number of 47 hexadecimal digits.
    fn long(hexadecimal: &str) -> String {
        num_bigint::BigUint::parse_bytes(hexadecimal.as_bytes(), 16).expect("hexadecimal").to_string()
    }

    #[test]
    fn our_own_numbers_say_where_they_came_from() {
        let parts =
            SequenceParts { birth_secs: 1_700_000_000, counter: 9, arrival_secs: 1_700_000_123, shard: 17 };
        let expected =
            SequenceOrigin { version: 2, birth_secs: 1_700_000_000, arrival_secs: 1_700_000_123, shard: 17 };
        assert_eq!(SequenceOrigin::of(&parts.encode()), Some(expected));
    }

    #[test]
    fn short_numbers_are_of_layout_0() {
        let small = origin("5").expect("layout 0");
        assert_eq!((small.version, small.birth_secs), (0, 0));
        assert_eq!(small.shard_name(), "shardId-000000000005");
        assert_eq!(origin("26227199374822427428162556223570313216"), None); // 0x13bb2cc3d8..., born too late
    }

    #[test]
    fn long_numbers_are_judged_as_the_service_judges_them() {
        let good = [
            "20000000000000000000000000000000000000000000001",
            "20000000000000000000000000000000000000000000002",
        ];
        for text in good {
            assert!(origin(&long(text)).is_some(), "{text}");
        }
        let bad = [
            "20000000000000000000000000000000000000000000000",
            "20000000000000000000000000000000000000000000003",
            "20000000000000000000000000000000000000000000004",
            "30000000000000000000000000000000000000000000001",
            "1ffffffffff7fffffffffffffff000000000007fffffff2",
            "20000000000800000000000000000000000000000000002",
            "2ffffffffff7fffffffffffffff000000000007fffffff2",
        ];
        for text in bad {
            assert_eq!(origin(&long(text)), None, "{text}");
        }
        let negative = origin(&long("20000000000000000000000000000000000000800000002")).expect("layout 2");
        assert_eq!(negative.shard_name(), "shardId--02147483648");
    }
}

//! Sequence numbers: any that Kinesis may hand out, ordered as the integers they are, and the layout of our own.
//!
//! What must stay true: order is numeric, never textual, and a number of ours takes exactly 56 digits.

use std::cmp::Ordering;
use std::fmt;

use crate::decimal::{self, FixedText};

/// A sequence number: `0` or up to 129 decimal digits without a leading zero. Orders as an integer.
///
/// Numbers come from our own store (56 digits, see [`SequenceParts`]) or from another Kinesis, whose layout is nobody's
/// business; so this type promises order and identity and nothing about what is inside.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SequenceNumber(Box<str>);

impl SequenceNumber {
    /// The most digits that Kinesis's model allows.
    pub const DIGITS_MAX: usize = 129;

    /// Reads `0|([1-9]\d{0,128})`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let canonical = (1..=Self::DIGITS_MAX).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_digit())
            && (text == "0" || !text.starts_with('0'));
        canonical.then(|| Self(text.into()))
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Ord for SequenceNumber {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.len().cmp(&other.0.len()).then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for SequenceNumber {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for SequenceNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// What a sequence number of our own store says. The layout is the one that numbers of Amazon Kinesis have today, so tools
/// that look inside of them understand ours. As a number of 186 bits, from the top:
///
/// ```text
///   4 bits  2          so that every number has 56 decimal digits
///  36 bits  birth      when the shard was born, seconds since 1970
///   4 bits  nibble     the low four bits of the shard's number
///  64 bits  counter    counts the records of the shard, from 1
///   8 bits  0
///  36 bits  arrival    when the record arrived, seconds since 1970
///  32 bits  shard      the shard's number
///   4 bits  2          layout version
/// ```
///
/// The counter stands above the arrival, so numbers of one shard order by counter whatever the clock does; the birth
/// stands above both, so a child shard's numbers come after its parents' when it is born in a later second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SequenceParts {
    /// When the shard was born, in seconds since 1970; below 2^36.
    pub birth_secs: u64,
    /// Position of the record in its shard, from 1; 0 is the shard's starting sequence number, which no record has.
    pub counter: u64,
    /// When the record arrived, in seconds since 1970; below 2^36.
    pub arrival_secs: u64,
    /// The shard's number.
    pub shard: u32,
}

const SECS_MASK: u64 = (1 << 36) - 1;
/// Digits of a number of ours.
const DIGITS: usize = 56;
/// Digits that one step of the conversion gives, and the power of ten that it divides by.
const STEP_DIGITS: usize = 9;
const STEP: u64 = 1_000_000_000;

impl SequenceParts {
    /// The sequence number of these parts, 56 digits.
    pub fn encode(self) -> SequenceNumber {
        SequenceNumber(self.digits().as_str().into())
    }

    /// The digits of the sequence number.
    pub(crate) fn digits(self) -> FixedText<DIGITS> {
        // 188 bits in limbs of 32, most significant first; the layout's 47 hex digits are 188 bits.
        let birth = self.birth_secs & SECS_MASK;
        let arrival = self.arrival_secs & SECS_MASK;
        let nibble = u128::from(self.shard & 15);
        let low = (u128::from(arrival) << 36) | (u128::from(self.shard) << 4) | 2; // 80 bits: 8 zero, 36, 32, 4
        let middle = (2 << 104) | (u128::from(birth) << 68) | (nibble << 64) | u128::from(self.counter); // 108 bits
        // value = middle << 80 | low
        let limb = |wide: u128, shift: u32| ((wide >> shift) & u128::from(u32::MAX)) as u64;
        let between = ((limb(middle, 0) & 0xffff) << 16) | limb(low, 64);
        let mut limbs =
            [limb(middle, 80), limb(middle, 48), limb(middle, 16), between, limb(low, 32), limb(low, 0)];
        let mut text = [b'0'; DIGITS];
        let (mut first, mut end) = (0, DIGITS);
        while end > 0 {
            let start = end.saturating_sub(STEP_DIGITS);
            decimal::fill(&mut text[start..end], divide_by_step(&mut limbs[first..]));
            while limbs.get(first) == Some(&0) {
                first += 1;
            }
            end = start;
        }
        FixedText(text)
    }

    /// Reads a number that [`SequenceParts::encode`] made; `None` for any other number.
    pub fn decode(number: &SequenceNumber) -> Option<Self> {
        if number.0.len() != 56 {
            return None;
        }
        let mut limbs = [0_u64; 3];
        for digit in number.0.bytes() {
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
        let [high, middle, low] = limbs.map(u128::from);
        let low_part = ((middle & 0xffff) << 64) | low;
        let top_part = (high << 48) | (middle >> 16);
        let parts = Self {
            birth_secs: ((top_part >> 68) & u128::from(SECS_MASK)) as u64,
            counter: (top_part & u128::from(u64::MAX)) as u64,
            arrival_secs: ((low_part >> 36) & u128::from(SECS_MASK)) as u64,
            shard: ((low_part >> 4) & u128::from(u32::MAX)) as u32,
        };
        (parts.encode() == *number).then_some(parts)
    }
}

/// Divides a number of 32-bit limbs in place by 10^9 and returns the remainder.
fn divide_by_step(limbs: &mut [u64]) -> u64 {
    let mut remainder = 0;
    for limb in limbs {
        // remainder < 10^9 < 2^30, so the dividend fits 62 bits.
        let dividend = (remainder << 32) | *limb;
        *limb = dividend / STEP;
        remainder = dividend % STEP;
    }
    remainder
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_parts() -> impl Strategy<Value = SequenceParts> {
        (0..=SECS_MASK, any::<u64>(), 0..=SECS_MASK, any::<u32>()).prop_map(
            |(birth_secs, counter, arrival_secs, shard)| SequenceParts {
                birth_secs,
                counter,
                arrival_secs,
                shard,
            },
        )
    }

    proptest! {
        #[test]
        fn parts_round_trip_in_56_digits(parts in any_parts()) {
            let number = parts.encode();
            prop_assert_eq!(number.as_str().len(), 56);
            prop_assert_eq!(SequenceParts::decode(&number), Some(parts));
            prop_assert_eq!(SequenceNumber::parse(number.as_str()), Some(number));
        }

        #[test]
        fn numbers_of_a_shard_order_by_birth_then_counter(a in any_parts(), b in any_parts()) {
            let b = SequenceParts { shard: a.shard, ..b };
            let by_parts = (a.birth_secs, a.counter).cmp(&(b.birth_secs, b.counter));
            if by_parts != Ordering::Equal {
                prop_assert_eq!(a.encode().cmp(&b.encode()), by_parts);
            }
        }
    }

    #[test]
    fn order_is_numeric_not_textual() {
        let number = |text: &str| SequenceNumber::parse(text).expect("canonical digits");
        assert!(number("9") < number("10"));
        assert!(number("100") > number("99"));
    }

    #[test]
    fn a_number_of_another_kinesis_is_no_layout_of_ours() {
        for text in ["0", "49590338271490256608559692538361571095921575989136588898", &"9".repeat(129)] {
            let number = SequenceNumber::parse(text).expect("canonical digits");
            let decoded = SequenceParts::decode(&number);
            assert!(decoded.is_none_or(|parts| parts.encode() == number));
        }
        for bad in ["", "01", "-1", "1x", &"9".repeat(130)] {
            assert_eq!(SequenceNumber::parse(bad), None, "{bad:?}");
        }
    }
}

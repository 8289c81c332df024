//! AWS's `StreamId`: 20 and 3 characters of `[a-z0-9]` with a hyphen between.
//!
//! What must stay true: two streams of a store never have the same one. The store's own number of the stream, which is never
//! given out twice, is in it; the rest is random, so that the texts of two stores hardly ever meet.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;

const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
/// 36^13 is more than 2^64.
const NUMBER_CHARS: usize = 13;
const RANDOM_CHARS: usize = 10;
/// The hyphen stands behind this many characters.
const HEAD_CHARS: usize = 20;

/// The text for the stream with this number.
pub(crate) fn generate(stream_id: u64) -> Arc<str> {
    let random = RandomState::new().build_hasher().finish();
    Arc::from(text(stream_id, random))
}

fn text(stream_id: u64, random: u64) -> String {
    let mut text = String::with_capacity(HEAD_CHARS + 4);
    push(&mut text, scattered(stream_id), NUMBER_CHARS);
    push(&mut text, random, RANDOM_CHARS);
    text.insert(HEAD_CHARS, '-');
    text
}

/// Writes the lowest digits of a number to the base 36.
fn push(text: &mut String, mut number: u64, chars: usize) {
    for _ in 0..chars {
        text.push(char::from(DIGITS[(number % 36) as usize]));
        number /= 36;
    }
}

/// A number for each number, no two the same: multiplying by an odd number and folding the upper half in can be undone.
fn scattered(number: u64) -> u64 {
    let spread = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    spread ^ (spread >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn texts_have_the_pattern_of_aws_and_differ_whatever_is_random() {
        let mut seen = BTreeSet::new();
        for stream_id in (1..2_000).chain(u64::MAX - 10..=u64::MAX) {
            let text = text(stream_id, 0);
            let (head, tail) = text.split_once('-').expect("a hyphen");
            assert_eq!((head.len(), tail.len()), (20, 3), "{text}");
            let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
            assert!(head.bytes().chain(tail.bytes()).all(allowed), "{text}");
            assert!(seen.insert(head.to_owned()), "{text} twice");
        }
    }
}

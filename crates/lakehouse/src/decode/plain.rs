//! The plain part of a string in a record, eight bytes at a time.

const ONES: u64 = u64::from_le_bytes([0x01; 8]);
const HIGHS: u64 = u64::from_le_bytes([0x80; 8]);

/// How many bytes at the beginning of `bytes` are neither `quote`, nor a backslash, nor a control character.
pub(super) fn plain_length(bytes: &[u8], quote: u8) -> usize {
    let (words, rest) = bytes.as_chunks::<8>();
    for (at, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        // Of each set of marks the lowest is right, and those above it may not be; so the lowest of all is right.
        let marks = zeros(word ^ (ONES * u64::from(quote)))
            | zeros(word ^ (ONES * u64::from(b'\\')))
            | (word.wrapping_sub(ONES * 0x20) & !word & HIGHS);
        if marks != 0 {
            return at * 8 + marks.trailing_zeros() as usize / 8;
        }
    }
    let is_plain = |&byte: &u8| byte != quote && byte != b'\\' && byte >= 0x20;
    words.len() * 8 + rest.iter().position(|byte| !is_plain(byte)).unwrap_or(rest.len())
}

/// Marks the lowest byte that is zero with its highest bit.
fn zeros(word: u64) -> u64 {
    word.wrapping_sub(ONES) & !word & HIGHS
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_length_is_what_looking_at_each_byte_gives(
            bytes in proptest::collection::vec(prop_oneof![
                4 => any::<u8>(),
                1 => prop::sample::select(b"\"'\\\x00\x1F\x20\x80\xA2\xDC\xFF!\x21#[]".to_vec()),
                8 => b'a'..=b'z',
            ], 0..40),
            quote in prop::sample::select(b"\"'".to_vec()),
        ) {
            let special = |&byte: &u8| byte == quote || byte == b'\\' || byte < 0x20;
            let expected = bytes.iter().position(special).unwrap_or(bytes.len());
            prop_assert_eq!(plain_length(&bytes, quote), expected);
        }
    }
}

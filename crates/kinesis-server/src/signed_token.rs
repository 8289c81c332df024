//! Opaque texts that clients hand back to us: shard iterators and pagination tokens. Base64 of
//!
//! ```text
//!   1 byte    version    1
//!   1 byte    kind       what the payload is
//!   n bytes   payload
//!  16 bytes   signature  HMAC-SHA256 of everything before it, cut to 16 bytes
//! ```
//!
//! What must stay true: no byte of a payload is looked at before the signature was verified.

use base64_simd::STANDARD;

use crate::token_key::{MAC_BYTES, TokenKey};

const VERSION: u8 = 1;
/// No token of ours is longer, in characters; what is longer is not even decoded.
const CHARS_MAX: usize = 512;

/// What a payload is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenKind {
    ShardIterator = 1,
    ListStreams = 2,
    ListShards = 3,
    ListConsumers = 4,
}

/// Makes a token.
pub(crate) fn seal(key: &TokenKey, kind: TokenKind, payload: &[u8]) -> String {
    let mut bytes = Vec::with_capacity(2 + payload.len() + MAC_BYTES);
    bytes.extend_from_slice(&[VERSION, kind as u8]);
    bytes.extend_from_slice(payload);
    let signature = key.sign(&bytes);
    bytes.extend_from_slice(&signature);
    STANDARD.encode_to_string(&bytes)
}

/// The payload of a token that was made with this key for this kind; `None` for any other text.
pub(crate) fn open(key: &TokenKey, kind: TokenKind, token: &str) -> Option<Vec<u8>> {
    if token.len() > CHARS_MAX {
        return None;
    }
    let bytes = STANDARD.decode_to_vec(token).ok()?;
    let (signed, signature) = bytes.split_last_chunk::<MAC_BYTES>()?;
    if !key.verifies(signed, signature) {
        return None;
    }
    signed.strip_prefix(&[VERSION, kind as u8]).map(<[u8]>::to_vec)
}

/// Reads the numbers of a payload one after the other.
pub(crate) struct Fields<'a>(pub(crate) &'a [u8]);

impl<'a> Fields<'a> {
    pub(crate) fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (field, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*field)
    }

    pub(crate) fn u8(&mut self) -> Option<u8> {
        self.take().map(u8::from_be_bytes)
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        self.take().map(u32::from_be_bytes)
    }

    pub(crate) fn u64(&mut self) -> Option<u64> {
        self.take().map(u64::from_be_bytes)
    }

    pub(crate) fn i64(&mut self) -> Option<i64> {
        self.take().map(i64::from_be_bytes)
    }

    /// What is left, as text.
    pub(crate) fn rest_text(self) -> Option<&'a str> {
        std::str::from_utf8(self.0).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_opens_with_its_key_and_kind_only() {
        let key = TokenKey::random();
        for length in [0, 1, 4, 5, 6, 100, 200] {
            let payload = vec![7; length];
            let token = seal(&key, TokenKind::ShardIterator, &payload);
            assert!(token.len() <= CHARS_MAX);
            assert_eq!(open(&key, TokenKind::ShardIterator, &token), Some(payload));
            assert_eq!(open(&key, TokenKind::ListShards, &token), None);
            assert_eq!(open(&TokenKey::random(), TokenKind::ShardIterator, &token), None);
        }
    }

    #[test]
    fn one_changed_bit_spoils_a_token() {
        let key = TokenKey::random();
        let token = seal(&key, TokenKind::ShardIterator, b"payload");
        let bytes = STANDARD.decode_to_vec(&token).expect("base64");
        for bit in 0..bytes.len() * 8 {
            let mut forged = bytes.clone();
            forged[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(open(&key, TokenKind::ShardIterator, &STANDARD.encode_to_string(&forged)), None);
        }
        for text in ["", "AAAA", "not base64", &"A".repeat(10_000)] {
            assert_eq!(open(&key, TokenKind::ShardIterator, text), None, "{text:.20}");
        }
    }
}

//! Bytes as text, text as bytes, and digests of either.
//!
//! What must stay true: what cannot be read back is null; character sets are those that Spark 4 names.

use std::fmt::Write as _;

use md5::{Digest as _, Md5};
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512};

/// Hexadecimal digits, in small letters.
fn lower_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        // Writing into a String cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    lower_hex(bytes).to_uppercase()
}

/// `unhex`: a text of an odd length has a zero before it.
pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.chars().map(|c| c.to_digit(16)).collect::<Option<Vec<_>>>()?;
    let padded: Vec<u32> = if digits.len() % 2 == 0 { digits } else { [vec![0], digits].concat() };
    Some(padded.chunks(2).map(|pair| (pair[0] * 16 + pair[1]) as u8).collect())
}

pub(crate) fn md5(bytes: &[u8]) -> String {
    lower_hex(&Md5::digest(bytes))
}

/// `sha2(bytes, bits)`: 0 is 256; `None` for another length than SHA-2 has.
pub(crate) fn sha2(bytes: &[u8], bits: i32) -> Option<String> {
    Some(match bits {
        0 | 256 => lower_hex(&Sha256::digest(bytes)),
        224 => lower_hex(&Sha224::digest(bytes)),
        384 => lower_hex(&Sha384::digest(bytes)),
        512 => lower_hex(&Sha512::digest(bytes)),
        _ => return None,
    })
}

pub(crate) fn sha1(bytes: &[u8]) -> String {
    lower_hex(&Sha1::digest(bytes))
}

/// The CRC-32 of zip and of Java's `CRC32`, bit by bit.
pub(crate) fn crc32(bytes: &[u8]) -> i64 {
    let crc = bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 },
        )
    });
    i64::from(!crc)
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    base64_simd::STANDARD.encode_to_string(bytes)
}

/// `unbase64`, as MIME has it: other characters are passed over.
pub(crate) fn unbase64(text: &str) -> Option<Vec<u8>> {
    let kept: String = text.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '/')).collect();
    base64_simd::STANDARD_NO_PAD.decode_to_vec(kept).ok()
}

/// `application/x-www-form-urlencoded`, as `url_encode` writes it.
pub(crate) fn url_encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for &byte in text.as_bytes() {
        match byte {
            b' ' => out.push('+'),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'*' | b'_' => out.push(char::from(byte)),
            // Writing into a String cannot fail.
            _ => drop(write!(out, "%{byte:02X}")),
        }
    }
    out
}

/// The reverse; `None` for a `%` without two digits.
pub(crate) fn url_decode(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
                (digit(bytes.next())? * 16 + digit(bytes.next())?) as u8
            }
            byte => byte,
        });
    }
    Some(String::from_utf8_lossy(&out).into_owned())
}

/// A character set of `encode` and `decode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Charset {
    Utf8,
    Ascii,
    Latin1,
    Utf16 { big: bool },
}

impl Charset {
    pub(crate) fn of_name(name: &str) -> Option<Self> {
        Some(match name.to_ascii_uppercase().as_str() {
            "UTF-8" => Self::Utf8,
            "US-ASCII" => Self::Ascii,
            "ISO-8859-1" => Self::Latin1,
            "UTF-16BE" => Self::Utf16 { big: true },
            "UTF-16LE" => Self::Utf16 { big: false },
            _ => return None,
        })
    }

    /// `None` where the set has no such character.
    pub(crate) fn encode(self, text: &str) -> Option<Vec<u8>> {
        let below = |limit: u32| {
            text.chars()
                .map(|c| (u32::from(c) < limit).then_some(u32::from(c) as u8))
                .collect::<Option<Vec<_>>>()
        };
        match self {
            Self::Utf8 => Some(text.as_bytes().to_vec()),
            Self::Ascii => below(0x80),
            Self::Latin1 => below(0x100),
            Self::Utf16 { big } => {
                let unit = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
                Some(text.encode_utf16().flat_map(unit).collect())
            }
        }
    }

    /// `None` for bytes that are no text of the set.
    pub(crate) fn decode(self, bytes: &[u8]) -> Option<String> {
        match self {
            Self::Utf8 => String::from_utf8(bytes.to_vec()).ok(),
            Self::Ascii => bytes.is_ascii().then(|| bytes.iter().copied().map(char::from).collect()),
            Self::Latin1 => Some(bytes.iter().copied().map(char::from).collect()),
            Self::Utf16 { big } => {
                let unit = |pair: &[u8]| {
                    let pair = [*pair.first()?, *pair.get(1)?];
                    Some(if big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) })
                };
                String::from_utf16(&bytes.chunks(2).map(unit).collect::<Option<Vec<_>>>()?).ok()
            }
        }
    }
}

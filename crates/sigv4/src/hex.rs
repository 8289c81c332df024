//! Lower-case hexadecimal, the only form that signatures and hashes take.
//!
//! What must stay true: both directions are plain arithmetic over whole arrays, which the compiler turns into vectors; every
//! request passes here several times.

/// Thirty-two bytes as their 64 digits, on the stack.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hex([u8; 64]);

impl Hex {
    /// The digits of `bytes`.
    pub(crate) fn of(bytes: &[u8; 32]) -> Self {
        let digit = |nibble: u8| nibble + b'0' + if nibble > 9 { b'a' - b'0' - 10 } else { 0 };
        let (mut high, mut low) = ([0; 32], [0; 32]);
        for ((high, low), byte) in high.iter_mut().zip(&mut low).zip(bytes) {
            *high = digit(byte >> 4);
            *low = digit(byte & 0xf);
        }
        let mut digits = [0; 64];
        for index in 0..32 {
            digits[2 * index] = high[index];
            digits[2 * index + 1] = low[index];
        }
        Self(digits)
    }

    /// The digits as bytes.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The digits as text.
    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("hexadecimal digits are ASCII")
    }
}

/// Reads exactly 64 lower-case hexadecimal digits; `None` for anything else.
pub(crate) fn parse_hash(text: &[u8]) -> Option<[u8; 32]> {
    let digits: &[u8; 64] = text.try_into().ok()?;
    // Right for digits, and anything for what is none: then the bytes are not shown as this text.
    let mut values = [0_u8; 64];
    for (value, digit) in values.iter_mut().zip(digits) {
        *value = (digit & 0xf).wrapping_add((digit >> 6).wrapping_mul(9));
    }
    let mut bytes = [0_u8; 32];
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = values[2 * index] << 4 | (values[2 * index + 1] & 0xf);
    }
    (Hex::of(&bytes).0 == *digits).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_reads_back_and_nothing_else_does() {
        let bytes: [u8; 32] = std::array::from_fn(|index| (index * 9) as u8);
        let hex = Hex::of(&bytes);
        let text = hex.as_str();
        assert_eq!(parse_hash(text.as_bytes()), Some(bytes));
        for bad in ["", &text[1..], &text.to_uppercase(), &text.replace('0', "g")] {
            assert_eq!(parse_hash(bad.as_bytes()), None, "{bad:?}");
        }
    }
}

//! Numbers as decimal digits, without the machinery of `format!`: answers have one or two of them for each record.

/// Text of a known length, without an allocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FixedText<const N: usize>(pub(crate) [u8; N]);

impl<const N: usize> FixedText<N> {
    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("digits and what stands before them are ASCII")
    }
}

/// The numbers from 0 to 99 in two digits each.
const PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[0; 2]; 100];
    let mut number = 0;
    while number < 100 {
        pairs[number] = [b'0' + (number / 10) as u8, b'0' + (number % 10) as u8];
        number += 1;
    }
    pairs
};

/// Fills the whole of `digits` with a number, leading zeros included; digits for which there is no room are left out.
pub(crate) fn fill(digits: &mut [u8], mut number: u64) {
    let (first, pairs) = digits.as_rchunks_mut::<2>();
    for pair in pairs.iter_mut().rev() {
        *pair = PAIRS[(number % 100) as usize];
        number /= 100;
    }
    if let [first] = first {
        *first = b'0' + (number % 10) as u8;
    }
}

/// Appends a number.
pub(crate) fn push(out: &mut Vec<u8>, number: u64) {
    const DIGITS_MAX: usize = 20;
    let mut digits = [0; DIGITS_MAX];
    fill(&mut digits, number);
    let leading_zeros = digits[..DIGITS_MAX - 1].iter().take_while(|digit| **digit == b'0').count();
    out.extend_from_slice(&digits[leading_zeros..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_digits_that_format_gives_them() {
        for number in [0, 1, 9, 10, 99, 100, 12_345, u64::from(u32::MAX), u64::MAX - 1, u64::MAX] {
            let mut out = b"x".to_vec();
            push(&mut out, number);
            assert_eq!(String::from_utf8(out).expect("ASCII"), format!("x{number}"));
            let mut digits = [0; 20];
            fill(&mut digits, number);
            assert_eq!(FixedText(digits).as_str(), format!("{number:020}"));
        }
    }
}

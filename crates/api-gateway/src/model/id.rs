//! Ids as API Gateway makes them: lower-case letters and digits.
//!
//! What must stay true: an id is random, so that a deleted API's URL never becomes another API's.

/// Length of an API id, such as `a1b2c3d4e5`.
pub(crate) const API_ID_CHARS: usize = 10;
/// Length of the id of a resource or a deployment.
pub(crate) const RESOURCE_ID_CHARS: usize = 6;

const ALPHABET: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";

/// A random id of `length` characters (at most 16) that begins with a letter, so that it can be a host name.
pub(crate) fn new_id(length: usize) -> String {
    let random = uuid::Uuid::new_v4().into_bytes();
    // Bytes 6 and 8 of a version 4 UUID carry its version and variant, so the bytes are mixed before they choose.
    let mut state = u128::from_be_bytes(random);
    (0..length)
        .map(|index| {
            let letters: u128 = if index == 0 { 26 } else { 36 };
            let choice = usize::try_from(state % letters).unwrap_or(0);
            state /= letters;
            char::from(ALPHABET[choice])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_api_id_is_ten_lower_case_letters_and_digits_and_differs_each_time() {
        let ids: std::collections::BTreeSet<String> = (0..1000).map(|_| new_id(API_ID_CHARS)).collect();
        assert_eq!(ids.len(), 1000);
        for id in ids {
            assert_eq!(id.len(), 10);
            assert!(id.starts_with(|c: char| c.is_ascii_lowercase()), "{id}");
            assert!(id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()), "{id}");
        }
    }
}

//! Identifiers and secrets in the shapes that AWS gives them, from the operating system's randomness by way of a
//! cryptographic generator.

use secrecy::SecretString;

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// An identifier of AWS's form: a prefix that says what it names (`AKIA` access key, `ASIA` temporary key, `AIDA` user, `AROA`
/// role; <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html>) and 16 random characters, 80 bits.
pub(crate) fn identifier(prefix: &str) -> String {
    let random: [u8; 16] = rand::random();
    prefix.chars().chain(random.iter().map(|byte| char::from(BASE32[usize::from(byte & 31)]))).collect()
}

/// A secret access key: 40 random characters, 240 bits.
pub(crate) fn secret_access_key() -> SecretString {
    SecretString::from(base64_text(40))
}

/// A session token: 128 random characters or more. It means nothing; it is looked up.
pub(crate) fn session_token(chars_min: usize) -> String {
    base64_text(chars_min.max(128))
}

/// The id of a request, a UUID of version 4.
pub(crate) fn request_id() -> String {
    let id: u128 = rand::random();
    let id = (id & !(0xf << 76) & !(0x3 << 62)) | (0x4 << 76) | (0x2 << 62);
    let hex = format!("{id:032x}");
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

fn base64_text(chars: usize) -> String {
    let mut random = vec![0_u8; chars];
    rand::fill(&mut random[..]);
    random.iter().map(|byte| char::from(BASE64[usize::from(byte & 63)])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;

    #[test]
    fn identifiers_and_secrets_have_awss_lengths_and_differ() {
        let (first, second) = (identifier("AKIA"), identifier("AKIA"));
        assert_eq!(first.len(), 20);
        assert!(first.starts_with("AKIA"));
        assert_ne!(first, second);
        assert_eq!(secret_access_key().expose_secret().len(), 40);
        assert_ne!(session_token(0), session_token(0));
        assert_eq!(session_token(4_096).len(), 4_096);
        let id = request_id();
        assert_eq!((id.len(), &id[14..15]), (36, "4"));
    }
}

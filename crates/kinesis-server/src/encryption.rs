//! Encryption at rest with a key of KMS: which texts name a key. There is no KMS here, so the key is kept and shown and no
//! record is changed by it.

use alluvium_kinesis_model::Exception;
use alluvium_kinesis_model::operations::EncryptionType;

/// Checks what StartStreamEncryption and StopStreamEncryption take: the type is KMS, and the key an id, an alias, or the ARN of
/// either (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_StartStreamEncryption.html>).
pub(crate) fn check(encryption_type: EncryptionType, key_id: &str) -> Result<(), Exception> {
    if encryption_type != EncryptionType::Kms {
        return Err(Exception::invalid_argument("EncryptionType must be KMS."));
    }
    if names_a_key(key_id) {
        return Ok(());
    }
    Err(Exception::invalid_argument(format!(
        "KeyId {key_id} is not the id of a KMS key, the ARN of a key or an alias, or an alias name beginning with alias/."
    )))
}

fn names_a_key(text: &str) -> bool {
    let is_name = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/_-".contains(&byte))
    };
    let is_id = |text: &str| match text.strip_prefix("mrk-") {
        Some(digits) => digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()),
        None => text.len() == 36 && uuid::Uuid::try_parse(text).is_ok(),
    };
    let is_alias = |text: &str| text.strip_prefix("alias/").is_some_and(is_name);
    let Some(arn) = text.strip_prefix("arn:aws") else { return is_id(text) || is_alias(text) };
    let Some((_, key)) = arn.split_once(":kms:") else { return false };
    let mut parts = key.splitn(3, ':');
    let (Some(region), Some(account_id), Some(name)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let is_account = account_id.len() == 12 && account_id.bytes().all(|byte| byte.is_ascii_digit());
    let named = name.strip_prefix("key/").is_some_and(is_id) || is_alias(name);
    !region.is_empty() && is_account && named
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_named_by_id_alias_or_arn() {
        for (text, expected) in [
            ("12345678-1234-1234-1234-123456789012", true),
            ("mrk-1234abcd12ab34cd56ef1234567890ab", true),
            ("alias/aws/kinesis", true),
            ("alias/mine", true),
            ("arn:aws:kms:us-east-1:123456789012:key/12345678-1234-1234-1234-123456789012", true),
            ("arn:aws:kms:us-east-1:123456789012:alias/mine", true),
            ("arn:aws:kms:us-east-1:123456789012:mine", false),
            ("arn:aws:kms:us-east-1:1:alias/mine", false),
            ("arn:aws:s3:::bucket", false),
            ("alias/", false),
            ("mine", false),
            ("", false),
        ] {
            assert_eq!(names_a_key(text), expected, "{text}");
        }
    }
}

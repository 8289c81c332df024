//! StartStreamEncryption (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_StartStreamEncryption.html>).

use crate::exception::Exception;
use crate::members::Members;
use crate::operation::OperationInput;
use crate::operations::encryption::{EncryptionMembers, EncryptionType};
use crate::stream_identifier::StreamIdentifier;

/// A stream whose records are to be encrypted from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartStreamEncryptionInput {
    /// The stream.
    pub stream: StreamIdentifier,
    /// How; the request may say any of the words, and only KMS makes sense.
    pub encryption_type: EncryptionType,
    /// The key: an id, an ARN, or an alias.
    pub key_id: String,
}

impl OperationInput for StartStreamEncryptionInput {
    fn from_members(members: Members) -> Result<Self, Exception> {
        let EncryptionMembers { stream, encryption_type, key_id } = EncryptionMembers::read(members)?;
        Ok(Self { stream, encryption_type, key_id })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::tests::{check_stream_name, check_violations};

    #[test]
    fn the_stream_has_to_be_named_rightly() {
        check_stream_name::<StartStreamEncryptionInput>(
            r#","EncryptionType":"KMS","KeyId":"alias/aws/kinesis""#,
        );
    }

    #[test]
    fn every_violated_constraint_is_told() {
        check_violations::<StartStreamEncryptionInput>(
            r#"{"StreamName":"a","EncryptionType":"ROT13","KeyId":""}"#,
            &[
                "Value 'ROT13' at 'encryptionType' failed to satisfy constraint: Member must satisfy enum value set: [NONE, KMS]",
                "Value '' at 'keyId' failed to satisfy constraint: Member must have length greater than or equal to 1",
            ],
        );
    }
}

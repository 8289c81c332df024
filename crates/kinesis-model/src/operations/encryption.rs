//! Server-side encryption, which two operations set and several show.

use crate::constraints::{Constraints, Enumeration};
use crate::exception::Exception;
use crate::members::Members;
use crate::shapes;
use crate::stream_identifier::{StreamIdentifier, StreamMembers};
use crate::writer::Writer;

/// How records are encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EncryptionType {
    /// Not at all.
    None,
    /// With a key of KMS.
    Kms,
}

impl Enumeration for EncryptionType {
    const ALL: &'static [(&'static str, Self)] = &[("NONE", Self::None), ("KMS", Self::Kms)];
}

/// What both operations take.
pub(crate) struct EncryptionMembers {
    pub(crate) stream: StreamIdentifier,
    pub(crate) encryption_type: EncryptionType,
    pub(crate) key_id: String,
}

impl EncryptionMembers {
    pub(crate) fn read(mut members: Members) -> Result<Self, Exception> {
        let stream = StreamMembers::take(&mut members)?;
        let encryption_type = members.text("EncryptionType")?;
        let key_id = members.text("KeyId")?;

        let mut checks = Constraints::default();
        let encryption_type = checks.required_one_of("encryptionType", encryption_type.as_deref());
        checks.text("keyId", key_id.as_deref(), &shapes::KEY_ID);
        let key_id = checks.required("keyId", key_id);
        stream.check_required(&mut checks);
        checks.finish()?;
        Ok(Self {
            stream: stream.identify_required()?,
            encryption_type: encryption_type.unwrap_or(EncryptionType::None),
            key_id,
        })
    }
}

/// Writes the member `EncryptionType` of what is encrypted; what is not has none.
pub(crate) fn write_if_encrypted<W: Writer>(writer: &mut W, is_encrypted: bool) {
    if is_encrypted {
        writer.text_member("EncryptionType", EncryptionType::Kms.word());
    }
}

//! What is kept on disk about principals, version 1 of `docs/format/iam.md`.
//!
//! What must stay true: a field's meaning never changes; a new meaning is a new version. Only this file and `file.rs` see
//! secrets as plain text, on their way between the file and memory.

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The version that is written, and the newest that is read.
pub(crate) const VERSION: u32 = 1;

/// The whole file.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Document {
    pub(crate) version: u32,
    pub(crate) users: Vec<StoredUser>,
    pub(crate) roles: Vec<StoredRole>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoredUser {
    pub(crate) name: String,
    pub(crate) id: String,
    pub(crate) created_millis: i64,
    pub(crate) access_keys: Vec<StoredAccessKey>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoredAccessKey {
    pub(crate) access_key_id: String,
    #[serde(serialize_with = "write_secret", deserialize_with = "read_secret")]
    pub(crate) secret_access_key: SecretString,
    pub(crate) created_millis: i64,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoredRole {
    pub(crate) name: String,
    pub(crate) id: String,
    pub(crate) created_millis: i64,
}

impl Document {
    /// Nobody yet.
    pub(crate) fn empty() -> Self {
        Self { version: VERSION, users: Vec::new(), roles: Vec::new() }
    }

    pub(crate) fn user(&self, name: &str) -> Option<&StoredUser> {
        self.users.iter().find(|user| user.name == name)
    }

    pub(crate) fn user_mut(&mut self, name: &str) -> Option<&mut StoredUser> {
        self.users.iter_mut().find(|user| user.name == name)
    }

    pub(crate) fn role(&self, name: &str) -> Option<&StoredRole> {
        self.roles.iter().find(|role| role.name == name)
    }

    pub(crate) fn has_access_key(&self, access_key_id: &str) -> bool {
        self.users.iter().flat_map(|user| &user.access_keys).any(|key| key.access_key_id == access_key_id)
    }
}

fn write_secret<S: Serializer>(secret: &SecretString, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose_secret())
}

fn read_secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SecretString, D::Error> {
    String::deserialize(deserializer).map(SecretString::from)
}

//! What is kept on disk about principals and policies, version 2 of `docs/format/iam.md`.
//!
//! What must stay true: a field's meaning never changes; a new meaning is a new version. Only this file and `file.rs` see
//! secrets as plain text, on their way between the file and memory. A policy that stands in a document was read.

use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::policy::{IdentityPolicy, PolicyError, TrustPolicy};

/// The version that is written, and the newest that is read.
pub(crate) const VERSION: u32 = 2;

/// Keys with their values, in the order in which they were given.
pub(crate) type Tags = Vec<(String, String)>;

/// The whole file.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Document {
    pub(crate) version: u32,
    pub(crate) users: Vec<StoredUser>,
    pub(crate) groups: Vec<StoredGroup>,
    pub(crate) roles: Vec<StoredRole>,
    pub(crate) policies: Vec<StoredPolicy>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoredUser {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) id: String,
    pub(crate) created_millis: i64,
    pub(crate) tags: Tags,
    pub(crate) permissions_boundary: Option<String>,
    pub(crate) attachments: Attachments,
    pub(crate) access_keys: Vec<StoredAccessKey>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoredAccessKey {
    pub(crate) access_key_id: String,
    #[serde(serialize_with = "write_secret", deserialize_with = "read_secret")]
    pub(crate) secret_access_key: SecretString,
    pub(crate) created_millis: i64,
    pub(crate) active: bool,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoredGroup {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) id: String,
    pub(crate) created_millis: i64,
    pub(crate) attachments: Attachments,
    /// Names of users.
    pub(crate) members: Vec<String>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoredRole {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) id: String,
    pub(crate) created_millis: i64,
    pub(crate) description: String,
    pub(crate) max_session_secs: u32,
    pub(crate) trust_policy: PolicyDocument<TrustPolicy>,
    pub(crate) tags: Tags,
    pub(crate) permissions_boundary: Option<String>,
    pub(crate) attachments: Attachments,
}

/// The policies that a user, a group or a role has.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Attachments {
    pub(crate) inline: Vec<InlinePolicy>,
    pub(crate) managed_arns: Vec<String>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct InlinePolicy {
    pub(crate) name: String,
    pub(crate) document: PolicyDocument<IdentityPolicy>,
}

/// A managed policy that the account made.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoredPolicy {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) arn: String,
    pub(crate) id: String,
    pub(crate) created_millis: i64,
    pub(crate) updated_millis: i64,
    pub(crate) description: String,
    pub(crate) tags: Tags,
    /// Oldest first, never empty.
    pub(crate) versions: Vec<StoredPolicyVersion>,
    /// The number of the version that is in force.
    pub(crate) default_version: u32,
    /// The number that the next version gets; numbers are never reused.
    pub(crate) next_version: u32,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoredPolicyVersion {
    pub(crate) number: u32,
    pub(crate) created_millis: i64,
    pub(crate) document: PolicyDocument<IdentityPolicy>,
}

/// A policy as it was put, and as it was read.
#[derive(Debug, Clone)]
pub(crate) struct PolicyDocument<P> {
    text: Arc<str>,
    parsed: Arc<P>,
}

impl<P> PolicyDocument<P> {
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn parsed(&self) -> &Arc<P> {
        &self.parsed
    }
}

impl PolicyDocument<IdentityPolicy> {
    pub(crate) fn parse(text: &str) -> Result<Self, PolicyError> {
        Ok(Self { text: text.into(), parsed: Arc::new(IdentityPolicy::parse(text)?) })
    }
}

impl PolicyDocument<TrustPolicy> {
    pub(crate) fn parse(text: &str) -> Result<Self, PolicyError> {
        Ok(Self { text: text.into(), parsed: Arc::new(TrustPolicy::parse(text)?) })
    }
}

impl<P> Serialize for PolicyDocument<P> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for PolicyDocument<IdentityPolicy> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl<'de> Deserialize<'de> for PolicyDocument<TrustPolicy> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl StoredPolicy {
    /// The version that is in force.
    pub(crate) fn default_version(&self) -> &StoredPolicyVersion {
        let default = self.versions.iter().find(|version| version.number == self.default_version);
        default.or(self.versions.last()).expect("a policy has a version: reading and changing see to it")
    }
}

impl Document {
    /// Nobody yet.
    pub(crate) fn empty() -> Self {
        Self {
            version: VERSION,
            users: Vec::new(),
            groups: Vec::new(),
            roles: Vec::new(),
            policies: Vec::new(),
        }
    }

    /// Whether every policy has a version, and its default version, and every policy that somebody has is there.
    pub(crate) fn is_whole(&self) -> bool {
        let users = self.users.iter().map(|user| (&user.attachments, &user.permissions_boundary));
        let groups = self.groups.iter().map(|group| (&group.attachments, &None));
        let roles = self.roles.iter().map(|role| (&role.attachments, &role.permissions_boundary));
        let mut held = users.chain(groups).chain(roles);
        self.policies.iter().all(|policy| {
            policy.versions.iter().any(|version| version.number == policy.default_version)
                && policy.versions.iter().all(|version| version.number < policy.next_version)
        }) && held.all(|(attachments, boundary)| {
            attachments.managed_arns.iter().chain(boundary).all(|arn| self.check_attachable(arn).is_ok())
        })
    }

    pub(crate) fn user(&self, name: &str) -> Option<&StoredUser> {
        self.users.iter().find(|user| user.name == name)
    }

    pub(crate) fn group(&self, name: &str) -> Option<&StoredGroup> {
        self.groups.iter().find(|group| group.name == name)
    }

    pub(crate) fn role(&self, name: &str) -> Option<&StoredRole> {
        self.roles.iter().find(|role| role.name == name)
    }

    /// A policy that the account made, by its ARN.
    pub(crate) fn policy(&self, arn: &str) -> Option<&StoredPolicy> {
        self.policies.iter().find(|policy| policy.arn == arn)
    }

    pub(crate) fn groups_of<'a>(&'a self, user_name: &'a str) -> impl Iterator<Item = &'a StoredGroup> {
        self.groups.iter().filter(move |group| group.members.iter().any(|member| member == user_name))
    }

    /// The user of an access key, and the key.
    pub(crate) fn access_key(&self, access_key_id: &str) -> Option<(&StoredUser, &StoredAccessKey)> {
        self.users.iter().find_map(|user| {
            let key = user.access_keys.iter().find(|key| key.access_key_id == access_key_id)?;
            Some((user, key))
        })
    }
}

fn write_secret<S: Serializer>(secret: &SecretString, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose_secret())
}

pub(crate) fn read_secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SecretString, D::Error> {
    String::deserialize(deserializer).map(SecretString::from)
}

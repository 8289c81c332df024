//! Version 1 of the file, brought up to the version of today.
//!
//! What must stay true: users and roles may do what they could do before. In version 1 nothing held them back, so each gets the
//! administrator's policy, and API Gateway may act as each role: both stand in the new file, where their owner can take them away.

use secrecy::SecretString;
use serde::Deserialize;

use crate::aws_managed::ADMINISTRATOR_ACCESS;
use crate::document::{
    Attachments, Document, PolicyDocument, StoredAccessKey, StoredRole, StoredUser, read_secret,
};
use crate::limits::MAX_SESSION_SECS_DEFAULT;
use crate::policy::TrustPolicy;
use crate::sessions::API_GATEWAY;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DocumentVersion1 {
    #[serde(rename = "version")]
    _version: u32,
    users: Vec<UserVersion1>,
    roles: Vec<RoleVersion1>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UserVersion1 {
    name: String,
    id: String,
    created_millis: i64,
    access_keys: Vec<AccessKeyVersion1>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AccessKeyVersion1 {
    access_key_id: String,
    #[serde(deserialize_with = "read_secret")]
    secret_access_key: SecretString,
    created_millis: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RoleVersion1 {
    name: String,
    id: String,
    created_millis: i64,
}

impl From<DocumentVersion1> for Document {
    fn from(old: DocumentVersion1) -> Self {
        let trust = PolicyDocument::<TrustPolicy>::parse(&TrustPolicy::of_service(API_GATEWAY))
            .expect("the text is a trust policy");
        let administrator =
            || Attachments { inline: Vec::new(), managed_arns: vec![ADMINISTRATOR_ACCESS.to_owned()] };
        let users = old.users.into_iter().map(|user| StoredUser {
            name: user.name,
            path: "/".to_owned(),
            id: user.id,
            created_millis: user.created_millis,
            tags: Vec::new(),
            permissions_boundary: None,
            attachments: administrator(),
            access_keys: user.access_keys.into_iter().map(StoredAccessKey::from).collect(),
        });
        let roles = old.roles.into_iter().map(|role| StoredRole {
            name: role.name,
            path: "/".to_owned(),
            id: role.id,
            created_millis: role.created_millis,
            description: String::new(),
            max_session_secs: MAX_SESSION_SECS_DEFAULT,
            trust_policy: trust.clone(),
            tags: Vec::new(),
            permissions_boundary: None,
            attachments: administrator(),
        });
        Self { users: users.collect(), roles: roles.collect(), ..Self::empty() }
    }
}

impl From<AccessKeyVersion1> for StoredAccessKey {
    fn from(old: AccessKeyVersion1) -> Self {
        Self {
            access_key_id: old.access_key_id,
            secret_access_key: old.secret_access_key,
            created_millis: old.created_millis,
            active: true,
        }
    }
}

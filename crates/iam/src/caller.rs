//! Who is calling: what a policy, an error message or a log line needs to know about the sender of a request.

use std::sync::Arc;

/// The sender of an authenticated request. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The principal's ARN, as AccessDenied messages name it.
    pub arn: Arc<str>,
    /// The account, twelve digits.
    pub account_id: Arc<str>,
    /// The access key that signed.
    pub access_key_id: Arc<str>,
    /// What kind of principal it is, and its name.
    pub principal: Principal,
}

/// The kinds of principal that can sign a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal {
    /// The account itself. Signers that nobody knows are this where everybody is let in.
    Account,
    /// A user.
    User {
        /// The user's name.
        name: Arc<str>,
        /// The user's unique id, `AIDA...`; policies know it as `aws:userid`.
        id: Arc<str>,
    },
    /// A role, by temporary credentials.
    AssumedRole {
        /// The role's name.
        role_name: Arc<str>,
        /// The role's unique id, `AROA...`.
        role_id: Arc<str>,
        /// The name of the session.
        session_name: Arc<str>,
    },
}

impl Caller {
    /// The account itself, signing with a key that nobody issued.
    pub(crate) fn account(account_id: &Arc<str>, access_key_id: &str) -> Self {
        Self {
            arn: format!("arn:aws:iam::{account_id}:root").into(),
            account_id: Arc::clone(account_id),
            access_key_id: access_key_id.into(),
            principal: Principal::Account,
        }
    }
}

/// The ARN of a user.
pub(crate) fn user_arn(account_id: &str, name: &str) -> String {
    format!("arn:aws:iam::{account_id}:user/{name}")
}

/// The ARN of a role.
pub(crate) fn role_arn(account_id: &str, name: &str) -> String {
    format!("arn:aws:iam::{account_id}:role/{name}")
}

/// The ARN of a session of a role.
pub(crate) fn assumed_role_arn(account_id: &str, role_name: &str, session_name: &str) -> String {
    format!("arn:aws:sts::{account_id}:assumed-role/{role_name}/{session_name}")
}

//! Who is calling: what a policy, an error message or a log line needs to know about the sender of a request.

use std::sync::Arc;

/// The sender of an authenticated request. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The principal's ARN, as AccessDenied messages name it.
    pub arn: Arc<str>,
    /// The account, twelve digits; empty for nobody in particular and for services.
    pub account_id: Arc<str>,
    /// The access key that signed; empty when nothing was signed.
    pub access_key_id: Arc<str>,
    /// What kind of principal it is, and its name.
    pub principal: Principal,
}

/// The kinds of principal that can send a request.
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
        /// The role's ARN, with its path.
        role_arn: Arc<str>,
        /// The name of the session.
        session_name: Arc<str>,
    },
    /// A service of AWS that acts for an account, such as `apigateway.amazonaws.com`. It signs nothing; trust policies name it.
    Service {
        /// The service's name.
        name: Arc<str>,
    },
    /// Somebody who signed nothing. Policies mean them by `*`.
    Anonymous,
}

impl Caller {
    /// Somebody who signed nothing, as a method without authorization lets them in.
    pub fn anonymous() -> Self {
        Self {
            arn: "anonymous".into(),
            account_id: "".into(),
            access_key_id: "".into(),
            principal: Principal::Anonymous,
        }
    }

    /// A service of AWS, such as `apigateway.amazonaws.com`.
    pub fn service(name: &str) -> Self {
        Self {
            arn: name.into(),
            account_id: "".into(),
            access_key_id: "".into(),
            principal: Principal::Service { name: name.into() },
        }
    }

    /// The account itself, signing with a key that nobody issued.
    pub(crate) fn account(account_id: &Arc<str>, access_key_id: &str) -> Self {
        Self {
            arn: format!("arn:aws:iam::{account_id}:root").into(),
            account_id: Arc::clone(account_id),
            access_key_id: access_key_id.into(),
            principal: Principal::Account,
        }
    }

    /// The unique id by which policies and GetCallerIdentity know the caller (`aws:userid`).
    pub fn user_id(&self) -> String {
        match &self.principal {
            Principal::Account => self.account_id.to_string(),
            Principal::User { id, .. } => id.to_string(),
            Principal::AssumedRole { role_id, session_name, .. } => format!("{role_id}:{session_name}"),
            Principal::Service { name } => name.to_string(),
            Principal::Anonymous => "anonymous".to_owned(),
        }
    }
}

/// The ARN of a session of a role.
pub(crate) fn assumed_role_arn(account_id: &str, role_name: &str, session_name: &str) -> String {
    format!("arn:aws:sts::{account_id}:assumed-role/{role_name}/{session_name}")
}

//! Why a change or a question about principals and policies is refused. Each kind is an error code of IAM
//! (<https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html>), the texts are AWS's where they are known.

use crate::file::SaveError;
use crate::policy::PolicyError;

/// Why a change or a question about principals and policies is refused.
#[derive(Debug, thiserror::Error)]
pub enum IamError {
    /// There is none of that name.
    #[error("{0}")]
    NoSuchEntity(String),
    /// There is one of that name already.
    #[error("{0}")]
    EntityAlreadyExists(String),
    /// Something still hangs on what is to be deleted.
    #[error("{0}")]
    DeleteConflict(String),
    /// There would be more than AWS allows.
    #[error("{0}")]
    LimitExceeded(String),
    /// The request does not fit what is there.
    #[error("{0}")]
    InvalidInput(String),
    /// A member is not of its form.
    #[error("{0}")]
    Validation(String),
    /// A policy cannot be read, or could not be enforced.
    #[error("{}", .0.malformed_document())]
    MalformedPolicyDocument(#[from] PolicyError),
    /// A service may not act as a role.
    #[error(
        "{service} may not act as the role {role_arn}: its trust policy has to allow sts:AssumeRole to \
         {{\"Service\": \"{service}\"}}"
    )]
    NotTrusted {
        /// The role.
        role_arn: String,
        /// The service, such as `apigateway.amazonaws.com`.
        service: String,
    },
    /// The change is not on disk and therefore did not happen.
    #[error(transparent)]
    Save(#[from] SaveError),
}

impl IamError {
    pub(crate) fn no_user(name: &str) -> Self {
        Self::NoSuchEntity(format!("The user with name {name} cannot be found."))
    }

    pub(crate) fn no_group(name: &str) -> Self {
        Self::NoSuchEntity(format!("The group with name {name} cannot be found."))
    }

    pub(crate) fn no_role(name: &str) -> Self {
        Self::NoSuchEntity(format!("The role with name {name} cannot be found."))
    }

    pub(crate) fn no_policy(arn: &str) -> Self {
        Self::NoSuchEntity(format!("Policy {arn} was not found."))
    }

    pub(crate) fn no_access_key(access_key_id: &str) -> Self {
        Self::NoSuchEntity(format!("The Access Key with id {access_key_id} cannot be found."))
    }

    /// `quota` is IAM's name of the limit, such as `AccessKeysPerUser`.
    pub(crate) fn quota(quota: &str, limit: usize) -> Self {
        Self::LimitExceeded(format!("Cannot exceed quota for {quota}: {limit}"))
    }
}

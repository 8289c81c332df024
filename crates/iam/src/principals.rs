//! Users and roles as they are shown, without anything secret.

/// A user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The name, unique in the account.
    pub name: String,
    /// `arn:aws:iam::<account>:user/<name>`, with the path when there is one.
    pub arn: String,
    /// The unique id, `AIDA...`.
    pub id: String,
    /// When the user was created, milliseconds since 1970.
    pub created_millis: i64,
    /// The ids of the user's access keys, oldest first.
    pub access_key_ids: Vec<String>,
}

/// A role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// The name, unique in the account.
    pub name: String,
    /// `arn:aws:iam::<account>:role/<name>`, with the path when there is one.
    pub arn: String,
    /// The unique id, `AROA...`.
    pub id: String,
    /// When the role was created, milliseconds since 1970.
    pub created_millis: i64,
}

/// A policy that a configuration gives to a user or a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GivenPolicy {
    /// A managed policy, by its ARN.
    Managed {
        /// `arn:aws:iam::aws:policy/AmazonKinesisFullAccess`.
        arn: String,
    },
    /// A document of its own.
    Inline {
        /// The policy's name.
        name: String,
        /// The document, JSON.
        document: String,
    },
}

//! The Delta table of access keys, `authentication_credentials`, from which pipelines take what they sign with.
//!
//! What must stay true: no error and no log line holds a secret, and where the table is local its files are 0600 in
//! directories 0700. Two spellings of the columns are read, `User name`, `Access key ID`, `Secret access key` (Delta column
//! mapping) and `user_name`, `access_key_id`, `secret_access_key`; the second is written.

mod error;
mod read;
mod write;

use std::fmt;

use secrecy::SecretString;

pub use error::AccessKeyError;
pub use read::read_access_key;
pub use write::write_access_key;

/// An access key of a user.
#[derive(Clone)]
pub struct AccessKey {
    /// The public part: `AKIA..`.
    pub access_key_id: String,
    /// The part that signs.
    pub secret_access_key: SecretString,
}

impl fmt::Debug for AccessKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("AccessKey")
            .field("access_key_id", &self.access_key_id)
            .finish_non_exhaustive()
    }
}

/// The three columns, each as written by us and as the exercise names it.
const COLUMNS: [[&str; 2]; 3] = [
    ["user_name", "User name"],
    ["access_key_id", "Access key ID"],
    ["secret_access_key", "Secret access key"],
];

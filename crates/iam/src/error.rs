//! Why a change or a question about principals is refused.

use crate::file::SaveError;
use crate::limits::NAME_CHARS_MAX;

/// Why a change or a question about principals is refused.
#[derive(Debug, thiserror::Error)]
pub enum IamError {
    /// The name is not 1 to 64 characters of `[A-Za-z0-9_+=,.@-]`.
    #[error("name {name:?} is not 1 to {NAME_CHARS_MAX} characters of [A-Za-z0-9_+=,.@-]")]
    InvalidName {
        /// The name that was given.
        name: String,
    },
    /// The imported access key id is not 16 to 128 letters and digits.
    #[error("access key id {access_key_id:?} is not 16 to 128 characters of [A-Za-z0-9_]")]
    InvalidAccessKeyId {
        /// The id that was given.
        access_key_id: String,
    },
    /// There is one of that name already.
    #[error("{what} {name} exists already")]
    AlreadyExists {
        /// `user`, `role` or `access key`.
        what: &'static str,
        /// Its name or id.
        name: String,
    },
    /// There is none of that name.
    #[error("{what} {name} does not exist")]
    NotFound {
        /// `user`, `role` or `access key`.
        what: &'static str,
        /// Its name, id or ARN.
        name: String,
    },
    /// There would be more than AWS allows.
    #[error("there may be no more than {limit} {what}")]
    LimitExceeded {
        /// What there would be too many of.
        what: &'static str,
        /// How many there may be.
        limit: usize,
    },
    /// The change is not on disk and therefore did not happen.
    #[error(transparent)]
    Save(#[from] SaveError),
}

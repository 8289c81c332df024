//! The limits of this crate, with their units and where they come from.

use std::time::Duration;

/// Access keys of one user (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>).
pub(crate) const ACCESS_KEYS_PER_USER_MAX: usize = 2;
/// Users of an account (same page).
pub(crate) const USERS_MAX: usize = 5_000;
/// Roles of an account (same page).
pub(crate) const ROLES_MAX: usize = 1_000;
/// Characters of a user's or a role's name (same page).
pub(crate) const NAME_CHARS_MAX: usize = 64;
/// Bytes of the file that is read at start: 5,000 users with two keys each take about 2 MiB.
pub(crate) const FILE_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// How long a role's temporary credentials are good for, AWS's default of one hour
/// (<https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>).
pub(crate) const ROLE_CREDENTIALS_LIFE: Duration = Duration::from_hours(1);
/// With less than this left, a role gets new credentials when asked for them.
pub(crate) const ROLE_CREDENTIALS_RENEWAL: Duration = Duration::from_mins(15);

/// Bytes of one resource policy (<https://docs.aws.amazon.com/general/latest/gr/ak.html>, resource-based policies of Kinesis).
pub(crate) const POLICY_BYTES_MAX: usize = 20 * 1024;
/// Statements of one policy; the shortest ones that say something fill the bytes above with about as many.
pub(crate) const POLICY_STATEMENTS_MAX: usize = 200;

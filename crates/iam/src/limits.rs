//! The limits of this crate, with their units and where they come from. IAM's are those of
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>, STS's those of
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>.

use std::time::Duration;

/// Access keys of one user.
pub(crate) const ACCESS_KEYS_PER_USER_MAX: usize = 2;
/// Users of an account.
pub(crate) const USERS_MAX: usize = 5_000;
/// Groups of an account.
pub(crate) const GROUPS_MAX: usize = 300;
/// Groups that a user is in.
pub(crate) const GROUPS_PER_USER_MAX: usize = 10;
/// Roles of an account.
pub(crate) const ROLES_MAX: usize = 1_000;
/// Managed policies that an account makes.
pub(crate) const POLICIES_MAX: usize = 1_500;
/// Versions of a managed policy.
pub(crate) const POLICY_VERSIONS_MAX: usize = 5;
/// Managed policies that are attached to a user, a group or a role.
pub(crate) const ATTACHED_POLICIES_MAX: usize = 10;
/// Tags of a user, a role or a policy.
pub(crate) const TAGS_MAX: usize = 50;
/// Characters of a managed policy, spaces not counted.
pub(crate) const MANAGED_POLICY_CHARS_MAX: usize = 6_144;
/// Characters of all inline policies of a user together, spaces not counted.
pub(crate) const USER_POLICY_CHARS_MAX: usize = 2_048;
/// Characters of all inline policies of a group together, spaces not counted.
pub(crate) const GROUP_POLICY_CHARS_MAX: usize = 5_120;
/// Characters of all inline policies of a role together, spaces not counted.
pub(crate) const ROLE_POLICY_CHARS_MAX: usize = 10_240;
/// Characters of a role's trust policy, spaces not counted.
pub(crate) const TRUST_POLICY_CHARS_MAX: usize = 2_048;
/// Characters of any policy document as it comes, the longest that IAM's model allows.
pub(crate) const DOCUMENT_CHARS_MAX: usize = 131_072;
/// Characters of a user's or a role's name.
pub(crate) const NAME_CHARS_MAX: usize = 64;
/// Bytes of the file that is read at start: 1,500 policies of five versions take 46 MiB, users and roles with all that they may
/// have 21 MiB. A change that would make it larger is refused.
pub(crate) const FILE_BYTES_MAX: u64 = 96 * 1024 * 1024;

/// The longest session of a role that does not say otherwise, seconds.
pub(crate) const MAX_SESSION_SECS_DEFAULT: u32 = 3_600;
/// How long the sessions are in which a service acts as a role.
pub(crate) const SERVICE_SESSION_LIFE: Duration = Duration::from_hours(1);
/// With less than this left, a service gets new credentials when it asks for them.
pub(crate) const SERVICE_SESSION_RENEWAL: Duration = Duration::from_mins(15);
/// How long a session that ended is remembered, so that its holder is told that it expired.
pub(crate) const EXPIRED_SESSION_MEMORY: Duration = Duration::from_hours(12);
/// How often sessions that ended long ago are looked for.
pub(crate) const SESSION_SWEEP_INTERVAL: Duration = Duration::from_mins(1);
/// Sessions that callers may have at once, those that ended and are remembered included; our choice: some 30 MiB, and ten times
/// that when all have as many policies and tags as they may.
pub(crate) const SESSIONS_MAX: usize = 20_000;
/// How many of them may be of one user, of one role or of the account, for anybody may begin sessions of their own.
pub(crate) const SESSIONS_OF_ONE_MAX: usize = 5_000;
/// Sessions in which services act, which callers cannot take away: those of all roles, twice while they are renewed, for two
/// services.
pub(crate) const SERVICE_SESSIONS_MAX: usize = 4 * ROLES_MAX;
/// Session policies that AssumeRole takes by ARN.
pub(crate) const SESSION_POLICY_ARNS_MAX: usize = 10;
/// Characters of AssumeRole's inline session policy.
pub(crate) const SESSION_POLICY_CHARS_MAX: usize = 2_048;
/// Characters of a session's policy and tags together; our choice, for that of AWS is about a packed form which nobody knows.
pub(crate) const PACKED_SESSION_CHARS_MAX: usize = 8_192;
/// How exactly the last use of an access key is known, milliseconds.
pub(crate) const LAST_USED_MILLIS: i64 = 60_000;

/// Steps that a simulation may take at most: answers times bytes of policies times bytes of the longest text that they are matched
/// with. Our choice, some seconds of one processor.
pub(crate) const SIMULATION_STEPS_MAX: usize = 4_000_000_000;

/// Bytes of one resource policy (<https://docs.aws.amazon.com/general/latest/gr/ak.html>, resource-based policies of Kinesis).
pub(crate) const POLICY_BYTES_MAX: usize = 20 * 1024;
/// Statements of one policy; the shortest ones that say something fill the bytes above with about as many.
pub(crate) const POLICY_STATEMENTS_MAX: usize = 200;

/// Bytes of a request's form: the longest policy document, every character of it percent-encoded from two bytes, and room.
pub(crate) const BODY_BYTES_MAX: usize = 1024 * 1024;
/// Values in a request's form, our choice: what simulates a hundred policies for a hundred actions, and room.
pub(crate) const FORM_VALUES_MAX: usize = 5_000;
/// How deep a form may be nested; the deepest member that is asked for is 5 levels down.
pub(crate) const FORM_DEPTH_MAX: usize = 12;
/// Requests that are answered at the same time, our choice.
pub(crate) const REQUESTS_AT_ONCE_MAX: usize = 8;

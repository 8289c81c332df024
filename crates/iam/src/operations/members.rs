//! The members that several operations have.

use crate::wire::{Form, Member, optional, required};

const NAME_64: Form = Form::Name { min: 1, max: 64 };
const NAME_128: Form = Form::Name { min: 1, max: 128 };
const DOCUMENT: Form = Form::Latin { min: 1, max: 131_072 };
const ARN: Form = Form::Text { min: 20, max: 2_048 };
const TAG_KEY: Form = Form::Text { min: 1, max: 128 };

/// A user that is there.
pub(crate) const USER: Member = required("UserName", NAME_128);
/// The same, the caller when it is left out.
pub(crate) const USER_OR_CALLER: Member = optional("UserName", NAME_128);
/// A user, where the model has the shorter form.
pub(crate) const SHORT_USER: Member = required("UserName", NAME_64);
/// The same, the caller when it is left out.
pub(crate) const SHORT_USER_OR_CALLER: Member = optional("UserName", NAME_64);
pub(crate) const NEW_USER_NAME: Member = optional("NewUserName", NAME_64);
pub(crate) const GROUP: Member = required("GroupName", NAME_128);
pub(crate) const NEW_GROUP_NAME: Member = optional("NewGroupName", NAME_128);
pub(crate) const ROLE: Member = required("RoleName", NAME_64);
pub(crate) const POLICY_NAME: Member = required("PolicyName", NAME_128);
pub(crate) const POLICY_ARN: Member = required("PolicyArn", ARN);
pub(crate) const POLICY_DOCUMENT: Member = required("PolicyDocument", DOCUMENT);
pub(crate) const TRUST_POLICY: Member = required("AssumeRolePolicyDocument", DOCUMENT);
pub(crate) const PATH: Member = optional("Path", Form::Path);
pub(crate) const NEW_PATH: Member = optional("NewPath", Form::Path);
pub(crate) const PATH_PREFIX: Member = optional("PathPrefix", Form::PathPrefix);
pub(crate) const POLICY_PATH: Member = optional("Path", Form::PolicyPath);
pub(crate) const POLICY_PATH_PREFIX: Member = optional("PathPrefix", Form::PolicyPath);
pub(crate) const BOUNDARY: Member = optional("PermissionsBoundary", ARN);
pub(crate) const BOUNDARY_ARN: Member = required("PermissionsBoundary", ARN);
pub(crate) const NEW_TAGS: Member = optional("Tags", Form::Tags);
pub(crate) const TAGS: Member = required("Tags", Form::Tags);
pub(crate) const TAG_KEYS: Member = required("TagKeys", Form::List { element: &TAG_KEY, max: 50 });
pub(crate) const MARKER: Member = optional("Marker", Form::Printable { min: 1, max: 320 });
pub(crate) const MAX_ITEMS: Member = optional("MaxItems", Form::Integer { min: 1, max: 1_000 });
pub(crate) const ACCESS_KEY_ID: Member = required("AccessKeyId", Form::Word { min: 16, max: 128 });
pub(crate) const VERSION_ID: Member = required("VersionId", Form::PolicyVersion);
pub(crate) const USAGE_FILTER: Member =
    optional("PolicyUsageFilter", Form::Words(&["PermissionsPolicy", "PermissionsBoundary"]));

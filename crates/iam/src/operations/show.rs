//! Users, groups, roles and policies as answers show them.
//!
//! What must stay true: documents of policies are percent-encoded (RFC 3986), as IAM's clients expect; nothing here knows a secret.

use alluvium_aws_query::Document;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::arn;
use crate::aws_managed::AwsManagedPolicy;
use crate::document::{StoredGroup, StoredPolicy, StoredPolicyVersion, StoredRole, StoredUser, Tags};
use crate::wire::Call;

/// What RFC 3986 leaves as it is.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A policy's document, as answers carry it.
pub(crate) fn encoded(document: &str) -> Document {
    Document::text(utf8_percent_encode(document, UNRESERVED).to_string())
}

/// A time to the second, as IAM gives it.
pub(crate) fn time(millis: i64) -> Document {
    Document::Timestamp(millis.div_euclid(1_000) * 1_000)
}

pub(crate) fn count(count: usize) -> Document {
    Document::Integer(i64::try_from(count).unwrap_or(i64::MAX))
}

pub(crate) fn tags(tags: &Tags) -> Document {
    let tag = |(key, value): &(String, String)| {
        Document::structure([("Key", Document::text(key)), ("Value", Document::text(value))])
    };
    Document::List(tags.iter().map(tag).collect())
}

/// Tags of a single entity; none are not shown.
fn tags_or_null(all: &Tags) -> Document {
    if all.is_empty() { Document::Null } else { tags(all) }
}

fn boundary(arn: Option<&String>) -> Document {
    Document::or_null(arn.map(|arn| {
        Document::structure([
            ("PermissionsBoundaryType", Document::text("Policy")),
            ("PermissionsBoundaryArn", Document::text(arn)),
        ])
    }))
}

impl Call<'_> {
    /// A user; lists leave boundary and tags out.
    pub(crate) fn show_user(&self, user: &StoredUser, in_full: bool) -> Document {
        let arn = arn::user(self.iam.account_id(), &user.path, &user.name);
        Document::structure([
            ("Path", Document::text(&user.path)),
            ("UserName", Document::text(&user.name)),
            ("UserId", Document::text(&user.id)),
            ("Arn", Document::text(arn)),
            ("CreateDate", time(user.created_millis)),
            (
                "PermissionsBoundary",
                if in_full { boundary(user.permissions_boundary.as_ref()) } else { Document::Null },
            ),
            ("Tags", if in_full { tags_or_null(&user.tags) } else { Document::Null }),
        ])
    }

    pub(crate) fn show_group(&self, group: &StoredGroup) -> Document {
        let arn = arn::group(self.iam.account_id(), &group.path, &group.name);
        Document::structure([
            ("Path", Document::text(&group.path)),
            ("GroupName", Document::text(&group.name)),
            ("GroupId", Document::text(&group.id)),
            ("Arn", Document::text(arn)),
            ("CreateDate", time(group.created_millis)),
        ])
    }

    /// A role; lists leave boundary and tags out.
    pub(crate) fn show_role(&self, role: &StoredRole, in_full: bool) -> Document {
        let arn = arn::role(self.iam.account_id(), &role.path, &role.name);
        let description = Some(&role.description).filter(|description| !description.is_empty());
        Document::structure([
            ("Path", Document::text(&role.path)),
            ("RoleName", Document::text(&role.name)),
            ("RoleId", Document::text(&role.id)),
            ("Arn", Document::text(arn)),
            ("CreateDate", time(role.created_millis)),
            ("AssumeRolePolicyDocument", encoded(role.trust_policy.text())),
            ("Description", Document::or_null(description.map(Document::text))),
            ("MaxSessionDuration", Document::Integer(i64::from(role.max_session_secs))),
            (
                "PermissionsBoundary",
                if in_full { boundary(role.permissions_boundary.as_ref()) } else { Document::Null },
            ),
            ("Tags", if in_full { tags_or_null(&role.tags) } else { Document::Null }),
            ("RoleLastUsed", if in_full { Document::Structure(Vec::new()) } else { Document::Null }),
        ])
    }

    /// A policy of the account; lists leave description and tags out.
    pub(crate) fn show_policy(&self, policy: &StoredPolicy, in_full: bool) -> Document {
        let description = Some(&policy.description).filter(|text| in_full && !text.is_empty());
        Document::structure([
            ("PolicyName", Document::text(&policy.name)),
            ("PolicyId", Document::text(&policy.id)),
            ("Arn", Document::text(&policy.arn)),
            ("Path", Document::text(&policy.path)),
            ("DefaultVersionId", Document::text(format!("v{}", policy.default_version))),
            ("AttachmentCount", count(self.document.attachment_count(&policy.arn))),
            ("PermissionsBoundaryUsageCount", count(self.document.boundary_count(&policy.arn))),
            ("IsAttachable", Document::Boolean(true)),
            ("Description", Document::or_null(description.map(Document::text))),
            ("CreateDate", time(policy.created_millis)),
            ("UpdateDate", time(policy.updated_millis)),
            ("Tags", if in_full { tags_or_null(&policy.tags) } else { Document::Null }),
        ])
    }

    /// A policy of AWS.
    pub(crate) fn show_aws_policy(&self, policy: &AwsManagedPolicy, in_full: bool) -> Document {
        let description = if in_full { Document::text(policy.description) } else { Document::Null };
        Document::structure([
            ("PolicyName", Document::text(policy.name)),
            ("PolicyId", Document::text(&policy.id)),
            ("Arn", Document::text(&policy.arn)),
            ("Path", Document::text(policy.path)),
            ("DefaultVersionId", Document::text("v1")),
            ("AttachmentCount", count(self.document.attachment_count(&policy.arn))),
            ("PermissionsBoundaryUsageCount", count(self.document.boundary_count(&policy.arn))),
            ("IsAttachable", Document::Boolean(true)),
            ("Description", description),
            ("CreateDate", time(AWS_POLICY_MILLIS)),
            ("UpdateDate", time(AWS_POLICY_MILLIS)),
        ])
    }

    /// A managed policy that is attached.
    pub(crate) fn show_attached(&self, arn: &str) -> Document {
        Document::structure([
            ("PolicyName", Document::text(self.policy_name(arn))),
            ("PolicyArn", Document::text(arn)),
        ])
    }
}

/// When policies of AWS say that they were made: AWS's first, 2015-02-06T18:39:46Z.
pub(crate) const AWS_POLICY_MILLIS: i64 = 1_423_247_986_000;

/// A version of a policy; lists leave its document out.
pub(crate) fn version(version: &StoredPolicyVersion, is_default: bool, in_full: bool) -> Document {
    Document::structure([
        ("Document", if in_full { encoded(version.document.text()) } else { Document::Null }),
        ("VersionId", Document::text(format!("v{}", version.number))),
        ("IsDefaultVersion", Document::Boolean(is_default)),
        ("CreateDate", time(version.created_millis)),
    ])
}

/// The one version of a policy of AWS.
pub(crate) fn aws_version(policy: &AwsManagedPolicy, in_full: bool) -> Document {
    Document::structure([
        ("Document", if in_full { encoded(policy.document.text()) } else { Document::Null }),
        ("VersionId", Document::text("v1")),
        ("IsDefaultVersion", Document::Boolean(true)),
        ("CreateDate", time(AWS_POLICY_MILLIS)),
    ])
}

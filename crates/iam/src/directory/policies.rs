//! Managed policies that the account makes, and their versions.

use crate::arn;
use crate::aws_managed;
use crate::directory::names::{check_name, check_path, without_spaces};
use crate::document::{Document, PolicyDocument, StoredPolicy, StoredPolicyVersion, Tags};
use crate::error::IamError;
use crate::limits::{MANAGED_POLICY_CHARS_MAX, POLICIES_MAX, POLICY_VERSIONS_MAX};
use crate::policy::IdentityPolicy;
use crate::random;

/// A managed policy that is to be made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NewPolicy<'a> {
    pub(crate) name: &'a str,
    pub(crate) path: &'a str,
    pub(crate) description: &'a str,
    pub(crate) document: &'a str,
    pub(crate) tags: &'a Tags,
}

/// The number of a version's name, `v1`.
pub(crate) fn parse_version(version_id: &str) -> Option<u32> {
    version_id.strip_prefix('v')?.parse().ok()
}

impl Document {
    pub(crate) fn policy_of_arn(&self, arn: &str) -> Result<&StoredPolicy, IamError> {
        self.policy(arn).ok_or_else(|| IamError::no_policy(arn))
    }

    /// A policy of this account, to be changed.
    pub(crate) fn policy_mut(&mut self, arn: &str) -> Result<&mut StoredPolicy, IamError> {
        if aws_managed::by_arn(arn).is_some() {
            return Err(IamError::InvalidInput(format!("Policy {arn} is AWS's own and cannot be changed.")));
        }
        self.policies.iter_mut().find(|policy| policy.arn == arn).ok_or_else(|| IamError::no_policy(arn))
    }

    /// Returns the policy's ARN.
    pub(crate) fn create_policy(
        &mut self,
        account_id: &str,
        new: &NewPolicy<'_>,
        now_millis: i64,
    ) -> Result<String, IamError> {
        check_name("policyName", new.name)?;
        check_path(new.path)?;
        if self.policies.iter().any(|policy| policy.name.eq_ignore_ascii_case(new.name)) {
            let name = new.name;
            return Err(IamError::EntityAlreadyExists(format!(
                "A policy called {name} already exists. Duplicate names are not allowed."
            )));
        }
        if self.policies.len() >= POLICIES_MAX {
            return Err(IamError::quota("PoliciesPerAccount", POLICIES_MAX));
        }
        let document = read_managed(new.document)?;
        let mut tags = Vec::new();
        super::tags::set(&mut tags, new.tags)?;
        let arn = arn::policy(account_id, new.path, new.name);
        self.policies.push(StoredPolicy {
            name: new.name.to_owned(),
            path: new.path.to_owned(),
            arn: arn.clone(),
            id: random::identifier("ANPA"),
            created_millis: now_millis,
            updated_millis: now_millis,
            description: new.description.to_owned(),
            tags,
            versions: vec![StoredPolicyVersion { number: 1, created_millis: now_millis, document }],
            default_version: 1,
            next_version: 2,
        });
        Ok(arn)
    }

    /// Returns the new version's number.
    pub(crate) fn create_policy_version(
        &mut self,
        arn: &str,
        text: &str,
        as_default: bool,
        now_millis: i64,
    ) -> Result<u32, IamError> {
        let policy = self.policy_mut(arn)?;
        if policy.versions.len() >= POLICY_VERSIONS_MAX {
            return Err(IamError::LimitExceeded(format!(
                "A managed policy can have up to {POLICY_VERSIONS_MAX} versions. Before you create a new version, you must delete an existing version."
            )));
        }
        let document = read_managed(text)?;
        let number = policy.next_version;
        policy.next_version = number.saturating_add(1);
        policy.versions.push(StoredPolicyVersion { number, created_millis: now_millis, document });
        if as_default {
            policy.default_version = number;
        }
        policy.updated_millis = now_millis;
        Ok(number)
    }

    pub(crate) fn set_default_policy_version(
        &mut self,
        arn: &str,
        version_id: &str,
        now_millis: i64,
    ) -> Result<(), IamError> {
        let policy = self.policy_mut(arn)?;
        policy.default_version = version_number(policy, version_id)?;
        policy.updated_millis = now_millis;
        Ok(())
    }

    pub(crate) fn delete_policy_version(&mut self, arn: &str, version_id: &str) -> Result<(), IamError> {
        let policy = self.policy_mut(arn)?;
        let number = version_number(policy, version_id)?;
        if number == policy.default_version {
            return Err(IamError::DeleteConflict(
                "Cannot delete the default version of a policy.".to_owned(),
            ));
        }
        policy.versions.retain(|version| version.number != number);
        Ok(())
    }

    pub(crate) fn delete_policy(&mut self, arn: &str) -> Result<(), IamError> {
        let versions = self.policy_mut(arn)?.versions.len();
        if self.attachment_count(arn) > 0 || self.boundary_count(arn) > 0 {
            return Err(IamError::DeleteConflict("Cannot delete a policy attached to entities.".to_owned()));
        }
        if versions > 1 {
            return Err(IamError::DeleteConflict(
                "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. \
                 The default version is deleted with the policy."
                    .to_owned(),
            ));
        }
        self.policies.retain(|policy| policy.arn != arn);
        Ok(())
    }

    /// How many users, groups and roles a policy is attached to.
    pub(crate) fn attachment_count(&self, arn: &str) -> usize {
        let users = self.users.iter().map(|user| &user.attachments);
        let groups = self.groups.iter().map(|group| &group.attachments);
        let roles = self.roles.iter().map(|role| &role.attachments);
        users.chain(groups).chain(roles).filter(|attachments| attachments.has(arn)).count()
    }

    /// How many users and roles a policy is the permissions boundary of.
    pub(crate) fn boundary_count(&self, arn: &str) -> usize {
        let users = self.users.iter().map(|user| &user.permissions_boundary);
        let roles = self.roles.iter().map(|role| &role.permissions_boundary);
        users.chain(roles).filter(|boundary| boundary.as_deref() == Some(arn)).count()
    }

    /// Whether a managed policy is there, AWS's or the account's.
    pub(crate) fn check_attachable(&self, arn: &str) -> Result<(), IamError> {
        if aws_managed::by_arn(arn).is_some() || self.policy(arn).is_some() {
            return Ok(());
        }
        Err(IamError::NoSuchEntity(format!("Policy {arn} does not exist or is not attachable.")))
    }
}

fn version_number(policy: &StoredPolicy, version_id: &str) -> Result<u32, IamError> {
    let number = parse_version(version_id)
        .filter(|number| policy.versions.iter().any(|version| version.number == *number));
    number.ok_or_else(|| {
        let arn = &policy.arn;
        IamError::NoSuchEntity(format!(
            "Policy {arn} version {version_id} does not exist or is not attachable."
        ))
    })
}

fn read_managed(text: &str) -> Result<PolicyDocument<IdentityPolicy>, IamError> {
    if without_spaces(text) > MANAGED_POLICY_CHARS_MAX {
        return Err(IamError::quota("PolicySize", MANAGED_POLICY_CHARS_MAX));
    }
    Ok(PolicyDocument::<IdentityPolicy>::parse(text)?)
}

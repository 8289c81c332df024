//! Roles: made with a trust policy whose principals are there, changed, and deleted when nothing hangs on them.

use crate::arn;
use crate::directory::names::{check_name, check_path, without_spaces};
use crate::document::{Attachments, Document, PolicyDocument, StoredRole, Tags};
use crate::error::IamError;
use crate::limits::{MAX_SESSION_SECS_DEFAULT, ROLES_MAX, TRUST_POLICY_CHARS_MAX};
use crate::policy::{PolicyError, TrustPolicy};
use crate::random;

/// A role that is to be made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NewRole<'a> {
    pub(crate) name: &'a str,
    pub(crate) path: &'a str,
    pub(crate) description: &'a str,
    pub(crate) max_session_secs: u32,
    pub(crate) trust_policy: &'a str,
    pub(crate) tags: &'a Tags,
    pub(crate) permissions_boundary: Option<&'a str>,
}

impl<'a> NewRole<'a> {
    /// A role of this name at `/`, with the defaults of all else.
    pub(crate) fn plain(name: &'a str, trust_policy: &'a str) -> Self {
        Self {
            name,
            path: "/",
            description: "",
            max_session_secs: MAX_SESSION_SECS_DEFAULT,
            trust_policy,
            tags: const { &Tags::new() },
            permissions_boundary: None,
        }
    }
}

impl Document {
    pub(crate) fn role_named(&self, name: &str) -> Result<&StoredRole, IamError> {
        self.role(name).ok_or_else(|| IamError::no_role(name))
    }

    pub(crate) fn role_mut(&mut self, name: &str) -> Result<&mut StoredRole, IamError> {
        self.roles.iter_mut().find(|role| role.name == name).ok_or_else(|| IamError::no_role(name))
    }

    pub(crate) fn create_role(
        &mut self,
        account_id: &str,
        new: &NewRole<'_>,
        now_millis: i64,
    ) -> Result<(), IamError> {
        check_name("roleName", new.name)?;
        check_path(new.path)?;
        if self.roles.iter().any(|role| role.name.eq_ignore_ascii_case(new.name)) {
            let name = new.name;
            return Err(IamError::EntityAlreadyExists(format!("Role with name {name} already exists.")));
        }
        if self.roles.len() >= ROLES_MAX {
            return Err(IamError::quota("RolesPerAccount", ROLES_MAX));
        }
        let trust_policy = self.read_trust_policy(account_id, new.trust_policy)?;
        if let Some(arn) = new.permissions_boundary {
            self.check_attachable(arn)?;
        }
        self.roles.push(StoredRole {
            name: new.name.to_owned(),
            path: new.path.to_owned(),
            id: random::identifier("AROA"),
            created_millis: now_millis,
            description: new.description.to_owned(),
            max_session_secs: new.max_session_secs,
            trust_policy,
            tags: Vec::new(),
            permissions_boundary: new.permissions_boundary.map(ToOwned::to_owned),
            attachments: Attachments::default(),
        });
        super::tags::set(&mut self.role_mut(new.name)?.tags, new.tags)
    }

    pub(crate) fn set_trust_policy(
        &mut self,
        account_id: &str,
        name: &str,
        text: &str,
    ) -> Result<(), IamError> {
        self.role_named(name)?;
        let trust_policy = self.read_trust_policy(account_id, text)?;
        self.role_mut(name)?.trust_policy = trust_policy;
        Ok(())
    }

    /// Reads a trust policy; whom it names in this account has to be there.
    fn read_trust_policy(
        &self,
        account_id: &str,
        text: &str,
    ) -> Result<PolicyDocument<TrustPolicy>, IamError> {
        if without_spaces(text) > TRUST_POLICY_CHARS_MAX {
            return Err(IamError::quota("ACLSizePerRole", TRUST_POLICY_CHARS_MAX));
        }
        let document = PolicyDocument::<TrustPolicy>::parse(text)?;
        let own = format!("arn:aws:iam::{account_id}:");
        let missing = document
            .parsed()
            .principal_arns()
            .find(|arn| arn.starts_with(&own) && !self.has(account_id, arn));
        if let Some(arn) = missing {
            let what = format!("\"AWS\":\"{arn}\" is nobody in this account");
            return Err(PolicyError::new("Principal", what).in_words("Invalid principal in policy.").into());
        }
        Ok(document)
    }

    /// Whether a user or role of this ARN is there.
    fn has(&self, account_id: &str, wanted: &str) -> bool {
        self.user_of_arn(account_id, wanted).is_some()
            || self.roles.iter().any(|role| arn::role(account_id, &role.path, &role.name) == wanted)
    }

    pub(crate) fn delete_role(&mut self, name: &str) -> Result<(), IamError> {
        if let Some(first) = self.role_named(name)?.attachments.what_is_there() {
            return Err(IamError::DeleteConflict(format!("Cannot delete entity, must {first} first.")));
        }
        self.roles.retain(|role| role.name != name);
        Ok(())
    }
}

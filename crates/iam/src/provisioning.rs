//! Users and roles that a configuration names, made when they are missing.
//!
//! What must stay true: it can be done again and changes nothing then; what somebody made of a user or a role since stays, but the
//! policies that the configuration names are there.

use crate::arn;
use crate::aws_managed::ADMINISTRATOR_ACCESS;
use crate::directory::{Holder, NewRole, NewUser};
use crate::document::Document;
use crate::error::IamError;
use crate::iam::Iam;
use crate::principals::{GivenPolicy, Role, User};

impl Iam {
    /// Makes a user who is missing. `policies` are given to one who is there too; with `None` the configuration says nothing, and
    /// a new user gets the administrator's policy, which stands with the user and can be taken away.
    pub fn provision_user(&self, name: &str, policies: Option<&[GivenPolicy]>) -> Result<User, IamError> {
        // What is there already takes no write.
        if !has_all(&self.document(), Holder::User(name), policies) {
            self.change(|document, now_millis| {
                let is_there = document.user(name).is_some();
                if !is_there {
                    let tags = Vec::new();
                    let new = NewUser { name, path: "/", tags: &tags, permissions_boundary: None };
                    document.create_user(&new, now_millis)?;
                }
                give(document, Holder::User(name), policies, is_there)
            })?;
        }
        self.user(name).ok_or_else(|| IamError::no_user(name))
    }

    /// Makes a role that is missing, with this trust policy ([`crate::TrustPolicy::of_service`] makes one). `policies` as for
    /// users.
    pub fn provision_role(
        &self,
        name: &str,
        trust_policy: &str,
        policies: Option<&[GivenPolicy]>,
    ) -> Result<Role, IamError> {
        // What is there already takes no write.
        if !has_all(&self.document(), Holder::Role(name), policies) {
            self.change(|document, now_millis| {
                let is_there = document.role(name).is_some();
                if !is_there {
                    let new = NewRole::plain(name, trust_policy);
                    document.create_role(self.account_id(), &new, now_millis)?;
                }
                give(document, Holder::Role(name), policies, is_there)
            })?;
        }
        let document = self.document();
        Ok(self.show_role(document.role_named(name)?))
    }

    /// Attaches a managed policy to a user.
    pub fn attach_user_policy(&self, name: &str, policy_arn: &str) -> Result<(), IamError> {
        self.change(|document, _| document.attach_policy(Holder::User(name), policy_arn))
    }

    /// Attaches a managed policy to a role.
    pub fn attach_role_policy(&self, name: &str, policy_arn: &str) -> Result<(), IamError> {
        self.change(|document, _| document.attach_policy(Holder::Role(name), policy_arn))
    }

    /// Puts an inline policy on a user.
    pub fn put_user_policy(&self, name: &str, policy_name: &str, document: &str) -> Result<(), IamError> {
        self.change(|all, _| all.put_inline_policy(Holder::User(name), policy_name, document))
    }

    /// Puts an inline policy on a role.
    pub fn put_role_policy(&self, name: &str, policy_name: &str, document: &str) -> Result<(), IamError> {
        self.change(|all, _| all.put_inline_policy(Holder::Role(name), policy_name, document))
    }

    /// Creates a role that these principals may act as, without policies: it may do nothing until somebody says otherwise.
    pub fn create_role(&self, name: &str, trust_policy: &str) -> Result<String, IamError> {
        self.change(|document, now_millis| {
            document.create_role(self.account_id(), &NewRole::plain(name, trust_policy), now_millis)?;
            Ok(arn::role(self.account_id(), "/", name))
        })
    }

    /// Replaces a role's trust policy.
    pub fn update_assume_role_policy(&self, name: &str, trust_policy: &str) -> Result<(), IamError> {
        self.change(|document, _| document.set_trust_policy(self.account_id(), name, trust_policy))
    }
}

fn has_all(document: &Document, holder: Holder<'_>, policies: Option<&[GivenPolicy]>) -> bool {
    let Ok(attachments) = document.attachments(holder) else { return false };
    policies.unwrap_or_default().iter().all(|policy| match policy {
        GivenPolicy::Managed { arn } => attachments.has(arn),
        GivenPolicy::Inline { name, document } => {
            attachments.inline_policy(name).is_some_and(|inline| inline.document.text() == document)
        }
    })
}

fn give(
    document: &mut Document,
    holder: Holder<'_>,
    policies: Option<&[GivenPolicy]>,
    was_there: bool,
) -> Result<(), IamError> {
    let Some(policies) = policies else {
        return if was_there { Ok(()) } else { document.attach_policy(holder, ADMINISTRATOR_ACCESS) };
    };
    for policy in policies {
        match policy {
            GivenPolicy::Managed { arn } => document.attach_policy(holder, arn)?,
            GivenPolicy::Inline { name, document: text } => document.put_inline_policy(holder, name, text)?,
        }
    }
    Ok(())
}

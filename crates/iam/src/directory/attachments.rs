//! The policies that users, groups and roles have: inline ones, and managed ones that are attached.

use crate::directory::names::{check_name, without_spaces};
use crate::document::{Attachments, Document, InlinePolicy, PolicyDocument};
use crate::error::IamError;
use crate::limits::{
    ATTACHED_POLICIES_MAX, GROUP_POLICY_CHARS_MAX, ROLE_POLICY_CHARS_MAX, USER_POLICY_CHARS_MAX,
};
use crate::policy::IdentityPolicy;

/// Who has policies, by name.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Holder<'a> {
    User(&'a str),
    Group(&'a str),
    Role(&'a str),
}

impl Holder<'_> {
    /// `user`, `group` or `role`.
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Group(_) => "group",
            Self::Role(_) => "role",
        }
    }

    fn name(&self) -> &str {
        match self {
            Self::User(name) | Self::Group(name) | Self::Role(name) => name,
        }
    }

    fn inline_chars_max(self) -> usize {
        match self {
            Self::User(_) => USER_POLICY_CHARS_MAX,
            Self::Group(_) => GROUP_POLICY_CHARS_MAX,
            Self::Role(_) => ROLE_POLICY_CHARS_MAX,
        }
    }

    fn quota(self) -> &'static str {
        match self {
            Self::User(_) => "PoliciesPerUser",
            Self::Group(_) => "PoliciesPerGroup",
            Self::Role(_) => "PoliciesPerRole",
        }
    }
}

impl Attachments {
    pub(crate) fn has(&self, arn: &str) -> bool {
        self.managed_arns.iter().any(|attached| attached == arn)
    }

    pub(crate) fn inline_policy(&self, name: &str) -> Option<&InlinePolicy> {
        self.inline.iter().find(|inline| inline.name == name)
    }

    /// What has to go before the holder can be deleted.
    pub(crate) fn what_is_there(&self) -> Option<&'static str> {
        if !self.managed_arns.is_empty() {
            Some("detach all policies")
        } else if !self.inline.is_empty() {
            Some("delete policies")
        } else {
            None
        }
    }
}

impl Document {
    pub(crate) fn attachments(&self, holder: Holder<'_>) -> Result<&Attachments, IamError> {
        Ok(match holder {
            Holder::User(name) => &self.user_named(name)?.attachments,
            Holder::Group(name) => &self.group_named(name)?.attachments,
            Holder::Role(name) => &self.role_named(name)?.attachments,
        })
    }

    fn attachments_mut(&mut self, holder: Holder<'_>) -> Result<&mut Attachments, IamError> {
        Ok(match holder {
            Holder::User(name) => &mut self.user_mut(name)?.attachments,
            Holder::Group(name) => &mut self.group_mut(name)?.attachments,
            Holder::Role(name) => &mut self.role_mut(name)?.attachments,
        })
    }

    pub(crate) fn inline_policy(&self, holder: Holder<'_>, name: &str) -> Result<&InlinePolicy, IamError> {
        self.attachments(holder)?.inline_policy(name).ok_or_else(|| no_inline(holder, name))
    }

    pub(crate) fn put_inline_policy(
        &mut self,
        holder: Holder<'_>,
        name: &str,
        text: &str,
    ) -> Result<(), IamError> {
        check_name("policyName", name)?;
        let attachments = self.attachments_mut(holder)?;
        let others = attachments.inline.iter().filter(|inline| inline.name != name);
        let chars: usize = others.map(|inline| without_spaces(inline.document.text())).sum();
        let limit = holder.inline_chars_max();
        if chars + without_spaces(text) > limit {
            let (kind, of) = (holder.kind(), holder.name());
            return Err(IamError::LimitExceeded(format!(
                "Maximum policy size of {limit} bytes exceeded for {kind} {of}"
            )));
        }
        let document = PolicyDocument::<IdentityPolicy>::parse(text)?;
        match attachments.inline.iter_mut().find(|inline| inline.name == name) {
            Some(inline) => inline.document = document,
            None => attachments.inline.push(InlinePolicy { name: name.to_owned(), document }),
        }
        Ok(())
    }

    pub(crate) fn delete_inline_policy(&mut self, holder: Holder<'_>, name: &str) -> Result<(), IamError> {
        let inline = &mut self.attachments_mut(holder)?.inline;
        let before = inline.len();
        inline.retain(|inline| inline.name != name);
        if inline.len() == before { Err(no_inline(holder, name)) } else { Ok(()) }
    }

    /// Attaches a managed policy; one that is attached stays so.
    pub(crate) fn attach_policy(&mut self, holder: Holder<'_>, arn: &str) -> Result<(), IamError> {
        self.attachments(holder)?;
        self.check_attachable(arn)?;
        let attachments = self.attachments_mut(holder)?;
        if attachments.has(arn) {
            return Ok(());
        }
        if attachments.managed_arns.len() >= ATTACHED_POLICIES_MAX {
            return Err(IamError::quota(holder.quota(), ATTACHED_POLICIES_MAX));
        }
        attachments.managed_arns.push(arn.to_owned());
        Ok(())
    }

    pub(crate) fn detach_policy(&mut self, holder: Holder<'_>, arn: &str) -> Result<(), IamError> {
        let attachments = self.attachments_mut(holder)?;
        if !attachments.has(arn) {
            return Err(IamError::no_policy(arn));
        }
        attachments.managed_arns.retain(|attached| attached != arn);
        Ok(())
    }
}

fn no_inline(holder: Holder<'_>, name: &str) -> IamError {
    let kind = holder.kind();
    IamError::NoSuchEntity(format!("The {kind} policy with name {name} cannot be found."))
}

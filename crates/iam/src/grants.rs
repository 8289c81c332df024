//! What the policies of each principal come to, gathered when they change, so that a request only looks it up.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::SystemTime;

use crate::aws_managed;
use crate::document::{Attachments, Document, Tags};
use crate::issued_key::IssuedKey;
use crate::policy::{Effect, IdentityPolicy, Statement};

/// What a user's or a role's policies are.
#[derive(Debug)]
pub(crate) struct Grants {
    /// Inline and attached, those of a user's groups too.
    pub(crate) policies: Vec<Arc<IdentityPolicy>>,
    pub(crate) boundary: Option<Arc<IdentityPolicy>>,
    pub(crate) tags: Tags,
    /// Whether there is nothing that they do not allow.
    everything: bool,
}

/// What is known of a caller.
#[derive(Debug)]
pub(crate) enum Standing {
    /// The account itself, which no policy of its own holds back.
    Everything,
    /// Nobody that policies can be attached to, or somebody who was deleted.
    Nothing,
    /// A user or a role.
    Granted { grants: Arc<Grants>, key: Option<Arc<IssuedKey>> },
}

impl Grants {
    fn new(
        policies: Vec<Arc<IdentityPolicy>>,
        boundary: Option<Arc<IdentityPolicy>>,
        tags: Tags,
    ) -> Arc<Self> {
        let statements = || policies.iter().flat_map(|policy| policy.statements());
        let everything = boundary.is_none()
            && statements().any(Statement::allows_everything)
            && statements().all(|statement| statement.effect() == Effect::Allow);
        Arc::new(Self { policies, boundary, tags, everything })
    }
}

/// The grants of every user and role, by unique id.
pub(crate) fn grants_of(document: &Document) -> HashMap<String, Arc<Grants>> {
    let mut all = HashMap::with_capacity(document.users.len() + document.roles.len());
    for user in &document.users {
        let mut policies = policies_of(document, &user.attachments);
        for group in document.groups_of(&user.name) {
            policies.extend(policies_of(document, &group.attachments));
        }
        let boundary = user.permissions_boundary.as_deref().and_then(|arn| default_version(document, arn));
        all.insert(user.id.clone(), Grants::new(policies, boundary, user.tags.clone()));
    }
    for role in &document.roles {
        let boundary = role.permissions_boundary.as_deref().and_then(|arn| default_version(document, arn));
        let policies = policies_of(document, &role.attachments);
        all.insert(role.id.clone(), Grants::new(policies, boundary, role.tags.clone()));
    }
    all
}

fn policies_of(document: &Document, attachments: &Attachments) -> Vec<Arc<IdentityPolicy>> {
    let inline = attachments.inline.iter().map(|inline| Arc::clone(inline.document.parsed()));
    let attached = attachments.managed_arns.iter().filter_map(|arn| default_version(document, arn));
    inline.chain(attached).collect()
}

/// The version of a managed policy that is in force.
pub(crate) fn default_version(document: &Document, arn: &str) -> Option<Arc<IdentityPolicy>> {
    if let Some(policy) = aws_managed::by_arn(arn) {
        return Some(Arc::clone(policy.document.parsed()));
    }
    Some(Arc::clone(document.policy(arn)?.default_version().document.parsed()))
}

impl Standing {
    pub(crate) fn may_do_everything(&self) -> bool {
        match self {
            Self::Everything => true,
            Self::Nothing => false,
            Self::Granted { grants, .. } => grants.everything && self.session_policies().is_none(),
        }
    }

    pub(crate) fn boundary(&self) -> Option<&IdentityPolicy> {
        match self {
            Self::Granted { grants, .. } => grants.boundary.as_deref(),
            Self::Everything | Self::Nothing => None,
        }
    }

    pub(crate) fn session_policies(&self) -> Option<&[Arc<IdentityPolicy>]> {
        self.key()?.session.as_ref()?.policies.as_deref()
    }

    pub(crate) fn token_issued_at(&self) -> Option<SystemTime> {
        Some(self.key()?.session.as_ref()?.issued_at)
    }

    /// Tags of the user or role, and those of its session.
    pub(crate) fn tags(&self) -> [&[(String, String)]; 2] {
        match self {
            Self::Granted { grants, key } => {
                let session = key.as_ref().and_then(|key| key.session.as_ref());
                [&grants.tags, session.map_or(&[], |session| &session.tags)]
            }
            Self::Everything | Self::Nothing => [&[], &[]],
        }
    }

    fn key(&self) -> Option<&IssuedKey> {
        match self {
            Self::Granted { key, .. } => key.as_deref(),
            Self::Everything | Self::Nothing => None,
        }
    }
}

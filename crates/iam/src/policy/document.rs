//! A policy that hangs on a resource, such as a stream: who may do what with it.

use crate::access::AccessRequest;
use crate::caller::Caller;
use crate::limits::POLICY_BYTES_MAX;
use crate::policy::reader;
use crate::policy::statement::{Effect, Statement};

/// A policy of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourcePolicy {
    statements: Vec<Statement>,
}

/// Why a text is not a policy: where in it, and what is wrong there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {what}")]
pub struct PolicyError {
    /// The place, such as `Statement[0].Principal`.
    pub place: String,
    /// What is wrong, and what would be right.
    pub what: String,
}

impl PolicyError {
    pub(crate) fn new(place: impl Into<String>, what: impl Into<String>) -> Self {
        Self { place: place.into(), what: what.into() }
    }
}

impl ResourcePolicy {
    /// Reads a policy document in JSON.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        if text.len() > POLICY_BYTES_MAX {
            let bytes = text.len();
            return Err(PolicyError::new(
                "Policy",
                format!("it has {bytes} bytes, at most {POLICY_BYTES_MAX} are allowed"),
            ));
        }
        let document = serde_json::from_str(text)
            .map_err(|error| PolicyError::new("Policy", format!("it is not JSON: {error}")))?;
        Ok(Self { statements: reader::read_document(document)? })
    }

    /// Its statements, in their order.
    pub fn statements(&self) -> &[Statement] {
        &self.statements
    }

    /// What it says about a request: a Deny wins over every Allow, and `None` is no word about it.
    pub(crate) fn effect_on(&self, caller: &Caller, request: &AccessRequest<'_>) -> Option<Effect> {
        let mut found = None;
        for statement in &self.statements {
            if statement.applies_to(caller, request) {
                match statement.effect() {
                    Effect::Deny => return Some(Effect::Deny),
                    Effect::Allow => found = Some(Effect::Allow),
                }
            }
        }
        found
    }
}

//! The kinds of policy: of a resource, of a user, group or role, and of a role's trust. Each is read once and then asked.

use crate::limits::{DOCUMENT_CHARS_MAX, POLICY_BYTES_MAX};
use crate::policy::json;
use crate::policy::principal::{Principals, Reach};
use crate::policy::reader::{self, Kind};
use crate::policy::situation::Situation;
use crate::policy::statement::{Effect, Statement};

/// A policy of a resource, such as a stream or a REST API: who may do what with it.
#[derive(Debug, Clone, PartialEq)]
pub struct ResourcePolicy {
    statements: Vec<Statement>,
}

/// A policy of a user, a group, a role or a session: what its holder may do.
#[derive(Debug, Clone, PartialEq)]
pub struct IdentityPolicy {
    statements: Vec<Statement>,
    /// Of its text.
    bytes: usize,
}

/// A role's trust policy: who may act as the role.
#[derive(Debug, Clone, PartialEq)]
pub struct TrustPolicy {
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
    /// The sentence in which AWS's IAM says it.
    summary: &'static str,
}

/// What a policy says about a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Nothing.
    Silent,
    /// Its sender may do it, being named this directly.
    Allow(Reach),
    /// Its sender may not do it.
    Deny,
}

impl PolicyError {
    pub(crate) fn new(place: impl Into<String>, what: impl Into<String>) -> Self {
        Self { place: place.into(), what: what.into(), summary: "Syntax errors in policy." }
    }

    /// The same with the sentence in which AWS says it.
    pub(crate) fn in_words(self, summary: &'static str) -> Self {
        Self { summary, ..self }
    }

    /// The message of IAM's MalformedPolicyDocument: AWS's sentence, then the place and what is wrong there.
    pub fn malformed_document(&self) -> String {
        format!("{} {self}", self.summary)
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
        Ok(Self { statements: read(text, Kind::Resource)? })
    }

    /// Its statements, in their order.
    pub fn statements(&self) -> &[Statement] {
        &self.statements
    }

    pub(crate) fn verdict(&self, situation: &Situation<'_>) -> Verdict {
        verdict(&self.statements, situation)
    }
}

impl IdentityPolicy {
    /// Reads a policy document in JSON.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        Ok(Self { statements: read(text, Kind::Identity)?, bytes: text.len() })
    }

    /// How long its text is.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Its statements, in their order.
    pub fn statements(&self) -> &[Statement] {
        &self.statements
    }

    pub(crate) fn verdict(&self, situation: &Situation<'_>) -> Verdict {
        verdict(&self.statements, situation)
    }
}

impl TrustPolicy {
    /// Reads a policy document in JSON.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        Ok(Self { statements: read(text, Kind::Trust)? })
    }

    /// The trust policy that lets a service, such as `apigateway.amazonaws.com`, act as a role.
    pub fn of_service(service: &str) -> String {
        format!(
            "{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Effect\":\"Allow\",\"Principal\":{{\"Service\":\"{service}\"}},\
             \"Action\":\"sts:AssumeRole\"}}]}}"
        )
    }

    /// The ARNs of users, roles and sessions that it names.
    pub(crate) fn principal_arns(&self) -> impl Iterator<Item = &str> {
        self.statements
            .iter()
            .filter_map(|statement| statement.principals.as_ref())
            .flat_map(Principals::arns)
    }

    pub(crate) fn verdict(&self, situation: &Situation<'_>) -> Verdict {
        verdict(&self.statements, situation)
    }
}

fn read(text: &str, kind: Kind) -> Result<Vec<Statement>, PolicyError> {
    let chars = text.chars().count();
    if chars > DOCUMENT_CHARS_MAX {
        let what = format!("it has {chars} characters, at most {DOCUMENT_CHARS_MAX} are allowed");
        return Err(PolicyError::new("Policy", what));
    }
    let document =
        json::parse(text).map_err(|error| PolicyError::new("Policy", format!("it is not JSON: {error}")))?;
    reader::read_document(document, kind)
}

/// A Deny wins over every Allow.
fn verdict(statements: &[Statement], situation: &Situation<'_>) -> Verdict {
    let mut found: Option<Reach> = None;
    for statement in statements {
        // An Allow that cannot say more than is known needs no look.
        if statement.effect == Effect::Allow && found == Some(Reach::Caller) {
            continue;
        }
        if let Some(reach) = statement.applies_to(situation) {
            match statement.effect {
                Effect::Deny => return Verdict::Deny,
                Effect::Allow => found = found.max(Some(reach)),
            }
        }
    }
    found.map_or(Verdict::Silent, Verdict::Allow)
}

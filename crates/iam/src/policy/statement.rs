//! One statement of a policy.

use crate::access::AccessRequest;
use crate::caller::Caller;
use crate::policy::condition::Condition;
use crate::policy::pattern::matches_pattern;
use crate::policy::principal::Principals;

/// What a statement does with the requests that it applies to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// They may be done.
    Allow,
    /// They may not be done, whatever else allows them.
    Deny,
}

/// A list of patterns, or everything but that list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Patterns {
    pub(crate) texts: Vec<String>,
    pub(crate) negated: bool,
}

/// One statement of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    pub(crate) effect: Effect,
    pub(crate) principals: Principals,
    pub(crate) actions: Patterns,
    pub(crate) resources: Patterns,
    pub(crate) conditions: Vec<Condition>,
}

impl Statement {
    /// What it does.
    pub fn effect(&self) -> Effect {
        self.effect
    }

    /// The actions that it names, in `Action` or in `NotAction`.
    pub fn actions(&self) -> &[String] {
        &self.actions.texts
    }

    /// The resources that it names, in `Resource` or in `NotResource`.
    pub fn resources(&self) -> &[String] {
        &self.resources.texts
    }

    /// Whether it can ever apply to this resource.
    pub fn covers_resource(&self, arn: &str) -> bool {
        self.resources.contain(|pattern| matches_pattern(pattern, arn))
    }

    pub(crate) fn applies_to(&self, caller: &Caller, request: &AccessRequest<'_>) -> bool {
        let action = request.action.to_ascii_lowercase();
        self.actions.contain(|pattern| matches_pattern(&pattern.to_ascii_lowercase(), &action))
            && self.covers_resource(request.resource)
            && self.principals.include(caller)
            && self.conditions.iter().all(|condition| condition.holds(caller))
    }
}

impl Patterns {
    fn contain(&self, matches: impl Fn(&str) -> bool) -> bool {
        self.texts.iter().any(|text| matches(text)) != self.negated
    }
}

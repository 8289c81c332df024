//! One statement of a policy.

use std::borrow::Cow;

use crate::policy::condition::Condition;
use crate::policy::key::ContextKey;
use crate::policy::pattern::matches_pattern_ignoring_case;
use crate::policy::principal::{Principals, Reach};
use crate::policy::situation::Situation;
use crate::policy::text_pattern::TextPattern;

/// What a statement does with the requests that it applies to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// They may be done.
    Allow,
    /// They may not be done, whatever else allows them.
    Deny,
}

/// One statement of a policy.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    pub(crate) sid: Option<String>,
    pub(crate) effect: Effect,
    /// `None` in policies of users and roles, which are about their holder.
    pub(crate) principals: Option<Principals>,
    pub(crate) actions: Actions,
    /// `None` in trust policies, which are about their role.
    pub(crate) resources: Option<Resources>,
    pub(crate) conditions: Vec<Condition>,
}

/// The actions of a statement, or everything but them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Actions {
    pub(crate) texts: Vec<String>,
    pub(crate) negated: bool,
}

/// The resources of a statement, or everything but them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Resources {
    pub(crate) texts: Vec<String>,
    pub(crate) patterns: Vec<TextPattern>,
    pub(crate) negated: bool,
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
        self.resources.as_ref().map_or(&[], |resources| &resources.texts)
    }

    /// Whether it can ever apply to this resource.
    pub fn covers_resource(&self, arn: &str) -> bool {
        self.resources.as_ref().is_none_or(|resources| {
            resources.patterns.iter().any(|pattern| pattern.could_match(arn)) != resources.negated
        })
    }

    /// Whether it allows everything to its holder, whatever the request is.
    pub(crate) fn allows_everything(&self) -> bool {
        self.effect == Effect::Allow
            && self.conditions.is_empty()
            && !self.actions.negated
            && self.actions.texts.iter().any(|text| text == "*" || text == "*:*")
            && self
                .resources
                .as_ref()
                .is_none_or(|resources| !resources.negated && resources.patterns.contains(&TextPattern::Any))
    }

    /// How directly it is about this request's sender, if it applies at all.
    pub(crate) fn applies_to(&self, situation: &Situation<'_>) -> Option<Reach> {
        if !self.actions.have(situation.request.action) {
            return None;
        }
        let reach = match &self.principals {
            None => Reach::Caller,
            Some(principals) => principals.reach(situation.caller, self.effect)?,
        };
        let applies = self.resources.as_ref().is_none_or(|resources| resources.have(situation))
            && self.conditions.iter().all(|condition| condition.holds(situation));
        applies.then_some(reach)
    }
}

impl Actions {
    fn have(&self, action: &str) -> bool {
        self.texts.iter().any(|text| matches_pattern_ignoring_case(text, action)) != self.negated
    }
}

impl Resources {
    fn have(&self, situation: &Situation<'_>) -> bool {
        let resolve = |key: &ContextKey| -> Option<Cow<'_, str>> { situation.one(key) };
        let arn = situation.request.resource;
        self.patterns.iter().any(|pattern| pattern.matches(arn, &resolve)) != self.negated
    }
}

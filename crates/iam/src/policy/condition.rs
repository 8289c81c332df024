//! Conditions of a statement, as far as they speak of the caller
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>).

use crate::caller::{Caller, Principal};
use crate::policy::pattern::matches_pattern;

/// One key of a condition, its operator and the values that it is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Condition {
    pub(crate) comparison: Comparison,
    /// Holds when the caller does not have the key (`...IfExists`).
    pub(crate) if_exists: bool,
    pub(crate) key: ContextKey,
    pub(crate) values: Vec<String>,
}

/// How a value of the caller is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    EqualIgnoringCase,
    NotEqualIgnoringCase,
    Like,
    NotLike,
    /// `true` when the key has to be absent.
    Null,
}

/// What of a caller can be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ContextKey {
    PrincipalArn,
    PrincipalAccount,
    PrincipalType,
    UserId,
    UserName,
}

impl Comparison {
    /// The comparison of an operator's name without `IfExists`.
    pub(crate) fn parse(operator: &str) -> Option<Self> {
        Some(match operator {
            "StringEquals" => Self::Equal,
            "StringNotEquals" => Self::NotEqual,
            "StringEqualsIgnoreCase" => Self::EqualIgnoringCase,
            "StringNotEqualsIgnoreCase" => Self::NotEqualIgnoringCase,
            "StringLike" | "ArnLike" | "ArnEquals" => Self::Like,
            "StringNotLike" | "ArnNotLike" | "ArnNotEquals" => Self::NotLike,
            "Null" => Self::Null,
            _ => return None,
        })
    }
}

impl ContextKey {
    /// The key of a name; names of keys have no case.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "aws:principalarn" => Self::PrincipalArn,
            "aws:principalaccount" => Self::PrincipalAccount,
            "aws:principaltype" => Self::PrincipalType,
            "aws:userid" => Self::UserId,
            "aws:username" => Self::UserName,
            _ => return None,
        })
    }

    /// What the caller has for it
    /// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>).
    fn of(self, caller: &Caller) -> Option<String> {
        match (self, &caller.principal) {
            (Self::PrincipalArn, _) => {
                Some(crate::policy::principal::role_of(caller).unwrap_or_else(|| caller.arn.to_string()))
            }
            (Self::PrincipalAccount, _) | (Self::UserId, Principal::Account) => {
                Some(caller.account_id.to_string())
            }
            (Self::PrincipalType, Principal::Account) => Some("Account".to_owned()),
            (Self::PrincipalType, Principal::User { .. }) => Some("User".to_owned()),
            (Self::PrincipalType, Principal::AssumedRole { .. }) => Some("AssumedRole".to_owned()),
            (Self::UserId, Principal::User { id, .. }) => Some(id.to_string()),
            (Self::UserId, Principal::AssumedRole { role_id, session_name, .. }) => {
                Some(format!("{role_id}:{session_name}"))
            }
            (Self::UserName, Principal::User { name, .. }) => Some(name.to_string()),
            (Self::UserName, Principal::Account | Principal::AssumedRole { .. }) => None,
        }
    }
}

impl Condition {
    /// Whether it holds for a caller. A key that the caller does not have equals nothing and differs from everything.
    pub(crate) fn holds(&self, caller: &Caller) -> bool {
        let present = self.key.of(caller);
        if self.comparison == Comparison::Null {
            return self.values.iter().any(|value| (value == "true") == present.is_none());
        }
        let Some(present) = present else { return self.if_exists || self.is_negative() };
        let any = |equal: &dyn Fn(&str) -> bool| self.values.iter().any(|value| equal(value));
        match self.comparison {
            Comparison::Equal => any(&|value| value == present),
            Comparison::NotEqual => !any(&|value| value == present),
            Comparison::EqualIgnoringCase => any(&|value| value.eq_ignore_ascii_case(&present)),
            Comparison::NotEqualIgnoringCase => !any(&|value| value.eq_ignore_ascii_case(&present)),
            Comparison::Like => any(&|value| matches_pattern(value, &present)),
            Comparison::NotLike => !any(&|value| matches_pattern(value, &present)),
            Comparison::Null => false,
        }
    }

    fn is_negative(&self) -> bool {
        matches!(
            self.comparison,
            Comparison::NotEqual | Comparison::NotEqualIgnoringCase | Comparison::NotLike
        )
    }
}

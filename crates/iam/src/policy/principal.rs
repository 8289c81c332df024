//! Who a statement is about.

use crate::caller::{Caller, Principal};

/// The principals of a statement, or everybody but them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Principals {
    pub(crate) named: Vec<NamedPrincipal>,
    pub(crate) negated: bool,
}

/// One principal that a statement names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NamedPrincipal {
    /// `*`.
    Everybody,
    /// An account, twelve digits, with all that is in it.
    Account(String),
    /// A user, a role or a session of a role, by its ARN.
    Arn(String),
    /// A service or an identity provider: nobody who signs requests here.
    Elsewhere,
}

impl Principals {
    pub(crate) fn include(&self, caller: &Caller) -> bool {
        self.named.iter().any(|named| named.is(caller)) != self.negated
    }
}

impl NamedPrincipal {
    /// Reads a principal under `AWS`: `*`, an account, or an ARN of IAM or STS; `None` for anything else. A `*` stands alone,
    /// it is no wildcard within an ARN.
    pub(crate) fn parse_aws(text: &str) -> Option<Self> {
        if text == "*" {
            return Some(Self::Everybody);
        }
        let is_account = |text: &str| text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
        if is_account(text) {
            return Some(Self::Account(text.to_owned()));
        }
        let mut parts = text.splitn(6, ':');
        let (prefix, partition, service) = (parts.next()?, parts.next()?, parts.next()?);
        let (region, account_id, name) = (parts.next()?, parts.next()?, parts.next()?);
        let good_head =
            prefix == "arn" && partition.starts_with("aws") && region.is_empty() && is_account(account_id);
        let named = |kinds: &[&str]| {
            kinds.iter().any(|kind| name.strip_prefix(kind).is_some_and(|rest| !rest.is_empty()))
        };
        match service {
            _ if !good_head || name.contains(['*', '?']) => None,
            "iam" if name == "root" => Some(Self::Account(account_id.to_owned())),
            "iam" if named(&["user/", "role/"]) => Some(Self::Arn(text.to_owned())),
            "sts" if named(&["assumed-role/", "federated-user/"]) => Some(Self::Arn(text.to_owned())),
            _ => None,
        }
    }

    fn is(&self, caller: &Caller) -> bool {
        match self {
            Self::Everybody => true,
            Self::Account(account_id) => **account_id == *caller.account_id,
            Self::Arn(arn) => **arn == *caller.arn || role_of(caller).is_some_and(|role| role == *arn),
            Self::Elsewhere => false,
        }
    }
}

/// The ARN of the role in which somebody calls.
pub(crate) fn role_of(caller: &Caller) -> Option<String> {
    match &caller.principal {
        Principal::AssumedRole { role_name, .. } => {
            Some(crate::caller::role_arn(&caller.account_id, role_name))
        }
        Principal::Account | Principal::User { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn principals_are_accounts_arns_or_everybody() {
        for (text, expected) in [
            ("*", Some(NamedPrincipal::Everybody)),
            ("123456789012", Some(NamedPrincipal::Account("123456789012".to_owned()))),
            ("arn:aws:iam::123456789012:root", Some(NamedPrincipal::Account("123456789012".to_owned()))),
            (
                "arn:aws:iam::123456789012:user/path/ada",
                Some(NamedPrincipal::Arn("arn:aws:iam::123456789012:user/path/ada".to_owned())),
            ),
            ("arn:aws:iam::123456789012:user/*", None),
            ("arn:aws:iam::123456789012:user/", None),
            ("arn:aws:iam::12345:root", None),
            ("arn:aws:s3:::bucket", None),
            ("12345", None),
            ("ada", None),
        ] {
            assert_eq!(NamedPrincipal::parse_aws(text), expected, "{text}");
        }
    }
}

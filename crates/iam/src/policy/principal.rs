//! Who a statement is about.

use crate::caller::{Caller, Principal};
use crate::policy::statement::Effect;

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
    /// A service, such as `apigateway.amazonaws.com`.
    Service(String),
    /// An identity provider: nobody who signs requests here.
    Elsewhere,
}

/// How directly a statement names a caller. What the account is given, its users have when their own policies say so too; what
/// a role is given, its session has within the limits of the session; the rest is the caller's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reach {
    Account,
    Role,
    Caller,
}

impl Principals {
    /// How the caller is meant, if at all.
    ///
    /// Who is not meant by a Deny has to be named: an account there stands for itself alone, and stands beside the user whom a
    /// policy spares (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html>).
    pub(crate) fn reach(&self, caller: &Caller, effect: Effect) -> Option<Reach> {
        let named = self.named.iter().filter_map(|named| named.reach(caller)).max();
        if !self.negated {
            return named;
        }
        let is_spared = match named {
            Some(Reach::Account) => effect == Effect::Allow || caller.principal == Principal::Account,
            Some(Reach::Role | Reach::Caller) => true,
            None => false,
        };
        (!is_spared).then(|| of_everybody(caller))
    }

    /// The ARNs of users, roles and sessions that are named.
    pub(crate) fn arns(&self) -> impl Iterator<Item = &str> {
        self.named.iter().filter_map(|named| match named {
            NamedPrincipal::Arn(arn) => Some(arn.as_str()),
            _ => None,
        })
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

    /// Reads a principal under `Service`, such as `apigateway.amazonaws.com`.
    pub(crate) fn parse_service(text: &str) -> Option<Self> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b".-".contains(&byte);
        (text.contains('.') && text.bytes().all(allowed)).then(|| Self::Service(text.to_owned()))
    }

    fn reach(&self, caller: &Caller) -> Option<Reach> {
        match (self, &caller.principal) {
            (Self::Everybody, _) => Some(of_everybody(caller)),
            (Self::Service(named), Principal::Service { name }) => {
                (**named == **name).then_some(Reach::Caller)
            }
            (_, Principal::Service { .. } | Principal::Anonymous)
            | (Self::Service(_) | Self::Elsewhere, _) => None,
            (Self::Account(account_id), _) => (**account_id == *caller.account_id).then_some(Reach::Account),
            (Self::Arn(arn), _) if **arn == *caller.arn => Some(Reach::Caller),
            (Self::Arn(arn), Principal::AssumedRole { role_arn, .. }) => {
                (**arn == **role_arn).then_some(Reach::Role)
            }
            (Self::Arn(_), _) => None,
        }
    }
}

/// `*` means a session as it means its role.
fn of_everybody(caller: &Caller) -> Reach {
    match caller.principal {
        Principal::AssumedRole { .. } => Reach::Role,
        _ => Reach::Caller,
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
        assert_eq!(NamedPrincipal::parse_service("apigateway"), None);
    }
}

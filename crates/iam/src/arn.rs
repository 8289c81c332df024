//! The ARNs of IAM's entities
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns>).

/// The ARN of a user; its path begins and ends with a slash.
pub(crate) fn user(account_id: &str, path: &str, name: &str) -> String {
    format!("arn:aws:iam::{account_id}:user{path}{name}")
}

/// The ARN of a group.
pub(crate) fn group(account_id: &str, path: &str, name: &str) -> String {
    format!("arn:aws:iam::{account_id}:group{path}{name}")
}

/// The ARN of a role.
pub(crate) fn role(account_id: &str, path: &str, name: &str) -> String {
    format!("arn:aws:iam::{account_id}:role{path}{name}")
}

/// The ARN of a managed policy of the account.
pub(crate) fn policy(account_id: &str, path: &str, name: &str) -> String {
    format!("arn:aws:iam::{account_id}:policy{path}{name}")
}

/// The path of a managed policy, AWS's or an account's; empty when the ARN is of something else.
pub(crate) fn path_of_policy(arn: &str) -> &str {
    let path = arn.split_once(":policy").and_then(|(_, rest)| Some(&rest[..=rest.rfind('/')?]));
    path.unwrap_or_default()
}

/// Path and name of the role of an ARN, when it is one of this account.
pub(crate) fn role_of<'a>(account_id: &str, arn: &'a str) -> Option<(&'a str, &'a str)> {
    let rest = arn.strip_prefix("arn:aws:iam::")?.strip_prefix(account_id)?.strip_prefix(":role")?;
    let slash = rest.rfind('/')?;
    let (path, name) = rest.split_at(slash + 1);
    (path.starts_with('/') && !name.is_empty()).then_some((path, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_found_in_its_arn_with_its_path() {
        for (arn, expected) in [
            ("arn:aws:iam::000000000000:role/writer", Some(("/", "writer"))),
            ("arn:aws:iam::000000000000:role/a/b/writer", Some(("/a/b/", "writer"))),
            ("arn:aws:iam::000000000000:role/", None),
            ("arn:aws:iam::111111111111:role/writer", None),
            ("writer", None),
        ] {
            assert_eq!(role_of("000000000000", arn), expected, "{arn}");
        }
    }
}

//! The resource policy of an API: who may call which of its methods, and from where.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies.html>
//!
//! What must stay true: a policy that cannot be read lets nobody in; what a policy is asked about is the path that was routed, so
//! that no other spelling of it gets around a Deny.

use alluvium_iam::{PolicyError, ResourcePolicy};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::limits::POLICY_BYTES_MAX;

/// The short form of a resource of the API itself.
const SHORT: &str = "execute-api:";

/// Reads the policy of an API. `execute-api:/stage/VERB/path` stands for the ARN of the API itself.
pub(crate) fn read(api_id: &str, text: &str) -> Result<ResourcePolicy, PolicyProblem> {
    if text.len() > POLICY_BYTES_MAX {
        return Err(PolicyProblem::TooLong { bytes: text.len() });
    }
    let mut document: Value = serde_json::from_str(text)?;
    match document.get_mut("Statement") {
        Some(Value::Array(statements)) => statements.iter_mut().for_each(|one| expand(api_id, one)),
        Some(one) => expand(api_id, one),
        None => {}
    }
    Ok(ResourcePolicy::parse(&document.to_string())?)
}

/// Why a text is not the policy of an API.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PolicyProblem {
    /// It is longer than API Gateway takes.
    #[error("it has {bytes} bytes, at most {POLICY_BYTES_MAX} are allowed")]
    TooLong {
        /// How long it is.
        bytes: usize,
    },
    /// It is not JSON.
    #[error("it is not JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// It says something that is not understood.
    #[error(transparent)]
    Policy(#[from] PolicyError),
}

fn expand(api_id: &str, statement: &mut Value) {
    for member in ["Resource", "NotResource"] {
        match statement.get_mut(member) {
            Some(Value::Array(resources)) => resources.iter_mut().for_each(|one| expand_one(api_id, one)),
            Some(one) => expand_one(api_id, one),
            None => {}
        }
    }
}

/// An API's id is unique, so region and account need not be told.
fn expand_one(api_id: &str, resource: &mut Value) {
    if let Value::String(text) = resource
        && let Some(rest) = text.strip_prefix(SHORT)
    {
        let rest = rest.strip_prefix('/').unwrap_or(rest);
        *text = format!("arn:aws:execute-api:*:*:{api_id}/{rest}");
    }
}

/// The paths that policies are asked about for a request, each of which has to be let in: the one that is routed, and what a
/// backend behind a `{proxy+}` may take it for, with encoded slashes as slashes and without `.` and `..`.
pub(super) fn asked_paths(path: &str) -> Vec<String> {
    let routed = canonical_path(path);
    let plain = routed.replace("%2F", "/");
    let mut resolved: Vec<&str> = Vec::new();
    for segment in plain.split('/') {
        match segment {
            "." => {}
            ".." => drop(resolved.pop()),
            _ => resolved.push(segment),
        }
    }
    let resolved = resolved.join("/");
    let mut paths = vec![routed];
    for other in [plain, resolved] {
        if !paths.contains(&other) {
            paths.push(other);
        }
    }
    paths
}

/// The path of a request as policies know it: each segment decoded, as routing compares it, with no slash at the end.
fn canonical_path(path: &str) -> String {
    let trimmed = path.strip_prefix('/').unwrap_or(path);
    let trimmed = trimmed.strip_suffix('/').unwrap_or(trimmed);
    let segments = trimmed.split('/').map(|segment| {
        // A slash within a segment stays encoded: it does not divide.
        percent_decode_str(segment).decode_utf8_lossy().replace('/', "%2F")
    });
    segments.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_resources_become_arns_of_the_api() {
        for (given, expected) in [
            ("execute-api:/prod/GET/pets", "arn:aws:execute-api:*:*:a1/prod/GET/pets"),
            ("execute-api:/*", "arn:aws:execute-api:*:*:a1/*"),
            ("execute-api:*", "arn:aws:execute-api:*:*:a1/*"),
            (
                "arn:aws:execute-api:us-east-1:123456789012:b2/*",
                "arn:aws:execute-api:us-east-1:123456789012:b2/*",
            ),
        ] {
            let policy = format!(
                r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":"*","Action":"execute-api:Invoke","Resource":"{given}"}}}}"#
            );
            let policy = read("a1", &policy).expect("a policy");
            let resources: Vec<&String> =
                policy.statements().iter().flat_map(alluvium_iam::Statement::resources).collect();
            assert_eq!(resources, [expected]);
        }
    }

    #[test]
    fn what_is_no_policy_says_why() {
        let long = format!("\"{}\"", "x".repeat(POLICY_BYTES_MAX));
        for (text, expected) in [
            ("", "it is not JSON: EOF while parsing a value at line 1 column 0"),
            (long.as_str(), "it has 8194 bytes, at most 8192 are allowed"),
            ("{}", "Version: it is missing: \"2012-10-17\""),
        ] {
            let problem = read("a1", text).expect_err("refused").to_string();
            assert_eq!(problem, expected);
        }
    }

    #[test]
    fn other_readings_of_a_path_are_asked_about_too() {
        for (path, expected) in [
            ("/pets/1", &["pets/1"][..]),
            ("/", &[""]),
            ("/a%2fb", &["a%2Fb", "a/b"]),
            ("/open/../admin", &["open/../admin", "admin"]),
            ("/open/%2e%2E%2Fadmin", &["open/..%2Fadmin", "open/../admin", "admin"]),
            ("/../../x/./y", &["../../x/./y", "x/y"]),
        ] {
            assert_eq!(asked_paths(path), expected, "{path}");
        }
    }

    #[test]
    fn a_path_is_asked_about_as_it_is_routed() {
        for (path, expected) in [
            ("/", ""),
            ("/pets", "pets"),
            ("/pets/", "pets"),
            ("/%70ets", "pets"),
            ("/pets/a%2Fb", "pets/a%2Fb"),
            ("/pets//", "pets/"),
        ] {
            assert_eq!(canonical_path(path), expected, "{path}");
        }
    }
}

//! Which names can be custom domain names.
//!
//! What must stay true: none of them is a host under which clients reach the AWS endpoint itself, so that no custom domain name can
//! shut them out.

use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::custom_domain::normal;
use crate::limits::DOMAIN_NAME_CHARS_MAX;

/// Names whose hosts are the endpoint's own.
const RESERVED: [&str; 4] = ["localhost", "amazonaws.com", "amazonaws.com.cn", "localhost.localstack.cloud"];

/// Whether the account may have this domain name.
pub(super) fn check(name: &str, call: &Call) -> Result<(), ControlError> {
    if name.is_empty() {
        return Err(ControlError::bad_request("No Domain Name specified"));
    }
    if !is_domain_name(name) {
        return Err(ControlError::bad_request(format!(
            "Invalid domain name specified: it must be at most {DOMAIN_NAME_CHARS_MAX} characters, two or more labels of \
             lower-case letters, digits and hyphens, of which the first may be *"
        )));
    }
    let host = call.headers.get(http::header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    if is_reserved(name) || covers(name, &normal(host)) {
        return Err(ControlError::bad_request(format!(
            "Invalid domain name specified: {name} is a host name of this endpoint itself"
        )));
    }
    Ok(())
}

/// The last label has a letter, as every top-level domain has; so an address is no name.
fn is_domain_name(name: &str) -> bool {
    let labels = name.strip_prefix("*.").unwrap_or(name);
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    let last = labels.rsplit('.').next().unwrap_or_default();
    name.len() <= DOMAIN_NAME_CHARS_MAX
        && labels.contains('.')
        && labels.split('.').all(is_label)
        && last.bytes().any(|byte| byte.is_ascii_lowercase())
}

fn is_reserved(name: &str) -> bool {
    let is_below = |reserved: &&str| {
        name.strip_suffix(*reserved).is_some_and(|before| before.is_empty() || before.ends_with('.'))
    };
    // The second label tells an invoke URL by its host.
    RESERVED.iter().any(is_below) || name.split('.').nth(1) == Some("execute-api")
}

/// Whether a host falls under the name.
fn covers(name: &str, host: &str) -> bool {
    let under_wildcard = || name.strip_prefix("*.") == host.split_once('.').map(|(_, parent)| parent);
    name == host || (name.starts_with("*.") && under_wildcard())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_hosts_and_no_others_are_domain_names() {
        for name in ["api.example.com", "*.example.com", "a.b", "x-1.xn--p1ai", "1.2.3.4.a"] {
            assert!(is_domain_name(name) && !is_reserved(name), "{name}");
        }
        let long = format!("{}.com", "a.".repeat(130));
        for name in [
            "com",
            "*.com",
            "*",
            "",
            "127.0.0.1",
            "[::1]",
            "a..b",
            ".a.b",
            "a.b.",
            "-a.b",
            "a-.b",
            "API.example.com",
            "a b.c",
            "a.b:80",
            "a.b/c",
            "\u{e9}.fr",
            "a.*.b",
            "**.a.b",
            &long,
        ] {
            assert!(!is_domain_name(name), "{name}");
        }
    }

    #[test]
    fn hosts_of_the_endpoint_are_reserved() {
        for name in [
            "localhost",
            "a.localhost",
            "kinesis.us-east-1.amazonaws.com",
            "*.us-east-1.amazonaws.com",
            "amazonaws.com",
            "api.execute-api.example.com",
            "*.execute-api.example.com",
            "x.amazonaws.com.cn",
            "apigateway.localhost.localstack.cloud",
        ] {
            assert!(is_reserved(name), "{name}");
        }
        for name in
            ["notamazonaws.com", "a.mylocalhost", "execute-api.example.com", "amazonaws.com.example.com"]
        {
            assert!(!is_reserved(name), "{name}");
        }
        assert!(covers("api.example.com", "api.example.com") && covers("*.example.com", "api.example.com"));
        assert!(!covers("*.example.com", "example.com") && !covers("*.example.com", "a.b.example.com"));
        assert!(!covers("a.b", "") && !covers("*.a.b", "localhost"));
    }
}

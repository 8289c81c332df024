//! How headers, parameters and payloads stand in an execution log.
//!
//! What must stay true: what proves who somebody is, a signature, a key or a token, is masked as AWS masks it.

use std::fmt::Write as _;

use http::{HeaderMap, HeaderName};

use super::header_case::shown;

/// Headers and query parameters whose values are masked.
const MASKED: [&str; 6] = [
    "authorization",
    "proxy-authorization",
    "x-api-key",
    "x-amz-security-token",
    "x-amz-signature",
    "x-amz-credential",
];
/// A value at least this long shows its end, as on AWS; a shorter one would show too much of itself.
const ENDED_CHARS_MIN: usize = 32;
/// How much of the end.
const END_CHARS: usize = 6;

/// `{name=value, name=value}`; several values of one name are joined.
pub(super) fn headers(headers: &HeaderMap, declared: &[String]) -> String {
    let names: Vec<&HeaderName> = headers.keys().collect();
    braced(names.into_iter().map(|name| {
        let values: Vec<_> =
            headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
        (shown(name.as_str(), declared), values.join(","))
    }))
}

/// `{name=value, name=value}`.
pub(super) fn parameters(parameters: &[(String, String)]) -> String {
    braced(parameters.iter().map(|(name, value)| (name.clone(), value.clone())))
}

fn braced(entries: impl Iterator<Item = (String, String)>) -> String {
    let mut out = String::from("{");
    for (index, (name, value)) in entries.enumerate() {
        let separator = if index == 0 { "" } else { ", " };
        let value = if is_masked(&name) { masked(&value) } else { value };
        let _infallible = write!(out, "{separator}{name}={value}");
    }
    out.push('}');
    out
}

/// A URI without the secrets of a presigned query.
pub(super) fn uri(uri: &str) -> String {
    let Some((path, query)) = uri.split_once('?') else { return uri.to_owned() };
    let pairs: Vec<String> = query
        .split('&')
        .map(|pair| match pair.split_once('=') {
            Some((name, value)) if is_masked(name) => format!("{name}={}", masked(value)),
            _ => pair.to_owned(),
        })
        .collect();
    format!("{path}?{}", pairs.join("&"))
}

/// A payload as text.
pub(super) fn body(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => format!("[Binary Data: {} bytes]", bytes.len()),
    }
}

fn is_masked(name: &str) -> bool {
    MASKED.iter().any(|masked| name.eq_ignore_ascii_case(masked))
}

/// Stars in place of a secret, with its end when it is long.
pub(super) fn masked(value: &str) -> String {
    let count = value.chars().count();
    if count < ENDED_CHARS_MIN {
        return "*".repeat(count);
    }
    let end: String = value.chars().skip(count - END_CHARS).collect();
    "*".repeat(count - END_CHARS) + &end
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn secrets_are_masked_and_the_rest_is_shown() {
        let mut map = HeaderMap::new();
        map.insert("accept", HeaderValue::from_static("*/*"));
        map.insert("x-api-key", HeaderValue::from_static("short-secret"));
        map.insert("authorization", HeaderValue::from_static("AWS4-HMAC-SHA256 Signature=0123456789abcdef"));
        assert_eq!(
            headers(&map, &["X-Api-Key".to_owned()]),
            "{Accept=*/*, X-Api-Key=************, Authorization=*************************************abcdef}"
        );
        assert_eq!(headers(&HeaderMap::new(), &[]), "{}");
        assert_eq!(uri("http://h/p?a=b&X-Amz-Signature=abc&c"), "http://h/p?a=b&X-Amz-Signature=***&c");
        assert_eq!(body(b"\xff"), "[Binary Data: 1 bytes]");
    }
}

//! Presigned requests: how long they live, and what is said when they do not.

use std::time::Duration;

use alluvium_sigv4::{CheckError, Expected, Presented, RequestRef, SigningKeyCache, check};
use http::Request;

use crate::{example_credentials, example_time};

/// Checks a presigned request whose signature is wrong `seconds` after it was signed: what it says first is what is tested.
fn check_after(service: &str, expires: Option<&str>, seconds: i64) -> String {
    let expires = expires.map_or_else(String::new, |expires| format!("&X-Amz-Expires={expires}"));
    check_uri(service, &expires, seconds)
}

/// The same with the parameter for its life as it stands in the URL.
fn check_uri(service: &str, expires: &str, seconds: i64) -> String {
    let uri = format!(
        "/?Action=x&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2F{service}%2Faws4_request\
         &X-Amz-Date=20150830T123600Z{expires}&X-Amz-SignedHeaders=host&X-Amz-Signature={}",
        "0".repeat(64)
    );
    let request = Request::get(uri).header("host", "localhost").body(()).expect("a request");
    let view =
        RequestRef { method: request.method(), uri: request.uri(), headers: request.headers(), body: b"" };
    let presented = Presented::parse(&view).expect("the shape is right");
    let shift = Duration::from_secs(seconds.unsigned_abs());
    let now = if seconds < 0 { example_time() - shift } else { example_time() + shift };
    let expected = Expected::new(service, now);
    let secret = example_credentials().secret_access_key;
    match check(&presented, &secret, &view, &expected, &SigningKeyCache::default()) {
        Ok(()) => "accepted".to_owned(),
        // Time is right: only the signature, which nobody made, is not.
        Err(CheckError::SignatureMismatch) => "in time".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_presigned_request_lives_as_long_as_it_says() {
    assert_eq!(check_after("kinesis", Some("60"), 60), "in time");
    assert_eq!(
        check_after("kinesis", Some("60"), 61),
        "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T123701Z - 1 min.)"
    );
    assert_eq!(
        check_after("kinesis", Some("90"), 91),
        "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T123731Z - 90 sec.)"
    );
    assert_eq!(check_after("execute-api", Some("604800"), 604_800), "in time");
    assert!(check_after("execute-api", Some("604800"), 604_801).starts_with("Signature expired"));
}

#[test]
fn a_presigned_request_of_the_future_waits_but_for_the_clocks_skew() {
    assert_eq!(check_after("kinesis", Some("60"), -300), "in time");
    assert_eq!(
        check_after("kinesis", Some("60"), -301),
        "Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z (20150830T123059Z + 5 min.)"
    );
    assert_eq!(check_after("iam", Some("60"), -15 * 60), "in time");
    assert!(check_after("iam", Some("60"), -15 * 60 - 1).starts_with("Signature not yet current"));
}

#[test]
fn a_life_that_is_none_is_refused_in_s3s_words() {
    let week = "X-Amz-Expires must be less than a week (in seconds) that is, the given X-Amz-Expires must be less than \
                604800 seconds";
    for (expires, message) in [
        ("", "X-Amz-Expires should be a number"),
        ("1.5", "X-Amz-Expires should be a number"),
        ("%2B60", "X-Amz-Expires should be a number"),
        ("-", "X-Amz-Expires should be a number"),
        ("%D9%A1", "X-Amz-Expires should be a number"),
        ("-1", "X-Amz-Expires must be non-negative"),
        ("0", "X-Amz-Expires must be at least 1 second"),
        ("604801", week),
        ("99999999999999999999999", week),
    ] {
        assert_eq!(check_after("kinesis", Some(expires), 0), message, "{expires}");
    }
}

#[test]
fn without_a_life_the_window_is_that_of_a_header_and_at_sts_it_always_is() {
    assert_eq!(check_after("kinesis", None, 300), "in time");
    assert!(check_after("kinesis", None, 301).ends_with("- 5 min.)"));
    assert_eq!(check_after("sts", Some("60"), 15 * 60), "in time");
    assert!(check_after("sts", Some("60"), 15 * 60 + 1).ends_with("- 15 min.)"));
    assert_eq!(check_after("sts", Some("0"), 0), "X-Amz-Expires must be at least 1 second");
}

#[test]
fn a_parameter_is_the_same_however_its_name_is_encoded() {
    // The signature covers the decoded name, so whoever has the URL may encode it in another way.
    assert_eq!(check_uri("kinesis", "&X%2DAmz-Expires=60", 60), "in time");
    assert_eq!(
        check_uri("kinesis", "&X%2DAmz-Expires=60", 61),
        "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T123701Z - 1 min.)"
    );
}

//! What is refused, and with which words.

use std::time::Duration;

use alluvium_sigv4::{
    Expected, PresentError, Presented, RequestRef, SigningKeyCache, SigningParams, check, clock_skew_max,
    sign,
};
use http::{HeaderValue, Request};
use proptest::prelude::*;

use crate::{example_credentials, example_time, verify};

fn signed() -> Request<Vec<u8>> {
    let credentials = example_credentials();
    let request =
        Request::post("http://127.0.0.1:4566/?a=b").header("x-amz-target", "Kinesis_20131202.PutRecord");
    let (mut parts, body) = request.body(b"{\"Data\":\"aGk=\"}".to_vec()).expect("a request").into_parts();
    let params = SigningParams {
        credentials: &credentials,
        region: "us-east-1",
        service: "kinesis",
        now: example_time(),
        keys: None,
    };
    sign(&mut parts, &body, &params).expect("signed");
    Request::from_parts(parts, body)
}

/// Changes a signed request and tells what the check says of it.
fn check_changed(change: impl FnOnce(&mut Request<Vec<u8>>)) -> String {
    let mut request = signed();
    change(&mut request);
    match verify(&request, &example_credentials(), "kinesis", example_time()) {
        Ok(()) => "accepted".to_owned(),
        Err(error) => error.to_string(),
    }
}

fn replace_in_authorization(request: &mut Request<Vec<u8>>, from: &str, to: &str) {
    let text = request.headers()["authorization"].to_str().expect("text");
    assert!(text.contains(from), "{text} has no {from}");
    let changed = HeaderValue::from_str(&text.replace(from, to)).expect("a header");
    request.headers_mut().insert("authorization", changed);
}

const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access \
                        Key and signing method. Consult the service documentation for details.";

#[test]
fn an_unchanged_request_is_accepted() {
    assert_eq!(check_changed(|_| {}), "accepted");
    assert_eq!(
        check_changed(|request| {
            request.headers_mut().insert("user-agent", HeaderValue::from_static("a proxy may change this"));
        }),
        "accepted"
    );
}

#[test]
fn a_change_of_anything_signed_is_a_mismatch() {
    let changes: [fn(&mut Request<Vec<u8>>); 7] = [
        |request| request.body_mut().push(b' '),
        |request| *request.method_mut() = http::Method::PUT,
        |request| *request.uri_mut() = "http://127.0.0.1:4566/x?a=b".parse().expect("a URI"),
        |request| *request.uri_mut() = "http://127.0.0.1:4566/?a=c".parse().expect("a URI"),
        |request| {
            request
                .headers_mut()
                .insert("x-amz-target", HeaderValue::from_static("Kinesis_20131202.DeleteStream"));
        },
        |request| {
            request.headers_mut().insert("host", HeaderValue::from_static("elsewhere"));
        },
        |request| replace_in_authorization(request, "Signature=", "Signature=x"),
    ];
    for change in changes {
        assert_eq!(check_changed(change), MISMATCH);
    }
}

#[test]
fn a_stated_hash_that_is_not_the_bodys_is_refused() {
    assert_eq!(
        check_changed(|request| {
            let wrong = HeaderValue::from_str(&"0".repeat(64)).expect("a header");
            request.headers_mut().insert("x-amz-content-sha256", wrong);
        }),
        "The provided 'x-amz-content-sha256' header does not match what was computed."
    );
    // Only S3 takes bodies that are not signed.
    assert_eq!(
        check_changed(|request| {
            request
                .headers_mut()
                .insert("x-amz-content-sha256", HeaderValue::from_static("UNSIGNED-PAYLOAD"));
        }),
        "The provided 'x-amz-content-sha256' header does not match what was computed."
    );
}

#[test]
fn scope_and_signed_headers_are_checked_by_name() {
    for (from, to, expected) in [
        ("/kinesis/", "/s3/", "Credential should be scoped to correct service: 'kinesis'. "),
        (
            "/aws4_request",
            "",
            "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/aws4_request, got \
             'AKIDEXAMPLE/20150830/us-east-1/kinesis'",
        ),
        (
            "/20150830/",
            "/20150829/",
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20150829' != \
             '20150830', from '20150830T123600Z'.",
        ),
        ("host;", "", "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."),
        (";x-amz-target", "", "'X-Amz-Target' must be a 'SignedHeader' in the AWS Authorization."),
        (
            "AWS4-HMAC-SHA256",
            "AWS4-ECDSA-P256-SHA256",
            "Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256'.",
        ),
    ] {
        assert_eq!(check_changed(|request| replace_in_authorization(request, from, to)), expected);
    }
}

#[test]
fn a_signature_for_another_region_is_refused_where_the_region_is_known() {
    let request = signed();
    let view = RequestRef {
        method: request.method(),
        uri: request.uri(),
        headers: request.headers(),
        body: request.body(),
    };
    let presented = Presented::parse(&view).expect("a whole signature");
    let check_in = |region: Option<&str>| {
        let expected = Expected { region, ..Expected::new("kinesis", example_time()) };
        let secret = example_credentials().secret_access_key;
        check(&presented, &secret, &view, &expected, &SigningKeyCache::default())
            .map_err(|error| error.to_string())
    };
    assert_eq!(check_in(None), Ok(()));
    assert_eq!(check_in(Some("us-east-1")), Ok(()));
    let refused = "Credential should be scoped to a valid region, not 'us-east-1'. ";
    assert_eq!(check_in(Some("eu-central-1")), Err(refused.to_owned()));
}

#[test]
fn a_list_of_signed_headers_that_names_one_twice_is_no_signers() {
    for (from, to) in [
        ("SignedHeaders=host;", "SignedHeaders=host;host;"),
        ("host;x-amz-date", "x-amz-date;host;x-amz-date"),
    ] {
        assert_eq!(check_changed(|request| replace_in_authorization(request, from, to)), MISMATCH);
    }
}

#[test]
fn five_minutes_of_skew_are_allowed_and_a_second_more_is_not() {
    let check_at = |offset: i64| {
        let shift = Duration::from_secs(offset.unsigned_abs());
        let now = if offset < 0 { example_time() - shift } else { example_time() + shift };
        verify(&signed(), &example_credentials(), "kinesis", now).map_err(|error| error.to_string())
    };
    assert_eq!(check_at(5 * 60), Ok(()));
    assert_eq!(check_at(-5 * 60), Ok(()));
    assert_eq!(clock_skew_max("iam"), Duration::from_mins(15));
    assert_eq!(
        check_at(5 * 60 + 1),
        Err("Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T124101Z - 5 min.)".into())
    );
    assert_eq!(
        check_at(-5 * 60 - 1),
        Err("Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z (20150830T123059Z + 5 min.)"
            .into())
    );
}

#[test]
fn a_request_without_a_whole_signature_says_what_is_missing() {
    let parse = |uri: &str, headers: &[(&str, &str)]| {
        let mut builder = Request::get(uri);
        for (name, value) in headers {
            builder = builder.header(*name, *value);
        }
        let request = builder.body(()).expect("a request");
        let view = RequestRef {
            method: request.method(),
            uri: request.uri(),
            headers: request.headers(),
            body: b"",
        };
        Presented::parse(&view).map(|presented| presented.access_key_id().to_owned())
    };
    assert_eq!(parse("/", &[]), Err(PresentError::Missing));
    assert_eq!(parse("/", &[("authorization", "")]), Err(PresentError::Missing));
    let of_another_kind = "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' \
                           parameter. Authorization header requires 'SignedHeaders' parameter. Authorization=Bearer abc";
    assert_eq!(
        parse("/", &[("authorization", "Bearer abc"), ("date", "now")]),
        Err(PresentError::Incomplete(of_another_kind.into()))
    );
    assert_eq!(
        parse("/?X-Amz-Algorithm=a", &[("authorization", "AWS4-HMAC-SHA256 x")]),
        Err(PresentError::Both)
    );
    assert_eq!(
        parse("/", &[("authorization", "AWS4-HMAC-SHA256 Credential=a")]),
        Err(PresentError::Incomplete(
            "Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. \
             Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. \
             Authorization=AWS4-HMAC-SHA256 Credential=a"
                .into()
        ))
    );
    assert_eq!(
        parse("/?X-Amz-Algorithm=a&X-Amz-Credential=b&X-Amz-Date=c", &[]),
        Err(PresentError::Incomplete(
            "AWS query-string parameters must include 'X-Amz-Signature'. AWS query-string parameters must include \
             'X-Amz-SignedHeaders'. Re-examine the query-string parameters."
                .into()
        ))
    );
    let whole = "AWS4-HMAC-SHA256 Credential=id/a/b/c/d,SignedHeaders=host,Signature=s";
    assert_eq!(parse("/", &[("authorization", whole), ("date", "now")]), Ok("id".into()));
}

proptest! {
    /// Whatever stands in the headers and the query, the answer is an error and never a panic.
    #[test]
    fn foreign_text_in_every_part_of_a_signature_is_refused(
        algorithm in "(AWS4-HMAC-SHA256|AWS4-[A-Z]{0,9})",
        credential in "(AKID/20150830/r/kinesis/aws4_request|[!-~]{0,40})",
        signed_headers in "(host|host;x-amz-date|[a-z;:]{0,20})",
        signature in "([0-9a-f]{64}|[!-~]{0,70})",
        date in "(20150830T123600Z|[0-9TZ]{16}|[ -~\u{e4}]{0,20})",
        expires in "(300|-1|[0-9]{0,30})",
        presigned in any::<bool>(),
        noise in "[!-~&&[^#]]{0,40}",
    ) {
        let mut builder = Request::post("/");
        if presigned {
            let query = [
                ("X-Amz-Algorithm", &algorithm), ("X-Amz-Credential", &credential), ("X-Amz-SignedHeaders", &signed_headers),
                ("X-Amz-Signature", &signature), ("X-Amz-Date", &date), ("X-Amz-Expires", &expires),
            ];
            let pairs: Vec<String> = query.iter().map(|(name, value)| format!("{name}={value}")).collect();
            builder = builder.uri(format!("/?{noise}&{}", pairs.join("&")).replace([' ', '#', '"', '<', '>'], "%"));
        } else {
            let value = format!("{algorithm} Credential={credential}, SignedHeaders={signed_headers}, Signature={signature}, {noise}");
            builder = builder.header("authorization", value).header("x-amz-date", HeaderValue::from_bytes(date.as_bytes()).expect("a header"));
        }
        let Ok(request) = builder.body(()) else { return Ok(()) };
        let view = RequestRef { method: request.method(), uri: request.uri(), headers: request.headers(), body: b"" };
        if let Ok(presented) = Presented::parse(&view) {
            let expected = Expected::new("kinesis", example_time());
            let secret = example_credentials().secret_access_key;
            prop_assert!(check(&presented, &secret, &view, &expected, &SigningKeyCache::default()).is_err());
        }
    }
}

#[test]
fn a_signature_in_headers_covers_every_parameter_of_the_query() {
    let said = check_changed(|request| {
        *request.uri_mut() = "http://127.0.0.1:4566/?a=b&X-Amz-Signature=more".parse().expect("a URI");
    });
    assert_eq!(said, MISMATCH);
}

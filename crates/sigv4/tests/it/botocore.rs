//! What botocore signs is verified here, in both forms and over both versions of HTTP, and what is signed here is what botocore
//! would have made. `cargo xtask test` sets up the Python.

use std::path::Path;
use std::time::{Duration, SystemTime};

use alluvium_sigv4::{SigningParams, sign};
use alluvium_testkit::python;
use http::{HeaderName, HeaderValue, Request, Uri};
use serde::Deserialize;

use crate::{example_credentials, verify};

/// How many requests are compared.
const REQUESTS: &str = "400";

/// A request as botocore sends it.
#[derive(Debug, Deserialize)]
struct Sent {
    service: String,
    presigned: bool,
    token: Option<String>,
    /// Seconds since 1970.
    now: u64,
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    body: String,
}

impl Sent {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(self.now)
    }

    fn uri(&self) -> Uri {
        self.url.parse().expect("a URI")
    }

    /// The request as HTTP/2 brings it: the host stands in the URI.
    fn over_http2(&self) -> Request<Vec<u8>> {
        let mut builder = Request::builder().method(self.method.as_str()).uri(self.uri());
        for (name, value) in &self.headers {
            builder = builder.header(name, HeaderValue::from_str(value).expect("a value"));
        }
        builder.body(decoded(&self.body)).expect("a request")
    }

    /// The request as HTTP/1.1 brings it: the host stands in its header.
    fn over_http1(&self) -> Request<Vec<u8>> {
        let mut request = self.over_http2();
        let uri = self.uri();
        let authority = uri.authority().expect("an authority").as_str();
        request.headers_mut().insert("host", HeaderValue::from_str(authority).expect("a value"));
        *request.uri_mut() =
            uri.path_and_query().expect("a path").as_str().parse().expect("the target of a request");
        request
    }

    /// The request before botocore signed it.
    fn unsigned(&self) -> Request<Vec<u8>> {
        let mut request = self.over_http1();
        for name in ["authorization", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256"] {
            request.headers_mut().remove(HeaderName::from_static(name));
        }
        request
    }
}

/// Base64, by hand: the test has no other use for a decoder.
fn decoded(text: &str) -> Vec<u8> {
    let digit = |byte: u8| match byte {
        b'A'..=b'Z' => u32::from(byte - b'A'),
        b'a'..=b'z' => u32::from(byte - b'a') + 26,
        b'0'..=b'9' => u32::from(byte - b'0') + 52,
        b'+' => 62,
        _ => 63,
    };
    let digits: Vec<u32> = text.trim_end_matches('=').bytes().map(digit).collect();
    let group = |group: &[u32]| {
        let bits = group.iter().fold(0, |bits, digit| bits << 6 | digit) << (6 * (4 - group.len()));
        bits.to_be_bytes()[1..group.len()].to_vec()
    };
    digits.chunks(4).flat_map(group).collect()
}

#[test]
fn botocore_and_we_sign_alike() {
    let Some(python) = python() else { return };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/sigv4_botocore.py");
    let done = python.script(&script, &["20150830", REQUESTS], &[]);
    assert_eq!(done.code(), 0, "{}", done.stderr);
    let (mut verified, mut compared) = (0, 0);
    for line in done.stdout.lines() {
        let sent: Sent = serde_json::from_str(line).expect(line);
        let mut credentials = example_credentials();
        credentials.session_token.clone_from(&sent.token);
        for request in [sent.over_http1(), sent.over_http2()] {
            assert_eq!(verify(&request, &credentials, &sent.service, sent.now()), Ok(()), "{line}");
            verified += 1;
        }
        if sent.presigned || sent.service == "s3" {
            continue;
        }
        let expected = sent.over_http1().headers().get("authorization").cloned();
        let (mut parts, body) = sent.unsigned().into_parts();
        let date = sent.over_http1().headers()["x-amz-date"].clone();
        let params = SigningParams {
            credentials: &credentials,
            region: "eu-central-1",
            service: &sent.service,
            now: sent.now(),
            keys: None,
        };
        sign(&mut parts, &body, &params).expect("signed");
        // The second may have turned between botocore's signature and its printing.
        if parts.headers.get("x-amz-date") == Some(&date) {
            assert_eq!(parts.headers.get("authorization"), expected.as_ref(), "{line}");
            compared += 1;
        }
    }
    assert!(verified == 800 && compared > 100, "{verified} verified, {compared} compared");
}

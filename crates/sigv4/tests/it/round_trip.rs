//! AWS's published examples, and requests signed here and verified here.

use alluvium_sigv4::{SigningKeyCache, SigningParams, sign};
use http::Request;

use crate::{example_credentials, example_time, verify};

/// Signs and returns the `Authorization` header.
fn authorization(request: Request<Vec<u8>>, service: &str) -> String {
    let (mut parts, body) = request.into_parts();
    let credentials = example_credentials();
    let params = SigningParams {
        credentials: &credentials,
        region: "us-east-1",
        service,
        now: example_time(),
        keys: None,
    };
    sign(&mut parts, &body, &params).expect("signed");
    parts.headers["authorization"].to_str().expect("text").to_owned()
}

#[test]
fn get_vanilla_of_awss_test_suite_gives_the_published_signature() {
    let request =
        Request::get("/").header("host", "example.amazonaws.com").body(Vec::new()).expect("a request");
    assert_eq!(
        authorization(request, "service"),
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
         SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
    );
}

#[test]
fn get_vanilla_query_order_of_awss_test_suite_gives_the_published_signature() {
    let request = Request::get("/?Param2=value2&Param1=value1")
        .header("host", "example.amazonaws.com")
        .body(Vec::new())
        .expect("a request");
    let header = authorization(request, "service");
    assert!(
        header.ends_with("Signature=b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
        "{header}"
    );
}

#[test]
fn the_ports_of_http_and_https_are_left_out_of_the_host_and_others_are_not() {
    for (uri, host) in [
        ("https://kinesis.us-east-1.amazonaws.com:443/", "kinesis.us-east-1.amazonaws.com"),
        ("http://127.0.0.1:80/", "127.0.0.1"),
        ("http://127.0.0.1:4566/", "127.0.0.1:4566"),
    ] {
        let (mut parts, body) = Request::post(uri).body(Vec::new()).expect("a request").into_parts();
        let credentials = example_credentials();
        let params = SigningParams {
            credentials: &credentials,
            region: "us-east-1",
            service: "kinesis",
            now: example_time(),
            keys: None,
        };
        sign(&mut parts, &body, &params).expect("signed");
        assert_eq!(parts.headers["host"], host);
    }
}

#[test]
fn signing_again_replaces_the_earlier_signature_and_a_kept_key_gives_the_same() {
    let mut credentials = example_credentials();
    credentials.session_token = Some("token".to_owned());
    let keys = SigningKeyCache::default();
    let mut params = SigningParams {
        credentials: &credentials,
        region: "us-east-1",
        service: "kinesis",
        now: example_time(),
        keys: None,
    };
    let request =
        Request::post("http://127.0.0.1:4566/").header("x-amz-target", "Kinesis_20131202.ListStreams");
    let (mut parts, body) = request.body(b"{}".to_vec()).expect("a request").into_parts();
    sign(&mut parts, &body, &params).expect("signed");
    let first = parts.headers["authorization"].clone();
    params.keys = Some(&keys);
    for _ in 0..2 {
        sign(&mut parts, &body, &params).expect("signed");
        assert_eq!(parts.headers["authorization"], first);
    }
    assert_eq!(parts.headers.get_all("authorization").iter().count(), 1);
    let request = Request::from_parts(parts, body);
    assert_eq!(verify(&request, &credentials, "kinesis", example_time()), Ok(()));
}

//! Signatures, where they are enforced.

use alluvium_iam::AuthMode;
use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::identity::Identity;
use bytes::Bytes;
use http::Request;
use secrecy::ExposeSecret;
use serde_json::Value;

use crate::harness::{Harness, REGION, Setup, request};

/// A request that Amazon's own signer signed now.
fn signed(harness: &Harness, credentials: &Credentials, body: &str) -> Request<Bytes> {
    let mut request = request("ListStreams", body);
    request.headers_mut().remove("authorization");
    request.headers_mut().remove("x-amz-date");
    let identity: Identity = credentials.clone().into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(REGION)
        .name("kinesis")
        .time(harness.clock.now())
        .settings(SigningSettings::default())
        .build()
        .expect("every parameter is given")
        .into();
    let uri = request.uri().to_string();
    let headers =
        request.headers().iter().map(|(name, value)| (name.as_str(), value.to_str().expect("text")));
    let signable = SignableRequest::new("POST", uri, headers, SignableBody::Bytes(request.body()));
    let signable = signable.expect("a request that can be signed");
    let (instructions, _) = aws_sigv4::http_request::sign(signable, &params).expect("signed").into_parts();
    instructions.apply_to_request_http1x(&mut request);
    request
}

async fn outcome(harness: &Harness, request: Request<Bytes>) -> (u16, String) {
    let response = harness.send(request).await;
    let body: Value = serde_json::from_slice(response.body()).expect("JSON");
    (response.status().as_u16(), body["__type"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn a_right_signature_is_let_in_and_every_other_refused() {
    let harness = Harness::with(Setup { auth_mode: AuthMode::Enforce, ..Setup::default() }).await;
    harness.iam.provision_user("analyst", None).expect("a user");
    let issued = harness.iam.create_access_key("analyst").expect("a key");
    let secret = issued.secret_access_key.expose_secret();
    let credentials = Credentials::new(&issued.access_key_id, secret, None, None, "test");

    let good = signed(&harness, &credentials, "{}");
    assert_eq!(outcome(&harness, good).await, (200, String::new()));

    let mut changed = signed(&harness, &credentials, "{}");
    *changed.body_mut() = Bytes::from_static(b"{\"Limit\":1}");
    assert_eq!(outcome(&harness, changed).await, (400, "InvalidSignatureException".to_owned()));

    let unknown = Credentials::new("AKIAAAAAAAAAAAAAAAAA", secret, None, None, "test");
    let stranger = signed(&harness, &unknown, "{}");
    assert_eq!(outcome(&harness, stranger).await, (400, "UnrecognizedClientException".to_owned()));

    let late = signed(&harness, &credentials, "{}");
    harness.advance(std::time::Duration::from_hours(1)).await;
    assert_eq!(outcome(&harness, late).await, (400, "InvalidSignatureException".to_owned()));
}

#[tokio::test]
async fn a_body_that_does_not_parse_is_told_before_a_bad_signature() {
    let harness = Harness::with(Setup { auth_mode: AuthMode::Enforce, ..Setup::default() }).await;
    let broken = outcome(&harness, request("ListStreams", "{\"Limit\":")).await;
    assert_eq!(broken, (400, "SerializationException".to_owned()));
    let whole = outcome(&harness, request("ListStreams", "{}")).await;
    assert_eq!(whole, (400, "UnrecognizedClientException".to_owned()));
}

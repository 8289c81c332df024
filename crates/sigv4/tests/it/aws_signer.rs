//! What Amazon's signer signs is verified here, and what is signed here is what Amazon's signer would have made.

use std::time::{Duration, SystemTime};

use alluvium_sigv4::{Credentials, SigningParams, sign};
use aws_credential_types::Credentials as AwsCredentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation,
    SigningSettings, UriPathNormalizationMode,
};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::identity::Identity;
use http::{HeaderName, Request};
use proptest::prelude::*;
use secrecy::ExposeSecret;

use crate::{example_credentials, example_time, verify};

/// Signs with Amazon's signer, in the way it does for `service`.
fn sign_with_aws(
    request: &mut Request<Vec<u8>>,
    credentials: &Credentials,
    service: &str,
    now: SystemTime,
    location: SignatureLocation,
    unsigned_payload: bool,
) {
    let mut settings = SigningSettings::default();
    settings.signature_location = location;
    if location == SignatureLocation::QueryParams {
        settings.expires_in = Some(Duration::from_mins(5));
    }
    if service == "s3" {
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    }
    if unsigned_payload || service == "s3" {
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    }
    let identity: Identity = AwsCredentials::new(
        credentials.access_key_id.clone(),
        credentials.secret_access_key.expose_secret(),
        credentials.session_token.clone(),
        None,
        "test",
    )
    .into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region("eu-central-1")
        .name(service)
        .time(now)
        .settings(settings)
        .build()
        .expect("all parameters are there")
        .into();
    let headers: Vec<(String, String)> = request
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().expect("text headers").to_owned()))
        .collect();
    let body =
        if unsigned_payload { SignableBody::UnsignedPayload } else { SignableBody::Bytes(request.body()) };
    let signable = SignableRequest::new(
        request.method().as_str(),
        request.uri().to_string(),
        headers.iter().map(|(name, value)| (name.as_str(), value.as_str())),
        body,
    )
    .expect("a signable request");
    let (instructions, _) = aws_sigv4::http_request::sign(signable, &params).expect("signed").into_parts();
    instructions.apply_to_request_http1x(request);
}

fn arbitrary_request() -> impl Strategy<Value = Request<Vec<u8>>> {
    let method = prop::sample::select(vec!["GET", "PUT", "POST", "DELETE"]);
    let path = prop::collection::vec(
        prop::sample::select(vec![
            "a",
            "streams",
            "..",
            ".",
            "",
            "a%20b",
            "x-y_z~",
            "%C3%A4",
            "a=b",
            "$:@!,;(*)",
            ".hid",
        ]),
        0..6,
    )
    .prop_map(|segments| format!("/{}", segments.join("/")));
    let text = prop::sample::select(vec![
        "",
        "1",
        "a%20b",
        "a+b",
        "%2F",
        "%7e",
        "z",
        "%e4%BD%a0",
        "~-_.",
        "a*b",
        "q'r",
    ]);
    let query =
        prop::collection::vec((prop::sample::select(vec!["a", "b", "A", "a%20", "List", ""]), text), 0..5)
            .prop_map(|pairs| {
                pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
            });
    let header = (
        prop::sample::select(vec!["x-amz-target", "my-header", "content-type", "x-amz-meta"]),
        "[ -~]{0,20}",
    );
    (method, path, query, prop::collection::vec(header, 0..5), prop::collection::vec(any::<u8>(), 0..64))
        .prop_map(|(method, path, query, headers, body)| {
            let mark = if query.is_empty() { "" } else { "?" };
            let mut builder =
                Request::builder().method(method).uri(format!("http://127.0.0.1:4566{path}{mark}{query}"));
            for (name, value) in &headers {
                builder = builder.header(*name, value.trim());
            }
            builder.body(body).expect("a request")
        })
}

proptest! {
    #[test]
    fn what_amazons_signer_signs_is_verified(
        mut request in arbitrary_request(),
        token in prop::option::of("[A-Za-z0-9+/=]{1,40}"),
        service in prop::sample::select(vec!["kinesis", "execute-api", "s3"]),
        presigned in any::<bool>(),
        unsigned_payload in any::<bool>(),
    ) {
        let mut credentials = example_credentials();
        credentials.session_token = token;
        let location = if presigned { SignatureLocation::QueryParams } else { SignatureLocation::Headers };
        // Only S3 takes bodies that are not signed; in its presigned requests they are the rule.
        let unsigned_payload = service == "s3" && (presigned || unsigned_payload);
        sign_with_aws(&mut request, &credentials, service, example_time(), location, unsigned_payload);
        prop_assert_eq!(verify(&request, &credentials, service, example_time()), Ok(()));
    }

    #[test]
    fn what_is_signed_here_is_what_amazons_signer_makes(
        request in arbitrary_request(),
        token in prop::option::of("[A-Za-z0-9+/=]{1,40}"),
        service in prop::sample::select(vec!["kinesis", "execute-api", "s3"]),
    ) {
        let mut credentials = example_credentials();
        credentials.session_token = token;
        let (mut parts, body) = request.into_parts();
        // Amazon's signer signs every header; ours leaves those out that proxies may change.
        parts.headers.remove(HeaderName::from_static("my-header"));
        let mut by_aws = Request::from_parts(parts.clone(), body.clone());
        sign_with_aws(&mut by_aws, &credentials, service, example_time(), SignatureLocation::Headers, false);

        let params = SigningParams {
            credentials: &credentials,
            region: "eu-central-1",
            service,
            now: example_time(),
            keys: None,
        };
        sign(&mut parts, &body, &params).expect("signed");
        prop_assert_eq!(parts.headers.get("authorization"), by_aws.headers().get("authorization"));
    }
}

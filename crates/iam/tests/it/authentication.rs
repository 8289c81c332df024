//! Which signed requests have a caller, and which error the others get.

use std::time::Duration;

use alluvium_iam::{API_GATEWAY, AuthMode, Authenticator, Iam, Principal, StsService, TrustPolicy};
use alluvium_sigv4::{Credentials, SigningParams, sign};
use bytes::Bytes;
use http::request::Parts;
use http::{Extensions, Request};
use tower::ServiceExt;

use crate::{ACCOUNT, clock};

const BODY: Bytes = Bytes::from_static(b"{}");

fn signed(credentials: &Credentials) -> Parts {
    let (mut parts, ()) = Request::post("http://127.0.0.1:4566/").body(()).expect("a request").into_parts();
    let now = clock().now();
    let params = SigningParams { credentials, region: "us-east-1", service: "kinesis", now, keys: None };
    sign(&mut parts, &BODY, &params).expect("signed");
    parts
}

/// Whose request it is, or the error's code and message.
fn check(authenticator: &Authenticator, parts: &Parts) -> Result<String, (&'static str, String)> {
    authenticator
        .authenticate(&parts.method, &parts.uri, &parts.headers, &BODY, "kinesis")
        .map(|caller| format!("{} {}", caller.arn, caller.access_key_id))
        .map_err(|error| (error.code(), error.to_string()))
}

fn stranger() -> Credentials {
    Credentials::new("AKIASTRANGER00000000", "whatever".to_owned())
}

#[tokio::test(start_paused = true)]
async fn a_user_who_knows_the_secret_is_recognised_and_nobody_else() {
    let iam = Iam::in_memory(clock(), ACCOUNT);
    iam.create_user("ada").expect("created");
    let credentials = iam.create_access_key("ada").expect("created");
    let authenticator = Authenticator::new(iam.clone(), AuthMode::Enforce);
    let id = &credentials.access_key_id;

    assert_eq!(
        check(&authenticator, &signed(&credentials)),
        Ok(format!("arn:aws:iam::000000000000:user/ada {id}"))
    );

    let guess = Credentials::new(id.clone(), "a guess".to_owned());
    assert_eq!(
        check(&authenticator, &signed(&guess)),
        Err((
            "InvalidSignatureException",
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key \
             and signing method. Consult the service documentation for details."
                .into()
        ))
    );
    let invalid_token =
        Err(("UnrecognizedClientException", "The security token included in the request is invalid.".into()));
    assert_eq!(check(&authenticator, &signed(&stranger())), invalid_token);

    let (bare, ()) = Request::post("http://127.0.0.1:4566/").body(()).expect("a request").into_parts();
    assert_eq!(
        check(&authenticator, &bare),
        Err(("MissingAuthenticationTokenException", "Missing Authentication Token".into()))
    );

    iam.delete_access_key(id).expect("deleted");
    assert_eq!(check(&authenticator, &signed(&credentials)), invalid_token);
}

#[tokio::test(start_paused = true)]
async fn an_old_signature_is_refused_with_both_times() {
    let iam = Iam::in_memory(clock(), ACCOUNT);
    iam.create_user("ada").expect("created");
    let parts = signed(&iam.create_access_key("ada").expect("created"));
    tokio::time::advance(Duration::from_mins(16)).await;
    assert_eq!(
        check(&Authenticator::new(iam, AuthMode::Enforce), &parts),
        Err((
            "InvalidSignatureException",
            "Signature expired: 20260102T030405Z is now earlier than 20260102T031505Z (20260102T032005Z - 5 min.)".into()
        ))
    );
}

#[tokio::test(start_paused = true)]
async fn without_enforcement_any_shape_of_a_signature_is_let_in_and_known_keys_keep_their_names() {
    let iam = Iam::in_memory(clock(), ACCOUNT);
    iam.create_user("ada").expect("created");
    let credentials = iam.create_access_key("ada").expect("created");
    let authenticator = Authenticator::new(iam, AuthMode::Any);
    assert_eq!(
        check(&authenticator, &signed(&stranger())),
        Ok("arn:aws:iam::000000000000:root AKIASTRANGER00000000".into())
    );
    let id = &credentials.access_key_id;
    assert_eq!(
        check(&authenticator, &signed(&credentials)),
        Ok(format!("arn:aws:iam::000000000000:user/ada {id}"))
    );

    let (mut incomplete, ()) = Request::post("/").body(()).expect("a request").into_parts();
    incomplete.headers.insert("authorization", "AWS4-HMAC-SHA256 Credential=a".parse().expect("a header"));
    let error = check(&authenticator, &incomplete).expect_err("refused");
    assert_eq!(error.0, "IncompleteSignatureException");
}

#[tokio::test(start_paused = true)]
async fn a_roles_credentials_work_for_an_hour_and_are_renewed_before() {
    let iam = Iam::in_memory(clock(), ACCOUNT);
    let arn = iam.create_role("kinesis-access-role", &TrustPolicy::of_service(API_GATEWAY)).expect("created");
    let authenticator = Authenticator::new(iam.clone(), AuthMode::Enforce);
    let first = iam.role_credentials(&arn).expect("issued");
    let again = iam.role_credentials(&arn).expect("issued");
    assert_eq!(first.access_key_id, again.access_key_id, "asking again gives the same while they last");

    let parts = signed(&first);
    let caller = authenticator
        .authenticate(&parts.method, &parts.uri, &parts.headers, &BODY, "kinesis")
        .expect("recognised");
    assert_eq!(
        &*caller.arn,
        "arn:aws:sts::000000000000:assumed-role/kinesis-access-role/BackplaneAssumeRoleSession"
    );
    assert!(
        matches!(&caller.principal, Principal::AssumedRole { role_name, .. } if &**role_name == "kinesis-access-role"),
        "{caller:?}"
    );

    let mut without_token = first.clone();
    without_token.session_token = None;
    let mut wrong_token = first.clone();
    wrong_token.session_token = Some("x".repeat(128));
    for credentials in [without_token, wrong_token] {
        let error = check(&authenticator, &signed(&credentials)).expect_err("refused");
        assert_eq!(error.0, "UnrecognizedClientException");
    }

    tokio::time::advance(Duration::from_mins(46)).await;
    let renewed = iam.role_credentials(&arn).expect("issued");
    assert_ne!(renewed.access_key_id, first.access_key_id);
    tokio::time::advance(Duration::from_mins(14)).await;
    assert_eq!(
        check(&authenticator, &parts),
        Err(("ExpiredTokenException", "The security token included in the request is expired".into()))
    );
}

#[tokio::test(start_paused = true)]
async fn a_directory_vouches_for_its_own_sessions_as_long_as_a_signature_would_count() {
    let (iam, other) = (Iam::in_memory(clock(), ACCOUNT), Iam::in_memory(clock(), ACCOUNT));
    let trust = TrustPolicy::of_service(API_GATEWAY);
    let arn = iam.create_role("r", &trust).expect("created");
    other.create_role("r", &trust).expect("created");
    let ours = Authenticator::new(iam.clone(), AuthMode::Enforce);
    let known = |authenticator: &Authenticator, extensions: &Extensions| {
        authenticator.vouched(extensions).map(|caller| caller.arn.to_string())
    };
    let session = "arn:aws:sts::000000000000:assumed-role/r/BackplaneAssumeRoleSession";

    let mut extensions = Extensions::new();
    assert_eq!(known(&ours, &extensions), None, "nobody vouches");
    extensions.insert(other.vouch_for_role(&arn).expect("vouched"));
    assert_eq!(known(&ours, &extensions), None, "another directory vouches, for a role of the same name");
    assert_eq!(
        known(&Authenticator::new(iam.clone(), AuthMode::Any), &extensions),
        None,
        "nor is it shape enough"
    );
    extensions.insert(iam.vouch_for_role(&arn).expect("vouched"));
    assert_eq!(known(&ours, &extensions).as_deref(), Some(session));

    tokio::time::advance(Duration::from_hours(1)).await;
    assert_eq!(known(&ours, &extensions), None, "the session has ended");
    extensions.insert(iam.vouch_for_role(&arn).expect("vouched"));
    assert_eq!(known(&ours, &extensions).as_deref(), Some(session));
    iam.update_assume_role_policy("r", &TrustPolicy::of_service("lambda.amazonaws.com")).expect("updated");
    assert!(iam.vouch_for_role(&arn).is_err(), "the role no longer trusts API Gateway");
}

#[tokio::test(start_paused = true)]
async fn a_directory_vouches_for_no_role_that_does_not_trust_api_gateway() {
    let iam = Iam::in_memory(clock(), ACCOUNT);
    let arn = iam.create_role("r", &TrustPolicy::of_service("lambda.amazonaws.com")).expect("created");
    let told = |error: alluvium_iam::IamError| error.to_string();
    assert_eq!(iam.vouch_for_role(&arn).map_err(told).err(), iam.role_credentials(&arn).map_err(told).err());
    assert!(iam.vouch_for_role(&arn).is_err());
}

#[tokio::test(start_paused = true)]
async fn a_role_that_does_not_exist_has_no_credentials() {
    let iam = Iam::in_memory(clock(), ACCOUNT);
    for arn in ["arn:aws:iam::000000000000:role/none", "arn:aws:iam::111111111111:role/none", "none"] {
        let error = iam.role_credentials(arn).expect_err("refused");
        assert_eq!(error.to_string(), format!("The role with name {arn} cannot be found."));
    }
}

#[tokio::test(start_paused = true)]
async fn a_signature_is_for_the_region_that_is_asked_and_for_iams_own_where_there_is_none() {
    let iam = Iam::in_memory(clock(), ACCOUNT);
    iam.create_user("ada").expect("created");
    let credentials = iam.create_access_key("ada").expect("created");
    let authenticator = Authenticator::new(iam.clone(), AuthMode::Enforce).in_region("eu-west-1");
    let for_another = "Credential should be scoped to a valid region, not 'us-east-1'. ";
    assert_eq!(
        check(&authenticator, &signed(&credentials)),
        Err(("InvalidSignatureException", for_another.into()))
    );
    check(&Authenticator::new(iam.clone(), AuthMode::Any).in_region("eu-west-1"), &signed(&credentials))
        .expect("where everybody is let in nobody looks");
    let sts = StsService::new(authenticator);
    for (region, status) in [("us-east-1", 200), ("eu-west-1", 200), ("eu-west-2", 403)] {
        let body = Bytes::from_static(b"Action=GetCallerIdentity");
        let (mut parts, ()) = Request::post("http://h/").body(()).expect("a request").into_parts();
        let (now, credentials) = (clock().now(), &credentials);
        let params = SigningParams { credentials, region, service: "sts", now, keys: None };
        sign(&mut parts, &body, &params).expect("signed");
        let answered = sts.clone().oneshot(Request::from_parts(parts, body)).await;
        assert_eq!(answered.unwrap_or_else(|never| match never {}).status(), status, "{region}");
    }
}

//! What comes over the wire and is not as it should be.

use alluvium_iam::{AuthMode, Authenticator, Iam, IamService, StsService};
use bytes::Bytes;
use http::{Method, Request};
use http_body_util::BodyExt;
use tower::ServiceExt;

use crate::{ACCOUNT, clock};

const SIGNED: &str = "AWS4-HMAC-SHA256 Credential=AKIASTRANGER00000000/20260102/us-east-1/iam/aws4_request, \
                      SignedHeaders=host;x-amz-date, Signature=00";

/// Status and body of a request's answer, from a server that lets everybody in or not.
async fn send(mode: AuthMode, method: Method, authorization: Option<&str>, body: Vec<u8>) -> (u16, String) {
    let service = IamService::new(Authenticator::new(Iam::in_memory(clock(), ACCOUNT), mode));
    let mut request = Request::builder().method(method).uri("/").header("x-amz-date", "20260102T030405Z");
    if let Some(authorization) = authorization {
        request = request.header("authorization", authorization);
    }
    let request = request.body(Bytes::from(body)).expect("a request");
    let response = service.oneshot(request).await.unwrap_or_else(|never| match never {});
    let status = response.status().as_u16();
    let bytes = response.into_body().collect().await.expect("a body").to_bytes();
    (status, String::from_utf8(bytes.to_vec()).expect("UTF-8"))
}

async fn code(mode: AuthMode, authorization: Option<&str>, body: &[u8]) -> (u16, String) {
    let (status, body) = send(mode, Method::POST, authorization, body.to_vec()).await;
    let code = body.split("<Code>").nth(1).and_then(|rest| rest.split("</Code>").next()).unwrap_or("none");
    (status, code.to_owned())
}

#[tokio::test]
async fn what_is_no_request_gets_an_error_with_a_code() {
    let deep = format!("Action=ListUsers&{}=1", "a.".repeat(100));
    let wide = format!("Action=ListUsers{}", "&a=1".repeat(10_000));
    for (mode, authorization, body, expected) in [
        (AuthMode::Enforce, None, "Action=ListUsers", (403, "MissingAuthenticationToken")),
        (AuthMode::Any, None, "Action=ListUsers", (403, "MissingAuthenticationToken")),
        (AuthMode::Enforce, Some(SIGNED), "Action=ListUsers", (403, "InvalidClientTokenId")),
        (AuthMode::Enforce, Some("Bearer x"), "Action=ListUsers", (400, "IncompleteSignature")),
        (AuthMode::Any, Some(SIGNED), "", (400, "MissingAction")),
        (AuthMode::Any, Some(SIGNED), "Action=Nonsense%3C", (400, "InvalidAction")),
        (AuthMode::Any, Some(SIGNED), "Action=CreateUser", (400, "ValidationError")),
        (
            AuthMode::Any,
            Some(SIGNED),
            "Action=CreateUser&UserName=a&UserName.member.1=b",
            (400, "MalformedQueryString"),
        ),
        (AuthMode::Any, Some(SIGNED), "Action=CreateUser&UserName.member.1=b", (400, "ValidationError")),
        (
            AuthMode::Any,
            Some(SIGNED),
            "Action=CreateUser&UserName=a&Tags.member.1=b",
            (400, "ValidationError"),
        ),
        (AuthMode::Any, Some(SIGNED), "Action=ListUsers&Marker=%21%21", (400, "ValidationError")),
        (AuthMode::Any, Some(SIGNED), "Action=GetUser&UserName=nobody", (404, "NoSuchEntity")),
        (AuthMode::Any, Some(SIGNED), "Action=CreateAccessKey", (400, "ValidationError")),
        (AuthMode::Any, Some(SIGNED), &deep, (400, "MalformedQueryString")),
        (AuthMode::Any, Some(SIGNED), &wide, (400, "MalformedQueryString")),
        (AuthMode::Any, Some(SIGNED), "Action=ListUsers", (200, "none")),
    ] {
        let expected = (expected.0, expected.1.to_owned());
        assert_eq!(code(mode, authorization, body.as_bytes()).await, expected, "{body:.60}");
    }
    let (status, _) = send(AuthMode::Any, Method::POST, Some(SIGNED), vec![b'a'; 2 * 1024 * 1024]).await;
    assert_eq!(status, 413);
    let (status, _) = send(AuthMode::Any, Method::PUT, Some(SIGNED), Vec::new()).await;
    assert_eq!(status, 405);
}

#[tokio::test]
async fn names_and_limits_are_told_in_awss_words() {
    for (body, expected) in [
        (
            "Action=CreateUser&UserName=a/b",
            "The specified value for userName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-",
        ),
        (
            "Action=CreateUser",
            "1 validation error detected: Value at &apos;userName&apos; failed to satisfy constraint: Member must not be null",
        ),
        (
            "Action=ListUsers&MaxItems=0&PathPrefix=x",
            "2 validation errors detected: Value &apos;x&apos; at &apos;pathPrefix&apos; failed to satisfy constraint: Member must \
             satisfy regular expression pattern: \\u002F[\\u0021-\\u007F]*; Value &apos;0&apos; at &apos;maxItems&apos; failed to \
             satisfy constraint: Member must have value greater than or equal to 1",
        ),
        (
            "Action=CreateUser&UserName=ada&PermissionsBoundary=arn:aws:iam::aws:policy/Nonsense",
            "Policy arn:aws:iam::aws:policy/Nonsense does not exist or is not attachable.",
        ),
    ] {
        let (_, answer) = send(AuthMode::Any, Method::POST, Some(SIGNED), body.as_bytes().to_vec()).await;
        let message = answer.split("<Message>").nth(1).and_then(|rest| rest.split("</Message>").next());
        assert_eq!(message, Some(expected), "{body}");
    }
}

#[tokio::test]
async fn operations_that_are_not_served_say_so() {
    let service = StsService::new(Authenticator::new(Iam::in_memory(clock(), ACCOUNT), AuthMode::Any));
    let request = Request::post("/").header("authorization", SIGNED.replace("/iam/", "/sts/"));
    let request = request.header("x-amz-date", "20260102T030405Z");
    let request = request.body(Bytes::from_static(b"Action=GetFederationToken")).expect("a request");
    let response = service.oneshot(request).await.unwrap_or_else(|never| match never {});
    let bytes = response.into_body().collect().await.expect("a body").to_bytes();
    let text = String::from_utf8(bytes.to_vec()).expect("UTF-8");
    assert!(text.contains("Could not find operation GetFederationToken for version 2011-06-15"), "{text}");
}

#[tokio::test]
async fn a_simulation_knows_what_it_is_told_and_both_sides_of_accounts() {
    let identity = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"kinesis:*","Resource":"*",
        "Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}}"#;
    let resource = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"111111111111"},
        "Action":"kinesis:*","Resource":"*"}}"#;
    let inside = [
        ("ContextEntries.member.1.ContextKeyName", "aws:SourceIp"),
        ("ContextEntries.member.1.ContextKeyType", "ip"),
        ("ContextEntries.member.1.ContextKeyValues.member.1", "10.1.2.3"),
    ];
    let other_account = [
        ("CallerArn", "arn:aws:iam::111111111111:user/bob"),
        ("ResourceOwner", "arn:aws:iam::000000000000:root"),
    ];
    let with_policy = [("ResourcePolicy", resource)];
    let none: &[(&str, &str)] = &[];
    for (told, account, policy, expected) in [
        (none, none, none, "implicitDeny"),
        (&inside, none, none, "allowed"),
        (&inside, &other_account, none, "implicitDeny"),
        (&inside, &other_account, &with_policy, "allowed"),
        (none, &other_account, &with_policy, "implicitDeny"),
    ] {
        let fixed = [
            ("Action", "SimulateCustomPolicy"),
            ("PolicyInputList.member.1", identity),
            ("ActionNames.member.1", "kinesis:PutRecord"),
            ("ResourceArns.member.1", "arn:aws:kinesis:us-east-1:000000000000:stream/orders"),
        ];
        let pairs = fixed.iter().chain(told).chain(account).chain(policy);
        let encoded =
            |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat();
        let form =
            pairs.map(|(name, value)| format!("{name}={}", encoded(value))).collect::<Vec<_>>().join("&");
        let (status, answer) = send(AuthMode::Any, Method::POST, Some(SIGNED), form.into_bytes()).await;
        assert_eq!(status, 200, "{answer}");
        let decision = answer.split("<EvalDecision>").nth(1).and_then(|rest| rest.split("</").next());
        assert_eq!(decision, Some(expected), "{told:?} {account:?} {policy:?}");
    }
}

#[tokio::test]
async fn a_simulation_that_would_take_long_is_refused_and_a_page_of_it_is_not() {
    let wild = format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":"*","Resource":"arn:{}b"}}}}"#,
        "*a".repeat(30_000)
    );
    let resource = "a".repeat(2_000);
    let pair = |n| format!("&ActionNames.member.{n}=kinesis:A{n}&ResourceArns.member.{n}={resource}");
    let pairs = (1..=100).map(pair).collect::<Vec<_>>().concat();
    let form = format!("Action=SimulateCustomPolicy&PolicyInputList.member.1={wild}{pairs}");
    let (status, answer) = send(AuthMode::Any, Method::POST, Some(SIGNED), form.clone().into_bytes()).await;
    assert_eq!(status, 400, "{answer}");
    assert!(answer.contains("<Code>InvalidInput</Code>") && answer.contains("MaxItems"), "{answer}");
    let (status, answer) =
        send(AuthMode::Any, Method::POST, Some(SIGNED), format!("{form}&MaxItems=1").into_bytes()).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer.matches("<EvalDecision>").count(), 1);
}

#[tokio::test]
async fn the_details_of_an_account_come_in_pages_and_by_kind() {
    let form = "Action=GetAccountAuthorizationDetails&Filter.member.1=AWSManagedPolicy&MaxItems=5";
    let (mut seen, mut marker) = (Vec::new(), String::new());
    loop {
        let (status, answer) =
            send(AuthMode::Any, Method::POST, Some(SIGNED), format!("{form}{marker}").into_bytes()).await;
        assert_eq!(status, 200, "{answer}");
        let names = answer.split("<PolicyName>").skip(1).filter_map(|rest| rest.split("</").next());
        let names: Vec<String> = names.map(ToOwned::to_owned).collect();
        assert!((1..=5).contains(&names.len()), "{answer}");
        assert_eq!(answer.matches("<PolicyVersionList>").count(), names.len(), "{answer}");
        seen.extend(names);
        let Some(next) = answer.split("<Marker>").nth(1).and_then(|rest| rest.split("</").next()) else {
            break;
        };
        marker = format!("&Marker={next}");
    }
    assert_eq!(seen.len(), 12, "those of docs/access.md: {seen:?}");
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 12, "each once: {seen:?}");
}

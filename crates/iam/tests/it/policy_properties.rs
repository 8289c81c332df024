//! Whatever comes as a policy or as a form is taken or refused, and nothing breaks; wildcards match as their definition has it.

use alluvium_iam::{
    AccessRequest, AuthMode, Authenticator, Authorizer, Caller, Iam, IamService, IdentityPolicy,
    ResourcePolicy, TrustPolicy, matches_pattern,
};
use bytes::Bytes;
use http::Request;
use http_body_util::BodyExt;
use proptest::prelude::*;
use tower::ServiceExt;

use crate::{ACCOUNT, clock};

const SEED: &str = r#"{"Version":"2012-10-17","Statement":[{"Sid":"a","Effect":"Allow","Principal":{"AWS":"*"},
"Action":["kinesis:Put*"],"NotResource":"arn:aws:kinesis:*:*:stream/${aws:username, 'x'}-?","Condition":{
"ForAnyValue:StringLikeIfExists":{"aws:TagKeys":["a","b*"]},"IpAddress":{"aws:SourceIp":"10.0.0.0/8"},
"DateGreaterThan":{"aws:CurrentTime":"2026-01-01T00:00:00Z"},"Null":{"aws:TokenIssueTime":true}}}]}"#;
const FORM: &str = "Action=CreateRole&RoleName=a&Path=%2Fx%2F&Tags.member.1.Key=k&Tags.member.1.Value=v&MaxSessionDuration=3600";

/// A text with some bytes changed, and where UTF-8 broke, mended.
fn changed(seed: &str, changes: &[(prop::sample::Index, u8)]) -> String {
    let mut bytes = seed.as_bytes().to_vec();
    for (index, byte) in changes {
        let at = index.index(bytes.len());
        match byte % 3 {
            0 => bytes[at] = *byte,
            1 => bytes.insert(at, *byte),
            _ if bytes.len() > 1 => drop(bytes.remove(at)),
            _ => {}
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The definition of wildcards, slow and plain.
fn matches_slowly(pattern: &[char], text: &[char]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some(('*', rest)) => (0..=text.len()).any(|skipped| matches_slowly(rest, &text[skipped..])),
        Some(('?', rest)) => !text.is_empty() && matches_slowly(rest, &text[1..]),
        Some((char, rest)) => text.first() == Some(char) && matches_slowly(rest, &text[1..]),
    }
}

proptest! {
    #[test]
    fn any_change_of_a_policy_is_taken_or_refused_with_a_place(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
    ) {
        let text = changed(SEED, &changes);
        for error in [IdentityPolicy::parse(&text).err(), TrustPolicy::parse(&text).err()].into_iter().flatten() {
            prop_assert!(!error.place.is_empty() && !error.what.is_empty());
        }
        if let Ok(policy) = ResourcePolicy::parse(&text) {
            let authorizer = Authorizer::new(Iam::in_memory(clock(), ACCOUNT), AuthMode::Enforce);
            let request = AccessRequest::new("kinesis:PutRecord", "arn:aws:kinesis:us-east-1:000000000000:stream/a-1");
            let _ = authorizer.authorize(&Caller::anonymous(), &request, Some(&policy));
        }
    }

    #[test]
    fn wildcards_match_as_they_are_defined(pattern in "[ab*?\u{20ac}]{0,8}", text in "[ab\u{20ac}]{0,8}") {
        let chars = |text: &str| text.chars().collect::<Vec<_>>();
        prop_assert_eq!(matches_pattern(&pattern, &text), matches_slowly(&chars(&pattern), &chars(&text)));
    }

    #[test]
    fn any_form_is_answered_with_xml(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
    ) {
        let form = changed(FORM, &changes);
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let body = runtime.block_on(async {
            let service = IamService::new(Authenticator::new(Iam::in_memory(clock(), ACCOUNT), AuthMode::Any));
            let signed = "AWS4-HMAC-SHA256 Credential=AKIASTRANGER00000000/20260102/us-east-1/iam/aws4_request, \
                          SignedHeaders=host;x-amz-date, Signature=00";
            let request = Request::post("/").header("authorization", signed).header("x-amz-date", "20260102T030405Z");
            let request = request.body(Bytes::from(form)).expect("a request");
            let response = service.oneshot(request).await.unwrap_or_else(|never| match never {});
            response.into_body().collect().await.expect("a body").to_bytes()
        });
        prop_assert!(body.starts_with(b"<") && body.ends_with(b">\n"), "{:?}", body);
    }
}

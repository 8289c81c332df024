//! What users may do by their own policies, and which policy an error names.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use alluvium_iam::{
    ADMINISTRATOR_ACCESS, AccessRequest, AuthMode, Authenticator, Authorizer, Caller, ClientConnection,
    GivenPolicy, Iam, IamError, RequestContext, ResourcePolicy,
};
use alluvium_sigv4::{Credentials, SigningParams, sign};
use bytes::Bytes;
use http::Request;

use crate::{ACCOUNT, clock};

pub(crate) const STREAM: &str = "arn:aws:kinesis:us-east-1:000000000000:stream/orders";

/// Who signs with a key.
pub(crate) fn caller_with(iam: &Iam, credentials: &Credentials) -> Caller {
    let (mut parts, ()) = Request::post("http://127.0.0.1:4566/").body(()).expect("a request").into_parts();
    let now = clock().now();
    let params = SigningParams { credentials, region: "us-east-1", service: "kinesis", now, keys: None };
    let body = Bytes::new();
    sign(&mut parts, &body, &params).expect("signed");
    let authenticator = Authenticator::new(iam.clone(), AuthMode::Any);
    authenticator.authenticate(&parts.method, &parts.uri, &parts.headers, &body, "kinesis").expect("let in")
}

/// A user with these policies, as a caller.
fn user(iam: &Iam, name: &str, policies: &[&str]) -> Caller {
    iam.create_user(name).expect("created");
    for (index, policy) in policies.iter().enumerate() {
        iam.put_user_policy(name, &format!("p{index}"), policy).expect("put");
    }
    caller_with(iam, &iam.create_access_key(name).expect("created"))
}

/// A document of statements.
pub(crate) fn document(statements: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#)
}

/// `yes`, or the end of the message.
pub(crate) fn decision(
    iam: &Iam,
    caller: &Caller,
    request: &AccessRequest<'_>,
    policy: Option<&str>,
) -> String {
    let policy = policy.map(|text| ResourcePolicy::parse(text).expect("a policy"));
    let authorizer = Authorizer::new(iam.clone(), AuthMode::Enforce);
    match authorizer.authorize(caller, request, policy.as_ref()) {
        Ok(()) => "yes".to_owned(),
        Err(denied) => {
            let AccessRequest { action, resource, .. } = request;
            let head = format!(
                "User: {} is not authorized to perform: {action} on resource: {resource} ",
                caller.arn
            );
            denied.to_string().strip_prefix(&head).expect("the head").to_owned()
        }
    }
}

fn put() -> AccessRequest<'static> {
    AccessRequest::new("kinesis:PutRecord", STREAM)
}

const NONE_ALLOWS: &str = "because no identity-based policy allows the kinesis:PutRecord action";

#[tokio::test]
async fn a_user_without_policies_may_do_nothing_and_the_account_itself_everything() {
    let iam = Iam::in_memory(clock(), ACCOUNT);
    let ada = user(&iam, "ada", &[]);
    assert_eq!(decision(&iam, &ada, &put(), None), NONE_ALLOWS);
    iam.attach_user_policy("ada", "arn:aws:iam::aws:policy/AmazonKinesisReadOnlyAccess").expect("attached");
    assert_eq!(decision(&iam, &ada, &put(), None), NONE_ALLOWS);
    assert_eq!(decision(&iam, &ada, &AccessRequest::new("kinesis:ListShards", STREAM), None), "yes");
    iam.attach_user_policy("ada", ADMINISTRATOR_ACCESS).expect("attached");
    assert_eq!(decision(&iam, &ada, &put(), None), "yes");

    let stranger = Credentials::new("AKIASTRANGER00000000", "x".to_owned());
    assert_eq!(decision(&iam, &caller_with(&iam, &stranger), &put(), None), "yes");
    assert_eq!(
        decision(&iam, &Caller::anonymous(), &put(), None),
        "because no resource-based policy allows the kinesis:PutRecord action"
    );
}

#[tokio::test]
async fn a_provisioned_user_is_an_administrator_unless_policies_are_given() {
    let iam = Iam::in_memory(clock(), ACCOUNT);
    iam.provision_user("root-like", None).expect("made");
    let given = [
        GivenPolicy::Managed { arn: "arn:aws:iam::aws:policy/AmazonKinesisReadOnlyAccess".to_owned() },
        GivenPolicy::Inline {
            name: "put".to_owned(),
            document: document(&format!(
                r#"{{"Effect":"Allow","Action":"kinesis:PutRecord","Resource":"{STREAM}"}}"#
            )),
        },
    ];
    for _ in 0..2 {
        iam.provision_user("ada", Some(&given)).expect("made");
    }
    let admin = caller_with(&iam, &iam.create_access_key("root-like").expect("a key"));
    let ada = caller_with(&iam, &iam.create_access_key("ada").expect("a key"));
    let authorizer = Authorizer::new(iam.clone(), AuthMode::Enforce);
    assert!(authorizer.is_unrestricted(&admin));
    assert!(!authorizer.is_unrestricted(&ada));
    assert_eq!(decision(&iam, &ada, &put(), None), "yes");
    let delete = AccessRequest::new("kinesis:DeleteStream", STREAM);
    assert_eq!(
        decision(&iam, &ada, &delete, None),
        "because no identity-based policy allows the kinesis:DeleteStream action"
    );
    let at_once: Vec<_> = (0..4)
        .map(|_| {
            let iam = iam.clone();
            std::thread::spawn(move || iam.provision_user("bob", None))
        })
        .collect();
    for done in at_once {
        done.join().expect("ended").expect("made by one of them");
    }
    let unknown = [GivenPolicy::Managed { arn: "arn:aws:iam::aws:policy/Nonsense".to_owned() }];
    assert!(matches!(iam.provision_user("eve", Some(&unknown)), Err(IamError::NoSuchEntity(_))));
    assert!(iam.user("eve").is_none(), "a user is made with all policies or not at all");
}

#[tokio::test]
async fn an_explicit_deny_wins_wherever_it_stands() {
    let iam = Iam::in_memory(clock(), ACCOUNT);
    let everything = document(r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#);
    let no_puts = document(r#"{"Effect":"Deny","Action":"kinesis:Put*","Resource":"*"}"#);
    let ada = user(&iam, "ada", &[&everything, &no_puts]);
    let denied = "with an explicit deny in an identity-based policy";
    assert_eq!(decision(&iam, &ada, &put(), None), denied);
    let let_in = document(&format!(
        r#"{{"Effect":"Allow","Principal":{{"AWS":"{}"}},"Action":"*","Resource":"*"}}"#,
        ada.arn
    ));
    assert_eq!(decision(&iam, &ada, &put(), Some(&let_in)), denied);
    assert_eq!(decision(&iam, &ada, &AccessRequest::new("kinesis:GetRecords", STREAM), None), "yes");
    let bob = user(&iam, "bob", &[&everything]);
    let keep_out = document(r#"{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}"#);
    assert_eq!(
        decision(&iam, &bob, &put(), Some(&keep_out)),
        "with an explicit deny in a resource-based policy"
    );
}

#[tokio::test]
async fn a_resources_policy_is_enough_for_whom_it_names_and_not_for_their_account() {
    let iam = Iam::in_memory(clock(), ACCOUNT);
    let ada = user(&iam, "ada", &[]);
    for (principal, expected) in [
        (r#""*""#, "yes"),
        (r#"{"AWS":"arn:aws:iam::000000000000:user/ada"}"#, "yes"),
        (r#"{"AWS":"arn:aws:iam::000000000000:user/bob"}"#, NONE_ALLOWS),
        (r#"{"AWS":"000000000000"}"#, NONE_ALLOWS),
        (r#"{"Service":"apigateway.amazonaws.com"}"#, NONE_ALLOWS),
    ] {
        let policy = document(&format!(
            r#"{{"Effect":"Allow","Principal":{principal},"Action":"kinesis:PutRecord","Resource":"{STREAM}"}}"#
        ));
        assert_eq!(decision(&iam, &ada, &put(), Some(&policy)), expected, "{principal}");
    }
    let open = document(r#"{"Effect":"Allow","Principal":"*","Action":"execute-api:Invoke","Resource":"*"}"#);
    let invoke =
        AccessRequest::new("execute-api:Invoke", "arn:aws:execute-api:us-east-1:000000000000:a/test/GET/");
    assert_eq!(decision(&iam, &Caller::anonymous(), &invoke, Some(&open)), "yes");
}

#[tokio::test]
async fn conditions_ask_where_a_request_comes_from_and_when_and_what_it_is_about() {
    let iam = Iam::in_memory(clock(), ACCOUNT);
    iam.create_user("ada").expect("created");
    let ada = caller_with(&iam, &iam.create_access_key("ada").expect("a key"));
    let (parts, ()) =
        Request::post("/").header("user-agent", "Boto3/1.2 x").body(()).expect("ok").into_parts();
    let connection =
        ClientConnection { source_ip: IpAddr::V4(Ipv4Addr::new(203, 0, 113, 7)), secure_transport: true };
    let context = RequestContext::of_request(&parts)
        .from_connection(connection)
        .in_region("eu-west-1")
        .with("aws:RequestTag/Team", "blue")
        .with_all("aws:TagKeys", ["Team".to_owned(), "Cost".to_owned()])
        .with_resource_tags([("Stage", "prod")]);
    let request = put().in_context(&context);
    for (condition, holds) in [
        (r#""IpAddress":{"aws:SourceIp":["10.0.0.0/8","203.0.113.0/24"]}"#, true),
        (r#""NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}"#, false),
        (r#""Bool":{"aws:SecureTransport":"true"}"#, true),
        (r#""StringLike":{"aws:UserAgent":"Boto3/*"}"#, true),
        (r#""StringEquals":{"aws:RequestedRegion":"eu-west-1"}"#, true),
        (r#""StringEquals":{"aws:RequestTag/team":"blue"}"#, true),
        (r#""StringEquals":{"aws:ResourceTag/Stage":["dev","prod"]}"#, true),
        (r#""ForAllValues:StringEquals":{"aws:TagKeys":["Team","Cost","More"]}"#, true),
        (r#""ForAllValues:StringEquals":{"aws:TagKeys":["Team"]}"#, false),
        (r#""ForAnyValue:StringEquals":{"aws:TagKeys":["Team"]}"#, true),
        (r#""ForAnyValue:StringLike":{"aws:PrincipalTag/x":["*"]}"#, false),
        (r#""ForAllValues:StringLike":{"aws:PrincipalTag/x":["*"]}"#, true),
        (r#""DateGreaterThan":{"aws:CurrentTime":"2026-01-01T00:00:00Z"}"#, true),
        (r#""DateLessThan":{"aws:CurrentTime":"2026-01-01T00:00:00Z"}"#, false),
        (r#""NumericGreaterThan":{"aws:EpochTime":1767225600}"#, true),
        (r#""Null":{"aws:TokenIssueTime":"true","aws:MultiFactorAuthPresent":"true"}"#, true),
        (r#""Bool":{"aws:MultiFactorAuthPresent":"false"}"#, false),
        (r#""BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}"#, true),
        (r#""StringEquals":{"aws:ResourceAccount":"${aws:PrincipalAccount}"}"#, true),
        (r#""StringEquals":{"s3:prefix":"x"}"#, false),
        (r#""StringNotEquals":{"aws:SourceVpce":"vpce-1"}"#, true),
    ] {
        let policy = document(&format!(
            r#"{{"Effect":"Allow","Action":"kinesis:*","Resource":"*","Condition":{{{condition}}}}}"#
        ));
        iam.put_user_policy("ada", "p", &policy).expect(condition);
        let expected = if holds { "yes" } else { NONE_ALLOWS };
        assert_eq!(decision(&iam, &ada, &request, None), expected, "{condition}");
    }
}

#[tokio::test]
async fn variables_stand_for_the_caller() {
    let iam = Iam::in_memory(clock(), ACCOUNT);
    let own = document(
        r#"{"Effect":"Allow","Action":"kinesis:*","Resource":"arn:aws:kinesis:*:*:stream/${aws:username}-*"}"#,
    );
    let ada = user(&iam, "ada", &[&own]);
    for (stream, expected) in [("ada-1", "yes"), ("bob-1", NONE_ALLOWS), ("${aws:username}-1", NONE_ALLOWS)] {
        let arn = format!("arn:aws:kinesis:us-east-1:000000000000:stream/{stream}");
        assert_eq!(decision(&iam, &ada, &AccessRequest::new("kinesis:PutRecord", &arn), None), expected);
    }
}

#[tokio::test]
async fn nobody_who_was_deleted_and_nobody_of_the_same_name_has_their_rights() {
    let iam = Iam::in_memory(clock(), ACCOUNT);
    let ada = user(&iam, "ada", &[]);
    iam.attach_user_policy("ada", ADMINISTRATOR_ACCESS).expect("attached");
    assert_eq!(decision(&iam, &ada, &put(), None), "yes");
    let of_another = Caller {
        principal: alluvium_iam::Principal::User { name: "ada".into(), id: "AIDAOTHER".into() },
        ..ada
    };
    assert_eq!(decision(&iam, &of_another, &put(), None), NONE_ALLOWS);
}

#[tokio::test(start_paused = true)]
async fn a_policy_may_end_at_a_time() {
    let iam = Iam::in_memory(clock(), ACCOUNT);
    let until = document(
        r#"{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"DateLessThan":{"aws:CurrentTime":"2026-01-02T03:05:00Z"}}}"#,
    );
    let ada = user(&iam, "ada", &[&until]);
    assert_eq!(decision(&iam, &ada, &put(), None), "yes");
    tokio::time::advance(Duration::from_mins(1)).await;
    assert_eq!(decision(&iam, &ada, &put(), None), NONE_ALLOWS);
}

#[tokio::test]
async fn policies_that_could_not_be_enforced_are_refused_with_their_place() {
    let iam = Iam::in_memory(clock(), ACCOUNT);
    iam.create_user("ada").expect("created");
    let refused = |statement: &str| {
        let error = iam.put_user_policy("ada", "p", &document(statement)).expect_err(statement);
        assert!(matches!(error, IamError::MalformedPolicyDocument(_)), "{error}");
        error.to_string()
    };
    for (statement, expected) in [
        (
            r#"{"Effect":"Allow","Action":"kinesis:*"}"#,
            "Policy statement must contain resources. Statement[0].Resource: it is missing",
        ),
        (
            r#"{"Effect":"Allow","Resource":"*"}"#,
            "Policy statement must contain actions. Statement[0].Action: it is missing",
        ),
        (
            r#"{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}"#,
            "Policy document should not specify a principal. Statement[0].Principal: a policy of a user, group or role is \
             about its holder and names no principal",
        ),
        (
            r#"{"Effect":"Allow","Action":"PutRecord","Resource":"*"}"#,
            "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc. Statement[0].Action: \"PutRecord\" is \
             not of the form service:action",
        ),
        (
            r#"{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"kinesis:Color":"x"}}}"#,
            "Syntax errors in policy. Statement[0].Condition.StringEquals.kinesis:Color: this key is not known to this server",
        ),
        (
            r#"{"Effect":"Allow","Effect":"Deny","Action":"*","Resource":"*"}"#,
            "Syntax errors in policy. Policy: it is not JSON: the member \"Effect\" stands twice in an object at line 1 column 70",
        ),
        (
            r#"{"Sid":"a b","Effect":"Allow","Action":"*","Resource":"*"}"#,
            "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]* \
             Statement[0].Sid: \"a b\" has other characters than letters and digits",
        ),
        (
            r#"{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::${aws:Color}"}"#,
            "Syntax errors in policy. Statement[0].Resource: the variable ${aws:Color} is not known to this server",
        ),
        (
            r#"{"Sid":"a","Effect":"Allow","Action":"*","Resource":"*"},{"Sid":"a","Effect":"Allow","Action":"*","Resource":"*"}"#,
            "Statement IDs (SID) in a single policy must be unique. Statement[1].Sid: another statement is called \"a\" too",
        ),
    ] {
        assert_eq!(refused(statement), expected);
    }
    let long =
        document(&format!(r#"{{"Effect":"Allow","Action":"*","Resource":"arn:{}"}}"#, "x".repeat(2_048)));
    let error = iam.put_user_policy("ada", "p", &long).expect_err("too long");
    assert_eq!(error.to_string(), "Maximum policy size of 2048 bytes exceeded for user ada");
}

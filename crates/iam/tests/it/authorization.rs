//! What policies of resources say about callers, and which policies are no policies.

use alluvium_iam::{AccessRequest, AuthMode, Authorizer, Caller, Iam, Principal, ResourcePolicy};

use crate::{ACCOUNT, clock};

const STREAM: &str = "arn:aws:kinesis:us-east-1:000000000000:stream/orders";

fn user(account_id: &str, name: &str) -> Caller {
    Caller {
        arn: format!("arn:aws:iam::{account_id}:user/{name}").into(),
        account_id: account_id.into(),
        access_key_id: "AKIAIOSFODNN7EXAMPLE".into(),
        principal: Principal::User { name: name.into(), id: "AIDAEXAMPLE".into() },
    }
}

fn session(account_id: &str, role_name: &str) -> Caller {
    Caller {
        arn: format!("arn:aws:sts::{account_id}:assumed-role/{role_name}/alluvium").into(),
        account_id: account_id.into(),
        access_key_id: "ASIAIOSFODNN7EXAMPLE".into(),
        principal: Principal::AssumedRole {
            role_name: role_name.into(),
            role_id: "AROAEXAMPLE".into(),
            role_arn: format!("arn:aws:iam::{account_id}:role/{role_name}").into(),
            session_name: "alluvium".into(),
        },
    }
}

fn policy(statements: &str) -> ResourcePolicy {
    ResourcePolicy::parse(&format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#))
        .expect("a policy")
}

/// The decision about a request to the stream: `yes`, or the end of the message.
fn decision(caller: &Caller, action: &str, policy: Option<&ResourcePolicy>) -> String {
    let request = AccessRequest::new(action, STREAM);
    let authorizer = Authorizer::new(Iam::in_memory(clock(), ACCOUNT), AuthMode::Any);
    match authorizer.authorize(caller, &request, policy) {
        Ok(()) => "yes".to_owned(),
        Err(denied) => {
            let text = denied.to_string();
            let head =
                format!("User: {} is not authorized to perform: {action} on resource: {STREAM} ", caller.arn);
            text.strip_prefix(&head).expect("the head").to_owned()
        }
    }
}

const EXPLICIT: &str = "with an explicit deny in a resource-based policy";

#[test]
fn callers_of_the_account_may_do_everything_that_is_not_denied() {
    let ada = user(ACCOUNT, "ada");
    assert_eq!(decision(&ada, "kinesis:PutRecord", None), "yes");
    let deny = policy(
        r#"{"Effect":"Deny","Principal":"*","Action":"kinesis:Put*","Resource":"*"},
           {"Effect":"Allow","Principal":{"AWS":"000000000000"},"Action":"kinesis:*","Resource":"*"}"#,
    );
    assert_eq!(decision(&ada, "kinesis:PutRecord", Some(&deny)), EXPLICIT);
    assert_eq!(decision(&ada, "kinesis:GetRecords", Some(&deny)), "yes");
}

#[test]
fn callers_of_another_account_need_an_allow() {
    let bob = user("111111111111", "bob");
    let nobody = "because no resource-based policy allows the kinesis:PutRecord action";
    assert_eq!(decision(&bob, "kinesis:PutRecord", None), nobody);
    for (principal, expected) in [
        (r#""*""#, "yes"),
        (r#"{"AWS":"*"}"#, "yes"),
        (r#"{"AWS":"111111111111"}"#, "yes"),
        (r#"{"AWS":["222222222222","arn:aws:iam::111111111111:root"]}"#, "yes"),
        (r#"{"AWS":"arn:aws:iam::111111111111:user/bob"}"#, "yes"),
        (r#"{"AWS":"arn:aws:iam::111111111111:user/eve"}"#, nobody),
        (r#"{"AWS":"222222222222"}"#, nobody),
        (r#"{"Service":"lambda.amazonaws.com"}"#, nobody),
    ] {
        let allow = policy(&format!(
            r#"{{"Effect":"Allow","Principal":{principal},"Action":["kinesis:PutRecord"],"Resource":"{STREAM}"}}"#
        ));
        assert_eq!(decision(&bob, "kinesis:PutRecord", Some(&allow)), expected, "{principal}");
        assert_ne!(decision(&bob, "kinesis:GetRecords", Some(&allow)), "yes");
    }
}

#[test]
fn a_role_is_meant_by_its_own_arn_and_by_that_of_its_session() {
    let caller = session(ACCOUNT, "writer");
    for principal in
        ["arn:aws:iam::000000000000:role/writer", "arn:aws:sts::000000000000:assumed-role/writer/alluvium"]
    {
        let deny = policy(&format!(
            r#"{{"Effect":"Deny","Principal":{{"AWS":"{principal}"}},"Action":"*","Resource":"{STREAM}"}}"#
        ));
        assert_eq!(decision(&caller, "kinesis:PutRecord", Some(&deny)), EXPLICIT);
        assert_eq!(decision(&session(ACCOUNT, "reader"), "kinesis:PutRecord", Some(&deny)), "yes");
    }
    let others = policy(&format!(
        r#"{{"Effect":"Deny","NotPrincipal":{{"AWS":"arn:aws:iam::000000000000:role/writer"}},"Action":"kinesis:*","Resource":"{STREAM}"}}"#
    ));
    assert_eq!(decision(&caller, "kinesis:PutRecord", Some(&others)), "yes");
    assert_eq!(decision(&user(ACCOUNT, "ada"), "kinesis:PutRecord", Some(&others)), EXPLICIT);
}

#[test]
fn an_account_beside_the_user_whom_a_deny_spares_spares_nobody_else() {
    let but = |principals: &str| {
        policy(&format!(
            r#"{{"Effect":"Deny","NotPrincipal":{{"AWS":{principals}}},"Action":"kinesis:*","Resource":"*"}}"#
        ))
    };
    let bob = but(r#"["arn:aws:iam::000000000000:user/bob","arn:aws:iam::000000000000:root"]"#);
    assert_eq!(decision(&user(ACCOUNT, "bob"), "kinesis:PutRecord", Some(&bob)), "yes");
    for other in [user(ACCOUNT, "eve"), session(ACCOUNT, "writer"), Caller::anonymous()] {
        assert_eq!(decision(&other, "kinesis:PutRecord", Some(&bob)), EXPLICIT, "{other:?}");
        assert_eq!(decision(&other, "kinesis:PutRecord", Some(&but(r#""000000000000""#))), EXPLICIT);
    }
    let account = Caller { principal: Principal::Account, ..user(ACCOUNT, "root") };
    assert_eq!(decision(&account, "kinesis:PutRecord", Some(&bob)), "yes");
    let allow = policy(
        r#"{"Effect":"Allow","NotPrincipal":{"AWS":"111111111111"},"Action":"kinesis:*","Resource":"*"}"#,
    );
    assert_ne!(decision(&user("111111111111", "eve"), "kinesis:PutRecord", Some(&allow)), "yes");
    assert_eq!(decision(&user("222222222222", "eve"), "kinesis:PutRecord", Some(&allow)), "yes");
}

#[test]
fn actions_and_resources_match_with_wildcards_and_without_case_for_actions() {
    let ada = user(ACCOUNT, "ada");
    for (what, expected) in [
        (r#""Action":"KINESIS:putrecord","Resource":"*""#, EXPLICIT),
        (r#""Action":"kinesis:?utRecord","Resource":"arn:aws:kinesis:*:*:stream/ord*""#, EXPLICIT),
        (r#""NotAction":"kinesis:Get*","Resource":"*""#, EXPLICIT),
        (r#""NotAction":"kinesis:Put*","Resource":"*""#, "yes"),
        (r#""Action":"*","Resource":"arn:aws:kinesis:us-east-1:000000000000:stream/Orders""#, "yes"),
        (r#""Action":"*","NotResource":"arn:aws:kinesis:us-east-1:000000000000:stream/orders""#, "yes"),
    ] {
        let deny = policy(&format!(r#"{{"Effect":"Deny","Principal":"*",{what}}}"#));
        assert_eq!(decision(&ada, "kinesis:PutRecord", Some(&deny)), expected, "{what}");
    }
}

#[test]
fn conditions_compare_what_is_known_of_the_caller() {
    let ada = user(ACCOUNT, "ada");
    for (condition, expected) in [
        (r#""StringEquals":{"aws:username":["eve","ada"]}"#, EXPLICIT),
        (r#""StringEquals":{"aws:username":"eve"}"#, "yes"),
        (r#""StringNotEquals":{"aws:PrincipalAccount":"111111111111"}"#, EXPLICIT),
        (r#""ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:user/a*"}"#, EXPLICIT),
        (r#""ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:user/a*"}"#, "yes"),
        (r#""StringEqualsIgnoreCase":{"aws:userid":"aidaexample"}"#, EXPLICIT),
        (r#""Null":{"aws:username":"true"}"#, "yes"),
        (r#""Null":{"aws:username":false}"#, EXPLICIT),
        (r#""StringEquals":{"aws:PrincipalType":"User","aws:username":"eve"}"#, "yes"),
    ] {
        let deny = policy(&format!(
            r#"{{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*","Condition":{{{condition}}}}}"#
        ));
        assert_eq!(decision(&ada, "kinesis:PutRecord", Some(&deny)), expected, "{condition}");
    }
    let no_name = policy(
        r#"{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*","Condition":{"StringEqualsIfExists":{"aws:username":"ada"}}}"#,
    );
    assert_eq!(decision(&session(ACCOUNT, "writer"), "kinesis:PutRecord", Some(&no_name)), EXPLICIT);
}

#[test]
fn what_is_no_policy_is_told_with_its_place() {
    let statement = |members: &str| format!(r#"{{"Version":"2012-10-17","Statement":[{{{members}}}]}}"#);
    for (text, expected) in [
        ("hello".to_owned(), "Policy: it is not JSON: expected value at line 1 column 1"),
        ("[]".to_owned(), "Policy: it has to be a JSON object"),
        ("{}".to_owned(), "Version: it is missing: \"2012-10-17\""),
        (r#"{"Version":"2020-01-01"}"#.to_owned(), "Version: \"2020-01-01\" is not \"2012-10-17\""),
        (r#"{"Version":"2012-10-17"}"#.to_owned(), "Statement: it is missing"),
        (
            r#"{"Version":"2012-10-17","Statement":[]}"#.to_owned(),
            "Statement: there are 0 statements, it takes 1 to 200",
        ),
        (statement(""), "Statement[0].Effect: it is missing"),
        (statement(r#""Effect":"allow""#), "Statement[0].Effect: \"allow\" is not Allow or Deny"),
        (statement(r#""Effect":"Allow""#), "Statement[0].Principal: it is missing"),
        (
            statement(r#""Effect":"Allow","Principal":"ada""#),
            "Statement[0].Principal: it has to be \"*\" or an object such as {\"AWS\": ..}",
        ),
        (
            statement(r#""Effect":"Allow","Principal":{"AWS":"ada"}"#),
            "Statement[0].Principal.AWS: \"ada\" is not an account id, the ARN of a user or role, or *",
        ),
        (statement(r#""Effect":"Allow","Principal":"*""#), "Statement[0].Action: it is missing"),
        (
            statement(r#""Effect":"Allow","Principal":"*","Action":"PutRecord""#),
            "Statement[0].Action: \"PutRecord\" is not of the form service:action",
        ),
        (
            statement(r#""Effect":"Allow","Principal":"*","Action":"*""#),
            "Statement[0].Resource: it is missing",
        ),
        (
            statement(r#""Effect":"Allow","Principal":"*","Action":"*","Resource":"orders""#),
            "Statement[0].Resource: \"orders\" is not an ARN or *",
        ),
        (
            statement(r#""Effect":"Allow","Principal":"*","Action":"*","Resource":"*","Acton":"*""#),
            "Statement[0]: it has an unknown member \"Acton\"",
        ),
        (
            statement(
                r#""Effect":"Allow","Principal":"*","Action":"*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8/1"}}"#,
            ),
            "Statement[0].Condition.IpAddress.aws:SourceIp: \"10.0.0.0/8/1\" is not an address such as 203.0.113.0/24 or 2001:db8::/32",
        ),
        (
            statement(
                r#""Effect":"Allow","Principal":"*","Action":"*","Resource":"*","Condition":{"StringSounds":{"aws:username":"ada"}}"#,
            ),
            "Statement[0].Condition.StringSounds.aws:username: the operator StringSounds is not known to this server",
        ),
        (
            statement(
                r#""Effect":"Allow","Principal":"*","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:Weather":"x"}}"#,
            ),
            "Statement[0].Condition.StringEquals.aws:Weather: this key is not known to this server",
        ),
        (format!("\"{}\"", " ".repeat(20 * 1024)), "Policy: it has 20482 bytes, at most 20480 are allowed"),
    ] {
        assert_eq!(ResourcePolicy::parse(&text).expect_err(&text).to_string(), expected);
    }
}

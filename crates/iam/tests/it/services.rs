//! Services that act as roles, and who may hand a role to a service.

use alluvium_iam::{
    API_GATEWAY, AccessRequest, AuthMode, Authorizer, GivenPolicy, Iam, IamError, TrustPolicy,
};

use crate::identity_policies::{STREAM, caller_with, decision, document};
use crate::{ACCOUNT, clock};

#[tokio::test]
async fn the_role_of_the_exercise_may_do_what_its_policy_says_and_no_more() {
    let iam = Iam::in_memory(clock(), ACCOUNT);
    let arn =
        iam.create_role("abc-kinesis-access-role", &TrustPolicy::of_service(API_GATEWAY)).expect("created");
    let gateway = caller_with(&iam, &iam.role_credentials(&arn).expect("trusted"));
    let put = AccessRequest::new("kinesis:PutRecord", STREAM);
    assert_eq!(
        decision(&iam, &gateway, &put, None),
        "because no identity-based policy allows the kinesis:PutRecord action"
    );
    let any = Authorizer::new(iam.clone(), AuthMode::Any);
    let denied =
        any.authorize(&gateway, &put, None).expect_err("a service is held to its role in every mode");
    assert_eq!(
        denied.to_string(),
        "User: arn:aws:sts::000000000000:assumed-role/abc-kinesis-access-role/BackplaneAssumeRoleSession is not authorized to \
         perform: kinesis:PutRecord on resource: arn:aws:kinesis:us-east-1:000000000000:stream/orders because no \
         identity-based policy allows the kinesis:PutRecord action"
    );
    iam.attach_role_policy("abc-kinesis-access-role", "arn:aws:iam::aws:policy/AmazonKinesisFullAccess")
        .expect("attached");
    assert_eq!(decision(&iam, &gateway, &put, None), "yes");
    any.authorize(&gateway, &put, None).expect("allowed");
}

#[tokio::test]
async fn a_service_acts_only_as_a_role_that_trusts_it() {
    let iam = Iam::in_memory(clock(), ACCOUNT);
    let arn = iam.create_role("worker", &TrustPolicy::of_service("lambda.amazonaws.com")).expect("created");
    let error = iam.role_credentials(&arn).expect_err("not trusted");
    assert!(matches!(error, IamError::NotTrusted { .. }), "{error}");
    assert_eq!(
        error.to_string(),
        "apigateway.amazonaws.com may not act as the role arn:aws:iam::000000000000:role/worker: its trust policy has to allow \
         sts:AssumeRole to {\"Service\": \"apigateway.amazonaws.com\"}"
    );
    iam.update_assume_role_policy("worker", &TrustPolicy::of_service(API_GATEWAY)).expect("changed");
    iam.role_credentials(&arn).expect("trusted");
    iam.update_assume_role_policy("worker", &TrustPolicy::of_service("lambda.amazonaws.com"))
        .expect("changed");
    iam.role_credentials(&arn).expect_err("no longer trusted");
    iam.assume_role_as_service(&arn, "lambda.amazonaws.com").expect("trusted");
}

#[tokio::test]
async fn a_role_is_passed_by_whoever_may_pass_it() {
    let iam = Iam::in_memory(clock(), ACCOUNT);
    let to_gateway = document(
        r#"{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::*:role/api-*","Condition":{"StringEquals":{"iam:PassedToService":"apigateway.amazonaws.com"}}}"#,
    );
    let given = [GivenPolicy::Inline { name: "pass".to_owned(), document: to_gateway }];
    iam.provision_user("ada", Some(&given)).expect("made");
    let ada = caller_with(&iam, &iam.create_access_key("ada").expect("a key"));
    let authorizer = Authorizer::new(iam.clone(), AuthMode::Enforce);
    let role = "arn:aws:iam::000000000000:role/api-writer";
    authorizer.may_pass_role(&ada, role, API_GATEWAY).expect("allowed");
    assert_eq!(
        authorizer.may_pass_role(&ada, role, "lambda.amazonaws.com").expect_err("denied").to_string(),
        "User: arn:aws:iam::000000000000:user/ada is not authorized to perform: iam:PassRole on resource: \
         arn:aws:iam::000000000000:role/api-writer because no identity-based policy allows the iam:PassRole action"
    );
    authorizer.may_pass_role(&ada, "arn:aws:iam::000000000000:role/admin", API_GATEWAY).expect_err("denied");
    let any = Authorizer::new(iam, AuthMode::Any);
    any.may_pass_role(&ada, role, "lambda.amazonaws.com").expect("nobody is held to policies");
}

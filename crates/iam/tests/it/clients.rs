//! AWS's own clients against the services: boto3 through the exercise and through Terraform's order of calls, and the AWS CLI.

use std::path::{Path, PathBuf};

use alluvium_testkit::python;
use serde_json::{Value, json};

use crate::listener::Listener;

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests").join(name)
}

/// Runs a script of the folder `tests` as the administrator, on a thread that may wait, and reads the JSON that it prints.
async fn run(listener: &Listener, name: &'static str, arguments: Vec<String>) -> Option<Value> {
    let python = python()?;
    let environment = listener.environment();
    let finished = tokio::task::spawn_blocking(move || {
        let environment: Vec<(&str, &str)> =
            environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        python.script(&script(name), &arguments, &environment)
    });
    Some(finished.await.expect("the script ends").json())
}

pub(crate) async fn observed(
    listener: &Listener,
    name: &'static str,
    arguments: Vec<String>,
) -> Option<Value> {
    run(listener, name, arguments).await
}

#[tokio::test]
async fn boto3_makes_users_roles_and_policies_that_are_in_force() {
    let listener = Listener::start().await;
    let Some(seen) = run(&listener, "iam_boto3.py", Vec::new()).await else { return };
    assert_eq!(
        seen["identity"],
        json!({"Arn": "arn:aws:iam::000000000000:user/admin", "Account": "000000000000"})
    );
    assert_eq!(
        seen["user"],
        json!({"Path": "/team/", "Arn": "arn:aws:iam::000000000000:user/team/ada", "Tags": [{"Key": "team", "Value": "blue"}]})
    );
    assert_eq!(
        seen["denied"],
        "AccessDenied 403 User: arn:aws:iam::000000000000:user/team/ada is not authorized to perform: iam:ListUsers on resource: \
         arn:aws:iam::000000000000:user/ because no identity-based policy allows the iam:ListUsers action"
    );
    assert_eq!(seen["own_user"], "ada");
    assert_eq!(seen["session"], "arn:aws:sts::000000000000:assumed-role/writer/s1");
    assert_eq!(seen["session_may_list_roles"], true);
    assert_eq!(
        seen["limited_session"],
        "AccessDenied 403 User: arn:aws:sts::000000000000:assumed-role/writer/s2 is not authorized to perform: iam:ListRoles on \
         resource: arn:aws:iam::000000000000:role/ because no session policy allows the iam:ListRoles action"
    );
    assert_eq!(
        seen["not_trusted"],
        "AccessDenied 403 User: arn:aws:iam::000000000000:user/team/ada is not authorized to perform: sts:AssumeRole on resource: \
         arn:aws:iam::000000000000:role/api because no role trust policy allows the sts:AssumeRole action"
    );
    assert_eq!(
        seen["without_external_id"].as_str().map(|text| &text[..16]),
        Some("AccessDenied 403"),
        "{seen}"
    );
    assert_eq!(
        seen["too_long"],
        "ValidationError 400 The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
    );
    assert_eq!(
        seen["document"],
        json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "iam:GetUser", "Resource": "*"}]})
    );
    assert_eq!(seen["versions"], json!([["v2", true], ["v1", false]]));
    assert_eq!(seen["pages"], json!({"pages": 3, "names": ["ada", "admin", "u1", "u2", "u3"]}));
    check_refusals(&seen);
    assert_eq!(seen["left"], json!({"users": ["admin"], "roles": [], "policies": []}));
    assert_eq!(listener.iam.users().len(), 1);
}

fn check_refusals(seen: &Value) {
    assert_eq!(
        seen["simulated"],
        json!([
            ["kinesis:PutRecord", "allowed"],
            ["kinesis:DeleteStream", "explicitDeny"],
            ["iam:ListUsers", "implicitDeny"]
        ])
    );
    assert_eq!(
        seen["conflicts"],
        json!([
            "DeleteConflict 409 Cannot delete entity, must detach all policies first.",
            "DeleteConflict 409 Cannot delete a policy attached to entities.",
            "EntityAlreadyExists 409 Role with name writer already exists.",
            "NoSuchEntity 404 The user with name nobody cannot be found.",
            "NoSuchEntity 404 Policy arn:aws:iam::aws:policy/Nonsense does not exist or is not attachable.",
        ])
    );
    assert_eq!(
        seen["malformed"],
        "MalformedPolicyDocument 400 Policy statement must contain resources. Statement[0].Resource: it is missing"
    );
    assert_eq!(
        seen["invalid_principal"],
        "MalformedPolicyDocument 400 Invalid principal in policy. Principal: \"AWS\":\"arn:aws:iam::000000000000:user/ghost\" is \
         nobody in this account"
    );
    assert_eq!(
        seen["inactive"],
        "InvalidClientTokenId 403 The security token included in the request is invalid."
    );
    assert_eq!(
        seen["wrong_secret"].as_str().map(|text| &text[..25]),
        Some("SignatureDoesNotMatch 403"),
        "{seen}"
    );
}

#[tokio::test]
async fn the_aws_cli_makes_a_role_for_the_gateway() {
    let listener = Listener::start().await;
    let Some(python) = python() else { return };
    let environment = listener.environment();
    let run = move |arguments: &[&str]| {
        let mut command = python.tool("aws");
        let output =
            command.args(arguments).envs(environment.iter().cloned()).output().expect("the CLI starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice::<Value>(&output.stdout).unwrap_or(Value::Null)
    };
    let seen = tokio::task::spawn_blocking(move || {
        let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"apigateway.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
        let made = run(&[
            "iam",
            "create-role",
            "--role-name",
            "kinesis-access",
            "--assume-role-policy-document",
            trust,
        ]);
        run(&[
            "iam",
            "attach-role-policy",
            "--role-name",
            "kinesis-access",
            "--policy-arn",
            "arn:aws:iam::aws:policy/AmazonKinesisFullAccess",
        ]);
        let attached = run(&["iam", "list-attached-role-policies", "--role-name", "kinesis-access"]);
        let identity = run(&["sts", "get-caller-identity"]);
        (made, attached, identity)
    });
    let (made, attached, identity) = seen.await.expect("the CLI ends");
    assert_eq!(made["Role"]["Arn"], "arn:aws:iam::000000000000:role/kinesis-access");
    assert_eq!(made["Role"]["AssumeRolePolicyDocument"]["Statement"][0]["Action"], "sts:AssumeRole");
    assert_eq!(attached["AttachedPolicies"][0]["PolicyName"], "AmazonKinesisFullAccess");
    assert_eq!(identity["Account"], "000000000000");
    listener.iam.role_credentials("arn:aws:iam::000000000000:role/kinesis-access").expect("trusted");
}

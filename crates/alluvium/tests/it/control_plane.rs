//! The REST API made by the tools that people make it with: the example's steps in boto3, Terraform's calls, the AWS CLI; with any
//! signature and with those of users alone.

use std::path::Path;

use alluvium_testkit::{Finished, Python, python, run};
use serde_json::{Value, json};

use crate::program::{Server, http, kinesis, text, workspace};

/// The user of the configuration below.
pub(crate) const ANA: [(&str, &str); 2] = [
    ("AWS_ACCESS_KEY_ID", "AKIAANAANAANAANAANA0"),
    ("AWS_SECRET_ACCESS_KEY", "ana+only/knows/this+secret+of+hers+00001"),
];
/// A key that nobody issued.
const ANYBODY: [(&str, &str); 2] =
    [("AWS_ACCESS_KEY_ID", "AKIAANYBODY0000000000"), ("AWS_SECRET_ACCESS_KEY", "any-secret-will-do")];

/// A server that answers ana alone, with what else `iam` says.
pub(crate) fn strict_server(dir: &Path, more: &str) -> Server {
    let config = dir.join("alluvium.yaml");
    let [(_, id), (_, secret)] = ANA;
    let text_of =
        format!("iam:\n  users:\n    - name: ana\n      access_key: {{id: {id}, secret: {secret}}}\n{more}");
    fs_err::write(&config, text_of).unwrap();
    Server::start(&dir.join("data"), &["-c", text(&config), "--creating-ms", "0"])
}

/// The AWS CLI against a server, as somebody.
pub(crate) struct Cli<'a> {
    pub(crate) python: &'a Python,
    pub(crate) endpoint: &'a str,
    pub(crate) environment: Vec<(&'a str, &'a str)>,
}

impl Cli<'_> {
    pub(crate) fn finished(&self, arguments: &[&str]) -> Finished {
        let mut command = self.python.tool("aws");
        command.args(["--endpoint-url", self.endpoint, "--output", "json"]).args(arguments);
        run(command.envs(self.environment.iter().copied()), b"")
    }

    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let done = self.finished(arguments);
        assert_eq!(done.code(), 0, "aws {arguments:?}: {}", done.stderr);
        if done.stdout.trim().is_empty() { Value::Null } else { done.json() }
    }
}

fn check_console_steps(python: &Python, server: &Server, key: &[(&str, &str)], more: &[&str]) {
    let script = workspace().join("examples/pinterest/console-steps.py");
    let mut arguments = vec!["--endpoint-url", &server.endpoint, "--user-id", "t1"];
    arguments.extend_from_slice(more);
    let done = python.script(&script, &arguments, key);
    assert_eq!(done.code(), 0, "{}", done.stderr);
    let seen = done.json();
    assert_eq!(seen["role_arn"], "arn:aws:iam::000000000000:role/t1-kinesis-access-role");
    assert_eq!(seen["listed"], json!(["streaming-t1-pin"]));
    assert_eq!((&seen["read"], &seen["failed"]), (&json!({"index": 7, "category": "art"}), &json!(0)));
    assert!(seen["put"]["SequenceNumber"].is_string(), "{seen}");
}

#[test]
fn the_steps_of_the_console_build_the_api_whoever_may_ask() {
    let Some(python) = python() else { return };
    let dir = tempfile::tempdir().unwrap();
    let open = Server::start(&dir.path().join("data"), &[]);
    check_console_steps(&python, &open, &ANYBODY, &["--create-role"]);

    let strict_dir = tempfile::tempdir().unwrap();
    // The role that the exercise names, as a configuration has it by its name alone.
    let strict = strict_server(strict_dir.path(), "  roles: [t1-kinesis-access-role]\n");
    let role = "arn:aws:iam::000000000000:role/t1-kinesis-access-role";
    check_console_steps(&python, &strict, &ANA, &["--role-arn", role, "--map-errors"]);
    let script = workspace().join("examples/pinterest/console-steps.py");
    let arguments = ["--endpoint-url", strict.endpoint.as_str(), "--user-id", "t1", "--role-arn", role];
    let refused = python.script(&script, &arguments, &ANYBODY);
    assert!(refused.stderr.contains("UnrecognizedClientException"), "{}", refused.stderr);
}

#[test]
fn terraforms_calls_find_what_they_wrote_and_leave_nothing() {
    let Some(python) = python() else { return };
    let dir = tempfile::tempdir().unwrap();
    let server = strict_server(dir.path(), "");
    let script = workspace().join("tests/terraform_calls.py");
    let done = python.script(&script, &[&server.endpoint, "t2"], &ANA);
    assert_eq!(done.code(), 0, "{}", done.stderr);
    let seen = done.json();
    assert_eq!(seen["drift"], json!({"apply": [], "update": []}));
    assert_eq!(
        seen["put"],
        json!({"apply": ["as-posted", {"index": 1}], "update": ["edited", {"index": 1}]})
    );
    assert_eq!(seen["delete_in_use"], "BadRequestException");
    assert_eq!((&seen["left"], &seen["roles_left"]), (&json!([]), &json!([])));
    for (phase, call, count) in [
        ("apply", "PutIntegration", 6),
        ("plan", "GetIntegrationResponse", 18),
        ("update", "UpdateIntegration", 3),
        ("destroy", "DeleteMethod", 6),
    ] {
        assert_eq!(seen["calls"][phase][call], count, "{phase} {call}: {}", seen["calls"]);
    }
}

#[test]
fn the_aws_cli_imports_deploys_tries_and_exports_an_api() {
    let Some(python) = python() else { return };
    let dir = tempfile::tempdir().unwrap();
    let server = strict_server(
        dir.path(),
        "  roles: [demo-kinesis-access-role]\nstreams: [{name: clicks, shard_count: 1}]\n",
    );
    let cli = Cli { python: &python, endpoint: &server.endpoint, environment: ANA.to_vec() };
    let definition = dir.path().join("api.yaml");
    let example = fs_err::read_to_string(workspace().join("examples/pinterest/api.yaml")).unwrap();
    let example =
        ["user_id=demo", "region=us-east-1", "account_id=000000000000"].iter().fold(example, |text, pair| {
            let (name, value) = pair.split_once('=').unwrap();
            text.replace(&format!("${{{name}}}"), value)
        });
    fs_err::write(&definition, example).unwrap();
    let body = format!("fileb://{}", text(&definition));
    let api = cli.json(&["apigateway", "import-rest-api", "--body", &body]);
    let id = api["id"].as_str().unwrap();
    assert_eq!(api["name"], "demo-kinesis-streams");
    cli.json(&["apigateway", "create-deployment", "--rest-api-id", id, "--stage-name", "prod"]);
    let resources = cli.json(&["apigateway", "get-resources", "--rest-api-id", id]);
    let record = resources["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|item| item["path"] == "/streams/{stream-name}/record")
        .and_then(|item| item["id"].as_str())
        .unwrap();
    let tried = cli.json(&[
        "apigateway",
        "test-invoke-method",
        "--rest-api-id",
        id,
        "--resource-id",
        record,
        "--http-method",
        "PUT",
        "--path-with-query-string",
        "/streams/clicks/record",
        "--body",
        "{\"Data\": {\"a\": 1}, \"PartitionKey\": \"p\"}",
    ]);
    assert_eq!(tried["status"], 200, "{tried}");
    assert!(tried["body"].as_str().unwrap().contains("SequenceNumber"), "{tried}");
    assert!(
        tried["log"].as_str().unwrap().contains("Endpoint request body after transformations"),
        "{tried}"
    );

    let exported = dir.path().join("exported.json");
    cli.json(&[
        "apigateway",
        "get-export",
        "--rest-api-id",
        id,
        "--stage-name",
        "prod",
        "--export-type",
        "oas30",
        "--parameters",
        "extensions=integrations",
        text(&exported),
    ]);
    let export: Value = serde_json::from_slice(&fs_err::read(&exported).unwrap()).unwrap();
    let put = &export["paths"]["/streams/{stream-name}/record"]["put"]["x-amazon-apigateway-integration"];
    assert_eq!(put["uri"], "arn:aws:apigateway:us-east-1:kinesis:action/PutRecord", "{export}");
    let body = format!("fileb://{}", text(&exported));
    let again = cli.json(&["apigateway", "import-rest-api", "--body", &body]);
    assert_ne!(again["id"], api["id"], "what was exported can be imported");

    let answer = http("GET", &format!("{}/_aws/execute-api/{id}/prod/streams", server.endpoint), &[], "");
    assert_eq!((answer.status, &answer.json()["StreamNames"]), (200, &json!(["clicks"])));
}

#[test]
fn the_aws_cli_makes_users_and_acts_as_roles() {
    let Some(python) = python() else { return };
    let dir = tempfile::tempdir().unwrap();
    let server = strict_server(dir.path(), "");
    let ana = Cli { python: &python, endpoint: &server.endpoint, environment: ANA.to_vec() };
    assert_eq!(ana.json(&["sts", "get-caller-identity"])["Arn"], "arn:aws:iam::000000000000:user/ana");

    ana.json(&["iam", "create-user", "--user-name", "bob"]);
    let key = ana.json(&["iam", "create-access-key", "--user-name", "bob"])["AccessKey"].clone();
    let bob = Cli {
        environment: vec![
            ("AWS_ACCESS_KEY_ID", key["AccessKeyId"].as_str().unwrap()),
            ("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"].as_str().unwrap()),
        ],
        ..ana
    };
    let refused = bob.finished(&["kinesis", "list-streams"]);
    let said = "User: arn:aws:iam::000000000000:user/bob is not authorized to perform: kinesis:ListStreams";
    assert!(
        refused.stderr.contains("AccessDeniedException") && refused.stderr.contains(said),
        "{}",
        refused.stderr
    );
    let refused = bob.finished(&["apigateway", "get-rest-apis"]);
    assert!(refused.stderr.contains("apigateway:GET"), "{}", refused.stderr);
    let read_only = "arn:aws:iam::aws:policy/AmazonKinesisReadOnlyAccess";
    let ana = Cli { python: &python, endpoint: &server.endpoint, environment: ANA.to_vec() };
    ana.json(&["iam", "attach-user-policy", "--user-name", "bob", "--policy-arn", read_only]);
    assert_eq!(bob.json(&["kinesis", "list-streams"])["StreamNames"], json!([]));

    let trust = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::000000000000:user/bob"}, "Action": "sts:AssumeRole"}]});
    let role = ana.json(&[
        "iam",
        "create-role",
        "--role-name",
        "maker",
        "--assume-role-policy-document",
        &trust.to_string(),
    ]);
    let role = role["Role"]["Arn"].as_str().unwrap().to_owned();
    let all = "arn:aws:iam::aws:policy/AmazonKinesisFullAccess";
    ana.json(&["iam", "attach-role-policy", "--role-name", "maker", "--policy-arn", all]);
    assert!(
        bob.finished(&["kinesis", "create-stream", "--stream-name", "s", "--shard-count", "1"])
            .stderr
            .contains("kinesis:CreateStream")
    );
    let session = bob.json(&["sts", "assume-role", "--role-arn", &role, "--role-session-name", "work"]);
    let credentials = &session["Credentials"];
    let maker = Cli {
        environment: vec![
            ("AWS_ACCESS_KEY_ID", credentials["AccessKeyId"].as_str().unwrap()),
            ("AWS_SECRET_ACCESS_KEY", credentials["SecretAccessKey"].as_str().unwrap()),
            ("AWS_SESSION_TOKEN", credentials["SessionToken"].as_str().unwrap()),
        ],
        ..ana
    };
    let who = maker.json(&["sts", "get-caller-identity"]);
    assert_eq!(who["Arn"], "arn:aws:sts::000000000000:assumed-role/maker/work");
    maker.json(&["kinesis", "create-stream", "--stream-name", "s", "--shard-count", "1"]);
    assert_eq!(bob.json(&["kinesis", "list-streams"])["StreamNames"], json!(["s"]));
}

#[test]
fn a_service_that_is_not_here_answers_in_its_clients_protocol() {
    let Some(python) = python() else { return };
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(&dir.path().join("data"), &[]);
    let cli = Cli { python: &python, endpoint: &server.endpoint, environment: ANYBODY.to_vec() };
    for (arguments, code) in [
        (["sns", "list-topics"], "InvalidAction"),
        (["dynamodb", "list-tables"], "UnknownOperationException"),
    ] {
        let refused = cli.finished(&arguments);
        let said = format!("({code}) when calling");
        assert!(refused.stderr.contains(&said), "{}", refused.stderr);
        assert!(refused.stderr.contains("is not served here; these are: apigateway"), "{}", refused.stderr);
    }
    let health = http("GET", &format!("{}/_alluvium/health", server.endpoint), &[], "").json();
    for service in ["apigateway", "cloudwatch", "execute-api", "iam", "kinesis", "sts"] {
        assert_eq!(health["services"][service], "embedded");
    }
    assert_eq!(kinesis(&server.endpoint, "ListStreams", &json!({})).status, 200);
}

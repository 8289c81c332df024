//! boto3, the AWS CLI and AWS's SDK for JavaScript against the built program.

use alluvium_testkit::{node, python, run};
use serde_json::json;

use crate::program::{Server, finished, text, workspace};
use crate::tls::{file, server_with_tls};

/// A key that nobody issued: a server without users answers any well-formed signature.
fn any_key() -> [(&'static str, &'static str); 2] {
    [("AWS_ACCESS_KEY_ID", "AKIAANYBODY0000000000"), ("AWS_SECRET_ACCESS_KEY", "any-secret-will-do")]
}

#[test]
fn boto3_creates_puts_reads_and_is_refused_as_by_aws() {
    let Some(python) = python() else { return };
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(&dir.path().join("data"), &[]);
    let done = python.script(&workspace().join("tests/kinesis_boto3.py"), &[&server.endpoint], &any_key());
    assert_eq!(done.code(), 0, "{}", done.stderr);
    let seen = done.json();
    let expected = serde_json::json!({
        "first_status": "CREATING",
        "streams": ["boto", "demand"],
        "shards": ["shardId-000000000000", "shardId-000000000001"],
        "arn": "arn:aws:kinesis:us-east-1:000000000000:stream/boto",
        "on_demand_shards": 4,
        "on_demand_mode": "ON_DEMAND",
        "sequence_digits": 56,
        "failed": 0,
        "read": 51,
        "first_data_kept": true,
        "ordered": true,
        "at_includes": true,
        "after_excludes": true,
        "latest_is_empty": true,
        "since_1970": true,
        "errors": {
            "create_twice": ["ResourceInUseException", 400],
            "unknown_stream": ["ResourceNotFoundException", 400],
            "unknown_shard": ["ResourceNotFoundException", 400],
            "bad_name": ["ValidationException", 400],
            "forged_iterator": ["InvalidArgumentException", 400],
            "bad_hash_key": ["ValidationException", 400],
            "too_large": ["ValidationException", 400],
            "too_many": ["ValidationException", 400],
            "not_built": ["UnknownOperationException", 400],
        },
        "after_delete": ["boto"],
    });
    for (key, value) in expected.as_object().unwrap() {
        assert_eq!(&seen[key], value, "{key}");
    }
}

#[test]
fn boto3_calls_every_operation_paginator_and_waiter() {
    let Some(python) = python() else { return };
    let dir = tempfile::tempdir().unwrap();
    let server = server_with_tls(&dir.path().join("data"));
    let authority = file("authority.pem");
    let endpoint = server.ready["tls_endpoint"].as_str().unwrap();
    let script = workspace().join("tests/kinesis_boto3_operations.py");
    let done = python.script(&script, &[endpoint, text(&authority)], &any_key());
    assert_eq!(done.code(), 0, "{}", done.stderr);
    let expected = json!({"called": 40, "not_called": [], "queues": "UnknownOperationException"});
    assert_eq!(done.json(), expected);
}

#[test]
fn the_sdk_for_javascript_reads_and_subscribes_over_http_2() {
    let Some(node) = node() else { return };
    let dir = tempfile::tempdir().unwrap();
    let server = server_with_tls(&dir.path().join("data"));
    let authority = file("authority.pem");
    let tls = server.ready["tls_endpoint"].as_str().unwrap();
    // Once without TLS and, on the same port, once with it.
    for (endpoint, stream) in [(server.endpoint.as_str(), "plain"), (tls, "tls")] {
        let mut command = node.script(&workspace().join("tests/kinesis_javascript.cjs"));
        command.args([endpoint, stream]).envs(any_key()).env("NODE_EXTRA_CA_CERTS", &authority);
        let done = run(&mut command, b"");
        assert_eq!(done.code(), 0, "{endpoint}: {}", done.stderr);
        let seen = done.json();
        let expected = json!({
            "handler": "NodeHttp2Handler",
            "waited": "SUCCESS",
            "failed": 0,
            "shards": ["shardId-000000000000", "shardId-000000000001"],
            "read": 60,
            "distinct": 60,
            "subscription": {"records": 31, "pushed": true, "continued": true, "children": 2},
            "open_after": 3,
            "unknown_stream":
                ["ResourceNotFoundException", 400, "Stream nowhere under account 000000000000 not found."],
            "bad_name": ["ValidationException", 400],
        });
        assert_eq!(seen, expected, "{endpoint}");
    }
}

#[test]
fn the_aws_cli_works_unchanged() {
    let Some(python) = python() else { return };
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(&dir.path().join("data"), &[]);
    let aws = |arguments: &[&str]| {
        let mut command = python.tool("aws");
        command
            .args(["--endpoint-url", &server.endpoint, "--output", "json", "kinesis"])
            .args(arguments)
            .envs(any_key());
        let done = run(&mut command, b"");
        assert_eq!(done.code(), 0, "aws kinesis {arguments:?}: {}", done.stderr);
        if done.stdout.trim().is_empty() { serde_json::Value::Null } else { done.json() }
    };
    aws(&["create-stream", "--stream-name", "cli", "--shard-count", "1"]);
    aws(&["wait", "stream-exists", "--stream-name", "cli"]);
    let put = aws(&["put-record", "--stream-name", "cli", "--partition-key", "p", "--data", "hello"]);
    assert_eq!(put["ShardId"], "shardId-000000000000");
    let iterator = aws(&[
        "get-shard-iterator",
        "--stream-name",
        "cli",
        "--shard-id",
        "shardId-000000000000",
        "--shard-iterator-type",
        "TRIM_HORIZON",
    ]);
    let records = aws(&["get-records", "--shard-iterator", iterator["ShardIterator"].as_str().unwrap()]);
    assert_eq!(records["Records"][0]["Data"], "aGVsbG8=");
    assert_eq!(records["Records"][0]["SequenceNumber"], put["SequenceNumber"]);
}

#[test]
fn with_users_configured_only_their_signatures_are_answered() {
    let Some(python) = python() else { return };
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(&dir.path().join("data"), &["--auth", "enforce"]);
    let mut command = python.tool("aws");
    command.args(["--endpoint-url", &server.endpoint, "kinesis", "list-streams"]).envs(any_key());
    let done = run(&mut command, b"");
    assert_ne!(done.code(), 0);
    assert!(done.stderr.contains("UnrecognizedClientException"), "{}", done.stderr);
    assert!(done.stderr.contains("security token included in the request is invalid"), "{}", done.stderr);
}

#[test]
fn users_in_the_configuration_turn_verification_on() {
    let Some(python) = python() else { return };
    let dir = tempfile::tempdir().unwrap();
    let config = dir.path().join("alluvium.yaml");
    fs_err::write(&config, "iam:\n  users: [ana]\n").unwrap();
    let server = Server::start(&dir.path().join("data"), &["-c", text(&config)]);
    let mut command = python.tool("aws");
    command.args(["--endpoint-url", &server.endpoint, "kinesis", "list-streams"]).envs(any_key());
    let done = run(&mut command, b"");
    assert!(done.stderr.contains("UnrecognizedClientException"), "{}", done.stderr);
}

#[test]
fn signatures_are_for_the_configured_region_and_for_iam_also_for_its_own() {
    let Some(python) = python() else { return };
    let dir = tempfile::tempdir().unwrap();
    let config = dir.path().join("alluvium.yaml");
    let (id, secret) = ("AKIAANAANAANAANAANA0", "a-secret-of-ana-for-regions");
    fs_err::write(
        &config,
        format!("region: eu-west-1\niam:\n  users:\n    - {{name: ana, access_key: {{id: {id}, secret: {secret}}}}}\n"),
    )
    .unwrap();
    let server = Server::start(&dir.path().join("data"), &["-c", text(&config)]);
    let ask = |region: &str, words: &[&str]| {
        let mut command = python.tool("aws");
        command.args(["--endpoint-url", &server.endpoint, "--region", region]).args(words);
        command.env("AWS_ACCESS_KEY_ID", id).env("AWS_SECRET_ACCESS_KEY", secret);
        run(&mut command, b"")
    };
    for words in
        [["kinesis", "list-streams"], ["apigateway", "get-rest-apis"], ["cloudwatch", "list-metrics"]]
    {
        let here = ask("eu-west-1", &words);
        assert_eq!(here.code(), 0, "{words:?}: {}", here.stderr);
        let elsewhere = ask("us-west-2", &words);
        assert_ne!(elsewhere.code(), 0, "{words:?} of another region is refused");
        assert!(elsewhere.stderr.contains("valid region"), "{words:?}: {}", elsewhere.stderr);
    }
    for region in ["eu-west-1", "us-east-1"] {
        let users = ask(region, &["iam", "list-users"]);
        assert_eq!(users.code(), 0, "IAM is of no region: {}", users.stderr);
    }
}

#[test]
fn http_2_with_prior_knowledge_answers_on_the_same_port() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(&dir.path().join("data"), &[]);
    let url = format!("{}/_alluvium/health", server.endpoint);
    let mut curl = std::process::Command::new("curl");
    curl.args([
        "--silent",
        "--http2-prior-knowledge",
        "--output",
        "/dev/null",
        "--write-out",
        "%{http_version} %{http_code}",
        &url,
    ]);
    if std::process::Command::new("curl").arg("--version").output().is_err() {
        eprintln!("passed over: there is no curl here");
        return;
    }
    assert_eq!(run(&mut curl, b"").stdout, "2 200");
}

#[test]
fn an_open_address_needs_keys_or_a_word() {
    let dir = tempfile::tempdir().unwrap();
    let refused = finished(&["serve", "--listen", "0.0.0.0:0", "--data-dir", text(&dir.path().join("data"))]);
    assert_eq!(refused.code(), 2, "{}", refused.stderr);
    assert!(
        refused.stderr.contains("--insecure") && refused.stderr.contains("enforce"),
        "{}",
        refused.stderr
    );
}

#[test]
fn serve_says_its_version_and_refuses_a_port_in_use() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(&dir.path().join("one"), &[]);
    let health = crate::program::http("GET", &format!("{}/_alluvium/health", server.endpoint), &[], "");
    assert_eq!(health.status, 200);
    assert_eq!(health.json()["version"], env!("CARGO_PKG_VERSION"));
    let address = server.endpoint.trim_start_matches("http://");
    let refused = finished(&["serve", "--listen", address, "--data-dir", text(&dir.path().join("two"))]);
    assert_eq!(refused.code(), 1, "{}", refused.stderr);
    assert!(refused.stderr.contains(address) && refused.stderr.contains("--listen"), "{}", refused.stderr);
    let locked = finished(&["serve", "--listen", "127.0.0.1:0", "--data-dir", text(&dir.path().join("one"))]);
    assert_eq!(locked.code(), 1, "{}", locked.stderr);
    assert!(locked.stderr.contains("in use by another process"), "{}", locked.stderr);
}

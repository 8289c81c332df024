//! The metrics of the built program: boto3 and the AWS CLI ask CloudWatch, Prometheus's own parser reads the page.

use alluvium_testkit::python;
use serde_json::json;

use crate::program::{Server, workspace};

/// A key that nobody issued: a server without users answers any well-formed signature.
const ANY_KEY: [(&str, &str); 2] =
    [("AWS_ACCESS_KEY_ID", "AKIAANYBODY0000000000"), ("AWS_SECRET_ACCESS_KEY", "any-secret-will-do")];

#[test]
fn boto3_puts_and_reads_metrics_in_each_protocol_and_prometheus_parses_the_page() {
    let Some(python) = python() else { return };
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(&dir.path().join("data"), &[]);
    let script = workspace().join("tests/cloudwatch_boto3.py");
    let done = python.script(&script, &[&server.endpoint], &ANY_KEY);
    assert_eq!(done.code(), 0, "{}", done.stderr);
    let seen = done.json();
    for (protocol, content_type) in [
        ("json", "application/x-amz-json-1.0"),
        ("smithy-rpc-v2-cbor", "application/cbor"),
        ("query", "application/x-www-form-urlencoded; charset=utf-8"),
    ] {
        let expected = json!({
            "content_type": content_type,
            "zipped": "gzip",
            "pages": [500, 202],
            "listed": true,
            "sums": [2.5, 6.0],
            "time": true,
            "high": [2.5, 4.0],
            "none": [[]],
            "set": [[6.0, 2.0, 3.0, "Count"]],
            "extended": [{"p50": 7.0, "p99.9": 7.0}],
            "errors": {
                "both": ["InvalidParameterCombination", 400, "InvalidParameterCombinationException"],
                "reserved": ["InvalidParameterValue", 400, "InvalidParameterValueException"],
                "token": ["InvalidNextToken", 400, "InvalidNextToken"],
                "expression": ["ValidationError", 400, "ValidationException"],
                "statistics": ["MissingParameter", 400, "MissingRequiredParameterException"],
                "not_built": ["InvalidAction", 400, "ClientError"],
            },
        });
        assert_eq!(seen[protocol], expected, "{protocol}");
    }
    let streams = &seen["streams"];
    assert_eq!(streams["sums"], json!({"bytes": 15.0, "records": 3.0, "age": 0.0}));
    assert_eq!((&streams["latencies"], &streams["latency_positive"]), (&json!(3.0), &json!(true)));
    let names = streams["names"].as_array().unwrap();
    for name in ["IncomingBytes", "PutRecord.Latency", "WriteProvisionedThroughputExceeded"] {
        assert!(names.contains(&json!(name)), "{name} is not in {names:?}");
    }
    for (page, content_type) in [("plain", "text/plain"), ("open", "application/openmetrics-text")] {
        let expected = json!({
            "content_type": content_type,
            "incoming_bytes": 15.0,
            "put_latencies": 3.0,
            "put_requests": 3.0,
            "store_records": 3.0,
            "synced": true,
            "connected": true,
            "help": ["AWS/Kinesis IncomingBytes, Bytes"],
        });
        for (key, value) in expected.as_object().unwrap() {
            let (found, expected) = (&seen[page][key], value);
            let same = found == expected || (found.is_number() && found.as_f64() == expected.as_f64());
            assert!(same, "{page} {key}: {found}");
        }
    }
}

#[test]
fn the_aws_cli_lists_what_was_put_and_only_signed_requests_are_answered() {
    let Some(python) = python() else { return };
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(&dir.path().join("data"), &[]);
    let aws = |arguments: &[&str]| {
        let mut command = python.tool("aws");
        command.args(["--endpoint-url", &server.endpoint, "--output", "json", "cloudwatch"]);
        alluvium_testkit::run(command.args(arguments).envs(ANY_KEY), b"")
    };
    let put = aws(&[
        "put-metric-data",
        "--namespace",
        "Mine",
        "--metric-name",
        "Lag",
        "--value",
        "7",
        "--dimensions",
        "Shard=1",
    ]);
    assert_eq!(put.code(), 0, "{}", put.stderr);
    let listed = aws(&["list-metrics", "--namespace", "Mine"]);
    assert_eq!(listed.code(), 0, "{}", listed.stderr);
    let metric =
        json!({"Namespace": "Mine", "MetricName": "Lag", "Dimensions": [{"Name": "Shard", "Value": "1"}]});
    assert_eq!(listed.json()["Metrics"], json!([metric]));

    let strict = Server::start(&dir.path().join("strict"), &["--auth", "enforce"]);
    let mut command = python.tool("aws");
    command.args(["--endpoint-url", &strict.endpoint, "cloudwatch", "list-metrics"]).envs(ANY_KEY);
    let refused = alluvium_testkit::run(&mut command, b"");
    assert_ne!(refused.code(), 0);
    assert!(
        refused.stderr.contains("security token included in the request is invalid"),
        "{}",
        refused.stderr
    );
}

//! AWS's SDK for Java and the KCL 3 against the built program: CBOR over HTTP/2, as they come out of the box.

use alluvium_testkit::{java, python, run};
use serde_json::json;

use crate::program::{Moto, workspace};
use crate::tls::server_with_tls;

/// A key that nobody issued: a server without users answers any well-formed signature.
const ANY_KEY: [(&str, &str); 2] =
    [("AWS_ACCESS_KEY_ID", "AKIAANYBODY0000000000"), ("AWS_SECRET_ACCESS_KEY", "any-secret-will-do")];

#[test]
fn kcl_applications_read_through_a_split_and_a_merge_by_polling_and_by_fan_out() {
    let Some(python) = python() else { return };
    let Some(java) = java(&python) else { return };
    let dir = tempfile::tempdir().unwrap();
    let server = server_with_tls(&dir.path().join("data"));
    let polling = format!("polling={}", server.endpoint);
    let fan_out = format!("fan-out={}", server.ready["tls_endpoint"].as_str().unwrap());
    let moto = Moto::start(&python);
    let mut application = java.source(&workspace().join("tests/java/KclApplication.java"));
    application.args([&moto.url, &polling, &fan_out]).envs(ANY_KEY);
    let done = run(&mut application, b"");
    assert_eq!(done.code(), 0, "{}\n{}", done.stdout, done.stderr);
    assert_eq!(done.json_lines().len(), 2, "{}", done.stdout);
    for seen in done.json_lines() {
        assert_eq!(seen["seen"], seen["put"], "every record: {seen}");
        assert_eq!(seen["in_order"], true, "in order per key: {seen}");
        assert_eq!((&seen["workers"], &seen["closed"]), (&json!(2), &json!(3)), "{seen}");
        assert_eq!(seen["ended"], seen["closed"], "each closed shard was read to its end: {seen}");
    }
    // What the KCL measures of itself goes to CloudWatch at the same endpoint.
    let asked = "import boto3, json, sys; \
        cloudwatch = boto3.client('cloudwatch', endpoint_url=sys.argv[1]); \
        pages = cloudwatch.get_paginator('list_metrics').paginate(Namespace='application-polling'); \
        print(json.dumps(sorted({metric['MetricName'] for page in pages for metric in page['Metrics']})))";
    let listed = run(python.command().args(["-c", asked, &server.endpoint]).envs(ANY_KEY), b"");
    assert_eq!(listed.code(), 0, "{}", listed.stderr);
    for name in ["RecordsProcessed", "MillisBehindLatest"] {
        assert!(listed.stdout.contains(name), "{name} is not in {}", listed.stdout);
    }
}

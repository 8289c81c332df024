//! The example's API: every path against a scripted Kinesis, both with errors mapped and to the letter of the exercise.

use std::cell::RefCell;
use std::io::Write;
use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::backend::{ACCOUNT_ID, Answer, Received, Scene, answering, json_request};

/// A definition of the example with its placeholders replaced, as the binary does it.
pub(crate) fn definition(file: &str) -> String {
    let path = format!("{}/../../examples/pinterest/{file}", env!("CARGO_MANIFEST_DIR"));
    fs_err::read_to_string(path)
        .expect("the example is there")
        .replace("${user_id}", "0a1b2c")
        .replace("${region}", "us-east-1")
        .replace("${account_id}", ACCOUNT_ID)
}

async fn call(
    file: &str,
    method: &str,
    path: &str,
    body: &str,
    status: u16,
    answer: &str,
) -> (Answer, Received) {
    let scene = Scene::new(answering(status, answer));
    let api_id = scene.deploy(&definition(file));
    let answer = scene.send(&api_id, json_request(method), &format!("/prod{path}"), body.to_owned()).await;
    let received =
        scene.received().pop().unwrap_or_else(|| panic!("nothing reached the backend: {answer:?}"));
    (answer, received)
}

/// One call of each file: which action Kinesis sees, and with which body, letter by letter.
async fn check(method: &str, path: &str, body: &str, action: &str, expected: &str) {
    for file in ["api.yaml", "api-exercise.yaml"] {
        let (answer, received) = call(file, method, path, body, 200, "{\"ok\":true}").await;
        assert_eq!((answer.status, answer.body.as_str()), (200, "{\"ok\":true}"), "{file}");
        assert_eq!(received.header("x-amz-target"), format!("Kinesis_20131202.{action}"), "{file}");
        assert_eq!(received.body, expected, "{file}");
        assert_eq!(received.method, "POST", "{file}");
        assert_eq!(received.uri.to_string(), "http://kinesis.local:4566/", "{file}");
        assert_eq!(received.header("content-type"), "application/x-amz-json-1.1", "{file}");
    }
}

#[tokio::test]
async fn get_streams_lists_streams() {
    check("GET", "/streams", "", "ListStreams", "{}").await;
}

#[tokio::test]
async fn get_stream_describes_it() {
    check(
        "GET",
        "/streams/streaming-0a1b2c-pin",
        "",
        "DescribeStream",
        r#"{ "StreamName": "streaming-0a1b2c-pin" }"#,
    )
    .await;
}

#[tokio::test]
async fn delete_stream_deletes_it() {
    check("DELETE", "/streams/s1", "", "DeleteStream", r#"{ "StreamName": "s1" }"#).await;
}

#[tokio::test]
async fn post_stream_without_a_shard_count_makes_five_shards() {
    let expected = r#"{ "ShardCount":  5 , "StreamName": "s1" }"#;
    for body in ["", "{}", r#"{"ShardCount": null}"#, r#"{"ShardCount": ""}"#] {
        check("POST", "/streams/s1", body, "CreateStream", expected).await;
    }
    assert_eq!(serde_json::from_str::<Value>(expected).expect("JSON")["ShardCount"], 5);
}

#[tokio::test]
async fn post_stream_with_a_shard_count_makes_that_many() {
    let expected = r#"{ "ShardCount":  7 , "StreamName": "s1" }"#;
    check("POST", "/streams/s1", r#"{"ShardCount": 7}"#, "CreateStream", expected).await;
}

#[tokio::test]
async fn put_record_carries_an_object_as_compact_json() {
    let body = r#"{"StreamName": "ignored", "Data": {"index": 1, "title": "a \"b\", ’c’ 😀", "lat": -74.00597}, "PartitionKey": "p-1"}"#;
    let (_, received) = call("api.yaml", "PUT", "/streams/s1/record", body, 200, "{}").await;
    let sent: Value = serde_json::from_str(&received.body).expect("JSON");
    assert_eq!(sent["StreamName"], "s1");
    assert_eq!(sent["PartitionKey"], "p-1");
    let data = base64_simd::STANDARD.decode_to_vec(sent["Data"].as_str().expect("text")).expect("Base64");
    assert_eq!(
        String::from_utf8(data).expect("text"),
        r#"{"index":1,"title":"a \"b\", \u2019c\u2019 😀","lat":-74.00597}"#
    );
}

#[tokio::test]
async fn put_record_keeps_the_quotes_of_a_text() {
    let expected = r#"{ "StreamName": "s1", "Data": "ImhlbGxvIg==", "PartitionKey": "p" }"#;
    check("PUT", "/streams/s1/record", r#"{"Data": "hello", "PartitionKey": "p"}"#, "PutRecord", expected)
        .await;
}

#[tokio::test]
async fn put_records_carries_each_record_with_commas_between() {
    let body =
        r#"{"records": [{"data": "one", "partition-key": "k1"}, {"data": "two", "partition-key": "k2"}]}"#;
    let (_, received) = call("api-exercise.yaml", "PUT", "/streams/s1/records", body, 200, "{}").await;
    let sent: Value = serde_json::from_str(&received.body).expect("JSON");
    let expected = json!({
        "StreamName": "s1",
        "Records": [{"Data": "b25l", "PartitionKey": "k1"}, {"Data": "dHdv", "PartitionKey": "k2"}],
    });
    assert_eq!(sent, expected);
}

#[tokio::test]
async fn put_records_text_is_exactly_that_of_velocity() {
    let expected = "{\n    \"StreamName\": \"s1\",\n    \"Records\": [\n                {\n            \"Data\": \"b25l\",\n            \"PartitionKey\": \"k1\"\n        }            ]\n}";
    let body = r#"{"records": [{"data": "one", "partition-key": "k1"}]}"#;
    check("PUT", "/streams/s1/records", body, "PutRecords", expected).await;
}

#[tokio::test]
async fn the_execution_role_signs_and_no_client_header_goes_on() {
    let scene = Scene::new(answering(200, "{}"));
    let api_id = scene.deploy(&definition("api.yaml"));
    let request = json_request("GET")
        .header("x-secret", "s")
        .header("authorization", "mine")
        .header("user-agent", "curl");
    scene.send(&api_id, request, "/prod/streams", "").await;
    let received = scene.received().pop().expect("a call");
    let authorization = received.header("authorization");
    assert!(authorization.starts_with("AWS4-HMAC-SHA256 Credential=ASIA"), "{authorization}");
    assert!(authorization.contains("/us-east-1/kinesis/aws4_request, SignedHeaders="), "{authorization}");
    assert_eq!(received.header("x-amz-date"), "20231114T221320Z");
    assert!(!received.header("x-amz-security-token").is_empty());
    assert_eq!(received.header("host"), "kinesis.local:4566");
    assert_eq!(received.header("user-agent"), format!("AmazonAPIGateway_{api_id}"));
    assert_eq!(received.header("x-secret"), "");
}

#[tokio::test]
async fn an_error_of_kinesis_keeps_its_meaning_and_the_exercise_makes_it_200() {
    let error = r#"{"__type":"ResourceNotFoundException","message":"Stream s1 under account 123456789012 not found."}"#;
    for (file, backend_status, expected) in [
        ("api.yaml", 400, 400),
        ("api.yaml", 413, 400),
        ("api.yaml", 500, 500),
        ("api.yaml", 503, 500),
        ("api-exercise.yaml", 400, 200),
        ("api-exercise.yaml", 500, 200),
    ] {
        let (answer, _) = call(file, "GET", "/streams/s1", "", backend_status, error).await;
        assert_eq!((answer.status, answer.body.as_str()), (expected, error), "{file} {backend_status}");
    }
}

thread_local! {
    /// What this thread has logged.
    static LOGGED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Writes to the thread's own log.
struct Logged;

impl Write for Logged {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LOGGED.with_borrow_mut(|logged| logged.extend_from_slice(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// One subscriber for all threads of the tests: with one of its own for a thread, others that come and go can switch it off.
static LOGGING: LazyLock<()> = LazyLock::new(|| {
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::WARN)
        .with_writer(|| Logged)
        .without_time()
        .with_level(false)
        .with_target(false)
        .with_ansi(false)
        .finish();
    tracing::subscriber::set_global_default(subscriber).expect("no other test logs");
});

fn take_logged() -> String {
    LOGGED.with_borrow_mut(|logged| String::from_utf8_lossy(&std::mem::take(logged)).trim().to_owned())
}

#[tokio::test]
async fn an_error_that_leaves_as_200_is_logged_with_the_fix_once_a_minute_and_a_mapped_one_is_not() {
    LazyLock::force(&LOGGING);
    for (file, expected) in [
        (
            "api-exercise.yaml",
            "a backend error leaves as a success; add an integration response with selection pattern \"4\\d{2}\" to give it its own status method=GET resource=/streams/{stream-name} backend_status=400 method_status=200",
        ),
        ("api.yaml", ""),
    ] {
        let scene = Scene::new(answering(400, "{}"));
        let api_id = scene.deploy(&definition(file));
        take_logged();
        for _ in 0..3 {
            scene.send(&api_id, json_request("GET"), "/prod/streams/s1", "").await;
        }
        assert_eq!(take_logged(), expected, "{file}");
    }
}

#[tokio::test]
async fn an_answer_carries_ids_and_json_and_nothing_of_the_backend() {
    let (answer, _) = call("api.yaml", "GET", "/streams", "", 200, "{}").await;
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("x-amzn-requestid").len(), 36);
    assert_eq!(answer.header("x-amz-apigw-id").len(), 16);
    assert!(answer.header("x-amzn-trace-id").starts_with("Root=1-"));
    assert_eq!(answer.header("etag"), "");
}

#[test]
fn both_files_import_without_warnings_and_say_the_same_but_for_errors() {
    let scene = Scene::new(answering(200, "{}"));
    for file in ["api.yaml", "api-exercise.yaml"] {
        let text = definition(file);
        let definition = alluvium_api_gateway::Definition { text: &text, file_name: file };
        let imported = scene.gateway.import_rest_api(definition).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(imported.warnings, [], "{file}");
        let api = scene.gateway.rest_api(&imported.api_id).expect("the API");
        let methods: Vec<String> = api
            .resources
            .values()
            .flat_map(|resource| {
                resource.resource_methods.keys().map(|verb| format!("{verb} {}", resource.path))
            })
            .collect();
        assert_eq!(
            methods,
            [
                "GET /streams",
                "GET /streams/{stream-name}",
                "POST /streams/{stream-name}",
                "DELETE /streams/{stream-name}",
                "PUT /streams/{stream-name}/record",
                "PUT /streams/{stream-name}/records",
            ]
        );
    }
}

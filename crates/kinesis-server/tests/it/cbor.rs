//! The same service in CBOR, as the Java SDKs speak it; written and read with a codec that is not ours.

use bytes::Bytes;
use ciborium::Value;
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use http_body_util::BodyExt;
use serde_json::json;
use tower::ServiceExt;

use crate::harness::{Harness, START_MILLIS, request};

const CBOR: &str = "application/x-amz-cbor-1.1";

fn map(members: Vec<(&str, Value)>) -> Value {
    Value::Map(members.into_iter().map(|(name, value)| (Value::from(name), value)).collect())
}

fn encode(value: &Value) -> Bytes {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).expect("a value");
    bytes.into()
}

fn decode(bytes: &[u8]) -> Value {
    ciborium::from_reader(bytes).expect("CBOR")
}

fn member<'a>(value: &'a Value, name: &str) -> &'a Value {
    let members = value.as_map().expect("a map");
    &members.iter().find(|(key, _)| key.as_text() == Some(name)).unwrap_or_else(|| panic!("no {name}")).1
}

/// Calls an operation with bytes that say of themselves that they are CBOR.
async fn send(harness: &Harness, operation: &str, body: Bytes) -> (u16, Bytes) {
    let mut request = request(operation, "");
    request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(CBOR));
    *request.body_mut() = body;
    let response = harness.send(request).await;
    assert_eq!(response.headers()[CONTENT_TYPE], CBOR);
    (response.status().as_u16(), response.into_body())
}

async fn call(harness: &Harness, operation: &str, members: Vec<(&str, Value)>) -> (u16, Value) {
    let (status, body) = send(harness, operation, encode(&map(members))).await;
    let answer = if body.is_empty() { Value::Null } else { decode(&body) };
    (status, answer)
}

#[tokio::test]
async fn records_go_in_and_come_out_as_byte_strings_with_times_in_milliseconds() {
    let harness = Harness::new().await;
    let name = || ("StreamName", Value::from("orders"));
    let create = vec![name(), ("ShardCount", Value::from(1))];
    assert_eq!(call(&harness, "CreateStream", create).await, (200, Value::Null));
    let data = Value::Bytes(vec![0, 255, 10]);
    let record = vec![("Data", data.clone()), ("PartitionKey", Value::from("k"))];
    let (status, put) = call(&harness, "PutRecord", [vec![name()], record.clone()].concat()).await;
    assert_eq!((status, member(&put, "ShardId").as_text()), (200, Some("shardId-000000000000")));
    let records = Value::Array(vec![map(record.clone()), map(record)]);
    let (status, put) = call(&harness, "PutRecords", vec![name(), ("Records", records)]).await;
    assert_eq!((status, member(&put, "FailedRecordCount")), (200, &Value::from(0)));

    let timestamp = Value::Tag(1, Box::new(Value::from(START_MILLIS - 1)));
    let start = vec![
        name(),
        ("ShardId", Value::from("shardId-000000000000")),
        ("ShardIteratorType", Value::from("AT_TIMESTAMP")),
        ("Timestamp", timestamp),
    ];
    let (_, answer) = call(&harness, "GetShardIterator", start).await;
    let iterator = member(&answer, "ShardIterator").clone();
    let (status, page) = call(&harness, "GetRecords", vec![("ShardIterator", iterator)]).await;
    assert_eq!(status, 200);
    let records = member(&page, "Records").as_array().expect("a list");
    assert_eq!(records.len(), 3);
    assert_eq!(member(&records[0], "Data"), &data);
    let Value::Tag(1, millis) = member(&records[0], "ApproximateArrivalTimestamp") else {
        panic!("a time has tag 1");
    };
    let millis = u64::try_from(millis.as_integer().expect("whole milliseconds")).expect("after 1970");
    assert!((START_MILLIS..START_MILLIS + 60_000).contains(&millis));
    assert_eq!(member(&page, "MillisBehindLatest"), &Value::from(0));
}

#[tokio::test]
async fn exceptions_are_cbor_too() {
    let harness = Harness::new().await;
    let (status, answer) = call(&harness, "DescribeStream", vec![("StreamName", Value::from("none"))]).await;
    assert_eq!((status, member(&answer, "__type").as_text()), (400, Some("ResourceNotFoundException")));
    let message = "Stream none under account 123456789012 not found.";
    assert_eq!(member(&answer, "message").as_text(), Some(message));
    let (status, answer) = call(&harness, "NoSuchThing", vec![]).await;
    assert_eq!((status, member(&answer, "__type").as_text()), (400, Some("UnknownOperationException")));
    let (status, answer) = call(&harness, "PutRecord", vec![("Data", Value::from(7))]).await;
    assert_eq!((status, member(&answer, "__type").as_text()), (400, Some("SerializationException")));
}

#[tokio::test]
async fn bytes_that_are_not_cbor_are_refused_and_the_server_lives() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    let good = encode(&map(vec![
        ("StreamName", Value::from("orders")),
        ("Data", Value::Bytes(vec![7; 100])),
        ("PartitionKey", Value::from("k")),
    ]));
    let truncated = (1..good.len()).map(|length| good.slice(..length));
    let wrong = [&b"\xff"[..], b"{}", b"\x9f", b"\xbf", b"\xa1\x01\x02", b"\xfb", &[0x9f; 1_000]];
    let too_long = Bytes::from_static(b"\xa1\x64Data\x5b\xff\xff\xff\xff\xff\xff\xff\xff");
    let wrong = wrong.map(Bytes::copy_from_slice);
    for body in truncated.chain(wrong).chain([too_long]) {
        let (status, answer) = send(&harness, "PutRecord", body.clone()).await;
        let answer = decode(&answer);
        let kind = member(&answer, "__type").as_text();
        assert_eq!((status, kind), (400, Some("SerializationException")), "{body:?}");
    }
    let (status, _) = send(&harness, "PutRecord", good).await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn events_are_in_the_form_of_the_request() {
    let harness = Harness::new().await;
    let arn = crate::subscriptions::consumer(&harness, "orders").await;
    harness.put("orders", "k", "1").await;
    let body = map(vec![
        ("ConsumerARN", Value::from(arn)),
        ("ShardId", Value::from("shardId-000000000000")),
        ("StartingPosition", map(vec![("Type", Value::from("TRIM_HORIZON"))])),
    ]);
    let mut request = request("SubscribeToShard", "");
    request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(CBOR));
    *request.body_mut() = encode(&body);
    let response = harness.server.service().oneshot(request).await.expect("an answer");
    assert_eq!(response.headers()[CONTENT_TYPE], "application/vnd.amazon.eventstream");
    let mut body = response.into_body();
    for expected in ["initial-response", "SubscribeToShardEvent"] {
        let frame = body.frame().await.expect("a frame").expect("frames never fail");
        let message = aws_smithy_eventstream::frame::read_message_from(frame.into_data().expect("data"));
        let message = message.expect("a frame");
        let header = |name: &str| {
            let found = message.headers().iter().find(|header| header.name().as_str() == name);
            found.expect("the header").value().as_string().expect("text").as_str().to_owned()
        };
        assert_eq!((header(":event-type").as_str(), header(":content-type").as_str()), (expected, CBOR));
        let payload = decode(message.payload());
        if expected == "SubscribeToShardEvent" {
            let records = member(&payload, "Records").as_array().expect("a list");
            assert_eq!(member(&records[0], "Data"), &Value::Bytes(b"1".to_vec()));
        }
    }
}

#[tokio::test]
async fn json_and_cbor_meet_in_one_stream() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    harness.put("orders", "k", "from JSON").await;
    let iterator = harness.iterator("orders", "0", json!({"ShardIteratorType": "TRIM_HORIZON"})).await;
    let (_, page) = call(&harness, "GetRecords", vec![("ShardIterator", Value::from(iterator))]).await;
    let records = member(&page, "Records").as_array().expect("a list");
    assert_eq!(member(&records[0], "Data"), &Value::Bytes(b"from JSON".to_vec()));
}

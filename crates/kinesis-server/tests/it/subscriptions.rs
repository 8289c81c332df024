//! SubscribeToShard: what is on the subscriber's wire, frame by frame, read with Amazon's own decoder.

use std::sync::Arc;
use std::time::Duration;

use alluvium_kinesis_server::{KinesisOptions, Limits, ResponseBody};
use alluvium_stream_store::{ConsumerChange, NewConsumer};
use aws_smithy_eventstream::frame::read_message_from;
use bytes::Bytes;
use futures_util::FutureExt;
use http::StatusCode;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::harness::{Harness, Setup, request, text, texts};

const SHARD: &str = "shardId-000000000000";

/// A subscription as its client sees it.
pub(crate) struct Subscriber {
    body: ResponseBody,
}

impl Subscriber {
    /// The next frame: its name and its payload. `None` at the end.
    async fn next(&mut self) -> Option<(String, Value)> {
        Some(decode(self.body.frame().await?.expect("frames never fail").into_data().expect("data")))
    }

    /// The next frame if it is there without waiting for anything.
    fn now(&mut self) -> Option<(String, Value)> {
        let frame = self.body.frame().now_or_never()?.expect("the stream goes on");
        Some(decode(frame.expect("frames never fail").into_data().expect("data")))
    }

    /// The next event.
    pub(crate) async fn event(&mut self) -> Value {
        let (name, payload) = self.next().await.expect("an event");
        assert_eq!(name, "SubscribeToShardEvent", "{payload}");
        payload
    }
}

fn decode(frame: Bytes) -> (String, Value) {
    let message = read_message_from(frame).expect("one whole frame with good checksums");
    let header = |name: &str| {
        let found = message.headers().iter().find(|header| header.name().as_str() == name);
        found.map(|header| header.value().as_string().expect("text").as_str().to_owned())
    };
    let name = match header(":message-type").as_deref() {
        Some("event") => header(":event-type"),
        _ => header(":exception-type"),
    };
    assert_eq!(header(":content-type").as_deref(), Some("application/x-amz-json-1.1"));
    (name.expect("a name"), serde_json::from_slice(message.payload()).expect("JSON"))
}

/// A stream of one shard with a consumer; its ARN.
pub(crate) async fn consumer(harness: &Harness, stream_name: &str) -> String {
    harness.create(stream_name, 1).await;
    register(harness, stream_name, "app").await
}

async fn register(harness: &Harness, stream_name: &str, consumer_name: &str) -> String {
    let now_millis = harness.clock.now_millis();
    let stream = harness.stream(stream_name);
    let new = NewConsumer {
        name: Arc::from(consumer_name),
        tags: std::collections::BTreeMap::new(),
        active_at_millis: now_millis,
        now_millis,
        consumers_max: 20,
    };
    let consumer = harness.store.register_consumer(stream.id, new).await.expect("a consumer");
    let secs = consumer.created_millis / 1_000;
    format!("arn:aws:kinesis:eu-west-1:123456789012:stream/{stream_name}/consumer/{consumer_name}:{secs}")
}

fn subscription(consumer_arn: &str, start: &Value) -> Value {
    json!({"ConsumerARN": consumer_arn, "ShardId": SHARD, "StartingPosition": start})
}

/// Subscribes from a position and takes the frame that says so.
pub(crate) async fn subscribe(harness: &Harness, consumer_arn: &str, start: Value) -> Subscriber {
    let body = subscription(consumer_arn, &start).to_string();
    let response =
        harness.server.service().oneshot(request("SubscribeToShard", &body)).await.expect("an answer");
    let (parts, body) = response.into_parts();
    let mut subscriber = Subscriber { body };
    if parts.status != StatusCode::OK {
        let told = subscriber.body.collect().await.expect("a body").to_bytes();
        panic!("{}: {}", parts.status, String::from_utf8_lossy(&told));
    }
    assert_eq!(parts.headers["content-type"], "application/vnd.amazon.eventstream");
    assert_eq!(subscriber.next().await, Some(("initial-response".to_owned(), json!({}))));
    subscriber
}

fn latest() -> Value {
    json!({"Type": "LATEST"})
}

#[tokio::test]
async fn a_record_is_on_the_wire_when_it_is_acknowledged_without_a_timer() {
    let harness = Harness::new().await;
    let arn = consumer(&harness, "orders").await;
    let mut subscriber = subscribe(&harness, &arn, latest()).await;
    let first = subscriber.event().await;
    assert_eq!((first["Records"].clone(), &first["MillisBehindLatest"]), (json!([]), &json!(0)));
    for number in 0..5 {
        assert_eq!(subscriber.now(), None, "nothing to say before record {number}");
        let put = harness.put("orders", "k", &number.to_string()).await;
        // One poll and no more: whatever needed time to pass would not be ready.
        let (name, event) = subscriber.now().expect("the record is there");
        assert_eq!(name, "SubscribeToShardEvent");
        assert_eq!(texts(&event), [number.to_string()]);
        assert_eq!(event["ContinuationSequenceNumber"], put["SequenceNumber"]);
        assert_eq!(event["MillisBehindLatest"], 0);
        assert_eq!(event.get("ChildShards"), None);
    }
}

#[tokio::test]
async fn every_position_begins_where_it_says_and_a_continuation_goes_on_after_it() {
    let harness = Harness::new().await;
    let arn = consumer(&harness, "orders").await;
    let empty = subscribe(&harness, &arn, json!({"Type": "TRIM_HORIZON"})).await.event().await;
    harness.put("orders", "k", "1").await;
    harness.advance(Duration::from_secs(1_000)).await;
    let second = harness.put("orders", "k", "2").await;
    harness.put("orders", "k", "3").await;
    let number = &second["SequenceNumber"];
    let since = harness.clock.now_millis() / 1_000 - 500;
    let continuation = &empty["ContinuationSequenceNumber"];
    for (start, expected) in [
        (json!({"Type": "TRIM_HORIZON"}), vec!["1", "2", "3"]),
        (json!({"Type": "AT_SEQUENCE_NUMBER", "SequenceNumber": number}), vec!["2", "3"]),
        (json!({"Type": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": number}), vec!["3"]),
        (json!({"Type": "AT_TIMESTAMP", "Timestamp": since}), vec!["2", "3"]),
        (json!({"Type": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": continuation}), vec!["1", "2", "3"]),
        (latest(), vec![]),
    ] {
        harness.advance(Duration::from_secs(5)).await;
        let event = subscribe(&harness, &arn, start.clone()).await.event().await;
        assert_eq!(texts(&event), expected, "{start}");
    }
}

#[tokio::test]
async fn a_large_backlog_comes_in_events_that_say_how_far_behind_they_are() {
    let harness = Harness::new().await;
    let arn = consumer(&harness, "orders").await;
    let data = "x".repeat(700_000);
    harness.put("orders", "k", &data).await;
    harness.advance(Duration::from_mins(1)).await;
    harness.put("orders", "k", &data).await;
    let mut subscriber = subscribe(&harness, &arn, json!({"Type": "TRIM_HORIZON"})).await;
    let first = subscriber.event().await;
    assert_eq!(texts(&first).len(), 1);
    let behind = first["MillisBehindLatest"].as_u64().expect("a number");
    assert!((60_000..120_000).contains(&behind), "{behind}");
    let second = subscriber.event().await;
    assert_eq!((texts(&second).len(), &second["MillisBehindLatest"]), (1, &json!(0)));
}

#[tokio::test]
async fn a_closed_shard_ends_with_its_children_and_no_continuation() {
    let harness = Harness::new().await;
    let arn = consumer(&harness, "orders").await;
    let mut subscriber = subscribe(&harness, &arn, latest()).await;
    subscriber.event().await;
    harness.put("orders", "k", "last").await;
    harness.split("orders").await;
    let mut records = Vec::new();
    let end = loop {
        let event = subscriber.event().await;
        records.extend(texts(&event));
        if event.get("ContinuationSequenceNumber").is_none() {
            break event;
        }
        assert_eq!(event.get("ChildShards"), None);
    };
    assert_eq!(records, ["last"]);
    let children = end["ChildShards"].as_array().expect("children");
    let ids: Vec<&str> = children.iter().map(|child| text(&child["ShardId"])).collect();
    assert_eq!(ids, ["shardId-000000000001", "shardId-000000000002"]);
    assert_eq!(children[0]["ParentShards"], json!([SHARD]));
    assert_eq!(subscriber.next().await, None);
}

#[tokio::test]
async fn a_second_call_is_refused_for_five_seconds_and_then_takes_over() {
    let harness = Harness::new().await;
    let arn = consumer(&harness, "orders").await;
    let other = register(&harness, "orders", "other").await;
    let mut first = subscribe(&harness, &arn, latest()).await;
    first.event().await;
    let message = format!("Another active subscription exists for consumer {arn} and shard {SHARD}.");
    let again = subscription(&arn, &latest());
    harness.check_refused("SubscribeToShard", again, "ResourceInUseException", &message).await;
    subscribe(&harness, &other, latest()).await.event().await;

    harness.advance(Duration::from_secs(5)).await;
    let mut second = subscribe(&harness, &arn, latest()).await;
    let (name, payload) = first.next().await.expect("the end is told");
    assert_eq!((name.as_str(), text(&payload["message"])), ("ResourceInUseException", message.as_str()));
    assert_eq!(first.next().await, None);
    drop(first);
    second.event().await;
    harness.put("orders", "k", "1").await;
    assert_eq!(texts(&second.event().await), ["1"]);
}

#[tokio::test]
async fn it_says_something_every_five_seconds_and_ends_after_five_minutes() {
    let harness = Harness::new().await;
    let arn = consumer(&harness, "orders").await;
    let mut subscriber = subscribe(&harness, &arn, latest()).await;
    tokio::time::pause();
    let began = harness.clock.now_millis();
    let mut events = 0;
    while let Some((name, event)) = subscriber.next().await {
        assert_eq!((name.as_str(), &event["Records"]), ("SubscribeToShardEvent", &json!([])));
        assert!(event["ContinuationSequenceNumber"].is_string());
        events += 1;
    }
    assert_eq!(events, 60);
    let lasted = harness.clock.now_millis() - began;
    assert!((299_000..=301_000).contains(&lasted), "{lasted}");
}

#[tokio::test]
async fn deletion_of_stream_or_consumer_and_the_end_of_the_server_end_it() {
    let harness = Harness::new().await;
    let arn = consumer(&harness, "orders").await;
    let other = register(&harness, "orders", "other").await;
    let third = consumer(&harness, "third").await;
    let mut of_gone_consumer = subscribe(&harness, &arn, latest()).await;
    let mut of_gone_stream = subscribe(&harness, &other, latest()).await;
    let mut of_gone_server = subscribe(&harness, &third, latest()).await;
    for subscriber in [&mut of_gone_consumer, &mut of_gone_stream, &mut of_gone_server] {
        subscriber.event().await;
    }
    let stream = harness.stream("orders");
    let change =
        ConsumerChange { gone_at_millis: Some(harness.clock.now_millis()), ..ConsumerChange::default() };
    harness.store.change_consumer(stream.id, "app", change).await.expect("deregistered");
    harness.put("orders", "k", "1").await;
    let (name, payload) = of_gone_consumer.next().await.expect("the end is told");
    assert_eq!(name, "ResourceNotFoundException");
    assert_eq!(text(&payload["message"]), format!("Consumer {arn}, account 123456789012 not found."));
    assert_eq!(of_gone_consumer.next().await, None);

    assert_eq!(texts(&of_gone_stream.event().await), ["1"]);
    harness.store.delete_stream(stream.id).await.expect("deleted");
    let (name, payload) = of_gone_stream.next().await.expect("the end is told");
    assert_eq!(name, "ResourceNotFoundException");
    assert_eq!(text(&payload["message"]), "Stream orders under account 123456789012 not found.");

    harness.server.close_subscriptions();
    assert_eq!(of_gone_server.next().await, None);
    let message = "The server is shutting down.";
    let late = subscription(&third, &latest());
    harness.check_refused("SubscribeToShard", late, "InternalFailure", message).await;
}

#[tokio::test]
async fn a_subscriber_that_takes_nothing_holds_up_nobody() {
    let harness = Harness::new().await;
    let arn = consumer(&harness, "orders").await;
    let other = register(&harness, "orders", "other").await;
    let mut slow = subscribe(&harness, &arn, latest()).await;
    let mut quick = subscribe(&harness, &other, latest()).await;
    slow.event().await;
    quick.event().await;
    for number in 0..20 {
        harness.put("orders", "k", &number.to_string()).await;
        assert_eq!(texts(&quick.event().await), [number.to_string()]);
    }
    let expected: Vec<String> = (0..20).map(|number: i32| number.to_string()).collect();
    assert_eq!(texts(&slow.event().await), expected);
}

#[tokio::test]
async fn what_is_not_there_is_refused() {
    let harness = Harness::new().await;
    let arn = consumer(&harness, "orders").await;
    let unknown = arn.replace("app", "nobody");
    let earlier = format!("{}1", arn.rsplit_once(':').expect("a time").0.to_owned() + ":");
    for consumer_arn in [unknown, earlier] {
        let message = format!("Consumer {consumer_arn}, account 123456789012 not found.");
        let body = subscription(&consumer_arn, &latest());
        harness.check_refused("SubscribeToShard", body, "ResourceNotFoundException", &message).await;
    }
    let mut body = subscription(&arn, &latest());
    body["ShardId"] = json!("shardId-000000000007");
    let message = "Shard shardId-000000000007 in stream orders under account 123456789012 does not exist";
    harness.check_refused("SubscribeToShard", body, "ResourceNotFoundException", message).await;
    let mut body = subscription(&arn, &latest());
    body["DryRun"] = json!(true);
    let message = "Request would have succeeded, but DryRun flag is set.";
    harness.check_refused("SubscribeToShard", body, "DryRunOperationException", message).await;
}

#[tokio::test]
async fn the_largest_record_is_one_frame_that_clients_take() {
    let harness = Harness::new().await;
    let arn = consumer(&harness, "orders").await;
    harness.set("orders", |settings| settings.record_kib_max = 10_240).await;
    harness.put("orders", "k", &"x".repeat((10 << 20) - 1)).await;
    harness.put("orders", "k", "small").await;
    let mut subscriber = subscribe(&harness, &arn, json!({"Type": "TRIM_HORIZON"})).await;
    let frame = subscriber.body.frame().await.expect("a frame").expect("frames never fail");
    let frame = frame.into_data().expect("data");
    assert!(frame.len() < 16 << 20, "{} bytes", frame.len());
    let (_, event) = decode(frame);
    assert_eq!(texts(&event)[0].len(), (10 << 20) - 1);
    assert_eq!(texts(&subscriber.event().await), ["small"]);
}

#[tokio::test]
async fn with_limits_a_consumer_is_pushed_two_mebibytes_a_second() {
    let setup = Setup::default();
    let options = KinesisOptions { limits: Limits::Aws, ..setup.options };
    let harness = Harness::with(Setup { options, ..setup }).await;
    let arn = consumer(&harness, "orders").await;
    let data = "x".repeat((1 << 20) - 1);
    for _ in 0..5 {
        harness.put("orders", "k", &data).await;
        harness.advance(Duration::from_secs(1)).await;
    }
    let mut subscriber = subscribe(&harness, &arn, json!({"Type": "TRIM_HORIZON"})).await;
    tokio::time::pause();
    let began = tokio::time::Instant::now();
    for _ in 0..5 {
        assert_eq!(texts(&subscriber.event().await).len(), 1);
    }
    // Two are in the bucket, the third is a debt; it is paid after half a second, and so is each one's after it.
    let took = began.elapsed();
    assert!((Duration::from_millis(900)..Duration::from_secs(3)).contains(&took), "{took:?}");
}

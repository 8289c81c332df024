//! Tags of streams, and how long records are kept.

use futures_util::FutureExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::harness::{Harness, request};

const ARN: &str = "arn:aws:kinesis:eu-west-1:123456789012:stream/orders";

fn tags_of(stream: Value, tags: Value) -> Value {
    let mut body = stream;
    body["Tags"] = tags;
    body
}

#[tokio::test]
async fn tags_come_change_and_go_by_both_families_of_operations() {
    let harness = Harness::new().await;
    let create = json!({"StreamName": "orders", "ShardCount": 1, "Tags": {"made": "with it"}});
    harness.ok("CreateStream", create).await;
    let by_name = json!({"StreamName": "orders"});
    harness.ok("AddTagsToStream", tags_of(by_name.clone(), json!({"a": "1", "\u{fc}0 _.": "/=+-@"}))).await;
    harness.ok("TagResource", tags_of(json!({"ResourceARN": ARN}), json!({"a": "2", "z": ""}))).await;
    let all = json!([
        {"Key": "a", "Value": "2"},
        {"Key": "made", "Value": "with it"},
        {"Key": "z", "Value": ""},
        {"Key": "\u{fc}0 _.", "Value": "/=+-@"},
    ]);
    let listed = harness.ok("ListTagsForResource", json!({"ResourceARN": ARN})).await;
    assert_eq!(listed, json!({"Tags": all}));
    let listed = harness.ok("ListTagsForStream", by_name.clone()).await;
    assert_eq!(listed, json!({"Tags": all, "HasMoreTags": false}));
    let page = json!({"StreamName": "orders", "ExclusiveStartTagKey": "a", "Limit": 1});
    let listed = harness.ok("ListTagsForStream", page).await;
    assert_eq!(listed, json!({"Tags": [{"Key": "made", "Value": "with it"}], "HasMoreTags": true}));

    harness.ok("RemoveTagsFromStream", json!({"StreamName": "orders", "TagKeys": ["a", "nothing"]})).await;
    harness.ok("UntagResource", json!({"ResourceARN": ARN, "TagKeys": ["\u{fc}0 _.", "made"]})).await;
    let listed = harness.ok("ListTagsForStream", by_name).await;
    assert_eq!(listed["Tags"], json!([{"Key": "z", "Value": ""}]));
}

#[tokio::test]
async fn bad_tags_and_too_many_are_refused() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    let message = "Some tags contain invalid characters. Valid characters: Unicode letters, digits, white space, _ . / = + - \
                   % @.";
    for (operation, body) in [
        ("AddTagsToStream", tags_of(json!({"StreamName": "orders"}), json!({"a;b": "b"}))),
        ("AddTagsToStream", tags_of(json!({"StreamName": "orders"}), json!({"a": "b;"}))),
        ("TagResource", tags_of(json!({"ResourceARN": ARN}), json!({"a": "\u{1}"}))),
        ("RemoveTagsFromStream", json!({"StreamName": "orders", "TagKeys": ["a;"]})),
        ("CreateStream", tags_of(json!({"StreamName": "more", "ShardCount": 1}), json!({"a;b": "b"}))),
    ] {
        harness.check_refused(operation, body, "InvalidArgumentException", message).await;
    }
    let numbered = |range: std::ops::Range<u32>| {
        Value::Object(range.map(|index| (format!("k{index}"), json!("v"))).collect())
    };
    harness.ok("AddTagsToStream", tags_of(json!({"StreamName": "orders"}), numbered(0..50))).await;
    harness.ok("AddTagsToStream", tags_of(json!({"StreamName": "orders"}), numbered(0..50))).await;
    let message = "Failed to add tags to stream orders under account 123456789012 because a given stream cannot have more \
                   than 50 tags associated with it.";
    let more = tags_of(json!({"ResourceARN": ARN}), json!({"one more": ""}));
    harness.check_refused("TagResource", more, "InvalidArgumentException", message).await;
    let message = "Stream nowhere under account 123456789012 not found.";
    let nowhere = json!({"ResourceARN": ARN.replace("orders", "nowhere")});
    harness.check_refused("ListTagsForResource", nowhere, "ResourceNotFoundException", message).await;
}

#[tokio::test]
async fn a_percent_sign_is_refused_by_the_second_look_at_the_characters() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    let stream = json!({"StreamName": "orders"});
    let mut removal = stream.clone();
    removal["TagKeys"] = json!(["100%"]);
    for (operation, body, action) in [
        ("AddTagsToStream", tags_of(stream.clone(), json!({"100%": ""})), "add tags to stream orders"),
        ("AddTagsToStream", tags_of(stream, json!({"share": "100%"})), "add tags to stream orders"),
        ("RemoveTagsFromStream", removal, "remove tags from stream orders"),
        (
            "CreateStream",
            tags_of(json!({"StreamName": "more", "ShardCount": 1}), json!({"a": "%"})),
            "add tags to stream more",
        ),
        (
            "RegisterStreamConsumer",
            tags_of(json!({"StreamARN": ARN, "ConsumerName": "fan"}), json!({"a": "%"})),
            "add tags to consumer fan of stream orders",
        ),
    ] {
        let message = format!(
            "Failed to {action} under account 123456789012 because some tags contained illegal characters. The allowed \
             characters are Unicode letters, white-spaces, '_',',','/','=','+','-','@'."
        );
        harness.check_refused(operation, body, "InvalidArgumentException", &message).await;
    }
}

#[tokio::test]
async fn keys_that_begin_with_aws_are_reserved() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    let stream = json!({"StreamName": "orders"});
    let new_stream = json!({"StreamName": "more", "ShardCount": 1});
    let consumer = json!({"StreamARN": ARN, "ConsumerName": "fan"});
    for (operation, body, key, what) in [
        ("AddTagsToStream", stream.clone(), "aws:owner", "stream orders"),
        ("TagResource", json!({"ResourceARN": ARN}), "AWS:owner", "stream orders"),
        ("CreateStream", new_stream, "Aws:", "stream more"),
        ("RegisterStreamConsumer", consumer, "aws:cloudformation:stack-id", "consumer fan of stream orders"),
    ] {
        let message = format!(
            "Failed to add tags to {what} under account 123456789012 because the tag key {key} begins with aws:, which \
             is reserved."
        );
        let body = tags_of(body, json!({"fine": "", key: "v"}));
        harness.check_refused(operation, body, "InvalidArgumentException", &message).await;
    }
    let listed = harness.ok("ListTagsForStream", stream.clone()).await;
    assert_eq!(listed["Tags"], json!([]));
    harness.ok("AddTagsToStream", tags_of(stream, json!({"awsome": "aws:", "aws": "", "my aws:": ""}))).await;
}

#[tokio::test]
async fn retention_goes_up_and_down_within_its_bounds() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    let hours = |hours: u32| json!({"StreamName": "orders", "RetentionPeriodHours": hours});
    let invalid = "InvalidArgumentException";
    for operation in ["IncreaseStreamRetentionPeriod", "DecreaseStreamRetentionPeriod"] {
        let message = "Minimum allowed retention period is 24 hours. Requested retention period (23 hours) is too short.";
        harness.check_refused(operation, hours(23), invalid, message).await;
        assert!(harness.ok(operation, hours(24)).await.is_null());
        let mut unknown = hours(25);
        unknown["StreamName"] = json!("nowhere");
        let message = "Stream nowhere under account 123456789012 not found.";
        harness.check_refused(operation, unknown, "ResourceNotFoundException", message).await;
    }
    let message = "Requested retention period (25 hours) for stream orders can not be longer than existing retention period \
                   (24 hours). Use IncreaseRetentionPeriod API.";
    harness.check_refused("DecreaseStreamRetentionPeriod", hours(25), invalid, message).await;
    harness.ok("IncreaseStreamRetentionPeriod", hours(8_760)).await;
    let summary = harness.ok("DescribeStreamSummary", json!({"StreamName": "orders"})).await;
    assert_eq!(summary["StreamDescriptionSummary"]["RetentionPeriodHours"], 8_760);
    let message = "Requested retention period (24 hours) for stream orders can not be shorter than existing retention period \
                   (8760 hours). Use DecreaseRetentionPeriod API.";
    harness.check_refused("IncreaseStreamRetentionPeriod", hours(24), invalid, message).await;
}

#[tokio::test]
async fn a_longer_retention_keeps_what_is_still_there_and_a_shorter_one_hides_it_at_once() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    harness.put("orders", "a", "first").await;
    harness.advance(std::time::Duration::from_hours(23)).await;
    harness.put("orders", "a", "second").await;
    harness
        .ok("IncreaseStreamRetentionPeriod", json!({"StreamName": "orders", "RetentionPeriodHours": 25}))
        .await;
    let read = async || {
        let iterator = harness.iterator("orders", "0", json!({"ShardIteratorType": "TRIM_HORIZON"})).await;
        crate::harness::texts(&harness.ok("GetRecords", json!({"ShardIterator": iterator})).await)
    };
    harness.advance(std::time::Duration::from_mins(90)).await;
    assert_eq!(read().await, ["first", "second"]);
    harness
        .ok("DecreaseStreamRetentionPeriod", json!({"StreamName": "orders", "RetentionPeriodHours": 24}))
        .await;
    assert_eq!(read().await, ["second"]);
    harness
        .ok("IncreaseStreamRetentionPeriod", json!({"StreamName": "orders", "RetentionPeriodHours": 48}))
        .await;
    assert_eq!(read().await, ["second"], "what had expired stays inaccessible");
}

#[tokio::test]
async fn a_change_is_made_whole_when_its_client_goes_away_meanwhile() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    harness.put("orders", "a", "first").await;
    let body = json!({"StreamName": "orders", "RetentionPeriodHours": 48}).to_string();
    let call = harness.server.service().oneshot(request("IncreaseStreamRetentionPeriod", &body));
    // Begun, and then dropped, as a listener does when a connection is cut.
    assert!(call.now_or_never().is_none());
    while harness.stream("orders").retention_hours == 24 {
        tokio::task::yield_now().await;
    }
    harness.put("orders", "a", "second").await;
    harness.advance(std::time::Duration::from_hours(25)).await;
    harness.store.sweep(harness.clock.now_millis()).await.expect("swept");
    let iterator = harness.iterator("orders", "0", json!({"ShardIteratorType": "TRIM_HORIZON"})).await;
    let page = harness.ok("GetRecords", json!({"ShardIterator": iterator})).await;
    assert_eq!(crate::harness::texts(&page), ["first", "second"]);
}

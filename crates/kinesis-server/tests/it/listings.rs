//! Listings come in pages, and their tokens end.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{Harness, text};

fn shard_ids(answer: &Value) -> Vec<String> {
    let shards = answer["Shards"].as_array().expect("shards");
    shards.iter().map(|shard| text(&shard["ShardId"]).trim_start_matches("shardId-").to_owned()).collect()
}

#[tokio::test]
async fn streams_are_listed_in_name_order_page_by_page() {
    let harness = Harness::new().await;
    for name in ["cherry", "apple", "banana"] {
        harness.create(name, 1).await;
    }
    let all = harness.ok("ListStreams", json!({})).await;
    assert_eq!(all["StreamNames"], json!(["apple", "banana", "cherry"]));
    assert_eq!(all["HasMoreStreams"], json!(false));
    assert_eq!(all.get("NextToken"), None);
    assert_eq!(all["StreamSummaries"][0]["StreamARN"], "arn:aws:kinesis:eu-west-1:123456789012:stream/apple");
    assert_eq!(all["StreamSummaries"][2]["StreamStatus"], "ACTIVE");

    let first = harness.ok("ListStreams", json!({"Limit": 2})).await;
    assert_eq!(first["StreamNames"], json!(["apple", "banana"]));
    assert_eq!(first["HasMoreStreams"], json!(true));
    let second = harness.ok("ListStreams", json!({"NextToken": first["NextToken"]})).await;
    assert_eq!(second["StreamNames"], json!(["cherry"]));
    let after = harness.ok("ListStreams", json!({"ExclusiveStartStreamName": "apricot"})).await;
    assert_eq!(after["StreamNames"], json!(["banana", "cherry"]));
}

#[tokio::test]
async fn shards_are_described_page_by_page() {
    let harness = Harness::new().await;
    harness.create("orders", 5).await;
    let page = async |start: Value| {
        let mut body = json!({"StreamName": "orders", "Limit": 2});
        body.as_object_mut().expect("an object").extend(start.as_object().expect("an object").clone());
        harness.ok("DescribeStream", body).await["StreamDescription"].take()
    };
    let first = page(json!({})).await;
    assert_eq!(shard_ids(&first), ["000000000000", "000000000001"]);
    assert_eq!(first["HasMoreShards"], json!(true));
    let last = page(json!({"ExclusiveStartShardId": "shardId-000000000003"})).await;
    assert_eq!(shard_ids(&last), ["000000000004"]);
    assert_eq!(last["HasMoreShards"], json!(false));
}

#[tokio::test]
async fn shards_are_listed_page_by_page_until_the_token_expires() {
    let harness = Harness::new().await;
    harness.create("orders", 5).await;
    let first = harness.ok("ListShards", json!({"StreamName": "orders", "MaxResults": 4})).await;
    assert_eq!(shard_ids(&first).len(), 4);
    let token = json!({"NextToken": first["NextToken"], "MaxResults": 4});
    let second = harness.ok("ListShards", token.clone()).await;
    assert_eq!(shard_ids(&second), ["000000000004"]);
    assert_eq!(second.get("NextToken"), None);
    let after = json!({"StreamName": "orders", "ExclusiveStartShardId": "shardId-000000000002"});
    assert_eq!(shard_ids(&harness.ok("ListShards", after).await), ["000000000003", "000000000004"]);

    harness.advance(Duration::from_mins(5)).await;
    let (status, answer) = harness.call("ListShards", &token).await;
    assert_eq!((status, text(&answer["__type"])), (400, "ExpiredNextTokenException"));
    let forged = json!({"NextToken": "AAAAAAAAAAE="});
    harness.check_refused("ListShards", forged, "InvalidArgumentException", "Invalid NextToken.").await;
}

#[tokio::test]
async fn a_token_goes_with_the_members_of_its_first_page_and_no_others() {
    let harness = Harness::new().await;
    harness.create("orders", 3).await;
    harness.create("other", 3).await;
    let first = harness.ok("ListShards", json!({"StreamName": "orders", "MaxResults": 2})).await;
    let token = first["NextToken"].clone();
    let repeated = json!({"StreamName": "orders", "MaxResults": 2, "NextToken": token});
    assert_eq!(shard_ids(&harness.ok("ListShards", repeated).await), ["000000000002"]);

    let message = "NextToken and StreamName cannot be provided together.";
    for (name, token) in [("other", token), ("orders", json!("orders"))] {
        let body = json!({"StreamName": name, "NextToken": token});
        harness.check_refused("ListShards", body, "InvalidArgumentException", message).await;
    }
}

#[tokio::test]
async fn shards_are_listed_for_the_stream_that_was_made_at_a_time() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    let summary = harness.ok("DescribeStreamSummary", json!({"StreamName": "orders"})).await;
    let created = &summary["StreamDescriptionSummary"]["StreamCreationTimestamp"];
    let body = json!({"StreamName": "orders", "StreamCreationTimestamp": created});
    assert_eq!(shard_ids(&harness.ok("ListShards", body).await).len(), 1);
    let other = json!({"StreamName": "orders", "StreamCreationTimestamp": 1});
    let message = "Stream orders under account 123456789012 not found.";
    harness.check_refused("ListShards", other, "ResourceNotFoundException", message).await;
}

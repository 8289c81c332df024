//! What a broken or hostile client sends to the data plane: each time AWS's error, and the server lives.

use alluvium_stream_store::Stream;
use bytes::Bytes;
use http::HeaderValue;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde_json::{Value, json};

use crate::harness::{Harness, request, text};
use crate::subscriptions::consumer;

/// How many bodies are made from each good one.
const BODIES_COUNT: usize = 300;

/// A body of each operation that goes well.
async fn good_bodies(harness: &Harness) -> Vec<(&'static str, String)> {
    let arn = consumer(harness, "orders").await;
    let start = json!({"ShardIteratorType": "TRIM_HORIZON"});
    let iterator = harness.iterator("orders", "shardId-000000000000", start).await;
    let record = json!({"Data": "eHl6", "PartitionKey": "k", "ExplicitHashKey": "12"});
    [
        ("PutRecord", json!({"StreamName": "orders", "Data": "eHl6", "PartitionKey": "k"})),
        ("PutRecords", json!({"StreamName": "orders", "Records": [record, record]})),
        ("GetRecords", json!({"ShardIterator": iterator, "Limit": 10})),
        (
            "GetShardIterator",
            json!({"StreamName": "orders", "ShardId": "0", "ShardIteratorType": "AT_TIMESTAMP", "Timestamp": 1.5}),
        ),
        (
            "SubscribeToShard",
            json!({"ConsumerARN": arn, "ShardId": "0", "StartingPosition": {"Type": "LATEST"}, "DryRun": true}),
        ),
    ]
    .map(|(operation, body)| (operation, body.to_string()))
    .to_vec()
}

/// Sends bytes that say of themselves what they are; the status and the exception.
async fn send(harness: &Harness, operation: &str, body: Bytes, content_type: &'static str) -> (u16, String) {
    let mut request = request(operation, "");
    request.headers_mut().insert("content-type", HeaderValue::from_static(content_type));
    *request.body_mut() = body;
    let response = harness.send(request).await;
    let told = String::from_utf8_lossy(response.body()).into_owned();
    (response.status().as_u16(), told)
}

async fn is_alive(harness: &Harness) {
    harness.put("orders", "k", "still here").await;
    let stream: &Stream = &harness.stream("orders");
    assert_eq!(stream.open_shards().len(), 1);
}

#[tokio::test]
async fn bodies_cut_short_are_refused() {
    let harness = Harness::new().await;
    for (operation, body) in good_bodies(&harness).await {
        for length in 1..body.len() {
            let (status, answer) = harness.call_text(operation, &body[..length]).await;
            assert_eq!(
                (status, text(&answer["__type"])),
                (400, "SerializationException"),
                "{operation} {length}"
            );
        }
    }
    is_alive(&harness).await;
}

#[tokio::test]
async fn changed_bodies_are_taken_or_refused_and_never_fail_the_server() {
    let harness = Harness::new().await;
    let mut random = ChaCha8Rng::seed_from_u64(11);
    let mut below = |bound: usize| random.next_u32() as usize % bound;
    for (operation, body) in good_bodies(&harness).await {
        for number in 0..BODIES_COUNT {
            let mut bytes = body.clone().into_bytes();
            for _ in 0..=below(3) {
                let place = below(bytes.len());
                match below(3) {
                    0 => bytes[place] ^= 1 << below(8),
                    1 => drop(bytes.drain(place..(place + below(8)).min(bytes.len()))),
                    _ => bytes.insert(place, b"\"{}[],:\\0-e.\xff\x00n"[below(15)]),
                }
                bytes.push(b' ');
            }
            let wire = ["application/x-amz-json-1.1", "application/x-amz-cbor-1.1"][number % 2];
            let (status, told) = send(&harness, operation, bytes.into(), wire).await;
            assert!(status == 200 || status == 400, "{operation}: {status} {told}");
        }
    }
    is_alive(&harness).await;
}

#[tokio::test]
async fn no_changed_iterator_is_an_iterator() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    let good = harness.iterator("orders", "0", json!({"ShardIteratorType": "LATEST"})).await;
    let mut forged: Vec<String> = Vec::new();
    for place in 0..good.len() {
        let other = if good.as_bytes()[place] == b'A' { "B" } else { "A" };
        forged.push(format!("{}{other}{}", &good[..place], &good[place + 1..]));
    }
    forged.push(format!("{good}AAAA"));
    forged.push(format!("AAAA{good}"));
    forged.push(good[4..].to_owned());
    forged.push("A".repeat(512));
    for iterator in forged {
        let body = json!({"ShardIterator": iterator});
        harness.check_refused("GetRecords", body, "InvalidArgumentException", "Invalid ShardIterator.").await;
    }
    for iterator in ["", &"A".repeat(513)] {
        let (status, answer) = harness.call("GetRecords", &json!({"ShardIterator": iterator})).await;
        assert_eq!((status, text(&answer["__type"])), (400, "ValidationException"));
    }
    // The right text of another kind of token, signed by the same server.
    for number in 0..101 {
        harness.create(&format!("s{number}"), 1).await;
    }
    let token: Value = harness.ok("ListStreams", json!({"Limit": 1})).await["NextToken"].clone();
    let body = json!({"ShardIterator": token});
    harness.check_refused("GetRecords", body, "InvalidArgumentException", "Invalid ShardIterator.").await;
    harness.ok("GetRecords", json!({"ShardIterator": good})).await;
}

#[tokio::test]
async fn a_body_that_nests_without_end_is_refused() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    for (deep, wire) in [
        (b"[".repeat(1 << 20), "application/x-amz-json-1.1"),
        (br#"{"Records":"#.repeat(100_000), "application/x-amz-json-1.1"),
        (b"\x81".repeat(1 << 20), "application/x-amz-cbor-1.1"),
        (b"\xc1".repeat(1 << 20), "application/x-amz-cbor-1.1"),
        (b"\xa1\x61a".repeat(300_000), "application/x-amz-cbor-1.1"),
    ] {
        let (status, told) = send(&harness, "PutRecords", deep.into(), wire).await;
        assert_eq!(status, 400, "{told}");
    }
    is_alive(&harness).await;
}

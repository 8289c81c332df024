//! Faults on purpose, put and taken back while the server runs.

use serde_json::{Value, json};

use crate::harness::{Harness, text, texts};

async fn inject(harness: &Harness, rules: Value) {
    let (status, answer) = harness.extension("PutFaultInjection", &json!({"Seed": 7, "Rules": rules})).await;
    assert_eq!(status, 200, "{answer}");
}

fn put(stream: &str) -> Value {
    json!({"StreamName": stream, "PartitionKey": "k", "Data": "eA=="})
}

#[tokio::test]
async fn a_rule_strikes_its_operations_and_streams_alone() {
    let harness = Harness::new().await;
    harness.create("orders-1", 1).await;
    harness.create("other", 1).await;
    inject(
        &harness,
        json!([{"Operations": ["Put*"], "Streams": ["orders-*"], "ThrottledPerThousand": 1000}]),
    )
    .await;
    let message = "Rate exceeded for stream orders-1 under account 123456789012.";
    let exception = "ProvisionedThroughputExceededException";
    harness.check_refused("PutRecord", put("orders-1"), exception, message).await;
    harness.ok("PutRecord", put("other")).await;
    harness.ok("DescribeStream", json!({"StreamName": "orders-1"})).await;
    let (_, told) = harness.extension("GetFaultInjection", &json!({})).await;
    assert_eq!((&told["ThrottledCount"], &told["FailedCount"]), (&json!(1), &json!(0)));
    assert_eq!(told["FaultInjection"]["Rules"][0]["Streams"], json!(["orders-*"]));
    assert_eq!(told["FaultInjection"]["Seed"], 7);

    inject(&harness, json!([])).await;
    harness.ok("PutRecord", put("orders-1")).await;
}

#[tokio::test]
async fn a_rule_for_a_stream_finds_it_however_the_request_names_it() {
    let harness = Harness::new().await;
    harness.create("orders", 2).await;
    let iterator = harness.iterator("orders", "0", json!({"ShardIteratorType": "LATEST"})).await;
    let page = harness.ok("ListShards", json!({"StreamName": "orders", "MaxResults": 1})).await;
    inject(&harness, json!([{"Streams": ["orders"], "ThrottledPerThousand": 1000}])).await;
    let arn = "arn:aws:kinesis:eu-west-1:123456789012:stream/orders";
    for (operation, body) in [
        ("ListShards", json!({"StreamName": "orders"})),
        ("ListShards", json!({"StreamARN": arn})),
        ("ListShards", json!({"StreamId": harness.stream("orders").stream_id.as_ref()})),
        ("ListShards", json!({"NextToken": page["NextToken"]})),
        ("GetRecords", json!({"ShardIterator": iterator})),
        ("ListTagsForResource", json!({"ResourceARN": arn})),
        ("DescribeStreamConsumer", json!({"ConsumerARN": format!("{arn}/consumer/app:1")})),
    ] {
        let (status, answer) = harness.call(operation, &body).await;
        let shown = body["StreamId"].as_str().unwrap_or("orders");
        let message = format!("Rate exceeded for stream {shown} under account 123456789012.");
        assert_eq!((status, text(&answer["message"])), (400, message.as_str()), "{operation} {body}");
    }
    harness.ok("ListStreams", json!({})).await;
}

#[tokio::test]
async fn a_failure_comes_before_the_work_or_after_it() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    let message = "This failure was injected, as the server was told to.";
    for (after, stored) in [(false, 0), (true, 1)] {
        let rule = json!([{"Operations": ["PutRecord"], "FailedPerThousand": 1000, "FailAfterWork": after}]);
        inject(&harness, rule).await;
        harness.check_refused("PutRecord", put("orders"), "InternalFailure", message).await;
        let iterator = harness.iterator("orders", "0", json!({"ShardIteratorType": "TRIM_HORIZON"})).await;
        let page = harness.ok("GetRecords", json!({"ShardIterator": iterator})).await;
        assert_eq!(texts(&page).len(), stored, "after the work: {after}");
    }
}

#[tokio::test]
async fn a_share_of_the_records_of_put_records_is_refused_the_same_in_every_run() {
    let mut runs = Vec::new();
    for _ in 0..2 {
        let harness = Harness::new().await;
        harness.create("orders", 1).await;
        inject(&harness, json!([{"RecordsFailedPerThousand": 300}])).await;
        let records: Vec<Value> = (0..100).map(|_| json!({"PartitionKey": "k", "Data": "eA=="})).collect();
        let answer = harness.ok("PutRecords", json!({"StreamName": "orders", "Records": records})).await;
        let refused: Vec<bool> = answer["Records"]
            .as_array()
            .expect("results")
            .iter()
            .map(|result| result["ErrorCode"] == "ProvisionedThroughputExceededException")
            .collect();
        let count = refused.iter().filter(|refused| **refused).count();
        assert_eq!(answer["FailedRecordCount"], count);
        assert!((10..60).contains(&count), "{count}");
        runs.push(refused);
    }
    assert_eq!(runs[0], runs[1]);
}

#[tokio::test]
async fn latency_holds_a_request_up() {
    let harness = Harness::new().await;
    inject(&harness, json!([{"LatencyMillisMin": 2_000, "LatencyMillisMax": 3_000}])).await;
    tokio::time::pause();
    let before = harness.clock.now_millis();
    harness.ok("ListStreams", json!({})).await;
    let took = harness.clock.now_millis() - before;
    assert!((2_000..=3_001).contains(&took), "{took}");
}

#[tokio::test]
async fn rules_out_of_their_bounds_are_refused() {
    let harness = Harness::new().await;
    for (rules, words) in [
        (json!([{"ThrottledPerThousand": 1001}]), "rules.1.member.throttledPerThousand"),
        (json!([{"FailedPerThousand": -1}]), "rules.1.member.failedPerThousand"),
        (json!([{"LatencyMillisMax": 60_001}]), "rules.1.member.latencyMillisMax"),
        (json!([{"LatencyMillisMin": 2, "LatencyMillisMax": 1}]), "rules.1.member.latencyMillisMin"),
        (json!([{"Streams": [""]}]), "rules.1.member.streams"),
        (json!([{}, {"Operations": ["Put*", "PutRecrd"]}]), "'PutRecrd' at 'rules.2.member.operations'"),
        (json!([{"Operations": ["PurgeStream"]}]), "Member must fit an operation of Kinesis"),
        (
            json!([{"ThrottledPerThousand": 600, "FailedPerThousand": 401}]),
            "'401' at 'rules.1.member.failedPerThousand' failed to satisfy constraint: Member must have value less than \
             or equal to 400",
        ),
        (
            json!([{"Operations": ["PutRecord"], "RecordsFailedPerThousand": 1}]),
            "rules.1.member.recordsFailedPerThousand",
        ),
        (
            json!([{"ThrotledPerThousand": 1}]),
            "Unknown member 'ThrotledPerThousand' in rules.1.member; the members there are Operations, Streams,",
        ),
        (json!(vec![json!({}); 101]), "'rules'"),
    ] {
        let (status, answer) = harness.extension("PutFaultInjection", &json!({"Rules": rules})).await;
        assert_eq!((status, text(&answer["__type"])), (400, "ValidationException"));
        assert!(text(&answer["message"]).contains(words), "{answer}");
    }
    let (status, answer) = harness.extension("PutFaultInjection", &json!({"Rulez": []})).await;
    let message = "Unknown member 'Rulez' in the request; the members there are Seed, Rules.";
    assert_eq!((status, text(&answer["message"])), (400, message));
    let (_, told) = harness.extension("GetFaultInjection", &json!({})).await;
    assert_eq!(told["FaultInjection"]["Rules"], json!([]), "nothing was put");
}

#[tokio::test]
async fn shares_that_are_all_together_and_every_documented_member_are_taken() {
    let harness = Harness::new().await;
    let rules = json!([
        {"Operations": ["PutRecord*"], "Streams": ["orders-*"], "ThrottledPerThousand": 600, "FailedPerThousand": 400,
         "FailAfterWork": true, "RecordsFailedPerThousand": 1000, "LatencyMillisMin": 1, "LatencyMillisMax": 2},
    ]);
    inject(&harness, rules.clone()).await;
    let (_, told) = harness.extension("GetFaultInjection", &json!({})).await;
    assert_eq!(told["FaultInjection"]["Rules"], rules);
}

#[tokio::test]
async fn our_own_operations_say_what_is_wrong_with_a_request() {
    let harness = Harness::new().await;
    let (status, answer) = harness.extension("NoSuchThing", &json!({})).await;
    let message =
        "The operations of Alluvium_20261123 are GetFaultInjection, PurgeStream, PutFaultInjection.";
    let expected = json!({"__type": "UnknownOperationException", "message": message});
    assert_eq!((status, answer), (400, expected));
    for (body, words) in [
        ("{\"Seed\": 1,\n \"Rules\": [}", "cannot be read: expected value at line 2 column 12."),
        ("hello", "cannot be read: expected value at line 1 column 1."),
        ("", "EOF while parsing a value at line 1 column 0."),
        ("7", "is another JSON value."),
    ] {
        let (status, answer) = harness.extension_text("PutFaultInjection", body).await;
        assert_eq!((status, text(&answer["__type"])), (400, "SerializationException"), "{body}");
        assert!(text(&answer["Message"]).ends_with(words), "{answer}");
    }
    let (_, answer) = harness.call_text("ListStreams", "hello").await;
    assert_eq!(answer, json!({"__type": "SerializationException"}), "AWS has no words for it");
}

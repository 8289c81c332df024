//! Consumers are registered, described, listed, tagged and taken away.

use std::time::Duration;

use alluvium_kinesis_server::{KinesisOptions, Limits};
use serde_json::{Value, json};

use crate::harness::{Harness, Setup, text};

const ARN: &str = "arn:aws:kinesis:eu-west-1:123456789012:stream/orders";

fn named(name: &str) -> Value {
    json!({"StreamARN": ARN, "ConsumerName": name})
}

fn settling_for(millis: u32, limits: Limits) -> Setup {
    let setup = Setup::default();
    Setup { options: KinesisOptions { creating_millis: millis, limits, ..setup.options }, ..setup }
}

#[tokio::test]
async fn a_consumer_is_creating_then_active_then_deleting_then_gone() {
    let harness = Harness::with(settling_for(60_000, Limits::None)).await;
    harness.create("orders", 1).await;
    harness.advance(Duration::from_mins(1)).await;
    let registered = harness.ok("RegisterStreamConsumer", named("app")).await;
    let arn = text(&registered["Consumer"]["ConsumerARN"]).to_owned();
    let created: u32 = arn
        .strip_prefix(&format!("{ARN}/consumer/app:"))
        .and_then(|created| created.parse().ok())
        .expect("the ARN ends with the time of creation");
    let consumer = |status: &str| {
        json!({
            "ConsumerName": "app",
            "ConsumerARN": arn,
            "ConsumerStatus": status,
            "ConsumerCreationTimestamp": f64::from(created),
        })
    };
    assert_eq!(registered, json!({"Consumer": consumer("CREATING")}));
    let not_active = format!(
        "Consumer app with creation timestamp {created} under stream orders and account 123456789012 is not in ACTIVE status."
    );
    let in_use = "ResourceInUseException";
    harness.check_refused("DeregisterStreamConsumer", named("app"), in_use, &not_active).await;
    let exists = "Consumer app under stream orders already exists for account 123456789012.";
    harness.check_refused("RegisterStreamConsumer", named("app"), in_use, exists).await;

    harness.advance(Duration::from_mins(1)).await;
    let mut described = consumer("ACTIVE");
    described["StreamARN"] = json!(ARN);
    let expected = json!({"ConsumerDescription": described});
    for body in [named("app"), json!({"ConsumerARN": arn})] {
        assert_eq!(harness.ok("DescribeStreamConsumer", body).await, expected);
    }
    let summary = harness.ok("DescribeStreamSummary", json!({"StreamName": "orders"})).await;
    assert_eq!(summary["StreamDescriptionSummary"]["ConsumerCount"], 1);

    harness.ok("DeregisterStreamConsumer", json!({"ConsumerARN": arn})).await;
    let listed = harness.ok("ListStreamConsumers", json!({"StreamARN": ARN})).await;
    assert_eq!(listed, json!({"Consumers": [consumer("DELETING")]}));
    harness.advance(Duration::from_mins(1)).await;
    let gone = "Consumer app, account 123456789012 not found.";
    harness.check_refused("DescribeStreamConsumer", named("app"), "ResourceNotFoundException", gone).await;
    assert_eq!(harness.ok("ListStreamConsumers", json!({"StreamARN": ARN})).await, json!({"Consumers": []}));
    let again = harness.ok("RegisterStreamConsumer", named("app")).await;
    assert_ne!(text(&again["Consumer"]["ConsumerARN"]), arn);
}

#[tokio::test]
async fn consumers_are_listed_page_by_page_until_the_token_expires() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    harness.create("other", 1).await;
    for name in ["c", "a", "b"] {
        harness.ok("RegisterStreamConsumer", named(name)).await;
    }
    let names = |answer: &Value| -> Vec<String> {
        let consumers = answer["Consumers"].as_array().expect("consumers").iter();
        consumers.map(|consumer| text(&consumer["ConsumerName"]).to_owned()).collect()
    };
    let first = harness.ok("ListStreamConsumers", json!({"StreamARN": ARN, "MaxResults": 2})).await;
    assert_eq!(names(&first), ["a", "b"]);
    let next = json!({"StreamARN": ARN, "NextToken": first["NextToken"]});
    let last = harness.ok("ListStreamConsumers", next.clone()).await;
    assert_eq!((names(&last), last.get("NextToken")), (vec!["c".to_owned()], None));

    let invalid = "InvalidArgumentException";
    let elsewhere = json!({"StreamARN": ARN.replace("orders", "other"), "NextToken": first["NextToken"]});
    harness.check_refused("ListStreamConsumers", elsewhere, invalid, "Invalid NextToken.").await;
    let forged = json!({"StreamARN": ARN, "NextToken": "AAAA"});
    harness.check_refused("ListStreamConsumers", forged, invalid, "Invalid NextToken.").await;
    let mut both = next.clone();
    both["StreamCreationTimestamp"] = json!(1);
    let message = "NextToken and StreamCreationTimestamp cannot be provided together.";
    harness.check_refused("ListStreamConsumers", both, invalid, message).await;
    let another = json!({"StreamARN": ARN, "StreamCreationTimestamp": 1});
    let message = "Stream orders under account 123456789012 not found.";
    harness.check_refused("ListStreamConsumers", another, "ResourceNotFoundException", message).await;
    harness.advance(Duration::from_mins(5)).await;
    let (status, answer) = harness.call("ListStreamConsumers", &next).await;
    assert_eq!((status, text(&answer["__type"])), (400, "ExpiredNextTokenException"));
}

#[tokio::test]
async fn a_consumer_has_tags_of_its_own() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    let mut body = named("app");
    body["Tags"] = json!({"team": "a"});
    let arn = harness.ok("RegisterStreamConsumer", body).await["Consumer"]["ConsumerARN"].clone();
    harness.ok("TagResource", json!({"ResourceARN": arn, "Tags": {"x": "y"}})).await;
    harness.ok("UntagResource", json!({"ResourceARN": arn, "TagKeys": ["team"]})).await;
    let listed = harness.ok("ListTagsForResource", json!({"ResourceARN": arn})).await;
    assert_eq!(listed["Tags"], json!([{"Key": "x", "Value": "y"}]));
    let listed = harness.ok("ListTagsForResource", json!({"ResourceARN": ARN})).await;
    assert_eq!(listed["Tags"], json!([]));
    let other = format!("{ARN}/consumer/app:1");
    let message = format!("Consumer {other}, account 123456789012 not found.");
    let body = json!({"ResourceARN": other});
    harness.check_refused("ListTagsForResource", body, "ResourceNotFoundException", &message).await;
}

#[tokio::test]
async fn a_stream_has_twenty_consumers_and_with_limits_five_begin_at_a_time() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    for index in 0..20 {
        harness.ok("RegisterStreamConsumer", named(&format!("app{index}"))).await;
    }
    let message =
        "This request would exceed the limit of 20 consumers for stream orders under account 123456789012.";
    harness.check_refused("RegisterStreamConsumer", named("more"), "LimitExceededException", message).await;

    let harness = Harness::with(settling_for(60_000, Limits::Aws)).await;
    harness.create("orders", 1).await;
    harness.advance(Duration::from_mins(1)).await;
    for index in 0..5 {
        harness.ok("RegisterStreamConsumer", named(&format!("app{index}"))).await;
        harness.advance(Duration::from_secs(1)).await;
    }
    let message =
        "This request would exceed the limit of 5 consumers in CREATING status for account 123456789012.";
    harness.check_refused("RegisterStreamConsumer", named("more"), "LimitExceededException", message).await;
    harness.advance(Duration::from_mins(1)).await;
    harness.ok("RegisterStreamConsumer", named("more")).await;
}

#[tokio::test]
async fn a_stream_with_consumers_is_deleted_only_when_that_is_said() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    harness.ok("RegisterStreamConsumer", named("app")).await;
    let message = "DeleteStream can't delete 123456789012:orders because there are consumers associated with this data stream. \
                   To delete orders anyway, set the EnforceConsumerDeletion parameter to true to force the deletion of all the \
                   consumers that are associated with it.";
    for body in
        [json!({"StreamName": "orders"}), json!({"StreamName": "orders", "EnforceConsumerDeletion": false})]
    {
        harness.check_refused("DeleteStream", body, "ResourceInUseException", message).await;
    }
    harness.ok("DeleteStream", json!({"StreamName": "orders", "EnforceConsumerDeletion": true})).await;
    let gone = "Stream orders under account 123456789012 not found.";
    harness.check_refused("DescribeStreamConsumer", named("app"), "ResourceNotFoundException", gone).await;
}

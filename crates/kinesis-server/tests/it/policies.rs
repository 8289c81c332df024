//! Policies of streams and consumers: kept as they were put, refused when they are none, and in force.

use alluvium_iam::{AuthMode, Authenticator};
use alluvium_kinesis_server::KinesisServer;
use serde_json::{Value, json};

use crate::harness::{Harness, Setup, text};

const ARN: &str = "arn:aws:kinesis:eu-west-1:123456789012:stream/orders";
/// Who calls where everybody is let in.
const CALLER: &str = "arn:aws:iam::123456789012:root";

fn policy(effect: &str, principal: &Value, action: &Value, resource: &str) -> String {
    json!({
        "Version": "2012-10-17",
        "Statement": [{"Effect": effect, "Principal": principal, "Action": action, "Resource": resource}],
    })
    .to_string()
}

async fn put(harness: &Harness, arn: &str, policy: &str) {
    harness.ok("PutResourcePolicy", json!({"ResourceARN": arn, "Policy": policy})).await;
}

async fn check_denied(harness: &Harness, operation: &str, body: Value, arn: &str) {
    let message = format!(
        "User: {CALLER} is not authorized to perform: kinesis:{operation} on resource: {arn} with an explicit deny in a \
         resource-based policy"
    );
    harness.check_refused(operation, body, "AccessDeniedException", &message).await;
}

#[tokio::test]
async fn a_policy_is_kept_as_it_was_put_until_it_is_deleted() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    let resource = json!({"ResourceARN": ARN});
    let message = format!("No resource policy found for resource ARN {ARN}.");
    for operation in ["GetResourcePolicy", "DeleteResourcePolicy"] {
        harness.check_refused(operation, resource.clone(), "ResourceNotFoundException", &message).await;
    }
    let allow = policy("Allow", &json!({"AWS": "111111111111"}), &json!(["kinesis:PutRecord"]), ARN);
    put(&harness, ARN, &format!(" {allow} ")).await;
    let kept = harness.ok("GetResourcePolicy", resource.clone()).await;
    assert_eq!(kept, json!({"Policy": format!(" {allow} ")}));
    harness.ok("DeleteResourcePolicy", resource.clone()).await;
    harness.check_refused("GetResourcePolicy", resource, "ResourceNotFoundException", &message).await;
}

#[tokio::test]
async fn an_explicit_deny_is_in_force_at_once_and_its_owner_can_take_it_back() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    harness.create("other", 1).await;
    harness.put("orders", "a", "1").await;
    let iterator = harness.iterator("orders", "0", json!({"ShardIteratorType": "TRIM_HORIZON"})).await;
    let page = harness.ok("ListShards", json!({"StreamName": "orders"})).await;
    assert_eq!(page["Shards"].as_array().map(Vec::len), Some(1));
    let id = harness.ok("DescribeStreamSummary", json!({"StreamARN": ARN})).await;
    let id = text(&id["StreamDescriptionSummary"]["StreamId"]).to_owned();

    put(&harness, ARN, &policy("Deny", &json!("*"), &json!("kinesis:*"), ARN)).await;
    let record = |stream: Value| {
        let mut body = json!({"PartitionKey": "a", "Data": ""});
        body.as_object_mut().expect("an object").extend(stream.as_object().expect("an object").clone());
        body
    };
    for stream in [json!({"StreamName": "orders"}), json!({"StreamARN": ARN}), json!({"StreamId": id})] {
        check_denied(&harness, "PutRecord", record(stream.clone()), ARN).await;
        check_denied(&harness, "DescribeStreamSummary", stream, ARN).await;
    }
    check_denied(&harness, "GetRecords", json!({"ShardIterator": iterator}), ARN).await;
    check_denied(&harness, "ListTagsForResource", json!({"ResourceARN": ARN}), ARN).await;
    check_denied(&harness, "RegisterStreamConsumer", json!({"StreamARN": ARN, "ConsumerName": "a"}), ARN)
        .await;
    check_denied(&harness, "DeleteStream", json!({"StreamName": "orders"}), ARN).await;
    harness.ok("PutRecord", record(json!({"StreamName": "other"}))).await;
    harness.ok("ListStreams", json!({})).await;

    harness.ok("GetResourcePolicy", json!({"ResourceARN": ARN})).await;
    harness.ok("DeleteResourcePolicy", json!({"ResourceARN": ARN})).await;
    harness.ok("PutRecord", record(json!({"StreamName": "orders"}))).await;
    let read = harness.ok("GetRecords", json!({"ShardIterator": iterator})).await;
    assert_eq!(read["Records"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn a_deny_meets_the_actions_and_principals_that_it_names() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    let body = json!({"StreamName": "orders", "PartitionKey": "a", "Data": ""});
    for (principal, action, denied) in [
        (json!("*"), json!("kinesis:Put*"), true),
        (json!({"AWS": "123456789012"}), json!(["kinesis:PutRecord", "kinesis:GetRecords"]), true),
        (json!({"AWS": CALLER}), json!("*"), true),
        (json!({"AWS": "111111111111"}), json!("*"), false),
        (json!({"AWS": "arn:aws:iam::123456789012:user/eve"}), json!("*"), false),
        (json!("*"), json!("kinesis:Get*"), false),
    ] {
        put(&harness, ARN, &policy("Deny", &principal, &action, "*")).await;
        if denied {
            check_denied(&harness, "PutRecord", body.clone(), ARN).await;
        } else {
            harness.ok("PutRecord", body.clone()).await;
        }
    }
}

#[tokio::test]
async fn a_consumer_has_a_policy_of_its_own() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    let by_name = json!({"StreamARN": ARN, "ConsumerName": "app"});
    let registered = harness.ok("RegisterStreamConsumer", by_name.clone()).await;
    let arn = text(&registered["Consumer"]["ConsumerARN"]).to_owned();
    put(&harness, &arn, &policy("Deny", &json!("*"), &json!("kinesis:DescribeStreamConsumer"), &arn)).await;
    check_denied(&harness, "DescribeStreamConsumer", by_name, &arn).await;
    check_denied(&harness, "DescribeStreamConsumer", json!({"ConsumerARN": arn}), &arn).await;
    harness.ok("DescribeStream", json!({"StreamName": "orders"})).await;
    harness.ok("DeregisterStreamConsumer", json!({"ConsumerARN": arn})).await;
}

#[tokio::test]
async fn what_is_no_policy_of_this_resource_is_refused_with_its_place() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    let all = json!("*");
    for (text, place) in [
        ("hello".to_owned(), "Policy: it is not JSON: expected value at line 1 column 1"),
        ("{}".to_owned(), "Version: it is missing: \"2012-10-17\""),
        (policy("allow", &all, &all, ARN), "Statement[0].Effect: \"allow\" is not Allow or Deny"),
        (
            policy("Allow", &json!({"AWS": "me"}), &all, ARN),
            "Statement[0].Principal.AWS: \"me\" is not an account id, the ARN of a user or role, or *",
        ),
        (
            policy("Allow", &all, &json!("s3:GetObject"), ARN),
            "Statement[0].Action: \"s3:GetObject\" is not an action of kinesis",
        ),
        (
            policy("Allow", &all, &all, "arn:aws:kinesis:eu-west-1:123456789012:stream/other"),
            "Statement[0].Resource: it does not name arn:aws:kinesis:eu-west-1:123456789012:stream/orders",
        ),
    ] {
        let message = format!("The resource policy is not valid. {place}");
        let body = json!({"ResourceARN": ARN, "Policy": text});
        harness.check_refused("PutResourcePolicy", body, "InvalidArgumentException", &message).await;
    }
}

#[tokio::test]
async fn a_policy_goes_with_its_stream() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    put(&harness, ARN, &policy("Deny", &json!("*"), &json!("kinesis:PutRecord"), ARN)).await;
    harness.ok("DeleteStream", json!({"StreamName": "orders"})).await;
    harness.create("orders", 1).await;
    harness.put("orders", "a", "1").await;
}

#[tokio::test]
async fn a_policy_is_in_force_after_a_restart() {
    let mut harness = Harness::new().await;
    harness.create("orders", 1).await;
    put(&harness, ARN, &policy("Deny", &json!("*"), &json!("kinesis:PutRecord"), ARN)).await;
    let options = Setup::default().options;
    let authenticator = Authenticator::new(harness.iam.clone(), AuthMode::Any);
    harness.server = KinesisServer::new(harness.store.clone(), authenticator, options, harness.clock);
    let body = json!({"StreamName": "orders", "PartitionKey": "a", "Data": ""});
    check_denied(&harness, "PutRecord", body, ARN).await;
}

#[tokio::test]
async fn a_policy_is_not_slipped_past_by_another_spelling_of_the_arn() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    put(&harness, ARN, &policy("Deny", &json!("*"), &json!("kinesis:*"), ARN)).await;
    check_denied(&harness, "DescribeStreamSummary", json!({"StreamARN": ARN}), ARN).await;
    let message = "Stream orders under account 123456789012 not found.";
    for partition in ["aws-cn", "aws-us-gov", "awsx"] {
        let other = ARN.replacen("aws", partition, 1);
        let body = json!({"StreamARN": other});
        harness.check_refused("DescribeStreamSummary", body, "ResourceNotFoundException", message).await;
        let body = json!({"ResourceARN": other});
        harness.check_refused("ListTagsForResource", body, "ResourceNotFoundException", message).await;
    }
}

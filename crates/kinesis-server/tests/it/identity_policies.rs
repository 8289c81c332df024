//! What the policies of a role let its sessions do with streams, and what their conditions can ask.

use std::net::{IpAddr, Ipv4Addr};

use alluvium_iam::{API_GATEWAY, ClientConnection, TrustPolicy};
use http::HeaderValue;
use http::header::AUTHORIZATION;
use serde_json::{Value, json};

use crate::harness::{Harness, request};

/// Streams named `own-...` from inside of a network; tags of the team only.
const POLICY: &str = r#"{"Version":"2012-10-17","Statement":[
    {"Effect":"Allow","Action":["kinesis:PutRecord","kinesis:CreateStream"],
     "Resource":"arn:aws:kinesis:eu-west-1:123456789012:stream/own-*",
     "Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}},
    {"Effect":"Deny","Action":"kinesis:CreateStream","Resource":"*",
     "Condition":{"StringNotEquals":{"aws:RequestTag/team":"blue"}}},
    {"Effect":"Allow","Action":"kinesis:DescribeStreamSummary","Resource":"*",
     "Condition":{"StringEquals":{"aws:ResourceTag/team":"blue"}}}]}"#;

struct Role<'a> {
    harness: &'a Harness,
    access_key_id: String,
}

impl Role<'_> {
    /// `yes`, or what the answer says instead, of a request from an address.
    async fn call(&self, source_ip: [u8; 4], operation: &str, body: Value) -> String {
        let mut request = request(operation, &body.to_string());
        let signed = format!(
            "AWS4-HMAC-SHA256 Credential={}/20260101/eu-west-1/kinesis/aws4_request, SignedHeaders=host, Signature=0",
            self.access_key_id
        );
        request.headers_mut().insert(AUTHORIZATION, HeaderValue::from_str(&signed).expect("a header"));
        let source_ip = IpAddr::V4(Ipv4Addr::from(source_ip));
        request.extensions_mut().insert(ClientConnection { source_ip, secure_transport: false });
        let answer = self.harness.send(request).await;
        if answer.status() == 200 {
            return "yes".to_owned();
        }
        let body: Value = serde_json::from_slice(answer.body()).expect("JSON");
        let message = body["message"].as_str().unwrap_or_default();
        message.split_once(" on resource: ").map_or(message, |(_, rest)| rest).to_owned()
    }
}

#[tokio::test]
async fn a_role_may_do_what_its_policy_says_from_where_and_to_what_it_says() {
    let harness = Harness::new().await;
    let role = harness.iam.create_role("writer", &TrustPolicy::of_service(API_GATEWAY)).expect("made");
    harness.iam.put_role_policy("writer", "p", POLICY).expect("put");
    let access_key_id = harness.iam.role_credentials(&role).expect("trusted").access_key_id;
    let role = Role { harness: &harness, access_key_id };
    let (inside, outside) = ([10, 1, 2, 3], [192, 0, 2, 1]);
    let stream =
        |name: &str, team: &str| json!({"StreamName": name, "ShardCount": 1, "Tags": {"team": team}});
    let explicit = |name: &str| {
        format!(
            "arn:aws:kinesis:eu-west-1:123456789012:stream/{name} with an explicit deny in an identity-based policy"
        )
    };
    let none = |name: &str, action: &str| {
        format!(
            "arn:aws:kinesis:eu-west-1:123456789012:stream/{name} because no identity-based policy allows the kinesis:{action} action"
        )
    };
    assert_eq!(role.call(inside, "CreateStream", stream("own-1", "red")).await, explicit("own-1"));
    assert_eq!(role.call(inside, "CreateStream", stream("own-1", "blue")).await, "yes");
    assert_eq!(
        role.call(inside, "CreateStream", stream("other", "blue")).await,
        none("other", "CreateStream")
    );
    let record = json!({"StreamName": "own-1", "PartitionKey": "a", "Data": "AA=="});
    assert_eq!(role.call(inside, "PutRecord", record.clone()).await, "yes");
    assert_eq!(role.call(outside, "PutRecord", record).await, none("own-1", "PutRecord"));

    let summary = |name: &str| json!({"StreamName": name});
    assert_eq!(role.call(outside, "DescribeStreamSummary", summary("own-1")).await, "yes");
    harness.create("untagged", 1).await;
    assert_eq!(
        role.call(outside, "DescribeStreamSummary", summary("untagged")).await,
        none("untagged", "DescribeStreamSummary")
    );
}

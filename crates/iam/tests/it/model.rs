//! Every operation that is served, held against botocore's model of IAM and STS: its members, which are required, their limits,
//! patterns and words.

use alluvium_iam::{IamService, StsService};
use serde_json::json;

use crate::clients::observed;
use crate::listener::Listener;

#[tokio::test]
async fn every_member_is_checked_as_the_model_has_it() {
    let listener = Listener::start().await;
    let operations: Vec<String> = IamService::operation_names()
        .map(|name| format!("iam:{name}"))
        .chain(StsService::operation_names().map(|name| format!("sts:{name}")))
        .collect();
    let count = operations.len();
    let Some(seen) = observed(&listener, "iam_model.py", operations).await else { return };
    assert_eq!(seen["departures"], json!([]), "{seen}");
    assert_eq!(seen["operations"], count);
    assert!(seen["requests"].as_u64().is_some_and(|requests| requests > 500), "{seen}");
}

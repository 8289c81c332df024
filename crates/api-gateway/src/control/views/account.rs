//! The account as AWS shows it. <https://docs.aws.amazon.com/apigateway/latest/api/API_GetAccount.html>

use serde_json::{Value, json};

use super::{object, plain};
use crate::limits::{ACCOUNT_BURST, ACCOUNT_RATE};
use crate::model::Account;

/// The account with what AWS gives to each.
pub(crate) fn account(account: &Account) -> Value {
    object([
        ("cloudwatchRoleArn", plain(&account.cloudwatch_role_arn)),
        ("throttleSettings", Some(json!({"burstLimit": ACCOUNT_BURST, "rateLimit": ACCOUNT_RATE}))),
        ("features", Some(json!(["UsagePlans"]))),
        ("apiKeyVersion", Some(Value::from("4"))),
    ])
}

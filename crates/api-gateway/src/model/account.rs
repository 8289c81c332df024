//! The account's settings of API Gateway.
//! <https://docs.aws.amazon.com/apigateway/latest/api/API_Account.html>

use serde::{Deserialize, Serialize};

/// The account's settings.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// The role with which API Gateway writes logs on AWS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cloudwatch_role_arn: Option<String>,
}

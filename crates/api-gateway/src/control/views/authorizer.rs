//! Authorizers as AWS shows them. <https://docs.aws.amazon.com/apigateway/latest/api/API_Authorizer.html>

use serde_json::Value;

use super::plain;
use crate::model::Authorizer;

/// An authorizer as AWS shows it.
pub(crate) fn authorizer(authorizer: &Authorizer) -> Value {
    plain(authorizer).unwrap_or_default()
}

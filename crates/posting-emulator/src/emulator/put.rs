//! What the server's answer to one PUT means.
//!
//! API Gateway's default mapping passes Kinesis's error bodies on inside an HTTP 200, so the status alone says nothing: only a
//! body with ShardId and SequenceNumber is an acknowledgement
//! (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecord.html>).

use bytes::Bytes;
use http::StatusCode;
use serde_json::{Map, Value};
use thiserror::Error;

use crate::limits::{ERROR_SAMPLE_CHARS_MAX, RESPONSE_BODY_BYTES_MAX};

/// Where the server put a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Acknowledgement {
    pub(super) shard_id: String,
    pub(super) sequence_number: String,
}

/// Why a PUT was not acknowledged. What the server says is kept short.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(super) enum PutError {
    #[error("no connection: {0}")]
    Connection(String),
    #[error("no answer within {0} s")]
    Timeout(u64),
    #[error("cancelled before the answer came")]
    Cancelled,
    #[error("the request cannot be signed: {0}")]
    Signing(String),
    #[error("HTTP {status}: {message}")]
    Status { status: StatusCode, message: String },
    #[error("{error_type}: {message}")]
    ErrorBody { error_type: String, message: String },
    #[error("HTTP 200 without a SequenceNumber: {0}")]
    NotAnAcknowledgement(String),
    #[error("the answer is larger than {RESPONSE_BODY_BYTES_MAX} bytes")]
    AnswerTooLarge,
}

/// Error types that Kinesis and API Gateway answer when the same request may succeed a moment later.
const TRANSIENT_ERROR_TYPES: &[&str] = &[
    "InternalFailure",
    "InternalFailureException",
    "InternalServerError",
    "KMSThrottlingException",
    "LimitExceededException",
    "ProvisionedThroughputExceededException",
    "ServiceUnavailable",
    "ServiceUnavailableException",
    "ThrottlingException",
    "TooManyRequestsException",
];

impl PutError {
    /// What errors are counted by.
    pub(super) fn kind(&self) -> String {
        match self {
            Self::Connection(_) => "connection".to_owned(),
            Self::Timeout(_) => "timeout".to_owned(),
            Self::Cancelled => "cancelled".to_owned(),
            Self::Signing(_) => "signing".to_owned(),
            Self::Status { status, .. } => format!("HTTP {}", status.as_u16()),
            Self::ErrorBody { error_type, .. } => error_type.clone(),
            Self::NotAnAcknowledgement(_) => "no SequenceNumber".to_owned(),
            Self::AnswerTooLarge => "answer too large".to_owned(),
        }
    }

    /// Whether the same request may succeed a moment later.
    pub(super) fn is_transient(&self) -> bool {
        match self {
            Self::Connection(_) | Self::Timeout(_) => true,
            Self::Status { status, .. } => {
                status.is_server_error() || *status == StatusCode::TOO_MANY_REQUESTS
            }
            Self::ErrorBody { error_type, .. } => TRANSIENT_ERROR_TYPES.contains(&error_type.as_str()),
            Self::Cancelled | Self::Signing(_) | Self::NotAnAcknowledgement(_) | Self::AnswerTooLarge => {
                false
            }
        }
    }
}

/// The meaning of a complete answer.
pub(super) fn meaning(status: StatusCode, body: &Bytes) -> Result<Acknowledgement, PutError> {
    let object: Map<String, Value> = serde_json::from_slice(body).unwrap_or_default();
    let field = |name: &str| object.get(name).and_then(Value::as_str);
    let message =
        || short(field("message").or_else(|| field("Message")).unwrap_or(&String::from_utf8_lossy(body)));
    if !status.is_success() {
        return Err(PutError::Status { status, message: message() });
    }
    if let Some(error_type) = field("__type") {
        // Some services write the type as `namespace#Type`.
        let error_type = error_type.rsplit_once('#').map_or(error_type, |(_, name)| name);
        return Err(PutError::ErrorBody { error_type: short(error_type), message: message() });
    }
    match (field("ShardId"), field("SequenceNumber")) {
        (Some(shard_id), Some(sequence_number)) => {
            Ok(Acknowledgement { shard_id: shard_id.to_owned(), sequence_number: sequence_number.to_owned() })
        }
        _ => Err(PutError::NotAnAcknowledgement(message())),
    }
}

fn short(text: &str) -> String {
    let mut short: String = text.trim().chars().take(ERROR_SAMPLE_CHARS_MAX).collect();
    if short.is_empty() {
        short.push_str("(empty body)");
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(status: u16, body: &str, expected: &str) {
        let status = StatusCode::from_u16(status).unwrap();
        let text = match meaning(status, &Bytes::from(body.to_owned())) {
            Ok(ack) => format!("ok {} {}", ack.shard_id, ack.sequence_number),
            Err(error) => {
                format!(
                    "{} | {error} | {}",
                    error.kind(),
                    if error.is_transient() { "again" } else { "given up" }
                )
            }
        };
        assert_eq!(text, expected);
    }

    #[test]
    fn an_acknowledgement_names_shard_and_sequence_number() {
        check(
            200,
            r#"{"SequenceNumber":"49","ShardId":"shardId-000000000001","EncryptionType":"KMS"}"#,
            "ok shardId-000000000001 49",
        );
    }

    #[test]
    fn an_error_body_inside_http_200_is_an_error_with_its_text() {
        check(
            200,
            r#"{"__type":"ResourceNotFoundException","message":"Stream x not found"}"#,
            "ResourceNotFoundException | ResourceNotFoundException: Stream x not found | given up",
        );
        check(
            200,
            r#"{"__type":"com.amazonaws.kinesis#ProvisionedThroughputExceededException","Message":"slow down"}"#,
            "ProvisionedThroughputExceededException | ProvisionedThroughputExceededException: slow down | again",
        );
        check(
            200,
            r#"{"message":"Missing Authentication Token"}"#,
            "no SequenceNumber | HTTP 200 without a SequenceNumber: Missing Authentication Token | given up",
        );
        check(200, "", "no SequenceNumber | HTTP 200 without a SequenceNumber: (empty body) | given up");
        check(200, "[1]", "no SequenceNumber | HTTP 200 without a SequenceNumber: [1] | given up");
        check(
            200,
            r#"{"SequenceNumber":7,"ShardId":"a"}"#,
            r#"no SequenceNumber | HTTP 200 without a SequenceNumber: {"SequenceNumber":7,"ShardId":"a"} | given up"#,
        );
    }

    #[test]
    fn only_429_and_5xx_are_tried_again() {
        check(
            500,
            r#"{"message":null}"#,
            r#"HTTP 500 | HTTP 500 Internal Server Error: {"message":null} | again"#,
        );
        check(
            429,
            r#"{"message":"Too Many Requests"}"#,
            "HTTP 429 | HTTP 429 Too Many Requests: Too Many Requests | again",
        );
        check(403, r#"{"message":"Forbidden"}"#, "HTTP 403 | HTTP 403 Forbidden: Forbidden | given up");
        check(302, "<html>", "HTTP 302 | HTTP 302 Found: <html> | given up");
    }
}

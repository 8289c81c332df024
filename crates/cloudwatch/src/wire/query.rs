//! The query protocol, with CloudWatch's namespace and limits.

use alluvium_aws_query::{self as aws_query, Document, FormLimits};

use crate::limits;

pub(crate) use aws_query::timestamp_millis;

/// The namespace of every answer.
const NAMESPACE: &str = "http://monitoring.amazonaws.com/doc/2010-08-01/";

/// Reads a form; `None` when it is past the limits, or names a value both as a whole and in parts.
pub(super) fn read(form: &[u8]) -> Option<Document> {
    let form_limits =
        FormLimits { values_max: limits::DOCUMENT_VALUES_MAX, depth_max: limits::DOCUMENT_DEPTH_MAX };
    aws_query::read(form, form_limits)
}

/// An answer: the result, when the operation has one, and the id of the request.
pub(super) fn write(operation: &str, result: Option<&Document>, request_id: &str) -> Vec<u8> {
    aws_query::write(NAMESPACE, operation, result, request_id)
}

/// An error's answer.
pub(super) fn write_error(fault: &str, code: &str, message: &str, request_id: &str) -> Vec<u8> {
    aws_query::write_error(NAMESPACE, fault, code, message, request_id)
}

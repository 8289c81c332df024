//! Documentation as AWS shows it. <https://docs.aws.amazon.com/apigateway/latest/api/API_DocumentationPart.html>

use serde_json::Value;

use super::{object, plain, seconds};
use crate::model::{DocumentationPart, DocumentationVersion};

/// A documentation part as AWS shows it.
pub(crate) fn documentation_part(part: &DocumentationPart) -> Value {
    plain(part).unwrap_or_default()
}

/// A documentation version as AWS shows it.
pub(crate) fn documentation_version(version: &DocumentationVersion) -> Value {
    object([
        ("version", plain(&version.version)),
        ("createdDate", Some(seconds(version.created_millis))),
        ("description", plain(&version.description)),
    ])
}

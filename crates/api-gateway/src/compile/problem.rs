//! Why a method cannot be deployed, field by field.
//!
//! What must stay true: a problem names the method, the field and what to do; import adds the place in the file.

use std::fmt::{self, Display, Formatter};

use alluvium_vtl::TemplateError;

use crate::model::HttpVerb;

/// A method that cannot be deployed as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{verb} {path}: {field}: {problem}")]
pub struct MethodProblem {
    /// The resource's path.
    pub path: String,
    /// The method.
    pub verb: HttpVerb,
    pub(crate) field: Field,
    /// What is wrong with the field.
    pub problem: FieldProblem,
}

/// The field of a method that a problem is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Field {
    RequestModel,
    Integration,
    Type,
    HttpMethod,
    Uri,
    Credentials,
    Timeout,
    /// The media type.
    RequestTemplate(String),
    /// The destination.
    RequestParameter(String),
    /// The status.
    Status(String),
    /// The status.
    SelectionPattern(String),
    /// The status and the media type.
    ResponseTemplate(String, String),
    /// The status and the destination.
    ResponseParameter(String, String),
}

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FieldProblem {
    /// Something that Alluvium does not do.
    #[error("{what} is not supported; {instead}")]
    NotSupported {
        /// What is asked for.
        what: String,
        /// What to do instead.
        instead: &'static str,
    },
    /// A field that this type of integration needs.
    #[error("it is missing; {0}")]
    Missing(&'static str),
    /// The URI names no action of an AWS service.
    #[error("'{uri}' is not arn:aws:apigateway:REGION:SERVICE:action/NAME: {reason}")]
    Uri {
        /// The URI.
        uri: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The URI is not that of an HTTP endpoint.
    #[error("'{uri}' is not the URL of an HTTP endpoint: {reason}")]
    HttpUri {
        /// The URI.
        uri: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The text is not what the field takes.
    #[error("'{value}' {reason}")]
    Value {
        /// The text.
        value: String,
        /// Why it is not taken.
        reason: String,
    },
    /// The mapping template does not parse.
    #[error("the mapping template does not parse: line {}, column {}: {}, at `{}`", .0.position.line, .0.position.column, .0.message, .0.piece)]
    Template(Box<TemplateError>),
    /// The mapping expression means nothing.
    #[error("'{expression}' is not a mapping expression: {reason}")]
    Expression {
        /// The expression.
        expression: String,
        /// Why not.
        reason: String,
    },
    /// A model that payloads are checked against is not a schema.
    #[error("{0}")]
    Schema(String),
    /// The selection pattern is not a regular expression.
    #[error("'{pattern}' is not a regular expression: {reason}")]
    Pattern {
        /// The pattern.
        pattern: String,
        /// Why not.
        reason: String,
    },
}

impl Display for Field {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::RequestModel => f.write_str("request model"),
            Self::Integration => f.write_str("integration"),
            Self::Type => f.write_str("integration type"),
            Self::HttpMethod => f.write_str("integration httpMethod"),
            Self::Uri => f.write_str("integration uri"),
            Self::Credentials => f.write_str("integration credentials"),
            Self::Timeout => f.write_str("integration timeoutInMillis"),
            Self::RequestTemplate(media_type) => write!(f, "request template for {media_type}"),
            Self::RequestParameter(name) => write!(f, "request parameter {name}"),
            Self::Status(status) => write!(f, "integration response {status}"),
            Self::SelectionPattern(status) => write!(f, "selection pattern of response {status}"),
            Self::ResponseTemplate(status, media_type) => {
                write!(f, "response template of {status} for {media_type}")
            }
            Self::ResponseParameter(status, name) => write!(f, "response parameter {name} of {status}"),
        }
    }
}

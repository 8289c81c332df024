//! Import: an OpenAPI 3 definition, YAML or JSON, with `x-amazon-apigateway-integration`, becomes a REST API.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-import-api.html>
//!
//! What must stay true: a definition that is refused changes nothing, and the refusal names file, line and column. What is
//! understood but has no effect here is a warning, never silence.

mod definition;
mod document;
mod error;
mod extension;
mod openapi;
mod reader;
mod tree;

pub use definition::Definition;
pub(crate) use definition::Parsed;
pub use error::{ImportError, ImportProblem, ImportWarning, Place};

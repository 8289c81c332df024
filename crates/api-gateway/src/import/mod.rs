//! Import: an OpenAPI 3 or Swagger 2.0 definition, YAML or JSON, with API Gateway's extensions, becomes a REST API.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-import-api.html>
//!
//! What must stay true: a definition that is refused changes nothing, and the refusal names file, line and column. What is
//! understood but has no effect here is a warning, never silence.

mod authorizer;
mod definition;
mod document;
mod error;
mod extension;
mod integration;
mod merge;
mod openapi;
mod operation;
mod options;
mod path_item;
mod reader;
mod schema;
mod security;
mod tree;

pub use definition::Definition;
pub(crate) use definition::Parsed;
pub use error::{ImportError, ImportProblem, ImportWarning, Place};
pub(crate) use merge::{model_name, model_url, put_documentation_parts};
pub(crate) use options::{BasePath, Checking, ImportMode, ImportOptions};
pub(crate) use schema::{change_references, is_model_name};
#[cfg(test)]
pub(crate) use tree::variables as path_variables;

//! Export: a REST API as its stage shows it, written as OpenAPI 3 or Swagger 2.0, JSON or YAML.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-export-api.html>
//!
//! What must stay true: what is exported with all extensions imports to the same API, here and on Amazon API Gateway; exporting
//! is pure.

mod document;
mod integration;
mod json;
mod object;
mod operation;
mod options;
mod schema;
mod security;
mod yaml;

pub(crate) use document::export;
pub(crate) use json::pretty_json;
pub(crate) use options::{ExportExtensions, ExportFormat, ExportOptions, ExportSyntax};

#[cfg(test)]
mod tests;

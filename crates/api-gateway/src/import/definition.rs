//! The result of reading a definition: everything a REST API needs but its ids.
//!
//! What must stay true: parsing is pure; ids are given when the definition is stored, and what has a name keeps its id.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::document;
use super::openapi;
use super::{Checking, ImportError, ImportOptions, ImportProblem, ImportWarning, Place};
use crate::compile::FieldProblem;
use crate::json::Json;
use crate::model::{
    ApiKeySource, Authorizer, DocumentationPart, GatewayResponse, GatewayResponseType, HttpVerb, Method,
    RequestValidator,
};

/// The text of a definition and the name of its file, for messages.
#[derive(Debug, Clone, Copy)]
pub struct Definition<'a> {
    /// OpenAPI 3 or Swagger 2.0, in YAML or JSON.
    pub text: &'a str,
    /// How messages call it.
    pub file_name: &'a str,
}

/// A definition as it was read. What is `None` was not said.
#[derive(Debug, Default)]
pub(crate) struct Parsed {
    pub(crate) title: String,
    pub(crate) description: Option<String>,
    pub(crate) version: Option<String>,
    pub(crate) binary_media_types: Option<Vec<String>>,
    pub(crate) minimum_compression_size: Option<u32>,
    pub(crate) api_key_source: Option<ApiKeySource>,
    pub(crate) policy: Option<String>,
    pub(crate) endpoint: ParsedEndpoint,
    pub(crate) tags: IndexMap<String, String>,
    /// By name.
    pub(crate) models: IndexMap<String, ParsedModel>,
    /// By name, without ids.
    pub(crate) request_validators: IndexMap<String, RequestValidator>,
    /// By name, without ids.
    pub(crate) authorizers: IndexMap<String, Authorizer>,
    /// Without ids.
    pub(crate) documentation_parts: Vec<DocumentationPart>,
    pub(crate) gateway_responses: BTreeMap<GatewayResponseType, GatewayResponse>,
    /// Every path by itself, in the order of the file. A method names its request validator and its authorizer where it
    /// will have their ids.
    pub(crate) paths: IndexMap<String, IndexMap<HttpVerb, Method>>,
    pub(crate) warnings: Vec<ImportWarning>,
}

/// What a definition says about how its API is reached.
#[derive(Debug, Default)]
pub(crate) struct ParsedEndpoint {
    pub(crate) disable_execute_api_endpoint: Option<bool>,
    pub(crate) vpc_endpoint_ids: Option<Vec<String>>,
    pub(crate) ip_address_type: Option<String>,
}

/// A schema of a definition. References to others are still as OpenAPI 3 writes them.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ParsedModel {
    pub(crate) description: Option<String>,
    pub(crate) schema: Json,
}

impl Definition<'_> {
    /// Reads the definition and checks that all of it can run here.
    pub(crate) fn parse(self) -> Result<Parsed, ImportError> {
        self.parse_with(ImportOptions { checking: Checking::Strict, ..ImportOptions::default() })
    }

    /// Reads the definition as `options` say.
    pub(crate) fn parse_with(self, options: ImportOptions) -> Result<Parsed, ImportError> {
        document::read(self.text).and_then(|root| openapi::read(&root, options)).map_err(
            |(place, problem)| {
                let place = self.place_inside(place, &problem);
                ImportError { file: self.file_name.to_owned(), place, problem }
            },
        )
    }

    /// A template in a literal block stands in the file as it is, so its own line and column can be told in the file's.
    fn place_inside(self, place: Place, problem: &ImportProblem) -> Place {
        let ImportProblem::Method(problem) = problem else { return place };
        let FieldProblem::Template(error) = &problem.problem else { return place };
        let line_above =
            usize::try_from(place.line).ok().and_then(|line| self.text.lines().nth(line.checked_sub(2)?));
        let is_literal_block =
            line_above.is_some_and(|line| line.trim_end().ends_with(['|', '-', '+']) && line.contains('|'));
        if !is_literal_block {
            return place;
        }
        Place {
            line: place.line + u64::from(error.position.line) - 1,
            column: place.column + u64::from(error.position.column) - 1,
        }
    }
}

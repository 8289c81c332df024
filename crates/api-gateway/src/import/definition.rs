//! The result of reading a definition: everything a REST API needs but its ids.
//!
//! What must stay true: parsing is pure; ids are given when the definition is stored, and a path keeps its resource's id.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::document;
use super::openapi;
use super::{ImportError, ImportProblem, ImportWarning, Place};
use crate::compile::FieldProblem;
use crate::model::{API_ID_CHARS, GatewayResponse, GatewayResponseType, HttpVerb, Method, RestApi, new_id};

/// The text of a definition and the name of its file, for messages.
#[derive(Debug, Clone, Copy)]
pub struct Definition<'a> {
    /// OpenAPI 3 in YAML or JSON.
    pub text: &'a str,
    /// How messages call it.
    pub file_name: &'a str,
}

/// A definition that can be deployed as it is.
#[derive(Debug)]
pub(crate) struct Parsed {
    pub(crate) title: String,
    pub(crate) description: Option<String>,
    pub(crate) version: Option<String>,
    pub(crate) binary_media_types: Vec<String>,
    pub(crate) gateway_responses: BTreeMap<GatewayResponseType, GatewayResponse>,
    /// Every resource with methods, by path, in the order of the file.
    pub(crate) paths: IndexMap<String, IndexMap<HttpVerb, Method>>,
    pub(crate) warnings: Vec<ImportWarning>,
}

impl Definition<'_> {
    /// Reads and checks the definition.
    pub(crate) fn parse(self) -> Result<Parsed, ImportError> {
        document::read(self.text).and_then(|root| openapi::read(&root)).map_err(|(place, problem)| {
            let place = self.place_inside(place, &problem);
            ImportError { file: self.file_name.to_owned(), place, problem }
        })
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

impl Parsed {
    /// The API that this definition makes. Over an `existing` API it keeps the API's id, age and stages, and the ids of the
    /// resources whose path is still there.
    pub(crate) fn into_rest_api(self, existing: Option<&RestApi>, now_millis: i64) -> RestApi {
        let resources = super::tree::resources(self.paths, existing);
        RestApi {
            id: existing.map_or_else(|| new_id(API_ID_CHARS), |api| api.id.clone()),
            name: self.title,
            description: self.description,
            version: self.version,
            created_millis: existing.map_or(now_millis, |api| api.created_millis),
            binary_media_types: self.binary_media_types,
            resources,
            gateway_responses: self.gateway_responses,
            stages: existing.map(|api| api.stages.clone()).unwrap_or_default(),
            ..RestApi::default()
        }
    }
}

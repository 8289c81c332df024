//! Rendering a mapping template, for a request and offline.
//!
//! What must stay true: `render_template` is the same rendering that a request gets, so what it prints is what a backend receives.

use std::sync::Arc;

use alluvium_vtl::{Context, Limits, Map, RenderError, Template, TemplateError, Value};
use indexmap::IndexMap;
use serde_json::{Map as JsonMap, Value as JsonValue};

use super::util_variable::Util;
use super::values::value_of;
use super::{ContextMap, Input, Parameters, Payload, parse};
use crate::json;

/// Everything a rendering sees.
pub(crate) struct Scope<'a> {
    pub(crate) payload: Arc<Payload>,
    pub(crate) parameters: Arc<Parameters>,
    pub(crate) context: &'a ContextMap,
    pub(crate) stage_variables: &'a IndexMap<String, String>,
}

/// Renders a template for a request.
pub(crate) fn render(template: &Template, scope: &Scope<'_>) -> Result<String, RenderError> {
    let stage_variables: Map = scope
        .stage_variables
        .iter()
        .map(|(name, value)| (name.as_str(), Value::from(value.as_str())))
        .collect();
    let input = Input::new(Arc::clone(&scope.payload), Arc::clone(&scope.parameters));
    let mut context = Context::new();
    context
        .set("input", Arc::new(input))
        .set("util", Arc::new(Util))
        .set("context", scope.context.to_value())
        .set("stageVariables", stage_variables);
    template.render(&context, &Limits::default())
}

/// What a template is rendered with offline.
#[derive(Debug, Clone, Copy, Default)]
pub struct TemplateInput<'a> {
    /// The payload of the request.
    pub body: &'a str,
    /// `{"path": {..}, "querystring": {..}, "header": {..}}`, or names and values that are found wherever they are looked for.
    pub params: Option<&'a JsonValue>,
    /// `$context`, an object.
    pub context: Option<&'a JsonValue>,
    /// `$stageVariables`, an object of texts.
    pub stage_variables: Option<&'a JsonValue>,
}

/// Why a template cannot be rendered offline.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderTemplateError {
    /// It does not parse.
    #[error(transparent)]
    Parse(#[from] TemplateError),
    /// It parses and failed.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// One of the inputs is not an object.
    #[error("{field} must be a JSON object, not {found}")]
    NotAnObject {
        /// Which input.
        field: &'static str,
        /// What it is.
        found: String,
    },
}

/// Renders `template`, called `name` in errors, as the gateway would render it for a request. Pure: no clock, no disk, no network.
pub fn render_template(
    name: &str,
    template: &str,
    input: &TemplateInput<'_>,
) -> Result<String, RenderTemplateError> {
    let parsed = parse(name, template)?;
    let parameters = parameters_of(object("params", input.params)?)?;
    let context = object("context", input.context)?
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.clone(), template_value(value)));
    let stage_variables = object("stageVariables", input.stage_variables)?
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.clone(), plain_text(value)))
        .collect();
    let scope = Scope {
        payload: Arc::new(Payload::new(input.body.as_bytes())),
        parameters: Arc::new(parameters),
        context: &ContextMap::of_entries(context),
        stage_variables: &stage_variables,
    };
    Ok(render(&parsed, &scope)?)
}

const LOCATIONS: [&str; 3] = ["path", "querystring", "header"];

fn parameters_of(params: Option<&JsonMap<String, JsonValue>>) -> Result<Parameters, RenderTemplateError> {
    let Some(params) = params else { return Ok(Parameters::default()) };
    let is_by_location = params
        .iter()
        .all(|(name, value)| LOCATIONS.contains(&name.as_str()) && (value.is_object() || value.is_null()));
    if !is_by_location {
        return Ok(Parameters { path: entries(Some(params)), ..Parameters::default() });
    }
    let [path, querystring, header] = LOCATIONS.map(|location| params.get(location));
    Ok(Parameters {
        path: entries(object("params.path", path)?),
        querystring: entries(object("params.querystring", querystring)?),
        header: entries(object("params.header", header)?),
    })
}

/// A list of values of one name becomes as many entries.
fn entries(object: Option<&JsonMap<String, JsonValue>>) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for (name, value) in object.into_iter().flatten() {
        match value {
            JsonValue::Array(values) => {
                out.extend(values.iter().map(|value| (name.clone(), plain_text(value))));
            }
            JsonValue::Null => {}
            value => out.push((name.clone(), plain_text(value))),
        }
    }
    out
}

fn object<'a>(
    field: &'static str,
    value: Option<&'a JsonValue>,
) -> Result<Option<&'a JsonMap<String, JsonValue>>, RenderTemplateError> {
    match value {
        None | Some(JsonValue::Null) => Ok(None),
        Some(JsonValue::Object(object)) => Ok(Some(object)),
        Some(other) => Err(RenderTemplateError::NotAnObject { field, found: other.to_string() }),
    }
}

fn plain_text(value: &JsonValue) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn template_value(value: &JsonValue) -> Value {
    json::parse(&value.to_string()).map_or(Value::Null, |parsed| value_of(&parsed))
}

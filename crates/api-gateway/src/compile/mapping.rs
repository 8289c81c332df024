//! Parameter mapping expressions: where a value goes and where it comes from.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html>
//!
//! What must stay true: an expression that parses can always be evaluated; a missing source drops the mapping, it never fails.

use http::HeaderName;

use super::problem::FieldProblem;
use crate::jsonpath::JsonPath;

/// `integration.request.{header|path|querystring}.NAME`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RequestDestination {
    Header(HeaderName),
    Path(String),
    QueryString(String),
}

/// Where a value for the integration request comes from.
#[derive(Debug, Clone)]
pub(crate) enum RequestSource {
    /// `'text'`.
    Static(String),
    Header(String),
    MultiValueHeader(String),
    Path(String),
    QueryString(String),
    MultiValueQueryString(String),
    Body(BodyPart),
    /// `context.identity.sourceIp`, as its parts.
    Context(Vec<String>),
    StageVariable(String),
}

/// Where the value of a response header comes from.
#[derive(Debug, Clone)]
pub(crate) enum ResponseSource {
    /// `'text'`.
    Static(String),
    Header(String),
    MultiValueHeader(String),
    Body(BodyPart),
    Context(Vec<String>),
    StageVariable(String),
}

/// What of a body.
#[derive(Debug, Clone)]
pub(crate) enum BodyPart {
    /// Its text.
    Whole,
    /// The value at a path in its JSON.
    At(JsonPath),
}

impl RequestDestination {
    pub(crate) fn parse(text: &str) -> Result<Self, FieldProblem> {
        let rest = text.strip_prefix("integration.request.").and_then(|rest| rest.split_once('.'));
        match rest {
            Some(("header", name)) => Ok(Self::Header(header_name(text, name)?)),
            Some(("path", name)) if !name.is_empty() => Ok(Self::Path(name.to_owned())),
            Some(("querystring", name)) if !name.is_empty() => Ok(Self::QueryString(name.to_owned())),
            _ => Err(refuse(
                text,
                "a destination is integration.request.header.NAME, .path.NAME or .querystring.NAME",
            )),
        }
    }
}

impl RequestSource {
    /// Parses the source. `is_declared` tells whether the method declares a `method.request.*` parameter.
    pub(crate) fn parse(text: &str, is_declared: impl Fn(&str) -> bool) -> Result<Self, FieldProblem> {
        if let Some(literal) = quoted(text) {
            return Ok(Self::Static(literal));
        }
        if let Some(general) = context_or_stage(text) {
            return Ok(match general {
                General::Context(parts) => Self::Context(parts),
                General::StageVariable(name) => Self::StageVariable(name),
            });
        }
        let rest = text.strip_prefix("method.request.").unwrap_or_default();
        if let Some(part) = body_part(text, rest)? {
            return Ok(Self::Body(part));
        }
        let (location, name) = rest.split_once('.').unwrap_or((rest, ""));
        let (declared_as, source) = match location {
            "header" => ("header", Self::Header(name.to_owned())),
            "multivalueheader" => ("header", Self::MultiValueHeader(name.to_owned())),
            "path" => ("path", Self::Path(name.to_owned())),
            "querystring" => ("querystring", Self::QueryString(name.to_owned())),
            "multivaluequerystring" => ("querystring", Self::MultiValueQueryString(name.to_owned())),
            _ => {
                return Err(refuse(
                    text,
                    "a source is 'text' in single quotes, method.request.{header|path|querystring|body}.NAME, context.NAME or stageVariables.NAME",
                ));
            }
        };
        if name.is_empty() || !is_declared(&format!("method.request.{declared_as}.{name}")) {
            let reason = format!(
                "the method does not declare the {declared_as} parameter '{name}'; add it under 'parameters'"
            );
            return Err(refuse(text, &reason));
        }
        Ok(source)
    }
}

impl ResponseSource {
    pub(crate) fn parse(text: &str) -> Result<Self, FieldProblem> {
        if let Some(literal) = quoted(text) {
            return Ok(Self::Static(literal));
        }
        if let Some(general) = context_or_stage(text) {
            return Ok(match general {
                General::Context(parts) => Self::Context(parts),
                General::StageVariable(name) => Self::StageVariable(name),
            });
        }
        let rest = text.strip_prefix("integration.response.").unwrap_or_default();
        if let Some(part) = body_part(text, rest)? {
            return Ok(Self::Body(part));
        }
        match rest.split_once('.') {
            Some(("header", name)) if !name.is_empty() => Ok(Self::Header(name.to_owned())),
            Some(("multivalueheader", name)) if !name.is_empty() => {
                Ok(Self::MultiValueHeader(name.to_owned()))
            }
            _ => Err(refuse(
                text,
                "a source is 'text' in single quotes, integration.response.{header|body}.NAME, context.NAME or stageVariables.NAME",
            )),
        }
    }
}

/// The header that `method.response.header.NAME` names.
pub(super) fn response_header(text: &str) -> Result<HeaderName, FieldProblem> {
    match text.strip_prefix("method.response.header.") {
        Some(name) => header_name(text, name),
        None => Err(refuse(text, "a destination is method.response.header.NAME")),
    }
}

enum General {
    Context(Vec<String>),
    StageVariable(String),
}

fn quoted(text: &str) -> Option<String> {
    let inner = text.strip_prefix('\'')?.strip_suffix('\'')?;
    Some(inner.to_owned())
}

fn context_or_stage(text: &str) -> Option<General> {
    if let Some(rest) = text.strip_prefix("context.").filter(|rest| !rest.is_empty()) {
        return Some(General::Context(rest.split('.').map(str::to_owned).collect()));
    }
    let name = text.strip_prefix("stageVariables.").filter(|rest| !rest.is_empty())?;
    Some(General::StageVariable(name.to_owned()))
}

/// `body` or `body.PATH`; `None` when it is something else.
fn body_part(text: &str, rest: &str) -> Result<Option<BodyPart>, FieldProblem> {
    if rest == "body" {
        return Ok(Some(BodyPart::Whole));
    }
    let Some(path) = rest.strip_prefix("body").filter(|path| path.starts_with(['.', '['])) else {
        return Ok(None);
    };
    let parsed = JsonPath::parse(&format!("${path}")).map_err(|error| refuse(text, &error.to_string()))?;
    Ok(Some(BodyPart::At(parsed)))
}

fn header_name(text: &str, name: &str) -> Result<HeaderName, FieldProblem> {
    name.parse().map_err(|_| refuse(text, &format!("'{name}' is not a header name")))
}

fn refuse(expression: &str, reason: &str) -> FieldProblem {
    FieldProblem::Expression { expression: expression.to_owned(), reason: reason.to_owned() }
}

//! An operation: its parameters, its body, its responses, who may call it and what answers it.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html>
//!
//! What must stay true: a path's variables are always declared; a method of a strictly read definition is compiled before it is
//! taken.

use super::document::{Member, Node};
use super::integration::{self, FieldPlaces};
use super::openapi::Api;
use super::reader::{
    Fields, Format, Located, list, map, not_allowed, optional_boolean, optional_text, optional_texts,
    required, text,
};
use super::{ImportProblem, schema, security, tree};
use crate::compile;
use crate::model::{HttpVerb, Method, MethodResponse};

const OPERATION_KEYS: &[&str] = &[
    "operationId",
    "summary",
    "description",
    "tags",
    "externalDocs",
    "deprecated",
    "consumes",
    "produces",
    "schemes",
    "parameters",
    "requestBody",
    "responses",
    "security",
    "servers",
    "x-amazon-apigateway-auth",
    "x-amazon-apigateway-integration",
    "x-amazon-apigateway-request-validator",
];
const OPERATION_KEYS_IDLE: &[&str] = &["callbacks"];
const REQUEST_VALIDATOR: &str = "x-amazon-apigateway-request-validator";

/// One operation while it is read.
struct Operation<'o> {
    path: &'o str,
    verb: HttpVerb,
    fields: &'o Fields,
}

impl Operation<'_> {
    /// The operation in our words.
    fn title(&self) -> String {
        format!("{} {}", self.verb, self.path)
    }

    /// The place of a field in the words of Amazon's warnings.
    fn attribute(&self, field: &str) -> String {
        format!("paths.'{}'({}).{field}", self.path, self.verb.as_str().to_ascii_lowercase())
    }

    /// The media types that a Swagger operation names, or else those of the whole definition.
    fn media_types(&self, field: &str, of_all: &[String]) -> Result<Vec<String>, Located> {
        let named = optional_texts(self.fields, field)?.filter(|named| !named.is_empty());
        Ok(named.unwrap_or_else(|| of_all.to_vec()))
    }
}

pub(super) fn operation<'a>(
    api: &mut Api<'a>,
    path: &str,
    verb: HttpVerb,
    node: &'a Node,
    shared_parameters: Option<&'a Node>,
) -> Result<Method, Located> {
    let fields = map(node, verb.as_str())?;
    let operation = Operation { path, verb, fields };
    api.reader.warn_unknown(fields, &operation.title(), OPERATION_KEYS, OPERATION_KEYS_IDLE);
    let mut method = Method { operation_name: optional_text(fields, "operationId")?, ..Method::default() };
    let own_parameters = fields.get("parameters").map(|member| &member.node);
    for parameters in [shared_parameters, own_parameters].into_iter().flatten() {
        for item in list(parameters, "parameters")? {
            parameter(api, &operation, item, &mut method)?;
        }
    }
    for name in tree::variables(path) {
        method.request_parameters.entry(format!("method.request.path.{name}")).or_insert(true);
    }
    if let Some(member) = fields.get("requestBody") {
        request_body(api, &operation, &member.node, &mut method)?;
    }
    if let Some(member) = fields.get("responses") {
        responses(api, &operation, &member.node, &mut method)?;
    }
    if let Some(requirement) = fields.get("security").map(|member| &member.node).or(api.security) {
        security::require(&mut api.reader, &api.schemes, requirement, &mut method)?;
    }
    security::auth(fields, &mut method)?;
    method.request_validator_id = request_validator(api, &operation)?;
    integration(api, &operation, node, &mut method)?;
    Ok(method)
}

fn integration<'a>(
    api: &mut Api<'a>,
    operation: &Operation<'_>,
    node: &'a Node,
    method: &mut Method,
) -> Result<(), Located> {
    let within = operation.title();
    let Some(member) = map(node, operation.verb.as_str())?.get("x-amazon-apigateway-integration") else {
        if api.reader.is_strict() {
            let message = format!(
                "{within} has no 'x-amazon-apigateway-integration'; the API cannot be deployed until it has one"
            );
            api.reader.warn(node.place, message);
        }
        return Ok(());
    };
    let mut places = FieldPlaces::new(node.place);
    let resolved = api.reader.resolve(&member.node)?;
    let (path, verb) = (operation.path, operation.verb);
    let subject = integration::Subject { path, verb };
    let read = integration::integration(&mut api.reader, &subject, resolved, &mut places);
    let read = match read {
        Ok(read) => read,
        Err(problem) if api.reader.is_strict() => return Err(problem),
        Err((place, ImportProblem::WrongType { .. } | ImportProblem::Missing { .. })) => {
            let message =
                format!("Unable to parse API definition because of a malformed integration at path {path}.");
            return Err((place, ImportProblem::Amazon(message)));
        }
        Err(problem) => return Err(problem),
    };
    if api.reader.is_strict() {
        integration::warn_of_undeclared_responses(&mut api.reader, &within, method, &read, &places);
    }
    method.method_integration = Some(read);
    if api.reader.is_strict() {
        return compile::check_method(path, verb, method).map_err(|problem| {
            let place = places.of(&problem.field);
            (place, ImportProblem::Method(problem))
        });
    }
    Ok(())
}

fn parameter<'a>(
    api: &mut Api<'a>,
    operation: &Operation<'_>,
    item: &'a Node,
    method: &mut Method,
) -> Result<(), Located> {
    let resolved = api.reader.resolve(item)?;
    let fields = map(resolved, "parameters")?;
    let name = text(&required(fields, "name", "a parameter", resolved.place)?.node, "name")?;
    let location = &required(fields, "in", "a parameter", resolved.place)?.node;
    let is_swagger = api.reader.format == Format::Swagger2;
    let in_request = match text(location, "in")? {
        "path" => "path",
        "query" => "querystring",
        "header" => "header",
        "body" if is_swagger => return body_parameter(api, operation, fields, method),
        "cookie" | "formData" => {
            let message =
                format!("parameter '{name}' has no effect: API Gateway has no cookie or form parameters");
            api.reader.warn(location.place, message);
            return Ok(());
        }
        other => return Err(not_allowed(location, "in", other, "path, query or header")),
    };
    let is_required = optional_boolean(fields, "required")?.unwrap_or(in_request == "path");
    method.request_parameters.insert(format!("method.request.{in_request}.{name}"), is_required);
    Ok(())
}

/// Swagger's body: one schema for every media type that the operation consumes.
fn body_parameter(
    api: &mut Api<'_>,
    operation: &Operation<'_>,
    fields: &Fields,
    method: &mut Method,
) -> Result<(), Located> {
    let Some(member) = fields.get("schema") else { return Ok(()) };
    let at = operation.attribute("parameters");
    let Some(model) = schema::name_of(&mut api.reader, &mut api.models, &member.node, &at)? else {
        return Ok(());
    };
    for media_type in operation.media_types("consumes", &api.consumes)? {
        method.request_models.insert(media_type, model.clone());
    }
    Ok(())
}

fn request_body<'a>(
    api: &mut Api<'a>,
    operation: &Operation<'_>,
    node: &'a Node,
    method: &mut Method,
) -> Result<(), Located> {
    let resolved = api.reader.resolve(node)?;
    let body = map(resolved, "requestBody")?;
    let Some(content) = body.get("content") else { return Ok(()) };
    let at = operation.attribute("requestBody.content");
    for (media_type, model) in content_models(api, content, &at)? {
        method.request_models.insert(media_type, model);
    }
    Ok(())
}

/// The models of an OpenAPI 3 `content` by media type.
fn content_models(api: &mut Api<'_>, content: &Member, at: &str) -> Result<Vec<(String, String)>, Located> {
    let mut models = Vec::new();
    for (media_type, member) in map(&content.node, "content")? {
        let Some(schema) = map(&member.node, media_type)?.get("schema") else { continue };
        if let Some(name) = schema::name_of(&mut api.reader, &mut api.models, &schema.node, at)? {
            models.push((media_type.clone(), name));
        }
    }
    Ok(models)
}

fn responses<'a>(
    api: &mut Api<'a>,
    operation: &Operation<'_>,
    node: &'a Node,
    method: &mut Method,
) -> Result<(), Located> {
    for (status, member) in map(node, "responses")? {
        if status.starts_with("x-") {
            continue;
        }
        if !(status.len() == 3 && status.bytes().all(|byte| byte.is_ascii_digit())) {
            api.reader.warn(
                member.key_place,
                format!("response '{status}' has no effect: API Gateway declares responses by status"),
            );
            continue;
        }
        let resolved = api.reader.resolve(&member.node)?;
        let response = response(api, operation, status, map(resolved, status)?)?;
        method.method_responses.insert(status.clone(), response);
    }
    Ok(())
}

fn response(
    api: &mut Api<'_>,
    operation: &Operation<'_>,
    status: &str,
    fields: &Fields,
) -> Result<MethodResponse, Located> {
    let mut declared = MethodResponse::default();
    if let Some(headers) = fields.get("headers") {
        for name in map(&headers.node, "headers")?.keys() {
            declared.response_parameters.insert(format!("method.response.header.{name}"), false);
        }
    }
    let at = operation.attribute(&format!("responses.{status}.content"));
    if let Some(content) = fields.get("content") {
        declared.response_models.extend(content_models(api, content, &at)?);
    }
    if let Some(member) = fields.get("schema").filter(|_| api.reader.format == Format::Swagger2)
        && let Some(model) = schema::name_of(&mut api.reader, &mut api.models, &member.node, &at)?
    {
        for media_type in operation.media_types("produces", &api.produces)? {
            declared.response_models.insert(media_type, model.clone());
        }
    }
    Ok(declared)
}

/// The name of the validator of the operation, its own or that of the whole definition.
fn request_validator(api: &mut Api<'_>, operation: &Operation<'_>) -> Result<Option<String>, Located> {
    let own = operation.fields.get(REQUEST_VALIDATOR);
    let name = match own {
        Some(member) => Some(text(&member.node, REQUEST_VALIDATOR)?.to_owned()),
        None => api.request_validator.clone(),
    };
    let Some(name) = name else { return Ok(None) };
    if api.request_validators.contains_key(&name) {
        return Ok(Some(name));
    }
    let place = own.map_or(api.reader.root.place, |member| member.node.place);
    if api.reader.is_strict() {
        let allowed = "a name of 'x-amazon-apigateway-request-validators'";
        return Err((place, ImportProblem::NotAllowed { field: REQUEST_VALIDATOR, value: name, allowed }));
    }
    let message = format!("Request validator '{name}' not found. Ignoring.");
    api.reader.warn_as_aws(place, message);
    Ok(None)
}

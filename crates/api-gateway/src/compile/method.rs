//! Compiling one method: every text of it becomes a value that can run.
//!
//! What must stay true: compiling is pure and total; an integration that compiles can only fail because of a request or its
//! backend.

use std::sync::atomic::AtomicI64;
use std::time::Duration;

use http::HeaderName;
use indexmap::IndexMap;
use regex::{Regex, RegexBuilder};

use super::aws_uri::{AwsTarget, NO_FUNCTIONS};
use super::http_uri::HttpUri;
use super::mapping::{RequestDestination, RequestSource, ResponseSource, response_header};
use super::mapping_template::MappingTemplate;
use super::problem::{Field, FieldProblem, MethodProblem};
use super::setting::setting_of;
use super::validation::Validation;
use crate::access::MethodAccess;
use crate::credentials::ActsAs;
use crate::limits::{
    INTEGRATION_TIMEOUT_DEFAULT, INTEGRATION_TIMEOUT_MILLIS_MAX, INTEGRATION_TIMEOUT_MILLIS_MIN,
    PATTERN_BYTES_MAX,
};
use crate::model::{
    ConnectionType, ContentHandling, Deployment, HttpVerb, Integration, IntegrationResponse, IntegrationType,
    Method, MethodSetting, PassthroughBehavior, Resource, Stage,
};

/// A method as callers reach it. One that cannot run is there too, as on AWS, and answers 500.
pub(crate) struct DeployedMethod {
    pub(crate) resource_id: String,
    pub(crate) path: String,
    pub(crate) verb: HttpVerb,
    /// Header parameters as the method declares them, so that templates see the names that their author wrote.
    pub(crate) declared_headers: Vec<String>,
    /// Who may call it, and how often.
    pub(crate) access: MethodAccess,
    /// How the stage wants it run; `None` when the stage says nothing.
    pub(crate) setting: Option<MethodSetting>,
    /// The last minute since 1970 in which a backend error that left as a success was told; -1 for none.
    pub(crate) told_at_minute: AtomicI64,
    /// What answers it, or why nothing can.
    pub(crate) integration: Result<DeployedIntegration, Box<MethodProblem>>,
}

pub(crate) struct DeployedIntegration {
    /// What of a request is checked before it goes on.
    pub(crate) validation: Validation,
    pub(crate) backend: Backend,
    pub(crate) timeout: Duration,
    pub(crate) parameters: Vec<(RequestDestination, RequestSource)>,
    /// By media type, in the order of the definition.
    pub(crate) templates: Vec<(String, MappingTemplate)>,
    pub(crate) passthrough: PassthroughBehavior,
    /// What happens to the request's payload.
    pub(crate) content_handling: Option<ContentHandling>,
    pub(crate) responses: Vec<DeployedResponse>,
}

pub(crate) enum Backend {
    Aws {
        target: AwsTarget,
        http_method: http::Method,
        /// As whom the backend is called.
        acts_as: Option<ActsAs>,
    },
    Http {
        uri: HttpUri,
        /// `None` is the verb of the client.
        http_method: Option<http::Method>,
        /// Whether the whole request goes on, and the whole answer comes back.
        is_proxy: bool,
        /// Whether any certificate is taken.
        skips_verification: bool,
    },
    Mock,
}

pub(crate) struct DeployedResponse {
    pub(crate) status: http::StatusCode,
    /// `None` for the default response.
    pub(crate) pattern: Option<Regex>,
    pub(crate) headers: Vec<MappedHeader>,
    pub(crate) templates: Vec<(String, MappingTemplate)>,
    /// What happens to the backend's payload.
    pub(crate) content_handling: Option<ContentHandling>,
}

impl DeployedMethod {
    /// The names of the headers that its responses map, as their author wrote them.
    pub(crate) fn response_header_names(&self) -> Vec<String> {
        let responses = self.integration.iter().flat_map(|integration| &integration.responses);
        responses.flat_map(|response| &response.headers).map(|header| header.shown.clone()).collect()
    }
}

/// A header of a method response.
pub(crate) struct MappedHeader {
    pub(crate) name: HeaderName,
    /// The name as its author wrote it.
    pub(crate) shown: String,
    pub(crate) source: ResponseSource,
}

/// Checks a method without deploying it. Texts with `${stageVariables...}` are looked at when a stage gives the variables.
pub(crate) fn check_method(path: &str, verb: HttpVerb, method: &Method) -> Result<(), Box<MethodProblem>> {
    compile_integration(path, verb, method, None).map(drop)
}

/// Compiles a method of `resource` for `stage`.
pub(super) fn compile_method(
    resource: &Resource,
    verb: HttpVerb,
    method: &Method,
    stage: &Stage,
    deployment: &Deployment,
) -> DeployedMethod {
    let declared_headers = method
        .request_parameters
        .keys()
        .filter_map(|name| name.strip_prefix("method.request.header."))
        .map(str::to_owned)
        .collect();
    let setting = setting_of(stage, &resource.path, verb);
    DeployedMethod {
        resource_id: resource.id.clone(),
        path: resource.path.clone(),
        verb,
        declared_headers,
        access: MethodAccess::of(&resource.path, verb, method, setting),
        setting: setting.cloned(),
        told_at_minute: AtomicI64::new(-1),
        integration: compile_integration(&resource.path, verb, method, Some((stage, deployment))),
    }
}

/// Compiles what answers a method for a stage that shows a deployment; `None` leaves out what depends on them.
fn compile_integration(
    path: &str,
    verb: HttpVerb,
    method: &Method,
    deployed: Option<(&Stage, &Deployment)>,
) -> Result<DeployedIntegration, Box<MethodProblem>> {
    let place = |(field, problem)| Box::new(MethodProblem { path: path.to_owned(), verb, field, problem });
    let integration = method.method_integration.as_ref();
    let integration = integration.ok_or_else(|| {
        place((Field::Integration, FieldProblem::Missing("every method needs one to be deployed")))
    })?;
    let variables = deployed.map(|(stage, _)| &stage.variables);
    let compiler = Compiler { title: format!("{verb} {path}"), method, variables };
    let mut deployable = compiler.integration(integration).map_err(place)?;
    if let Some((_, deployment)) = deployed {
        deployable.validation = Validation::compile(method, deployment)
            .map_err(|error| place((Field::RequestModel, FieldProblem::Schema(error.to_string()))))?;
    }
    Ok(deployable)
}

type Refused = (Field, FieldProblem);

struct Compiler<'a> {
    title: String,
    method: &'a Method,
    variables: Option<&'a IndexMap<String, String>>,
}

impl Compiler<'_> {
    fn integration(&self, integration: &Integration) -> Result<DeployedIntegration, Refused> {
        let backend = self.backend(integration)?;
        let mut parameters = Vec::new();
        for (destination, source) in &integration.request_parameters {
            let refused = |problem| (Field::RequestParameter(destination.clone()), problem);
            let is_declared = |name: &str| self.method.request_parameters.contains_key(name);
            let parsed_destination = RequestDestination::parse(destination).map_err(refused)?;
            let parsed_source = RequestSource::parse(source, is_declared).map_err(refused)?;
            parameters.push((parsed_destination, parsed_source));
        }
        let templates =
            self.templates("request template", &integration.request_templates, Field::RequestTemplate)?;
        let mut responses = Vec::new();
        for (status, response) in &integration.integration_responses {
            responses.push(self.response(status, response)?);
        }
        Ok(DeployedIntegration {
            validation: Validation::default(),
            backend,
            timeout: timeout(integration)?,
            parameters,
            templates,
            passthrough: integration.passthrough_behavior,
            content_handling: integration.content_handling,
            responses,
        })
    }

    fn backend(&self, integration: &Integration) -> Result<Backend, Refused> {
        if integration.connection_type == Some(ConnectionType::VpcLink) {
            let problem =
                not_supported("a VPC link", "give the endpoint's own URL and leave out connectionType");
            return Err((Field::Integration, problem));
        }
        match integration.integration_type {
            IntegrationType::Mock => Ok(Backend::Mock),
            IntegrationType::Aws => self.aws(integration),
            IntegrationType::Http => self.http(integration, false),
            IntegrationType::HttpProxy => self.http(integration, true),
            IntegrationType::AwsProxy => {
                Err((Field::Type, not_supported("integration type AWS_PROXY", NO_FUNCTIONS)))
            }
        }
    }

    fn aws(&self, integration: &Integration) -> Result<Backend, Refused> {
        let uri = integration.uri.as_deref();
        let uri = uri.ok_or((
            Field::Uri,
            FieldProblem::Missing("write arn:aws:apigateway:REGION:SERVICE:action/NAME"),
        ))?;
        let http_method = http_method(integration)?
            .ok_or((Field::HttpMethod, FieldProblem::Missing("actions are called with POST")))?;
        let target = match self.with_variables(uri) {
            Some(uri) => AwsTarget::parse(&uri).map_err(|problem| (Field::Uri, problem))?,
            // A check without a stage: the URI is read when a stage gives its variables.
            None => return Ok(Backend::Mock),
        };
        let credentials = integration.credentials.as_deref().and_then(|text| self.with_variables(text));
        let acts_as = credentials.map(|text| {
            ActsAs::parse(&text).ok_or_else(|| {
                let reason = "is not the ARN of a role, arn:aws:iam::ACCOUNT:role/NAME, or arn:aws:iam::*:user/* for the caller's own credentials".to_owned();
                (Field::Credentials, FieldProblem::Value { value: text, reason })
            })
        });
        Ok(Backend::Aws { target, http_method, acts_as: acts_as.transpose()? })
    }

    fn http(&self, integration: &Integration, is_proxy: bool) -> Result<Backend, Refused> {
        let uri = integration.uri.as_deref();
        let uri = uri.ok_or((Field::Uri, FieldProblem::Missing("write the endpoint's URL")))?;
        let http_method = http_method(integration)?;
        if http_method.is_none() && !is_proxy {
            return Err((
                Field::HttpMethod,
                FieldProblem::Missing("say with which verb the endpoint is called"),
            ));
        }
        let Some(uri) = self.with_variables(uri) else { return Ok(Backend::Mock) };
        Ok(Backend::Http {
            uri: HttpUri::parse(&uri).map_err(|problem| (Field::Uri, problem))?,
            http_method,
            is_proxy,
            skips_verification: integration.tls_config.is_some_and(|tls| tls.insecure_skip_verification),
        })
    }

    /// The text with `${stageVariables.NAME}` replaced; `None` when it has some and nobody gave them yet.
    fn with_variables(&self, text: &str) -> Option<String> {
        const OPEN: &str = "${stageVariables.";
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once(OPEN) {
            let Some((name, tail)) = after.split_once('}') else { break };
            out.push_str(before);
            out.push_str(self.variables?.get(name).map_or("", String::as_str));
            rest = tail;
        }
        out.push_str(rest);
        Some(out)
    }

    fn templates(
        &self,
        kind: &str,
        sources: &IndexMap<String, String>,
        field: impl Fn(String) -> Field,
    ) -> Result<Vec<(String, MappingTemplate)>, Refused> {
        let mut templates = Vec::new();
        for (media_type, source) in sources {
            let name = format!("{} {kind} for {media_type}", self.title);
            let parsed = MappingTemplate::parse(&name, source)
                .map_err(|error| (field(media_type.clone()), FieldProblem::Template(Box::new(error))))?;
            templates.push((media_type.to_ascii_lowercase(), parsed));
        }
        Ok(templates)
    }

    fn response(&self, status: &str, response: &IntegrationResponse) -> Result<DeployedResponse, Refused> {
        let parsed_status = status.parse().map_err(|_| {
            let reason = "is not a status from 100 to 999".to_owned();
            (Field::Status(status.to_owned()), FieldProblem::Value { value: status.to_owned(), reason })
        })?;
        let pattern = response.selection_pattern.as_deref().filter(|pattern| !pattern.is_empty());
        let pattern = pattern
            .map(|pattern| {
                whole_match(pattern).map_err(|problem| (Field::SelectionPattern(status.to_owned()), problem))
            })
            .transpose()?;
        let mut headers = Vec::new();
        for (destination, source) in &response.response_parameters {
            let refused =
                |problem| (Field::ResponseParameter(status.to_owned(), destination.clone()), problem);
            headers.push(MappedHeader {
                name: response_header(destination).map_err(refused)?,
                shown: destination.rsplit('.').next().unwrap_or_default().to_owned(),
                source: ResponseSource::parse(source).map_err(refused)?,
            });
        }
        let kind = format!("response template of {status}");
        // The console puts an empty template with each response that it makes: it changes nothing.
        let mut sources = response.response_templates.clone();
        sources.retain(|_, source| !source.is_empty());
        let templates = self.templates(&kind, &sources, |media_type| {
            Field::ResponseTemplate(status.to_owned(), media_type)
        })?;
        let content_handling = response.content_handling;
        Ok(DeployedResponse { status: parsed_status, pattern, headers, templates, content_handling })
    }
}

/// A selection pattern matches the whole status, as Java's `matches` does.
fn whole_match(pattern: &str) -> Result<Regex, FieldProblem> {
    RegexBuilder::new(&format!("^(?:{pattern})$")).size_limit(PATTERN_BYTES_MAX).build().map_err(|error| {
        let reason = error.to_string().lines().last().unwrap_or_default().trim().to_owned();
        FieldProblem::Pattern { pattern: pattern.to_owned(), reason }
    })
}

/// The verb of the call; `None` when it is absent or ANY, the client's own.
fn http_method(integration: &Integration) -> Result<Option<http::Method>, Refused> {
    let Some(text) = integration.http_method.as_deref() else { return Ok(None) };
    if text.eq_ignore_ascii_case("ANY") {
        return Ok(None);
    }
    let verb = text.to_ascii_uppercase().parse().map_err(|_| {
        let reason = "is not an HTTP method".to_owned();
        (Field::HttpMethod, FieldProblem::Value { value: text.to_owned(), reason })
    })?;
    Ok(Some(verb))
}

fn timeout(integration: &Integration) -> Result<Duration, Refused> {
    let Some(millis) = integration.timeout_in_millis else { return Ok(INTEGRATION_TIMEOUT_DEFAULT) };
    let range = INTEGRATION_TIMEOUT_MILLIS_MIN..=INTEGRATION_TIMEOUT_MILLIS_MAX;
    if range.contains(&millis) {
        return Ok(Duration::from_millis(millis));
    }
    let reason = format!("is not between {} and {} milliseconds", range.start(), range.end());
    Err((Field::Timeout, FieldProblem::Value { value: millis.to_string(), reason }))
}

fn not_supported(what: &str, instead: &'static str) -> FieldProblem {
    FieldProblem::NotSupported { what: what.to_owned(), instead }
}

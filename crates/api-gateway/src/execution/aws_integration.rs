//! AWS integration: the call of a service's action, as the method's execution role.
//!
//! What must stay true: the call is signed, or within the process vouched for, as the role that the method names, or as its caller
//! where it says so, and never as another; it ends within the integration's timeout.

use alluvium_iam::Caller;
use alluvium_sigv4::{SigningParams, sign};
use http::header::{ACCEPT, CONTENT_TYPE, HOST, HeaderName, HeaderValue, USER_AGENT};
use http::uri::{PathAndQuery, Scheme};
use http::{HeaderMap, Request, Uri};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::backend_call::chain;
use super::integration_request::IntegrationRequest;
use super::method_request::MethodRequest;
use super::{GatewayError, IntegrationAnswer, Notes, backend_call};
use crate::compile::{AwsAction, AwsTarget, Backend, DeployedIntegration};
use crate::credentials::ActsAs;
use crate::gateway::Environment;
use crate::hop::AwsServiceTarget;

const X_AMZ_TARGET: HeaderName = HeaderName::from_static("x-amz-target");
const X_AMZN_TRACE_ID: HeaderName = HeaderName::from_static("x-amzn-trace-id");
/// What actions that stand in `X-Amz-Target` take unless a mapping says otherwise.
const JSON_CONTENT_TYPE: HeaderValue = HeaderValue::from_static("application/x-amz-json-1.1");
/// The unreserved characters of RFC 3986.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

pub(super) async fn call(
    request: &MethodRequest<'_>,
    integration: &DeployedIntegration,
    integration_request: IntegrationRequest,
    notes: &mut Notes,
) -> Result<IntegrationAnswer, GatewayError> {
    let environment = request.arrival.environment;
    let Backend::Aws { target, http_method, acts_as } = &integration.backend else {
        return Err(GatewayError::configuration("the integration is not of type AWS"));
    };
    let service = environment.services.get(&target.service).ok_or_else(|| no_service(environment, target))?;
    let mut parts = Request::new(()).into_parts().0;
    parts.method = http_method.clone();
    parts.uri = uri(service, target, &integration_request)?;
    parts.headers = headers(request, target, &integration_request)?;
    let body = integration_request.body;
    let signer = (acts_as.as_ref(), request.identity.caller.as_deref());
    let shows_signature = notes.shows_requests();
    prove(environment, service, target, signer, shows_signature, &mut parts, &body).await?;
    let outgoing = Request::from_parts(parts, body);
    backend_call::call(&service.hop, outgoing, integration.timeout, notes).await
}

fn no_service(environment: &Environment, target: &AwsTarget) -> GatewayError {
    let mut known: Vec<&str> = environment.services.keys().map(String::as_str).collect();
    known.sort_unstable();
    let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    GatewayError::configuration(format!(
        "this gateway has no endpoint for the service '{}'; the services that it reaches: {known}",
        target.service
    ))
}

/// Signs a request, or vouches for it where the service is in this process. A request that a log shows is signed either way.
async fn prove(
    environment: &Environment,
    service: &AwsServiceTarget,
    target: &AwsTarget,
    (acts_as, caller): (Option<&ActsAs>, Option<&Caller>),
    is_shown: bool,
    parts: &mut http::request::Parts,
    body: &[u8],
) -> Result<(), GatewayError> {
    let acts_as = acts_as.ok_or_else(|| {
        GatewayError::configuration(
            "the integration names no execution role; set its 'credentials' to a role's ARN",
        )
    })?;
    if !is_shown && let Some(vouched) = service.credentials.vouch(acts_as) {
        parts.extensions.insert(vouched.map_err(|error| no_credentials(acts_as, &error))?);
        return Ok(());
    }
    let credentials = service.credentials.of(acts_as, caller).await;
    let credentials = credentials.map_err(|error| no_credentials(acts_as, error.as_ref()))?;
    let params = SigningParams {
        credentials: &credentials,
        region: &target.region,
        service: &target.service,
        now: environment.clock.now(),
        keys: Some(&environment.signing_keys),
    };
    sign(parts, body, &params).map_err(|error| GatewayError::configuration(error.to_string()))
}

fn no_credentials(acts_as: &ActsAs, error: &(dyn std::error::Error + 'static)) -> GatewayError {
    let reason = chain(error);
    GatewayError::configuration(match acts_as {
        ActsAs::Role(role_arn) => format!(
            "the execution role {role_arn} cannot be assumed: {reason}; the integration's 'credentials' have to name a role that is there and that trusts apigateway.amazonaws.com"
        ),
        ActsAs::Caller => format!("the integration acts with its caller's credentials: {reason}"),
    })
}

/// The endpoint's scheme and authority with the action's path and the mapped query.
fn uri(
    service: &AwsServiceTarget,
    target: &AwsTarget,
    request: &IntegrationRequest,
) -> Result<Uri, GatewayError> {
    let mut path = match &target.action {
        AwsAction::Target(_) => "/".to_owned(),
        AwsAction::Query(name) => format!("/?Action={name}"),
        AwsAction::Path(path) => path.clone(),
    };
    for (name, value) in &request.path {
        path = path.replace(&format!("{{{name}}}"), &utf8_percent_encode(value, ENCODED).to_string());
    }
    for (index, (name, value)) in request.querystring.iter().enumerate() {
        path.push(if index == 0 && !path.contains('?') { '?' } else { '&' });
        path.extend(utf8_percent_encode(name, ENCODED));
        path.push('=');
        path.extend(utf8_percent_encode(value, ENCODED));
    }
    let refuse = |error: &dyn std::fmt::Display| {
        GatewayError::configuration(format!(
            "the integration's address {}{path} cannot be used: {error}",
            service.endpoint
        ))
    };
    let mut parts = service.endpoint.clone().into_parts();
    parts.scheme.get_or_insert(Scheme::HTTP);
    parts.path_and_query = Some(path.parse::<PathAndQuery>().map_err(|error| refuse(&error))?);
    Uri::from_parts(parts).map_err(|error| refuse(&error))
}

/// The mapped headers over what API Gateway sends by itself.
fn headers(
    method_request: &MethodRequest<'_>,
    target: &AwsTarget,
    request: &IntegrationRequest,
) -> Result<HeaderMap, GatewayError> {
    let text = |text: &str| {
        HeaderValue::from_str(text)
            .map_err(|_| GatewayError::configuration(format!("'{text}' cannot stand in a header")))
    };
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(USER_AGENT, text(&format!("AmazonAPIGateway_{}", method_request.arrival.stage.api_id))?);
    headers.insert(X_AMZN_TRACE_ID, text(&method_request.arrival.ids.trace)?);
    match &target.action {
        AwsAction::Target(name) => {
            headers.insert(CONTENT_TYPE, JSON_CONTENT_TYPE);
            headers.insert(X_AMZ_TARGET, text(name)?);
        }
        AwsAction::Path(_) | AwsAction::Query(_) => {
            let content_type = method_request.content_type().filter(|_| !request.is_rendered);
            headers.insert(CONTENT_TYPE, text(content_type.unwrap_or("application/json"))?);
        }
    }
    for (name, value) in &request.headers {
        headers.insert(name, value.clone());
    }
    headers.remove(HOST);
    Ok(headers)
}

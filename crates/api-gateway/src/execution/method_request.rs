//! Method request: what the client sent, as the later steps see it.
//!
//! What must stay true: headers that belong to the connection never reach a mapping or a template; payloads beyond the limit are
//! refused before anything reads them.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Request, header};
use percent_encoding::percent_decode_str;

use super::GatewayError;
use super::routing::Routed;
use crate::compile::{DeployedIntegration, DeployedMethod, DeployedStage};
use crate::gateway::Environment;
use crate::invoke_url::InvokeUrl;
use crate::limits::{HEADER_BYTES_MAX, PAYLOAD_BYTES_MAX};
use crate::model::GatewayResponseType;
use crate::request_ids::RequestIds;
use crate::template::{ContextMap, Parameters, Payload, RequestContext};

/// What is known of a request before it is routed.
pub(super) struct Arrival {
    pub(super) ids: RequestIds,
    pub(super) context: RequestContext,
}

/// A routed request.
pub(super) struct MethodRequest {
    pub(super) method: Arc<DeployedMethod>,
    pub(super) stage: Arc<DeployedStage>,
    pub(super) ids: RequestIds,
    pub(super) parameters: Arc<Parameters>,
    pub(super) context: ContextMap,
    /// Lower-case media type of the payload, without its parameters.
    pub(super) media_type: Option<String>,
    /// The whole `Content-Type`.
    pub(super) content_type: Option<String>,
    /// The first media type of `Accept`.
    pub(super) accept: Option<String>,
    pub(super) payload: Arc<Payload>,
    pub(super) body: Bytes,
}

/// Headers that mappings and templates never see.
const HIDDEN_HEADERS: [&str; 12] = [
    "connection",
    "content-length",
    "content-md5",
    "expect",
    "max-forwards",
    "proxy-authenticate",
    "server",
    "te",
    "transfer-encoding",
    "trailer",
    "upgrade",
    "www-authenticate",
];

pub(super) fn check_size(request: &Request<Bytes>) -> Result<(), GatewayError> {
    let bytes = request.body().len();
    if bytes > PAYLOAD_BYTES_MAX {
        let cause = format!("the payload has {bytes} bytes, at most {PAYLOAD_BYTES_MAX} are allowed");
        return Err(GatewayError::of(GatewayResponseType::RequestTooLarge).with_cause(cause));
    }
    let headers: usize =
        request.headers().iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if headers > HEADER_BYTES_MAX {
        let cause = format!("the headers have {headers} bytes, at most {HEADER_BYTES_MAX} are allowed");
        return Err(GatewayError::of(GatewayResponseType::RequestTooLarge).with_cause(cause));
    }
    Ok(())
}

impl Arrival {
    pub(super) fn of(
        environment: &Environment,
        stage: &DeployedStage,
        url: &InvokeUrl,
        request: &Request<Bytes>,
    ) -> Self {
        let ids = RequestIds::new();
        let now = environment.clock.now();
        let text =
            |name| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let host = request.uri().host().unwrap_or_else(|| text(header::HOST));
        let domain_name = host.split(':').next().unwrap_or_default();
        let peer = request.extensions().get::<SocketAddr>();
        let path =
            if url.path == "/" { format!("/{}/", url.stage) } else { format!("/{}{}", url.stage, url.path) };
        let context = RequestContext {
            account_id: environment.account_id.clone(),
            api_id: stage.api_id.clone(),
            deployment_id: stage.deployment_id.clone(),
            domain_name: domain_name.to_owned(),
            domain_prefix: domain_name.split('.').next().unwrap_or_default().to_owned(),
            extended_request_id: ids.extended.clone(),
            http_method: request.method().as_str().to_owned(),
            path,
            protocol: format!("{:?}", request.version()),
            request_id: ids.request.clone(),
            request_time: crate::request_ids::common_log_time(now),
            request_time_epoch_millis: alluvium_clock::millis_of(now),
            resource_id: String::new(),
            resource_path: String::new(),
            source_ip: peer.map_or_else(|| "127.0.0.1".to_owned(), |peer| peer.ip().to_string()),
            stage: stage.stage_name.clone(),
            user_agent: text(header::USER_AGENT).to_owned(),
        };
        Self { ids, context }
    }
}

impl MethodRequest {
    /// What answers the method; a method that cannot run answers 500, and why is told to the operator.
    pub(super) fn integration(&self) -> Result<&DeployedIntegration, GatewayError> {
        self.method.integration.as_ref().map_err(|problem| GatewayError::configuration(problem.to_string()))
    }

    pub(super) fn build(
        arrival: &Arrival,
        stage: &Arc<DeployedStage>,
        routed: Routed,
        request: Request<Bytes>,
    ) -> Self {
        let (parts, body) = request.into_parts();
        let mut context = arrival.context.clone();
        context.resource_id.clone_from(&routed.method.resource_id);
        context.resource_path.clone_from(&routed.method.path);
        let parameters = Parameters {
            path: routed.path_parameters,
            querystring: query_parameters(parts.uri.query().unwrap_or_default()),
            header: header_parameters(&parts.headers, &routed.method.declared_headers),
        };
        let content_type = parameters.header_value("content-type").map(str::to_owned);
        Self {
            method: routed.method,
            stage: Arc::clone(stage),
            ids: arrival.ids.clone(),
            context: ContextMap::of(&context),
            media_type: content_type.as_deref().map(media_type),
            content_type,
            accept: parameters.header_value("accept").and_then(|text| text.split(',').next()).map(media_type),
            parameters: Arc::new(parameters),
            payload: Arc::new(Payload::new(&body)),
            body,
        }
    }
}

/// The media type alone, in lower case.
fn media_type(text: &str) -> String {
    text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn query_parameters(query: &str) -> Vec<(String, String)> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect()
}

fn decoded(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

/// Headers under the names that the method declares, others as `Header-Name`: HTTP libraries hand them over in lower case.
fn header_parameters(headers: &HeaderMap, declared: &[String]) -> Vec<(String, String)> {
    headers
        .iter()
        .filter(|(name, _)| !HIDDEN_HEADERS.contains(&name.as_str()))
        .map(|(name, value)| {
            let name = name.as_str();
            let shown = declared.iter().find(|known| known.eq_ignore_ascii_case(name));
            let shown = shown.cloned().unwrap_or_else(|| capitalised(name));
            (shown, String::from_utf8_lossy(value.as_bytes()).into_owned())
        })
        .collect()
}

fn capitalised(name: &str) -> String {
    let mut starts_word = true;
    name.chars()
        .map(|character| {
            let shown = if starts_word { character.to_ascii_uppercase() } else { character };
            starts_word = character == '-';
            shown
        })
        .collect()
}

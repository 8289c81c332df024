//! Method request: what the client sent to a method, as the later steps see it.
//!
//! What must stay true: headers that belong to the connection, and the signature of a method for signed
//! requests, never reach a mapping or a template; payloads beyond the limit are
//! refused before anything reads them; each view of the request is made once, when somebody asks.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, header};
use percent_encoding::percent_decode_str;

use super::GatewayError;
use super::arrival::Arrival;
use super::header_case::shown;
use super::routing::Routed;
use crate::access::Identity;
use crate::compile::{DeployedIntegration, DeployedMethod};
use crate::limits::{HEADER_BYTES_MAX, PAYLOAD_BYTES_MAX};
use crate::model::GatewayResponseType;
use crate::template::{ContextMap, Parameters, Payload, RequestContext};

/// A routed request.
pub(super) struct MethodRequest<'a> {
    pub(super) arrival: &'a Arrival<'a>,
    pub(super) method: &'a DeployedMethod,
    /// Who calls.
    pub(super) identity: Identity,
    path_parameters: Vec<(String, String)>,
    body: Bytes,
    /// Whether the payload came compressed and no longer is.
    pub(super) is_unpacked: bool,
    parameters: OnceLock<Arc<Parameters>>,
    context: OnceLock<ContextMap>,
    payload: OnceLock<Arc<Payload>>,
}

/// Headers that mappings and templates never see.
pub(super) const HIDDEN_HEADERS: [&str; 12] = [
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

/// Query parameters of presigned requests, which API Gateway keeps for itself as it keeps the headers of a signature.
const SIGNATURE_PARAMETERS: [&str; 7] = [
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-Security-Token",
    "X-Amz-Signature",
    "X-Amz-SignedHeaders",
];

pub(super) fn check_size(headers: &HeaderMap, body: &Bytes) -> Result<(), GatewayError> {
    let bytes = body.len();
    if bytes > PAYLOAD_BYTES_MAX {
        let cause = format!("the payload has {bytes} bytes, at most {PAYLOAD_BYTES_MAX} are allowed");
        return Err(GatewayError::of(GatewayResponseType::RequestTooLarge).with_cause(cause));
    }
    let header_bytes: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if header_bytes > HEADER_BYTES_MAX {
        let cause = format!("the headers have {header_bytes} bytes, at most {HEADER_BYTES_MAX} are allowed");
        return Err(GatewayError::of(GatewayResponseType::RequestTooLarge).with_cause(cause));
    }
    Ok(())
}

impl<'a> MethodRequest<'a> {
    pub(super) fn new(arrival: &'a Arrival<'a>, routed: Routed<'a>, body: Bytes) -> Self {
        Self {
            arrival,
            method: routed.method,
            identity: Identity::default(),
            path_parameters: routed.path_parameters,
            body,
            is_unpacked: false,
            parameters: OnceLock::new(),
            context: OnceLock::new(),
            payload: OnceLock::new(),
        }
    }

    /// What answers the method; a method that cannot run answers 500, and why is told to the operator.
    pub(super) fn integration(&self) -> Result<&'a DeployedIntegration, GatewayError> {
        self.method.integration.as_ref().map_err(|problem| GatewayError::configuration(problem.to_string()))
    }

    /// The parameters under the names that the method declares.
    pub(super) fn parameters(&self) -> &Arc<Parameters> {
        self.parameters.get_or_init(|| {
            Arc::new(Parameters {
                path: self.path_parameters.clone(),
                querystring: self.query_parameters(),
                header: self.header_parameters(),
            })
        })
    }

    fn query_parameters(&self) -> Vec<(String, String)> {
        let mut parameters = query_parameters(self.arrival.parts.uri.query().unwrap_or_default());
        if self.identity.caller.is_some() {
            let is_of_signature =
                |name: &str| SIGNATURE_PARAMETERS.iter().any(|known| name.eq_ignore_ascii_case(known));
            parameters.retain(|(name, _)| !is_of_signature(name));
        }
        parameters
    }

    /// Headers under the names that the method declares, others as `Header-Name`: HTTP libraries hand them over in lower case.
    fn header_parameters(&self) -> Vec<(String, String)> {
        let headers = self.arrival.parts.headers.iter();
        headers
            .filter(|(name, _)| !HIDDEN_HEADERS.contains(&name.as_str()) && !self.is_of_signature(name))
            .map(|(name, value)| {
                let name = shown(name.as_str(), &self.method.declared_headers);
                (name, String::from_utf8_lossy(value.as_bytes()).into_owned())
            })
            .collect()
    }

    /// `$context`, shared by all templates of this request.
    pub(super) fn context(&self) -> &ContextMap {
        self.context.get_or_init(|| ContextMap::of(&self.known()))
    }

    /// Whether a header tells who signed the request. API Gateway keeps it for itself: a backend could use it.
    pub(super) fn is_of_signature(&self, name: &HeaderName) -> bool {
        self.identity.caller.is_some() && (name == header::AUTHORIZATION || name == "x-amz-security-token")
    }

    /// What `$context` begins with.
    pub(super) fn known(&self) -> RequestContext {
        RequestContext { identity: self.identity.clone(), ..self.arrival.context(Some(self.method)) }
    }

    /// `$context`, when a template or a mapping has asked for it.
    pub(super) fn context_if_used(&self) -> Option<&ContextMap> {
        self.context.get()
    }

    pub(super) fn payload(&self) -> &Arc<Payload> {
        self.payload.get_or_init(|| Arc::new(Payload::new(&self.body)))
    }

    pub(super) fn body(&self) -> &Bytes {
        &self.body
    }

    /// Puts the unpacked payload in the place of the one that came, before anything has read it.
    pub(super) fn unpack_to(&mut self, body: Bytes) {
        self.body = body;
        self.is_unpacked = true;
        self.payload = OnceLock::new();
    }

    /// The whole `Content-Type`; of several the last.
    pub(super) fn content_type(&self) -> Option<&str> {
        last_text(&self.arrival.parts.headers, &header::CONTENT_TYPE)
    }

    /// The media type of the payload, in lower case and without its parameters.
    pub(super) fn media_type(&self) -> Option<String> {
        self.content_type().map(media_type)
    }

    /// The first media type of `Accept`.
    pub(super) fn accept(&self) -> Option<String> {
        let accept = last_text(&self.arrival.parts.headers, &header::ACCEPT)?;
        accept.split(',').next().map(media_type)
    }
}

fn last_text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get_all(name).iter().next_back().and_then(|value| value.to_str().ok())
}

/// The media type alone, in lower case.
pub(super) fn media_type(text: &str) -> String {
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

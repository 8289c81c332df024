//! What a request claims about who signed it: read from the `Authorization` header or from a presigned query.
//!
//! What must stay true: this only tells whether the claim has the right shape. A server that lets everybody in needs no more;
//! whether the claim is true is `check.rs`'s question.

use std::borrow::Cow;
use std::fmt;

use http::header;

use crate::canonical::{RequestRef, query_decoded};
use crate::limits::ECHOED_CHARS_MAX;

/// The only algorithm there is: the asymmetric variant is not verified.
pub(crate) const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// A signature and what it says about itself. Nothing in it has been verified.
#[derive(Clone, PartialEq, Eq)]
pub struct Presented {
    pub(crate) algorithm: String,
    pub(crate) credential: String,
    pub(crate) signed_headers: String,
    pub(crate) signature: String,
    pub(crate) date: String,
    pub(crate) session_token: Option<String>,
    pub(crate) form: Form,
}

/// Where a signature stood in its request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// In the `Authorization` header.
    Header,
    /// In the query of a presigned URL.
    Query {
        /// `X-Amz-Expires` as it was sent, seconds; `None` when it was not.
        expires: Option<String>,
    },
}

/// What a signature is good for: one day, one region, one service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope<'a> {
    /// The day, `YYYYMMDD`.
    pub date: &'a str,
    /// The region, such as `us-east-1`.
    pub region: &'a str,
    /// The service's signing name, such as `kinesis` or `execute-api`.
    pub service: &'a str,
}

/// Why a request presents no readable signature. The texts are AWS's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PresentError {
    /// There is no signature of any kind.
    #[error("Missing Authentication Token")]
    Missing,
    /// There are two.
    #[error("Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.")]
    Both,
    /// Parts of it are missing; the text lists them.
    #[error("{0}")]
    Incomplete(String),
}

impl Presented {
    /// Reads the signature that a request carries.
    pub fn parse(request: &RequestRef<'_>) -> Result<Self, PresentError> {
        let authorization = request.headers.get(header::AUTHORIZATION);
        let query = request.uri.query().unwrap_or_default();
        let presigned = query_value(query, "X-Amz-Algorithm").is_some();
        match authorization {
            Some(_) if presigned => Err(PresentError::Both),
            // What is no signature at all is told that it lacks all parts of one.
            Some(value) if !value.is_empty() => match str::from_utf8(value.as_bytes()) {
                Ok(text) => from_header(text, request),
                Err(_) => from_header(&String::from_utf8_lossy(value.as_bytes()), request),
            },
            None if presigned => from_query(query),
            _ => Err(PresentError::Missing),
        }
    }

    /// Whose signature this claims to be: the access key id.
    pub fn access_key_id(&self) -> &str {
        self.credential.split_once('/').map_or(self.credential.as_str(), |(id, _)| id)
    }

    /// The scope, when the credential has the form `id/date/region/service/aws4_request`.
    pub fn scope(&self) -> Option<Scope<'_>> {
        let mut parts = self.credential.split('/').skip(1);
        let scope = Scope { date: parts.next()?, region: parts.next()?, service: parts.next()? };
        let complete = parts.next() == Some("aws4_request") && parts.next().is_none();
        complete.then_some(scope)
    }

    /// The token that came with a temporary key.
    pub fn session_token(&self) -> Option<&str> {
        self.session_token.as_deref()
    }

    /// Where the signature stood.
    pub fn form(&self) -> &Form {
        &self.form
    }
}

impl fmt::Debug for Presented {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Presented")
            .field("credential", &self.credential)
            .field("signed_headers", &self.signed_headers)
            .field("date", &self.date)
            .field("form", &self.form)
            .finish_non_exhaustive()
    }
}

fn from_header(authorization: &str, request: &RequestRef<'_>) -> Result<Presented, PresentError> {
    let text = |name: &str| request.headers.get(name).and_then(|value| value.to_str().ok());
    let (algorithm, parameters) =
        authorization.trim().split_once([' ', ',']).unwrap_or((authorization.trim(), ""));
    let (mut credential, mut signature, mut signed_headers) = (None, None, None);
    // One separator after the other: each is looked for many bytes at a time, both together character by character.
    let parts = parameters.split(',').flat_map(|parts| parts.split(' '));
    for (key, value) in parts.filter_map(|part| part.split_once('=')) {
        let parameter = match key {
            "Credential" => &mut credential,
            "Signature" => &mut signature,
            "SignedHeaders" => &mut signed_headers,
            _ => continue,
        };
        if parameter.is_none() && !value.is_empty() {
            *parameter = Some(value);
        }
    }
    let date = text("x-amz-date").or_else(|| text("date"));
    if let (Some(credential), Some(signature), Some(signed_headers), Some(date)) =
        (credential, signature, signed_headers, date)
    {
        return Ok(Presented {
            algorithm: algorithm.to_owned(),
            credential: credential.to_owned(),
            signed_headers: signed_headers.to_owned(),
            signature: signature.to_owned(),
            date: date.trim().to_owned(),
            session_token: text("x-amz-security-token").map(str::to_owned),
            form: Form::Header,
        });
    }
    let mut message = String::new();
    for (name, value) in
        [("Credential", credential), ("Signature", signature), ("SignedHeaders", signed_headers)]
    {
        if value.is_none() {
            message.extend(["Authorization header requires '", name, "' parameter. "]);
        }
    }
    if date.is_none() {
        message += "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
    }
    message += "Authorization=";
    message.extend(authorization.chars().take(ECHOED_CHARS_MAX));
    Err(PresentError::Incomplete(message))
}

fn from_query(query: &str) -> Result<Presented, PresentError> {
    let value = |name: &str| query_value(query, name).filter(|value| !value.is_empty()).map(Cow::into_owned);
    let mut message = String::new();
    let mut required = |name: &str| {
        let found = value(name);
        if found.is_none() {
            message.extend(["AWS query-string parameters must include '", name, "'. "]);
        }
        found.unwrap_or_default()
    };
    let presented = Presented {
        algorithm: required("X-Amz-Algorithm"),
        credential: required("X-Amz-Credential"),
        signature: required("X-Amz-Signature"),
        signed_headers: required("X-Amz-SignedHeaders"),
        date: required("X-Amz-Date"),
        session_token: value("X-Amz-Security-Token"),
        form: Form::Query { expires: value("X-Amz-Expires") },
    };
    if message.is_empty() {
        return Ok(presented);
    }
    Err(PresentError::Incomplete(message + "Re-examine the query-string parameters."))
}

/// The first value of a query parameter, decoded; what is not UTF-8 is no value of any parameter that is asked for here.
fn query_value<'a>(query: &'a str, name: &str) -> Option<Cow<'a, str>> {
    let raw = query
        .split('&')
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .find_map(|(key, value)| (key == name).then_some(value))?;
    match query_decoded(raw) {
        Cow::Borrowed(bytes) => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
        Cow::Owned(bytes) => String::from_utf8(bytes).ok().map(Cow::Owned),
    }
}

//! What a request claims about who signed it: read from the `Authorization` header or from a presigned query.
//!
//! What must stay true: this only tells whether the claim has the right shape. A server that lets everybody in needs no more;
//! whether the claim is true is `check.rs`'s question. It borrows from the request, for every request is read here.

use std::borrow::Cow;
use std::fmt;

use http::header;
use memchr::{memchr, memchr2};

use crate::canonical::{RequestRef, query_decoded};
use crate::limits::ECHOED_CHARS_MAX;

/// The only algorithm there is: the asymmetric variant is not verified.
pub(crate) const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// A signature and what it says about itself. Nothing in it has been verified.
#[derive(Clone, PartialEq, Eq)]
pub struct Presented<'a> {
    pub(crate) algorithm: Cow<'a, str>,
    pub(crate) credential: Cow<'a, str>,
    pub(crate) signed_headers: Cow<'a, str>,
    pub(crate) signature: Cow<'a, str>,
    pub(crate) date: Cow<'a, str>,
    pub(crate) session_token: Option<Cow<'a, str>>,
    pub(crate) form: Form<'a>,
}

/// Where a signature stood in its request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form<'a> {
    /// In the `Authorization` header.
    Header,
    /// In the query of a presigned URL.
    Query {
        /// `X-Amz-Expires` as it was sent, seconds; `None` when it was not.
        expires: Option<Cow<'a, str>>,
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

impl<'a> Presented<'a> {
    /// Reads the signature that a request carries.
    pub fn parse(request: &RequestRef<'a>) -> Result<Self, PresentError> {
        let authorization = request.headers.get(header::AUTHORIZATION);
        let query = request.uri.query().unwrap_or_default();
        let presigned = !query.is_empty() && query_value(query, "X-Amz-Algorithm").is_some();
        match authorization {
            Some(_) if presigned => Err(PresentError::Both),
            // What is no signature at all is told that it lacks all parts of one.
            Some(value) if !value.is_empty() => {
                let Ok(text) = str::from_utf8(value.as_bytes()) else {
                    let nothing = Parts { date: Some(""), ..Parts::default() };
                    return Err(incomplete(&String::from_utf8_lossy(value.as_bytes()), &nothing));
                };
                from_header(text, request)
            }
            None if presigned => from_query(query),
            _ => Err(PresentError::Missing),
        }
    }

    /// Whose signature this claims to be: the access key id.
    pub fn access_key_id(&self) -> &str {
        cut(&self.credential, b'/').map_or(&*self.credential, |(id, _)| id)
    }

    /// The scope, when the credential has the form `id/date/region/service/aws4_request`.
    pub fn scope(&self) -> Option<Scope<'_>> {
        let (_, scope) = cut(&self.credential, b'/')?;
        let (date, rest) = cut(scope, b'/')?;
        let (region, rest) = cut(rest, b'/')?;
        let (service, end) = cut(rest, b'/')?;
        (end == "aws4_request").then_some(Scope { date, region, service })
    }

    /// The token that came with a temporary key.
    pub fn session_token(&self) -> Option<&str> {
        self.session_token.as_deref()
    }

    /// Where the signature stood.
    pub fn form(&self) -> &Form<'a> {
        &self.form
    }
}

impl fmt::Debug for Presented<'_> {
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

/// The parts of a signature that stands in headers, as far as they are there.
#[derive(Default)]
struct Parts<'a> {
    credential: Option<&'a str>,
    signature: Option<&'a str>,
    signed_headers: Option<&'a str>,
    date: Option<&'a str>,
}

fn from_header<'a>(authorization: &'a str, request: &RequestRef<'a>) -> Result<Presented<'a>, PresentError> {
    let text = |name: &str| request.headers.get(name).and_then(|value| str::from_utf8(value.as_bytes()).ok());
    let trimmed = authorization.trim();
    let end = memchr2(b' ', b',', trimmed.as_bytes()).unwrap_or(trimmed.len());
    let algorithm = &trimmed[..end];
    let mut parts = Parts { date: text("x-amz-date").or_else(|| text("date")), ..Parts::default() };
    let mut from = end + 1;
    while from < trimmed.len() {
        let rest = &trimmed[from..];
        let length = memchr2(b' ', b',', rest.as_bytes()).unwrap_or(rest.len());
        parts.take(&rest[..length]);
        from += length + 1;
    }
    let Parts {
        credential: Some(credential),
        signature: Some(signature),
        signed_headers: Some(signed_headers),
        date: Some(date),
    } = parts
    else {
        return Err(incomplete(authorization, &parts));
    };
    Ok(Presented {
        algorithm: algorithm.into(),
        credential: credential.into(),
        signed_headers: signed_headers.into(),
        signature: signature.into(),
        date: date.trim().into(),
        session_token: text("x-amz-security-token").map(Cow::Borrowed),
        form: Form::Header,
    })
}

impl<'a> Parts<'a> {
    /// Keeps a `Name=value`; of several of one name the first.
    fn take(&mut self, piece: &'a str) {
        let (part, value) = if let Some(value) = piece.strip_prefix("Credential=") {
            (&mut self.credential, value)
        } else if let Some(value) = piece.strip_prefix("SignedHeaders=") {
            (&mut self.signed_headers, value)
        } else if let Some(value) = piece.strip_prefix("Signature=") {
            (&mut self.signature, value)
        } else {
            return;
        };
        if part.is_none() && !value.is_empty() {
            *part = Some(value);
        }
    }
}

fn incomplete(authorization: &str, parts: &Parts<'_>) -> PresentError {
    let mut message = String::new();
    for (name, value) in [
        ("Credential", parts.credential),
        ("Signature", parts.signature),
        ("SignedHeaders", parts.signed_headers),
    ] {
        if value.is_none() {
            message.extend(["Authorization header requires '", name, "' parameter. "]);
        }
    }
    if parts.date.is_none() {
        message += "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
    }
    message += "Authorization=";
    message.extend(authorization.chars().take(ECHOED_CHARS_MAX));
    PresentError::Incomplete(message)
}

fn from_query(query: &str) -> Result<Presented<'_>, PresentError> {
    let value = |name: &str| query_value(query, name).filter(|value| !value.is_empty());
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
        form: Form::Query { expires: query_value(query, "X-Amz-Expires") },
    };
    if message.is_empty() {
        return Ok(presented);
    }
    Err(PresentError::Incomplete(message + "Re-examine the query-string parameters."))
}

/// The first value of a query parameter, decoded; what is not UTF-8 is no value of any parameter that is asked for here. The name
/// is compared decoded too, as it is signed: whoever encodes it in another way must not make it another parameter.
fn query_value<'a>(query: &'a str, name: &str) -> Option<Cow<'a, str>> {
    let raw = query
        .split('&')
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .find_map(|(key, value)| (*query_decoded(key) == *name.as_bytes()).then_some(value))?;
    match query_decoded(raw) {
        Cow::Borrowed(bytes) => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
        Cow::Owned(bytes) => String::from_utf8(bytes).ok().map(Cow::Owned),
    }
}

/// What stands before and after the first `separator`, an ASCII character; `split_once` looks at one character after the other.
pub(crate) fn cut(text: &str, separator: u8) -> Option<(&str, &str)> {
    let at = memchr(separator, text.as_bytes())?;
    Some((&text[..at], &text[at + 1..]))
}

/// The names of a list of signed headers, cut at its semicolons.
pub(crate) fn names(signed_headers: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(signed_headers);
    std::iter::from_fn(move || {
        let text = rest?;
        let (name, tail) = cut(text, b';').map_or((text, None), |(name, tail)| (name, Some(tail)));
        rest = tail;
        Some(name)
    })
}

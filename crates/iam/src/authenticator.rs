//! From a signed request to its caller, or to the error that AWS would answer.
//!
//! What must stay true: with [`AuthMode::Enforce`] nobody becomes a [`Caller`] without having known the secret of an issued key.

use std::sync::Arc;
use std::time::SystemTime;

use alluvium_sigv4::{CheckError, Expected, PresentError, Presented, RequestRef, check};
use bytes::Bytes;
use http::{HeaderMap, Method, Uri};
use subtle::ConstantTimeEq;

use crate::access::Authorizer;
use crate::caller::Caller;
use crate::iam::Iam;
use crate::issued_key::IssuedKey;

/// How strictly requests are authenticated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthMode {
    /// Every request that carries something of a signature's shape is let in, as emulators do. A key that this account issued
    /// still tells who is calling; any other caller is the account itself.
    Any,
    /// The signature has to be right, recent, and made with an issued key.
    Enforce,
}

/// Tells who sent a request. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Authenticator {
    iam: Iam,
    mode: AuthMode,
    /// The only region that signatures may be for.
    region: Option<Arc<str>>,
    /// Whether they may be for [`GLOBAL_REGION`] as well.
    is_global: bool,
}

/// The region for which clients sign requests to services that have none.
pub(crate) const GLOBAL_REGION: &str = "us-east-1";

/// Why a request has no caller. The display form is the message that AWS answers; it holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// There is no signature.
    #[error("Missing Authentication Token")]
    MissingAuthenticationToken,
    /// The signature lacks parts, or a part cannot be read.
    #[error("{0}")]
    IncompleteSignature(String),
    /// The signature is not the one that the secret makes, or is not for this service or this time.
    #[error("{0}")]
    InvalidSignature(String),
    /// The access key was not issued here, or its session token is not the one that goes with it.
    #[error("The security token included in the request is invalid.")]
    UnrecognizedClient,
    /// The temporary credentials have expired.
    #[error("The security token included in the request is expired")]
    ExpiredToken,
}

impl AuthError {
    /// The error's name on the wire of AWS's JSON protocols
    /// (<https://docs.aws.amazon.com/kinesis/latest/APIReference/CommonErrors.html>).
    pub fn code(&self) -> &'static str {
        match self {
            Self::MissingAuthenticationToken => "MissingAuthenticationTokenException",
            Self::IncompleteSignature(_) => "IncompleteSignatureException",
            Self::InvalidSignature(_) => "InvalidSignatureException",
            Self::UnrecognizedClient => "UnrecognizedClientException",
            Self::ExpiredToken => "ExpiredTokenException",
        }
    }
}

impl Authenticator {
    /// An authenticator of this account's callers.
    pub fn new(iam: Iam, mode: AuthMode) -> Self {
        Self { iam, mode, region: None, is_global: false }
    }

    /// The same for signatures of this region only; without this they may be for any. Where everybody is let in, nobody looks.
    #[must_use]
    pub fn in_region(self, region: &str) -> Self {
        Self { region: Some(region.into()), ..self }
    }

    /// The same for a service that is of no region: its clients may sign for [`GLOBAL_REGION`] wherever they are.
    pub(crate) fn of_global_service(self) -> Self {
        Self { is_global: true, ..self }
    }

    pub(crate) fn iam(&self) -> &Iam {
        &self.iam
    }

    /// How strict it is.
    pub fn mode(&self) -> AuthMode {
        self.mode
    }

    /// Who decides what the callers of this account may do.
    pub fn authorizer(&self) -> Authorizer {
        Authorizer::new(self.iam.clone(), self.mode)
    }

    /// Tells who sent a request to `service` (its signing name, such as `kinesis` or `execute-api`). Method, URI, headers and
    /// body are those of the wire.
    pub fn authenticate(
        &self,
        method: &Method,
        uri: &Uri,
        headers: &HeaderMap,
        body: &Bytes,
        service: &str,
    ) -> Result<Caller, AuthError> {
        let request = RequestRef { method, uri, headers, body };
        let presented = Presented::parse(&request)?;
        let access_key_id = presented.access_key_id();
        let issued = self.iam.issued_key(access_key_id);
        match (self.mode, issued) {
            (AuthMode::Any, Some(issued)) => Ok(issued.caller.clone()),
            (AuthMode::Any, None) => Ok(self.iam.account_caller(access_key_id)),
            (AuthMode::Enforce, None) => Err(AuthError::UnrecognizedClient),
            (AuthMode::Enforce, Some(issued)) => {
                let now = self.iam.now();
                check_session_token(&issued, presented.session_token())?;
                if !issued.lasts_until(now) {
                    return Err(AuthError::ExpiredToken);
                }
                let expected =
                    Expected { region: self.region_for(&presented), ..Expected::new(service, now) };
                check(&presented, &issued.secret_access_key, &request, &expected, &issued.signing_keys)?;
                note_use(&issued, &presented, service, now);
                Ok(issued.caller.clone())
            }
        }
    }
}

impl Authenticator {
    /// The region that a signature has to be for.
    fn region_for(&self, presented: &Presented<'_>) -> Option<&str> {
        let region = self.region.as_deref()?;
        let is_for_all = presented.scope().is_some_and(|scope| scope.region == GLOBAL_REGION);
        Some(if self.is_global && is_for_all { GLOBAL_REGION } else { region })
    }
}

/// GetAccessKeyLastUsed tells of users' own keys.
fn note_use(issued: &IssuedKey, presented: &Presented, service: &str, now: SystemTime) {
    if issued.session.is_none() {
        let region = presented.scope().map_or("", |scope| scope.region);
        issued.last_used.note(alluvium_clock::millis_of(now), service, region);
    }
}

/// A temporary key comes with its own token, a user's key with none.
fn check_session_token(issued: &IssuedKey, presented: Option<&str>) -> Result<(), AuthError> {
    let matches = match (&issued.session, presented) {
        (None, None) => true,
        (Some(session), Some(token)) => bool::from(session.token.as_bytes().ct_eq(token.as_bytes())),
        (Some(_), None) | (None, Some(_)) => false,
    };
    if matches { Ok(()) } else { Err(AuthError::UnrecognizedClient) }
}

impl From<PresentError> for AuthError {
    fn from(error: PresentError) -> Self {
        match error {
            PresentError::Missing => Self::MissingAuthenticationToken,
            PresentError::Both => Self::InvalidSignature(error.to_string()),
            PresentError::Incomplete(message) => Self::IncompleteSignature(message),
        }
    }
}

impl From<CheckError> for AuthError {
    fn from(error: CheckError) -> Self {
        let message = error.to_string();
        match error {
            CheckError::UnsupportedAlgorithm(_)
            | CheckError::MalformedCredential(_)
            | CheckError::MalformedDate(_)
            | CheckError::MalformedExpires(_) => Self::IncompleteSignature(message),
            CheckError::WrongService { .. }
            | CheckError::WrongRegion(_)
            | CheckError::WrongDate { .. }
            | CheckError::HeaderNotSigned(_)
            | CheckError::Expired { .. }
            | CheckError::NotYetCurrent { .. }
            | CheckError::PayloadMismatch
            | CheckError::SignatureMismatch => Self::InvalidSignature(message),
        }
    }
}

//! The services as HTTP: one request in, one answer out.
//!
//! What must stay true: nobody is answered who did not sign as the mode wants; a change is on disk before its answer.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use alluvium_aws_query::{self as aws_query, Document, FormLimits};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::Full;
use tokio::sync::Semaphore;

use crate::authenticator::{AuthError, AuthMode, Authenticator, GLOBAL_REGION};
use crate::caller::{Caller, Principal};
use crate::context::RequestContext;
use crate::limits::{BODY_BYTES_MAX, FORM_DEPTH_MAX, FORM_VALUES_MAX, REQUESTS_AT_ONCE_MAX};
use crate::operations;
use crate::random;
use crate::sts;
use crate::wire::fault::Fault;
use crate::wire::input::Input;
use crate::wire::operation::{Call, Operation, Outcome};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");

/// What tells the two services apart.
#[derive(Debug)]
struct Api {
    /// The signing name, which is also what actions begin with.
    name: &'static str,
    namespace: &'static str,
    version: &'static str,
    operations: &'static [&'static [Operation]],
}

static IAM: Api = Api {
    name: "iam",
    namespace: "https://iam.amazonaws.com/doc/2010-05-08/",
    version: "2010-05-08",
    operations: operations::ALL,
};

static STS: Api = Api {
    name: "sts",
    namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
    version: "2011-06-15",
    operations: &[sts::ALL],
};

/// The IAM service, ready to be called. Clones are the same service.
#[derive(Debug, Clone)]
pub struct IamService(Service);

/// The STS service, ready to be called. Clones are the same service.
#[derive(Debug, Clone)]
pub struct StsService(Service);

#[derive(Debug, Clone)]
struct Service {
    api: &'static Api,
    authenticator: Authenticator,
    /// Room for those that are answered at the same time.
    room: Arc<Semaphore>,
}

impl IamService {
    /// The service over the authenticator's account.
    pub fn new(authenticator: Authenticator) -> Self {
        Self(Service::new(&IAM, authenticator))
    }

    /// The names of the operations that are served.
    pub fn operation_names() -> impl Iterator<Item = &'static str> {
        IAM.operations.iter().copied().flatten().map(|operation| operation.name)
    }
}

impl StsService {
    /// The service over the authenticator's account.
    pub fn new(authenticator: Authenticator) -> Self {
        Self(Service::new(&STS, authenticator))
    }

    /// The names of the operations that are served.
    pub fn operation_names() -> impl Iterator<Item = &'static str> {
        STS.operations.iter().copied().flatten().map(|operation| operation.name)
    }
}

impl Service {
    fn new(api: &'static Api, authenticator: Authenticator) -> Self {
        Self {
            api,
            authenticator: authenticator.of_global_service(),
            room: Arc::new(Semaphore::new(REQUESTS_AT_ONCE_MAX)),
        }
    }

    async fn answer(self, request: Request<Bytes>) -> Response<Full<Bytes>> {
        let (parts, body) = request.into_parts();
        let api = self.api;
        let place = Arc::clone(&self.room).acquire_owned().await;
        // A change waits for the disk.
        let answered = tokio::task::spawn_blocking(move || {
            let answer = self.answer_here(&parts, &body);
            drop(place);
            answer
        });
        answered.await.unwrap_or_else(|error| {
            tracing::error!(%error, service = api.name, "a request ended before its answer");
            let text = "The request could not be answered; a change may or may not have been made.";
            let fault = Fault::new(StatusCode::INTERNAL_SERVER_ERROR, "ServiceFailure", text);
            respond(api, "", Err(fault))
        })
    }

    fn answer_here(&self, parts: &Parts, body: &Bytes) -> Response<Full<Bytes>> {
        match self.read(parts, body) {
            Ok((operation, document)) => {
                let outcome = self.run(parts, body, operation, document);
                respond(self.api, operation.name, outcome)
            }
            Err(fault) => respond(self.api, "", Err(fault)),
        }
    }

    /// The operation of a request and its form.
    fn read(&self, parts: &Parts, body: &Bytes) -> Result<(&'static Operation, Document), Fault> {
        let query = parts.uri.query().unwrap_or_default();
        let form: &[u8] = match parts.method {
            Method::GET => query.as_bytes(),
            Method::POST => body,
            _ => {
                let text = format!("The method {} is not supported: use POST.", parts.method);
                return Err(Fault::new(StatusCode::METHOD_NOT_ALLOWED, "UnsupportedMethod", text));
            }
        };
        if form.len() > BODY_BYTES_MAX {
            let text = format!("The request is over {BODY_BYTES_MAX} bytes.");
            return Err(Fault::new(StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLarge", text));
        }
        let form_limits = FormLimits { values_max: FORM_VALUES_MAX, depth_max: FORM_DEPTH_MAX };
        let document = aws_query::read(form, form_limits).ok_or_else(|| {
            let text =
                "The request is not a form of parameters, or is nested too deeply or has too many values.";
            Fault::new(StatusCode::BAD_REQUEST, "MalformedQueryString", text)
        })?;
        let Some(action) =
            crate::wire::input::member_text(&document, "Action").filter(|action| !action.is_empty())
        else {
            self.authenticate(parts, body)?;
            let text = "The request must contain the parameter Action.";
            return Err(Fault::new(StatusCode::BAD_REQUEST, "MissingAction", text));
        };
        match self.api.operations.iter().copied().flatten().find(|operation| operation.name == action) {
            Some(operation) => Ok((operation, document)),
            None => Err(self.unknown(action)),
        }
    }

    fn unknown(&self, action: &str) -> Fault {
        let shown: String = action.chars().filter(char::is_ascii_alphanumeric).take(64).collect();
        let Api { name, version, .. } = self.api;
        Fault::new(
            StatusCode::BAD_REQUEST,
            "InvalidAction",
            format!(
                "Could not find operation {shown} for version {version}; docs/access.md lists those of {name} that are served."
            ),
        )
    }

    fn authenticate(&self, parts: &Parts, body: &Bytes) -> Result<Caller, Fault> {
        let Parts { method, uri, headers, .. } = parts;
        Ok(self.authenticator.authenticate(method, uri, headers, body, self.api.name)?)
    }

    /// IAM takes what GetSessionToken gives only after MFA, which nobody has here
    /// (<https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>).
    fn refuse_sessions_of_users(&self, caller: &Caller) -> Result<(), Fault> {
        let is_enforced = self.authenticator.mode() == AuthMode::Enforce;
        let is_of_user = matches!(caller.principal, Principal::User { .. } | Principal::Account);
        if self.api.name == IAM.name && is_enforced && is_of_user && caller.access_key_id.starts_with("ASIA")
        {
            return Err(AuthError::UnrecognizedClient.into());
        }
        Ok(())
    }

    fn run(&self, parts: &Parts, body: &Bytes, operation: &'static Operation, form: Document) -> Outcome {
        let caller = self.authenticate(parts, body)?;
        self.refuse_sessions_of_users(&caller)?;
        let input = Input::check(form, operation.members)?;
        let authorizer = self.authenticator.authorizer();
        let mut context = RequestContext::of_request(parts);
        if self.api.name == IAM.name {
            // Wherever it is asked from: IAM is of no region.
            context = context.in_region(GLOBAL_REGION);
        }
        let call = Call {
            iam: authorizer.iam(),
            authorizer: &authorizer,
            caller: &caller,
            context: &context,
            document: authorizer.iam().document(),
        };
        call.authorize(self.api.name, operation, &input)?;
        (operation.run)(&call, &input)
    }
}

fn respond(api: &Api, operation: &str, outcome: Outcome) -> Response<Full<Bytes>> {
    let request_id = random::request_id();
    let (status, body) = match outcome {
        Ok(result) => {
            (StatusCode::OK, aws_query::write(api.namespace, operation, result.as_ref(), &request_id))
        }
        Err(fault) => {
            let body =
                aws_query::write_error(api.namespace, fault.side(), fault.code, &fault.message, &request_id);
            (fault.status, body)
        }
    };
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/xml"));
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        headers.insert(REQUEST_ID, value);
    }
    response
}

type Answering = Pin<Box<dyn Future<Output = Result<Response<Full<Bytes>>, Infallible>> + Send>>;

impl tower::Service<Request<Bytes>> for IamService {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let service = self.0.clone();
        Box::pin(async move { Ok(service.answer(request).await) })
    }
}

impl tower::Service<Request<Bytes>> for StsService {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let service = self.0.clone();
        Box::pin(async move { Ok(service.answer(request).await) })
    }
}

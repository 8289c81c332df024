//! The tower service in front of [`ApiGateway`].
//!
//! What must stay true: it never fails; whatever comes in, a response goes out.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use tower::Service;

use crate::execution;
use crate::gateway::ApiGateway;
use crate::invoke_url::InvokeUrl;

/// Answers requests to invoke URLs and custom domain names; see [`Self::url_of`] for telling them from others. The peer's address is taken from the request's
/// extension `std::net::SocketAddr`.
#[derive(Clone)]
pub struct InvokeService {
    gateway: ApiGateway,
}

impl InvokeService {
    pub(crate) fn new(gateway: ApiGateway) -> Self {
        Self { gateway }
    }

    /// What a request is for; `None` when it is not for a deployed API. See [`ApiGateway::invoke_url_of`].
    pub fn url_of<B>(&self, request: &Request<B>) -> Option<InvokeUrl> {
        self.gateway.invoke_url_of(request)
    }
}

impl Service<Request<Bytes>> for InvokeService {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let gateway = self.gateway.clone();
        Box::pin(async move {
            let response = match gateway.invoke_url_of(&request) {
                Some(url) => gateway.invoke(&url, request).await,
                None => execution::forbidden(Some("the URL names no API")),
            };
            Ok(response.map(Full::new))
        })
    }
}

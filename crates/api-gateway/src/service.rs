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

/// Answers requests to invoke URLs; see [`InvokeUrl`] for telling them from others. The peer's address is taken from the request's
/// extension `std::net::SocketAddr`.
#[derive(Clone)]
pub struct InvokeService {
    gateway: ApiGateway,
}

impl InvokeService {
    pub(crate) fn new(gateway: ApiGateway) -> Self {
        Self { gateway }
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
            let response = match InvokeUrl::of_request(&request) {
                Some(url) => gateway.invoke(&url, request).await,
                None => execution::forbidden(Some("the URL names no API")),
            };
            Ok(response.map(Full::new))
        })
    }
}

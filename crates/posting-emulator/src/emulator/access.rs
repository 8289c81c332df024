//! What a PUT carries beside its body: an API key, a signature.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::Request;

type Sign = dyn Fn(Request<Bytes>) -> BoxFuture<'static, Result<Request<Bytes>, String>> + Send + Sync;

/// Signs requests; whose key it has, and by which rules, is its maker's business.
#[derive(Clone)]
pub struct Signer(Arc<Sign>);

impl Signer {
    /// A signer that gives a request back with its signature, or says why there is none.
    pub fn new(
        sign: impl Fn(Request<Bytes>) -> BoxFuture<'static, Result<Request<Bytes>, String>>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        Self(Arc::new(sign))
    }

    pub(super) async fn sign(&self, request: Request<Bytes>) -> Result<Request<Bytes>, String> {
        (self.0)(request).await
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Signer")
    }
}

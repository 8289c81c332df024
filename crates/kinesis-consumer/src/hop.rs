//! Amazon's client without a socket: its requests go to a service in this process.
//!
//! What must stay true: the request is the one that would have gone over the network, signature included.

use std::fmt;

use aws_sdk_kinesis::config::SharedHttpClient;
use aws_sdk_kinesis::config::http::{HttpRequest, HttpResponse};
use aws_sdk_kinesis::error::ConnectorError;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use tower::ServiceExt;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// One hop over HTTP: a service that takes whole requests and gives whole responses.
pub type HttpHop = tower::util::BoxCloneSyncService<http::Request<Bytes>, http::Response<Bytes>, BoxError>;

/// An HTTP client that sends every request through `hop`.
pub(crate) fn http_client(hop: HttpHop) -> SharedHttpClient {
    let connector = SharedHttpConnector::new(HopConnector(hop));
    http_client_fn(move |_, _| connector.clone())
}

struct HopConnector(HttpHop);

impl fmt::Debug for HopConnector {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("HopConnector")
    }
}

impl HttpConnector for HopConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let hop = self.0.clone();
        HttpConnectorFuture::new(async move {
            let request = whole(request).map_err(ConnectorError::user)?;
            let response = hop.oneshot(request).await.map_err(ConnectorError::io)?;
            HttpResponse::try_from(response.map(SdkBody::from))
                .map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}

fn whole(request: HttpRequest) -> Result<http::Request<Bytes>, BoxError> {
    let (parts, body) = request.try_into_http1x()?.into_parts();
    let bytes = body.bytes().ok_or("the request's body is a stream, and this hop takes whole requests")?;
    Ok(http::Request::from_parts(parts, Bytes::copy_from_slice(bytes)))
}

//! Amazon's client without a socket: its requests go to a service in this process.
//!
//! What must stay true: the request is the one that would have gone over the network, signature included.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use aws_sdk_kinesis::config::SharedHttpClient;
use aws_sdk_kinesis::config::http::{HttpRequest, HttpResponse};
use aws_sdk_kinesis::error::ConnectorError;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use tokio::sync::mpsc;
use tower::ServiceExt;

/// The operation whose answer never ends.
const SUBSCRIBE_TARGET: &str = "Kinesis_20131202.SubscribeToShard";

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// One hop over HTTP: a service that takes whole requests and gives whole responses.
pub type HttpHop = tower::util::BoxCloneSyncService<http::Request<Bytes>, http::Response<Bytes>, BoxError>;

/// The same for answers that never end, such as subscriptions: the body comes in pieces.
pub type StreamingHop =
    tower::util::BoxCloneSyncService<http::Request<Bytes>, http::Response<HopBody>, BoxError>;

/// A body that comes in pieces, as they are sent; it ends when the sender is dropped.
#[derive(Debug)]
pub struct HopBody(pub mpsc::Receiver<Bytes>);

impl http_body::Body for HopBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, BoxError>>> {
        self.0.poll_recv(context).map(|piece| piece.map(|piece| Ok(http_body::Frame::data(piece))))
    }
}

/// An HTTP client that sends every request through `hop`, and subscriptions through `streaming` where there is one.
pub(crate) fn http_client(hop: HttpHop, streaming: Option<StreamingHop>) -> SharedHttpClient {
    let connector = SharedHttpConnector::new(HopConnector { hop, streaming });
    http_client_fn(move |_, _| connector.clone())
}

struct HopConnector {
    hop: HttpHop,
    streaming: Option<StreamingHop>,
}

impl fmt::Debug for HopConnector {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("HopConnector")
    }
}

impl HttpConnector for HopConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (hop, streaming) = (self.hop.clone(), self.streaming.clone());
        HttpConnectorFuture::new(async move {
            let request = whole(request).map_err(ConnectorError::user)?;
            let response = match streaming.filter(|_| is_subscription(&request)) {
                Some(streaming) => {
                    let response = streaming.oneshot(request).await.map_err(ConnectorError::io)?;
                    response.map(SdkBody::from_body_1_x)
                }
                None => hop.oneshot(request).await.map_err(ConnectorError::io)?.map(SdkBody::from),
            };
            HttpResponse::try_from(response).map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}

fn is_subscription(request: &http::Request<Bytes>) -> bool {
    request.headers().get("x-amz-target").is_some_and(|target| target == SUBSCRIBE_TARGET)
}

fn whole(request: HttpRequest) -> Result<http::Request<Bytes>, BoxError> {
    let (parts, body) = request.try_into_http1x()?.into_parts();
    let bytes = body.bytes().ok_or("the request's body is a stream, and this hop takes whole requests")?;
    Ok(http::Request::from_parts(parts, Bytes::copy_from_slice(bytes)))
}

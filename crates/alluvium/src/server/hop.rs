//! The hop to our own Kinesis without a socket: the same request, handed over.

use alluvium_api_gateway::HttpHop;
use alluvium_kinesis_server::KinesisService;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::BodyExt;
use tower::util::BoxCloneSyncService;
use tower::{BoxError, ServiceExt};

/// The hop to a Kinesis in this process.
pub(crate) fn in_process(kinesis: KinesisService) -> HttpHop {
    let hop = tower::service_fn(move |request: Request<Bytes>| {
        let kinesis = kinesis.clone();
        async move {
            let (parts, body) = match kinesis.oneshot(request).await {
                Ok(response) => response.into_parts(),
                Err(never) => match never {},
            };
            let body = match body.collect().await {
                Ok(collected) => collected.to_bytes(),
                Err(never) => match never {},
            };
            Ok::<_, BoxError>(Response::from_parts(parts, body))
        }
    });
    BoxCloneSyncService::new(hop)
}

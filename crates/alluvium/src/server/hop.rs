//! The hop to our own Kinesis without a socket: the same request, handed over.

use alluvium_api_gateway::HttpHop;
use alluvium_kinesis_consumer::{HopBody, StreamingHop};
use alluvium_kinesis_server::KinesisService;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::BodyExt;
use tokio::sync::mpsc;
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

/// The same hop for answers that never end. The service makes its next piece when the one before is taken, and ends when the
/// client lets go of the body.
pub(crate) fn in_process_streaming(kinesis: KinesisService) -> StreamingHop {
    let hop = tower::service_fn(move |request: Request<Bytes>| {
        let kinesis = kinesis.clone();
        async move {
            let (parts, mut body) = match kinesis.oneshot(request).await {
                Ok(response) => response.into_parts(),
                Err(never) => match never {},
            };
            let (pieces, taken) = mpsc::channel(1);
            tokio::spawn(async move {
                while let Ok(place) = pieces.reserve().await {
                    let frame = tokio::select! {
                        frame = body.frame() => frame,
                        () = pieces.closed() => return,
                    };
                    match frame {
                        Some(Ok(frame)) => {
                            if let Ok(piece) = frame.into_data() {
                                place.send(piece);
                            }
                        }
                        Some(Err(never)) => match never {},
                        None => return,
                    }
                }
            });
            Ok::<_, BoxError>(Response::from_parts(parts, HopBody(taken)))
        }
    });
    BoxCloneSyncService::new(hop)
}

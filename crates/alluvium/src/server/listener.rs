//! The accept loop: HTTP/1.1 and HTTP/2 with prior knowledge on one port, bodies read whole within a limit, a graceful end.
//!
//! What must stay true: every connection, header section and body has a limit; closing lets requests that have begun finish.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::front::{Front, FrontBody};

/// Connections that are served at once; more wait in the operating system's queue.
const CONNECTIONS_MAX: usize = 10_000;
/// The largest body: 10 MiB of record data in base64 with room for keys and JSON around it
/// (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html>).
const BODY_BYTES_MAX: usize = 16 * 1024 * 1024;
/// The largest header section of HTTP/1.1, in bytes; API Gateway's own limit is 10,240.
const HEADER_BYTES_MAX: usize = 64 * 1024;
/// How long a client may take to send its headers.
const HEADER_READ_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a client may take to send a body.
const BODY_READ_TIMEOUT: Duration = Duration::from_mins(2);
/// Requests in flight on one HTTP/2 connection.
const H2_STREAMS_MAX: u32 = 1_000;
/// How long requests that have begun may go on after the server was told to stop.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(10);

/// Binds the address; the error names it and says what to do.
pub(crate) async fn bind(address: SocketAddr) -> Result<TcpListener, crate::failure::Failure> {
    TcpListener::bind(address).await.map_err(|error| {
        let hint = match error.kind() {
            std::io::ErrorKind::AddrInUse => {
                "; another program listens there: stop it, or choose another port with --listen (port 0 picks a free one)"
            }
            std::io::ErrorKind::PermissionDenied => "; ports below 1024 need privileges: choose a higher one with --listen",
            _ => "",
        };
        crate::failure::Failure::Failed(anyhow::anyhow!("cannot listen on {address}: {error}{hint}"))
    })
}

/// Serves until the token is cancelled, then finishes what has begun.
pub(crate) async fn serve(listener: TcpListener, front: Front, stop: CancellationToken) {
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    loop {
        let place = tokio::select! {
            () = stop.cancelled() => break,
            place = Arc::clone(&places).acquire_owned() => place.expect("the semaphore is never closed"),
        };
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((socket, peer)) => {
                let connection = graceful.watcher();
                let front = front.clone();
                tokio::spawn(async move {
                    serve_connection(socket, peer, front, connection).await;
                    drop(place);
                });
            }
            Err(error) => {
                // Out of file descriptors or the like: give running connections time to end.
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
    drop(listener);
    if tokio::time::timeout(DRAIN_TIMEOUT, graceful.shutdown()).await.is_err() {
        tracing::warn!(
            "connections were still open {DRAIN_TIMEOUT:?} after the stop; they end with the process"
        );
    }
}

async fn serve_connection(
    socket: TcpStream,
    peer: SocketAddr,
    front: Front,
    watcher: hyper_util::server::graceful::Watcher,
) {
    // hyper's own limit on the time for headers begins with the first byte.
    if tokio::time::timeout(HEADER_READ_TIMEOUT, socket.readable()).await.is_err() {
        return;
    }
    if let Err(error) = socket.set_nodelay(true) {
        tracing::debug!(%peer, %error, "cannot set TCP_NODELAY");
    }
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_READ_TIMEOUT)
        .max_buf_size(HEADER_BYTES_MAX)
        .keep_alive(true);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(H2_STREAMS_MAX)
        .max_header_list_size(HEADER_BYTES_MAX as u32)
        .keep_alive_interval(Some(Duration::from_mins(1)));
    let service = service_fn(move |request| {
        let front = front.clone();
        async move { Ok::<_, Infallible>(answer(front, peer, request).await) }
    });
    let connection = builder.serve_connection(TokioIo::new(socket), service);
    if let Err(error) = watcher.watch(connection.into_owned()).await {
        tracing::debug!(%peer, %error, "a connection ended early");
    }
}

/// Reads the body whole and hands the request on.
async fn answer(
    front: Front,
    peer: SocketAddr,
    request: http::Request<Incoming>,
) -> http::Response<FrontBody> {
    let (mut parts, body) = request.into_parts();
    parts.extensions.insert(peer);
    let reading = tokio::time::timeout(BODY_READ_TIMEOUT, Limited::new(body, BODY_BYTES_MAX).collect());
    let Ok(read) = reading.await else {
        let mut response = http::Response::new(super::front::whole(Bytes::new()));
        *response.status_mut() = http::StatusCode::REQUEST_TIMEOUT;
        return response;
    };
    match read {
        Ok(collected) => front.call(http::Request::from_parts(parts, collected.to_bytes())).await,
        Err(error) if error.is::<LengthLimitError>() => {
            Front::body_too_large(&http::Request::from_parts(parts, ()))
        }
        Err(error) => {
            tracing::debug!(%error, "a request's body did not arrive whole");
            let mut response = http::Response::new(super::front::whole(Bytes::new()));
            *response.status_mut() = http::StatusCode::BAD_REQUEST;
            response
        }
    }
}

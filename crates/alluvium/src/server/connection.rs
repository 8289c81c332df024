//! One connection from its first byte to its end: TLS or not, HTTP/1.1 or HTTP/2, each told by what the client sends.
//!
//! What must stay true: a client that sends nothing, or half of something, is let go after a time; a stop is seen at every step
//! before the first request, and finishes requests after it.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;

use alluvium_iam::ClientConnection;
use bytes::Bytes;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::Watcher;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use super::body::{self, BodyError, BodyRoom};
use super::front::{Front, FrontBody};
use super::limits::{
    H2_CONNECTION_WINDOW_BYTES, H2_LINGER_MAX, H2_PING_INTERVAL, H2_STREAM_WINDOW_BYTES, H2_STREAMS_MAX,
    HEADER_BYTES_MAX, HEADER_READ_TIMEOUT, TLS_HANDSHAKE_TIMEOUT, WRITE_STALL_TIMEOUT,
};
use super::wire_io::WireIo;

/// What every HTTP/2 connection begins with (<https://www.rfc-editor.org/rfc/rfc9113#section-3.4>).
const H2_OPENING: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// The first byte of every TLS connection: a handshake record (<https://www.rfc-editor.org/rfc/rfc8446#section-5.1>).
const TLS_HANDSHAKE: u8 = 0x16;

/// What every connection needs. Cheap to clone.
#[derive(Clone)]
pub(super) struct Connections {
    /// The services.
    pub(super) front: Front,
    /// TLS, when there is a certificate.
    pub(super) tls: Option<TlsAcceptor>,
    /// The room for bodies.
    pub(super) room: BodyRoom,
    /// Cancelled when the server is to stop.
    pub(super) stop: CancellationToken,
}

impl Connections {
    /// Serves a connection to its end.
    pub(super) async fn serve(self, socket: TcpStream, peer: SocketAddr, watcher: Watcher) {
        let _counted = self.front.process.connection();
        if let Err(error) = socket.set_nodelay(true) {
            tracing::debug!(%peer, %error, "cannot set TCP_NODELAY");
        }
        if let Err(error) = self.begin(socket, peer, watcher).await {
            tracing::debug!(%peer, %error, "a connection ended early");
        }
    }

    async fn begin(self, socket: TcpStream, peer: SocketAddr, watcher: Watcher) -> Result<(), BoxError> {
        let Some((wire, matching)) = self.opening(socket).await? else { return Ok(()) };
        if wire.first().first() != Some(&TLS_HANDSHAKE) {
            return self.serve_http(wire, matching, (peer, false), watcher).await;
        }
        let Some(tls) = &self.tls else {
            return Err(
                "the client speaks TLS and there is no certificate: set `tls` in the configuration, or \
                        use http:// in the endpoint"
                    .into(),
            );
        };
        let handshake = tokio::time::timeout(TLS_HANDSHAKE_TIMEOUT, tls.accept(wire));
        let stream = tokio::select! {
            () = self.stop.cancelled() => return Ok(()),
            done = handshake => done??,
        };
        match self.opening(stream).await? {
            Some((wire, matching)) => self.serve_http(wire, matching, (peer, true), watcher).await,
            None => Ok(()),
        }
    }

    /// Reads as far as HTTP/2 is told from the rest; `None` when the server stops first.
    async fn opening<S>(&self, stream: S) -> Result<Option<(WireIo<S>, usize)>, BoxError>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let reading = WireIo::after_opening(stream, H2_OPENING, WRITE_STALL_TIMEOUT);
        tokio::select! {
            () = self.stop.cancelled() => Ok(None),
            read = tokio::time::timeout(HEADER_READ_TIMEOUT, reading) => Ok(Some(read.map_err(io::Error::from)??)),
        }
    }

    async fn serve_http<S>(
        self,
        wire: WireIo<S>,
        matching: usize,
        (peer, secure_transport): (SocketAddr, bool),
        watcher: Watcher,
    ) -> Result<(), BoxError>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let h2 = matching == H2_OPENING.len();
        let wire = if h2 { wire.lingers(H2_LINGER_MAX) } else { wire };
        let builder = protocols(h2);
        let Self { front, room, .. } = self;
        let client = ClientConnection { source_ip: peer.ip(), secure_transport };
        let service = service_fn(move |request| {
            let (front, room) = (front.clone(), room.clone());
            async move { Ok::<_, Infallible>(answer(front, room, (peer, client), request).await) }
        });
        let connection = builder.serve_connection(TokioIo::new(wire), service);
        watcher.watch(connection.into_owned()).await
    }
}

type BoxError = Box<dyn std::error::Error + Send + Sync>;

fn protocols(h2: bool) -> auto::Builder<TokioExecutor> {
    let builder = auto::Builder::new(TokioExecutor::new());
    let mut builder = if h2 { builder.http2_only() } else { builder.http1_only() };
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
        .initial_stream_window_size(H2_STREAM_WINDOW_BYTES)
        .initial_connection_window_size(H2_CONNECTION_WINDOW_BYTES)
        .max_header_list_size(HEADER_BYTES_MAX as u32)
        .keep_alive_interval(Some(H2_PING_INTERVAL));
    builder
}

/// Reads the body whole and hands the request on.
async fn answer(
    front: Front,
    room: BodyRoom,
    (peer, client): (SocketAddr, ClientConnection),
    request: http::Request<Incoming>,
) -> http::Response<FrontBody> {
    let (mut parts, body) = request.into_parts();
    match body::read(&parts.headers, body, &room).await {
        Ok((body, _held)) => {
            parts.extensions.insert(peer);
            parts.extensions.insert(client);
            front.call(http::Request::from_parts(parts, body)).await
        }
        Err(BodyError::TooLarge) => front.body_too_large(&http::Request::from_parts(parts, ())),
        Err(BodyError::NoRoom) => Front::no_room(),
        Err(error) => {
            tracing::debug!(%peer, %error, "a request's body did not arrive");
            let mut response = http::Response::new(super::front::whole(Bytes::new()));
            *response.status_mut() = match error {
                BodyError::TooSlow => http::StatusCode::REQUEST_TIMEOUT,
                _ => http::StatusCode::BAD_REQUEST,
            };
            response
        }
    }
}

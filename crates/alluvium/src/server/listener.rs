//! The accept loop: a connection at a time from the port to a task of its own, and a graceful end.
//!
//! What must stay true: the number of connections has a limit; closing lets requests that have begun finish.

use std::net::SocketAddr;
use std::sync::Arc;

use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use super::connection::Connections;
use super::limits::{ACCEPT_PAUSE, CONNECTIONS_MAX, DRAIN_TIMEOUT};

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

/// Serves until the token in `connections` is cancelled, then finishes what has begun.
pub(super) async fn serve(listener: TcpListener, connections: Connections) {
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let stop = connections.stop.clone();
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
                let serving = connections.clone().serve(socket, peer, graceful.watcher());
                tokio::spawn(async move {
                    serving.await;
                    drop(place);
                });
            }
            Err(error) => {
                // Out of file descriptors or the like: give running connections time to end.
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(ACCEPT_PAUSE).await;
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

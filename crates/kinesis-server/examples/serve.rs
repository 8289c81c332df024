//! The Kinesis service on a port of its own, without the rest of Alluvium: `cargo run -p alluvium-kinesis-server --example
//! serve -- DIRECTORY ADDRESS`. Any well-formed signature is let in. For trying a client against this crate alone.

use std::path::PathBuf;

use alluvium_clock::Clock;
use alluvium_iam::{AuthMode, Authenticator, Iam};
use alluvium_kinesis_server::{KinesisOptions, KinesisServer, KinesisService, TokenKey};
use alluvium_stream_store::{Files, Store, StoreOptions};
use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use tower::ServiceExt;

/// The largest request body: 10 MiB of records in base64, and what is around them.
const BODY_BYTES_MAX: usize = 16 << 20;
const ACCOUNT_ID: &str = "000000000000";

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let directory = PathBuf::from(arguments.next().ok_or("usage: serve DIRECTORY ADDRESS")?);
    let address = arguments.next().ok_or("usage: serve DIRECTORY ADDRESS")?;

    let clock = Clock::system();
    let store = Store::open(StoreOptions::new(directory.join("streams")), Files).await?;
    let authenticator = Authenticator::new(Iam::in_memory(clock, ACCOUNT_ID), AuthMode::Any);
    let key = TokenKey::load_or_create(&directory.join("token.key"))?;
    let options = KinesisOptions::new(ACCOUNT_ID, "us-east-1", key);
    let server = KinesisServer::new(store, authenticator, options, clock);

    let listener = tokio::net::TcpListener::bind(address).await?;
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let (connection, _) = accepted?;
                connection.set_nodelay(true)?;
                let service = server.service();
                tokio::spawn(async move {
                    let serve = hyper::service::service_fn(move |request| answer(service.clone(), request));
                    let builder = auto::Builder::new(TokioExecutor::new());
                    let _ = builder.serve_connection(TokioIo::new(connection), serve).await;
                });
            }
            _ = tokio::signal::ctrl_c() => break,
        }
    }
    server.close().await;
    Ok(())
}

async fn answer(
    service: KinesisService,
    request: http::Request<hyper::body::Incoming>,
) -> Result<http::Response<alluvium_kinesis_server::ResponseBody>, Failure> {
    let (parts, body) = request.into_parts();
    let body: Bytes = Limited::new(body, BODY_BYTES_MAX).collect().await?.to_bytes();
    Ok(service.oneshot(http::Request::from_parts(parts, body)).await?)
}

//! The Kinesis service on a port of its own, without the rest of Alluvium: `cargo run -p alluvium-kinesis-server --example
//! serve -- DIRECTORY ADDRESS [ACCESS_KEY_ID SECRET_ACCESS_KEY]`. For trying a client against this crate alone, and what
//! `cargo xtask bench kinesis` measures: HTTP settings, allocator and runtime are those of the program's own listener.
//!
//! With a key every signature is verified and has to be made with it; without one any well-formed signature is let in.

use std::path::PathBuf;
use std::time::Duration;

use alluvium_clock::Clock;
use alluvium_iam::{AuthMode, Authenticator, Iam};
use alluvium_kinesis_server::{KinesisOptions, KinesisServer, KinesisService, TokenKey};
use alluvium_stream_store::{Files, Store, StoreOptions};
use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tower::ServiceExt;

/// The largest request body: 10 MiB of records in base64, and what is around them.
const BODY_BYTES_MAX: usize = 16 << 20;
const HEADER_BYTES_MAX: usize = 64 * 1024;
const HEADER_READ_TIMEOUT: Duration = Duration::from_secs(30);
const BODY_READ_TIMEOUT: Duration = Duration::from_mins(2);
const ACCOUNT_ID: &str = "000000000000";
const USAGE: &str = "usage: serve DIRECTORY ADDRESS [ACCESS_KEY_ID SECRET_ACCESS_KEY]";

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let directory = PathBuf::from(arguments.next().ok_or(USAGE)?);
    let address = arguments.next().ok_or(USAGE)?;

    let clock = Clock::system();
    let store = Store::open(StoreOptions::new(directory.join("streams")), Files).await?;
    let iam = Iam::in_memory(clock, ACCOUNT_ID);
    let mode = match (arguments.next(), arguments.next()) {
        (Some(access_key_id), Some(secret)) => {
            iam.provision_user("caller", None)?;
            let mut credentials = iam.create_access_key("caller")?;
            credentials.access_key_id = access_key_id;
            credentials.secret_access_key = secret.into();
            iam.import_access_key("caller", &credentials)?;
            AuthMode::Enforce
        }
        _ => AuthMode::Any,
    };
    let key = TokenKey::load_or_create(&directory.join("token.key"))?;
    let options = KinesisOptions::new(ACCOUNT_ID, "us-east-1", key);
    let server = KinesisServer::new(store, Authenticator::new(iam, mode), options, clock);

    let listener = tokio::net::TcpListener::bind(address).await?;
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let (connection, _) = accepted?;
                connection.set_nodelay(true)?;
                tokio::spawn(serve_connection(connection, server.service()));
            }
            _ = tokio::signal::ctrl_c() => break,
        }
    }
    server.close().await;
    Ok(())
}

async fn serve_connection(connection: tokio::net::TcpStream, service: KinesisService) {
    let serve = hyper::service::service_fn(move |request| answer(service.clone(), request));
    let mut builder = auto::Builder::new(TokioExecutor::new());
    let mut http1 = builder.http1();
    http1.timer(TokioTimer::new()).header_read_timeout(HEADER_READ_TIMEOUT).max_buf_size(HEADER_BYTES_MAX);
    // A client that goes away in the middle is no failure of ours.
    let _ = builder.serve_connection(TokioIo::new(connection), serve).await;
}

async fn answer(
    service: KinesisService,
    request: http::Request<hyper::body::Incoming>,
) -> Result<http::Response<alluvium_kinesis_server::ResponseBody>, Failure> {
    let (parts, body) = request.into_parts();
    let reading = Limited::new(body, BODY_BYTES_MAX).collect();
    let body: Bytes = tokio::time::timeout(BODY_READ_TIMEOUT, reading).await??.to_bytes();
    Ok(service.oneshot(http::Request::from_parts(parts, body)).await?)
}

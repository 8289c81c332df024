//! The server that is measured: Kinesis and the gateway behind one listener, as the program has them.
//!
//! What must stay true: clients' signatures are verified, the gateway's role is vouched for as in the program and its policy is
//! asked, and a record is answered for when it is synced.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use alluvium_api_gateway::{
    ApiGateway, AwsServiceTarget, CredentialsSource, Definition, GatewayOptions, HttpHop, InvokeService,
    InvokeUrl,
};
use alluvium_clock::Clock;
use alluvium_iam::{API_GATEWAY, AuthMode, Authenticator, Iam, TrustPolicy};
use alluvium_kinesis_server::{KinesisOptions, KinesisServer, KinesisService, TokenKey};
use alluvium_sigv4::Credentials;
use alluvium_stream_store::{Files, Store, StoreOptions};
use anyhow::{Result, anyhow};
use bytes::Bytes;
use http::{Request, Response, Uri};
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use indexmap::IndexMap;
use tower::ServiceExt;
use tower::util::BoxCloneSyncService;

use crate::requests::{ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY};

/// In the directory: the id of the API that was deployed.
pub(crate) const API_ID_FILE: &str = "api-id";
const ACCOUNT_ID: &str = "123456789012";
const ROLE: &str = "0a1b2c-kinesis-access-role";
const ROLE_POLICY: &str =
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"kinesis:*","Resource":"*"}}"#;
const DEFINITION: &str = include_str!("../../../examples/pinterest/api.yaml");
const BODY_BYTES_MAX: usize = 16 << 20;

#[derive(Clone)]
struct Front {
    kinesis: KinesisService,
    gateway: InvokeService,
}

pub(crate) async fn serve(directory: &Path, address: SocketAddr) -> Result<()> {
    let clock = Clock::system();
    let store = Store::open(StoreOptions::new(directory.join("streams")), Files).await?;
    let iam = users(clock)?;
    let key = TokenKey::load_or_create(&directory.join("token.key"))?;
    let options = KinesisOptions { creating_millis: 0, ..KinesisOptions::new(ACCOUNT_ID, REGION, key) };
    let authenticator = Authenticator::new(iam.clone(), AuthMode::Enforce);
    let server = KinesisServer::new(store, authenticator.clone(), options, clock);
    let gateway = gateway(directory, server.service(), iam, authenticator, clock)?;
    let front = Front { kinesis: server.service(), gateway: gateway.invoke_service() };
    let listener = tokio::net::TcpListener::bind(address).await?;
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let (connection, _) = accepted?;
                connection.set_nodelay(true)?;
                tokio::spawn(serve_connection(connection, front.clone()));
            }
            _ = tokio::signal::ctrl_c() => break,
        }
    }
    server.close().await;
    Ok(())
}

fn users(clock: Clock) -> Result<Iam> {
    let iam = Iam::in_memory(clock, ACCOUNT_ID);
    iam.provision_user("bench", None)?;
    iam.import_access_key("bench", &Credentials::new(ACCESS_KEY_ID, SECRET_ACCESS_KEY.to_owned()))?;
    iam.create_role(ROLE, &TrustPolicy::of_service(API_GATEWAY))?;
    iam.put_role_policy(ROLE, "kinesis", ROLE_POLICY)?;
    Ok(iam)
}

/// The gateway with the example's API deployed to `prod`.
fn gateway(
    directory: &Path,
    kinesis: KinesisService,
    iam: Iam,
    authenticator: Authenticator,
    clock: Clock,
) -> Result<ApiGateway> {
    let target = AwsServiceTarget {
        endpoint: Uri::from_static("http://127.0.0.1:4566"),
        hop: in_process(kinesis),
        credentials: CredentialsSource::InProcess(iam),
    };
    let options = GatewayOptions {
        services: [("kinesis".to_owned(), target)].into_iter().collect(),
        authenticator: Some(authenticator),
        explains_errors: true,
        ..GatewayOptions::new(ACCOUNT_ID, REGION)
    };
    let gateway = ApiGateway::open(&directory.join("apis"), options, clock)?;
    let text = DEFINITION
        .replace("${user_id}", "0a1b2c")
        .replace("${region}", REGION)
        .replace("${account_id}", ACCOUNT_ID);
    let definition = Definition { text: &text, file_name: "api.yaml" };
    let imported = gateway.import_or_put_rest_api(definition)?;
    gateway.create_deployment(&imported.api_id, "prod", &IndexMap::new())?;
    fs_err::write(directory.join(API_ID_FILE), imported.api_id)?;
    Ok(gateway)
}

fn in_process(kinesis: KinesisService) -> HttpHop {
    BoxCloneSyncService::new(tower::service_fn(move |request: Request<Bytes>| {
        let kinesis = kinesis.clone();
        async move {
            let (parts, body) = kinesis.oneshot(request).await?.into_parts();
            let body = body.collect().await?.to_bytes();
            Ok(Response::from_parts(parts, body))
        }
    }))
}

async fn serve_connection(connection: tokio::net::TcpStream, front: Front) {
    let serve = hyper::service::service_fn(move |request| answer(front.clone(), request));
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(Duration::from_secs(30));
    // A client that goes away in the middle is no failure of ours.
    let _ = builder.serve_connection(TokioIo::new(connection), serve).await;
}

async fn answer(front: Front, request: Request<hyper::body::Incoming>) -> Result<Response<Full<Bytes>>> {
    let (parts, body) = request.into_parts();
    let body = Limited::new(body, BODY_BYTES_MAX).collect().await.map_err(|error| anyhow!(error))?.to_bytes();
    let request = Request::from_parts(parts, body);
    if InvokeUrl::of_request(&request).is_some() {
        return Ok(front.gateway.oneshot(request).await?);
    }
    let (parts, body) = front.kinesis.oneshot(request).await?.into_parts();
    Ok(Response::from_parts(parts, Full::new(body.collect().await?.to_bytes())))
}

//! The hop over a socket: the same request reaches a server that is not in this process.

use std::convert::Infallible;
use std::net::Ipv4Addr;

use alluvium_api_gateway::{
    ApiGateway, AwsServiceTarget, CredentialsSource, Definition, InvokeUrl, network_hop,
};
use alluvium_sigv4::Credentials;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use indexmap::IndexMap;
use tokio::net::TcpListener;

use crate::backend::{clock, json_request, options};
use crate::pinterest::definition;

/// A server that answers with the target and the body that it got.
async fn echo() -> std::net::SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let service = service_fn(|request: Request<Incoming>| async move {
                let header = |name: &str| {
                    request.headers().get(name).and_then(|v| v.to_str().ok()).unwrap_or("").to_owned()
                };
                let seen = format!(
                    "{} {} {}",
                    header("x-amz-target"),
                    header("host"),
                    header("authorization").len() > 100
                );
                let body = request
                    .into_body()
                    .collect()
                    .await
                    .map(http_body_util::Collected::to_bytes)
                    .unwrap_or_default();
                let text = format!("{seen} {}", String::from_utf8_lossy(&body));
                Ok::<_, Infallible>(Response::new(Full::new(Bytes::from(text))))
            });
            tokio::spawn(async move {
                let _closed = auto::Builder::new(TokioExecutor::new())
                    .serve_connection(TokioIo::new(socket), service)
                    .await;
            });
        }
    });
    address
}

#[tokio::test]
async fn a_backend_behind_a_url_gets_the_signed_request() {
    let address = echo().await;
    let mut options = options(network_hop().expect("a client"));
    let kinesis = AwsServiceTarget {
        endpoint: format!("http://{address}").parse().expect("a URI"),
        hop: network_hop().expect("a client"),
        credentials: CredentialsSource::Fixed(Credentials {
            access_key_id: "AKIDEXAMPLE".to_owned(),
            secret_access_key: "secret".into(),
            session_token: None,
        }),
    };
    options.services.insert("kinesis".to_owned(), kinesis);
    let gateway = ApiGateway::in_memory(options, clock()).expect("a gateway in memory opens");
    let text = definition("api.yaml");
    let imported = gateway
        .import_rest_api(Definition { text: &text, file_name: "api.yaml" })
        .unwrap_or_else(|error| panic!("{error}"));
    gateway
        .create_deployment(&imported.api_id, "prod", &IndexMap::new())
        .unwrap_or_else(|error| panic!("{error}"));
    let url = InvokeUrl { api_id: imported.api_id, stage: "prod".to_owned(), path: "/streams/s1".to_owned() };
    let response = gateway.invoke(&url, json_request("GET").body(Bytes::new()).expect("a request")).await;
    assert_eq!(response.status(), 200);
    let body = String::from_utf8_lossy(response.body()).into_owned();
    assert_eq!(body, format!("Kinesis_20131202.DescribeStream {address} true {{ \"StreamName\": \"s1\" }}"));
}

#[tokio::test]
async fn a_port_where_nobody_listens_answers_504() {
    let free =
        TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port").local_addr().expect("an address");
    let mut options = options(network_hop().expect("a client"));
    if let Some(kinesis) = options.services.get_mut("kinesis") {
        kinesis.endpoint = format!("http://{free}").parse().expect("a URI");
    }
    let gateway = ApiGateway::in_memory(options, clock()).expect("a gateway in memory opens");
    let text = definition("api.yaml");
    let imported = gateway
        .import_rest_api(Definition { text: &text, file_name: "api.yaml" })
        .unwrap_or_else(|error| panic!("{error}"));
    gateway
        .create_deployment(&imported.api_id, "prod", &IndexMap::new())
        .unwrap_or_else(|error| panic!("{error}"));
    let url = InvokeUrl { api_id: imported.api_id, stage: "prod".to_owned(), path: "/streams".to_owned() };
    let response = gateway.invoke(&url, json_request("GET").body(Bytes::new()).expect("a request")).await;
    assert_eq!(response.status(), 504);
    let cause = response.headers()["x-alluvium-cause"].to_str().expect("text");
    assert!(cause.contains("Connection refused"), "{cause}");
}

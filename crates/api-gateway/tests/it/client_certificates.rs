//! Client certificates: made by calls, kept over a restart, and shown to the backends of a stage.

use std::net::Ipv4Addr;
use std::sync::Arc;

use alluvium_api_gateway::{ApiGateway, GatewayOptions};
use alluvium_clock::Clock;
use bytes::Bytes;
use http::Request;
use http_body_util::BodyExt;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

use crate::backend::{ACCOUNT_ID, REGION};
use crate::control_scene::Control;

const CERTIFICATES: &str = "/clientcertificates";

fn gateway() -> ApiGateway {
    // A backend looks at the dates of a certificate by its own clock.
    ApiGateway::in_memory(GatewayOptions::new(ACCOUNT_ID, REGION), Clock::system()).expect("a gateway")
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}"))
}

/// An HTTPS server that lets in who shows `certificate` and nobody else.
async fn backend_that_wants(certificate: &str) -> u16 {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let mut roots = RootCertStore::empty();
    let wanted = CertificateDer::from_pem_slice(certificate.as_bytes()).expect("a certificate in PEM");
    roots.add(wanted).expect("it can be trusted");
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
    let key = PrivateKeyDer::from_pem_slice(own.signing_key.serialize_pem().as_bytes()).expect("a key");
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_client_cert_verifier(verifier.build().expect("a verifier"))
        .with_single_cert(vec![own.cert.der().clone()], key)
        .expect("a server");
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let Ok(mut known) = acceptor.accept(socket).await else { continue };
            let mut request = [0; 4096];
            if known.read(&mut request).await.is_ok_and(|read| read > 0) {
                let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 7\r\nconnection: close\r\n\r\nwelcome";
                known.write_all(answer).await.expect("the gateway reads");
            }
        }
    });
    port
}

/// An API with GET / on the backend, deployed to the stage `prod`.
async fn deployed(control: &Control, port: u16) -> String {
    let api = control.ok("POST", "/restapis", json!({"name": "shows"})).await;
    let id = text(&api, "id");
    let method = format!("/restapis/{id}/resources/{}/methods/GET", text(&api, "rootResourceId"));
    control.ok("PUT", &method, json!({"authorizationType": "NONE"})).await;
    let integration = json!({
        "type": "HTTP_PROXY", "httpMethod": "GET", "uri": format!("https://127.0.0.1:{port}/"),
        "tlsConfig": {"insecureSkipVerification": true},
    });
    control.ok("PUT", &format!("{method}/integration"), integration).await;
    control.ok("POST", &format!("/restapis/{id}/deployments"), json!({"stageName": "prod"})).await;
    id.to_owned()
}

async fn get(gateway: &ApiGateway, api_id: &str) -> (u16, String) {
    let uri = format!("/restapis/{api_id}/prod/_user_request_/");
    let request = Request::builder().uri(uri).header("host", "client.local").body(Bytes::new());
    let answer = gateway.invoke_service().oneshot(request.expect("a request")).await;
    let response = answer.unwrap_or_else(|never| match never {});
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.unwrap_or_else(|never| match never {}).to_bytes();
    (status, String::from_utf8_lossy(&body).into_owned())
}

fn names(certificate: &str) -> Value {
    json!({"patchOperations": [{"op": "replace", "path": "/clientCertificateId", "value": certificate}]})
}

#[tokio::test]
async fn a_backend_is_shown_the_certificate_of_the_stage_and_no_other() {
    let gateway = gateway();
    let control = Control::of(&gateway);
    let wanted = control.ok("POST", CERTIFICATES, json!({})).await;
    let other = control.ok("POST", CERTIFICATES, json!({})).await;
    assert_ne!(wanted["pemEncodedCertificate"], other["pemEncodedCertificate"]);
    let port = backend_that_wants(text(&wanted, "pemEncodedCertificate")).await;
    let api = deployed(&control, port).await;
    let stage = format!("/restapis/{api}/stages/prod");

    assert_eq!(get(&gateway, &api).await.0, 504, "without a certificate");
    control.ok("PATCH", &stage, names(text(&other, "clientCertificateId"))).await;
    assert_eq!(get(&gateway, &api).await.0, 504, "with another certificate");
    control.ok("PATCH", &stage, names(text(&wanted, "clientCertificateId"))).await;
    assert_eq!(get(&gateway, &api).await, (200, "welcome".to_owned()));
    control.ok("PATCH", &stage, names("")).await;
    assert_eq!(get(&gateway, &api).await.0, 504, "without a certificate again");
}

#[tokio::test]
async fn certificates_are_listed_described_tagged_and_deleted_when_no_stage_has_them() {
    let gateway = gateway();
    let control = Control::of(&gateway);
    let made = control.ok("POST", CERTIFICATES, json!({"description": "a", "tags": {"team": "x"}})).await;
    let id = text(&made, "clientCertificateId");
    assert!(text(&made, "pemEncodedCertificate").starts_with("-----BEGIN CERTIFICATE-----"));
    assert!(!made.to_string().contains("PRIVATE KEY"), "{made}");
    let life =
        made["expirationDate"].as_f64().expect("a time") - made["createdDate"].as_f64().expect("a time");
    assert!((life - 365.0 * 86_400.0).abs() < 1.0, "{life} s");

    let one = format!("{CERTIFICATES}/{id}");
    assert_eq!(control.ok("GET", &one, Value::Null).await, made);
    let patch = json!({"patchOperations": [{"op": "replace", "path": "/description", "value": "b"}]});
    assert_eq!(control.ok("PATCH", &one, patch).await["description"], "b");
    let arn = format!("/tags/arn%3Aaws%3Aapigateway%3A{REGION}%3A%3A%2Fclientcertificates%2F{id}");
    control.ok("PUT", &arn, json!({"tags": {"team": "y"}})).await;
    let listed = control.ok("GET", CERTIFICATES, Value::Null).await;
    assert_eq!(listed["item"][0]["tags"], json!({"team": "y"}));

    let api = deployed(&control, 1).await;
    let stage = format!("/restapis/{api}/stages/prod");
    let told = control.refusal("PATCH", &stage, names("nothere123")).await;
    assert_eq!(told, "400 BadRequestException Invalid Client Certificate ID specified");
    control.ok("PATCH", &stage, names(id)).await;
    let told = control.refusal("DELETE", &one, Value::Null).await;
    assert!(told.starts_with("400 BadRequestException Client certificate"), "{told}");
    control.ok("PATCH", &stage, names("")).await;
    control.ok("DELETE", &one, Value::Null).await;
    let told = control.refusal("GET", &one, Value::Null).await;
    assert_eq!(told, "404 NotFoundException Invalid Client Certificate ID specified");

    for _ in 0..60 {
        control.ok("POST", CERTIFICATES, json!({})).await;
    }
    let told = control.refusal("POST", CERTIFICATES, json!({})).await;
    assert!(told.starts_with("429 LimitExceededException"), "{told}");
}

#[tokio::test]
async fn certificates_are_there_after_a_restart() {
    let directory = tempfile::tempdir().expect("a directory");
    let open = || {
        ApiGateway::open(directory.path(), GatewayOptions::new(ACCOUNT_ID, REGION), Clock::system())
            .expect("a gateway")
    };
    let gateway = open();
    let made = Control::of(&gateway).ok("POST", CERTIFICATES, json!({})).await;
    let port = backend_that_wants(text(&made, "pemEncodedCertificate")).await;
    let api = deployed(&Control::of(&gateway), port).await;
    let stage = format!("/restapis/{api}/stages/prod");
    Control::of(&gateway).ok("PATCH", &stage, names(text(&made, "clientCertificateId"))).await;
    drop(gateway);
    let gateway = open();
    assert_eq!(Control::of(&gateway).ok("GET", CERTIFICATES, Value::Null).await["item"][0], made);
    assert_eq!(get(&gateway, &api).await, (200, "welcome".to_owned()));
}

//! A definition of a stranger as a function from bytes to a verdict; what the bounded run and the fuzz target share.
//!
//! It is imported strictly, as `alluvium up` does it, and leniently, over the wire. What is taken deploys or is told why not, and
//! what its stage exports is taken again.

use alluvium_api_gateway::{ApiGateway, ControlOptions, ControlService, Definition, GatewayOptions};
use alluvium_clock::Clock;
use alluvium_iam::{AuthMode, Authenticator, Iam};
use bytes::Bytes;
use http::Request;
use http_body_util::BodyExt;
use indexmap::IndexMap;
use tower::ServiceExt;

const ACCOUNT_ID: &str = "123456789012";
const REGION: &str = "us-east-1";
const AUTHORIZATION: &str = "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/us-east-1/apigateway/aws4_request, SignedHeaders=host;x-amz-date, Signature=0000000000000000000000000000000000000000000000000000000000000000";

/// What became of the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// Whether it is taken over the wire.
    pub(crate) is_taken: bool,
    /// Whether its stage's exports were taken again; true when there was nothing to export.
    pub(crate) exports_are_taken: bool,
}

/// Reads `bytes` as a definition in every way.
pub(crate) fn as_definition(bytes: &[u8]) -> Verdict {
    let clock = Clock::system();
    let gateway = ApiGateway::in_memory(GatewayOptions::new(ACCOUNT_ID, REGION), clock);
    let gateway = gateway.expect("a gateway in memory opens");
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(imported) = gateway.import_rest_api(Definition { text, file_name: "f" })
    {
        // A second time over itself, as every start of `alluvium up` does it.
        let again = gateway.put_rest_api(&imported.api_id, Definition { text, file_name: "f" });
        assert!(
            again.is_ok_and(|again| again.warnings == imported.warnings),
            "it is taken once and not twice: {text}"
        );
    }
    let authenticator = Authenticator::new(Iam::in_memory(clock, ACCOUNT_ID), AuthMode::Any);
    let options = ControlOptions { region: REGION.to_owned(), authenticator };
    let control = gateway.control_service(options);
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(async {
        let (status, body) =
            send(&control, "POST", "/restapis?mode=import", Bytes::copy_from_slice(bytes)).await;
        assert!(matches!(status, 201 | 400 | 413), "{status}: {}", String::from_utf8_lossy(&body));
        let exports_are_taken = status != 201 || exports_are_taken(&gateway, &control, &body).await;
        Verdict { is_taken: status == 201, exports_are_taken }
    })
}

async fn exports_are_taken(gateway: &ApiGateway, control: &ControlService, api: &[u8]) -> bool {
    let api: serde_json::Value = serde_json::from_slice(api).expect("an API is JSON");
    let id = api["id"].as_str().expect("an API has an id");
    if gateway.create_deployment(id, "s", &IndexMap::new()).is_err() {
        return true;
    }
    let mut are_taken = true;
    for kind in ["oas30", "swagger"] {
        let path = format!("/restapis/{id}/stages/s/exports/{kind}?extensions=apigateway");
        let (status, exported) = send(control, "GET", &path, Bytes::new()).await;
        are_taken &= status == 200;
        are_taken &= send(control, "POST", "/restapis?mode=import", exported).await.0 == 201;
    }
    are_taken
}

async fn send(control: &ControlService, verb: &str, path: &str, body: Bytes) -> (u16, Bytes) {
    let request = Request::builder()
        .method(verb)
        .uri(path)
        .header("host", "apigateway.us-east-1.amazonaws.com")
        .header("x-amz-date", "20260101T000000Z")
        .header("authorization", AUTHORIZATION)
        .body(body)
        .expect("a request");
    let response = control.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
    let status = response.status().as_u16();
    (status, response.into_body().collect().await.unwrap_or_else(|never| match never {}).to_bytes())
}

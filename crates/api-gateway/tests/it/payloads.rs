//! Payloads that are bytes, and payloads that are compressed.

use std::io::{Read, Write};

use alluvium_api_gateway::{HttpVerb, RestApi};
use bytes::Bytes;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use http::{Request, Response};
use indexmap::IndexMap;
use serde_json::{Value, json};

use crate::backend::{Answer, Received, Scene};

/// An API with one method that goes to an HTTP endpoint, and an endpoint that answers `answer` of type `answer_type`.
fn scene(
    api: &Value,
    integration: &Value,
    answer_type: &'static str,
    answer: &'static [u8],
) -> (Scene, String) {
    let scene = Scene::new(move |_: &Received| {
        Ok(Response::builder().header("content-type", answer_type).body(Bytes::from_static(answer))?)
    });
    let mut fields = json!({
        "id": "payloads01", "name": "payloads", "createdMillis": 0,
        "resources": {"r": {"id": "r", "path": "/x", "resourceMethods": {"ANY": {"methodIntegration": {
            "type": "HTTP", "httpMethod": "POST", "uri": "http://backend.local/",
            "integrationResponses": {"200": {}},
        }}}}},
    });
    for (name, value) in api.as_object().into_iter().flatten() {
        fields[name] = value.clone();
    }
    for (name, value) in integration.as_object().into_iter().flatten() {
        fields["resources"]["r"]["resourceMethods"]["ANY"]["methodIntegration"][name] = value.clone();
    }
    let api: RestApi = serde_json::from_value(fields).expect("an API");
    assert!(api.resources["r"].resource_methods.contains_key(&HttpVerb::Any));
    let api_id = scene.gateway.add_api(api).expect("stored").id.clone();
    scene.gateway.create_deployment(&api_id, "prod", &IndexMap::new()).expect("deployed");
    (scene, api_id)
}

async fn send(
    scene: &(Scene, String),
    headers: &[(&str, &str)],
    body: impl Into<Bytes>,
) -> (Answer, Vec<u8>) {
    let mut request = Request::builder().method("POST");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let (parts, body) = scene.0.send_bytes(&scene.1, request, "/prod/x", body).await.into_parts();
    let answer = Answer { status: parts.status.as_u16(), headers: parts.headers, body: String::new() };
    (answer, body.to_vec())
}

fn converting(request: Option<&str>, response: Option<&str>) -> Value {
    let mut integration = json!({"integrationResponses": {"200": {}}});
    if let Some(handling) = request {
        integration["contentHandling"] = json!(handling);
    }
    if let Some(handling) = response {
        integration["integrationResponses"]["200"]["contentHandling"] = json!(handling);
    }
    integration
}

const PNG: [(&str, &str); 1] = [("content-type", "image/png")];

#[tokio::test]
async fn a_requests_payload_changes_between_text_and_bytes_as_the_integration_says() {
    let png = || json!({"binaryMediaTypes": ["image/png"]});
    for (headers, handling, sent, expected) in [
        // Bytes.
        (&PNG[..], None, &b"\xff\x00"[..], &b"\xff\x00"[..]),
        (&PNG[..], Some("CONVERT_TO_BINARY"), b"\xff", b"\xff"),
        (&PNG[..], Some("CONVERT_TO_TEXT"), b"\xff", b"/w=="),
        // Text.
        (&[][..], None, b"/w==", b"/w=="),
        (&[][..], Some("CONVERT_TO_BINARY"), b"/w==", b"\xff"),
        (&[][..], Some("CONVERT_TO_TEXT"), b"/w==", b"/w=="),
        // Text that is not UTF-8 does not survive, as on AWS.
        (&[][..], None, b"a\xff", "a\u{fffd}".as_bytes()),
    ] {
        let scene = scene(&png(), &converting(handling, None), "text/plain", b"");
        send(&scene, headers, sent).await;
        let received = scene.0.received().pop().expect("the endpoint was called");
        assert_eq!(received.bytes, expected, "{headers:?} {handling:?}");
    }
}

#[tokio::test]
async fn an_answers_payload_changes_as_the_client_accepts_and_the_response_says() {
    let wants = |media_type| vec![("accept", media_type)];
    for (accept, answer_type, handling, answer, expected) in [
        ("text/plain", "image/png", None, &b"\xff"[..], &b"/w=="[..]),
        ("image/png", "image/png", None, b"\xff", b"\xff"),
        ("text/plain", "image/png", Some("CONVERT_TO_BINARY"), b"\xff", b"\xff"),
        ("image/png", "image/png", Some("CONVERT_TO_TEXT"), b"\xff", b"/w=="),
        ("text/plain", "text/plain", None, b"/w==", b"/w=="),
        ("image/png", "text/plain", None, b"/w==", b"\xff"),
        ("text/plain", "text/plain", Some("CONVERT_TO_BINARY"), b"/w==", b"\xff"),
        ("image/png", "text/plain", Some("CONVERT_TO_TEXT"), b"/w==", b"/w=="),
    ] {
        let api = json!({"binaryMediaTypes": ["image/png"]});
        let scene = scene(&api, &converting(None, handling), answer_type, answer);
        let (answer, body) = send(&scene, &wants(accept), "").await;
        assert_eq!((answer.status, &body[..]), (200, expected), "{accept} {answer_type} {handling:?}");
    }
}

#[tokio::test]
async fn a_template_cannot_read_bytes_and_text_that_is_no_base64_cannot_become_bytes() {
    let mut integration = converting(None, None);
    integration["requestTemplates"] = json!({"application/json": "{}"});
    let everything = json!({"binaryMediaTypes": ["*/*"]});
    let (answer, _) = send(&scene(&everything, &integration, "text/plain", b""), &[], "{}").await;
    assert_eq!(answer.status, 500);
    assert!(answer.header("x-alluvium-cause").starts_with("Unable to transform request"));
    integration["contentHandling"] = json!("CONVERT_TO_TEXT");
    let working = scene(&everything, &integration, "image/png", b"\xff");
    let (answer, body) = send(&working, &[], "{}").await;
    assert_eq!((answer.status, &body[..]), (200, &b"\xff"[..]));
    let decoding = scene(&json!({}), &converting(Some("CONVERT_TO_BINARY"), None), "text/plain", b"");
    let (answer, _) = send(&decoding, &[], "no base64!").await;
    assert_eq!(answer.status, 500);
    assert!(answer.header("x-alluvium-cause").starts_with("Unable to base64 decode"));
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("packs");
    encoder.finish().expect("packs")
}

#[tokio::test]
async fn with_a_minimum_size_payloads_are_packed_and_unpacked() {
    const TEXT: &[u8] = &[b'x'; 300];
    let compressing = |min: u32| json!({"minimumCompressionSize": min});
    let scene_of = |min| scene(&compressing(min), &json!({}), "text/plain", TEXT);
    let packs = scene_of(100);
    let sent = [("content-encoding", "gzip"), ("accept-encoding", "gzip, deflate")];
    let (answer, body) = send(&packs, &sent, gzipped(&vec![b'y'; 100_000])).await;
    assert_eq!(packs.0.received().pop().expect("called").bytes, vec![b'y'; 100_000]);
    assert_eq!((answer.status, answer.header("content-encoding")), (200, "gzip"));
    let mut unpacked = Vec::new();
    GzDecoder::new(&body[..]).read_to_end(&mut unpacked).expect("unpacks");
    assert_eq!(unpacked, TEXT);
    for (min, accept) in [(301, "gzip"), (100, "br")] {
        let (answer, body) = send(&scene_of(min), &[("accept-encoding", accept)], "").await;
        assert_eq!((answer.header("content-encoding"), &body[..]), ("", TEXT), "{min} {accept}");
    }
    let off = scene(&json!({}), &json!({}), "text/plain", TEXT);
    let (answer, body) = send(&off, &[("accept-encoding", "gzip")], "").await;
    assert_eq!((answer.header("content-encoding"), &body[..]), ("", TEXT));
}

#[tokio::test]
async fn what_cannot_be_unpacked_is_refused() {
    let scene = scene(&json!({"minimumCompressionSize": 0}), &json!({}), "text/plain", b"");
    for (encoding, body, expected) in [
        ("gzip", b"not gzip".to_vec(), (400, "{\"message\":\"Invalid request body\"}")),
        ("br", b"x".to_vec(), (415, "{\"message\":\"Unsupported Media Type\"}")),
        ("gzip", gzipped(&vec![0; 11 * 1024 * 1024]), (413, "{\"message\":\"Request Too Long\"}")),
    ] {
        let (answer, body) = send(&scene, &[("content-encoding", encoding)], body).await;
        assert_eq!((answer.status, String::from_utf8_lossy(&body).as_ref()), expected);
    }
    assert!(scene.0.received().is_empty());
}

//! What happens before any operation begins: methods, content types, targets, bodies, browsers.

use alluvium_iam::AuthMode;
use alluvium_kinesis_model::{CborWriter, Writer};
use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

use crate::harness::{Harness, Setup, request};

const JSON: &str = "application/x-amz-json-1.1";
const LIST: &str = "Kinesis_20131202.ListStreams";

/// Status, content type and body of an answer to a request with these headers.
async fn answer(method: &str, headers: &[(&str, &str)], body: &str) -> (u16, Option<String>, String) {
    let harness = Harness::new().await;
    let mut request = Request::builder().method(method).uri("/");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = harness.send(request.body(Bytes::from(body.to_owned())).expect("a request")).await;
    let id = response.headers()["x-amzn-requestid"].to_str().expect("text");
    assert_eq!(id.len(), 36, "{id}");
    let extended = response.headers()["x-amz-id-2"].as_bytes();
    assert_eq!(base64_simd::STANDARD.decode_to_vec(extended).expect("base64").len(), 72);
    let content_type =
        response.headers().get("content-type").map(|value| value.to_str().expect("text").to_owned());
    (response.status().as_u16(), content_type, String::from_utf8(response.body().to_vec()).expect("text"))
}

#[tokio::test]
async fn without_a_content_type_the_error_is_xml() {
    let denied = "<AccessDeniedException>\n  <Message>Unable to determine service/operation name to be \
                  authorized</Message>\n</AccessDeniedException>\n";
    assert_eq!(answer("POST", &[], "{}").await, (403, None, denied.to_owned()));
    for method in ["GET", "PUT", "DELETE"] {
        let headers = [("content-type", JSON), ("x-amz-target", LIST)];
        assert_eq!(answer(method, &headers, "").await, (403, None, denied.to_owned()), "{method}");
    }
    let unknown = (404, None, "<UnknownOperationException/>\n".to_owned());
    assert_eq!(answer("POST", &[("x-amz-target", LIST)], "{}").await, unknown);
    let odd = [("x-amz-target", LIST), ("content-type", "application/x-amz-json-1.1asdf")];
    assert_eq!(answer("POST", &odd, "{}").await, unknown);
}

#[tokio::test]
async fn without_a_content_type_and_a_body_the_error_is_cbor() {
    let harness = Harness::new().await;
    for (content_type, target, expected) in [
        ("", "", "UnknownOperationException"),
        ("", "Kinesis_20131202.Whatever", "UnknownOperationException"),
        ("", LIST, "SerializationException"),
        ("application/x-amz-json-1.0", "", "UnknownOperationException"),
        ("application/json", LIST, "SerializationException"),
    ] {
        let request = Request::post("/").header("content-type", content_type).header("x-amz-target", target);
        let response = harness.send(request.body(Bytes::new()).expect("a request")).await;
        assert_eq!(response.status(), 400, "{content_type} {target}");
        assert_eq!(response.headers()["content-type"], "application/x-amz-cbor-1.1");
        let mut told = CborWriter::default();
        told.begin_structure();
        told.text_member("__type", expected);
        told.end_structure();
        assert_eq!(response.body(), &told.into_bytes(), "{content_type} {target}");
    }
}

#[tokio::test]
async fn a_target_that_is_not_there_is_unknown_and_a_body_that_does_not_parse_comes_first() {
    let json = |status, body: &str| (status, Some(JSON.to_owned()), body.to_owned());
    let unknown = json(400, r#"{"__type":"UnknownOperationException"}"#);
    let unparsable = json(400, r#"{"__type":"SerializationException"}"#);
    for target in ["", "Whatever", "Kinesis_20131202.", "Kinesis_20131202.Whatever", "Whatever.ListStreams"] {
        let headers = [("content-type", JSON), ("x-amz-target", target)];
        assert_eq!(answer("POST", &headers, "{}").await, unknown, "{target}");
        assert_eq!(answer("POST", &headers, "").await, unknown, "{target}");
        assert_eq!(answer("POST", &headers, "hello").await, unparsable, "{target}");
    }
    let headers = [("content-type", "   application/x-amz-json-1.1   ;whatever"), ("x-amz-target", LIST)];
    for body in ["", "hello", "null", "true", "{\"Limit\":"] {
        assert_eq!(answer("POST", &headers, body).await, unparsable, "{body}");
    }
}

#[tokio::test]
async fn plain_json_is_told_in_the_words_of_an_older_protocol() {
    let headers = [("content-type", " application/json ;"), ("x-amz-target", LIST)];
    let told = |status, name: &str| {
        let body = format!(r#"{{"Output":{{"__type":"com.amazon.coral.service#{name}"}},"Version":"1.0"}}"#);
        (status, Some("application/json".to_owned()), body)
    };
    assert_eq!(answer("POST", &headers, "{}").await, told(404, "UnknownOperationException"));
    assert_eq!(answer("POST", &headers, "hello").await, told(400, "SerializationException"));
}

#[tokio::test]
async fn a_signature_is_looked_for_before_the_members() {
    let harness = Harness::with(Setup { auth_mode: AuthMode::Enforce, ..Setup::default() }).await;
    let mut unsigned = request("ListStreams", r#"{"Limit":"many"}"#);
    unsigned.headers_mut().remove("authorization");
    let response = harness.send(unsigned).await;
    assert_eq!(
        serde_json::from_slice::<Value>(response.body()).expect("JSON"),
        json!({"__type": "MissingAuthenticationTokenException", "message": "Missing Authentication Token"})
    );
    assert_eq!(response.status(), 400);
}

#[tokio::test]
async fn a_member_of_the_wrong_type_is_told_in_message_with_a_capital() {
    let harness = Harness::new().await;
    let expected = json!({
        "__type": "SerializationException",
        "Message": "class java.lang.String can not be converted to an Integer",
    });
    assert_eq!(harness.call("ListStreams", &json!({"Limit": "many"})).await, (400, expected));
}

#[tokio::test]
async fn browsers_are_let_in() {
    let harness = Harness::new().await;
    let preflight = Request::options("/")
        .header("origin", "http://localhost:3000")
        .header("access-control-request-headers", "a, b, c")
        .header("access-control-request-method", "POST")
        .body(Bytes::new())
        .expect("a request");
    let response = harness.send(preflight).await;
    assert_eq!(response.status(), 200);
    for (name, value) in [
        ("access-control-allow-origin", "*"),
        ("access-control-allow-headers", "a, b, c"),
        ("access-control-allow-methods", "POST"),
        ("access-control-max-age", "172800"),
    ] {
        assert_eq!(response.headers()[name], value, "{name}");
    }
    assert!(!response.headers().contains_key("x-amz-id-2"));

    let mut page = request("ListStreams", "{}");
    page.headers_mut().insert("origin", "http://localhost:3000".parse().expect("a header"));
    let response = harness.send(page).await;
    assert_eq!(response.headers()["access-control-allow-origin"], "*");
    assert_eq!(
        response.headers()["access-control-expose-headers"],
        "x-amzn-RequestId,x-amzn-ErrorType,x-amz-request-id,x-amz-id-2,x-amzn-ErrorMessage,Date"
    );
}

//! The control plane's own rules: who gets in, what is found, what a wrong body is told.

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

use crate::control_scene::Control;

#[tokio::test]
async fn a_request_without_a_signature_is_refused() {
    let control = Control::new();
    let request = Request::builder().uri("/restapis").body(Bytes::new()).expect("a request");
    let told = control.send_request(request).await;
    assert_eq!(told.refusal(), "403 MissingAuthenticationTokenException Missing Authentication Token");
}

#[tokio::test]
async fn what_is_no_operation_is_told() {
    let control = Control::new();
    for (verb, path) in [("GET", "/"), ("PATCH", "/restapis"), ("GET", "/vpclinks"), ("PATCH", "/restapis/")]
    {
        let told = control.refusal(verb, path, Value::Null).await;
        let expected = format!(
            "404 UnknownOperationException {verb} {path} is not an operation of API Gateway that is supported here"
        );
        assert_eq!(told, expected);
    }
}

#[tokio::test]
async fn a_body_is_taken_apart_before_anything_is_looked_up() {
    let control = Control::new();
    for (body, expected) in [
        (
            r#"{"patchOperations":{}}"#,
            "400 SerializationException Start of structure or map found where not expected.",
        ),
        (
            r#"{"patchOperations":[{"op":"replace","path":"/name","value":true}]}"#,
            "400 SerializationException class java.lang.Boolean can not be converted to an String",
        ),
        (
            r#"{"patchOperations":[{"op":"destroy","path":"/name","value":"x"}]}"#,
            "400 ValidationException 1 validation error detected: Value 'destroy' at 'updateRestApiInput.patchOperations.1.member.op' failed to satisfy constraint: Member must satisfy enum value set: [add, remove, replace, move, copy, test]",
        ),
        ("[]", "400 SerializationException Start of structure or map expected"),
        ("{}", "404 NotFoundException Invalid API identifier specified 123456789012:nosuchapi1"),
    ] {
        let told = control.send_bytes("PATCH", "/restapis/nosuchapi1", Bytes::from(body)).await;
        assert_eq!(told.refusal(), expected, "{body}");
    }
}

#[tokio::test]
async fn apis_are_listed_by_pages_that_neither_repeat_nor_skip() {
    let control = Control::new();
    for name in ["a", "b", "c", "d", "e"] {
        control.ok("POST", "/restapis", json!({ "name": name })).await;
    }
    let (mut seen, mut path) = (Vec::new(), "/restapis?limit=2".to_owned());
    loop {
        let page = control.ok("GET", &path, Value::Null).await;
        let items = page["item"].as_array().expect("items").clone();
        seen.extend(items.iter().map(|api| api["id"].as_str().unwrap_or_default().to_owned()));
        // What is deleted between two pages is not missed.
        if seen.len() == 2 {
            control.ok("DELETE", &format!("/restapis/{}", seen[1]), Value::Null).await;
        }
        let Some(position) = page["position"].as_str() else { break };
        path = format!("/restapis?limit=2&position={position}");
    }
    assert_eq!(seen.len(), 5, "{seen:?}");
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 5);
    assert_eq!(
        control.refusal("GET", "/restapis?limit=x", Value::Null).await,
        "400 BadRequestException Invalid limit specified: x"
    );
}

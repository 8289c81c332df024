//! Methods, integrations and their responses by calls: what was put comes back, what cannot be is refused in AWS's words.

use serde_json::{Value, json};

use crate::control_scene::Control;

/// A control plane, and the path of the root resource's methods.
async fn with_methods() -> (Control, String, String) {
    let control = Control::new();
    let api = control.ok("POST", "/restapis", json!({ "name": "methods" })).await;
    let path = format!("/restapis/{}", text(&api["id"]));
    let methods = format!("{path}/resources/{}/methods", text(&api["rootResourceId"]));
    (control, path, methods)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("?")
}

fn patch(op: &str, path: &str, value: &Value) -> Value {
    json!({ "patchOperations": [{ "op": op, "path": path, "value": value }] })
}

async fn put_post(control: &Control, methods: &str) -> String {
    let method = format!("{methods}/POST");
    let parameters = json!({ "method.request.header.a": true, "method.request.querystring.q": false });
    let input = json!({ "authorizationType": "NONE", "requestParameters": parameters });
    control.ok("PUT", &method, input).await;
    method
}

#[tokio::test]
async fn a_method_comes_back_as_it_was_put_and_only_once() {
    let (control, _, methods) = with_methods().await;
    let method = put_post(&control, &methods).await;
    let parameters = json!({ "method.request.header.a": true, "method.request.querystring.q": false });
    let expected = json!({ "httpMethod": "POST", "authorizationType": "NONE", "apiKeyRequired": false,
        "requestParameters": parameters });
    assert_eq!(control.ok("GET", &method, Value::Null).await, expected);
    let told = control.refusal("PUT", &method, json!({ "authorizationType": "NONE" })).await;
    assert_eq!(told, "409 ConflictException Method already exists for this resource");
    control.ok("DELETE", &method, Value::Null).await;
    let told = control.refusal("DELETE", &method, Value::Null).await;
    assert_eq!(told, "404 NotFoundException Invalid Method identifier specified");
}

#[tokio::test]
async fn a_method_is_updated_as_aws_updates_it() {
    let (control, _, methods) = with_methods().await;
    let method = put_post(&control, &methods).await;
    for (body, member, expected) in [
        (patch("replace", "/apiKeyRequired", &json!("true")), "apiKeyRequired", json!(true)),
        (patch("replace", "/apiKeyRequired", &json!("whatever")), "apiKeyRequired", json!(false)),
        (patch("replace", "/authorizationType", &json!("AWS_IAM")), "authorizationType", json!("AWS_IAM")),
        // Without a type that has an authorizer, the authorizer is passed over.
        (patch("replace", "/authorizerId", &json!("abc123")), "authorizerId", Value::Null),
        (patch("replace", "/operationName", &json!("Post")), "operationName", json!("Post")),
        (
            patch("add", "/requestModels/application~1json", &json!("Empty")),
            "requestModels",
            json!({ "application/json": "Empty" }),
        ),
        (patch("remove", "/requestModels/application~1json", &Value::Null), "requestModels", Value::Null),
        (
            patch("remove", "/requestParameters/method.request.querystring.q", &Value::Null),
            "requestParameters",
            json!({ "method.request.header.a": true }),
        ),
    ] {
        assert_eq!(control.ok("PATCH", &method, body.clone()).await[member], expected, "{body}");
    }
    for (body, expected) in [
        (
            patch("add", "/apiKeyRequired", &json!("true")),
            "400 BadRequestException Invalid patch operation specified. Must be one of: [replace]",
        ),
        (
            patch("replace", "/httpMethod", &json!("GET")),
            "400 BadRequestException Invalid patch path /httpMethod",
        ),
        (
            patch("add", "/requestParameters", &json!("true")),
            "400 BadRequestException Invalid patch path /requestParameters",
        ),
        (
            patch("add", "/requestModels/application/json", &json!("Empty")),
            "400 BadRequestException Invalid patch path /requestModels/application/json",
        ),
        (
            patch("replace", "/authorizationType", &json!("CUSTOM")),
            "400 BadRequestException Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.",
        ),
        (
            patch("replace", "/requestValidatorId", &json!("nosuch")),
            "400 BadRequestException Invalid Request Validator identifier specified",
        ),
        (
            patch("add", "/requestModels/application~1json", &json!("NoSuch")),
            "400 BadRequestException Invalid model identifier specified: NoSuch",
        ),
        (
            patch("remove", "/requestParameters/method.request.header.z", &Value::Null),
            "404 NotFoundException Invalid parameter name specified",
        ),
    ] {
        assert_eq!(control.refusal("PATCH", &method, body.clone()).await, expected, "{body}");
    }
}

#[tokio::test]
async fn templates_come_back_byte_for_byte() {
    let (control, _, methods) = with_methods().await;
    let method = put_post(&control, &methods).await;
    let template = "#set($x = \"\u{e9}\")\r\n\t{\"a\": \"$input.params('b')\"}  \n\n## \u{1F600} \\u0041";
    let input =
        json!({ "type": "MOCK", "requestTemplates": { "application/json": template, "text/plain": "" } });
    let integration = format!("{method}/integration");
    let expected = json!({ "type": "MOCK", "requestTemplates": { "application/json": template, "text/plain": "" },
        "passthroughBehavior": "WHEN_NO_MATCH", "timeoutInMillis": 29000, "cacheKeyParameters": [],
        "cacheNamespace": methods.split('/').nth(4) });
    assert_eq!(control.ok("PUT", &integration, input).await, expected);
    assert_eq!(control.ok("GET", &integration, Value::Null).await, expected);
    control.ok("PUT", &format!("{method}/responses/200"), json!({})).await;
    let response = format!("{integration}/responses/200");
    let input = json!({ "responseTemplates": { "application/json": null, "text/html": template } });
    let put = control.ok("PUT", &response, input).await;
    // Null stands for no template, and shows as the empty one.
    let expected = json!({ "statusCode": "200", "responseTemplates": { "application/json": "", "text/html": template } });
    assert_eq!(put, expected);
    assert_eq!(control.ok("GET", &response, Value::Null).await, expected);
}

#[tokio::test]
async fn an_integration_is_updated_as_aws_updates_it() {
    let (control, _, methods) = with_methods().await;
    let method = put_post(&control, &methods).await;
    let integration = format!("{method}/integration");
    let input =
        json!({ "type": "HTTP", "httpMethod": "POST", "uri": "http://example.com/${stageVariables.v}" });
    assert_eq!(control.ok("PUT", &integration, input).await["connectionType"], "INTERNET");
    let header = "/requestParameters/integration.request.header.X";
    for (body, member, expected) in [
        (
            patch("add", header, &json!("method.request.header.a")),
            "requestParameters",
            json!({ "integration.request.header.X": "method.request.header.a" }),
        ),
        (
            patch("replace", header, &json!("'text'")),
            "requestParameters",
            json!({ "integration.request.header.X": "'text'" }),
        ),
        (patch("remove", header, &Value::Null), "requestParameters", Value::Null),
        (
            patch("add", "/requestTemplates/application~1json", &json!("{}")),
            "requestTemplates",
            json!({ "application/json": "{}" }),
        ),
        (patch("replace", "/passthroughBehavior", &json!("NEVER")), "passthroughBehavior", json!("NEVER")),
        (patch("replace", "/timeoutInMillis", &json!("50")), "timeoutInMillis", json!(50)),
        (patch("replace", "/uri", &json!("https://other.example")), "uri", json!("https://other.example")),
        (patch("replace", "/httpMethod", &json!("PUT")), "httpMethod", json!("PUT")),
        (
            patch("replace", "/contentHandling", &json!("CONVERT_TO_TEXT")),
            "contentHandling",
            json!("CONVERT_TO_TEXT"),
        ),
        (patch("replace", "/contentHandling", &json!("")), "contentHandling", Value::Null),
        (
            patch("add", "/cacheKeyParameters/method.request.header.a", &Value::Null),
            "cacheKeyParameters",
            json!(["method.request.header.a"]),
        ),
        (
            patch("replace", "/tlsConfig/insecureSkipVerification", &json!("true")),
            "tlsConfig",
            json!({ "insecureSkipVerification": true }),
        ),
        (patch("remove", "/tlsConfig", &Value::Null), "tlsConfig", Value::Null),
    ] {
        assert_eq!(control.ok("PATCH", &integration, body.clone()).await[member], expected, "{body}");
    }
}

#[tokio::test]
async fn what_no_integration_can_be_is_refused_and_changes_nothing() {
    let (control, _, methods) = with_methods().await;
    let method = put_post(&control, &methods).await;
    let integration = format!("{method}/integration");
    let input = json!({ "type": "HTTP", "httpMethod": "POST", "uri": "http://example.com" });
    control.ok("PUT", &integration, input).await;
    let header = "/requestParameters/integration.request.header.X";
    let before = control.ok("GET", &integration, Value::Null).await;
    let mapping = "Invalid mapping expression specified: Validation Result: warnings : [], errors : ";
    for (body, expected) in [
        (patch("replace", "/type", &json!("MOCK")), "Invalid patch path /type".to_owned()),
        (
            patch("replace", "/timeoutInMillis", &json!("49")),
            "Timeout should be between 50 ms and 29000 ms".to_owned(),
        ),
        (patch("replace", "/uri", &json!("nowhere")), "Invalid HTTP endpoint specified for URI".to_owned()),
        (patch("replace", "/credentials", &json!("me")), "Invalid ARN specified in the request".to_owned()),
        (
            patch("add", header, &json!("method.request.header.undeclared")),
            format!(
                "{mapping}[Invalid mapping expression parameter specified: method.request.header.undeclared]"
            ),
        ),
        (
            patch("add", header, &json!("nothing")),
            format!("{mapping}[Invalid mapping expression specified: nothing]"),
        ),
        (
            patch("add", "/requestParameters/header.X", &json!("'a'")),
            format!("{mapping}[Invalid mapping expression specified: header.X]"),
        ),
        (
            patch("add", "/requestTemplates/text", &json!("")),
            "Validation Result: warnings : [], errors : [Invalid content type specified: text]".to_owned(),
        ),
    ] {
        let told = control.refusal("PATCH", &integration, body.clone()).await;
        assert_eq!(told, format!("400 BadRequestException {expected}"), "{body}");
    }
    assert_eq!(control.ok("GET", &integration, Value::Null).await, before);
}

#[tokio::test]
async fn responses_belong_to_a_status_that_the_method_declares() {
    let (control, _, methods) = with_methods().await;
    let method = put_post(&control, &methods).await;
    control.ok("PUT", &format!("{method}/integration"), json!({ "type": "MOCK" })).await;
    let (declared, mapped) =
        (format!("{method}/responses/200"), format!("{method}/integration/responses/200"));
    let no_status = "404 NotFoundException Invalid Response status code specified";
    assert_eq!(control.refusal("PUT", &mapped, json!({})).await, no_status);
    let header = "method.response.header.X";
    control.ok("PUT", &declared, json!({ "responseParameters": { header: false } })).await;
    let told = control.refusal("PUT", &declared, json!({})).await;
    assert_eq!(told, "409 ConflictException Response already exists for this resource");
    control
        .ok("PUT", &mapped, json!({ "responseParameters": { header: "integration.response.header.Y" } }))
        .await;
    let undeclared = json!({ "responseParameters": { "method.response.header.Z": "'z'" } });
    let told = control.refusal("PUT", &mapped, undeclared).await;
    assert!(
        told.ends_with("errors : [Invalid mapping expression parameter specified: method.response.header.Z]"),
        "{told}"
    );
    for status in ["099", "600", "20", "2000", "abc", "2x0"] {
        for path in ["responses", "integration/responses"] {
            let told = control.refusal("PUT", &format!("{method}/{path}/{status}"), json!({})).await;
            assert_eq!(
                told,
                format!(
                    "400 ValidationException 1 validation error detected: Value '{status}' at 'statusCode' failed to satisfy constraint: Member must satisfy regular expression pattern: [1-5]\\d\\d"
                )
            );
        }
    }
    let body = patch("replace", "/selectionPattern", &json!("2\\d\\d"));
    assert_eq!(control.ok("PATCH", &mapped, body).await["selectionPattern"], "2\\d\\d");
    control.ok("DELETE", &mapped, Value::Null).await;
    assert_eq!(control.refusal("GET", &mapped, Value::Null).await, no_status);
    control.ok("DELETE", &declared, Value::Null).await;
    assert_eq!(control.refusal("DELETE", &declared, Value::Null).await, no_status);
}

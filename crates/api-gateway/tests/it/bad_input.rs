//! Bad requests and broken surroundings: each gets API Gateway's own answer, and the cause is told to the operator.

use std::time::Duration;

use alluvium_api_gateway::{ApiGateway, AwsServiceTarget, CredentialsSource};
use bytes::Bytes;
use http::{Request, Uri};
use tower::util::BoxCloneSyncService;

use crate::backend::{Answer, Scene, answering, clock, json_request, options};
use crate::pinterest::definition;

async fn call(
    definition: &str,
    request: http::request::Builder,
    path: &str,
    body: impl Into<Bytes>,
) -> Answer {
    let scene = Scene::new(answering(200, "{}"));
    let api_id = scene.deploy(definition);
    scene.send(&api_id, request, path, body).await
}

/// Status, error type, body and cause in one text.
fn check(answer: &Answer, expected: &str) {
    let got = format!(
        "{} {} {}\n{}",
        answer.status,
        answer.header("x-amzn-errortype"),
        answer.body,
        answer.header("x-alluvium-cause")
    );
    assert_eq!(got, expected);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("x-amzn-requestid").len(), 36);
    assert_eq!(answer.header("x-amz-apigw-id").len(), 16);
}

#[tokio::test]
async fn a_body_that_is_not_json_answers_400() {
    let answer =
        call(&definition("api.yaml"), json_request("PUT"), "/prod/streams/s/record", "{\"Data\": }").await;
    check(
        &answer,
        "400 BadRequestException {\"message\":\"Could not parse request body into json: expected a JSON value, found '}' at line 1, column 10\"}
PUT /streams/{stream-name}/record request template for application/json:1:84: the payload is not JSON: expected a JSON value, found '}' at line 1, column 10, at `$input.json('$.Data')`",
    );
}

#[tokio::test]
async fn an_unknown_path_or_verb_answers_403_missing_authentication_token() {
    for (method, path) in [
        ("GET", "/prod/nothing"),
        ("PATCH", "/prod/streams"),
        ("GET", "/prod/streams/s/record/x"),
        ("HEAD", "/prod/streams"),
    ] {
        let answer = call(&definition("api.yaml"), json_request(method), path, "").await;
        assert_eq!(answer.status, 403);
        assert_eq!(answer.header("x-amzn-errortype"), "MissingAuthenticationTokenException");
        assert_eq!(answer.body, "{\"message\":\"Missing Authentication Token\"}");
    }
}

#[tokio::test]
async fn an_unknown_stage_or_api_answers_403_forbidden() {
    let scene = Scene::new(answering(200, "{}"));
    let api_id = scene.deploy(&definition("api.yaml"));
    let answer = scene.send(&api_id, json_request("GET"), "/dev/streams", "").await;
    check(
        &answer,
        &format!("403 ForbiddenException {{\"message\":\"Forbidden\"}}\nAPI {api_id} has no stage 'dev'"),
    );
    let answer = scene.send("zzzzzzzzzz", json_request("GET"), "/prod/streams", "").await;
    check(&answer, "403 ForbiddenException {\"message\":\"Forbidden\"}\nthere is no API zzzzzzzzzz");
}

#[tokio::test]
async fn a_payload_over_10_mb_answers_413() {
    let answer = call(
        &definition("api.yaml"),
        json_request("PUT"),
        "/prod/streams/s/record",
        vec![b' '; 11 * 1024 * 1024],
    )
    .await;
    check(
        &answer,
        "413 RequestTooLargeException {\"message\":\"Request Too Long\"}\nthe payload has 11534336 bytes, at most 10485760 are allowed",
    );
}

#[tokio::test]
async fn headers_of_40_kb_answer_413() {
    let mut request = json_request("GET");
    for number in 0..10 {
        request = request.header(format!("x-{number}"), "v".repeat(4096));
    }
    let answer = call(&definition("api.yaml"), request, "/prod/streams", "").await;
    check(
        &answer,
        "413 RequestTooLargeException {\"message\":\"Request Too Long\"}\nthe headers have 41018 bytes, at most 10240 are allowed",
    );
}

#[tokio::test]
async fn a_uri_of_a_service_that_is_not_reached_answers_500_and_names_those_that_are() {
    let text = definition("api.yaml");
    let elsewhere = text.replace(":kinesis:action/ListStreams", ":sqs:action/ListQueues");
    let answer = call(&elsewhere, json_request("GET"), "/prod/streams", "").await;
    check(
        &answer,
        "500 InternalServerErrorException {\"message\":\"Internal server error\"}\nthis gateway has no endpoint for the service 'sqs'; the services that it reaches: kinesis",
    );
    let scene = Scene::new(answering(200, "{}"));
    let nowhere = text.replace(":kinesis:action/ListStreams", "::action/ListStreams");
    let refused = scene
        .gateway
        .import_rest_api(alluvium_api_gateway::Definition { text: &nowhere, file_name: "api.yaml" });
    assert!(refused.is_err_and(|error| error.to_string().ends_with("it names no service")));
}

#[tokio::test]
async fn a_gateway_response_takes_headers_from_what_the_client_sent() {
    let definition = MOCK.replace("TEMPLATE", "'{}'")
        + "x-amazon-apigateway-gateway-responses:
  DEFAULT_5XX:
    responseParameters:
      gatewayresponse.header.X-Origin: method.request.header.Origin
      gatewayresponse.header.X-Query: method.request.querystring.q
      gatewayresponse.header.X-None: method.request.path.none
";
    let answer = call(&definition, json_request("GET").header("origin", "o"), "/prod/a?q=1", "").await;
    assert_eq!((answer.status, answer.header("x-origin"), answer.header("x-query")), (500, "o", "1"));
    assert!(!answer.headers.contains_key("x-none"));
}

#[tokio::test]
async fn a_gateway_response_sets_no_header_of_the_connection() {
    let definition = MOCK.replace("TEMPLATE", "'{}'")
        + "x-amazon-apigateway-gateway-responses:
  DEFAULT_5XX:
    statusCode: 101
    responseParameters:
      gatewayresponse.header.Content-Length: \"'5'\"
      gatewayresponse.header.Transfer-Encoding: \"'chunked'\"
      gatewayresponse.header.Connection: method.request.querystring.q
";
    let answer = call(&definition, json_request("GET"), "/prod/a?q=close", "").await;
    assert_eq!((answer.status, answer.header("x-amzn-remapped-content-length")), (500, "5"));
    assert_eq!(answer.header("x-amzn-remapped-connection"), "close");
    for absent in ["content-length", "transfer-encoding", "connection"] {
        assert!(!answer.headers.contains_key(absent), "{absent}");
    }
}

#[tokio::test]
async fn an_interim_status_ends_no_request() {
    let template = "'{\"statusCode\": 200} #set($context.responseOverride.status = 101)'";
    let answer = call(&MOCK.replace("TEMPLATE", template), json_request("GET"), "/prod/a", "").await;
    assert_eq!((answer.status, answer.body.as_str()), (500, "{\"message\":\"Internal server error\"}"));
    assert!(answer.header("x-alluvium-cause").starts_with("status 101 is an interim one"));
}

#[tokio::test]
async fn a_media_type_without_a_template_answers_415() {
    let request =
        Request::builder().method("PUT").header("content-type", "application/x-www-form-urlencoded");
    let answer = call(&definition("api.yaml"), request, "/prod/streams/s/record", "Data=1").await;
    check(
        &answer,
        "415 BadRequestException {\"message\":\"Unsupported Media Type\"}\nno mapping template for application/x-www-form-urlencoded; there are templates for application/json",
    );
}

#[tokio::test]
async fn a_role_that_does_not_exist_answers_500_and_is_named() {
    let definition = definition("api.yaml").replace("0a1b2c-kinesis-access-role", "nobody");
    let answer = call(&definition, json_request("GET"), "/prod/streams", "").await;
    check(
        &answer,
        "500 InternalServerErrorException {\"message\":\"Internal server error\"}
the execution role arn:aws:iam::123456789012:role/nobody cannot be assumed: The role with name arn:aws:iam::123456789012:role/nobody cannot be found.; the integration's 'credentials' have to name a role that is there and that trusts apigateway.amazonaws.com",
    );
}

#[tokio::test]
async fn a_method_that_cannot_run_answers_500_and_the_others_run() {
    let scene = Scene::new(answering(200, "{}"));
    let text = definition("api.yaml").replacen(
        ":kinesis:action/ListStreams",
        ":${stageVariables.s}:action/ListStreams",
        1,
    );
    let api_id = scene.deploy(&text);
    let answer = scene.send(&api_id, json_request("GET"), "/prod/streams", "").await;
    assert_eq!((answer.status, answer.body.as_str()), (500, "{\"message\":\"Internal server error\"}"));
    assert!(answer.header("x-alluvium-cause").starts_with("GET /streams: integration uri: "), "{answer:?}");
    let answer = scene.send(&api_id, json_request("GET"), "/prod/streams/s", "").await;
    assert_eq!(answer.status, 200);
    let refused = scene.gateway.deploy_if_changed(&api_id, "dev", &indexmap::IndexMap::new());
    assert!(refused.is_err_and(|error| error.to_string().starts_with("GET /streams: integration uri: ")));
}

#[tokio::test]
async fn a_backend_that_cannot_be_reached_answers_504() {
    let scene = Scene::new(|_: &_| Err("connection refused".into()));
    let api_id = scene.deploy(&definition("api.yaml"));
    let answer = scene.send(&api_id, json_request("GET"), "/prod/streams", "").await;
    check(
        &answer,
        "504 InternalServerErrorException {\"message\":\"Internal server error\"}\nhttp://kinesis.local:4566 cannot be reached: connection refused",
    );
}

#[tokio::test(start_paused = true)]
async fn a_backend_that_never_answers_times_out_after_29_seconds() {
    let hop = BoxCloneSyncService::new(tower::service_fn(|_request: Request<Bytes>| std::future::pending()));
    let gateway = ApiGateway::in_memory(options(hop), clock()).expect("a gateway in memory opens");
    let text = definition("api.yaml");
    let imported = gateway
        .import_rest_api(alluvium_api_gateway::Definition { text: &text, file_name: "api.yaml" })
        .unwrap_or_else(|error| panic!("{error}"));
    gateway
        .create_deployment(&imported.api_id, "prod", &indexmap::IndexMap::new())
        .unwrap_or_else(|error| panic!("{error}"));
    let url = alluvium_api_gateway::InvokeUrl {
        api_id: imported.api_id,
        stage: "prod".to_owned(),
        path: "/streams".to_owned(),
    };
    let begun = tokio::time::Instant::now();
    let response = gateway.invoke(&url, json_request("GET").body(Bytes::new()).expect("a request")).await;
    assert_eq!(response.status(), 504);
    assert_eq!(response.body(), "{\"message\":\"Endpoint request timed out\"}");
    assert_eq!(begun.elapsed().as_secs(), Duration::from_secs(29).as_secs());
}

#[tokio::test]
async fn a_gateway_without_kinesis_says_so() {
    let mut options = options(BoxCloneSyncService::new(tower::service_fn(|_request: Request<Bytes>| {
        std::future::pending()
    })));
    options.services.clear();
    let gateway = ApiGateway::in_memory(options, clock()).expect("a gateway in memory opens");
    let text = definition("api.yaml");
    let imported = gateway
        .import_rest_api(alluvium_api_gateway::Definition { text: &text, file_name: "api.yaml" })
        .unwrap_or_else(|error| panic!("{error}"));
    gateway
        .create_deployment(&imported.api_id, "prod", &indexmap::IndexMap::new())
        .unwrap_or_else(|error| panic!("{error}"));
    let url = alluvium_api_gateway::InvokeUrl {
        api_id: imported.api_id,
        stage: "prod".to_owned(),
        path: "/streams".to_owned(),
    };
    let response = gateway.invoke(&url, json_request("GET").body(Bytes::new()).expect("a request")).await;
    assert_eq!(response.status(), 500);
    let cause = response.headers()["x-alluvium-cause"].to_str().expect("text");
    assert_eq!(
        cause,
        "this gateway has no endpoint for the service 'kinesis'; the services that it reaches: none"
    );
}

const MOCK: &str = "openapi: 3.0.1
info: {title: t}
paths:
  /a:
    get:
      x-amazon-apigateway-integration:
        type: mock
        requestTemplates:
          application/json: TEMPLATE
        responses:
          '2\\d{2}': {statusCode: 200}
";

#[tokio::test]
async fn a_template_that_fails_answers_500_with_line_and_column() {
    let answer =
        call(&MOCK.replace("TEMPLATE", "\"{\\n$input.path('$.a[').b\""), json_request("GET"), "/prod/a", "")
            .await;
    check(
        &answer,
        "500 InternalServerErrorException {\"message\":\"Internal server error\"}
GET /a request template for application/json:2:8: JSONPath '$.a[' is wrong at character 5: expected an index, a quoted name, '*' or '?(' after '[', at `$input.path('$.a[').b`",
    );
    let answer = call(
        &MOCK.replace(
            "TEMPLATE",
            "\"#foreach($i in [1..1000])#foreach($j in [1..1000])#foreach($k in [1..1000])#end#end#end\"",
        ),
        json_request("GET"),
        "/prod/a",
        "",
    )
    .await;
    assert_eq!((answer.status, answer.body.as_str()), (500, "{\"message\":\"Internal server error\"}"));
    assert!(answer.header("x-alluvium-cause").contains("the rendering needs more than"), "{answer:?}");
}

#[tokio::test]
async fn a_status_that_no_response_takes_answers_500() {
    let answer =
        call(&MOCK.replace("TEMPLATE", "'{\"statusCode\": 302}'"), json_request("GET"), "/prod/a", "").await;
    check(
        &answer,
        "500 InternalServerErrorException {\"message\":\"Internal server error\"}
no integration response matches the backend's status 302 and none is without a selection pattern; add one without it ('default' in OpenAPI)",
    );
    let answer =
        call(&MOCK.replace("TEMPLATE", "'{\"statusCode\": \"200\"}'"), json_request("GET"), "/prod/a", "")
            .await;
    assert_eq!(answer.status, 500);
}

#[tokio::test]
async fn gateway_responses_can_be_customised_and_inherit() {
    let definition = format!(
        "{}x-amazon-apigateway-gateway-responses:
  MISSING_AUTHENTICATION_TOKEN:
    statusCode: 404
    responseParameters: {{gatewayresponse.header.X-Path: context.path, gatewayresponse.header.X-Fixed: \"'f'\"}}
    responseTemplates: {{application/json: '{{\"no\": $context.error.messageString, \"in\": \"$context.stage\", \"$5\": \"$contextual\"}}'}}
  DEFAULT_5XX:
    statusCode: 599
",
        MOCK.replace("TEMPLATE", "'{}'")
    );
    let answer = call(&definition, json_request("GET"), "/prod/b", "").await;
    assert_eq!(answer.status, 404);
    assert_eq!(
        answer.body,
        "{\"no\": \"Missing Authentication Token\", \"in\": \"prod\", \"$5\": \"$contextual\"}"
    );
    assert_eq!((answer.header("x-path"), answer.header("x-fixed")), ("/prod/b", "f"));
    let answer = call(&definition, json_request("GET"), "/prod/a", "").await;
    assert_eq!((answer.status, answer.body.as_str()), (599, "{\"message\":\"Internal server error\"}"));
}

#[tokio::test]
async fn causes_are_kept_from_clients_unless_asked_for() {
    let hop = BoxCloneSyncService::new(tower::service_fn(|_request: Request<Bytes>| std::future::pending()));
    let mut options = options(hop.clone());
    options.explains_errors = false;
    let kinesis = AwsServiceTarget {
        endpoint: Uri::from_static("http://kinesis.local:4566"),
        hop,
        credentials: CredentialsSource::ExecutionRole(alluvium_iam::Iam::in_memory(clock(), "123456789012")),
    };
    options.services.insert("kinesis".to_owned(), kinesis);
    let gateway = ApiGateway::in_memory(options, clock()).expect("a gateway in memory opens");
    let url = alluvium_api_gateway::InvokeUrl {
        api_id: "a".to_owned(),
        stage: "prod".to_owned(),
        path: "/".to_owned(),
    };
    let response = gateway.invoke(&url, json_request("GET").body(Bytes::new()).expect("a request")).await;
    assert_eq!(response.status(), 403);
    assert!(!response.headers().contains_key("x-alluvium-cause"));
}

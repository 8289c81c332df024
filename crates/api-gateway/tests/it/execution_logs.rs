//! What is written down about a request: TestInvokeMethod's log, the execution logs of a stage, and its access log.

use alluvium_api_gateway::{
    ApiGateway, GatewayOptions, HttpVerb, InvokeUrl, RestApi, TestInvoked, TestRequest,
};
use bytes::Bytes;
use indexmap::IndexMap;
use serde_json::{Value, json};

use crate::backend::{ACCOUNT_ID, Answer, REGION, Scene, answering, clock, json_request};
use crate::control_scene::{Control, Told};
use crate::pinterest::definition;

const PETS: &str = "openapi: 3.0.1
info: {title: pets}
paths:
  /pets/{petId}:
    get:
      parameters: [{name: petId, in: path, required: true}]
      x-amazon-apigateway-integration:
        type: mock
        requestTemplates: {application/json: '{\"statusCode\": 200}'}
        responses:
          default:
            statusCode: 200
            responseTemplates: {application/json: '{\"petId\": \"$input.params(''petId'')\"}'}
";

async fn invoke(
    scene: &Scene,
    definition: &str,
    path: &str,
    verb: HttpVerb,
    test: TestRequest,
) -> TestInvoked {
    let api_id = scene.import(definition);
    let api = scene.gateway.rest_api(&api_id).expect("the API is there");
    let resource = api.resource_at(path).expect("the resource is there");
    let invoked = scene.gateway.test_invoke_method(&api_id, &resource.id, verb, test).await;
    invoked.expect("the method is there")
}

fn at(path: &str) -> TestRequest {
    TestRequest { path_with_query_string: Some(path.to_owned()), ..TestRequest::default() }
}

/// The texts of a log without its times and ids.
fn lines(log: &str) -> Vec<String> {
    let id = log.lines().next().and_then(|head| head.rsplit(' ').next()).unwrap_or_default();
    let text = log.replace(id, "<id>");
    text.lines().map(|line| line.split_once(" : ").map_or(line, |(_, text)| text).to_owned()).collect()
}

#[tokio::test]
async fn a_test_of_a_mock_method_has_api_gateways_own_lines() {
    let scene = Scene::new(answering(200, "{}"));
    let invoked = invoke(&scene, PETS, "/pets/{petId}", HttpVerb::Get, at("/pets/123")).await;
    assert_eq!((invoked.status, invoked.body.as_str()), (200, "{\"petId\": \"123\"}"));
    assert_eq!(json!(invoked.headers), json!({"Content-Type": "application/json"}));
    assert_eq!(json!(invoked.multi_value_headers), json!({"Content-Type": ["application/json"]}));
    assert!(invoked.log.contains("\nTue Nov 14 22:13:20 UTC 2023 : Starting"), "{}", invoked.log);
    assert!(invoked.log.ends_with("200\n"));
    assert_eq!(
        lines(&invoked.log),
        [
            "Execution log for request <id>",
            "Starting execution for request: <id>",
            "HTTP Method: GET, Resource Path: /pets/123",
            "Method request path: {petId=123}",
            "Method request query string: {}",
            "Method request headers: {}",
            "Method request body before transformations: ",
            "Method response body after transformations: {\"petId\": \"123\"}",
            "Method response headers: {Content-Type=application/json}",
            "Successfully completed execution",
            "Method completed with status: 200",
        ]
    );
}

#[tokio::test]
async fn a_test_takes_any_path() {
    let scene = Scene::new(answering(200, "{}"));
    let bodies = [
        (TestRequest::default(), "{\"petId\": \"{petId}\"}"),
        (at("/random/test"), "{\"petId\": \"\"}"),
        (at("pets/1?petId=2"), "{\"petId\": \"1\"}"),
    ];
    for (test, expected) in bodies {
        let invoked = invoke(&scene, PETS, "/pets/{petId}", HttpVerb::Get, test).await;
        assert_eq!(invoked.body, expected);
    }
    let api_id = scene.import(PETS);
    let missing = scene.gateway.test_invoke_method(&api_id, "zzzzzz", HttpVerb::Get, at("/")).await;
    assert_eq!(missing, None);
}

#[tokio::test]
async fn a_test_of_kinesis_shows_the_call_with_its_secrets_masked() {
    let scene = Scene::new(answering(200, "{\"ok\":1}"));
    let test = TestRequest {
        body: "{\"Data\": 1, \"PartitionKey\": \"k\"}".to_owned(),
        headers: [("x-api-key".to_owned(), "my-api-key".to_owned())].into_iter().collect(),
        ..at("/streams/s/record")
    };
    let invoked =
        invoke(&scene, &definition("api.yaml"), "/streams/{stream-name}/record", HttpVerb::Put, test).await;
    assert_eq!((invoked.status, invoked.body.as_str()), (200, "{\"ok\":1}"));
    assert!(invoked.headers.contains_key("X-Amzn-Trace-Id"));
    let lines = lines(&invoked.log);
    let starting = |start: &str| {
        lines
            .iter()
            .find(|line| line.starts_with(start))
            .unwrap_or_else(|| panic!("no {start}: {lines:?}"))
            .clone()
    };
    assert_eq!(starting("Method request headers"), "Method request headers: {X-Api-Key=**********}");
    assert_eq!(starting("Endpoint request URI"), "Endpoint request URI: http://kinesis.local:4566/");
    assert!(starting("Endpoint request headers").contains("X-Amz-Target=Kinesis_20131202.PutRecord"));
    assert!(starting("Endpoint request headers").contains("Authorization=*****"));
    assert!(starting("Endpoint request body after transformations: {").contains("\"StreamName\": \"s\""));
    assert_eq!(starting("Sending request to"), "Sending request to http://kinesis.local:4566/");
    assert!(starting("Received response. Status: 200, Integration latency: ").ends_with(" ms"));
    assert!(starting("Endpoint response headers: {").contains("Etag="));
    assert_eq!(
        starting("Endpoint response body"),
        "Endpoint response body before transformations: {\"ok\":1}"
    );
    for received in scene.received() {
        let signature = received.header("authorization").to_owned();
        let token = received.header("x-amz-security-token").to_owned();
        assert!(!signature.is_empty() && !invoked.log.contains(&signature));
        assert!(!token.is_empty() && !invoked.log.contains(&token));
    }
}

#[tokio::test]
async fn a_test_that_fails_says_why() {
    let scene = Scene::new(answering(200, "{}"));
    let broken = PETS.replace("\"statusCode\": 200", "\"statusCode\": \"200\"");
    let invoked = invoke(&scene, &broken, "/pets/{petId}", HttpVerb::Get, at("/pets/1")).await;
    assert_eq!((invoked.status, invoked.body.as_str()), (500, "{\"message\":\"Internal server error\"}"));
    assert_eq!(invoked.headers["x-amzn-ErrorType"], "InternalServerErrorException");
    let lines = lines(&invoked.log);
    assert!(lines.iter().any(|line| line.starts_with("Execution failed due to configuration error: a MOCK")));
    assert_eq!(lines.last().map(String::as_str), Some("Method completed with status: 500"));
}

/// Two methods, one of which fails, under a stage with these settings.
fn logged_api(method_settings: &Value, format: Option<&str>) -> RestApi {
    let method = |status: &str| {
        json!({"GET": {"methodIntegration": {
            "type": "MOCK", "requestTemplates": {"application/json": format!("{{\"statusCode\": {status}}}")},
            "integrationResponses": {"200": {}},
        }}})
    };
    let mut stage = json!({
        "stageName": "prod", "deploymentId": "none", "methodSettings": method_settings,
        "createdMillis": 0, "lastUpdatedMillis": 0,
    });
    if let Some(format) = format {
        stage["accessLogSettings"] =
            json!({"format": format, "destinationArn": "arn:aws:logs:us-east-1:1:log-group:g"});
    }
    let api = json!({
        "id": "logged0001", "name": "logged", "createdMillis": 0, "stages": {"prod": stage},
        "resources": {
            "g": {"id": "g", "path": "/good", "resourceMethods": method("200")},
            "b": {"id": "b", "path": "/bad", "resourceMethods": method("\"no\"")},
        },
    });
    serde_json::from_value(api).expect("an API")
}

#[tokio::test]
async fn a_stage_keeps_the_logs_that_its_method_settings_ask_for() {
    let scene = Scene::new(answering(200, "{}"));
    let settings = json!({
        "*/*": {"loggingLevel": "ERROR", "dataTraceEnabled": true},
        "good/GET": {"loggingLevel": "INFO"},
    });
    let api_id = scene.gateway.add_api(logged_api(&settings, None)).expect("stored").id.clone();
    scene.gateway.create_deployment(&api_id, "prod", &IndexMap::new()).expect("deployed");
    let good = scene.send(&api_id, json_request("GET"), "/prod/good", "body").await;
    let bad = scene.send(&api_id, json_request("GET"), "/prod/bad", "body").await;
    let none = scene.send(&api_id, json_request("GET"), "/prod/none", "").await;
    assert_eq!((good.status, bad.status, none.status), (200, 500, 403));
    let logs = scene.gateway.execution_logs();
    let texts = |answer: &Answer| {
        let log = logs.of_request(answer.header("x-amzn-requestid"));
        log.map(|log| log.lines.iter().map(|line| line.text.clone()).collect::<Vec<_>>())
    };
    let id = good.header("x-amzn-requestid");
    assert_eq!(
        texts(&good).expect("a log"),
        [
            &format!("Starting execution for request: {id}"),
            "HTTP Method: GET, Resource Path: /good",
            "Successfully completed execution",
            "Method completed with status: 200",
        ]
    );
    let errors = texts(&bad).expect("a log");
    assert_eq!(errors.len(), 1);
    assert!(errors[0].starts_with("Execution failed due to configuration error: a MOCK integration needs"));
    assert_eq!(texts(&none), None);
    let newest = logs.newest(&api_id, "prod", 1);
    assert_eq!(newest[0].request_id, bad.header("x-amzn-requestid"));
}

#[tokio::test]
async fn kept_logs_are_read_back_through_the_control_plane_by_stage_and_by_request() {
    let scene = Scene::new(answering(200, "{}"));
    let settings = json!({"*/*": {"loggingLevel": "INFO"}});
    let api_id = scene.gateway.add_api(logged_api(&settings, None)).expect("stored").id.clone();
    scene.gateway.create_deployment(&api_id, "prod", &IndexMap::new()).expect("deployed");
    let first = scene.send(&api_id, json_request("GET"), "/prod/good", "").await;
    let second = scene.send(&api_id, json_request("GET"), "/prod/bad", "").await;
    let (first, second) = (first.header("x-amzn-requestid"), second.header("x-amzn-requestid"));
    let control = Control::of(&scene.gateway);
    let path = format!("/restapis/{api_id}/stages/prod/execution-logs");
    let ids = |told: &Told| {
        let items = told.json["item"].as_array().expect("items").iter();
        items.map(|item| item["requestId"].as_str().expect("an id").to_owned()).collect::<Vec<_>>()
    };
    let all = control.send("GET", &path, Value::Null).await;
    assert_eq!(ids(&all), [second, first], "the newest first");
    let log = all.json["item"][1]["log"].as_str().expect("a log");
    assert!(log.starts_with(&format!("Execution log for request {first}\n")), "{log}");
    assert!(log.ends_with("Method completed with status: 200\n"), "{log}");
    assert_eq!(ids(&control.send("GET", &format!("{path}?limit=1"), Value::Null).await), [second]);
    let of_one = format!("{path}?requestId={first}");
    assert_eq!(ids(&control.send("GET", &of_one, Value::Null).await), [first]);
    assert!(ids(&control.send("GET", &format!("{path}?requestId=none"), Value::Null).await).is_empty());
    for limit in ["0", "1001", "many"] {
        let told = control.send("GET", &format!("{path}?limit={limit}"), Value::Null).await;
        let expected = format!("400 BadRequestException Invalid limit specified: {limit}; it is 1 to 1000");
        assert_eq!(told.refusal(), expected);
    }
    let elsewhere = format!("/restapis/{api_id}/stages/none/execution-logs");
    assert_eq!(control.send("GET", &elsewhere, Value::Null).await.status, 404);
}

#[tokio::test]
async fn a_stage_with_an_access_log_writes_one_line_for_each_request() {
    let directory = tempfile::tempdir().expect("a directory");
    let gateway =
        ApiGateway::open(directory.path(), GatewayOptions::new(ACCOUNT_ID, REGION), clock()).expect("opens");
    let format = "{\"id\":\"$context.requestId\",\"ip\":\"$context.identity.sourceIp\",\"to\":\"$context.httpMethod $context.resourcePath\",\"status\":$context.status,\"length\":$context.responseLength,\"error\":\"$context.error.responseType\",\"user\":\"$context.identity.user\",\"at\":\"$context.requestTime\"}\n";
    let api_id = gateway.add_api(logged_api(&json!({}), Some(format))).expect("stored").id.clone();
    gateway.create_deployment(&api_id, "prod", &IndexMap::new()).expect("deployed");
    let mut expected = Vec::new();
    for (path, rest) in [
        ("/good", r#""to":"GET /good","status":200,"length":0,"error":"-""#),
        ("/bad", r#""to":"GET /bad","status":500,"length":35,"error":"API_CONFIGURATION_ERROR""#),
        ("/none", r#""to":"GET -","status":403,"length":42,"error":"MISSING_AUTHENTICATION_TOKEN""#),
    ] {
        let url = InvokeUrl { api_id: api_id.clone(), stage: "prod".to_owned(), path: path.to_owned() };
        let response = gateway.invoke(&url, json_request("GET").body(Bytes::new()).expect("a request")).await;
        let id = response.headers()["x-amzn-requestid"].to_str().expect("text").to_owned();
        expected.push(format!(
            "{{\"id\":\"{id}\",\"ip\":\"127.0.0.1\",{rest},\"user\":\"-\",\"at\":\"14/Nov/2023:22:13:20 +0000\"}}"
        ));
    }
    drop(gateway);
    let file = directory.path().join("logs").join(&api_id).join("prod").join("access.log");
    let written = fs_err::read_to_string(file).expect("the log is there");
    assert_eq!(written.lines().collect::<Vec<_>>(), expected);
}

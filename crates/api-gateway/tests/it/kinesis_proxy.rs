//! A Kinesis proxy as Amazon API Gateway exports it, in both formats: it imports, deploys, and its calls reach Kinesis.
//!
//! The definitions have the structure of such an export: media types and schemas everywhere, roles as `credentials`, a mapping
//! for the content type, default responses, patterns for 4xx and 5xx.

use serde_json::{Value, json};

use crate::backend::{ROLE_ARN, Scene, answering, json_request};

const STREAM: &str = r#"{"StreamName": "$input.params('stream-name')"}"#;
const RECORD: &str = "{\n    \"StreamName\": \"$input.params('stream-name')\",\n    \"Data\": \"$util.base64Encode($input.json('$.Data'))\",\n    \"PartitionKey\": \"$input.path('$.PartitionKey')\"\n}";
const RECORDS: &str = "{\"StreamName\": \"$input.params('stream-name')\", \"Records\": [#foreach($item in $input.path('$.records')){\"Data\": \"$util.base64Encode($item.data)\", \"PartitionKey\": \"$item.partition-key\"}#if($foreach.hasNext),#end#end]}";
const ITERATOR: &str = r#"{"ShardId": "$input.params('shard-id')", "ShardIteratorType": "TRIM_HORIZON", "StreamName": "$input.params('stream-name')"}"#;
const READ: &str = r#"{"ShardIterator": "$input.params('Shard-Iterator')"}"#;

/// (path, verb, action, template, a header or query parameter beside the path's).
type Operation =
    (&'static str, &'static str, &'static str, &'static str, Option<(&'static str, &'static str)>);

const OPERATIONS: [Operation; 8] = [
    ("/streams", "get", "ListStreams", "{\n}", None),
    ("/streams/{stream-name}", "get", "DescribeStream", STREAM, None),
    (
        "/streams/{stream-name}",
        "post",
        "CreateStream",
        r#"{"ShardCount": 5, "StreamName": "$input.params('stream-name')"}"#,
        None,
    ),
    ("/streams/{stream-name}", "delete", "DeleteStream", STREAM, None),
    ("/streams/{stream-name}/record", "put", "PutRecord", RECORD, None),
    ("/streams/{stream-name}/records", "get", "GetRecords", READ, Some(("header", "Shard-Iterator"))),
    ("/streams/{stream-name}/records", "put", "PutRecords", RECORDS, Some(("header", "Content-Type"))),
    (
        "/streams/{stream-name}/sharditerator",
        "get",
        "GetShardIterator",
        ITERATOR,
        Some(("query", "shard-id")),
    ),
];

fn integration(action: &str, template: &str) -> Value {
    let header = json!({"method.response.header.Content-Type": "integration.response.header.Content-Type"});
    let responses = if action == "DeleteStream" {
        json!({
            "4\\d{2}": {"statusCode": "400", "responseParameters": header},
            "default": {"statusCode": "200", "responseParameters": header},
            "5\\d{2}": {"statusCode": "500", "responseParameters": header},
        })
    } else {
        json!({"default": {"statusCode": "200"}})
    };
    json!({
        "type": "aws",
        "credentials": ROLE_ARN,
        "uri": format!("arn:aws:apigateway:us-east-1:kinesis:action/{action}"),
        "responses": responses,
        "requestParameters": {"integration.request.header.Content-Type": "'application/x-amz-json-1.1'"},
        "requestTemplates": {"application/json": template},
        "passthroughBehavior": "when_no_match",
        "httpMethod": "POST",
    })
}

fn swagger_operation((path, _, action, template, extra): Operation) -> Value {
    let mut parameters = Vec::new();
    if path.contains('{') {
        parameters.push(json!({"name": "stream-name", "in": "path", "required": true, "type": "string"}));
    }
    parameters
        .extend(extra.map(|(at, name)| json!({"name": name, "in": at, "required": false, "type": "string"})));
    if action == "PutRecords" {
        let schema = json!({"$ref": "#/definitions/Batch"});
        parameters.push(json!({"in": "body", "name": "Batch", "required": true, "schema": schema}));
    }
    let header = json!({"Content-Type": {"type": "string"}});
    let mut responses = json!({"200": {"description": "200 response", "schema": {"$ref": "#/definitions/Empty"}, "headers": header}});
    if action == "DeleteStream" {
        for status in ["400", "500"] {
            responses[status] = json!({"description": format!("{status} response"), "headers": header});
        }
    }
    json!({
        "consumes": ["application/json"],
        "produces": ["application/json"],
        "parameters": parameters,
        "responses": responses,
        "x-amazon-apigateway-integration": integration(action, template),
    })
}

fn openapi_operation((path, _, action, template, extra): Operation) -> Value {
    let text = json!({"type": "string"});
    let mut parameters = Vec::new();
    if path.contains('{') {
        parameters.push(json!({"name": "stream-name", "in": "path", "required": true, "schema": text}));
    }
    parameters.extend(extra.map(|(at, name)| json!({"name": name, "in": at, "schema": text})));
    let header = json!({"Content-Type": {"schema": text}});
    let empty = json!({"application/json": {"schema": {"$ref": "#/components/schemas/Empty"}}});
    let mut responses = json!({"200": {"description": "200 response", "headers": header, "content": empty}});
    if action == "DeleteStream" {
        for status in ["400", "500"] {
            responses[status] =
                json!({"description": format!("{status} response"), "headers": header, "content": {}});
        }
    }
    let mut operation = json!({
        "parameters": parameters,
        "responses": responses,
        "x-amazon-apigateway-integration": integration(action, template),
    });
    if action == "PutRecords" {
        let schema = json!({"schema": {"$ref": "#/components/schemas/Batch"}});
        let content = json!({"application/json": schema, "application/x-amz-json-1.1": schema});
        operation["requestBody"] = json!({"content": content, "required": true});
    }
    operation
}

fn schemas() -> Value {
    let record = json!({"type": "object", "properties": {"data": {"type": "string"}, "partition-key": {"type": "string"}}});
    let records = json!({"records": {"type": "array", "items": record}});
    json!({"Empty": {"type": "object"}, "Batch": {"type": "object", "properties": records}})
}

fn paths(operation: impl Fn(Operation) -> Value) -> Value {
    let mut paths = json!({});
    for known in OPERATIONS {
        paths[known.0][known.1] = operation(known);
    }
    paths
}

pub(crate) fn swagger() -> String {
    json!({
        "swagger": "2.0",
        "info": {"version": "2016-03-31T18:25:32Z", "title": "KinesisProxy"},
        "host": "wd4zclrobb.execute-api.us-east-1.amazonaws.com",
        "basePath": "/test",
        "schemes": ["https"],
        "paths": paths(swagger_operation),
        "definitions": schemas(),
    })
    .to_string()
}

pub(crate) fn openapi() -> String {
    json!({
        "openapi": "3.0.0",
        "info": {"title": "KinesisProxy", "version": "2016-03-31T18:25:32Z"},
        "servers": [{
            "url": "https://wd4zclrobb.execute-api.us-east-1.amazonaws.com/{basePath}",
            "variables": {"basePath": {"default": "/test"}},
        }],
        "paths": paths(openapi_operation),
        "components": {"schemas": schemas()},
    })
    .to_string()
}

/// One call of the API in each format: the action that Kinesis sees, and its body.
async fn check(request: http::request::Builder, path: &str, body: &str, action: &str, expected: Value) {
    for definition in [swagger(), openapi()] {
        let scene = Scene::new(answering(200, "{\"ok\":true}"));
        let api_id = scene.deploy(&definition);
        let uri = format!("/prod{path}");
        let method = request.method_ref().cloned().expect("a verb");
        let headers = request.headers_ref().cloned().unwrap_or_default();
        let mut again = http::Request::builder().method(method);
        for (name, value) in &headers {
            again = again.header(name, value);
        }
        let answer = scene.send(&api_id, again, &uri, body.to_owned()).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, "{\"ok\":true}"));
        let received = scene.received().pop().expect("Kinesis was called");
        assert_eq!(received.header("x-amz-target"), format!("Kinesis_20131202.{action}"));
        assert_eq!(received.header("content-type"), "application/x-amz-json-1.1");
        let got: Value = serde_json::from_str(&received.body).expect("a JSON body");
        assert_eq!(got, expected);
    }
}

#[tokio::test]
async fn a_record_is_put() {
    let body = r#"{"Data": {"a": 1}, "PartitionKey": "key"}"#;
    let expected = json!({"StreamName": "pins", "Data": "eyJhIjoxfQ==", "PartitionKey": "key"});
    check(json_request("PUT"), "/streams/pins/record", body, "PutRecord", expected).await;
}

#[tokio::test]
async fn records_are_put() {
    let body =
        r#"{"records": [{"data": "some", "partition-key": "p"}, {"data": "more", "partition-key": "q"}]}"#;
    let records =
        json!([{"Data": "c29tZQ==", "PartitionKey": "p"}, {"Data": "bW9yZQ==", "PartitionKey": "q"}]);
    let expected = json!({"StreamName": "pins", "Records": records});
    check(json_request("PUT"), "/streams/pins/records", body, "PutRecords", expected).await;
}

#[tokio::test]
async fn records_are_read() {
    let iterator =
        json!({"ShardId": "shardId-000000000000", "ShardIteratorType": "TRIM_HORIZON", "StreamName": "pins"});
    let path = "/streams/pins/sharditerator?shard-id=shardId-000000000000";
    check(json_request("GET"), path, "", "GetShardIterator", iterator).await;
    let request = json_request("GET").header("Shard-Iterator", "AAAA");
    check(request, "/streams/pins/records", "", "GetRecords", json!({"ShardIterator": "AAAA"})).await;
}

#[tokio::test]
async fn streams_are_listed_described_made_and_deleted() {
    check(json_request("GET"), "/streams", "", "ListStreams", json!({})).await;
    let name = json!({"StreamName": "pins"});
    check(json_request("GET"), "/streams/pins", "", "DescribeStream", name.clone()).await;
    check(json_request("DELETE"), "/streams/pins", "", "DeleteStream", name).await;
    let create = json!({"ShardCount": 5, "StreamName": "pins"});
    check(json_request("POST"), "/streams/pins", "", "CreateStream", create).await;
}

#[test]
fn both_formats_make_the_same_api() {
    let scene = Scene::new(answering(200, "{}"));
    let methods = |definition: &str| {
        let api_id = scene.deploy(definition);
        let api = scene.gateway.rest_api(&api_id).expect("the API");
        let resources: Vec<_> = api.resources.values().cloned().collect();
        (resources, api.models.clone(), api.version.clone())
    };
    let (from_swagger, swagger_models, swagger_version) = methods(&swagger());
    let (mut from_openapi, openapi_models, openapi_version) = methods(&openapi());
    // Swagger names one media type for the body of PutRecords here, OpenAPI two.
    for method in from_openapi.iter_mut().flat_map(|resource| resource.resource_methods.values_mut()) {
        method.request_models.shift_remove("application/x-amz-json-1.1");
    }
    assert_eq!(from_swagger, from_openapi);
    assert_eq!(swagger_models, openapi_models);
    assert_eq!(swagger_version, openapi_version);
    assert_eq!(swagger_version.as_deref(), Some("2016-03-31T18:25:32Z"));
}

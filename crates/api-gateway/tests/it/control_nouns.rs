//! Models, request validators, gateway responses, authorizers and tags through the control plane.

use alluvium_api_gateway::{ApiGateway, GatewayOptions};
use bytes::Bytes;
use serde_json::{Value, json};

use crate::backend::{ACCOUNT_ID, REGION, clock};
use crate::control_scene::Control;
use crate::recorded_rendering::recorded;

/// A control plane with one API, and the API's path.
async fn with_api() -> (Control, String) {
    let gateway = ApiGateway::in_memory(GatewayOptions::new(ACCOUNT_ID, REGION), clock()).expect("a gateway");
    let control = Control::of(&gateway);
    let api = control.ok("POST", "/restapis", json!({"name": "x"})).await;
    let path = format!("/restapis/{}", api["id"].as_str().expect("an id"));
    (control, path)
}

fn patch(operations: &Value) -> Value {
    json!({ "patchOperations": operations })
}

#[tokio::test]
async fn gateway_responses_answer_as_recorded() {
    let Some(cases) = recorded("control") else { return };
    let mut count = 0;
    for case in &cases {
        let name = case["name"].as_str().unwrap_or_default();
        let (Some(operation), expected) = (case["op"].as_str(), &case["expect"]) else { continue };
        if !operation.contains("GatewayResponse") {
            continue;
        }
        count += 1;
        let (control, api) = with_api().await;
        let mut args = case["args"].clone();
        let members = args.as_object_mut().expect("arguments");
        let id = members.remove("restApiId").expect("an API");
        let kind = members.remove("responseType").expect("a type");
        let api = if id == "<api>" { api } else { format!("/restapis/{}", id.as_str().expect("an id")) };
        let path = format!("{api}/gatewayresponses/{}", kind.as_str().expect("a type"));
        let (verb, body) = match operation {
            "PutGatewayResponse" => ("PUT", args),
            "DeleteGatewayResponse" => ("DELETE", Value::Null),
            _ => ("GET", Value::Null),
        };
        let told = control.send(verb, &path, body).await;
        assert_eq!(json!(told.status), expected["status"], "{name}: {}", told.refusal());
        if let Some(message) = expected["message"].as_str() {
            let message = message.replace("<account>", ACCOUNT_ID);
            let code = expected["code"].as_str().expect("a code");
            assert_eq!(told.refusal(), format!("{} {code} {message}", told.status), "{name}");
        }
        if !expected["json"].is_null() {
            assert_eq!(told.json, expected["json"], "{name}");
        }
        for (member, value) in expected["json_subset"].as_object().into_iter().flatten() {
            assert_eq!(&told.json[member], value, "{name}: {member}");
        }
        for (what, members) in expected["then"].as_object().into_iter().flatten() {
            let wanted = what.strip_prefix("GetGatewayResponses item ").expect("an item of the list");
            let all = control.ok("GET", &format!("{api}/gatewayresponses"), Value::Null).await;
            let items = all["item"].as_array().expect("items");
            assert_eq!(items.len(), 21);
            let item = items.iter().find(|item| item["responseType"] == wanted).expect("the type");
            for (member, value) in members.as_object().expect("members") {
                assert_eq!(&item[member], value, "{name}: {wanted} {member}");
            }
        }
    }
    assert_eq!(count, 25);
}

#[tokio::test]
async fn a_gateway_response_is_updated_and_deleted() {
    let (control, api) = with_api().await;
    let path = format!("{api}/gatewayresponses/THROTTLED");
    let operations = json!([
        {"op": "replace", "path": "/statusCode", "value": "430"},
        {"op": "add", "path": "/responseParameters/gatewayresponse.header.Retry-After", "value": "'1'"},
        {"op": "add", "path": "/responseTemplates/application~1json", "value": "{\n}"},
        {"op": "replace", "path": "/responseTemplates/text~1plain", "value": "slow"},
        {"op": "remove", "path": "/responseTemplates/text~1plain"},
    ]);
    let updated = control.ok("PATCH", &path, patch(&operations)).await;
    let expected = json!({
        "responseType": "THROTTLED",
        "statusCode": "430",
        "responseParameters": {"gatewayresponse.header.Retry-After": "'1'"},
        "responseTemplates": {"application/json": "{\n}"},
        "defaultResponse": false,
    });
    assert_eq!(updated, expected);
    assert_eq!(control.ok("GET", &path, Value::Null).await, expected);
    let wrong = patch(&json!([{"op": "add", "path": "/statusCode", "value": "1"}]));
    assert_eq!(
        control.refusal("PATCH", &path, wrong).await,
        "400 BadRequestException Invalid patch path  '/statusCode' specified for op 'add'. Must be one of: [/responseParameters/{name}, /responseTemplates/{type}]"
    );
    assert_eq!(control.send("DELETE", &path, Value::Null).await.status, 202);
    assert_eq!(control.ok("GET", &path, Value::Null).await["defaultResponse"], true);
}

#[tokio::test]
async fn a_model_is_kept_byte_for_byte() {
    let (control, api) = with_api().await;
    let schema = "{ \"type\":\"object\",\r\n\t\"properties\": {} }  ";
    let sent =
        json!({"name": "Pet1", "description": "d", "schema": schema, "contentType": "application/json"});
    let told = control.send("POST", &format!("{api}/models"), sent.clone()).await;
    assert_eq!(told.status, 201, "{}", told.refusal());
    let path = format!("{api}/models/Pet1");
    let mut got = control.ok("GET", &path, Value::Null).await;
    assert_eq!(got, told.json);
    assert_eq!(got.as_object_mut().and_then(|got| got.remove("id")).expect("an id").to_string().len(), 8);
    assert_eq!(got, sent);
    let names = |list: Value| -> Vec<String> {
        let items = list["item"].as_array().cloned().unwrap_or_default();
        items.iter().map(|model| model["name"].as_str().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(
        names(control.ok("GET", &format!("{api}/models"), Value::Null).await),
        ["Empty", "Error", "Pet1"]
    );
    let operations = json!([
        {"op": "replace", "path": "/schema", "value": "{}"},
        {"op": "replace", "path": "/description", "value": "other"},
    ]);
    let updated = control.ok("PATCH", &path, patch(&operations)).await;
    assert_eq!((&updated["schema"], &updated["description"]), (&json!("{}"), &json!("other")));
    assert_eq!(control.send("DELETE", &path, Value::Null).await.status, 202);
    assert_eq!(
        control.refusal("GET", &path, Value::Null).await,
        "404 NotFoundException Invalid model name specified: Pet1"
    );
}

#[tokio::test]
async fn a_model_that_cannot_be_is_refused() {
    let (control, api) = with_api().await;
    let path = format!("{api}/models");
    for (sent, expected) in [
        (
            json!({"name": "Empty", "contentType": "application/json", "schema": "{}"}),
            "409 ConflictException Model name already exists for this REST API",
        ),
        (
            json!({"name": "a_b", "contentType": "application/json", "schema": "{}"}),
            "400 BadRequestException Model name must be alphanumeric: a_b",
        ),
        (
            json!({"name": "", "contentType": "application/json"}),
            "400 BadRequestException Model name must be non-empty",
        ),
        (
            json!({"name": "A", "contentType": "application/json", "schema": ""}),
            "400 BadRequestException Model schema must have at least 1 property or array items defined",
        ),
        (
            json!({"name": "A", "contentType": "application/json", "schema": "{\"type\":"}),
            "400 BadRequestException Invalid model specified: Validation Result: warnings : [], errors : [Invalid model schema specified]",
        ),
        (
            json!({"schema": "{}"}),
            "400 ValidationException 2 validation errors detected: Value null at 'createModelInput.name' failed to satisfy constraint: Member must not be null; Value null at 'createModelInput.contentType' failed to satisfy constraint: Member must not be null",
        ),
        (
            json!({"name": "A", "contentType": "application/json", "schema": {}}),
            "400 SerializationException Start of structure or map found where not expected.",
        ),
    ] {
        assert_eq!(control.refusal("POST", &path, sent).await, expected);
    }
    let wrong = patch(&json!([{"op": "replace", "path": "/name", "value": "B"}]));
    assert_eq!(
        control.refusal("PATCH", &format!("{path}/Empty"), wrong).await,
        "400 BadRequestException Invalid patch path  '/name' specified for op 'replace'. Must be one of: [/schema, /description]"
    );
}

const MODELS: &str = r##"{
  "openapi": "3.0.1", "info": {"title": "t"},
  "paths": {"/pets": {"post": {
    "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pets"}}}},
    "responses": {"200": {"description": "ok", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}}},
    "x-amazon-apigateway-request-validator": "all",
    "x-amazon-apigateway-integration": {"type": "mock"}
  }}},
  "components": {"schemas": {
    "Pets": {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}},
    "Pet": {"type": "object", "properties": {
      "name": {"type": "string"}, "weight": {"type": "number"}, "age": {"type": "integer"}, "friend": {"$ref": "#/components/schemas/Pet"}
    }},
    "Alone": {"type": "object"}
  }},
  "x-amazon-apigateway-request-validators": {"all": {"validateRequestBody": true}}
}"##;

#[tokio::test]
async fn what_is_in_use_is_not_deleted() {
    let (control, _) = with_api().await;
    let api = control.send_bytes("POST", "/restapis?mode=import", Bytes::from(MODELS)).await.json;
    let api = format!("/restapis/{}", api["id"].as_str().expect("an id"));
    for (model, expected) in [
        ("Pet", "409 ConflictException Cannot delete model 'Pet', is referenced in model: 'Pets'"),
        (
            "Pets",
            "409 ConflictException Cannot delete model 'Pets', is referenced in method request: /pets/POST",
        ),
        ("Alone", "202  "),
        ("Alone", "404 NotFoundException Invalid model name specified: Alone"),
    ] {
        assert_eq!(control.refusal("DELETE", &format!("{api}/models/{model}"), Value::Null).await, expected);
    }
    let validators = control.ok("GET", &format!("{api}/requestvalidators"), Value::Null).await;
    let id = validators["item"][0]["id"].as_str().expect("a validator").to_owned();
    assert_eq!(
        control.refusal("DELETE", &format!("{api}/requestvalidators/{id}"), Value::Null).await,
        format!("409 ConflictException Cannot delete request validator '{id}', is referenced in a method")
    );
}

#[tokio::test]
async fn a_model_has_a_sample_and_a_flat_form() {
    let (control, _) = with_api().await;
    let api = control.send_bytes("POST", "/restapis?mode=import", Bytes::from(MODELS)).await.json;
    let path = format!("/restapis/{}/models/Pets", api["id"].as_str().expect("an id"));
    let flat = control.ok("GET", &format!("{path}?flatten=true"), Value::Null).await;
    let flat: Value = serde_json::from_str(flat["schema"].as_str().expect("a schema")).expect("JSON");
    assert_eq!(flat["items"], json!({"$ref": "#/definitions/Pet"}));
    assert_eq!(flat["definitions"]["Pet"]["properties"]["friend"], json!({"$ref": "#/definitions/Pet"}));
    let sample = control.ok("GET", &format!("{path}/default_template"), Value::Null).await;
    let sample = sample["value"].as_str().expect("a template");
    assert!(sample.starts_with("#set($inputRoot = $input.path('$'))\n[\n"), "{sample}");
    assert!(sample.contains("#foreach($elem in $inputRoot)"), "{sample}");
    assert!(sample.contains("\"name\" : \"foo\",\n"), "{sample}");
    assert!(sample.len() < 4000, "a model of itself comes to an end: {}", sample.len());
}

#[tokio::test]
async fn request_validators_come_and_go() {
    let (control, api) = with_api().await;
    let path = format!("{api}/requestvalidators");
    let made = control.ok("POST", &path, json!({"name": "all", "validateRequestBody": true})).await;
    let one = format!("{path}/{}", made["id"].as_str().expect("an id"));
    let mut expected = json!({
        "id": made["id"], "name": "all", "validateRequestBody": true, "validateRequestParameters": false,
    });
    assert_eq!(made, expected);
    assert_eq!(control.ok("GET", &one, Value::Null).await, expected);
    assert_eq!(control.ok("GET", &path, Value::Null).await, json!({"item": [expected]}));
    let operations = json!([
        {"op": "replace", "path": "/validateRequestParameters", "value": "true"},
        {"op": "replace", "path": "/validateRequestBody", "value": "false"},
        {"op": "replace", "path": "/name", "value": "parameters"},
    ]);
    expected = json!({
        "id": made["id"], "name": "parameters", "validateRequestBody": false, "validateRequestParameters": true,
    });
    assert_eq!(control.ok("PATCH", &one, patch(&operations)).await, expected);
    for (operation, told) in [
        (
            json!({"op": "replace", "path": "/other", "value": "x"}),
            "400 BadRequestException Invalid patch path  '/other' specified for op 'replace'. Must be one of: [/name, /validateRequestParameters, /validateRequestBody]",
        ),
        (
            json!({"op": "remove", "path": "/name"}),
            "400 BadRequestException Invalid patch path  '/name' specified for op 'remove'. Please choose supported operations",
        ),
        (
            json!({"op": "replace", "path": "/name", "value": ""}),
            "400 BadRequestException Request Validator name cannot be blank",
        ),
    ] {
        assert_eq!(control.refusal("PATCH", &one, patch(&json!([operation]))).await, told);
    }
    assert_eq!(control.send("DELETE", &one, Value::Null).await.status, 202);
    for verb in ["GET", "DELETE"] {
        assert_eq!(
            control.refusal(verb, &one, Value::Null).await,
            "404 NotFoundException Invalid Request Validator identifier specified"
        );
    }
}

#[tokio::test]
async fn authorizers_are_kept() {
    let (control, api) = with_api().await;
    let path = format!("{api}/authorizers");
    let uri = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/f/invocations";
    let sent = json!({"name": "a", "type": "TOKEN", "authorizerUri": uri, "identitySource": "method.request.header.A"});
    let made = control.ok("POST", &path, sent.clone()).await;
    let one = format!("{path}/{}", made["id"].as_str().expect("an id"));
    let expected = json!({
        "id": made["id"], "name": "a", "type": "TOKEN", "authType": "custom", "authorizerUri": uri,
        "identitySource": "method.request.header.A", "authorizerResultTtlInSeconds": 300,
    });
    assert_eq!(made, expected);
    assert_eq!(control.ok("GET", &path, Value::Null).await, json!({"item": [expected]}));
    let operations = json!([
        {"op": "replace", "path": "/authorizerResultTtlInSeconds", "value": "0"},
        {"op": "replace", "path": "/name", "value": "b"},
        {"op": "add", "path": "/providerARNs", "value": "arn:p"},
    ]);
    let updated = control.ok("PATCH", &one, patch(&operations)).await;
    assert_eq!((&updated["name"], &updated["providerARNs"]), (&json!("b"), &json!(["arn:p"])));
    assert_eq!(updated["authorizerResultTtlInSeconds"], 0);
    for (body, told) in [
        (json!({"name": "c", "type": "TOKEN"}), "400 BadRequestException Authorizer URI cannot be empty"),
        (
            json!({"name": "c", "type": "COGNITO_USER_POOLS"}),
            "400 BadRequestException COGNITO_USER_POOLS authorizers must have a provider ARN",
        ),
        (
            json!({"name": "b", "type": "TOKEN", "authorizerUri": uri}),
            "409 ConflictException Authorizer name must be unique. Authorizer b already exists in this RestApi.",
        ),
        (
            json!({"name": "c", "type": "TOKEN", "authorizerUri": uri, "authorizerResultTtlInSeconds": 3601}),
            "400 BadRequestException Invalid Authorizer Result TTL: 3601. It must be between 0 and 3600",
        ),
    ] {
        assert_eq!(control.refusal("POST", &path, body).await, told);
    }
    assert_eq!(control.send("DELETE", &one, Value::Null).await.status, 202);
    assert_eq!(
        control.refusal("GET", &one, Value::Null).await,
        "404 NotFoundException Invalid Authorizer identifier specified"
    );
}

#[tokio::test]
async fn tags_are_read_added_and_taken_away() {
    let (control, api) = with_api().await;
    let arn = format!("arn:aws:apigateway:us-east-1::{api}").replace('/', "%2F").replace(':', "%3A");
    let path = format!("/tags/{arn}");
    let tags = json!({"tags": {"team": "data", "a,b": "é"}});
    assert_eq!(control.send("PUT", &path, tags.clone()).await.status, 204);
    assert_eq!(control.ok("GET", &path, Value::Null).await, tags);
    assert_eq!(control.ok("GET", &api, Value::Null).await["tags"], tags["tags"]);
    let untag = control.send("DELETE", &format!("{path}?tagKeys=a%2Cb&tagKeys=none"), Value::Null).await;
    assert_eq!((untag.status, untag.bytes.len()), (204, 0));
    assert_eq!(control.ok("GET", &path, Value::Null).await, json!({"tags": {"team": "data"}}));
    let many: serde_json::Map<String, Value> = (0..50).map(|n| (n.to_string(), json!("x"))).collect();
    for (path, body, told) in [
        (
            path.as_str(),
            json!({"tags": {"aws:x": "y"}}),
            "400 BadRequestException Invalid tag specified: aws:x: tags that begin with aws: are AWS's own",
        ),
        (
            &path,
            json!({"tags": many}),
            "400 BadRequestException The maximum number of tags per resource is 50",
        ),
        (
            &path,
            json!({}),
            "400 ValidationException 1 validation error detected: Value null at 'tagResourceInput.tags' failed to satisfy constraint: Member must not be null",
        ),
        (
            "/tags/arn:aws:kinesis",
            json!({"tags": {}}),
            "400 BadRequestException Invalid resource ARN specified: arn:aws:kinesis",
        ),
        (
            "/tags/arn:aws:apigateway:us-east-1::%2Frestapis%2Fnosuchapi1%2Fstages%2Fprod",
            json!({"tags": {}}),
            "404 NotFoundException Invalid API identifier specified 123456789012:nosuchapi1",
        ),
        (
            "/tags/arn:aws:apigateway:us-east-1::%2Fapikeys%2Fx",
            json!({"tags": {}}),
            "404 NotFoundException Invalid API Key identifier specified",
        ),
        (
            "/tags/arn:aws:apigateway:us-east-1::%2Fusageplans%2Fx",
            json!({"tags": {}}),
            "404 NotFoundException Invalid Usage Plan ID specified",
        ),
    ] {
        assert_eq!(control.refusal("PUT", path, body).await, told);
    }
}

//! The control plane against botocore's model of API Gateway: verbs, paths, statuses, every member of every body, and what is answered.

use std::collections::{BTreeMap, BTreeSet};

use alluvium_api_gateway::ControlOperation;
use alluvium_testkit::python;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::control_scene::Control;

/// The service.
#[derive(Deserialize)]
pub(crate) struct ServiceModel {
    operations: BTreeMap<String, OperationModel>,
    shapes: BTreeMap<String, Shape>,
}

#[derive(Deserialize)]
struct OperationModel {
    http: Http,
    input: Option<Reference>,
    output: Option<Reference>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Http {
    method: String,
    request_uri: String,
    response_code: Option<u16>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reference {
    shape: String,
    location: Option<String>,
    location_name: Option<String>,
}

#[derive(Deserialize)]
struct Shape {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    required: Vec<String>,
    #[serde(default)]
    members: BTreeMap<String, Reference>,
    payload: Option<String>,
    member: Option<Reference>,
    value: Option<Reference>,
    #[serde(rename = "enum")]
    words: Option<Vec<String>>,
}

const SCRIPT: &str = "
import botocore.session, json
session = botocore.session.get_session()
print(json.dumps(session.get_component('data_loader').load_service_model('apigateway', 'service-2')))
";

/// Parts of the names of operations that this control plane does not have.
const NOT_BUILT: [&str; 16] = [
    "Account",
    "ApiKey",
    "Documentation",
    "DomainNameAccessAssociation",
    "Export",
    "GatewayResponse",
    "ImportRestApi",
    "Model",
    "PutRestApi",
    "RequestValidator",
    "Sdk",
    "GetTags",
    "TagResource",
    "UntagResource",
    "Usage",
    "VpcLink",
];

/// Authorizers that check JSON web tokens are not built: their configuration is passed over and their type refused.
const JWT: (&str, &str) = ("jwtConfiguration", "JWT");

impl ServiceModel {
    /// The model; `None` when there is no Python to ask.
    pub(crate) fn load() -> Option<Self> {
        let output = python()?.command().args(["-c", SCRIPT]).output().expect("the interpreter starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Some(serde_json::from_slice(&output.stdout).expect("botocore's model has this form"))
    }

    fn shape(&self, name: &str) -> &Shape {
        self.shapes.get(name).unwrap_or_else(|| panic!("the model has no shape {name}"))
    }

    fn operation(&self, name: &str) -> &OperationModel {
        self.operations.get(name).unwrap_or_else(|| panic!("the model has no operation {name}"))
    }

    /// The input of an operation whose body is JSON.
    fn json_input(&self, name: &str) -> Option<&Shape> {
        let shape = self.shape(&self.operation(name).input.as_ref()?.shape);
        shape.payload.is_none().then_some(shape)
    }

    /// What differs between a value and the shape that it should have; notes the members that are there.
    pub(crate) fn check(&self, shape_name: &str, value: &Value, seen: &mut BTreeSet<String>) -> Vec<String> {
        let shape = self.shape(shape_name);
        match (shape.kind.as_str(), value) {
            ("structure", Value::Object(members)) => {
                let mut wrong = Vec::new();
                for (name, value) in members {
                    let known = shape.members.iter().find(|(member, reference)| {
                        reference.location.is_none()
                            && reference.location_name.as_deref().unwrap_or(member) == name
                    });
                    match known {
                        None => wrong.push(format!("{shape_name} has no {name}")),
                        Some((member, reference)) => {
                            seen.insert(format!("{shape_name}.{member}"));
                            wrong.extend(self.check(&reference.shape, value, seen));
                        }
                    }
                }
                wrong
            }
            ("list", Value::Array(items)) => {
                let item = &shape.member.as_ref().expect("a list has members").shape;
                items.iter().flat_map(|value| self.check(item, value, seen)).collect()
            }
            ("map", Value::Object(entries)) => {
                let of = &shape.value.as_ref().expect("a map has values").shape;
                entries.values().flat_map(|value| self.check(of, value, seen)).collect()
            }
            ("string", Value::String(text))
                if shape.words.as_ref().is_none_or(|words| words.contains(text)) =>
            {
                Vec::new()
            }
            ("integer" | "long", Value::Number(number)) if number.is_i64() => Vec::new(),
            ("boolean", Value::Bool(_)) | ("double" | "timestamp", Value::Number(_)) => Vec::new(),
            (kind, value) => vec![format!("{shape_name} is a {kind}, not {value}")],
        }
    }

    /// Bodies with one member of the wrong type each, and where it is.
    fn wrong_bodies(&self, shape: &Shape) -> Vec<(String, Value)> {
        let mut bodies = Vec::new();
        for (name, reference) in shape.members.iter().filter(|(_, reference)| reference.location.is_none()) {
            let name = reference.location_name.as_deref().unwrap_or(name);
            for (place, value) in self.wrong_values(&reference.shape) {
                bodies.push((format!("{name}{place}"), json!({ name: value })));
            }
        }
        bodies
    }

    fn wrong_values(&self, shape_name: &str) -> Vec<(String, Value)> {
        let shape = self.shape(shape_name);
        let inner = |place: &str, values: Vec<(String, Value)>, wrap: fn(Value) -> Value| {
            let wrapped = values.into_iter();
            let wrapped = wrapped.map(|(below, value)| (format!("{place}{below}"), wrap(value)));
            wrapped.collect::<Vec<_>>()
        };
        let mut values = vec![match shape.kind.as_str() {
            "string" => (String::new(), json!(true)),
            _ => (String::new(), json!("text")),
        }];
        match shape.kind.as_str() {
            "structure" => {
                values.extend(inner(".", self.wrong_bodies(shape), |value| value));
            }
            "list" => {
                let item = &shape.member.as_ref().expect("a list has members").shape;
                values.extend(inner("[]", self.wrong_values(item), |value| json!([value])));
            }
            "map" => {
                let of = &shape.value.as_ref().expect("a map has values").shape;
                values.extend(inner("{}", self.wrong_values(of), |value| json!({ "key": value })));
            }
            _ => {}
        }
        values
    }
}

/// A path of this operation that leads nowhere.
fn nowhere(path: &str) -> String {
    let segments = path.split('/').map(|segment| match segment {
        "{status_code}" => "200",
        "{http_method}" => "GET",
        "{response_type}" => "DEFAULT_4XX",
        segment if segment.starts_with('{') => "nowhere",
        segment => segment,
    });
    segments.collect::<Vec<_>>().join("/")
}

#[test]
fn verbs_paths_and_statuses_are_those_of_the_model() {
    let Some(model) = ServiceModel::load() else { return };
    let built = ControlOperation::all();
    for operation in &built {
        let http = &model.operation(operation.name).http;
        let expected = (http.method.as_str(), http.request_uri.as_str(), http.response_code.unwrap_or(200));
        assert_eq!((operation.verb, operation.path, operation.status), expected, "{}", operation.name);
    }
    let missing = model.operations.keys().filter(|name| !built.iter().any(|built| built.name == *name));
    let missing: Vec<&String> =
        missing.filter(|name| !NOT_BUILT.iter().any(|part| name.contains(part))).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[tokio::test]
async fn every_member_of_every_body_is_read_as_its_type() {
    let Some(model) = ServiceModel::load() else { return };
    let control = Control::new();
    let (mut wrong, mut tried) = (Vec::new(), 0);
    for operation in ControlOperation::all() {
        let Some(shape) = model.json_input(operation.name) else { continue };
        for (place, body) in model.wrong_bodies(shape) {
            if place.starts_with(JWT.0) {
                continue;
            }
            let told = control.send(operation.verb, &nowhere(operation.path), body).await;
            tried += 1;
            if (told.status, told.code.as_str()) != (400, "SerializationException") {
                wrong.push(format!("{} {place}: {}", operation.name, told.refusal()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(tried >= 150, "{tried} members");
}

#[tokio::test]
async fn members_that_the_model_requires_have_to_be_there() {
    let Some(model) = ServiceModel::load() else { return };
    let control = Control::new();
    for operation in ControlOperation::all() {
        let Some(shape) = model.json_input(operation.name) else { continue };
        let place = |name: &String| shape.members[name].location.as_deref();
        let required: Vec<&String> = shape.required.iter().filter(|name| place(name).is_none()).collect();
        let is_asked =
            shape.required.iter().any(|name| place(name).is_none_or(|place| place == "querystring"));
        let told = control.send(operation.verb, &nowhere(operation.path), json!({})).await;
        let names_one = shape.required.iter().any(|name| told.refusal().contains(name.as_str()));
        let is_refused = told.code == "ValidationException" || (told.status == 400 && names_one);
        assert_eq!(is_refused, is_asked, "{}: {}", operation.name, told.refusal());
        for member in required {
            let expected = format!("{member}' failed to satisfy constraint: Member must not be null");
            assert!(told.refusal().contains(&expected), "{}: {}", operation.name, told.refusal());
        }
    }
}

#[tokio::test]
async fn the_words_of_enumerations_are_those_of_the_model() {
    let Some(model) = ServiceModel::load() else { return };
    let control = Control::new();
    for operation in ControlOperation::all() {
        let Some(shape) = model.json_input(operation.name) else { continue };
        for (name, reference) in shape.members.iter().filter(|(_, reference)| reference.location.is_none()) {
            let Some(words) = &model.shape(&reference.shape).words else { continue };
            let body = json!({ name: "no such word" });
            let told = control.send(operation.verb, &nowhere(operation.path), body).await.refusal();
            let set = told.split_once(&format!(".{name}' failed to satisfy")).map_or("", |(_, rest)| rest);
            let set = set.split_once("enum value set: [").map_or("", |(_, rest)| rest);
            let mut told_words: Vec<&str> = set.split(']').next().unwrap_or_default().split(", ").collect();
            let mut words: Vec<&str> =
                words.iter().map(String::as_str).filter(|word| *word != JWT.1).collect();
            told_words.sort_unstable();
            words.sort_unstable();
            assert_eq!(told_words, words, "{} {name}: {told}", operation.name);
        }
    }
}

/// A walk through the operations on one API, each answer held against the model.
struct Walk {
    model: ServiceModel,
    control: Control,
    seen: BTreeSet<String>,
    performed: BTreeSet<&'static str>,
}

impl Walk {
    async fn call(&mut self, name: &str, path: &str, body: Value) -> Value {
        let operation = ControlOperation::all().into_iter().find(|operation| operation.name == name);
        let operation = operation.unwrap_or_else(|| panic!("there is no {name}"));
        let told = self.control.send(operation.verb, path, body).await;
        assert_eq!(told.status, operation.status, "{name}: {}", told.refusal());
        match &self.model.operation(name).output {
            Some(output) => {
                let wrong = self.model.check(&output.shape, &told.json, &mut self.seen);
                assert!(wrong.is_empty(), "{name}: {wrong:?}");
            }
            None => assert!(told.bytes.is_empty(), "{name} answers nothing"),
        }
        self.performed.insert(operation.name);
        told.json
    }

    async fn patch(&mut self, name: &str, path: &str, target: &str, value: &str) -> Value {
        let operation = json!({ "op": "replace", "path": target, "value": value });
        self.call(name, path, json!({ "patchOperations": [operation] })).await
    }
}

/// Members of answers that nothing here has: warnings of imports, the message of a failed status, certificates and firewalls.
const NEVER_ANSWERED: [&str; 5] = [
    "Method.authorizerId",
    "RestApi.apiStatusMessage",
    "RestApi.warnings",
    "Stage.clientCertificateId",
    "Stage.webAclArn",
];

#[tokio::test]
async fn what_is_answered_is_in_the_model_and_all_of_it() {
    let Some(model) = ServiceModel::load() else { return };
    let (seen, performed) = (BTreeSet::new(), BTreeSet::new());
    let mut walk = Walk { model, control: Control::new(), seen, performed };
    let api = walk
        .call(
            "CreateRestApi",
            "/restapis",
            json!({"name": "n", "description": "d", "version": "1", "binaryMediaTypes": ["image/png"],
                "minimumCompressionSize": 1, "apiKeySource": "HEADER", "tags": {"a": "b"},
                "policy": r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"execute-api:Invoke","Resource":"execute-api:/*"}]}"#, "securityPolicy": "TLS_1_2", "endpointAccessMode": "BASIC",
                "endpointConfiguration": {"types": ["PRIVATE"], "vpcEndpointIds": ["vpce-1"]}}),
        )
        .await;
    let api = format!("/restapis/{}", api["id"].as_str().unwrap_or_default());
    let root = walk.call("GetRestApi", &api, Value::Null).await["rootResourceId"].clone();
    walk.call("CreateRestApi", "/restapis", json!({ "name": "second" })).await;
    walk.call("GetRestApis", "/restapis?limit=1", Value::Null).await;
    walk.patch("UpdateRestApi", &api, "/name", "renamed").await;
    let resources = format!("{api}/resources");
    let path = format!("{resources}/{}", root.as_str().unwrap_or_default());
    let pets = walk.call("CreateResource", &path, json!({ "pathPart": "pets" })).await;
    let pets = format!("{resources}/{}", pets["id"].as_str().unwrap_or_default());
    walk.patch("UpdateResource", &pets, "/pathPart", "dogs").await;
    walk_method(&mut walk, &pets).await;
    walk.call("GetResource", &format!("{pets}?embed=methods"), Value::Null).await;
    walk.call("GetResources", &format!("{resources}?limit=1&embed=methods"), Value::Null).await;
    walk_stages(&mut walk, &api).await;
    let method = format!("{pets}/methods/POST");
    walk.call("DeleteIntegrationResponse", &format!("{method}/integration/responses/200"), Value::Null).await;
    walk.call("DeleteIntegration", &format!("{method}/integration"), Value::Null).await;
    walk.call("DeleteMethodResponse", &format!("{method}/responses/200"), Value::Null).await;
    walk.call("DeleteMethod", &method, Value::Null).await;
    walk.call("DeleteResource", &pets, Value::Null).await;
    walk.call("DeleteRestApi", &api, Value::Null).await;

    let has_validators =
        ControlOperation::all().iter().any(|operation| operation.name == "CreateRequestValidator");
    let shapes = ["RestApi", "RestApis", "Resource", "Resources", "Method", "MethodResponse", "Integration"];
    let more = ["IntegrationResponse", "Deployment", "Deployments", "Stage", "Stages", "MethodSetting"];
    let all = ["TestInvokeMethodResponse", "CanarySettings", "AccessLogSettings", "MethodSnapshot"];
    for shape in shapes.into_iter().chain(more).chain(all) {
        for member in walk.model.shape(shape).members.keys() {
            let name = format!("{shape}.{member}");
            if name == "Method.requestValidatorId" && !has_validators {
                continue;
            }
            assert_ne!(walk.seen.contains(&name), NEVER_ANSWERED.contains(&name.as_str()), "{name}");
        }
    }
    let mine = ["RestApi", "Resource", "Method", "Integration", "Deployment", "Stage"];
    let missed = ControlOperation::all().into_iter().map(|operation| operation.name).filter(|name| {
        mine.iter().any(|part| name.contains(part))
            && !["Import", "PutRestApi", "Authorizer", "TagResource"].iter().any(|part| name.contains(part))
            && *name != "UntagResource"
            && !walk.performed.contains(name)
    });
    assert_eq!(missed.collect::<Vec<_>>(), [""; 0]);
}

async fn walk_method(walk: &mut Walk, resource: &str) {
    let method = format!("{resource}/methods/POST");
    let header = "method.request.header.a";
    walk.call(
        "PutMethod",
        &method,
        json!({"authorizationType": "AWS_IAM", "apiKeyRequired": true, "operationName": "o",
            "authorizationScopes": ["s"], "requestParameters": {header: true},
            "requestModels": {"application/json": "Empty"}}),
    )
    .await;
    walk.patch("UpdateMethod", &method, "/operationName", "p").await;
    let response = format!("{method}/responses/200");
    let body = json!({"responseParameters": {"method.response.header.b": true}, "responseModels": {"application/json": "Empty"}});
    walk.call("PutMethodResponse", &response, body).await;
    walk.patch("UpdateMethodResponse", &response, "/responseParameters/method.response.header.b", "false")
        .await;
    walk.call("GetMethodResponse", &response, Value::Null).await;
    let integration = format!("{method}/integration");
    walk.call(
        "PutIntegration",
        &integration,
        json!({"type": "HTTP", "httpMethod": "POST", "uri": "http://example.com", "connectionType": "VPC_LINK",
            "connectionId": "c", "credentials": "arn:aws:iam::123456789012:role/r", "tlsConfig": {"insecureSkipVerification": true},
            "requestParameters": {"integration.request.header.a": header}, "requestTemplates": {"application/json": "{}"},
            "contentHandling": "CONVERT_TO_TEXT", "responseTransferMode": "BUFFERED", "integrationTarget": "t"}),
    )
    .await;
    walk.patch("UpdateIntegration", &integration, "/timeoutInMillis", "5000").await;
    let response = format!("{integration}/responses/200");
    let body = json!({"selectionPattern": "2\\d\\d", "responseParameters": {"method.response.header.b": "'x'"},
        "responseTemplates": {"application/json": "{}"}, "contentHandling": "CONVERT_TO_TEXT"});
    walk.call("PutIntegrationResponse", &response, body).await;
    walk.patch("UpdateIntegrationResponse", &response, "/selectionPattern", "").await;
    walk.patch("UpdateIntegrationResponse", &response, "/selectionPattern", "200").await;
    walk.call("GetIntegrationResponse", &response, Value::Null).await;
    walk.call("GetIntegration", &integration, Value::Null).await;
    walk.call("GetMethod", &method, Value::Null).await;
    let validators = format!("{}/requestvalidators", resource.split("/resources").next().unwrap_or_default());
    let validator = walk.control.send("POST", &validators, json!({ "name": "v" })).await;
    if let Some(id) = validator.json["id"].as_str() {
        walk.patch("UpdateMethod", &method, "/requestValidatorId", id).await;
    }
    // Whatever the method answers, its shape is the model's.
    walk.call("TestInvokeMethod", &method, json!({ "headers": { "a": "b" } })).await;
}

async fn walk_stages(walk: &mut Walk, api: &str) {
    let deployments = format!("{api}/deployments");
    let body = json!({"stageName": "s1", "description": "d", "stageDescription": "e", "variables": {"v": "1"},
        "cacheClusterEnabled": true, "cacheClusterSize": "0.5", "tracingEnabled": true});
    let deployment = walk.call("CreateDeployment", &deployments, body).await;
    let id = deployment["id"].as_str().unwrap_or_default().to_owned();
    let second = walk.call("CreateDeployment", &deployments, json!({})).await;
    walk.call("GetDeployments", &format!("{deployments}?limit=1"), Value::Null).await;
    let deployment = format!("{deployments}/{}", second["id"].as_str().unwrap_or_default());
    walk.call("GetDeployment", &format!("{deployment}?embed=apisummary"), Value::Null).await;
    walk.patch("UpdateDeployment", &deployment, "/description", "d").await;
    walk.call("DeleteDeployment", &deployment, Value::Null).await;
    let stages = format!("{api}/stages");
    let body = json!({"stageName": "s2", "deploymentId": id, "description": "d", "variables": {"v": "1"},
        "documentationVersion": "1", "tags": {"a": "b"}, "canarySettings": {"percentTraffic": 1.5,
        "stageVariableOverrides": {"v": "2"}, "useStageCache": true}});
    walk.call("CreateStage", &stages, body).await;
    walk.call("GetStages", &stages, Value::Null).await;
    let stage = format!("{stages}/s2");
    walk.patch("UpdateStage", &stage, "/*/*/logging/loglevel", "INFO").await;
    walk.patch("UpdateStage", &stage, "/accessLogSettings/format", "$context.requestId").await;
    walk.patch(
        "UpdateStage",
        &stage,
        "/accessLogSettings/destinationArn",
        "arn:aws:logs:us-east-1:1:log-group:g",
    )
    .await;
    walk.call("GetStage", &stage, Value::Null).await;
    walk.call("FlushStageCache", &format!("{stage}/cache/data"), Value::Null).await;
    walk.call("FlushStageAuthorizersCache", &format!("{stage}/cache/authorizers"), Value::Null).await;
    walk.call("DeleteStage", &stage, Value::Null).await;
}

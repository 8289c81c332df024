//! How many of a thing there may be, and what stage variables may say.

use alluvium_api_gateway::{ApiGateway, Definition, GatewayOptions};
use indexmap::IndexMap;
use serde_json::{Value, json};

use crate::backend::{ACCOUNT_ID, REGION, clock};
use crate::control_scene::Control;

const DEFINITION: &str = "openapi: 3.0.1
info: {title: limits}
paths: {/a: {get: {x-amazon-apigateway-integration: {type: mock, requestTemplates: {application/json: '{\"statusCode\": 200}'}, responses: {default: {statusCode: 200}}}}}}
";

/// A gateway, its control plane, and an API of it.
fn scene() -> (ApiGateway, Control, String) {
    let gateway = ApiGateway::in_memory(GatewayOptions::new(ACCOUNT_ID, REGION), clock()).expect("a gateway");
    let control = Control::of(&gateway);
    let definition = Definition { text: DEFINITION, file_name: "api.yaml" };
    let id = gateway.import_rest_api(definition).expect("imports").api_id;
    (gateway, control, format!("/restapis/{id}"))
}

/// Makes things until one is refused: how many there are then, and the refusal.
async fn fill(control: &Control, path: &str, body: impl Fn(usize) -> Value) -> (usize, String) {
    let mut made = 0;
    loop {
        let told = control.send("POST", path, body(made)).await;
        if told.status >= 300 {
            return (made, told.refusal());
        }
        made += 1;
        assert!(made <= 2_000, "{path} has no limit");
    }
}

#[tokio::test]
async fn an_api_has_so_many_authorizers_models_and_validators() {
    let (_, control, api) = scene();
    let authorizer = |n| json!({"name": format!("a{n}"), "type": "COGNITO_USER_POOLS", "providerARNs": ["arn:aws:cognito-idp:us-east-1:123456789012:userpool/p"]});
    let model = |n| json!({"name": format!("m{n}"), "contentType": "application/json", "schema": "{}"});
    let reached = "429 LimitExceededException Maximum number of";
    let expected =
        |made: usize, what: &str| (made, format!("{reached} {what} for this API has been reached: {made}"));
    assert_eq!(fill(&control, &format!("{api}/authorizers"), authorizer).await, expected(10, "Authorizers"));
    assert_eq!(fill(&control, &format!("{api}/models"), model).await, expected(300, "Models"));
    let validators = fill(&control, &format!("{api}/requestvalidators"), |_| json!({})).await;
    assert_eq!(validators, expected(300, "Request Validators"));
}

#[tokio::test]
async fn a_definition_has_no_more_models_than_calls_can_make() {
    let (gateway, _, _) = scene();
    let schemas: serde_json::Map<_, _> =
        (0..301).map(|n| (format!("M{n}"), json!({"type": "object"}))).collect();
    let text =
        json!({"openapi": "3.0.1", "info": {"title": "t"}, "paths": {}, "components": {"schemas": schemas}});
    let text = text.to_string();
    let refused = gateway.import_rest_api(Definition { text: &text, file_name: "m.json" });
    let told = refused.map_or_else(|error| error.to_string(), |_| String::new());
    assert!(told.contains("an API has at most 300 models"), "{told}");
}

#[tokio::test]
async fn an_update_has_so_many_operations() {
    let (_, control, api) = scene();
    let update = |count| {
        let operation = json!({"op": "replace", "path": "/description", "value": "d"});
        json!({"patchOperations": vec![operation; count]})
    };
    control.ok("PATCH", &api, update(1_000)).await;
    assert_eq!(
        control.refusal("PATCH", &api, update(1_001)).await,
        "400 BadRequestException An update has at most 1000 patch operations; send several updates"
    );
}

#[tokio::test]
async fn stage_variables_are_as_many_as_aws_takes_and_say_what_it_takes() {
    let (gateway, control, api) = scene();
    let deployments = format!("{api}/deployments");
    let good = json!({"stageName": "prod", "variables": {"a_B1": "https://x.y/~z?q=1&r=-,#f"}});
    control.ok("POST", &deployments, good).await;
    let stage = format!("{api}/stages/prod");
    let before = control.ok("GET", &stage, Value::Null).await;
    let (name, value) = (
        "400 BadRequestException Invalid stage variable name: ",
        "400 BadRequestException Invalid stage variable value: ",
    );
    for (key, text, expected) in [
        ("a-b", "v", format!("{name}a-b. ")),
        ("\u{e9}", "v", format!("{name}\u{e9}. ")),
        ("v", "", format!("{value}. ")),
        ("v", "a b;c", format!("{value}a b;c. ")),
        ("v", "$x", format!("{value}$x. ")),
        ("v", "l\nm", format!("{value}l\nm. ")),
        (&"n".repeat(65), "v", "400 BadRequestException a stage variable name has 65 characters".to_owned()),
        (
            "v",
            &"x".repeat(513),
            "400 BadRequestException the value of the stage variable 'v' has 513".to_owned(),
        ),
    ] {
        let operation = json!({"op": "replace", "path": format!("/variables/{key}"), "value": text});
        let update = json!({ "patchOperations": [operation] });
        let told = control.refusal("PATCH", &stage, update).await;
        assert!(told.starts_with(&expected), "{key}={text}: {told}");
        let told = control
            .refusal("POST", &deployments, json!({"stageName": "other", "variables": {key: text}}))
            .await;
        assert!(told.starts_with(&expected), "{key}={text}: {told}");
        let variables = IndexMap::from([(key.to_owned(), text.to_owned())]);
        let id = api.trim_start_matches("/restapis/");
        assert!(gateway.deploy_if_changed(id, "prod", &variables).is_err(), "{key}={text} by configuration");
    }
    let many: serde_json::Map<_, _> = (0..101).map(|n| (format!("v{n}"), json!("x"))).collect();
    assert_eq!(
        control.refusal("POST", &deployments, json!({"stageName": "other", "variables": many})).await,
        "429 LimitExceededException a stage has at most 100 stage variables"
    );
    assert_eq!(control.ok("GET", &stage, Value::Null).await, before, "what is refused changes nothing");
}

#[tokio::test]
async fn an_api_has_so_many_deployments_and_configuration_makes_room() {
    let (gateway, control, api) = scene();
    let id = api.trim_start_matches("/restapis/");
    let none = IndexMap::new();
    let shown = gateway.deploy_if_changed(id, "prod", &none).expect("deploys");
    let deployments = format!("{api}/deployments");
    let (made, refusal) = fill(&control, &deployments, |_| json!({})).await;
    assert_eq!(made, 999);
    assert_eq!(
        refusal,
        "429 LimitExceededException Maximum number of Deployments for this API has been reached: 1000. Delete old ones that no stage shows"
    );
    assert!(gateway.create_deployment(id, "prod", &none).is_err());
    let next = gateway.deploy_if_changed(id, "test", &none).expect("makes room");
    control.ok("GET", &format!("{deployments}/{shown}"), Value::Null).await;
    control.ok("GET", &format!("{deployments}/{next}"), Value::Null).await;
    assert_eq!(fill(&control, &deployments, |_| json!({})).await.0, 0, "there are as many as before");
}

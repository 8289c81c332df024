//! What callers of the control plane may do: whatever the spelling of a path, wherever they come from, whichever way a role is named.

use alluvium_api_gateway::{ApiGateway, ControlOptions, ControlService, GatewayOptions};
use alluvium_clock::Clock;
use alluvium_iam::{AuthMode, Authenticator, ClientConnection, Iam};
use alluvium_sigv4::{Credentials, SigningParams, sign};
use bytes::Bytes;
use http::{Request, header};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::backend::{ACCOUNT_ID, REGION, clock};
use crate::control_scene::Control;

const ROLE: &str = "arn:aws:iam::123456789012:role/r";

/// A control plane that holds its callers to their policies, and an API in it.
struct Door {
    service: ControlService,
    iam: Iam,
    clock: Clock,
    api: String,
    root: String,
}

impl Door {
    async fn new() -> Self {
        let clock = clock();
        let gateway =
            ApiGateway::in_memory(GatewayOptions::new(ACCOUNT_ID, REGION), clock).expect("a gateway");
        let everybody = Control::of(&gateway);
        let api = everybody.ok("POST", "/restapis", json!({"name": "a", "tags": {"team": "x"}})).await;
        let (id, root) = (text(&api["id"]), text(&api["rootResourceId"]));
        let method = format!("/restapis/{id}/resources/{root}/methods/GET");
        everybody.ok("PUT", &method, json!({"authorizationType": "NONE"})).await;
        let iam = Iam::in_memory(clock, ACCOUNT_ID);
        let authenticator = Authenticator::new(iam.clone(), AuthMode::Enforce);
        let service = gateway.control_service(ControlOptions { region: REGION.to_owned(), authenticator });
        Self { service, iam, clock, api: id, root }
    }

    fn user(&self, name: &str, statements: &str) -> Credentials {
        self.iam.create_user(name).expect("a user");
        let document = format!("{{\"Version\":\"2012-10-17\",\"Statement\":[{statements}]}}");
        self.iam.put_user_policy(name, "p", &document).expect("a policy");
        self.iam.create_access_key(name).expect("a key")
    }

    /// Status and message.
    async fn told(&self, by: &Credentials, verb: &str, path: &str, body: &str, from: Option<&str>) -> String {
        let request = Request::builder()
            .method(verb)
            .uri(path)
            .header(header::HOST, "127.0.0.1:4566")
            .header(header::USER_AGENT, "terraform/1")
            .body(Bytes::from(body.to_owned()))
            .expect("a request");
        let (mut parts, body) = request.into_parts();
        if let Some(source_ip) = from {
            let source_ip = source_ip.parse().expect("an address");
            parts.extensions.insert(ClientConnection { source_ip, secure_transport: true });
        }
        let now = self.clock.now();
        let params =
            SigningParams { credentials: by, region: REGION, service: "apigateway", now, keys: None };
        sign(&mut parts, &body, &params).expect("signs");
        let response = self.service.clone().oneshot(Request::from_parts(parts, body)).await;
        let (parts, body) = response.unwrap_or_else(|never| match never {}).into_parts();
        let bytes = body.collect().await.unwrap_or_else(|never| match never {}).to_bytes();
        let json: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let message = json["message"].as_str().or(json["Message"].as_str()).unwrap_or_default();
        format!("{} {message}", parts.status.as_u16())
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

const EVERYTHING: &str = r#"{"Effect":"Allow","Action":"apigateway:*","Resource":"*"}"#;

#[tokio::test]
async fn no_spelling_of_a_path_gets_around_a_deny() {
    let door = Door::new().await;
    let api = &door.api;
    let deny = format!(
        r#"{EVERYTHING},{{"Effect":"Deny","Action":"apigateway:*","Resource":"arn:aws:apigateway:us-east-1::/restapis/{api}"}}"#
    );
    let user = door.user("mal", &deny);
    let (first, rest) = api.split_at(1);
    let byte = first.as_bytes()[0];
    for id in [api.clone(), format!("%{byte:02x}{rest}"), format!("%{byte:02X}{rest}")] {
        let told = door.told(&user, "GET", &format!("/restapis/{id}"), "", None).await;
        let expected = format!(
            "403 User: arn:aws:iam::123456789012:user/mal is not authorized to perform: apigateway:GET on resource: arn:aws:apigateway:us-east-1::/restapis/{api} with an explicit deny in an identity-based policy"
        );
        assert_eq!(told, expected, "{id}");
    }
    assert_eq!(door.told(&user, "GET", "/restapis", "", None).await, "200 ");
}

#[tokio::test]
async fn policies_can_ask_where_a_caller_comes_from_and_which_tags_are_meant() {
    let door = Door::new().await;
    let path = format!("/restapis/{}", door.api);
    let allow = |condition: &str| {
        format!(r#"{{"Effect":"Allow","Action":"apigateway:*","Resource":"*","Condition":{condition}}}"#)
    };
    let near = door.user("near", &allow(r#"{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}"#));
    assert_eq!(door.told(&near, "GET", &path, "", Some("10.1.2.3")).await, "200 ");
    assert!(door.told(&near, "GET", &path, "", Some("192.0.2.1")).await.starts_with("403 "));
    assert!(door.told(&near, "GET", &path, "", None).await.starts_with("403 "));
    for (name, condition, expected) in [
        ("agent", r#"{"StringLike":{"aws:UserAgent":"terraform/*"}}"#, "200"),
        ("region", r#"{"StringEquals":{"aws:RequestedRegion":"us-east-1"}}"#, "200"),
        ("elsewhere", r#"{"StringEquals":{"aws:RequestedRegion":"eu-west-1"}}"#, "403"),
        ("tagged", r#"{"StringEquals":{"aws:ResourceTag/team":"x"}}"#, "200"),
        ("other", r#"{"StringEquals":{"aws:ResourceTag/team":"y"}}"#, "403"),
    ] {
        let user = door.user(name, &allow(condition));
        let told = door.told(&user, "GET", &path, "", Some("10.1.2.3")).await;
        assert!(told.starts_with(expected), "{name}: {told}");
    }
    let tagger = door.user("tagger", &allow(r#"{"StringEquals":{"aws:RequestTag/team":"x"}}"#));
    for (body, expected) in [
        (r#"{"name":"b","tags":{"team":"x"}}"#, "201 "),
        (r#"{"name":"b","tags":{"team":"y"}}"#, "403 "),
        (r#"{"name":"b"}"#, "403 "),
    ] {
        let told = door.told(&tagger, "POST", "/restapis", body, None).await;
        assert!(told.starts_with(expected), "{body}: {told}");
    }
}

#[tokio::test]
async fn whichever_way_a_role_is_named_the_caller_has_to_be_allowed_to_pass_it() {
    let door = Door::new().await;
    let (api, root) = (&door.api, &door.root);
    let integration = format!("/restapis/{api}/resources/{root}/methods/GET/integration");
    let authorizers = format!("/restapis/{api}/authorizers");
    let put = format!("/restapis/{api}");
    let integrate = |role: &str| {
        json!({"type": "AWS", "httpMethod": "POST", "uri": "arn:aws:apigateway:us-east-1:kinesis:action/ListStreams", "credentials": role})
            .to_string()
    };
    let with_authorizer = json!({"openapi": "3.0.1", "info": {"title": "t"}, "paths": {}, "components": {"securitySchemes": {"s": {
        "type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "custom",
        "x-amazon-apigateway-authorizer": {"type": "token", "authorizerUri": "arn:aws:apigateway:us-east-1:lambda:path/f", "authorizerCredentials": ROLE}}}}})
    .to_string();
    let with_integration = json!({"openapi": "3.0.1", "info": {"title": "t"}, "paths": {"/k": {"get": {"x-amazon-apigateway-integration": {
        "type": "aws", "httpMethod": "POST", "uri": "arn:aws:apigateway:us-east-1:kinesis:action/ListStreams", "credentials": ROLE}}}}})
    .to_string();
    let account =
        json!({"patchOperations": [{"op": "replace", "path": "/cloudwatchRoleArn", "value": ROLE}]});
    let authorizer = json!({"name": "n", "type": "TOKEN", "authorizerUri": "arn:aws:apigateway:us-east-1:lambda:path/f", "authorizerCredentials": ROLE});
    let ways = [
        ("PUT", integration.as_str(), integrate(ROLE), ROLE),
        (
            "PUT",
            &integration,
            integrate("arn:aws:iam::123456789012:role/${stageVariables.r}"),
            "arn:aws:iam::123456789012:role/*",
        ),
        ("PATCH", "/account", account.to_string(), ROLE),
        ("POST", &authorizers, authorizer.to_string(), ROLE),
        ("POST", "/restapis?mode=import", with_integration.clone(), ROLE),
        ("POST", "/restapis?mode=import", with_authorizer, ROLE),
        ("PUT", &put, with_integration, ROLE),
    ];
    let cannot = door.user("cannot", EVERYTHING);
    let other = r#"{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::*:role/other"}"#;
    let other = door.user("other", &format!("{EVERYTHING},{other}"));
    let can = r#"{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::*:role/*","Condition":{"StringEquals":{"iam:PassedToService":"apigateway.amazonaws.com"}}}"#;
    let can = door.user("can", &format!("{EVERYTHING},{can}"));
    for (verb, path, body, role) in &ways {
        for (name, user) in [("cannot", &cannot), ("other", &other)] {
            let told = door.told(user, verb, path, body, None).await;
            let expected = format!(
                "403 User: arn:aws:iam::123456789012:user/{name} is not authorized to perform: iam:PassRole on resource: {role} because no identity-based policy allows the iam:PassRole action"
            );
            assert_eq!(told, expected, "{verb} {path} {body}");
        }
    }
    for (verb, path, body, _) in &ways {
        let told = door.told(&can, verb, path, body, None).await;
        assert!(told.starts_with("20"), "{verb} {path} {body}: {told}");
    }
    // Who calls the method is nobody's role.
    let told = door.told(&cannot, "PUT", &integration, &integrate("arn:aws:iam::*:user/*"), None).await;
    assert!(!told.starts_with("403"), "{told}");
}

#[tokio::test]
async fn a_policy_that_cannot_be_enforced_is_not_kept() {
    let control = Control::new();
    let api = text(&control.ok("POST", "/restapis", json!({"name": "a"})).await["id"]);
    let refused = "400 BadRequestException Invalid policy document. Please check the policy syntax and ensure that Principals are valid.";
    let statement = |rest: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"execute-api:/*"{rest}}}]}}"#
        )
    };
    let one = format!("/restapis/{api}");
    for policy in [
        statement(""),
        statement(r#","Principal":"*","Condition":{"NoSuchOperator":{"aws:SourceIp":"10.0.0.0/8"}}"#),
        format!("{}{}", statement(r#","Principal":"*""#), " ".repeat(8192)),
        "{\"Statement\":[]}".to_owned(),
        "[]".to_owned(),
    ] {
        let input = json!({"name": "b", "policy": policy});
        assert_eq!(control.refusal("POST", "/restapis", input).await, refused, "{policy}");
        let patch = json!({"patchOperations": [{"op": "replace", "path": "/policy", "value": policy}]});
        assert_eq!(control.refusal("PATCH", &one, patch).await, refused, "{policy}");
    }
    let definition = json!({"openapi": "3.0.1", "info": {"title": "t"}, "paths": {},
        "x-amazon-apigateway-policy": serde_json::from_str::<Value>(&statement("")).expect("JSON")});
    assert_eq!(control.refusal("POST", "/restapis?mode=import", definition.clone()).await, refused);
    assert_eq!(control.refusal("PUT", &one, definition).await, refused);
    let kept = control.ok("GET", &one, Value::Null).await;
    assert_eq!(kept["policy"], Value::Null);
}

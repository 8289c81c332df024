//! Custom domain names: made by calls, kept over a restart, and what a request to one of them reaches.

use alluvium_api_gateway::{ApiGateway, GatewayOptions};
use bytes::Bytes;
use http::Request;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::backend::{ACCOUNT_ID, REGION, clock};
use crate::control_model::ServiceModel;
use crate::control_scene::Control;

const DOMAIN: &str = "/domainnames/api.example.com";
const MAPPINGS: &str = "/domainnames/api.example.com/basepathmappings";

fn scene() -> (ApiGateway, Control) {
    let gateway = ApiGateway::in_memory(GatewayOptions::new(ACCOUNT_ID, REGION), clock()).expect("a gateway");
    let control = Control::of(&gateway);
    (gateway, control)
}

/// An API with GET /pets, deployed to the stage `prod`; its answer is its name.
async fn deployed(control: &Control, name: &str) -> String {
    let api = control.ok("POST", "/restapis", json!({ "name": name })).await;
    let (id, root) = (api["id"].as_str().expect("an id"), api["rootResourceId"].as_str().expect("a root"));
    let resources = format!("/restapis/{id}/resources");
    let pets = control.ok("POST", &format!("{resources}/{root}"), json!({"pathPart": "pets"})).await;
    let method = format!("{resources}/{}/methods/GET", pets["id"].as_str().expect("an id"));
    control.ok("PUT", &method, json!({"authorizationType": "NONE"})).await;
    control.ok("PUT", &format!("{method}/responses/200"), json!({})).await;
    let mock = json!({"type": "MOCK", "requestTemplates": {"application/json": "{\"statusCode\": 200}"}});
    control.ok("PUT", &format!("{method}/integration"), mock).await;
    let answer = json!({"responseTemplates": {"application/json": format!("{name} $context.stage")}});
    control.ok("PUT", &format!("{method}/integration/responses/200"), answer).await;
    control.ok("POST", &format!("/restapis/{id}/deployments"), json!({"stageName": "prod"})).await;
    id.to_owned()
}

/// Status and body of a GET; `none` when the request is for no deployed API.
async fn get(gateway: &ApiGateway, host: &str, path: &str) -> String {
    let request = Request::builder().uri(path).header("host", host).body(Bytes::new()).expect("a request");
    let service = gateway.invoke_service();
    if service.url_of(&request).is_none() {
        return "none".to_owned();
    }
    let response = service.oneshot(request).await.unwrap_or_else(|never| match never {});
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.unwrap_or_else(|never| match never {}).to_bytes();
    format!("{status} {}", String::from_utf8_lossy(&body))
}

fn change(path: &str, value: &str) -> Value {
    json!({"patchOperations": [{"op": "replace", "path": path, "value": value}]})
}

#[tokio::test]
async fn a_request_to_a_domain_name_reaches_the_api_of_its_base_path() {
    let (gateway, control) = scene();
    let (first, second) = (deployed(&control, "first").await, deployed(&control, "second").await);
    assert_eq!(get(&gateway, "api.example.com", "/pets").await, "none");
    control.ok("POST", "/domainnames", json!({"domainName": "api.example.com"})).await;
    let forbidden = r#"403 {"message":"Forbidden"}"#;
    assert_eq!(get(&gateway, "api.example.com", "/pets").await, forbidden);
    control.ok("POST", MAPPINGS, json!({"restApiId": first, "stage": "prod"})).await;
    control.ok("POST", MAPPINGS, json!({"restApiId": second, "stage": "prod", "basePath": "second"})).await;
    control.ok("POST", MAPPINGS, json!({"restApiId": second, "basePath": "any"})).await;
    for (host, path, expected) in [
        ("api.example.com", "/pets", "200 first prod"),
        ("API.example.com:4566", "/pets", "200 first prod"),
        ("api.example.com", "/second/pets", "200 second prod"),
        ("api.example.com", "/any/prod/pets", "200 second prod"),
        ("api.example.com", "/any/other/pets", forbidden),
        ("api.example.com", "/cats", r#"403 {"message":"Missing Authentication Token"}"#),
        ("other.example.com", "/pets", "none"),
        ("localhost:4566", "/pets", "none"),
        ("apigateway.us-east-1.amazonaws.com", "/restapis", "none"),
    ] {
        assert_eq!(get(&gateway, host, path).await, expected, "{host}{path}");
    }
    control.ok("PATCH", &format!("{MAPPINGS}/second"), change("/basePath", "moved")).await;
    control.ok("PATCH", &format!("{MAPPINGS}/(none)"), change("/restapiId", &second)).await;
    assert_eq!(get(&gateway, "api.example.com", "/moved/pets").await, "200 second prod");
    assert_eq!(get(&gateway, "api.example.com", "/pets").await, "200 second prod");
    assert_eq!(
        control.refusal("DELETE", &format!("/restapis/{second}"), Value::Null).await,
        "400 BadRequestException Please remove all base path mappings related to the API in your account before deleting the API."
    );
    control.ok("DELETE", &format!("{MAPPINGS}/%28none%29"), Value::Null).await;
    assert_eq!(get(&gateway, "api.example.com", "/pets").await, forbidden);
    control.ok("DELETE", DOMAIN, Value::Null).await;
    assert_eq!(get(&gateway, "api.example.com", "/moved/pets").await, "none");
    control.ok("DELETE", &format!("/restapis/{second}"), Value::Null).await;
}

#[tokio::test]
async fn an_api_without_its_own_endpoint_answers_to_its_domain_name_alone() {
    let (gateway, control) = scene();
    let api = deployed(&control, "first").await;
    control.ok("POST", "/domainnames", json!({"domainName": "api.example.com"})).await;
    control.ok("POST", MAPPINGS, json!({"restApiId": api, "stage": "prod"})).await;
    let own = [
        (format!("{api}.execute-api.localhost:4566"), "/prod/pets".to_owned()),
        ("localhost:4566".to_owned(), format!("/restapis/{api}/prod/_user_request_/pets")),
        ("localhost:4566".to_owned(), format!("/_aws/execute-api/{api}/prod/pets")),
    ];
    let forbidden = r#"403 {"message":"Forbidden"}"#;
    for (value, expected) in [("true", forbidden), ("false", "200 first prod"), ("true", forbidden)] {
        let disabled = change("/disableExecuteApiEndpoint", value);
        control.ok("PATCH", &format!("/restapis/{api}"), disabled).await;
        for (host, path) in &own {
            assert_eq!(get(&gateway, host, path).await, expected, "{value}: {host}{path}");
        }
        assert_eq!(get(&gateway, "api.example.com", "/pets").await, "200 first prod", "{value}");
    }
}

#[tokio::test]
async fn domain_names_are_there_after_a_restart() {
    let directory = tempfile::tempdir().expect("a directory");
    let open = || {
        let options = GatewayOptions::new(ACCOUNT_ID, REGION);
        ApiGateway::open(directory.path(), options, clock()).expect("the directory opens")
    };
    let (all, mappings) = {
        let gateway = open();
        let control = Control::of(&gateway);
        let api = deployed(&control, "kept").await;
        for name in ["api.example.com", "gone.example.com"] {
            control
                .ok(
                    "POST",
                    "/domainnames",
                    json!({"domainName": name, "certificatePrivateKey": "secret key"}),
                )
                .await;
        }
        control.ok("POST", MAPPINGS, json!({"restApiId": api, "stage": "prod", "basePath": "v1"})).await;
        control.ok("DELETE", "/domainnames/gone.example.com", Value::Null).await;
        control
            .ok(
                "PUT",
                "/tags/arn:aws:apigateway:us-east-1::%2Fdomainnames%2Fapi.example.com",
                json!({"tags": {"a": "b"}}),
            )
            .await;
        let all = control.ok("GET", "/domainnames", Value::Null).await;
        (all, control.ok("GET", MAPPINGS, Value::Null).await)
    };
    assert_eq!(all["item"][0]["tags"], json!({"a": "b"}));
    assert_eq!(all["item"].as_array().map(Vec::len), Some(1));
    let gateway = open();
    let control = Control::of(&gateway);
    assert_eq!(control.ok("GET", "/domainnames", Value::Null).await, all);
    assert_eq!(control.ok("GET", MAPPINGS, Value::Null).await, mappings);
    assert_eq!(get(&gateway, "api.example.com", "/v1/pets").await, "200 kept prod");
    let file = fs_err::read(directory.path().join("apis.redb")).expect("the file");
    assert!(!file.windows(10).any(|bytes| bytes == b"secret key"), "no private key is kept");
}

#[tokio::test]
async fn what_is_answered_is_in_the_model() {
    let (_gateway, control) = scene();
    let api = deployed(&control, "x").await;
    let sent = json!({"domainName": "api.example.com", "regionalCertificateArn": "arn:c", "tags": {"a": "b"},
        "endpointConfiguration": {"types": ["REGIONAL"]}, "securityPolicy": "TLS_1_0"});
    let domain = control.ok("POST", "/domainnames", sent).await;
    assert_eq!(domain["domainNameArn"], "arn:aws:apigateway:us-east-1::/domainnames/api.example.com");
    assert_eq!(control.ok("GET", DOMAIN, Value::Null).await, domain);
    let changed = control.ok("PATCH", DOMAIN, change("/securityPolicy", "TLS_1_2")).await;
    assert_eq!(changed["securityPolicy"], "TLS_1_2");
    let edge = control.ok("PATCH", DOMAIN, change("/endpointConfiguration/types/REGIONAL", "EDGE")).await;
    assert_eq!(edge["endpointConfiguration"]["types"], json!(["EDGE"]));
    let mapping =
        control.ok("POST", MAPPINGS, json!({"restApiId": api, "stage": "(none)", "basePath": ""})).await;
    assert_eq!(mapping, json!({"basePath": "(none)", "restApiId": api}));
    assert_eq!(control.ok("GET", &format!("{MAPPINGS}/(none)"), Value::Null).await, mapping);
    assert_eq!(control.ok("GET", "/clientcertificates", Value::Null).await, json!({"item": []}));
    let Some(model) = ServiceModel::load() else { return };
    let mut seen = std::collections::BTreeSet::new();
    for domain in [&domain, &changed, &edge] {
        assert_eq!(model.check("DomainName", domain, &mut seen), [""; 0]);
    }
    assert_eq!(model.check("BasePathMapping", &mapping, &mut seen), [""; 0]);
}

#[tokio::test]
async fn a_domain_name_that_cannot_be_is_refused() {
    let (_gateway, control) = scene();
    control.ok("POST", "/domainnames", json!({"domainName": "api.example.com"})).await;
    let own = "is a host name of this endpoint itself";
    for (name, expected) in [
        ("", "No Domain Name specified"),
        ("127.0.0.1", "Invalid domain name specified"),
        ("localhost", "Invalid domain name specified"),
        ("a.localhost", own),
        ("kinesis.us-east-1.amazonaws.com", own),
        ("*.us-east-1.amazonaws.com", own),
        ("API.example.com", "Invalid domain name specified"),
        ("a b.com", "Invalid domain name specified"),
        ("api.example.com", "The domain name you provided already exists."),
    ] {
        let told = control.refusal("POST", "/domainnames", json!({ "domainName": name })).await;
        assert!(told.starts_with("400 BadRequestException ") && told.contains(expected), "{name}: {told}");
    }
    for (name, value, expected) in [
        ("mutualTlsAuthentication", json!({"truststoreUri": "s3://a/b"}), "Mutual TLS is not supported"),
        ("endpointConfiguration", json!({"types": ["PRIVATE"]}), "Private domain names are not supported"),
        ("routingMode", json!("ROUTING_RULE_ONLY"), "Routing rules are not supported"),
        ("policy", json!("{}"), "Policies of domain names are not supported"),
    ] {
        let told = control
            .refusal("POST", "/domainnames", json!({"domainName": "b.example.com", name: value}))
            .await;
        assert!(told.starts_with("400 BadRequestException ") && told.contains(expected), "{name}: {told}");
    }
    let told = control.refusal("PATCH", DOMAIN, change("/securityPolicy", "none")).await;
    assert!(told.starts_with("400 BadRequestException Invalid patch value 'none'"), "{told}");
}

#[tokio::test]
async fn a_mapping_that_cannot_be_is_refused_and_what_is_not_there_is_not_found() {
    let (_gateway, control) = scene();
    let api = deployed(&control, "x").await;
    control.ok("POST", "/domainnames", json!({"domainName": "api.example.com"})).await;
    control.ok("POST", MAPPINGS, json!({"restApiId": api, "basePath": "a"})).await;
    for (body, expected) in [
        (json!({"restApiId": "nowhere"}), "400 BadRequestException Invalid REST API identifier specified"),
        (
            json!({"restApiId": api, "stage": "x"}),
            "400 BadRequestException Invalid stage identifier specified",
        ),
        (
            json!({"restApiId": api, "basePath": "a"}),
            "409 ConflictException Base path already exists for this domain name",
        ),
        (
            json!({"restApiId": api, "basePath": "a/b"}),
            "400 BadRequestException API Gateway V1 doesn't support the slash",
        ),
        (json!({"restApiId": api, "basePath": "\u{e9}"}), "400 BadRequestException Base paths should be"),
        (
            json!({"restApiId": api, "basePath": "a".repeat(301)}),
            "400 BadRequestException Base paths should be",
        ),
    ] {
        let told = control.refusal("POST", MAPPINGS, body).await;
        assert!(told.starts_with(expected), "{told}");
    }
    let no_domain = "404 NotFoundException Invalid domain name identifier specified";
    let no_mapping = "404 NotFoundException Invalid base path mapping identifier specified";
    for (verb, path, expected) in [
        ("GET", "/domainnames/x.example.com", no_domain),
        ("DELETE", "/domainnames/x.example.com", no_domain),
        ("GET", "/domainnames/x.example.com/basepathmappings", no_domain),
        ("GET", "/domainnames/api.example.com/basepathmappings/b", no_mapping),
        ("DELETE", "/domainnames/api.example.com/basepathmappings/b", no_mapping),
        ("GET", "/clientcertificates/x", "404 NotFoundException Invalid Client Certificate ID specified"),
    ] {
        let told = control.refusal(verb, path, Value::Null).await;
        assert!(told.starts_with(expected), "{verb} {path}: {told}");
    }
    let told = control.refusal("PATCH", &format!("{MAPPINGS}/a"), change("/stage", "nowhere")).await;
    assert_eq!(told, "400 BadRequestException Invalid stage identifier specified");
}

//! Resource policies: who may call an API, and from where, by the table of AWS's "authorization flow".

use std::net::{IpAddr, SocketAddr};

use alluvium_api_gateway::{ApiGateway, GatewayOptions};
use alluvium_clock::Clock;
use alluvium_iam::{AuthMode, Authenticator, Iam};
use alluvium_sigv4::{Credentials, SigningParams, sign};
use bytes::Bytes;
use http::{Request, header};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::backend::{ACCOUNT_ID, REGION, clock};
use crate::control_scene::Control;

const DEFINITION: &str = "openapi: 3.0.1
info: {title: policies}
paths:
  /open:
    get: {x-amazon-apigateway-integration: &mock {type: mock, requestTemplates: {application/json: '{\"statusCode\": 200}'}, responses: {default: {statusCode: 200}}}}
  /admin:
    get: {x-amazon-apigateway-integration: *mock}
  /files/{proxy+}:
    get: {x-amazon-apigateway-integration: *mock}
  /signed:
    get:
      x-amazon-apigateway-auth: {type: AWS_IAM}
      x-amazon-apigateway-integration: *mock
";

struct Gate {
    control: Control,
    gateway: ApiGateway,
    iam: Iam,
    clock: Clock,
    api_id: String,
}

impl Gate {
    /// An API with a policy of these statements, deployed.
    async fn new(statements: Value) -> Self {
        let clock = clock();
        let iam = Iam::in_memory(clock, ACCOUNT_ID);
        let options = GatewayOptions {
            authenticator: Some(Authenticator::new(iam.clone(), AuthMode::Enforce)),
            explains_errors: true,
            ..GatewayOptions::new(ACCOUNT_ID, REGION)
        };
        let gateway = ApiGateway::in_memory(options, clock).expect("a gateway");
        let control = Control::of(&gateway);
        let definition = alluvium_api_gateway::Definition { text: DEFINITION, file_name: "api.yaml" };
        let api_id = gateway.import_rest_api(definition).expect("imports").api_id;
        let gate = Self { control, gateway, iam, clock, api_id };
        gate.put(&json!({"Version": "2012-10-17", "Statement": statements}).to_string()).await;
        gate
    }

    /// Puts a policy and deploys it.
    async fn put(&self, policy: &str) {
        let operation = json!({"op": "replace", "path": "/policy", "value": policy});
        let path = format!("/restapis/{}", self.api_id);
        self.control.ok("PATCH", &path, json!({"patchOperations": [operation]})).await;
        self.gateway.create_deployment(&self.api_id, "prod", &indexmap::IndexMap::new()).expect("deploys");
    }

    fn request(&self, path: &str, from: &str) -> Request<Bytes> {
        let from: IpAddr = from.parse().expect("an address");
        Request::get(format!("/_aws/execute-api/{}/prod{path}", self.api_id))
            .header(header::HOST, "127.0.0.1:4566")
            .extension(SocketAddr::new(from, 50_000))
            .body(Bytes::new())
            .expect("a request")
    }

    /// Status and message of an unsigned request.
    async fn call(&self, path: &str, from: &str) -> String {
        self.send(self.request(path, from)).await
    }

    /// The same, signed.
    async fn signed(&self, credentials: &Credentials, path: &str) -> String {
        let (mut parts, body) = self.request(path, "10.0.0.1").into_parts();
        let params = SigningParams {
            credentials,
            region: REGION,
            service: "execute-api",
            now: self.clock.now(),
            keys: None,
        };
        sign(&mut parts, &body, &params).expect("signs");
        self.send(Request::from_parts(parts, body)).await
    }

    async fn send(&self, request: Request<Bytes>) -> String {
        let service = self.gateway.invoke_service();
        let (parts, body) =
            service.oneshot(request).await.unwrap_or_else(|never| match never {}).into_parts();
        let bytes = http_body_util::BodyExt::collect(body).await.expect("a whole body").to_bytes();
        let json: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let message = json["Message"].as_str().or(json["message"].as_str()).unwrap_or_default();
        format!("{} {}", parts.status.as_u16(), message.replace(&self.api_id, "API"))
    }

    /// A user of this account with these statements.
    fn user(&self, name: &str, statements: &Value) -> Credentials {
        self.iam.create_user(name).expect("a user");
        let document = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
        self.iam.put_user_policy(name, "p", &document).expect("a policy");
        self.iam.create_access_key(name).expect("a key")
    }
}

fn statement(effect: &str, resource: &str, condition: &Value) -> Value {
    json!({"Effect": effect, "Principal": "*", "Action": "execute-api:Invoke", "Resource": resource, "Condition": condition})
}

fn denied(path: &str, why: &str) -> String {
    format!(
        "403 User: anonymous is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:us-east-1:********9012:API/prod/GET/{path} {why}"
    )
}

const SILENT: &str = "because no resource-based policy allows the execute-api:Invoke action";
const EXPLICIT: &str = "with an explicit deny in a resource-based policy";

#[tokio::test]
async fn without_authorization_the_policy_has_to_allow_the_address_and_the_path() {
    let gate = Gate::new(json!([
        statement(
            "Allow",
            "execute-api:/*",
            &json!({"IpAddress": {"aws:SourceIp": ["192.0.2.0/24", "2001:db8::/32"]}})
        ),
        statement("Deny", "execute-api:/prod/GET/admin", &json!({})),
    ]))
    .await;
    for from in ["192.0.2.7", "2001:db8::1", "::ffff:192.0.2.7"] {
        assert_eq!(gate.call("/open", from).await, "200 ", "{from}");
    }
    for from in ["192.0.3.1", "127.0.0.1", "2001:db9::1"] {
        assert_eq!(gate.call("/open", from).await, denied("open", SILENT), "{from}");
    }
    for spelling in ["/admin", "/admin/", "/%61dmin", "/admin?x=/open"] {
        assert_eq!(gate.call(spelling, "192.0.2.7").await, denied("admin", EXPLICIT), "{spelling}");
    }
}

#[tokio::test]
async fn within_the_account_a_signed_method_needs_one_of_both_policies() {
    let gate = Gate::new(json!([
        {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:user/named"}, "Action": "execute-api:Invoke", "Resource": "execute-api:/*"},
        {"Effect": "Deny", "Principal": {"AWS": "arn:aws:iam::123456789012:user/shut"}, "Action": "execute-api:*", "Resource": "execute-api:/*"},
    ]))
    .await;
    let allow = json!([{"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}]);
    let deny = json!([{"Effect": "Deny", "Action": "execute-api:Invoke", "Resource": "*"}]);
    let other = json!([{"Effect": "Allow", "Action": "kinesis:*", "Resource": "*"}]);
    let ends = |answer: String, status: &str, end: &str| {
        assert!(answer.starts_with(status) && answer.ends_with(end), "{answer}");
    };
    let own = gate.user("own", &allow);
    ends(gate.signed(&own, "/signed").await, "200 ", "");
    let named = gate.user("named", &other);
    ends(gate.signed(&named, "/signed").await, "200 ", "");
    let nobody = gate.user("nobody", &other);
    ends(
        gate.signed(&nobody, "/signed").await,
        "403 ",
        "no identity-based policy allows the execute-api:Invoke action",
    );
    let shut = gate.user("shut", &allow);
    ends(gate.signed(&shut, "/signed").await, "403 ", EXPLICIT);
    let barred = gate.user("barred", &deny);
    ends(gate.signed(&barred, "/signed").await, "403 ", "with an explicit deny in an identity-based policy");
    assert_eq!(
        gate.call("/open", "10.0.0.1").await,
        denied("open", SILENT),
        "nobody is named without a signature"
    );
}

#[tokio::test]
async fn a_policy_shows_only_with_a_deployment_and_one_that_cannot_be_enforced_is_not_put() {
    let gate = Gate::new(json!([statement("Allow", "execute-api:/*", &json!({}))])).await;
    assert_eq!(gate.call("/open", "10.0.0.1").await, "200 ");
    let unknown = statement("Allow", "execute-api:/*", &json!({"StringEquals": {"aws:nosuchkey": "x"}}));
    let policy = json!({"Version": "2012-10-17", "Statement": [unknown]}).to_string();
    let operation = json!({"op": "replace", "path": "/policy", "value": policy});
    let path = format!("/restapis/{}", gate.api_id);
    let told = gate.control.refusal("PATCH", &path, json!({"patchOperations": [operation]})).await;
    assert!(told.starts_with("400 BadRequestException Invalid policy document"), "{told}");
    assert_eq!(gate.call("/open", "10.0.0.1").await, "200 ");
    let deny =
        json!({"Version": "2012-10-17", "Statement": [statement("Deny", "execute-api:/*", &json!({}))]});
    let operation = json!({"op": "replace", "path": "/policy", "value": deny.to_string()});
    gate.control.ok("PATCH", &path, json!({"patchOperations": [operation]})).await;
    assert_eq!(gate.call("/open", "10.0.0.1").await, "200 ", "not deployed yet");
    gate.gateway.create_deployment(&gate.api_id, "prod", &indexmap::IndexMap::new()).expect("deploys");
    assert_eq!(gate.call("/open", "10.0.0.1").await, denied("open", EXPLICIT));
}

#[tokio::test]
async fn no_spelling_of_a_path_gets_around_a_deny() {
    let gate = Gate::new(json!([
        statement("Allow", "execute-api:/*", &json!({})),
        statement("Deny", "execute-api:/prod/GET/files/secret/*", &json!({})),
    ]))
    .await;
    assert_eq!(gate.call("/files/open/1", "10.0.0.1").await, "200 ");
    for path in
        ["secret/1", "%73ecret/1", "secret%2F1", "open/../secret/1", "open%2f..%2Fsecret/1", "./secret/1"]
    {
        let answer = gate.call(&format!("/files/{path}"), "10.0.0.1").await;
        assert!(answer.starts_with("403 ") && answer.ends_with(EXPLICIT), "{path}: {answer}");
    }
}

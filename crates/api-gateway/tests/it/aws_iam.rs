//! AWS_IAM methods: who is let in, what the others read, and whose rights an integration has.

use alluvium_api_gateway::GatewayOptions;
use alluvium_clock::Clock;
use alluvium_iam::{AuthMode, Authenticator, Iam, TrustPolicy};
use alluvium_sigv4::{Credentials, SigningParams, sign};
use bytes::Bytes;
use http::{Request, header};

use crate::backend::{ACCOUNT_ID, Answer, REGION, Received, Scene, answering, clock, json_request, options};

const DEFINITION: &str = r#"openapi: 3.0.1
info: {title: signed}
paths:
  /who/{name}:
    x-amazon-apigateway-any-method:
      parameters: [{name: name, in: path}]
      x-amazon-apigateway-auth: {type: AWS_IAM}
      x-amazon-apigateway-integration:
        type: mock
        requestTemplates: {application/json: '{"statusCode": 200}'}
        responses: {default: {statusCode: 200, responseTemplates: {application/json: '#set($i = $context.identity)$i.userArn $i.user $i.caller $i.accountId $i.accessKey [$i.apiKey]'}}}
  /query:
    get:
      x-amazon-apigateway-auth: {type: AWS_IAM}
      x-amazon-apigateway-integration:
        type: mock
        requestTemplates: {application/json: '{"statusCode": 200}'}
        responses: {default: {statusCode: 200, responseTemplates: {application/json: "$input.params().querystring.keySet() $input.params('X-Amz-Signature')"}}}
  /proxied:
    get:
      parameters: [{name: X-Amz-Credential, in: query}]
      x-amazon-apigateway-auth: {type: AWS_IAM}
      x-amazon-apigateway-integration:
        type: http_proxy
        httpMethod: GET
        uri: http://files.local/base
        requestParameters: {integration.request.header.X-Mapped: method.request.querystring.X-Amz-Credential}
  /open-query:
    get:
      x-amazon-apigateway-integration:
        type: mock
        requestTemplates: {application/json: '{"statusCode": 200}'}
        responses: {default: {statusCode: 200, responseTemplates: {application/json: "$input.params('X-Amz-Date')"}}}
  /open:
    get:
      x-amazon-apigateway-integration:
        type: mock
        requestTemplates: {application/json: '{"statusCode": 200}'}
        responses: {default: {statusCode: 200, responseTemplates: {application/json: '[$context.identity.userArn]'}}}
  /as-caller:
    get:
      x-amazon-apigateway-auth: {type: AWS_IAM}
      x-amazon-apigateway-integration:
        type: aws
        httpMethod: POST
        uri: arn:aws:apigateway:us-east-1:kinesis:action/ListStreams
        credentials: arn:aws:iam::*:user/*
        responses: {default: {statusCode: 200}}
"#;

/// A gateway that asks who calls, its users, and an API of it.
struct Gate {
    scene: Scene,
    iam: Iam,
    clock: Clock,
    api_id: String,
}

impl Gate {
    fn new(mode: AuthMode) -> Self {
        let clock = clock();
        let iam = Iam::in_memory(clock, ACCOUNT_ID);
        let trust = TrustPolicy::of_service("apigateway.amazonaws.com");
        iam.create_role("r", &trust).expect("a role");
        let authenticator = Some(Authenticator::new(iam.clone(), mode));
        let users = iam.clone();
        let scene = Scene::with(answering(200, "{}"), move |hop| GatewayOptions {
            authenticator,
            ..options_of(hop, &users)
        });
        let api_id = scene.deploy(DEFINITION);
        Self { scene, iam, clock, api_id }
    }

    /// A user with a policy of these statements.
    fn user(&self, name: &str, statements: &str) -> Credentials {
        self.iam.create_user(name).expect("a user");
        let document = format!("{{\"Version\":\"2012-10-17\",\"Statement\":[{statements}]}}");
        self.iam.put_user_policy(name, "p", &document).expect("a policy");
        self.iam.create_access_key(name).expect("a key")
    }

    fn request(&self, path: &str) -> Request<Bytes> {
        json_request("GET")
            .uri(format!("/_aws/execute-api/{}/prod{path}", self.api_id))
            .header(header::HOST, "127.0.0.1:4566")
            .body(Bytes::new())
            .expect("a request")
    }

    fn signed(&self, credentials: &Credentials, path: &str, region: &str, service: &str) -> Request<Bytes> {
        let (mut parts, body) = self.request(path).into_parts();
        let params = SigningParams { credentials, region, service, now: self.clock.now(), keys: None };
        sign(&mut parts, &body, &params).expect("signs");
        Request::from_parts(parts, body)
    }

    async fn send(&self, request: Request<Bytes>) -> Answer {
        self.scene.send_request(request).await
    }

    /// Status, error type and body of a signed request.
    async fn told(&self, credentials: &Credentials, path: &str) -> String {
        told(&self.send(self.signed(credentials, path, REGION, "execute-api")).await)
    }
}

fn told(answer: &Answer) -> String {
    format!("{} {} {}", answer.status, answer.header("x-amzn-errortype"), answer.body)
}

fn options_of(hop: alluvium_api_gateway::HttpHop, iam: &Iam) -> GatewayOptions {
    let mut options = options(hop);
    for target in options.services.values_mut() {
        target.credentials = alluvium_api_gateway::CredentialsSource::ExecutionRole(iam.clone());
    }
    options
}

const ALLOW: &str =
    r#"{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"arn:aws:execute-api:*:*:*/prod/GET/*"}"#;

#[tokio::test]
async fn a_user_whose_policies_allow_it_gets_through_and_templates_see_who_it_is() {
    let gate = Gate::new(AuthMode::Enforce);
    let credentials = gate.user("ada", ALLOW);
    let id = gate.iam.user("ada").expect("the user").id;
    let (arn, key) = ("arn:aws:iam::123456789012:user/ada", &credentials.access_key_id);
    assert_eq!(
        gate.told(&credentials, "/who/x").await,
        format!("200  {arn} {id} {id} {ACCOUNT_ID} {key} []")
    );
    assert_eq!(told(&gate.send(gate.request("/open")).await), "200  []");
}

#[tokio::test]
async fn a_session_of_a_role_is_known_by_its_role_and_session() {
    let gate = Gate::new(AuthMode::Enforce);
    let document = format!("{{\"Version\":\"2012-10-17\",\"Statement\":[{ALLOW}]}}");
    gate.iam.put_role_policy("r", "p", &document).expect("a policy");
    let credentials = gate.iam.role_credentials(&gate.iam.role_arn("r")).expect("credentials");
    let answer = gate.told(&credentials, "/who/x").await;
    let role = "200  arn:aws:sts::123456789012:assumed-role/r/BackplaneAssumeRoleSession AROA";
    assert!(answer.starts_with(role), "{answer}");
}

#[tokio::test]
async fn a_user_whose_policies_do_not_allow_it_reads_which_kind_of_policy_it_was() {
    let gate = Gate::new(AuthMode::Enforce);
    let silent = gate.user("eve", r#"{"Effect":"Allow","Action":"kinesis:*","Resource":"*"}"#);
    let denied = gate.user(
        "mal",
        r#"{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"execute-api:Invoke","Resource":"arn:aws:execute-api:us-east-1:123456789012:*/prod/GET/who/secret"}"#,
    );
    let api_id = &gate.api_id;
    let message = |user: &str, path: &str, why: &str| {
        let resource = format!("arn:aws:execute-api:us-east-1:********9012:{api_id}/prod/GET/{path}");
        format!(
            "403 AccessDeniedException {{\"Message\":\"User: arn:aws:iam::123456789012:user/{user} is not authorized to perform: execute-api:Invoke on resource: {resource} {why}\"}}"
        )
    };
    let none = "because no identity-based policy allows the execute-api:Invoke action";
    assert_eq!(gate.told(&silent, "/who/x").await, message("eve", "who/x", none));
    let explicit = "with an explicit deny in an identity-based policy";
    for spelling in ["/who/secret", "/who/secret/", "/who/%73ecret", "/%77ho/secret?a=b"] {
        assert_eq!(gate.told(&denied, spelling).await, message("mal", "who/secret", explicit), "{spelling}");
    }
    assert!(gate.told(&denied, "/who/other").await.starts_with("200 "), "only that path");
}

#[tokio::test]
async fn a_request_without_a_right_signature_is_told_what_is_wrong_with_it() {
    let gate = Gate::new(AuthMode::Enforce);
    let good = gate.user("ada", ALLOW);
    let missing = "403 MissingAuthenticationTokenException {\"message\":\"Missing Authentication Token\"}";
    assert_eq!(told(&gate.send(gate.request("/who/x")).await), missing);
    let unknown = Credentials::new("AKIAIOSFODNN7EXAMPLE", "s".to_owned());
    assert_eq!(
        gate.told(&unknown, "/who/x").await,
        "403 UnrecognizedClientException {\"message\":\"The security token included in the request is invalid.\"}"
    );
    let wrong = Credentials::new(good.access_key_id.as_str(), "not the secret".to_owned());
    let answer = gate.told(&wrong, "/who/x").await;
    let mismatch =
        "403 InvalidSignatureException {\"message\":\"The request signature we calculated does not match";
    assert!(answer.starts_with(mismatch), "{answer}");
    let answer = told(&gate.send(gate.signed(&good, "/who/x", "eu-west-1", "execute-api")).await);
    assert_eq!(
        answer,
        "403 InvalidSignatureException {\"message\":\"Credential should be scoped to a valid region, not 'eu-west-1'. \"}"
    );
    let answer = told(&gate.send(gate.signed(&good, "/who/x", REGION, "kinesis")).await);
    assert_eq!(
        answer,
        "403 InvalidSignatureException {\"message\":\"Credential should be scoped to correct service: 'execute-api'. \"}"
    );
    let mut tampered = gate.signed(&good, "/who/x", REGION, "execute-api");
    *tampered.uri_mut() = gate.request("/who/y").uri().clone();
    let answer = told(&gate.send(tampered).await);
    assert!(answer.starts_with(mismatch), "{answer}");
    let mut bearer = gate.request("/who/x");
    bearer.headers_mut().insert(header::AUTHORIZATION, header::HeaderValue::from_static("Bearer x"));
    let answer = told(&gate.send(bearer).await);
    assert!(
        answer.starts_with("403 IncompleteSignatureException {\"message\":\"Authorization header requires"),
        "{answer}"
    );
    assert!(gate.scene.received().is_empty(), "nothing reached a backend");
}

#[tokio::test(start_paused = true)]
async fn an_old_signature_and_an_expired_session_are_refused() {
    let gate = Gate::new(AuthMode::Enforce);
    let user = gate.user("ada", ALLOW);
    let session = gate.iam.role_credentials(&gate.iam.role_arn("r")).expect("credentials");
    let old = gate.signed(&user, "/who/x", REGION, "execute-api");
    tokio::time::advance(std::time::Duration::from_hours(2)).await;
    let answer = told(&gate.send(old).await);
    let expired = "403 InvalidSignatureException {\"message\":\"Signature expired: 20231114T221320Z is now earlier than";
    assert!(answer.starts_with(expired), "{answer}");
    assert_eq!(
        gate.told(&session, "/who/x").await,
        "403 ExpiredTokenException {\"message\":\"The security token included in the request is expired\"}"
    );
}

#[tokio::test]
async fn where_everybody_is_let_in_any_signature_is_taken_and_none_is_not() {
    let gate = Gate::new(AuthMode::Any);
    let unknown = Credentials::new("AKIAIOSFODNN7EXAMPLE", "s".to_owned());
    assert_eq!(
        gate.told(&unknown, "/who/x").await,
        "200  arn:aws:iam::123456789012:root 123456789012 123456789012 123456789012 AKIAIOSFODNN7EXAMPLE []"
    );
    assert!(told(&gate.send(gate.request("/who/x")).await).starts_with("403 MissingAuthenticationToken"));
}

#[tokio::test]
async fn an_integration_may_act_with_its_callers_own_credentials() {
    let gate = Gate::new(AuthMode::Enforce);
    let credentials = gate.user("ada", ALLOW);
    assert_eq!(gate.told(&credentials, "/as-caller").await, "200  {}");
    let received: Vec<Received> = gate.scene.received();
    let authorization = received[0].header("authorization");
    let signer =
        format!("AWS4-HMAC-SHA256 Credential={}/20231114/us-east-1/kinesis/", credentials.access_key_id);
    assert!(authorization.starts_with(&signer), "{authorization}");
}

#[tokio::test]
async fn without_users_a_signed_method_lets_nobody_in() {
    let scene = Scene::new(answering(200, "{}"));
    let api_id = scene.deploy(DEFINITION);
    let answer = scene.send(&api_id, json_request("GET"), "/prod/who/x", "").await;
    assert_eq!(told(&answer), "500 AuthorizerConfigurationException {\"message\":\"Internal server error\"}");
    assert!(answer.header("x-alluvium-cause").starts_with("this gateway was started without users"));
}

#[tokio::test]
async fn the_signature_of_a_presigned_request_reaches_no_backend_and_no_template() {
    let gate = Gate::new(AuthMode::Any);
    let signature = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20231114%2Fus-east-1%2Fexecute-api%2Faws4_request&X-Amz-Date=20231114T221320Z&X-Amz-Expires=300&X-Amz-SignedHeaders=host&X-Amz-Security-Token=t&X-Amz-Signature=0000000000000000000000000000000000000000000000000000000000000000";
    let path = |path: &str| format!("{path}?a=1&{signature}&b=X-Amz-Date");
    assert_eq!(told(&gate.send(gate.request(&path("/query"))).await), "200  [a, b] ");
    assert_eq!(gate.send(gate.request(&path("/proxied"))).await.status, 200);
    let received = gate.scene.received().pop().expect("the backend was called");
    assert_eq!(received.uri, "http://files.local/base?a=1&b=X-Amz-Date");
    assert_eq!(received.header("x-mapped"), "");
    let open = told(&gate.send(gate.request(&path("/open-query"))).await);
    assert_eq!(open, "200  20231114T221320Z", "a method that asks for no signature sees all parameters");
}

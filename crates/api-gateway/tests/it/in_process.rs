//! A service in the gateway's own process: it knows the execution role without a signature, and nobody else without one.

use alluvium_api_gateway::{CredentialsSource, GatewayOptions, HttpHop, HttpVerb, TestRequest};
use alluvium_iam::{AuthMode, Authenticator, Iam, TrustPolicy};
use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{Request, Response};

use crate::backend::{ACCOUNT_ID, Scene, answering, clock, json_request, options};

const DEFINITION: &str = r"openapi: 3.0.1
info: {title: in process}
paths:
  /streams:
    get:
      x-amazon-apigateway-integration:
        type: aws
        httpMethod: POST
        uri: arn:aws:apigateway:us-east-1:kinesis:action/ListStreams
        credentials: arn:aws:iam::123456789012:role/r
        requestTemplates: {application/json: '{}'}
        responses: {default: {statusCode: 200}}
";

/// A service of `theirs` that answers whom the process vouches for, and whether the request is signed.
fn scene(ours: &Iam, theirs: &Iam) -> Scene {
    let authenticator = Authenticator::new(theirs.clone(), AuthMode::Enforce);
    let iam = ours.clone();
    Scene::with(answering(200, ""), move |hop| {
        let mut options: GatewayOptions = options(hop);
        for target in options.services.values_mut() {
            let authenticator = authenticator.clone();
            target.credentials = CredentialsSource::InProcess(iam.clone());
            target.hop = HttpHop::new(tower::service_fn(move |request: Request<Bytes>| {
                let caller = authenticator.vouched(request.extensions());
                let is_signed = request.headers().contains_key(AUTHORIZATION);
                let arn = caller.map_or_else(|| "nobody".to_owned(), |caller| caller.arn.to_string());
                async move { Ok(Response::new(Bytes::from(format!("{arn} {is_signed}")))) }
            }));
        }
        options
    })
}

fn directory() -> Iam {
    let iam = Iam::in_memory(clock(), ACCOUNT_ID);
    iam.create_role("r", &TrustPolicy::of_service("apigateway.amazonaws.com")).expect("a role");
    iam
}

#[tokio::test]
async fn the_execution_role_is_vouched_for_and_nothing_is_signed() {
    let iam = directory();
    let scene = scene(&iam, &iam);
    let api_id = scene.deploy(DEFINITION);
    let answer = scene.send(&api_id, json_request("GET"), "/prod/streams", "").await;
    let session = "arn:aws:sts::123456789012:assumed-role/r/BackplaneAssumeRoleSession";
    assert_eq!(answer.body, format!("{session} false"));
}

#[tokio::test]
async fn a_service_with_users_of_its_own_believes_no_other_directory() {
    let scene = scene(&directory(), &directory());
    let api_id = scene.deploy(DEFINITION);
    let answer = scene.send(&api_id, json_request("GET"), "/prod/streams", "").await;
    assert_eq!(answer.body, "nobody false");
}

#[tokio::test]
async fn a_role_that_is_not_there_is_not_vouched_for() {
    let iam = Iam::in_memory(clock(), ACCOUNT_ID);
    let scene = scene(&iam, &iam);
    let api_id = scene.deploy(DEFINITION);
    let answer = scene.send(&api_id, json_request("GET"), "/prod/streams", "").await;
    assert_eq!(answer.status, 500);
    let cause = answer.header("x-alluvium-cause");
    assert!(
        cause.starts_with("the execution role arn:aws:iam::123456789012:role/r cannot be assumed"),
        "{cause}"
    );
}

#[tokio::test]
async fn a_request_that_a_log_shows_is_signed() {
    let iam = directory();
    let scene = scene(&iam, &iam);
    let api_id = scene.deploy(DEFINITION);
    let api = scene.gateway.rest_api(&api_id).expect("the API is there");
    let resource = api.resource_at("/streams").expect("the resource is there");
    let test = TestRequest::default();
    let invoked = scene.gateway.test_invoke_method(&api_id, &resource.id, HttpVerb::Get, test).await;
    assert_eq!(invoked.expect("the method is there").body, "nobody true");
}

//! APIs survive a restart, and what cannot be opened says why.

use alluvium_api_gateway::{ApiGateway, Definition, GatewayOptions, InvokeUrl, OpenError};
use bytes::Bytes;
use http::Request;
use indexmap::IndexMap;
use redb::{Database, TableDefinition};

use crate::backend::{ACCOUNT_ID, REGION, clock};

const DEFINITION: &str = "openapi: 3.0.1
info: {title: t}
paths:
  /a:
    get:
      x-amazon-apigateway-integration:
        type: mock
        requestTemplates: {application/json: '{\"statusCode\": 200}'}
        responses: {default: {statusCode: 200, responseTemplates: {application/json: '$stageVariables.v $context.deploymentId'}}}
";

fn open(directory: &std::path::Path) -> Result<ApiGateway, OpenError> {
    let options = GatewayOptions::new(ACCOUNT_ID, REGION);
    ApiGateway::open(directory, options, clock())
}

async fn get(gateway: &ApiGateway, api_id: &str) -> String {
    let url = InvokeUrl { api_id: api_id.to_owned(), stage: "prod".to_owned(), path: "/a".to_owned() };
    let response = gateway.invoke(&url, Request::new(Bytes::new())).await;
    format!("{} {}", response.status().as_u16(), String::from_utf8_lossy(response.body()))
}

#[tokio::test]
async fn an_api_and_its_stage_survive_a_restart() {
    let directory = tempfile::tempdir().expect("a directory");
    let definition = Definition { text: DEFINITION, file_name: "api.yaml" };
    let variables = IndexMap::from([("v".to_owned(), "one".to_owned())]);
    let (api_id, deployment_id) = {
        let gateway = open(directory.path()).expect("opens");
        let imported = gateway.import_or_put_rest_api(definition).expect("imports");
        let deployment = gateway.deploy_if_changed(&imported.api_id, "prod", &variables).expect("deploys");
        (imported.api_id, deployment)
    };
    let gateway = open(directory.path()).expect("opens again");
    assert_eq!(get(&gateway, &api_id).await, format!("200 one {deployment_id}"));
    let again = gateway.import_or_put_rest_api(definition).expect("imports again");
    assert_eq!((again.api_id.as_str(), again.is_new), (api_id.as_str(), false));
    let same = gateway.deploy_if_changed(&api_id, "prod", &variables).expect("deploys again");
    assert_eq!(same, deployment_id, "nothing changed, so the stage shows the same deployment");
}

#[tokio::test]
async fn edits_show_only_after_a_new_deployment() {
    let directory = tempfile::tempdir().expect("a directory");
    let gateway = open(directory.path()).expect("opens");
    let imported = gateway
        .import_or_put_rest_api(Definition { text: DEFINITION, file_name: "api.yaml" })
        .expect("imports");
    let first = gateway.create_deployment(&imported.api_id, "prod", &IndexMap::new()).expect("deploys");
    let changed = DEFINITION.replace("$stageVariables.v $context.deploymentId", "changed");
    gateway
        .put_rest_api(&imported.api_id, Definition { text: &changed, file_name: "api.yaml" })
        .expect("puts");
    assert_eq!(get(&gateway, &imported.api_id).await, format!("200  {first}"));
    let second = gateway.deploy_if_changed(&imported.api_id, "prod", &IndexMap::new()).expect("deploys");
    assert_ne!(first, second);
    assert_eq!(get(&gateway, &imported.api_id).await, "200 changed");
}

#[test]
fn a_directory_in_use_is_refused() {
    let directory = tempfile::tempdir().expect("a directory");
    let _first = open(directory.path()).expect("opens");
    let error = open(directory.path()).err().expect("refused").to_string();
    assert!(
        error.ends_with("apis.redb is in use by another process; stop it, or use another data directory"),
        "{error}"
    );
}

#[test]
fn a_newer_format_is_refused() {
    let directory = tempfile::tempdir().expect("a directory");
    {
        let database = Database::create(directory.path().join("apis.redb")).expect("a database");
        let transaction = database.begin_write().expect("begins");
        let meta: TableDefinition<'_, &str, u64> = TableDefinition::new("meta");
        transaction.open_table(meta).expect("a table").insert("format", 7).expect("inserts");
        transaction.commit().expect("commits");
    }
    let error = open(directory.path()).err().expect("refused").to_string();
    assert!(
        error.ends_with("apis.redb has format 7, this version reads up to 2; use the newer version"),
        "{error}"
    );
}

#[test]
fn what_is_not_a_database_is_refused_and_left_alone() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("apis.redb");
    fs_err::write(&file, b"not a database, but more than a page of text".repeat(200)).expect("writes");
    let before = fs_err::read(&file).expect("reads");
    let error = open(directory.path()).err().expect("refused").to_string();
    assert!(error.ends_with("apis.redb cannot be read"), "{error}");
    assert_eq!(fs_err::read(&file).expect("reads"), before);
}

#[test]
fn deploying_what_cannot_be_deployed_is_refused() {
    let directory = tempfile::tempdir().expect("a directory");
    let gateway = open(directory.path()).expect("opens");
    let empty = "openapi: 3.0.1\ninfo: {title: e}\npaths: {}\n";
    let imported = gateway.import_rest_api(Definition { text: empty, file_name: "e.yaml" }).expect("imports");
    let deploy = |api: &str, stage: &str| {
        gateway.create_deployment(api, stage, &IndexMap::new()).expect_err("refused").to_string()
    };
    assert_eq!(deploy("zzzzzzzzzz", "prod"), "there is no API 'zzzzzzzzzz'");
    assert_eq!(
        deploy(&imported.api_id, "prod"),
        format!("the REST API '{}' has no methods; add one before deploying it", imported.api_id)
    );
    assert_eq!(
        deploy(&imported.api_id, "a/b"),
        "stage name 'a/b' must be 1 to 128 letters, digits, hyphens and underscores"
    );
    let bare = "openapi: 3.0.1\ninfo: {title: b}\npaths: {/a: {get: {}}}\n";
    let imported = gateway.import_rest_api(Definition { text: bare, file_name: "b.yaml" }).expect("imports");
    let refused = gateway.deploy_if_changed(&imported.api_id, "prod", &IndexMap::new()).expect_err("refused");
    assert_eq!(
        refused.to_string(),
        "GET /a: integration: it is missing; every method needs one to be deployed"
    );
}

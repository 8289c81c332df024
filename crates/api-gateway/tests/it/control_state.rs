//! What calls have changed is there after a restart and after an abrupt stop, and nobody sees or loses half of a change.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use alluvium_api_gateway::{ApiGateway, GatewayOptions};
use serde_json::{Value, json};

use crate::backend::{ACCOUNT_ID, clock};
use crate::control_scene::Control;

fn open(directory: &Path) -> Control {
    let options = GatewayOptions::new(ACCOUNT_ID, "us-east-1");
    Control::of(&ApiGateway::open(directory, options, clock()).expect("the directory opens"))
}

/// Everything that can be read.
async fn everything(control: &Control) -> Value {
    let apis = control.ok("GET", "/restapis", Value::Null).await;
    let mut all = vec![apis.clone()];
    for api in apis["item"].as_array().into_iter().flatten() {
        let path = format!("/restapis/{}", api["id"].as_str().unwrap_or_default());
        for below in ["resources?embed=methods&limit=500", "stages", "deployments"] {
            all.push(control.ok("GET", &format!("{path}/{below}"), Value::Null).await);
        }
    }
    json!(all)
}

/// Calls that make, change and remove every kind of thing; `{api}`, `{root}`, `{pets}` and `{first}` are ids.
const CALLS: [(&str, &str, &str); 18] = [
    ("POST", "/restapis/{api}/resources/{root}", r#"{"pathPart":"a"}"#),
    ("PUT", "/restapis/{api}/resources/{pets}/methods/GET", r#"{"authorizationType":"NONE"}"#),
    ("PUT", "/restapis/{api}/resources/{pets}/methods/GET/responses/200", "{}"),
    (
        "PUT",
        "/restapis/{api}/resources/{pets}/methods/GET/integration",
        r#"{"type":"MOCK","requestTemplates":{"application/json":"{\"statusCode\": 200}\r\n\t##  é\u0000"}}"#,
    ),
    (
        "PUT",
        "/restapis/{api}/resources/{pets}/methods/GET/integration/responses/200",
        r##"{"responseTemplates":{"application/json":"#set($x = 1)\n$x"}}"##,
    ),
    ("POST", "/restapis/{api}/deployments", r#"{"stageName":"one","variables":{"a":"b"}}"#),
    ("POST", "/restapis/{api}/deployments", r#"{"stageName":"two"}"#),
    (
        "PATCH",
        "/restapis/{api}/stages/one",
        r#"{"patchOperations":[{"op":"replace","path":"/*/*/throttling/rateLimit","value":"12.5"}]}"#,
    ),
    (
        "PATCH",
        "/restapis/{api}/resources/{pets}",
        r#"{"patchOperations":[{"op":"replace","path":"/pathPart","value":"b"}]}"#,
    ),
    ("PATCH", "/restapis/{api}", r#"{"patchOperations":[{"op":"replace","path":"/name","value":"z"}]}"#),
    ("POST", "/restapis", r#"{"name":"second"}"#),
    ("DELETE", "/restapis/{api}/stages/two", ""),
    ("DELETE", "/restapis/{api}/resources/{pets}/methods/GET/integration/responses/200", ""),
    ("DELETE", "/restapis/{api}/resources/{pets}/methods/GET/integration", ""),
    ("DELETE", "/restapis/{api}/resources/{pets}/methods/GET/responses/200", ""),
    ("DELETE", "/restapis/{api}/resources/{pets}/methods/GET", ""),
    ("DELETE", "/restapis/{api}/resources/{pets}", ""),
    ("DELETE", "/restapis/{api}", ""),
];

#[tokio::test]
async fn after_each_call_an_abrupt_stop_leaves_what_was_answered() {
    let directory = tempfile::tempdir().expect("a directory");
    let control = open(directory.path());
    let api = control.ok("POST", "/restapis", json!({ "name": "first" })).await;
    let (api_id, root_id) =
        (api["id"].as_str().unwrap_or("?"), api["rootResourceId"].as_str().unwrap_or("?"));
    let mut pets_id = "?".to_owned();
    for (verb, path, body) in CALLS {
        let path = path.replace("{api}", api_id).replace("{root}", root_id).replace("{pets}", &pets_id);
        let body = if body.is_empty() { Value::Null } else { serde_json::from_str(body).expect("JSON") };
        let answer = control.ok(verb, &path, body).await;
        if answer["pathPart"] == "a" {
            pets_id = answer["id"].as_str().unwrap_or("?").to_owned();
        }
        // What is on the disk now is what a process that is killed now leaves.
        let left = tempfile::tempdir().expect("a directory");
        fs_err::copy(directory.path().join("apis.redb"), left.path().join("apis.redb"))
            .expect("it is copied");
        let reopened = open(left.path());
        assert_eq!(everything(&reopened).await, everything(&control).await, "after {verb} {path}");
    }
    let before = everything(&control).await;
    drop(control);
    assert_eq!(everything(&open(directory.path())).await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn editors_at_the_same_time_never_lose_each_others_changes() {
    let control = std::sync::Arc::new(Control::new());
    let api = control.ok("POST", "/restapis", json!({ "name": "shared" })).await;
    let api_path = format!("/restapis/{}", api["id"].as_str().unwrap_or("?"));
    let path = format!("{api_path}/resources/{}", api["rootResourceId"].as_str().unwrap_or("?"));
    let editors = (0..4).map(|editor| {
        let (control, path, api_path) = (std::sync::Arc::clone(&control), path.clone(), api_path.clone());
        tokio::spawn(async move {
            for number in 0..25 {
                let made =
                    control.ok("POST", &path, json!({ "pathPart": format!("r{editor}-{number}") })).await;
                let id = made["id"].as_str().unwrap_or("?").to_owned();
                let method = format!("{api_path}/resources/{id}/methods/GET");
                control.ok("PUT", &method, json!({ "authorizationType": "NONE" })).await;
            }
        })
    });
    for editor in editors.collect::<Vec<_>>() {
        editor.await.expect("the editor ends");
    }
    let all = control.ok("GET", &format!("{api_path}/resources?embed=methods&limit=500"), Value::Null).await;
    let items = all["item"].as_array().expect("items");
    let with_method = items.iter().filter(|item| item["resourceMethods"]["GET"]["httpMethod"] == "GET");
    assert_eq!((items.len(), with_method.count()), (101, 100));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn readers_never_see_half_of_a_move() {
    let control = std::sync::Arc::new(Control::new());
    let api = control.ok("POST", "/restapis", json!({ "name": "moving" })).await;
    let resources = format!("/restapis/{}/resources", api["id"].as_str().unwrap_or("?"));
    let child_of = async |parent: &str, part: &str| {
        let made = control.ok("POST", &format!("{resources}/{parent}"), json!({ "pathPart": part })).await;
        made["id"].as_str().unwrap_or("?").to_owned()
    };
    let top = child_of(api["rootResourceId"].as_str().unwrap_or("?"), "up").await;
    child_of(&child_of(&top, "middle").await, "low").await;
    let mover = {
        let (control, path) = (std::sync::Arc::clone(&control), format!("{resources}/{top}"));
        tokio::spawn(async move {
            for number in 0..100 {
                let value = if number % 2 == 0 { "down" } else { "up" };
                let operation = json!({ "op": "replace", "path": "/pathPart", "value": value });
                control.ok("PATCH", &path, json!({ "patchOperations": [operation] })).await;
            }
        })
    };
    let mut looks = 0;
    while !mover.is_finished() || looks == 0 {
        let all = control.ok("GET", &resources, Value::Null).await;
        let paths: Vec<&str> =
            all["item"].as_array().into_iter().flatten().filter_map(|item| item["path"].as_str()).collect();
        let up = ["/", "/up", "/up/middle", "/up/middle/low"];
        let down = ["/", "/down", "/down/middle", "/down/middle/low"];
        assert!(paths == up || paths == down, "{paths:?}");
        looks += 1;
        tokio::task::yield_now().await;
    }
    mover.await.expect("the mover ends");
}

#[tokio::test]
async fn an_update_that_is_refused_half_way_changes_nothing() {
    let control = Control::new();
    let api = control.ok("POST", "/restapis", json!({ "name": "before" })).await;
    let path = format!("/restapis/{}", api["id"].as_str().unwrap_or("?"));
    let good = json!({ "op": "replace", "path": "/name", "value": "after" });
    let bad = json!({ "op": "replace", "path": "/nothing", "value": "x" });
    let told = control.refusal("PATCH", &path, json!({ "patchOperations": [good, bad] })).await;
    assert_eq!(told, "400 BadRequestException Invalid patch path /nothing");
    assert_eq!(control.ok("GET", &path, Value::Null).await["name"], "before");
}

#[test]
fn the_file_is_its_owners_alone_also_when_it_was_not() {
    let directory = tempfile::tempdir().expect("a directory");
    let apis = directory.path().join("apis");
    let mode = |path: &Path| fs_err::metadata(path).expect("it is there").permissions().mode() & 0o777;
    drop(open(&apis));
    let file = apis.join("apis.redb");
    assert_eq!((mode(&apis), mode(&file)), (0o700, 0o600));
    fs_err::set_permissions(&file, PermissionsExt::from_mode(0o644)).expect("the mode changes");
    drop(open(&apis));
    assert_eq!(mode(&file), 0o600);
}

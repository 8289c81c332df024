//! The execution role decides what the gateway may do, and an API key who may call; and what is edited while the program is killed is there afterwards.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use serde_json::{Value, json};

use crate::program::{Server, http, text, try_http, workspace};

/// The headers of a request to the control plane that anybody may send to a server without users.
const ANYBODY: [(&str, &str); 3] = [
    ("Content-Type", "application/json"),
    ("X-Amz-Date", "20260101T000000Z"),
    (
        "Authorization",
        "AWS4-HMAC-SHA256 Credential=AKIAANYBODY/20260101/us-east-1/apigateway/aws4_request, \
         SignedHeaders=host;x-amz-date, Signature=0000000000000000000000000000000000000000000000000000000000000000",
    ),
];

pub(crate) fn control(server: &Server, method: &str, path: &str, body: &Value) -> Value {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let answer = http(method, &format!("{}{path}", server.endpoint), &ANYBODY, &body);
    assert!((200..300).contains(&answer.status), "{method} {path}: {} {}", answer.status, answer.body);
    if answer.body.is_empty() { Value::Null } else { answer.json() }
}

/// The example, its role having this for its actions.
fn example_with_actions(dir: &std::path::Path, actions: &str) -> Server {
    let example = workspace().join("examples/pinterest");
    let config = fs_err::read_to_string(example.join("alluvium.yaml")).unwrap();
    let put = "                  - kinesis:PutRecord\n";
    assert!(config.contains(put), "the example's role may put a record");
    let config = config
        .replace(put, actions)
        .replace("file: api.yaml", &format!("file: {}", text(&example.join("api.yaml"))))
        .replace("sql: pipelines/", &format!("sql: {}/pipelines/", text(&example)));
    let path = dir.join("alluvium.yaml");
    fs_err::write(&path, config).unwrap();
    Server::start(&dir.join("data"), &["-c", text(&path)])
}

#[test]
fn a_role_without_put_record_is_denied_by_name_through_the_gateway() {
    let dir = tempfile::tempdir().unwrap();
    let server = example_with_actions(dir.path(), "");
    let base = server.ready["invoke_urls"][0].as_str().unwrap();
    let put = |stream: &str| {
        let url = format!("{base}/streams/{stream}/record");
        http(
            "PUT",
            &url,
            &[("Content-Type", "application/json")],
            "{\"Data\": {\"a\": 1}, \"PartitionKey\": \"p\"}",
        )
    };
    let denied = put("streaming-demo-pin");
    assert_eq!(denied.status, 400, "{}", denied.body);
    let said = denied.json();
    assert_eq!(said["__type"], "AccessDeniedException");
    let message = said["message"].as_str().or(said["Message"].as_str()).unwrap();
    for part in [
        "User: arn:aws:sts::000000000000:assumed-role/demo-kinesis-access-role/",
        "is not authorized to perform: kinesis:PutRecord on resource: \
         arn:aws:kinesis:us-east-1:000000000000:stream/streaming-demo-pin",
        "because no identity-based policy allows the kinesis:PutRecord action",
    ] {
        assert!(message.contains(part), "{part:?} is not in {message}");
    }
    let listed = http("GET", &format!("{base}/streams"), &[], "");
    assert_eq!(listed.status, 200, "what the role may do it does: {}", listed.body);
}

#[test]
fn the_role_of_the_exercise_works_in_the_shipped_example() {
    let dir = tempfile::tempdir().unwrap();
    let server = example_with_actions(dir.path(), "                  - kinesis:PutRecord\n");
    let url =
        format!("{}/streams/streaming-demo-pin/record", server.ready["invoke_urls"][0].as_str().unwrap());
    let put = http(
        "PUT",
        &url,
        &[("Content-Type", "application/json")],
        "{\"Data\": {\"a\": 1}, \"PartitionKey\": \"p\"}",
    );
    assert_eq!(put.status, 200, "{}", put.body);
}

#[test]
fn an_api_key_of_a_usage_plan_opens_what_asks_for_one() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(&dir.path().join("data"), &[]);
    let api = control(&server, "POST", "/restapis", &json!({"name": "keyed"}));
    let (id, root) = (api["id"].as_str().unwrap(), api["rootResourceId"].as_str().unwrap());
    let method = format!("/restapis/{id}/resources/{root}/methods/GET");
    control(&server, "PUT", &method, &json!({"authorizationType": "NONE", "apiKeyRequired": true}));
    let answers = json!({"type": "MOCK", "requestTemplates": {"application/json": "{\"statusCode\": 200}"}});
    control(&server, "PUT", &format!("{method}/integration"), &answers);
    control(&server, "PUT", &format!("{method}/responses/200"), &json!({}));
    control(&server, "PUT", &format!("{method}/integration/responses/200"), &json!({}));
    control(&server, "POST", &format!("/restapis/{id}/deployments"), &json!({"stageName": "prod"}));
    let key = control(&server, "POST", "/apikeys", &json!({"name": "k", "enabled": true}));
    let plan = json!({"name": "p", "apiStages": [{"apiId": id, "stage": "prod"}]});
    let plan = control(&server, "POST", "/usageplans", &plan);
    let in_plan = format!("/usageplans/{}/keys", plan["id"].as_str().unwrap());
    control(&server, "POST", &in_plan, &json!({"keyId": key["id"], "keyType": "API_KEY"}));

    let url = format!("{}/_aws/execute-api/{id}/prod", server.endpoint);
    let value = key["value"].as_str().unwrap();
    let wrong = "0123456789012345678901234567890123456789";
    for (headers, status) in
        [(vec![], 403), (vec![("x-api-key", wrong)], 403), (vec![("x-api-key", value)], 200)]
    {
        let answer = http("GET", &url, &headers, "");
        assert_eq!(answer.status, status, "{}", answer.body);
    }
    let shown = control(&server, "GET", &format!("/apikeys/{}", key["id"].as_str().unwrap()), &Value::Null);
    assert!(shown.get("value").is_none(), "a value is shown when it is asked for alone: {}", shown["name"]);
    let asked = format!("/apikeys/{}?includeValue=true", key["id"].as_str().unwrap());
    assert_eq!(control(&server, "GET", &asked, &Value::Null)["value"], value);
}

#[test]
fn killed_among_edits_of_the_control_plane_every_acknowledged_one_is_there() {
    let dir = tempfile::tempdir().unwrap();
    let data_dir = dir.path().join("data");
    let server = Server::start(&data_dir, &[]);
    let api = control(&server, "POST", "/restapis", &json!({"name": "edited"}));
    let id = api["id"].as_str().unwrap().to_owned();
    let root = api["rootResourceId"].as_str().unwrap().to_owned();
    let dead = AtomicBool::new(false);
    let acknowledged = thread::scope(|scope| {
        let writers: Vec<_> = (0..3)
            .map(|writer| {
                let (endpoint, id, root, dead) = (server.endpoint.clone(), &id, &root, &dead);
                scope.spawn(move || edit_until_dead(&endpoint, id, root, writer, dead))
            })
            .collect();
        alluvium_testkit::wait_until("some dozen resources are made", || {
            let path = format!("/restapis/{id}/resources?limit=500");
            control(&server, "GET", &path, &Value::Null)["item"]
                .as_array()
                .is_some_and(|items| items.len() > 40)
        });
        dead.store(true, Ordering::SeqCst);
        server.program.kill();
        writers.into_iter().map(|writer| writer.join().unwrap()).collect::<Vec<_>>()
    });

    let again = Server::start(&data_dir, &[]);
    let found = control(&again, "GET", &format!("/restapis/{id}/resources?limit=500"), &Value::Null);
    let found: Vec<&str> =
        found["item"].as_array().unwrap().iter().filter_map(|item| item["pathPart"].as_str()).collect();
    for (writer, parts) in acknowledged.iter().enumerate() {
        for part in parts {
            assert!(
                found.contains(&part.as_str()),
                "{part} of writer {writer} was acknowledged and is not there"
            );
        }
        let own = found.iter().filter(|part| part.starts_with(&format!("w{writer}-"))).count();
        assert!(own <= parts.len() + 1, "only the edit in flight may be there without its acknowledgement");
    }
    assert!(acknowledged.iter().map(Vec::len).sum::<usize>() > 30);
}

/// Makes resources one after the other until the server is gone; the path parts that were acknowledged.
fn edit_until_dead(endpoint: &str, id: &str, root: &str, writer: usize, dead: &AtomicBool) -> Vec<String> {
    let mut acknowledged = Vec::new();
    // An API has room for 300.
    for number in 0..90 {
        let part = format!("w{writer}-{number}");
        let url = format!("{endpoint}/restapis/{id}/resources/{root}");
        match try_http("POST", &url, &ANYBODY, &json!({"pathPart": part}).to_string()) {
            Ok(answer) if answer.status == 201 => acknowledged.push(part),
            _ if dead.load(Ordering::SeqCst) => break,
            Ok(answer) => panic!("an edit was refused: {} {}", answer.status, answer.body),
            Err(error) => panic!("an edit failed while the server was alive: {error}"),
        }
    }
    acknowledged
}

//! The example's REST API with requests as `curl` sends them, through the gateway to the streams.

use serde_json::{Value, json};

use crate::program::{Answer, Server, http, text, workspace};
use crate::roles::control;

struct Api {
    server: Server,
    url: String,
    _dir: tempfile::TempDir,
}

fn api() -> Api {
    let dir = tempfile::tempdir().unwrap();
    let config = workspace().join("examples/pinterest/alluvium.yaml");
    let server = Server::start(&dir.path().join("data"), &["-c", text(&config)]);
    let url = server.ready["invoke_urls"][0].as_str().expect("an invoke URL").to_owned();
    Api { server, url, _dir: dir }
}

impl Api {
    fn call(&self, method: &str, path: &str, body: &str) -> Answer {
        http(method, &format!("{}{path}", self.url), &[("Content-Type", "application/json")], body)
    }

    fn ok(&self, method: &str, path: &str, body: &str) -> Value {
        let answer = self.call(method, path, body);
        assert_eq!(answer.status, 200, "{method} {path}: {}", answer.body);
        if answer.body.is_empty() { Value::Null } else { answer.json() }
    }

    fn shard_count(&self, stream: &str) -> usize {
        alluvium_testkit::wait_until(&format!("{stream} is ACTIVE"), || {
            self.call("GET", &format!("/streams/{stream}"), "").body.contains("\"ACTIVE\"")
        });
        let described = self.ok("GET", &format!("/streams/{stream}"), "");
        described["StreamDescription"]["Shards"].as_array().expect("shards").len()
    }
}

#[test]
fn streams_are_listed_described_created_and_deleted_through_the_api() {
    let api = api();
    let listed = api.ok("GET", "/streams", "");
    assert_eq!(
        listed["StreamNames"],
        json!(["streaming-demo-geo", "streaming-demo-pin", "streaming-demo-user"])
    );
    assert_eq!(api.shard_count("streaming-demo-pin"), 4, "on-demand streams begin with four shards");
    let summary = api.ok("GET", "/streams/streaming-demo-pin", "");
    assert_eq!(summary["StreamDescription"]["StreamModeDetails"]["StreamMode"], "ON_DEMAND");

    api.ok("POST", "/streams/by-default", "");
    assert_eq!(api.shard_count("by-default"), 5, "a POST without a ShardCount makes five shards");
    api.ok("POST", "/streams/by-count", "{\"ShardCount\": 2}");
    assert_eq!(api.shard_count("by-count"), 2);

    api.ok("DELETE", "/streams/by-count", "");
    alluvium_testkit::wait_until("by-count is gone", || {
        api.ok("GET", "/streams", "")["StreamNames"]
            .as_array()
            .is_some_and(|names| !names.contains(&json!("by-count")))
    });
}

#[test]
fn a_record_and_records_arrive_as_they_were_sent() {
    let api = api();
    api.shard_count("streaming-demo-geo");
    let put = api.ok(
        "PUT",
        "/streams/streaming-demo-geo/record",
        "{\"StreamName\": \"ignored\", \"Data\": {\"ind\": 1, \"country\": \"Côte d'Ivoire\"}, \"PartitionKey\": \"p\"}",
    );
    assert!(put["ShardId"].as_str().is_some_and(|shard| shard.starts_with("shardId-")), "{put}");
    assert!(put["SequenceNumber"].is_string(), "{put}");
    let many = api.ok(
        "PUT",
        "/streams/streaming-demo-geo/records",
        "{\"records\": [{\"data\": \"one\", \"partition-key\": \"a\"}, {\"data\": \"two\", \"partition-key\": \"b\"}]}",
    );
    assert_eq!(many["FailedRecordCount"], 0, "{many}");
    assert_eq!(many["Records"].as_array().map(Vec::len), Some(2));
}

#[test]
fn what_is_wrong_gets_its_status_and_a_clear_message() {
    let api = api();
    let missing = api.call("GET", "/nowhere", "");
    assert_eq!(
        (missing.status, missing.json()["message"].as_str()),
        (403, Some("Missing Authentication Token"))
    );
    assert!(
        missing.head.to_ascii_lowercase().contains("x-amzn-errortype: missingauthenticationtokenexception"),
        "{}",
        missing.head
    );
    assert_eq!(api.call("PATCH", "/streams", "").status, 403);

    let unknown = api.call("GET", "/streams/nowhere", "");
    assert_eq!(unknown.status, 400, "{}", unknown.body);
    assert_eq!(unknown.json()["__type"], "ResourceNotFoundException");
    assert_eq!(unknown.json()["message"], "Stream nowhere under account 000000000000 not found.");

    let malformed = api.call("PUT", "/streams/streaming-demo-geo/record", "{\"Data\": ");
    assert_eq!(malformed.status, 400, "{}", malformed.body);
    assert!(malformed.json()["message"].is_string(), "{}", malformed.body);

    let large = api.call("PUT", "/streams/streaming-demo-geo/record", &"x".repeat(10 * 1024 * 1024 + 1));
    assert_eq!((large.status, large.json()["message"].as_str()), (413, Some("Request Too Long")));
    assert_eq!(
        http(
            "GET",
            &format!("{}/restapis/zzzzzzzzzz/prod/_user_request_/streams", api.server.endpoint),
            &[],
            ""
        )
        .status,
        403
    );
}

#[test]
fn the_api_answers_at_each_form_of_its_invoke_url() {
    let api = api();
    let id = api.server.ready["apis"][0]["id"].as_str().expect("the ready line names the API").to_owned();
    let endpoint = &api.server.endpoint;
    let host = format!("{id}.execute-api.localhost:4566");
    for (url, headers) in [
        (format!("{endpoint}/prod/streams"), vec![("Host", host.as_str())]),
        (format!("{endpoint}/restapis/{id}/prod/_user_request_/streams"), vec![]),
        (format!("{endpoint}/_aws/execute-api/{id}/prod/streams"), vec![]),
    ] {
        let answer = http("GET", &url, &headers, "");
        assert_eq!(answer.status, 200, "{url}: {}", answer.body);
        assert!(answer.json()["StreamNames"].is_array(), "{url}");
    }
}

#[test]
fn a_custom_domain_name_answers_for_the_api_that_it_is_mapped_to() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(&dir.path().join("data"), &[]);
    let ask = |method: &str, path: &str, body: Value| control(&server, method, path, &body);
    let api = ask("POST", "/restapis", json!({"name": "greeting"}));
    let (id, root) = (api["id"].as_str().unwrap(), api["rootResourceId"].as_str().unwrap());
    let method = format!("/restapis/{id}/resources/{root}/methods/GET");
    ask("PUT", &method, json!({"authorizationType": "NONE"}));
    ask("PUT", &format!("{method}/responses/200"), json!({}));
    let template = json!({"application/json": "{\"statusCode\": 200}"});
    ask("PUT", &format!("{method}/integration"), json!({"type": "MOCK", "requestTemplates": template}));
    let template = json!({"application/json": "{\"greeting\": \"hello\"}"});
    let response = json!({"responseTemplates": template});
    ask("PUT", &format!("{method}/integration/responses/200"), response);
    ask("POST", &format!("/restapis/{id}/deployments"), json!({"stageName": "prod"}));
    ask("POST", "/domainnames", json!({"domainName": "api.example.com"}));
    let mapping = json!({"restApiId": id, "stage": "prod", "basePath": "v1"});
    ask("POST", "/domainnames/api.example.com/basepathmappings", mapping);

    let get =
        |path: &str| http("GET", &format!("{}{path}", server.endpoint), &[("Host", "api.example.com")], "");
    let mapped = get("/v1");
    assert_eq!((mapped.status, mapped.json()), (200, json!({"greeting": "hello"})));
    assert_eq!(get("/v2").status, 403, "no mapping");
    let large = "x".repeat(17 * 1024 * 1024);
    let refused = http("PUT", &format!("{}/v1", server.endpoint), &[("Host", "api.example.com")], &large);
    assert_eq!((refused.status, refused.json()), (413, json!({"message": "Request Too Long"})));
    let health = http("GET", &format!("{}/_alluvium/health", server.endpoint), &[], "");
    assert_eq!(health.status, 200, "the endpoint's own host is no custom domain");
}

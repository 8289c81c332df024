//! API keys and usage plans as their owner and their bearers meet them: made through the control plane, used at the invoke URL.

use std::time::Duration;

use alluvium_api_gateway::{ApiGateway, GatewayOptions, InvokeUrl, Limits};
use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

use crate::backend::{ACCOUNT_ID, REGION, clock};
use crate::control_scene::Control;

/// A gateway with one API: `/k` asks for a key, `/open` does not.
struct Plans {
    control: Control,
    gateway: ApiGateway,
    api_id: String,
}

const DEFINITION: &str = "openapi: 3.0.1
info: {title: keys}
paths:
  /k:
    get: {x-amazon-apigateway-integration: &mock {type: mock, requestTemplates: {application/json: '{\"statusCode\": 200}'}, responses: {default: {statusCode: 200, responseTemplates: {application/json: '$context.identity.apiKeyId'}}}}}
    post: {x-amazon-apigateway-integration: *mock}
  /open:
    get: {x-amazon-apigateway-integration: *mock}
";

impl Plans {
    fn new() -> Self {
        Self::with(GatewayOptions { explains_errors: true, ..GatewayOptions::new(ACCOUNT_ID, REGION) })
    }

    fn with(options: GatewayOptions) -> Self {
        let gateway = ApiGateway::in_memory(options, clock()).expect("a gateway");
        let control = Control::of(&gateway);
        Self { control, gateway, api_id: String::new() }
    }

    /// Makes the API and deploys it to `prod`.
    async fn deployed(mut self) -> Self {
        let file_name = "api.yaml";
        let imported = self
            .gateway
            .import_rest_api(alluvium_api_gateway::Definition { text: DEFINITION, file_name })
            .expect("imports");
        self.api_id = imported.api_id;
        let api = self.gateway.rest_api(&self.api_id).expect("the API");
        let resource = api.resource_at("/k").expect("the resource").id.clone();
        for verb in ["GET", "POST"] {
            let path = format!("/restapis/{}/resources/{resource}/methods/{verb}", self.api_id);
            let update =
                json!({"patchOperations": [{"op": "replace", "path": "/apiKeyRequired", "value": "true"}]});
            self.control.ok("PATCH", &path, update).await;
        }
        self.gateway.create_deployment(&self.api_id, "prod", &indexmap::IndexMap::new()).expect("deploys");
        self
    }

    /// Makes a key and returns its id and value.
    async fn key(&self, name: &str) -> (String, String) {
        let key = self.control.ok("POST", "/apikeys", json!({"name": name, "enabled": true})).await;
        (text(&key["id"]), text(&key["value"]))
    }

    /// Makes a plan for `prod` with these settings and the key in it; returns its id.
    async fn plan(&self, key_id: &str, settings: Value) -> String {
        let mut plan = json!({"name": "p", "apiStages": [{"apiId": self.api_id, "stage": "prod"}]});
        for (name, value) in settings.as_object().into_iter().flatten() {
            plan[name] = value.clone();
        }
        let id = text(&self.control.ok("POST", "/usageplans", plan).await["id"]);
        let path = format!("/usageplans/{id}/keys");
        self.control.ok("POST", &path, json!({"keyId": key_id, "keyType": "API_KEY"})).await;
        id
    }

    /// Status, error type and cause of a call of `verb` `path` with a key.
    async fn call(&self, verb: &str, path: &str, key: Option<&str>) -> String {
        let url = InvokeUrl { api_id: self.api_id.clone(), stage: "prod".to_owned(), path: path.to_owned() };
        let mut request = Request::builder().method(verb).uri(path);
        if let Some(key) = key {
            request = request.header("x-api-key", key);
        }
        let response = self.gateway.invoke(&url, request.body(Bytes::new()).expect("a request")).await;
        let header = |name| response.headers().get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let body = String::from_utf8_lossy(response.body());
        match header("x-amzn-errortype") {
            "" => format!("{} {body}", response.status().as_u16()),
            code => format!("{} {code} {body}; {}", response.status().as_u16(), header("x-alluvium-cause")),
        }
    }

    /// The statuses of so many calls at once.
    async fn statuses(&self, verb: &str, key: &str, calls: usize) -> String {
        let mut statuses = Vec::new();
        for _ in 0..calls {
            statuses.push(self.call(verb, "/k", Some(key)).await[..3].to_owned());
        }
        statuses.join(" ")
    }

    async fn patch(&self, path: &str, operations: Value) -> Value {
        self.control.ok("PATCH", path, json!({ "patchOperations": operations })).await
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_key_opens_the_methods_of_its_plans_stage_and_whatever_is_wrong_reads_forbidden() {
    let plans = Plans::new().deployed().await;
    let (id, value) = plans.key("k").await;
    let forbidden = |cause: &str| format!("403 ForbiddenException {{\"message\":\"Forbidden\"}}; {cause}");
    assert_eq!(plans.call("GET", "/open", None).await, "200 ");
    assert_eq!(
        plans.call("GET", "/k", None).await,
        forbidden("the method requires an API key, and the request has no x-api-key header")
    );
    assert_eq!(
        plans.call("GET", "/k", Some("nobody's key")).await,
        forbidden("the x-api-key header has no key of this account")
    );
    let in_no_plan = format!("no usage plan of the API key {id} has stage 'prod' of API {}", plans.api_id);
    assert_eq!(plans.call("GET", "/k", Some(&value)).await, forbidden(&in_no_plan));
    let plan_id = plans.plan(&id, json!({})).await;
    assert_eq!(plans.call("GET", "/k", Some(&value)).await, format!("200 {id}"));
    let path = format!("/apikeys/{id}");
    plans.patch(&path, json!([{"op": "replace", "path": "/enabled", "value": "false"}])).await;
    let disabled = format!("the API key {id} is not enabled");
    assert_eq!(plans.call("GET", "/k", Some(&value)).await, forbidden(&disabled));
    plans.patch(&path, json!([{"op": "replace", "path": "/enabled", "value": "true"}])).await;
    assert_eq!(plans.call("GET", "/k", Some(&value)).await, format!("200 {id}"));
    plans.control.ok("DELETE", &format!("/usageplans/{plan_id}/keys/{id}"), Value::Null).await;
    assert_eq!(plans.call("GET", "/k", Some(&value)).await, forbidden(&in_no_plan));
    plans.control.ok("DELETE", &path, Value::Null).await;
    assert_eq!(
        plans.call("GET", "/k", Some(&value)).await,
        forbidden("the x-api-key header has no key of this account")
    );
}

#[tokio::test(start_paused = true)]
async fn a_plan_throttles_each_key_by_itself_and_methods_by_their_own_settings() {
    let plans = Plans::new().deployed().await;
    let (first, first_value) = plans.key("first").await;
    let (second, second_value) = plans.key("second").await;
    let plan_id = plans.plan(&first, json!({"throttle": {"rateLimit": 2.0, "burstLimit": 3}})).await;
    let keys = format!("/usageplans/{plan_id}/keys");
    plans.control.ok("POST", &keys, json!({"keyId": second, "keyType": "API_KEY"})).await;
    assert_eq!(plans.statuses("GET", &first_value, 5).await, "200 200 200 429 429");
    assert_eq!(plans.statuses("GET", &second_value, 4).await, "200 200 200 429");
    assert_eq!(
        plans.call("GET", "/k", Some(&first_value)).await,
        format!(
            "429 TooManyRequestsException {{\"message\":\"Too Many Requests\"}}; the API key {first} calls more often than its usage plan allows"
        )
    );
    tokio::time::advance(Duration::from_secs(1)).await;
    assert_eq!(plans.statuses("GET", &first_value, 3).await, "200 200 429");
    let stage = format!("/apiStages/{}:prod/throttle", plans.api_id);
    let operations = json!([
        {"op": "replace", "path": format!("{stage}//k/POST/rateLimit"), "value": "1"},
        {"op": "replace", "path": format!("{stage}/~1k/POST/burstLimit"), "value": "1"},
    ]);
    let changed = plans.patch(&format!("/usageplans/{plan_id}"), operations).await;
    assert_eq!(changed["apiStages"][0]["throttle"], json!({"/k/POST": {"rateLimit": 1.0, "burstLimit": 1}}));
    assert_eq!(plans.statuses("POST", &first_value, 3).await, "200 429 429");
    assert_eq!(plans.statuses("GET", &first_value, 1).await, "429", "an edit elsewhere fills no bucket");
}

#[tokio::test(start_paused = true)]
async fn a_quota_is_counted_over_its_period_shown_by_day_and_can_be_extended() {
    let plans = Plans::new().deployed().await;
    let (id, value) = plans.key("k").await;
    // The clock begins on Tuesday, 2023-11-14, 22:13:20.
    let quota = json!({"limit": 3, "period": "WEEK", "offset": 1});
    let settings = json!({"quota": quota, "throttle": {"rateLimit": 100.0, "burstLimit": 100}});
    let plan_id = plans.plan(&id, settings).await;
    assert_eq!(plans.statuses("GET", &value, 2).await, "200 200");
    tokio::time::advance(Duration::from_hours(24)).await;
    assert_eq!(plans.statuses("GET", &value, 3).await, "200 429 429");
    assert_eq!(
        plans.call("GET", "/k", Some(&value)).await,
        format!(
            "429 LimitExceededException {{\"message\":\"Limit Exceeded\"}}; the API key {id} has used up the quota of its usage plan"
        )
    );
    let usage = format!("/usageplans/{plan_id}/usage?startDate=2023-11-13&endDate=2023-11-16");
    let shown = plans.control.ok("GET", &usage, Value::Null).await;
    let expected = json!({
        "usagePlanId": plan_id, "startDate": "2023-11-13", "endDate": "2023-11-16",
        "values": {id.clone(): [[0, 3], [2, 1], [1, 0], [0, 0]]},
    });
    assert_eq!(shown, expected);
    let path = format!("/usageplans/{plan_id}/keys/{id}/usage");
    let given = plans.patch(&path, json!([{"op": "replace", "path": "/remaining", "value": "2"}])).await;
    assert_eq!(given["values"][&id], json!([[1, 2]]));
    assert_eq!(plans.statuses("GET", &value, 3).await, "200 200 429");
    tokio::time::advance(Duration::from_hours(24 * 4)).await;
    assert_eq!(plans.statuses("GET", &value, 1).await, "429", "Sunday is of the same week");
    tokio::time::advance(Duration::from_hours(24)).await;
    assert_eq!(plans.statuses("GET", &value, 5).await, "200 200 200 429 429", "weeks begin on Monday");
}

#[tokio::test(start_paused = true)]
async fn a_throttled_request_uses_up_no_quota() {
    let plans = Plans::new().deployed().await;
    let (id, value) = plans.key("k").await;
    let quota = json!({"limit": 3, "period": "DAY"});
    plans.plan(&id, json!({"quota": quota, "throttle": {"rateLimit": 1.0, "burstLimit": 2}})).await;
    assert_eq!(plans.statuses("GET", &value, 9).await, "200 200 429 429 429 429 429 429 429");
    tokio::time::advance(Duration::from_secs(2)).await;
    assert_eq!(plans.statuses("GET", &value, 2).await, "200 429");
}

#[tokio::test(start_paused = true)]
async fn a_stages_settings_throttle_everybody_together_and_the_account_only_as_on_aws() {
    let plans = Plans::new().deployed().await;
    let path = format!("/restapis/{}/stages/prod", plans.api_id);
    let operations = json!([
        {"op": "replace", "path": "/*/*/throttling/rateLimit", "value": "1"},
        {"op": "replace", "path": "/*/*/throttling/burstLimit", "value": "2"},
    ]);
    plans.patch(&path, operations).await;
    let mut told = Vec::new();
    for _ in 0..3 {
        told.push(plans.call("GET", "/open", None).await);
    }
    let throttled = "429 TooManyRequestsException {\"message\":\"Too Many Requests\"}; the method is called more often than the stage's method settings allow";
    assert_eq!(told, ["200 ", "200 ", throttled]);
    let limited = |limits| async move {
        let options = GatewayOptions { limits, ..GatewayOptions::new(ACCOUNT_ID, REGION) };
        let plans = Plans::with(options).deployed().await;
        let mut through = 0;
        for _ in 0..5_100 {
            through += usize::from(plans.call("GET", "/open", None).await == "200 ");
        }
        through
    };
    assert_eq!(limited(Limits::None).await, 5_100);
    assert_eq!(limited(Limits::Aws).await, 5_000);
}

#[tokio::test]
async fn keys_plans_and_usage_survive_a_restart() {
    let directory = tempfile::tempdir().expect("a directory");
    let open = || {
        let options = GatewayOptions::new(ACCOUNT_ID, REGION);
        let gateway = ApiGateway::open(directory.path(), options, clock()).expect("opens");
        Plans { control: Control::of(&gateway), gateway, api_id: String::new() }
    };
    let (api_id, plan_id, id, value) = {
        let plans = open().deployed().await;
        let (id, value) = plans.key("k").await;
        let plan_id = plans.plan(&id, json!({"quota": {"limit": 3, "period": "DAY"}})).await;
        assert_eq!(plans.statuses("GET", &value, 2).await, "200 200");
        plans.gateway.save_usage().expect("saves");
        (plans.api_id.clone(), plan_id, id, value)
    };
    let plans = Plans { api_id, ..open() };
    assert_eq!(plans.statuses("GET", &value, 3).await, "200 429 429");
    let usage = format!("/usageplans/{plan_id}/usage?startDate=2023-11-14&endDate=2023-11-14&keyId={id}");
    assert_eq!(plans.control.ok("GET", &usage, Value::Null).await["values"][&id], json!([[3, 0]]));
}

#[tokio::test(start_paused = true)]
async fn usage_is_written_some_seconds_after_it_changed() {
    let directory = tempfile::tempdir().expect("a directory");
    let open = || ApiGateway::open(directory.path(), GatewayOptions::new(ACCOUNT_ID, REGION), clock());
    let gateway = open().expect("opens");
    let plans = Plans { control: Control::of(&gateway), gateway, api_id: String::new() }.deployed().await;
    let (id, value) = plans.key("k").await;
    plans.plan(&id, json!({"quota": {"limit": 3, "period": "DAY"}})).await;
    assert_eq!(plans.statuses("GET", &value, 2).await, "200 200");
    // The paused clock goes on by itself while nothing else is to be done, past the time of saving.
    tokio::time::sleep(Duration::from_secs(6)).await;
    let api_id = plans.api_id.clone();
    let Plans { control, gateway, .. } = plans;
    drop((control, gateway));
    // What saves holds the gateway no longer than it takes.
    let gateway = loop {
        match open() {
            Ok(gateway) => break gateway,
            Err(_) => tokio::task::yield_now().await,
        }
    };
    let plans = Plans { control: Control::of(&gateway), gateway, api_id };
    assert_eq!(plans.statuses("GET", &value, 2).await, "200 429");
}

#[tokio::test]
async fn values_of_keys_are_shown_only_where_they_are_asked_for() {
    let plans = Plans::new();
    let (id, value) = plans.key("k").await;
    for (path, is_shown) in [
        (format!("/apikeys/{id}"), false),
        (format!("/apikeys/{id}?includeValue=true"), true),
        ("/apikeys".to_owned(), false),
        ("/apikeys?includeValues=true".to_owned(), true),
        ("/apikeys?name=k&includeValues=false".to_owned(), false),
    ] {
        let shown = plans.control.ok("GET", &path, Value::Null).await.to_string();
        assert_eq!((shown.contains(&id), shown.contains(&value)), (true, is_shown), "{path}");
    }
    let updated = plans.patch(&format!("/apikeys/{id}"), json!([])).await.to_string();
    assert!(!updated.contains(&value), "{updated}");
    assert_eq!(value.len(), 40);
    let listed = plans.control.ok("GET", "/apikeys?name=nobody", Value::Null).await;
    assert_eq!(listed, json!({"item": []}));
}

#[tokio::test]
async fn keys_are_imported_from_a_file_and_lines_that_cannot_be_are_told() {
    let plans = Plans::new().deployed().await;
    let (id, _) = plans.key("k").await;
    let plan_id = plans.plan(&id, json!({})).await;
    let file = format!(
        "name,key,description,enabled,usageplanIds\none,abcdefghij0123456789,\"first, really\",TRUE,{plan_id}\ntwo,short,,TRUE,\nthree,abcdefghij0123456789,,TRUE,\nfour,zyxwvutsrq9876543210,,TRUE,nosuch\n"
    );
    let path = "/apikeys?mode=import&format=csv";
    let told = plans
        .control
        .send_bytes("POST", &format!("{path}&failonwarnings=true"), Bytes::from(file.clone()))
        .await;
    assert_eq!(
        told.refusal(),
        "400 BadRequestException Line 3: API Key value should be at least 20 characters"
    );
    let imported = plans.control.send_bytes("POST", path, Bytes::from(file)).await;
    assert_eq!((imported.status, imported.json["ids"].as_array().map(Vec::len)), (201, Some(2)));
    assert_eq!(
        imported.json["warnings"],
        json!([
            "Line 3: API Key value should be at least 20 characters",
            "Line 4: API Key already exists",
            "Line 5: usage plan nosuch: Invalid Usage Plan ID specified",
        ])
    );
    let one = text(&imported.json["ids"][0]);
    assert_eq!(plans.call("GET", "/k", Some("abcdefghij0123456789")).await, format!("200 {one}"));
    for (body, expected) in [
        (&b"\xff"[..], "400 BadRequestException The API Key file is not UTF-8 text"),
        (b"", "400 BadRequestException The API Key file is empty"),
        (
            b"a,b\n",
            "400 BadRequestException The first line of the API Key file must name the columns Name and Key",
        ),
    ] {
        let told = plans.control.send_bytes("POST", path, Bytes::from_static(body)).await;
        assert_eq!(told.refusal(), expected);
    }
}

#[tokio::test]
async fn what_a_plan_cannot_have_is_refused() {
    let plans = Plans::new().deployed().await;
    let with_quota = |quota: Value| json!({"name": "q", "quota": quota});
    for (body, expected) in [
        (json!({}), "400 ValidationException 1 validation error detected: Value null at 'createUsagePlanInput.name' failed to satisfy constraint: Member must not be null".to_owned()),
        (json!({"name": ""}), "400 BadRequestException Usage Plan name must be non-empty".to_owned()),
        (with_quota(json!({"limit": 1, "period": "DAY", "offset": 1})), "400 BadRequestException Usage Plan quota offset must be zero in the DAY period".to_owned()),
        (with_quota(json!({"limit": 1, "period": "WEEK", "offset": 7})), "400 BadRequestException Usage Plan quota offset must be between zero and six inclusive in the WEEK period".to_owned()),
        (with_quota(json!({"limit": 1, "period": "MONTH", "offset": -1})), "400 BadRequestException Usage Plan quota offset must be between zero and 27 inclusive in the MONTH period".to_owned()),
        (with_quota(json!({"limit": 1})), "400 BadRequestException Usage Plan quota period must be one of: [DAY, WEEK, MONTH]".to_owned()),
        (with_quota(json!({"limit": -1, "period": "DAY"})), "400 BadRequestException Usage Plan quota limit must not be negative".to_owned()),
        (with_quota(json!({"limit": 1, "period": "YEAR"})), "400 ValidationException 1 validation error detected: Value 'YEAR' at 'createUsagePlanInput.quota.period' failed to satisfy constraint: Member must satisfy enum value set: [DAY, WEEK, MONTH]".to_owned()),
        (json!({"name": "t", "throttle": {"rateLimit": -1.0}}), "400 BadRequestException Usage Plan throttle rateLimit -1 and burstLimit 0 must not be negative".to_owned()),
        (json!({"name": "t", "throttle": {"rateLimit": "1"}}), "400 SerializationException class java.lang.String can not be converted to an Double".to_owned()),
        (json!({"name": "s", "apiStages": [{"apiId": plans.api_id, "stage": "nosuch"}]}), format!("404 NotFoundException API Stage not found: {}:nosuch", plans.api_id)),
        (json!({"name": "s", "apiStages": [{"apiId": "nosuch", "stage": "prod"}]}), "404 NotFoundException Invalid API identifier specified 123456789012:nosuch".to_owned()),
    ] {
        assert_eq!(plans.control.refusal("POST", "/usageplans", body).await, expected);
    }
}

#[tokio::test]
async fn what_a_plan_cannot_become_is_refused() {
    let plans = Plans::new().deployed().await;
    let (id, _) = plans.key("k").await;
    let plan_id = plans.plan(&id, json!({})).await;
    let stage = format!("{}:prod", plans.api_id);
    let other = text(&plans.control.ok("POST", "/usageplans", json!({"name": "other"})).await["id"]);
    let patched = |operation: Value| json!({"patchOperations": [operation]});
    for (path, operation, expected) in [
        (&plan_id, json!({"op": "replace", "path": "/nosuch", "value": "1"}), "400 BadRequestException Invalid patch path  '/nosuch' specified for op 'replace'. Must be one of: [/description, /name, /productCode, /quota/limit, /quota/offset, /quota/period, /throttle/burstLimit, /throttle/rateLimit]".to_owned()),
        (&plan_id, json!({"op": "replace", "path": "/throttle/rateLimit", "value": "fast"}), "400 BadRequestException Invalid patch value 'fast' specified for path '/throttle/rateLimit'".to_owned()),
        (&plan_id, json!({"op": "replace", "path": "/throttle/rateLimit", "value": "NaN"}), "400 BadRequestException Usage Plan throttle rateLimit NaN and burstLimit 0 must not be negative".to_owned()),
        (&plan_id, json!({"op": "add", "path": "/apiStages", "value": stage}), format!("409 ConflictException API Stage {stage} is in the usage plan already")),
        (&plan_id, json!({"op": "add", "path": "/apiStages", "value": "x"}), "400 BadRequestException Invalid patch value 'x' specified for path '/apiStages'".to_owned()),
        (&plan_id, json!({"op": "replace", "path": "/apiStages/a:b/throttle//x/GET/rateLimit", "value": "1"}), "404 NotFoundException API Stage a:b is not in the usage plan".to_owned()),
        (&plan_id, json!({"op": "replace", "path": format!("/apiStages/{stage}/throttle/x/FETCH/rateLimit"), "value": "1"}), format!("400 BadRequestException Invalid patch path  '/apiStages/{stage}/throttle/x/FETCH/rateLimit' specified for op 'replace'. Must be one of: [/apiStages/{{apiId:stage}}/throttle, /apiStages/{{apiId:stage}}/throttle/{{path}}/{{verb}}, and rateLimit and burstLimit below that]")),
        (&"nosuch".to_owned(), json!({"op": "replace", "path": "/name", "value": "x"}), "404 NotFoundException Invalid Usage Plan ID specified".to_owned()),
    ] {
        assert_eq!(plans.control.refusal("PATCH", &format!("/usageplans/{path}"), patched(operation)).await, expected);
    }
    let key = |id: &str, kind: &str| json!({"keyId": id, "keyType": kind});
    let keys = |plan: &str| format!("/usageplans/{plan}/keys");
    plans.control.ok("POST", &keys(&other), key(&id, "API_KEY")).await;
    for (plan, body, expected) in [
        (
            &other,
            key(&id, "API_KEY"),
            format!("409 ConflictException API Key {id} is in usage plan {other} already"),
        ),
        (
            &other,
            key("nosuch", "API_KEY"),
            "404 NotFoundException Invalid API Key identifier specified".to_owned(),
        ),
        (
            &other,
            key(&id, "KEY"),
            "400 BadRequestException Invalid keyType specified. Must be one of: [API_KEY]".to_owned(),
        ),
    ] {
        assert_eq!(plans.control.refusal("POST", &keys(plan), body).await, expected);
    }
    let same_stage = patched(json!({"op": "add", "path": "/apiStages", "value": stage}));
    assert_eq!(
        plans.control.refusal("PATCH", &format!("/usageplans/{other}"), same_stage).await,
        format!(
            "409 ConflictException API Key {id} is in usage plan {plan_id} with the same API Stage {stage}; a key is in one usage plan for each stage"
        )
    );
    assert_eq!(
        plans.control.refusal("DELETE", &format!("/usageplans/{plan_id}"), Value::Null).await,
        format!("400 BadRequestException Cannot delete Usage Plan {plan_id}: remove its API Stages first")
    );
    let removal = json!([{"op": "remove", "path": "/apiStages", "value": stage}]);
    plans.patch(&format!("/usageplans/{plan_id}"), removal).await;
    plans.control.ok("DELETE", &format!("/usageplans/{plan_id}"), Value::Null).await;
}

#[tokio::test]
async fn usage_is_asked_for_by_days() {
    let plans = Plans::new().deployed().await;
    let (id, _) = plans.key("k").await;
    let plan_id = plans.plan(&id, json!({})).await;
    for (query, expected) in [
        ("", "400 BadRequestException Invalid startDate specified: ''. It must be a date, YYYY-MM-DD"),
        (
            "startDate=2023-11-14&endDate=yesterday",
            "400 BadRequestException Invalid endDate specified: 'yesterday'. It must be a date, YYYY-MM-DD",
        ),
        (
            "startDate=2023-11-14&endDate=2023-11-13",
            "400 BadRequestException The startDate must not be after the endDate",
        ),
        (
            "startDate=0000-01-01&endDate=9999-12-31",
            "400 BadRequestException The startDate and the endDate must lie within 90 days",
        ),
        (
            "startDate=2023-11-14&endDate=2023-11-14&keyId=nosuch",
            "404 NotFoundException Invalid API Key identifier specified",
        ),
    ] {
        let path = format!("/usageplans/{plan_id}/usage?{query}");
        assert_eq!(plans.control.refusal("GET", &path, Value::Null).await, expected);
    }
    let path = format!("/usageplans/{plan_id}/usage?startDate=2023-11-14&endDate=2023-11-14");
    assert_eq!(plans.control.ok("GET", &path, Value::Null).await["values"][&id], json!([[0, -1]]));
    let update = json!({"patchOperations": [{"op": "replace", "path": "/remaining", "value": "5"}]});
    assert_eq!(
        plans.control.refusal("PATCH", &format!("/usageplans/{plan_id}/keys/{id}/usage"), update).await,
        format!("400 BadRequestException Usage Plan {plan_id} has no quota, so nothing of it can remain")
    );
}

#[tokio::test]
async fn the_account_has_what_aws_gives_and_keeps_its_log_role() {
    let control = Control::new();
    let told = json!({"throttleSettings": {"burstLimit": 5000, "rateLimit": 10000.0}, "features": ["UsagePlans"], "apiKeyVersion": "4"});
    assert_eq!(control.ok("GET", "/account", Value::Null).await, told);
    let role = "arn:aws:iam::123456789012:role/logs";
    let update = |path: &str, value: &str| json!({"patchOperations": [{"op": "replace", "path": path, "value": value}]});
    let updated = control.ok("PATCH", "/account", update("/cloudwatchRoleArn", role)).await;
    assert_eq!(updated["cloudwatchRoleArn"], role);
    assert_eq!(
        control.refusal("PATCH", "/account", update("/cloudwatchRoleArn", "logs")).await,
        "400 BadRequestException The role ARN is not well formed"
    );
    assert_eq!(
        control.refusal("PATCH", "/account", update("/throttleSettings", "1")).await,
        "400 BadRequestException Invalid patch path  '/throttleSettings' specified for op 'replace'. Must be one of: [/cloudwatchRoleArn]"
    );
    control.ok("PATCH", "/account", update("/cloudwatchRoleArn", "")).await;
    assert_eq!(control.ok("GET", "/account", Value::Null).await, told);
}

#[tokio::test]
async fn a_stage_or_an_api_that_is_deleted_leaves_its_usage_plans() {
    let directory = tempfile::tempdir().expect("a directory");
    let open = || {
        let options = GatewayOptions::new(ACCOUNT_ID, REGION);
        ApiGateway::open(directory.path(), options, clock()).expect("the directory opens")
    };
    let plan = {
        let gateway = open();
        let plans = Plans { control: Control::of(&gateway), gateway, api_id: String::new() }.deployed().await;
        plans.gateway.create_deployment(&plans.api_id, "test", &indexmap::IndexMap::new()).expect("deploys");
        let (key, value) = plans.key("k").await;
        let plan = format!("/usageplans/{}", plans.plan(&key, json!({})).await);
        let api = format!("/restapis/{}", plans.api_id);
        let test = format!("{}:test", plans.api_id);
        plans.patch(&plan, json!([{"op": "add", "path": "/apiStages", "value": test}])).await;
        plans.control.ok("DELETE", &format!("{api}/stages/test"), Value::Null).await;
        let left = json!([{"apiId": plans.api_id, "stage": "prod"}]);
        assert_eq!(plans.control.ok("GET", &plan, Value::Null).await["apiStages"], left);
        assert_eq!(plans.call("GET", "/k", Some(&value)).await, format!("200 {key}"), "prod is open still");
        plans.gateway.create_deployment(&plans.api_id, "test", &indexmap::IndexMap::new()).expect("deploys");
        assert_eq!(
            plans.control.ok("GET", &plan, Value::Null).await["apiStages"],
            left,
            "it does not return"
        );
        plans.control.ok("DELETE", &api, Value::Null).await;
        assert_eq!(plans.control.ok("GET", &plan, Value::Null).await["apiStages"], json!([]));
        plan
    };
    let control = Control::of(&open());
    assert_eq!(control.ok("GET", &plan, Value::Null).await["apiStages"], json!([]), "after a restart");
    let keys = control.ok("GET", &format!("{plan}/keys"), Value::Null).await;
    assert_eq!(keys["item"].as_array().map(Vec::len), Some(1), "the key stays in the plan");
    control.ok("DELETE", &plan, Value::Null).await;
}

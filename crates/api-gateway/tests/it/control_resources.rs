//! REST APIs and their trees of resources by calls: defaults, clones, updates, moves, and what is refused.

use serde_json::{Value, json};

use crate::control_scene::Control;

/// A new API: its path, and the path of its root resource.
const DENY_ALL: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"execute-api:Invoke","Resource":"*"}]}"#;

async fn with_api(input: Value) -> (Control, String, String) {
    let control = Control::new();
    let api = control.ok("POST", "/restapis", input).await;
    let path = format!("/restapis/{}", text(&api["id"]));
    let root = format!("{path}/resources/{}", text(&api["rootResourceId"]));
    (control, path, root)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("?")
}

fn patch(op: &str, path: &str, value: &Value) -> Value {
    json!({ "patchOperations": [{ "op": op, "path": path, "value": value }] })
}

/// The paths of an API's resources.
async fn paths(control: &Control, api: &str) -> String {
    let all = control.ok("GET", &format!("{api}/resources?limit=500"), Value::Null).await;
    let items = all["item"].as_array().cloned().unwrap_or_default();
    items.iter().map(|item| text(&item["path"]).to_owned()).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn a_new_api_has_two_models_and_comes_back_as_it_was_made() {
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"execute-api:Invoke","Resource":"execute-api:/*"}]}"#;
    let input = json!({ "name": "a", "policy": policy, "tags": { "k": "v" }, "version": "7" });
    let (control, path, _) = with_api(input).await;
    let api = control.ok("GET", &path, Value::Null).await;
    // Clients unquote the policy once more, as they have to on AWS.
    let unquoted: String = serde_json::from_str(&format!("\"{}\"", text(&api["policy"]))).expect("a string");
    assert_eq!(unquoted, policy);
    assert_eq!((&api["tags"], &api["version"]), (&json!({ "k": "v" }), &json!("7")));
    for absent in ["description", "binaryMediaTypes", "minimumCompressionSize", "warnings"] {
        assert_eq!(api.get(absent), None, "{absent}");
    }
    let models = control.ok("GET", &format!("{path}/models"), Value::Null).await;
    let names: Vec<&str> =
        models["item"].as_array().into_iter().flatten().map(|m| text(&m["name"])).collect();
    assert_eq!(names, ["Empty", "Error"]);
}

#[tokio::test]
async fn a_clone_has_everything_but_stages_under_ids_of_its_own() {
    let (control, path, root) = with_api(json!({ "name": "original" })).await;
    let pets = control.ok("POST", &root, json!({ "pathPart": "pets" })).await;
    let method = format!("{path}/resources/{}/methods/GET", text(&pets["id"]));
    control.ok("PUT", &method, json!({ "authorizationType": "NONE" })).await;
    control.ok("PUT", &format!("{method}/integration"), json!({ "type": "MOCK" })).await;
    control.ok("POST", &format!("{path}/deployments"), json!({ "stageName": "s" })).await;
    let from = path.rsplit('/').next().unwrap_or("?");
    let clone = control.ok("POST", "/restapis", json!({ "name": "clone", "cloneFrom": from })).await;
    let clone = format!("/restapis/{}", text(&clone["id"]));
    assert_eq!(paths(&control, &clone).await, "/ /pets");
    let all = control.ok("GET", &format!("{clone}/resources?embed=methods"), Value::Null).await;
    let copied = &all["item"][1];
    assert_ne!(copied["id"], pets["id"]);
    assert_eq!(copied["parentId"], all["item"][0]["id"]);
    assert_eq!(copied["resourceMethods"]["GET"]["methodIntegration"]["cacheNamespace"], copied["id"]);
    assert_eq!(control.ok("GET", &format!("{clone}/stages"), Value::Null).await, json!({ "item": [] }));
    let told = control.refusal("POST", "/restapis", json!({ "name": "x", "cloneFrom": "nosuch" })).await;
    assert_eq!(told, "404 NotFoundException Invalid API identifier specified 123456789012:nosuch");
}

#[tokio::test]
async fn an_api_is_updated_as_aws_updates_it() {
    let (control, path, _) = with_api(json!({ "name": "n", "description": "d" })).await;
    let png = patch("add", "/binaryMediaTypes/image~1png", &Value::Null);
    assert_eq!(control.ok("PATCH", &path, png).await["tags"], json!({}));
    let jpeg = patch("add", "/binaryMediaTypes/image~1jpeg", &Value::Null);
    control.ok("PATCH", &path, jpeg).await;
    let gif = patch("replace", "/binaryMediaTypes/image~1png", &json!("image/gif"));
    let api = control.ok("PATCH", &path, gif).await;
    assert_eq!(api["binaryMediaTypes"], json!(["image/jpeg", "image/gif"]));
    for (body, member, expected) in [
        (patch("remove", "/description", &Value::Null), "description", Value::Null),
        (patch("replace", "/minimumCompressionSize", &json!("0")), "minimumCompressionSize", json!(0)),
        (patch("replace", "/minimumCompressionSize", &Value::Null), "minimumCompressionSize", Value::Null),
        (
            patch("replace", "/disableExecuteApiEndpoint", &json!("True")),
            "disableExecuteApiEndpoint",
            json!(true),
        ),
        (patch("replace", "/apiKeySource", &json!("AUTHORIZER")), "apiKeySource", json!("AUTHORIZER")),
        (
            patch("replace", "/endpointConfiguration/types/EDGE", &json!("REGIONAL")),
            "endpointConfiguration",
            json!({ "types": ["REGIONAL"], "ipAddressType": "ipv4" }),
        ),
        (patch("replace", "/policy", &json!(DENY_ALL)), "policy", json!(DENY_ALL.replace('"', "\\\""))),
        (patch("replace", "/policy", &json!("")), "policy", Value::Null),
    ] {
        assert_eq!(control.ok("PATCH", &path, body.clone()).await[member], expected, "{body}");
    }
    let size = "Invalid minimum compression size, must be between 0 and 10485760";
    for (body, expected) in [
        (patch("replace", "/minimumCompressionSize", &json!("-1")), size),
        (patch("replace", "/minimumCompressionSize", &json!("10485761")), size),
        (patch("replace", "/minimumCompressionSize", &json!("much")), size),
        (
            patch("add", "/minimumCompressionSize", &json!("1")),
            "Invalid patch operation specified. Must be one of: [replace]",
        ),
        (patch("add", "/binaryMediaTypes", &json!("image/png")), "Invalid patch path /binaryMediaTypes"),
        (patch("replace", "/id", &json!("x")), "Invalid patch path /id"),
        (patch("replace", "", &json!("x")), "Invalid patch path "),
        (patch("replace", "/name", &json!("")), "REST API name must be non-empty"),
        (
            patch("replace", "/policy", &json!("no policy")),
            "Invalid policy document. Please check the policy syntax and ensure that Principals are valid.",
        ),
    ] {
        let told = control.refusal("PATCH", &path, body).await;
        assert_eq!(told, format!("400 BadRequestException {expected}"));
    }
}

#[tokio::test]
async fn a_resource_moves_with_all_below_it() {
    let (control, path, root) = with_api(json!({ "name": "tree" })).await;
    let child = async |parent: &str, part: &str| {
        let made = control.ok("POST", parent, json!({ "pathPart": part })).await;
        format!("{path}/resources/{}", text(&made["id"]))
    };
    let a = child(&root, "a").await;
    let b = child(&a, "b").await;
    child(&b, "{c}").await;
    let d = child(&root, "d").await;
    let id = |path: &str| json!(path.rsplit('/').next().unwrap_or("?"));
    control.ok("PATCH", &b, patch("replace", "/parentId", &id(&d))).await;
    assert_eq!(paths(&control, &path).await, "/ /a /d /d/b /d/b/{c}");
    control.ok("PATCH", &d, patch("replace", "/pathPart", &json!("{d+}"))).await;
    let told = control.refusal("POST", &d, json!({ "pathPart": "x" })).await;
    let greedy = "Cannot create a child of a resource with a greedy path variable: {d+}";
    assert_eq!(told, format!("400 BadRequestException {greedy}"));
    let told = control.refusal("PATCH", &a, patch("replace", "/parentId", &id(&d))).await;
    assert_eq!(told, format!("400 BadRequestException {greedy}"));
    let told = control.refusal("PATCH", &d, patch("replace", "/parentId", &id(&d))).await;
    assert_eq!(told, "400 BadRequestException Resources cannot be cyclical.");
    let told = control.refusal("PATCH", &root, patch("replace", "/pathPart", &json!("x"))).await;
    assert_eq!(told, "400 BadRequestException The root resource cannot be moved or renamed");
    let told = control.refusal("PATCH", &a, patch("remove", "/pathPart", &Value::Null)).await;
    assert_eq!(
        told,
        "400 BadRequestException Invalid patch path  '/pathPart' specified for op 'remove'. Please choose supported operations"
    );
    assert_eq!(
        control.refusal("DELETE", &root, Value::Null).await,
        "400 BadRequestException The root resource cannot be deleted"
    );
    control.ok("DELETE", &d, Value::Null).await;
    assert_eq!(paths(&control, &path).await, "/ /a");
}

#[tokio::test]
async fn names_that_no_path_can_have_are_refused() {
    let (control, path, root) = with_api(json!({ "name": "names" })).await;
    let long = "x".repeat(100_000);
    for part in ["", "a b", "a/b", "{", "}", "{}", "{+}", "{a", "a}", "{a}b", "é", "a?b", "%2F", "{a+b}"] {
        let told = control.refusal("POST", &root, json!({ "pathPart": part })).await;
        assert!(
            told.starts_with("400 BadRequestException Resource's path part only allow"),
            "{part}: {told}"
        );
    }
    for part in ["a.b", "a_b-c", "v1:x", "{proxy+}", "UPPER", long.as_str()] {
        control.ok("POST", &root, json!({ "pathPart": part })).await;
    }
    assert_eq!(
        paths(&control, &path).await.len(),
        long.len() + "/ / /a.b /a_b-c /v1:x /{proxy+} /UPPER".len()
    );
}

#[tokio::test]
async fn there_are_no_more_resources_than_on_aws() {
    let (control, path, root) = with_api(json!({ "name": "many" })).await;
    for number in 1..300 {
        control.ok("POST", &root, json!({ "pathPart": format!("r{number}") })).await;
    }
    let told = control.refusal("POST", &root, json!({ "pathPart": "more" })).await;
    assert!(told.starts_with("429 LimitExceededException Maximum number of Resources"), "{told}");
    let (mut seen, mut next) = (0, format!("{path}/resources"));
    loop {
        let page = control.ok("GET", &next, Value::Null).await;
        let items = page["item"].as_array().map_or(0, Vec::len);
        assert!(items <= 25, "{items}");
        seen += items;
        let Some(position) = page["position"].as_str() else { break };
        next = format!("{path}/resources?position={position}");
    }
    assert_eq!(seen, 300);
    let told = control.refusal("GET", &format!("{path}/resources?position=%21"), Value::Null).await;
    assert_eq!(told, "400 BadRequestException Invalid position parameter specified");
}

#[tokio::test]
async fn unknown_ids_are_told_as_on_aws() {
    let (control, path, root) = with_api(json!({ "name": "known" })).await;
    let no_api = "404 NotFoundException Invalid API identifier specified 123456789012:nosuch";
    let no_resource = "404 NotFoundException Invalid Resource identifier specified";
    let no_method = "404 NotFoundException Invalid Method identifier specified";
    let below = |rest: &str| format!("{path}/{rest}");
    for (verb, path, expected) in [
        ("GET", "/restapis/nosuch".to_owned(), no_api),
        ("DELETE", "/restapis/nosuch".to_owned(), no_api),
        ("GET", "/restapis/nosuch/resources".to_owned(), no_api),
        ("GET", "/restapis/nosuch/stages".to_owned(), no_api),
        ("GET", "/restapis/nosuch/deployments".to_owned(), no_api),
        ("POST", "/restapis/nosuch/deployments".to_owned(), no_api),
        ("DELETE", "/restapis/nosuch/stages/s".to_owned(), no_api),
        ("GET", below("resources/nosuch"), no_resource),
        ("DELETE", below("resources/nosuch"), no_resource),
        ("GET", "/restapis/nosuch/resources/x/methods/GET".to_owned(), no_resource),
        ("GET", below("resources/nosuch/methods/GET"), no_resource),
        ("GET", format!("{root}/methods/GET"), no_method),
        ("GET", format!("{root}/methods/NOVERB"), no_method),
        ("DELETE", format!("{root}/methods/GET/integration"), no_method),
        ("GET", format!("{root}/methods/GET/responses/200"), no_method),
        ("GET", format!("{root}/methods/GET/integration/responses/200"), no_method),
        ("POST", format!("{root}/methods/GET"), no_method),
        ("GET", below("stages/nosuch"), "404 NotFoundException Invalid stage identifier specified"),
        (
            "DELETE",
            below("stages/nosuch/cache/data"),
            "404 NotFoundException Invalid stage identifier specified",
        ),
        ("GET", below("deployments/nosuch"), "404 NotFoundException Invalid Deployment identifier specified"),
        (
            "DELETE",
            below("deployments/nosuch"),
            "404 NotFoundException Invalid Deployment identifier specified",
        ),
    ] {
        assert_eq!(control.refusal(verb, &path, Value::Null).await, expected, "{verb} {path}");
    }
}

#[tokio::test]
async fn bodies_beyond_the_limit_and_what_is_no_json_are_refused_and_the_server_lives() {
    let (control, path, _) = with_api(json!({ "name": "lives" })).await;
    let ten_megabytes = bytes::Bytes::from(vec![b'x'; 10 * 1024 * 1024]);
    let told = control.send_bytes("POST", "/restapis", ten_megabytes).await;
    assert_eq!((told.status, told.code.as_str()), (413, "RequestEntityTooLargeException"));
    let deep = "[".repeat(100_000);
    for body in ["{", "nul", "{\"name\":}", "\u{0}", "{\"name\":\"a\"}x", deep.as_str()] {
        let told = control.send_bytes("POST", "/restapis", body.to_owned().into()).await;
        assert_eq!((told.status, told.code.as_str()), (400, "SerializationException"));
    }
    let told = control.send_bytes("POST", "/restapis", vec![0xff_u8, 0xfe].into()).await;
    assert_eq!((told.status, told.code.as_str()), (400, "SerializationException"));
    assert_eq!(control.ok("GET", &path, Value::Null).await["name"], "lives");
}

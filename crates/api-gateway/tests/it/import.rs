//! Import: what is refused and where, what is warned about, what keeps its id.

use alluvium_api_gateway::{ApiGateway, Definition, GatewayOptions, HttpVerb, IntegrationType};

use crate::backend::{ACCOUNT_ID, REGION, clock};

fn gateway() -> ApiGateway {
    let options = GatewayOptions::new(ACCOUNT_ID, REGION);
    ApiGateway::in_memory(options, clock()).expect("a gateway in memory opens")
}

/// Imports, and prints the warnings or the refusal.
fn check(definition: &str, expected: &str) {
    let imported = gateway().import_rest_api(Definition { text: definition, file_name: "api.yaml" });
    let got = match imported {
        Ok(imported) => {
            imported.warnings.iter().map(|warning| warning.in_file("api.yaml")).collect::<Vec<_>>().join("\n")
        }
        Err(error) => format!("refused: {error}"),
    };
    assert_eq!(got, expected);
}

fn with_integration(fields: &str) -> String {
    format!(
        "openapi: 3.0.1
info: {{title: t, version: '1'}}
paths:
  /streams:
    get:
      responses: {{'200': {{description: ok}}}}
      x-amazon-apigateway-integration:
{fields}"
    )
}

const AWS: &str = "        type: aws
        httpMethod: POST
        uri: arn:aws:apigateway:us-east-1:kinesis:action/ListStreams
        credentials: arn:aws:iam::123456789012:role/r
";

#[test]
fn a_template_that_does_not_parse_is_refused_with_its_place() {
    let fields = format!(
        "{AWS}        requestTemplates:\n          application/json: |-\n            {{\n              \"a\": #if($x)\n            }}\n"
    );
    check(
        &with_integration(&fields),
        "refused: api.yaml:15:20: GET /streams: request template for application/json: the mapping template does not parse: line 2, column 8: this #if has no #end, at `#if($x)`",
    );
    let fields = format!("{AWS}        requestTemplates: {{application/json: \"{{\\n #if($x\"}}\n");
    check(
        &with_integration(&fields),
        "refused: api.yaml:12:46: GET /streams: request template for application/json: the mapping template does not parse: line 2, column 8: expected an operator or `)`, at `end of template`",
    );
}

#[test]
fn a_file_that_is_not_yaml_is_refused_with_its_place() {
    let error = gateway()
        .import_rest_api(Definition {
            text: "openapi: 3.0.1\ninfo:\n  title: [a\npaths: {}\n",
            file_name: "api.yaml",
        })
        .expect_err("refused")
        .to_string();
    assert!(error.starts_with("api.yaml:"), "{error}");
    assert!(error.contains("not valid YAML or JSON"), "{error}");
    let error = gateway()
        .import_rest_api(Definition { text: "{\"openapi\": \"3.0.1\", ", file_name: "api.json" })
        .expect_err("refused")
        .to_string();
    assert!(error.starts_with("api.json:"), "{error}");
}

#[test]
fn what_is_not_openapi_3_is_refused() {
    check("[1, 2]", "refused: api.yaml:1:1: Invalid OpenAPI input: the file is not a map");
    check(
        "swagger: '1.2'\ninfo: {title: t, version: '1'}\npaths: {}\n",
        "refused: api.yaml:1:10: Invalid OpenAPI input: Swagger version '1.2' is not 2.0",
    );
    check(
        "info: {title: t}\n",
        "refused: api.yaml:1:1: Invalid OpenAPI input: there is no 'openapi' or 'swagger' version; begin the file with openapi: 3.0.1",
    );
    check(
        "openapi: 3.0.1\ninfo: {}\npaths: {}\n",
        "refused: api.yaml:2:7: 'title' is missing from 'info'; add it",
    );
    check(
        "openapi: 3.0.1\ninfo: {title: t}\n",
        "refused: api.yaml:1:1: 'paths' is missing from the definition; add it",
    );
    check(
        "openapi: 3.0.1\ninfo: {title: t}\npaths: /streams\n",
        "refused: api.yaml:3:8: 'paths' must be a map, not a text",
    );
}

#[test]
fn unknown_keys_are_warned_about_with_the_nearest_name() {
    check(
        "openapi: 3.0.1\ninfo: {title: t}\npaths: {}\ntag: []\nx-other: 1\nx-amazon-apigateway-cors: {}\n",
        "api.yaml:4:1: unknown key 'tag' in the definition has no effect; did you mean 'tags'?
api.yaml:6:1: 'x-amazon-apigateway-cors' in the definition has no effect: API Gateway's REST APIs have no use for it",
    );
    let fields = format!("{AWS}        requestTemplate: {{}}\n        integrationSubtype: a\n");
    check(
        &with_integration(&fields),
        "api.yaml:12:9: unknown key 'requestTemplate' in the integration of GET /streams has no effect; did you mean 'requestTemplates'?
api.yaml:13:9: 'integrationSubtype' in the integration of GET /streams has no effect: API Gateway's REST APIs have no use for it",
    );
}

#[test]
fn an_integration_that_cannot_run_is_refused_with_what_to_do() {
    check(
        &with_integration(
            "        type: aws_proxy\n        httpMethod: GET\n        uri: https://example.com\n",
        ),
        "refused: api.yaml:8:15: GET /streams: integration type: integration type AWS_PROXY is not supported; functions do not run here: use an action of a service, an HTTP endpoint, or mock",
    );
    check(
        &with_integration(
            "        type: aws_proxy\n        httpMethod: POST\n        uri: arn:aws:apigateway:us-east-1:lambda:path/f\n",
        ),
        "refused: api.yaml:8:15: GET /streams: integration type: integration type AWS_PROXY is not supported; functions do not run here: use an action of a service, an HTTP endpoint, or mock",
    );
    check(
        &with_integration(
            "        type: aws\n        httpMethod: POST\n        credentials: arn:aws:iam::1:role/r\n        uri: arn:aws:apigateway:us-east-1:lambda:path/f\n",
        ),
        "refused: api.yaml:11:14: GET /streams: integration uri: an integration with a Lambda function is not supported; functions do not run here: use an action of a service, an HTTP endpoint, or mock",
    );
    check(
        &with_integration(
            "        type: aws\n        credentials: arn:aws:iam::1:role/r\n        uri: arn:aws:apigateway:us-east-1:kinesis:action/ListStreams\n",
        ),
        "refused: api.yaml:8:9: GET /streams: integration httpMethod: it is missing; actions are called with POST",
    );
    check(
        &with_integration(&format!("{AWS}        timeoutInMillis: 10\n")),
        "refused: api.yaml:12:26: GET /streams: integration timeoutInMillis: '10' is not between 50 and 29000 milliseconds",
    );
    check(
        &with_integration("        type: awss\n"),
        "refused: api.yaml:8:15: 'awss' is not a value of 'type'; use aws, http, http_proxy, aws_proxy or mock",
    );
}

#[test]
fn mappings_and_patterns_that_mean_nothing_are_refused() {
    check(
        &with_integration(&format!(
            "{AWS}        requestParameters:\n          integration.request.header.X: method.request.header.X\n"
        )),
        "refused: api.yaml:13:41: GET /streams: request parameter integration.request.header.X: 'method.request.header.X' is not a mapping expression: the method does not declare the header parameter 'X'; add it under 'parameters'",
    );
    check(
        &with_integration(&format!(
            "{AWS}        requestParameters:\n          integration.header.X: \"'v'\"\n"
        )),
        "refused: api.yaml:13:33: GET /streams: request parameter integration.header.X: 'integration.header.X' is not a mapping expression: a destination is integration.request.header.NAME, .path.NAME or .querystring.NAME",
    );
    check(
        &with_integration(&format!(
            "{AWS}        responses:\n          '4(':\n            statusCode: 200\n"
        )),
        "refused: api.yaml:13:11: GET /streams: selection pattern of response 200: '4(' is not a regular expression: error: unclosed group",
    );
}

#[test]
fn an_integration_without_a_role_or_a_declared_response_is_warned_about() {
    let fields = "        type: aws
        httpMethod: POST
        uri: arn:aws:apigateway:us-east-1:kinesis:action/ListStreams
        responses:
          default: {statusCode: 418}
";
    check(
        &with_integration(fields),
        "api.yaml:8:9: the integration of GET /streams names no 'credentials'; every call of it will answer 500 until it names an execution role
api.yaml:12:33: GET /streams does not declare response '418' under 'responses'; Amazon API Gateway refuses that",
    );
}

#[test]
fn a_method_that_its_author_believes_closed_is_not_left_open() {
    check(
        "openapi: 3.0.1\ninfo: {title: t}\npaths:\n  /a:\n    get:\n      security: [{api_key: []}]\n",
        "refused: api.yaml:6:19: 'api_key (which is not defined)' is not a value of 'security'; use an API key in the header x-api-key, a scheme of authtype awsSigv4, or an authorizer",
    );
    let fields = "        type: mock\n      x-amazon-apigateway-auth: {type: AWS_IAM}\n";
    check(&with_integration(fields), "");
}

#[test]
fn paths_that_cannot_stand_side_by_side_are_refused() {
    let paths = |first: &str, second: &str| {
        format!("openapi: 3.0.1\ninfo: {{title: t}}\npaths:\n  {first}: {{}}\n  {second}: {{}}\n")
    };
    check(
        &paths("/a/{x}", "/a/{y}/b"),
        "refused: api.yaml:5:3: resource path '/a/{y}/b': A sibling ({x}) of this resource already has a variable path part -- only one is allowed",
    );
    check(
        &paths("/a", "/{proxy+}/b"),
        "refused: api.yaml:5:3: resource path '/{proxy+}/b': Cannot create a child of a resource with a greedy path variable: {proxy+}",
    );
    check(&paths("/a", "b"), "refused: api.yaml:5:3: resource path 'b': it must begin with '/'");
    check(
        &paths("/a", "/b{c}"),
        "refused: api.yaml:5:3: resource path '/b{c}': 'b{c}' must be letters, digits and '._-:$', or such a name in braces at either end",
    );
    check(&paths("/a/{x}", "/a/{x}/b"), "");
}

#[test]
fn references_are_followed_and_dangling_ones_refused() {
    let definition = |reference: &str| {
        format!(
            "openapi: 3.0.1
info: {{title: t}}
components:
  parameters:
    name: {{name: stream-name, in: path, required: true}}
paths:
  /a/{{stream-name}}:
    parameters:
      - $ref: '{reference}'
    get:
      x-amazon-apigateway-integration:
        type: mock
        requestParameters:
          integration.request.header.X: method.request.path.stream-name
"
        )
    };
    check(&definition("#/components/parameters/name"), "");
    check(
        &definition("#/components/parameters/other"),
        "refused: api.yaml:9:15: '#/components/parameters/other' refers to nothing in this file",
    );
}

#[test]
fn json_imports_like_yaml() {
    let definition = r##"{
	"openapi": "3.0.1",
	"info": {"title": "t", "version": "2017-02-24T04:09:00Z"},
	"paths": {
		"/a": {"x-amazon-apigateway-any-method": {
			"responses": {"200": {"description": "\ud83d\ude00 200 response"}},
			"x-amazon-apigateway-integration": {
				"type": "mock",
				"requestTemplates": {"application/json": "{\"statusCode\": 200,\n \"a\": \"#[[b]]#\"}"},
				"responses": {"default": {"statusCode": "200"}},
				"passthroughBehavior": "when_no_match"
			}
		}}
	}
}"##;
    let gateway = gateway();
    let imported = gateway
        .import_rest_api(Definition { text: definition, file_name: "api.json" })
        .unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(imported.warnings, []);
    let api = gateway.rest_api(&imported.api_id).expect("the API");
    let integration =
        api.resource_at("/a").and_then(|a| a.resource_methods[&HttpVerb::Any].method_integration.clone());
    let integration = integration.expect("an integration");
    assert_eq!(integration.integration_type, IntegrationType::Mock);
    assert_eq!(
        integration.request_templates["application/json"],
        "{\"statusCode\": 200,\n \"a\": \"#[[b]]#\"}"
    );
}

#[test]
fn a_definition_of_the_same_title_keeps_ids() {
    let gateway = gateway();
    let text = |paths: &str| format!("openapi: 3.0.1\ninfo: {{title: t}}\npaths: {paths}\n");
    let import = |paths: &str| {
        gateway
            .import_or_put_rest_api(Definition { text: &text(paths), file_name: "api.yaml" })
            .unwrap_or_else(|error| panic!("{error}"))
    };
    let first = import("{/a: {}, /b/c: {}}");
    let ids = |path: &str| {
        gateway.rest_api(&first.api_id).and_then(|api| api.resource_at(path).map(|r| r.id.clone()))
    };
    let before = ids("/a");
    let second = import("{/a: {}, /d: {}}");
    assert!(first.is_new && !second.is_new);
    assert_eq!(first.api_id, second.api_id);
    assert!(before.is_some());
    assert_eq!(ids("/a"), before);
    assert_eq!(ids("/b"), None);
    assert_eq!(first.api_id.len(), 10);
    assert_eq!(gateway.rest_apis().len(), 1);
}

#[test]
fn hostile_files_end_at_a_limit() {
    let gateway = gateway();
    let import = |text: &str| {
        gateway.import_rest_api(Definition { text, file_name: "api.yaml" }).expect_err("refused").to_string()
    };
    let bombs = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e]\ng: [*f,*f,*f,*f,*f,*f,*f,*f]\n";
    assert!(import(bombs).contains("not valid YAML"));
    assert!(import(&"[".repeat(100_000)).contains("not valid YAML"));
    assert_eq!(
        import(&" ".repeat(7 * 1024 * 1024)),
        "api.yaml: the definition has 7340032 bytes, at most 6291456 are allowed"
    );
}

proptest::proptest! {
    #[test]
    fn any_text_imports_or_is_refused_without_a_panic(text in "(openapi: 3\\.0\\.1|info:|paths:|title: t|  |\\n|- |\\{|\\}|/a|: |get|'|\"|[a-z]{1,3}){0,20}") {
        let _imported = gateway().import_rest_api(Definition { text: &text, file_name: "api.yaml" });
    }
}

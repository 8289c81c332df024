//! Offline rendering: `$input`, `$util`, `$context` and `$stageVariables` without a server.

use alluvium_api_gateway::{TemplateInput, render_template};
use serde_json::{Value, json};

const BODY: &str =
    r#"{"a": {"b": [1, 2.50, "x"], "big": 12345678901234567890}, "s": "t\"q", "n": null, "x-y": 3}"#;

fn check_with(
    template: &str,
    body: &str,
    params: &Value,
    context: &Value,
    variables: &Value,
    expected: &str,
) {
    let input = TemplateInput {
        body,
        params: Some(params),
        context: Some(context),
        stage_variables: Some(variables),
    };
    let got = render_template("t.vm", template, &input).unwrap_or_else(|error| format!("error: {error}"));
    assert_eq!(got, expected, "of {template}");
}

fn check(template: &str, expected: &str) {
    check_with(template, BODY, &Value::Null, &Value::Null, &Value::Null, expected);
}

#[test]
fn input_path_gives_values_and_input_json_gives_json() {
    check("$input.path('$.a.b')", r#"[1,2.5,"x"]"#);
    check("$input.path('$.a')", r#"{b=[1,2.5,"x"], big=12345678901234567890}"#);
    check("$input.path('$.a.b').size() $input.path('$.a.b')[1] $input.path('$.a.b').get(0)", "3 2.5 1");
    check("$input.path('$').s", "t\"q");
    check("$input.path('$.zz')|$input.path('$.n')|$input.path('$.x-y')", "||3");
    check("$input.json('$.a')", r#"{"b":[1,2.5,"x"],"big":12345678901234567890}"#);
    check("$input.json('$.s') $input.json('$.zz') $input.json('$.n')", r#""t\"q" "" """#);
    check("#foreach($i in $input.path('$.a.b'))$i;#end", "1;2.5;x;");
    check("#set($x = $input.path('$.x-y') + 1)$x", "4");
}

#[test]
fn input_params_looks_in_path_then_querystring_then_header() {
    let params = json!({"path": {"p": "1"}, "querystring": {"p": "2", "q": "3", "m": ["a", "b"]}, "header": {"q": "4", "H-d": "5"}});
    let nothing = Value::Null;
    check_with(
        "$input.params('p') $input.params('q') $input.params('H-d') [$input.params('zz')] $input.params('m')",
        "",
        &params,
        &nothing,
        &nothing,
        "1 3 5 [] b",
    );
    check_with(
        "$input.params().path.p $input.params().querystring.q $input.params().header.get('H-d') $input.params().get('path')",
        "",
        &params,
        &nothing,
        &nothing,
        "1 3 5 {p=1}",
    );
    check_with(
        "$input.params('a') $input.params('b')",
        "",
        &json!({"a": "x", "b": 2}),
        &nothing,
        &nothing,
        "x 2",
    );
}

#[test]
fn util_encodes_and_decodes() {
    check("$util.base64Encode($input.json('$.a.b'))", "WzEsMi41LCJ4Il0=");
    check("$util.base64Encode($input.path('$.zz'))", "");
    check("$util.base64Encode($input.json('$.s'))", "InRcInEi");
    check(
        "$util.base64Encode($input.path('$.a')) $util.base64Encode(7)",
        "e2I9WzEsMi41LCJ4Il0sIGJpZz0xMjM0NTY3ODkwMTIzNDU2Nzg5MH0= Nw==",
    );
    check("$util.base64Decode('aGk=') [$util.base64Decode('aGk')] [$util.base64Decode('')]", "hi [hi] []");
    check("[$util.qr('x')][$util.toJson($input.path('$'))][$util.base64Encode()][$util]", "[][][][]");
    check("$util.escapeJavaScript($input.path('$.s'))", "t\\\"q");
    check("$util.urlEncode('a b&c') $util.urlDecode('a+b%26c')", "a+b%26c a b&c");
    check("$util.parseJson('{\"a\": [1]}').a $util.parseJson('{\"a\": 1}').a", "[1] 1");
    check(
        "$util.parseJson('{')",
        "error: t.vm:1:7: $util.parseJson was given text that is not JSON: expected a field name in double quotes, found the end of the text at line 1, column 2, at `$util.parseJson('{')`",
    );
}

#[test]
fn context_and_stage_variables_come_from_outside() {
    let context = json!({"stage": "prod", "identity": {"sourceIp": "1.2.3.4"}});
    check_with(
        "$context.stage $context.identity.sourceIp [$context.zz] $stageVariables.v ${stageVariables.v} $stageVariables['v']",
        "",
        &Value::Null,
        &context,
        &json!({"v": "x"}),
        "prod 1.2.3.4 [] x x x",
    );
    check(
        "#set($context.responseOverride.status = 444)[$context.responseOverride]$context.responseOverride.status",
        "[]444",
    );
}

#[test]
fn errors_name_line_and_column() {
    check("ok\n #if($x", "error: t.vm:2:8: expected an operator or `)`, at `end of template`");
    check(
        "a\n$input.path('$.a[')",
        "error: t.vm:2:8: JSONPath '$.a[' is wrong at character 5: expected an index, a quoted name, '*' or '?(' after '[', at `$input.path('$.a[')`",
    );
    let input = TemplateInput { body: "{", ..TemplateInput::default() };
    let error = render_template("t.vm", "$input.path('$.a')", &input).expect_err("fails").to_string();
    assert!(error.contains("the payload is not JSON: expected a field name in double quotes"), "{error}");
    let wrong = json!([1]);
    let input = TemplateInput { params: Some(&wrong), ..TemplateInput::default() };
    let error = render_template("t.vm", "a", &input).expect_err("fails").to_string();
    assert_eq!(error, "params must be a JSON object, not [1]");
}

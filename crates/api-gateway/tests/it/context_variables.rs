//! `$context` as the templates of a request see it, and what `$util` does with bad text while a request waits.

use http::Request;
use serde_json::json;

use crate::backend::{Answer, Scene, answering};

/// What the backend received for a POST to `/prod/items/7` whose request template is `template`, and the client's answer.
async fn sent(template: &str, body: &str) -> (Option<String>, Answer) {
    let integration = json!({
        "type": "http", "httpMethod": "POST", "uri": "http://items.local/",
        "requestTemplates": {"application/json": template},
        "responses": {"default": {"statusCode": "200"}},
    });
    let definition = json!({
        "openapi": "3.0.1", "info": {"title": "context", "version": "1"},
        "paths": {"/items/{id}": {"post": {"x-amazon-apigateway-integration": integration}}},
    });
    let scene = Scene::new(answering(200, "{}"));
    let api_id = scene.deploy(&definition.to_string());
    let request = Request::builder().method("POST").header("content-type", "application/json");
    let request = request.header("host", "client.local:4566").header("user-agent", "it/1");
    let answer = scene.send(&api_id, request, "/prod/items/7?q=1", body.to_owned()).await;
    (scene.received().pop().map(|received| received.body), answer)
}

async fn rendered(template: &str) -> (String, Answer) {
    let (sent, answer) = sent(template, "{}").await;
    (sent.unwrap_or_else(|| panic!("nothing was sent: {}", answer.body)), answer)
}

#[tokio::test]
async fn the_context_of_a_call_without_credentials_has_the_keys_that_were_recorded() {
    let template =
        "#foreach($k in $context.keySet())$k #end|#foreach($k in $context.identity.keySet())$k #end";
    let (keys, _) = rendered(template).await;
    let (context, identity) = keys.split_once('|').expect("two lists");
    assert_eq!(
        context.trim(),
        "resourceId resourcePath httpMethod extendedRequestId requestTime path accountId protocol stage \
         domainPrefix requestTimeEpoch requestId identity domainName deploymentId apiId requestOverride responseOverride"
    );
    assert_eq!(
        identity.trim(),
        "cognitoIdentityPoolId accountId cognitoIdentityId caller principalOrgId accessKey cognitoAuthenticationType \
         cognitoAuthenticationProvider userArn user sourceIp userAgent"
    );
}

#[tokio::test]
async fn the_context_says_who_calls_what_and_when() {
    let (values, answer) = rendered(
        "#set($span = $context.requestTimeEpoch / 40000)$context.httpMethod $context.resourcePath $context.path $context.stage $context.accountId $context.protocol \
         $context.identity.userAgent $span $context.requestTime.replaceAll(':\\d\\d ', ' ')",
    )
    .await;
    assert_eq!(
        values,
        "POST /items/{id} /prod/items/7 prod 123456789012 HTTP/1.1 it/1 42500000 14/Nov/2023:22:13 +0000"
    );
    let (ids, again) = rendered(
        "$context.requestId $context.extendedRequestId $context.requestTimeEpoch.class.simpleName $context.resourceId.length() \
         $context.deploymentId.length() $context.domainName $context.domainPrefix",
    )
    .await;
    let (request_id, extended) = (again.header("x-amzn-requestid"), again.header("x-amz-apigw-id"));
    assert_eq!(ids, format!("{request_id} {extended} Long 6 6 client.local client"));
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn what_the_context_has_not_prints_nothing_and_loops_never() {
    let (text, _) = rendered(
        "[$context][$context.identity][$context.requestOverride][$context.responseOverride.header][$context.identity.caller]\
         [$context.identity.apiKey][$context.authorizer][$context.authorizer.claims.sub][$context.error.message]\
         #foreach($k in $context.authorizer.keySet())x#end",
    )
    .await;
    assert_eq!(text, "[][][][][][][][][]");
}

#[tokio::test]
async fn a_template_that_fails_answers_500_and_sends_nothing() {
    for template in [
        "$util.urlDecode('100%')",
        "$util.urlDecode('%zz')",
        "$util.urlDecode('%-1')",
        "$util.base64Decode('a')",
        "$util.base64Decode('aGk*')",
        "$util.parseJson('{')",
        "$util.parseJson('')",
        "$input.path('$.a[')",
        "$input.body.substring(99)",
        "#set($l = [])$l.get(99)",
        "#set($l = [1])$l.iterator().class.forName('x').get(0)$l.get(-1)",
    ] {
        let (sent, answer) = sent(template, "{}").await;
        assert_eq!(sent, None, "{template}");
        assert_eq!(
            (answer.status, answer.body.as_str()),
            (500, r#"{"message":"Internal server error"}"#),
            "{template}"
        );
    }
}

#[tokio::test]
async fn the_payload_is_there_as_it_came() {
    for (body, expected) in [
        ("", "{}||{}"),
        ("{\"a\" : 1}", "{\"a\" : 1}||{\"a\":1}"),
        ("[1,2]", "[1,2]||[1,2]"),
        ("\"t\"", "\"t\"||\"t\""),
    ] {
        let (text, _) = sent("$input.body|$input.body.x|$input.json('$')", body).await;
        assert_eq!(text.as_deref(), Some(expected), "{body}");
    }
    let (text, _) = sent("$input.body", "no <json>").await;
    assert_eq!(text.as_deref(), Some("no <json>"));
}

#[tokio::test]
async fn a_parameter_is_overridden_once_and_a_second_time_is_a_500() {
    let once = "#set($context.requestOverride.header.x-a = 'a')#set($context.requestOverride.header.x-b = 'b')\
                #set($context.responseOverride.status = 201)done";
    let (body, answer) = rendered(once).await;
    assert_eq!((body.as_str(), answer.status), ("done", 201));
    for twice in [
        "#set($context.requestOverride.header.x-a = 'a')#set($context.requestOverride.header.x-a = 'a')",
        "#set($context.requestOverride.path.id = '1')#set($done = $context.requestOverride.path.put('id', '2'))",
        "#set($context.responseOverride.status = 201)#set($context.responseOverride.status = 202)",
    ] {
        let (body, answer) = sent(twice, "{}").await;
        assert_eq!((body, answer.status), (None, 500), "{twice}");
        assert_eq!(answer.body, r#"{"message":"Internal server error"}"#, "{twice}");
    }
}

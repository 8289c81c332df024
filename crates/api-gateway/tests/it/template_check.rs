//! What a check of a template finds: each rule with a template that breaks it and one that does not.

use alluvium_api_gateway::check_template;

/// The findings as they are shown, without the template's name.
#[track_caller]
fn check(template: &str, expected: &[&str]) {
    let found: Vec<String> = check_template("t.vtl", template)
        .iter()
        .map(|finding| finding.to_string().trim_start_matches("t.vtl:").replace("\n    hint: ", " | "))
        .collect();
    assert_eq!(found, expected, "of {template}");
}

#[test]
fn a_template_without_mistakes_has_no_findings() {
    check("", &[]);
    check(
        r##"{
    "StreamName": "$input.params('stream-name')",
    "Records": [
       #foreach($elem in $input.path('$.records'))
          {
            "Data": "$util.base64Encode($elem.data)",
            "PartitionKey": "$elem.partition-key"
          }#if($foreach.hasNext),#end
        #end
    ],
    "Colour": "#fff #1", "Who": "$context.identity.sourceIp $context.authorizer.claims.sub",
    "Stage": "$stageVariables.anything $stageVariables['x'].length()"
}"##,
        &[],
    );
    check("#set($context.responseOverride.status = 400)#set($context.requestOverride.header.X = 'y')", &[]);
    check("#if($input.params('a') != '' && $input.path('$.b') == 1)x#end#if(true)y#end", &[]);
    check("#define($d)x#end$d#set($m = {})$m.put('k', null)$context.keySet()$context.get('stage')", &[]);
}

#[test]
fn what_does_not_parse_is_an_error_with_its_place() {
    check("{\n  \"a\": #if($x ==)1#end\n}", &["2:17: error: expected a value, at `)1#end` [syntax]"]);
    check(
        "\n$input.path('$.a[')",
        &[
            "2:8: error: JSONPath '$.a[' is wrong at character 5: expected an index, a quoted name, '*' or '?(' after '[' [json-path]",
        ],
    );
    check(
        "$input.json(\"$.a$u\")",
        &["1:17: warning: nothing sets $u; it prints as nothing [undefined-variable]"],
    );
}

#[test]
fn unknown_members_are_told_with_the_one_that_was_meant() {
    check(
        "$input.parms('x')",
        &[
            "1:8: warning: $input has no 'parms'; it prints as nothing [unknown-member] | did you mean $input.params?",
        ],
    );
    check(
        "$input.json",
        &[
            "1:8: warning: $input.json is a method; without parentheses it prints as nothing [unknown-member] | write $input.json(..)",
        ],
    );
    check(
        "$util.toJson($x)",
        &[
            "1:7: warning: $util.toJson is AppSync's; on API Gateway it prints as nothing [unknown-member] | print the parts, or use $input.json for a part of the payload",
            "1:14: warning: nothing sets $x; it prints as nothing [undefined-variable]",
        ],
    );
    check(
        "$util.base64encode('a')$util.urlEncode",
        &[
            "1:7: warning: $util has no 'base64encode'; it prints as nothing [unknown-member] | did you mean $util.base64Encode?",
            "1:30: warning: $util.urlEncode is a method; without parentheses it prints as nothing [unknown-member] | write $util.urlEncode(..)",
        ],
    );
    check(
        "$context.identity.sourceIP ${context['requestid']}",
        &[
            "1:19: warning: $context.identity has no 'sourceIP'; it prints as nothing [unknown-member] | did you mean $context.identity.sourceIp?",
            "1:37: warning: $context has no 'requestid'; it prints as nothing [unknown-member] | did you mean $context.requestId?",
        ],
    );
    check(
        "#set($context.responseOverride.body = 'x')",
        &[
            "1:32: warning: $context.responseOverride.body changes nothing [unknown-override] | $context.responseOverride has header, status",
        ],
    );
}

#[test]
fn variables_that_nothing_sets_are_told() {
    check(
        "#set($items = [1])$itmes",
        &[
            "1:19: warning: nothing sets $itmes; it prints as nothing [undefined-variable] | did you mean $items?",
        ],
    );
    check(
        "#set($x = 1)$x-1",
        &[
            "1:13: warning: nothing sets $x-1; it prints as nothing [undefined-variable] | a hyphen is part of a name: write ${x}-1 if $x was meant",
        ],
    );
    check(
        "#set(${a} = 1)",
        &[
            "1:6: warning: a name in braces, or after `$!`, binds no variable of that name on API Gateway [set-in-braces] | bind it as #set($name = ..)",
        ],
    );
}

#[test]
fn quotes_that_make_no_json_are_told() {
    check(
        "{\"a\": \"$input.json('$.a')\", \"b\": $input.json('$.b'), \"c\": \"$util.base64Encode($input.json('$.c'))\"}",
        &[
            "1:8: warning: $input.json gives JSON with its own quotes: in quotes a text gets them twice [json-in-quotes] | leave out the quotes around it, or use $input.path",
        ],
    );
    check(
        r#"{"a": "$util.escapeJavaScript($input.path('$.a'))", "b": "$util.escapeJavaScript($input.path('$.b')).replaceAll("\\'", "'")"}"#,
        &[
            r#"1:8: warning: $util.escapeJavaScript writes \' for ', which is not JSON [escaped-quote-in-json] | add .replaceAll("\\'", "'")"#,
        ],
    );
}

#[test]
fn conditions_that_do_not_ask_what_they_seem_to_ask_are_told() {
    check(
        "#if($input.path('$.a'))x#elseif(!$stageVariables.b)y#end",
        &[
            "1:5: warning: $input.path('$.a') is true also when there is no such value: only false is false [always-true] | write $input.path('$.a') != ''",
            "1:34: warning: $stageVariables.b is true also when there is no such value: only false is false [always-true] | write $stageVariables.b != ''",
        ],
    );
    check(
        "#if('x')y#elseif(1)z#end",
        &[
            "1:1: warning: a condition that is a bare literal is never true in Velocity 1.7 [literal-condition] | compare with something, or write #if(true)",
            "1:10: warning: a condition that is a bare literal is never true in Velocity 1.7 [literal-condition] | compare with something, or write #if(true)",
        ],
    );
    check(
        "#if($input.params('n') > 5)x#end",
        &[
            "1:5: warning: $input.params('n') is a text, and texts are neither less nor greater: the comparison is false [text-compared] | make a number of it first: #set($n = 0)#set($n = $n.parseInt(..))",
        ],
    );
}

#[test]
fn words_that_are_no_directives_are_told() {
    check(
        "#if(true)a#elif(false)b#end",
        &[
            "1:11: warning: #elif is no directive of API Gateway; it prints as it stands [unknown-directive] | did you mean #elseif?",
        ],
    );
    check(
        "#forech($i in [1])#macro(m)x#end",
        &[
            "1:1: warning: #forech is no directive; it prints as it stands [unknown-directive] | did you mean #foreach?",
            "1:19: warning: API Gateway takes #macro and defines nothing: its calls print as they stand [unknown-directive] | write the text out, or keep it in a variable with #define",
        ],
    );
}

#[test]
fn every_rule_is_documented() {
    let page = include_str!("../../../../docs/templates.md");
    for rule in [
        "syntax",
        "json-path",
        "unknown-member",
        "unknown-override",
        "undefined-variable",
        "set-in-braces",
        "json-in-quotes",
        "escaped-quote-in-json",
        "always-true",
        "literal-condition",
        "text-compared",
        "unknown-directive",
    ] {
        assert!(page.contains(&format!("| `{rule}` |")), "{rule} is not in docs/templates.md");
    }
}

proptest::proptest! {
    #[test]
    fn any_template_is_checked_without_a_panic(template in "[$#.{}()\\[\\]'\"!a-e \\-=<&|if\n]{0,40}") {
        for finding in check_template("t", &template) {
            proptest::prop_assert!(finding.line >= 1 && finding.column >= 1, "{}", finding);
        }
    }
}

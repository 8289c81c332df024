//! Schemas from outside: a schema, a payload, and what is wrong with it.

use indexmap::IndexMap;

use super::Schema;
use crate::json;
use crate::model::Model;

fn models(schemas: &[(&str, &str)]) -> IndexMap<String, Model> {
    let model = |(name, schema): &(&str, &str)| {
        let model =
            Model { name: (*name).to_owned(), schema: Some((*schema).to_owned()), ..Model::default() };
        ((*name).to_owned(), model)
    };
    schemas.iter().map(model).collect()
}

fn check(schema: &str, payload: &str, expected: &str) {
    check_all(&[("M", schema)], payload, expected);
}

fn check_all(schemas: &[(&str, &str)], payload: &str, expected: &str) {
    let payload = json::parse(payload).expect("the payload is JSON");
    let got = match Schema::compile("M", &models(schemas)) {
        Ok(schema) => {
            schema.check(&payload).map_or_else(|limit| limit.to_string(), |errors| errors.join("; "))
        }
        Err(error) => error.to_string(),
    };
    assert_eq!(got, expected);
}

#[test]
fn types_enumerations_and_numbers() {
    check("{}", "1", "");
    check(r#"{"type": "integer"}"#, "1", "");
    check(
        r#"{"type": ["string", "null"]}"#,
        "1.5",
        r#"instance type (number) does not match any allowed primitive type (allowed: ["string","null"])"#,
    );
    check(
        r#"{"type": "integer"}"#,
        "1.0",
        r#"instance type (number) does not match any allowed primitive type (allowed: ["integer"])"#,
    );
    check(r#"{"type": "number"}"#, "12345678901234567890123", "");
    check(r#"{"enum": ["a", 1]}"#, "1.0", "");
    check(
        r#"{"enum": ["a"]}"#,
        r#""b""#,
        r#"instance value ("b") not found in enum (possible values: ["a"])"#,
    );
    check(
        r#"{"minimum": 10}"#,
        "5",
        "numeric instance is lower than the required minimum (minimum: 10, found: 5)",
    );
    check(
        r#"{"maximum": 10, "exclusiveMaximum": true}"#,
        "10",
        "numeric instance is not strictly lower than the required maximum 10",
    );
    check(r#"{"multipleOf": 0.1}"#, "0.3", "");
    check(r#"{"multipleOf": 2}"#, "3", "remainder of division is not zero (3 / 2)");
}

#[test]
fn strings_and_arrays() {
    check(r#"{"minLength": 2}"#, r#""é""#, r#"string "é" is too short (length: 1, required minimum: 2)"#);
    check(r#"{"maxLength": 1}"#, r#""é""#, "");
    check(r#"{"pattern": "^a"}"#, r#""b""#, r#"ECMA 262 regex "^a" does not match input string "b""#);
    check(r#"{"format": "email"}"#, r#""b""#, "");
    check(
        r#"{"items": {"type": "string"}, "minItems": 3, "uniqueItems": true}"#,
        "[1, 1]",
        r#"array is too short: must have at least 3 elements but instance has 2 elements; array must not contain duplicate elements; instance type (integer) does not match any allowed primitive type (allowed: ["string"]); instance type (integer) does not match any allowed primitive type (allowed: ["string"])"#,
    );
    check(
        r#"{"items": [{}, {"type": "null"}], "additionalItems": false}"#,
        "[1, null, 2]",
        "array is too long: must have at most 2 elements but instance has 3 elements",
    );
}

#[test]
fn objects() {
    check(r#"{"required": ["a", "b"]}"#, "{}", r#"object has missing required properties (["a","b"])"#);
    check(
        r#"{"properties": {"a": {}}, "patternProperties": {"^x": {}}, "additionalProperties": false}"#,
        r#"{"a": 1, "xy": 2, "b": 3}"#,
        r#"object instance has properties which are not allowed by the schema: ["b"]"#,
    );
    check(r#"{"additionalProperties": {"type": "null"}}"#, r#"{"a": null}"#, "");
    check(
        r#"{"dependencies": {"a": ["b"], "c": {"required": ["d"]}}}"#,
        r#"{"a": 1, "c": 1}"#,
        r#"property "a" of object has missing property dependencies (schema requires ["b"]; missing: ["b"]); object has missing required properties (["d"])"#,
    );
    check(
        r#"{"maxProperties": 1}"#,
        r#"{"a": 1, "c": 1}"#,
        "object has too many properties (found 2 but schema requires at most 1)",
    );
}

#[test]
fn combinations() {
    let (a, b) = (r#"{"required": ["a"]}"#, r#"{"required": ["b"]}"#);
    let of = |keyword: &str| format!(r#"{{"{keyword}": [{a}, {b}]}}"#);
    let failed = "instance failed to match";
    check(&of("allOf"), r#"{"a": 1}"#, &format!("{failed} all required schemas (matched only 1 out of 2)"));
    check(&of("anyOf"), "{}", &format!("{failed} at least one required schema among 2"));
    check(&of("oneOf"), r#"{"a": 1, "b": 1}"#, &format!("{failed} exactly one schema (matched 2 out of 2)"));
    check(&format!(r#"{{"not": {a}}}"#), r#"{"a": 1}"#, "instance matched a schema which it should not have");
}

#[test]
fn references_reach_definitions_and_other_models_and_may_go_in_circles() {
    let tree = r##"{"type": "object", "properties": {"next": {"$ref": "#"}, "v": {"$ref": "#/definitions/a~1b"}},
        "definitions": {"a/b": {"type": "integer"}}}"##;
    check(tree, r#"{"next": {"next": {"v": 1}}}"#, "");
    let wrong = r#"instance type (string) does not match any allowed primitive type (allowed: ["integer"])"#;
    check(tree, r#"{"next": {"next": {"v": "x"}}}"#, wrong);
    let other = r#"{"$ref": "https://apigateway.amazonaws.com/restapis/a1b2c3d4e5/models/N"}"#;
    check_all(&[("M", other), ("N", r#"{"type": "integer"}"#)], r#""x""#, wrong);
    check(r##"{"$ref": "#"}"##, "1", "checking the payload against its model needs more than 400 levels");
}

#[test]
fn what_cannot_be_compiled_is_told() {
    check(
        "{",
        "1",
        "model 'M': its schema is not JSON: expected a field name in double quotes, found the end of the text at line 1, column 2",
    );
    check(r#"{"type": "strng"}"#, "1", "model 'M': 'strng' is not a type of JSON Schema");
    check(r##"{"$ref": "#/definitions/x"}"##, "1", "model 'M': '#/definitions/x' is not in it");
    check(
        r#"{"$ref": "http://example.com/x.json"}"#,
        "1",
        "model 'M': 'http://example.com/x.json' refers to no model: write https://apigateway.amazonaws.com/restapis/API-ID/models/NAME",
    );
    check(r#"{"$ref": "https://x/models/N"}"#, "1", "model 'N': there is no such model");
    check(
        r#"{"properties": {"a": 1}}"#,
        "1",
        "model 'M': '#/properties/a' is not a schema, which is an object",
    );
    check(r#"{"pattern": "("}"#, "1", "model 'M': pattern '(' cannot be used: error: unclosed group");
}

#[test]
fn a_schema_that_multiplies_its_work_ends() {
    // Each level asks the next one twice about the same value.
    let level = |index: usize| {
        let next = format!(r##"{{"$ref": "#/definitions/d{}"}}"##, index + 1);
        format!(r#""d{index}": {{"anyOf": [{next}, {next}]}}"#)
    };
    let levels: Vec<String> = (0..40).map(level).collect();
    let definitions = format!(r#"{}, "d40": {{"type": "null"}}"#, levels.join(","));
    let schema = format!(r##"{{"$ref": "#/definitions/d0", "definitions": {{{definitions}}}}}"##);
    check(&schema, "1", "checking the payload against its model needs more than 1000000 steps");
}

#[test]
fn a_long_chain_of_references_takes_no_stack() {
    let links = 9_000;
    let link = |index: usize| format!(r##""d{index}":{{"$ref":"#/definitions/d{}"}}"##, index + 1);
    let chain: Vec<String> = (0..links).map(link).collect();
    let schema = format!(
        r##"{{"$ref":"#/definitions/d0","definitions":{{{},"d{links}":{{"type":"null"}}}}}}"##,
        chain.join(",")
    );
    check(&schema, "1", "checking the payload against its model needs more than 400 levels");
}

#[test]
fn items_are_unique_by_value_however_many_there_are() {
    let unique = r#"{"uniqueItems": true}"#;
    let found = "array must not contain duplicate elements";
    for same in [
        "[1, 1.0]",
        "[0.0, -0.0]",
        r#"["a", "b", "a"]"#,
        r#"[{"a": 1, "b": [2]}, {"b": [2.0], "a": 1}]"#,
        "[12345678901234567890, 12345678901234567890]",
        "[null, false, null]",
    ] {
        check(unique, same, found);
    }
    for different in ["[]", "[[1, 2], [2, 1], [[1, 2]]]", r#"[0, false, null, "", "0", [], {}]"#] {
        check(unique, different, "");
    }
    let many: Vec<String> = (0..200_000).map(|number| number.to_string()).collect();
    check(unique, &format!("[{}]", many.join(",")), "");
}

#[test]
fn what_is_told_of_a_large_value_is_short() {
    let schema = Schema::compile("M", &models(&[("M", r#"{"maxLength": 1}"#)])).expect("a schema");
    let payload = json::parse(&format!("\"{}\"", "x".repeat(1_000_000))).expect("JSON");
    let errors = schema.check(&payload).expect("within limits");
    assert_eq!((errors.len(), errors[0].len()), (1, 1024 + 3));
}

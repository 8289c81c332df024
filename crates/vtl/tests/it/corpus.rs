//! The answers that API Gateway itself gave, as far as they need nothing but the engine. The cases with a request body or
//! parameters are tested where `$input` and `$util` are: in api-gateway.

use alluvium_vtl::Value;

use crate::support::render;

const DEFAULT_CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/corpus");

#[test]
fn recorded_renderings_come_out_to_the_character() {
    let folder = std::env::var("ALLUVIUM_CORPUS").unwrap_or_else(|_| DEFAULT_CORPUS.to_owned());
    let path = format!("{folder}/apigateway_recorded.json");
    let Ok(text) = fs_err::read_to_string(&path) else {
        eprintln!("skipped: there is no corpus at {path}");
        return;
    };
    let corpus = Value::from_json(&text).expect("the corpus is JSON");
    let cases = corpus.as_map().and_then(|map| map.get("cases")).expect("the corpus has cases");
    let Value::List(cases) = cases else { panic!("cases are a list") };
    let mut checked = 0;
    let mut failures = Vec::new();
    for case in cases.to_vec() {
        let case = case.as_map().expect("a case is an object").clone();
        let field = |name: &str| case.get(name);
        let is_ours = field("kind").and_then(|kind| kind.as_str().map(|kind| kind == "vtl")).unwrap_or(false);
        let Some(variables) = field("vars").filter(|_| is_ours) else { continue };
        let template = field("template").expect("a case has a template");
        let template = template.as_str().expect("a template is a string");
        let rendered = render(template, &variables.to_json().expect("variables are shallow"));
        let is_right = match (&rendered, field("expected"), field("expected_json")) {
            (Ok(text), Some(expected), _) if field("compare").is_some() => {
                Some(collapsed(text).as_str()) == expected.as_str()
            }
            (Ok(text), Some(expected), _) => Some(text.as_str()) == expected.as_str(),
            (Ok(text), None, Some(expected)) => {
                Value::from_json(text).ok().and_then(|value| value.to_json()) == expected.to_json()
            }
            _ => false,
        };
        checked += 1;
        if !is_right {
            let expected =
                field("expected").or(field("expected_json")).and_then(|expected| expected.to_json());
            failures.push(format!("{template:?}: {rendered:?}, expected {expected:?}"));
        }
    }
    assert!(failures.is_empty(), "{} of {checked} differ:\n{}", failures.len(), failures.join("\n"));
    assert!(checked >= 203, "only {checked} cases were found");
}

fn collapsed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

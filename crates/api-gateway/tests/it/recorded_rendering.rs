//! The renderings recorded on the real API Gateway, read from the corpus when it is there.

use alluvium_api_gateway::{TemplateInput, render_template};
use serde_json::{Map, Value};

/// The recorded cases of one kind; `None`, said on stderr, when the corpus is not there.
#[expect(clippy::print_stderr, reason = "a test that could not run must say so")]
pub(crate) fn recorded(kind: &str) -> Option<Vec<Value>> {
    let directory = std::env::var("ALLUVIUM_CORPUS")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/corpus").to_owned());
    let path = std::path::Path::new(&directory).join("apigateway_recorded.json");
    let Ok(text) = fs_err::read_to_string(&path) else {
        eprintln!("{} is not there: the recorded cases of kind {kind} are not checked", path.display());
        return None;
    };
    let mut file: Value = serde_json::from_str(&text).expect("the corpus is JSON");
    let Value::Array(mut cases) = file["cases"].take() else { panic!("the corpus has cases") };
    cases.retain(|case| case["kind"] == kind);
    Some(cases)
}

/// The template with its variables bound from the body by `#set`, as the recording did it.
fn with_variables(template: &str, variables: &Map<String, Value>) -> String {
    let bindings = variables.keys().map(|name| format!("#set(${name} = $input.path(\"$['{name}']\"))\n"));
    bindings.chain([template.to_owned()]).collect::<Vec<_>>().concat()
}

fn failure(case: &Value) -> Option<String> {
    let name = case["name"].as_str().unwrap_or_default();
    let no_variables = Map::new();
    let variables = case["vars"].as_object().unwrap_or(&no_variables);
    let template = with_variables(case["template"].as_str().unwrap_or_default(), variables);
    let body = if variables.is_empty() {
        case["body"].as_str().unwrap_or_default().to_owned()
    } else {
        Value::Object(variables.clone()).to_string()
    };
    let input = TemplateInput { body: &body, params: Some(&case["params"]), ..TemplateInput::default() };
    let got = match render_template(name, &template, &input) {
        Ok(got) => got,
        Err(error) => return Some(format!("{name}: {error}")),
    };
    if let Some(expected) = case["expected"].as_str() {
        let lines = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let is_same =
            if case["compare"].is_null() { got == expected } else { lines(&got) == lines(expected) };
        return (!is_same).then(|| format!("{name}: expected {expected:?}, got {got:?}"));
    }
    let is_same = serde_json::from_str::<Value>(&got).is_ok_and(|got| got == case["expected_json"]);
    (!is_same).then(|| format!("{name}: expected {}, got {got:?}", case["expected_json"]))
}

#[test]
fn every_recorded_rendering_comes_out_the_same() {
    let Some(cases) = recorded("vtl") else { return };
    assert_eq!(cases.len(), 232);
    let failures: Vec<String> = cases.iter().filter_map(failure).collect();
    assert!(failures.is_empty(), "{} of {} differ:\n{}", failures.len(), cases.len(), failures.join("\n"));
}

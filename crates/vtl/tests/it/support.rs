//! What every test goes through: one template, one context, the text.

use alluvium_vtl::{Context, Limits, Template, Value};

/// Renders `template` with the members of the JSON object `variables`.
pub(crate) fn render(template: &str, variables: &str) -> Result<String, String> {
    let context = context(variables);
    let limits = Limits::default();
    let parsed = Template::parse("test", template, &limits).map_err(|error| error.to_string())?;
    parsed.render(&context, &limits).map_err(|error| error.to_string())
}

/// A context with the members of a JSON object.
pub(crate) fn context(variables: &str) -> Context {
    let mut context = Context::new();
    let members = Value::from_json(variables).expect("test variables are JSON");
    for (name, value) in members.as_map().expect("test variables are an object").entries() {
        let name = name.to_value();
        context.set(name.as_str().expect("JSON keys are strings"), value);
    }
    context
}

/// Checks `(template, variables, expected)` rows; an expectation that starts with `error: ` is part of an error's text.
#[track_caller]
pub(crate) fn check(rows: &[(&str, &str, &str)]) {
    for (template, variables, expected) in rows {
        let rendered = render(template, variables);
        match (expected.strip_prefix("error: "), &rendered) {
            (Some(part), Err(error)) => {
                assert!(error.contains(part), "{template:?}: {error:?} has no {part:?}");
            }
            (Some(_), Ok(text)) => panic!("{template:?} rendered {text:?}, expected an error"),
            (None, Ok(text)) => assert_eq!(text, expected, "{template:?} with {variables}"),
            (None, Err(error)) => panic!("{template:?}: {error}"),
        }
    }
}

//! A template of a stranger as a function from bytes to a verdict; what the bounded run and the fuzz target share.
//!
//! It parses or is refused at a place inside its text, and what parses renders within its limits, twice the same.

use alluvium_vtl::{Context, Failure, Limits, Map, Position, Template, Value};

/// Size of the text that a rendering may make here, in bytes; small, so that a run has many templates.
const OUTPUT_BYTES_MAX: usize = 4_096;
/// Steps of a rendering here.
const STEPS_MAX: u64 = 20_000;

/// What became of the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It does not parse.
    Refused,
    /// It parses and fails.
    Failed,
    /// It runs into a limit.
    Stopped,
    /// It renders.
    Rendered,
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.steps_max = STEPS_MAX;
    limits.output_bytes_max = OUTPUT_BYTES_MAX;
    limits
}

/// Values of every kind, made anew, since templates change them.
fn context() -> Context {
    let map: Map = [("k", Value::list(vec![Value::from(1), Value::from("x")])), ("n", Value::from(7))]
        .into_iter()
        .collect();
    let mut context = Context::new();
    context.set("t", true).set("s", "aé😀b").set("d", 2.5).set("m", map);
    context.set("l", Value::list(vec![Value::from(1), Value::from("x"), Value::Null]));
    context.set("j", Value::from_json(r#"[{"a":[null,1.5]},"q"]"#).expect("it is JSON"));
    context
}

/// Parses and renders `bytes` as a template.
pub(crate) fn as_template(bytes: &[u8]) -> Verdict {
    let source = String::from_utf8_lossy(bytes);
    let limits = limits();
    let template = match Template::parse("foreign", &source, &limits) {
        Ok(template) => template,
        Err(error) => {
            assert!(is_inside(error.position, &source), "{error} is not in {source:?}");
            return Verdict::Refused;
        }
    };
    let rendered = template.render(&context(), &limits);
    assert_eq!(rendered, template.render(&context(), &limits), "it renders in two ways: {source:?}");
    match rendered {
        Ok(text) => {
            assert!(text.len() <= OUTPUT_BYTES_MAX, "{} bytes of {source:?}", text.len());
            Verdict::Rendered
        }
        Err(error) => {
            assert!(is_inside(error.position, &source), "{error} is not in {source:?}");
            if matches!(error.failure, Failure::Limit { .. }) { Verdict::Stopped } else { Verdict::Failed }
        }
    }
}

/// Whether a position is that of a character of `source` or of its end.
fn is_inside(position: Position, source: &str) -> bool {
    let Some(line) = (position.line as usize).checked_sub(1).and_then(|line| source.split('\n').nth(line))
    else {
        return false;
    };
    (1..=line.chars().count() + 1).contains(&(position.column as usize))
}

//! A JSONPath of a stranger as a function from bytes to a verdict; what the bounded run and the fuzz target share.
//!
//! The bytes are a path and, after a line end, the document. The path is evaluated as templates evaluate it: it finds something,
//! or is refused at a character that it has.

use alluvium_api_gateway::{RenderTemplateError, TemplateInput, render_template};
use serde_json::json;

/// What `$input.path` and `$input.json` find, in one text.
const TEMPLATE: &str = "#set($p = $input.params('p'))$input.json($p)|$input.path($p)";

/// The document of bytes that bring none.
const DOCUMENT: &str = r#"{"a":{"b":[1,2.5,-3,{"c":"x/y"}],"n":null,"t":true},"s":"aé😀","l":[[1,[2]],["a","b"],[],{}],
  "records":[{"data":"d1","k-1":"p1","n":1},{"data":"","n":"5"},{"n":9,"l":[1,"a"]}]}"#;

/// What became of the path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It does not parse.
    Refused,
    /// It parses, and the document is no JSON or is too much.
    Failed,
    /// It finds what it finds.
    Evaluated,
}

/// Parses and evaluates `bytes`.
pub(crate) fn as_path(bytes: &[u8]) -> Verdict {
    let text = String::from_utf8_lossy(bytes);
    let (path, document) = text.split_once('\n').unwrap_or((&text, DOCUMENT));
    let params = json!({"path": {"p": path}});
    let input = TemplateInput { body: document, params: Some(&params), ..TemplateInput::default() };
    let rendered = render_template("foreign", TEMPLATE, &input);
    assert_eq!(rendered, render_template("foreign", TEMPLATE, &input), "it is found in two ways: {text:?}");
    match rendered {
        Ok(_) => Verdict::Evaluated,
        Err(RenderTemplateError::Render(error)) => {
            let message = error.failure.to_string();
            let trimmed = path.trim();
            let Some(place) = message.strip_prefix(&format!("JSONPath '{trimmed}' is wrong at character "))
            else {
                return Verdict::Failed;
            };
            let column = place.split_once(':').and_then(|(column, _)| column.parse::<usize>().ok());
            let is_inside = column.is_some_and(|at| (1..=trimmed.chars().count() + 1).contains(&at));
            assert!(is_inside, "{message} is not in {path:?}");
            Verdict::Refused
        }
        Err(error) => panic!("{error} of {text:?}"),
    }
}

//! What a value prints, for arguments and overrides that are needed as text.
//!
//! What must stay true: it is the engine itself that prints, so `$util.base64Encode($x)` encodes what `$x` would show.

use std::sync::LazyLock;

use alluvium_vtl::{Context, Limits, RenderError, Template, TemplateError, Value};

/// A template that prints one value.
static PRINT: LazyLock<Result<Template, TemplateError>> =
    LazyLock::new(|| Template::parse("value", "${value}", &Limits::default()));

pub(super) fn text_of(value: &Value) -> Result<String, RenderError> {
    match (value, &*PRINT) {
        (Value::Str(text), _) => Ok((**text).to_owned()),
        (Value::Null, _) | (_, Err(_)) => Ok(String::new()),
        (_, Ok(template)) => {
            let mut context = Context::new();
            context.set("value", value.clone());
            template.render(&context, &Limits::default())
        }
    }
}

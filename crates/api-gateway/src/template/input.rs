//! `$input`: the payload and the parameters of the request, or of the backend's answer.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html#input-variable-reference>
//!
//! What must stay true: the payload is parsed once, and only when a template asks for a part of it; an empty payload is `{}`.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::{Arc, OnceLock};

use alluvium_vtl::{HostError, HostObject, Value};

use super::Parameters;
use super::values::value_of;
use crate::json::{self, Json, JsonError};
use crate::jsonpath::{JsonPath, JsonPathError};

/// A payload, parsed as JSON when first asked for.
pub(crate) struct Payload {
    text: Arc<str>,
    parsed: OnceLock<Result<Json, JsonError>>,
}

/// The host object behind `$input`.
pub(crate) struct Input {
    payload: Arc<Payload>,
    parameters: Arc<Parameters>,
}

/// What JSON text stands for a value that is not there.
const MISSING_JSON: &str = "\"\"";

impl Payload {
    pub(crate) fn new(bytes: &[u8]) -> Self {
        // Nearly always UTF-8, which is proven faster than mended.
        let text = std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed);
        Self { text: if text.is_empty() { "{}".into() } else { text.into() }, parsed: OnceLock::new() }
    }

    pub(crate) fn json(&self) -> Result<&Json, &JsonError> {
        self.parsed.get_or_init(|| json::parse(&self.text)).as_ref()
    }

    /// Why the payload is not JSON, when something asked for its JSON and it is not.
    pub(crate) fn json_error(&self) -> Option<&JsonError> {
        self.parsed.get()?.as_ref().err()
    }
}

impl Input {
    pub(crate) fn new(payload: Arc<Payload>, parameters: Arc<Parameters>) -> Self {
        Self { payload, parameters }
    }

    fn evaluate<T>(&self, path: &str, missing: T, found: impl FnOnce(&Json) -> T) -> Result<T, HostError> {
        let document =
            self.payload.json().map_err(|error| HostError(format!("the payload is not JSON: {error}")))?;
        let host_error = |error: JsonPathError| HostError(error.to_string());
        let path = JsonPath::parse(path).map_err(host_error)?;
        match path.evaluate(document).map_err(host_error)? {
            None => Ok(missing),
            Some(value) if *value == Json::Null => Ok(missing),
            Some(value) => Ok(found(&value)),
        }
    }

    /// A part of the payload as text, which is about as long as it came.
    fn printed(&self, value: &Json) -> String {
        let mut text = String::with_capacity(match value {
            Json::Array(_) | Json::Object(_) => self.payload.text.len(),
            _ => 0,
        });
        let _infallible = write!(text, "{value}");
        text
    }

    fn params(&self, arguments: &[Value]) -> Value {
        match arguments {
            [] => Value::from(self.parameters.to_map()),
            [name, ..] => {
                let name = name.as_str().unwrap_or_default();
                Value::from(self.parameters.named(name).unwrap_or_default())
            }
        }
    }
}

impl HostObject for Input {
    fn print(&self, _out: &mut String) {}

    fn property(&self, name: &str) -> Result<Value, HostError> {
        Ok(if name == "body" { Value::from(Arc::clone(&self.payload.text)) } else { Value::Null })
    }

    fn call(&self, method: &str, arguments: &[Value]) -> Result<Value, HostError> {
        let path = arguments.first().and_then(Value::as_str).unwrap_or("$");
        match method {
            "path" => self.evaluate(path, Value::from(""), value_of),
            "json" => {
                self.evaluate(path, Value::from(MISSING_JSON), |value| Value::from(self.printed(value)))
            }
            "params" => Ok(self.params(arguments)),
            "body" => self.property("body"),
            _ => Ok(Value::Null),
        }
    }
}

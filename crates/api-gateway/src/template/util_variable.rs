//! `$util`: text functions for templates.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html#util-template-reference>
//!
//! What must stay true: an argument that is not a string is used as it prints; text that cannot be decoded ends the rendering.

use alluvium_vtl::{HostError, HostObject, Value};

use super::text::text_of;
use super::util_encode::{base64_decode, base64_encode, escape_javascript, url_decode, url_encode};
use super::values::value_of;
use crate::json;

/// The host object behind `$util`.
pub(crate) struct Util;

impl HostObject for Util {
    fn print(&self, _out: &mut String) {}

    fn call(&self, method: &str, arguments: &[Value]) -> Result<Value, HostError> {
        let Some(argument) = arguments.first() else { return Ok(Value::Null) };
        let text = text_of(argument).map_err(|error| HostError(error.to_string()))?;
        match method {
            "escapeJavaScript" => Ok(Value::from(escape_javascript(&text))),
            "base64Encode" => Ok(Value::from(base64_encode(&text))),
            "base64Decode" => base64_decode(&text).map(Value::from).map_err(HostError),
            "urlEncode" => Ok(Value::from(url_encode(&text))),
            "urlDecode" => url_decode(&text).map(Value::from).map_err(HostError),
            "parseJson" => {
                let parsed = json::parse(&text).map_err(|error| {
                    HostError(format!("$util.parseJson was given text that is not JSON: {error}"))
                })?;
                Ok(value_of(&parsed))
            }
            _ => Ok(Value::Null),
        }
    }
}

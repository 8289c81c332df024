//! `$context`: who calls what and when, and the overrides that templates may set.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html#context-variable-reference>
//!
//! What must stay true: the request template and the response template of one request share one map, so what the first sets the
//! second sees; the map and its parts print as nothing.

use std::sync::Arc;

use alluvium_vtl::{HostObject, Map, Value};

use super::text::text_of;
use crate::access::Identity;
use crate::json::Json;

/// What API Gateway knows about a request.
#[derive(Debug, Clone, Default)]
pub(crate) struct RequestContext {
    pub(crate) account_id: String,
    pub(crate) api_id: String,
    pub(crate) deployment_id: String,
    pub(crate) domain_name: String,
    pub(crate) domain_prefix: String,
    pub(crate) extended_request_id: String,
    pub(crate) http_method: String,
    /// Who calls.
    pub(crate) identity: Identity,
    /// With the stage in front.
    pub(crate) path: String,
    pub(crate) protocol: String,
    pub(crate) request_id: String,
    /// `10/Oct/2020:13:55:36 +0000`.
    pub(crate) request_time: String,
    pub(crate) request_time_epoch_millis: i64,
    pub(crate) resource_id: String,
    pub(crate) resource_path: String,
    pub(crate) source_ip: String,
    pub(crate) stage: String,
    pub(crate) user_agent: String,
}

/// `$context` as one request's templates share it.
#[derive(Clone)]
pub(crate) struct ContextMap(Map);

/// A map that prints as nothing.
struct Silent(Map);

impl HostObject for Silent {
    fn print(&self, _out: &mut String) {}

    fn as_map(&self) -> Option<&Map> {
        Some(&self.0)
    }
}

impl RequestContext {
    /// The variables by name, without the override maps.
    fn variables(&self) -> [(&'static str, Value); 16] {
        let text = |text: &String| Value::from(text.as_str());
        [
            ("resourceId", text(&self.resource_id)),
            ("resourcePath", text(&self.resource_path)),
            ("httpMethod", text(&self.http_method)),
            ("extendedRequestId", text(&self.extended_request_id)),
            ("requestTime", text(&self.request_time)),
            ("path", text(&self.path)),
            ("accountId", text(&self.account_id)),
            ("protocol", text(&self.protocol)),
            ("stage", text(&self.stage)),
            ("domainPrefix", text(&self.domain_prefix)),
            ("requestTimeEpoch", Value::Long(self.request_time_epoch_millis)),
            ("requestId", text(&self.request_id)),
            ("identity", self.identity()),
            ("domainName", text(&self.domain_name)),
            ("deploymentId", text(&self.deployment_id)),
            ("apiId", text(&self.api_id)),
        ]
    }

    fn identity(&self) -> Value {
        let caller = self.identity.variables().into_iter();
        let caller = caller.map(|(name, text)| (name, text.as_deref().map_or(Value::Null, Value::from)));
        let known = [
            ("sourceIp", Value::from(self.source_ip.as_str())),
            ("userAgent", Value::from(self.user_agent.as_str())),
        ];
        silent(caller.chain(known).collect())
    }
}

impl ContextMap {
    pub(crate) fn of(context: &RequestContext) -> Self {
        Self(context.variables().into_iter().chain(overrides()).collect())
    }

    /// A context for a gateway response, with `$context.error`.
    pub(crate) fn of_error(
        context: &RequestContext,
        message: &str,
        response_type: &str,
        validation: Option<&str>,
    ) -> Self {
        let quoted = Json::String(message.to_owned()).to_string();
        let error = [("message", message), ("messageString", &quoted), ("responseType", response_type)];
        let validation = validation.map(|text| ("validationErrorString", text));
        let error: Map =
            error.into_iter().chain(validation).map(|(name, text)| (name, Value::from(text))).collect();
        Self(context.variables().into_iter().chain([("error", silent(error))]).collect())
    }

    /// A context of exactly `given`, and the override maps.
    pub(crate) fn of_entries(given: impl IntoIterator<Item = (String, Value)>) -> Self {
        let map: Map =
            overrides().into_iter().map(|(name, value)| (name.to_owned(), value)).chain(given).collect();
        Self(map)
    }

    pub(crate) fn to_value(&self) -> Value {
        silent(self.0.clone())
    }

    /// The value at a dotted path, as it prints; `None` when there is none.
    pub(crate) fn text_at(&self, path: &[String]) -> Option<String> {
        let mut value = self.to_value();
        for name in path {
            value = value.as_map()?.get(name)?;
        }
        if value.is_null() { None } else { text_of(&value).ok() }
    }

    /// What templates set in an override map, such as `requestOverride`, `header`; texts as they print.
    pub(crate) fn overridden(&self, map: &str, part: &str) -> Vec<(String, String)> {
        let part = self.0.get(map).and_then(|value| value.as_map()?.get(part));
        let Some(entries) = part.as_ref().and_then(Value::as_map).map(Map::entries) else {
            return Vec::new();
        };
        entries
            .into_iter()
            .filter_map(|(name, value)| Some((text_of(&name.to_value()).ok()?, text_of(&value).ok()?)))
            .collect()
    }

    /// The status that a template set, when it is one from 100 to 599.
    pub(crate) fn overridden_status(&self) -> Option<u16> {
        let status = self.text_at(&["responseOverride".to_owned(), "status".to_owned()])?;
        status.parse().ok().filter(|status| (100..=599).contains(status))
    }
}

/// The maps that templates write to. API Gateway takes one override of each parameter and answers a second with 5XX:
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-override-request-response-parameters.html>
fn overrides() -> [(&'static str, Value); 2] {
    let part = || silent(Map::new().write_once());
    let parts = |names: &[&'static str]| {
        let parts: Map = names.iter().map(|name| (*name, part())).collect();
        silent(parts.write_once())
    };
    [("requestOverride", parts(&["header", "path", "querystring"])), ("responseOverride", parts(&["header"]))]
}

fn silent(map: Map) -> Value {
    Value::from(Arc::new(Silent(map)))
}

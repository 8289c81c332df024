//! Whether a caller may call an operation, before anything is looked at.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-create-and-manage-api.html>
//!
//! What must stay true: the action is the HTTP verb (`apigateway:PATCH`), the resource the path that was routed, in one spelling, so
//! that no other spelling of it gets around a Deny; no operation is exempt.

use alluvium_iam::{AccessRequest, RequestContext};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::call::Call;
use super::error::ControlError;
use super::routing::Route;
use crate::credentials::ActsAs;
use crate::model::RestApi;

/// What clients of AWS encode in a segment of a path: all but what needs no encoding anywhere.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Refuses unless the caller may do this.
pub(crate) fn authorize(call: &Call, route: &Route) -> Result<(), ControlError> {
    let action = format!("apigateway:{}", route.verb);
    let resource = format!("arn:aws:apigateway:{}::{}", call.region, path_of(route, call));
    let tags = Tags::of(call);
    let context = RequestContext::of_origin(&call.origin).in_region(&call.region);
    let context = tags.in_context(context);
    let request = AccessRequest::new(&action, &resource).in_context(&context);
    Ok(call.authorizer.authorize(&call.caller, &request, None)?)
}

/// The path of the route with what its parameters stand for.
fn path_of(route: &Route, call: &Call) -> String {
    let template = route.path.split_once('?').map_or(route.path, |(path, _)| path);
    let segments = template.split('/').map(|segment| match segment.strip_prefix('{') {
        Some(name) => utf8_percent_encode(call.path(name.trim_end_matches('}')), ENCODED).to_string(),
        None => segment.to_owned(),
    });
    segments.collect::<Vec<_>>().join("/")
}

/// The tags that policies can ask about.
struct Tags {
    /// Those of what the path names: `aws:ResourceTag`.
    of_resource: Vec<(String, String)>,
    /// Those that are sent: `aws:RequestTag`.
    of_request: Vec<(String, String)>,
    /// Keys of tags to be taken away: with the former `aws:TagKeys`.
    untagged: Vec<String>,
}

impl Tags {
    fn of(call: &Call) -> Self {
        let owned = |tags: &indexmap::IndexMap<String, String>| -> Vec<(String, String)> {
            tags.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
        };
        let of_api = |api: &RestApi| match api.stages.get(call.path("stage_name")) {
            Some(stage) => owned(&stage.tags),
            None => owned(&api.tags),
        };
        let account = call.gateway.account();
        let of_resource = call
            .gateway
            .rest_api(call.path("restapi_id"))
            .map(|api| of_api(&api))
            .or_else(|| account.api_keys().get(call.path("api_Key")).map(|key| owned(&key.tags)))
            .or_else(|| account.usage_plans.get(call.path("usageplanId")).map(|plan| owned(&plan.tags)))
            .unwrap_or_default();
        let untagged = call.query.iter().filter(|(name, _)| name == "tagKeys");
        Self {
            of_resource,
            of_request: tags_sent(call),
            untagged: untagged.map(|(_, key)| key.clone()).collect(),
        }
    }

    fn in_context<'a>(&'a self, mut context: RequestContext<'a>) -> RequestContext<'a> {
        for (key, value) in &self.of_request {
            context = context.with(&format!("aws:RequestTag/{key}"), value.as_str());
        }
        let keys = self.of_request.iter().map(|(key, _)| key).chain(&self.untagged).cloned();
        let of_resource = self.of_resource.iter().map(|(key, value)| (key.as_str(), value.as_str()));
        context.with_all("aws:TagKeys", keys).with_resource_tags(of_resource)
    }
}

/// The member `tags` of a body that is JSON; what is no tag is refused later, by the operation.
fn tags_sent(call: &Call) -> Vec<(String, String)> {
    /// A body of which nothing else is looked at.
    #[derive(serde::Deserialize)]
    struct Sent {
        #[serde(default)]
        tags: serde_json::Map<String, serde_json::Value>,
    }
    let sent = serde_json::from_slice(&call.body).unwrap_or(Sent { tags: serde_json::Map::new() });
    let texts = sent.tags.into_iter().filter_map(|(key, value)| Some((key, value.as_str()?.to_owned())));
    texts.collect()
}

/// Refuses unless the caller may hand this role to API Gateway. Where variables stand in for a part of it, the caller has to be
/// allowed any role that they may come to be. The caller of a method, `arn:aws:iam::*:user/*`, is nobody's role.
pub(crate) fn check_pass_role(call: &Call, role_arn: &str) -> Result<(), ControlError> {
    if ActsAs::parse(role_arn) == Some(ActsAs::Caller) {
        return Ok(());
    }
    let role_arn = with_any_variable(role_arn);
    let context = RequestContext::of_origin(&call.origin)
        .in_region(&call.region)
        .with("iam:PassedToService", alluvium_iam::API_GATEWAY);
    let request = AccessRequest::new("iam:PassRole", &role_arn).in_context(&context);
    Ok(call.authorizer.authorize(&call.caller, &request, None)?)
}

/// With `*` for every `${...}`.
fn with_any_variable(text: &str) -> String {
    let mut any = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, variable)) = rest.split_once("${") {
        any.push_str(before);
        any.push('*');
        rest = variable.split_once('}').map_or("", |(_, after)| after);
    }
    any + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_in_a_role_stand_for_anything() {
        for (text, expected) in [
            ("arn:aws:iam::123456789012:role/r", "arn:aws:iam::123456789012:role/r"),
            ("${stageVariables.role}", "*"),
            ("arn:aws:iam::1:role/a-${stageVariables.b}-c${stageVariables.d}", "arn:aws:iam::1:role/a-*-c*"),
            ("arn:aws:iam::1:role/${stage", "arn:aws:iam::1:role/*"),
        ] {
            assert_eq!(with_any_variable(text), expected, "{text}");
        }
    }
}

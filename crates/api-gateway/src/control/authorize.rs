//! Whether a caller may call an operation, before anything is looked at.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-create-and-manage-api.html>
//!
//! What must stay true: the action is the HTTP verb (`apigateway:PATCH`), the resource the path; no operation is exempt.

use alluvium_iam::{AccessRequest, Authorizer, Caller, RequestContext};
use http::Method;

use super::error::ControlError;

/// Refuses unless the caller may do this.
pub(crate) fn authorize(
    authorizer: &Authorizer,
    caller: &Caller,
    region: &str,
    verb: &Method,
    path: &str,
) -> Result<(), ControlError> {
    let action = format!("apigateway:{verb}");
    let resource = format!("arn:aws:apigateway:{region}::{path}");
    let context = RequestContext::empty();
    let request = AccessRequest { action: &action, resource: &resource, context: &context };
    Ok(authorizer.authorize(caller, &request, None)?)
}

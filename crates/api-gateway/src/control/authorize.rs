//! Whether a caller may call an operation, before anything is looked at.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-create-and-manage-api.html>
//!
//! What must stay true: the action is the HTTP verb (`apigateway:PATCH`), the resource the path; no operation is exempt.

use alluvium_iam::{AccessRequest, Authorizer, Caller};
use http::Method;

use super::call::Call;
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
    Ok(authorizer.authorize(caller, &AccessRequest::new(&action, &resource), None)?)
}

/// Refuses unless the caller may hand this role to API Gateway. What is no role of one account is not asked about: `*` stands for
/// the caller of the method, `${...}` is known when the method is deployed.
pub(crate) fn check_pass_role(call: &Call, role_arn: &str) -> Result<(), ControlError> {
    if role_arn.contains('*') || role_arn.contains("${") {
        return Ok(());
    }
    Ok(call.authorizer.may_pass_role(&call.caller, role_arn, alluvium_iam::API_GATEWAY)?)
}

//! Authorization of a method request: the signature of an AWS_IAM method, the caller's policies and the API's own.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html>
//!
//! What must stay true: an API with a policy lets nobody in whom neither it nor, within the account, the caller's own policies
//! allow; an explicit Deny of any of them wins; a policy that cannot be read lets nobody in.

use alluvium_iam::{AccessRequest, AuthError, Caller, ClientConnection, RequestContext};
use bytes::Bytes;
use http::request::Parts;

use super::invoke_policy::asked_paths;
use super::{Refusal, StageAccess, Target};
use crate::gateway::Environment;
use crate::model::{AuthorizationType, GatewayResponseType};

/// The action of every invoke.
const INVOKE: &str = "execute-api:Invoke";
/// The signing name of invoke URLs.
const SERVICE: &str = "execute-api";

/// Lets a request through or not, and tells who signed it.
pub(super) fn authorize(
    environment: &Environment,
    access: &StageAccess,
    authorization: AuthorizationType,
    target: Target<'_>,
    (parts, body): (&Parts, &Bytes),
) -> Result<Option<Caller>, Refusal> {
    match authorization {
        AuthorizationType::None if access.policy.is_none() => Ok(None),
        AuthorizationType::None => {
            decide(environment, access, &Caller::anonymous(), target, parts)?;
            Ok(None)
        }
        AuthorizationType::AwsIam => {
            let caller = authenticate(environment, parts, body)?;
            decide(environment, access, &caller, target, parts)?;
            Ok(Some(caller))
        }
        AuthorizationType::Custom | AuthorizationType::CognitoUserPools => {
            let cause = format!(
                "authorization type {} is not supported; use AWS_IAM, an API key, or NONE",
                authorization.as_str()
            );
            Err(Refusal::of(GatewayResponseType::AuthorizerConfigurationError, cause))
        }
    }
}

fn authenticate(environment: &Environment, parts: &Parts, body: &Bytes) -> Result<Caller, Refusal> {
    let authenticator = environment.authenticator.as_ref().ok_or_else(no_directory)?;
    let found = authenticator.authenticate(&parts.method, &parts.uri, &parts.headers, body, SERVICE);
    found.map_err(|error| match error {
        AuthError::MissingAuthenticationToken => {
            let cause = "the method is for signed requests (AWS_IAM), and this one has no signature";
            Refusal::of(GatewayResponseType::MissingAuthenticationToken, cause)
        }
        AuthError::ExpiredToken => {
            let cause = "the temporary credentials of the signature have expired; get new ones";
            Refusal::of(GatewayResponseType::ExpiredToken, cause)
        }
        error => {
            let code = error.code();
            Refusal::of_signature(GatewayResponseType::InvalidSignature, error.to_string(), code)
        }
    })
}

/// Asks the policies.
fn decide(
    environment: &Environment,
    access: &StageAccess,
    caller: &Caller,
    target: Target<'_>,
    parts: &Parts,
) -> Result<(), Refusal> {
    let authenticator = environment.authenticator.as_ref().ok_or_else(no_directory)?;
    let policy = match &access.policy {
        None => None,
        Some(Ok(policy)) => Some(policy),
        Some(Err(problem)) => {
            let cause = format!("the API's resource policy lets nobody in, for it cannot be read: {problem}");
            return Err(Refusal::of(GatewayResponseType::AuthorizerConfigurationError, cause));
        }
    };
    let region = environment.region.as_str();
    let Target { api_id, stage, path } = target;
    let verb = &parts.method;
    let arn = |account: &str, path: &str| {
        format!("arn:aws:execute-api:{region}:{account}:{api_id}/{stage}/{verb}/{path}")
    };
    let context = RequestContext::of_request(parts).in_region(region);
    let context = match (parts.extensions.get::<ClientConnection>(), super::source_ip(parts)) {
        (None, Some(source_ip)) => {
            context.from_connection(ClientConnection { source_ip, secure_transport: false })
        }
        _ => context,
    };
    for path in asked_paths(path) {
        let resource = arn(&environment.account_id, &path);
        let request = AccessRequest::new(INVOKE, &resource).in_context(&context);
        authenticator.authorizer().authorize(caller, &request, policy).map_err(|denied| {
            let cause = denied.to_string();
            let shown = arn(&masked(&environment.account_id), &path);
            Refusal::denied(cause.replacen(&resource, &shown, 1), cause)
        })?;
    }
    Ok(())
}

/// The account as API Gateway shows it to strangers: all but its last four digits hidden.
fn masked(account_id: &str) -> String {
    let shown = account_id.len().saturating_sub(4);
    account_id.char_indices().map(|(index, digit)| if index < shown { '*' } else { digit }).collect()
}

fn no_directory() -> Refusal {
    let cause = "this gateway was started without users and policies, so it cannot tell who calls; start it with them, or use authorization NONE and no resource policy";
    Refusal::of(GatewayResponseType::AuthorizerConfigurationError, cause)
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn an_account_is_shown_by_its_last_four_digits() {
        assert_eq!(masked("123456789012"), "********9012");
        assert_eq!(masked("12"), "12");
    }
}

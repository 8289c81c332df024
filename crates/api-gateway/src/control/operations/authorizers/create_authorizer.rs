//! CreateAuthorizer. <https://docs.aws.amazon.com/apigateway/latest/api/API_CreateAuthorizer.html>

use super::{check_credentials, check_ttl};
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::routing::Outcome;
use crate::control::views;
use crate::limits::AUTHORIZERS_MAX;
use crate::model::{Authorizer, RESOURCE_ID_CHARS, new_id};

/// The words of `type`.
const TYPES: [(&str, &str); 3] =
    [("REQUEST", "REQUEST"), ("TOKEN", "TOKEN"), ("COGNITO_USER_POOLS", "COGNITO_USER_POOLS")];
/// Seconds that a decision holds unless told otherwise.
const RESULT_TTL_SECONDS_DEFAULT: i64 = 300;

pub(crate) fn create_authorizer(call: &Call) -> Outcome {
    let mut members = call.members()?;
    let name = members.required_text("name")?;
    let kind = members.required_word("type", &TYPES)?.unwrap_or_default();
    let is_pool = kind == "COGNITO_USER_POOLS";
    let default_auth_type = if is_pool { "cognito_user_pools" } else { "custom" };
    let ttl = members.integer("authorizerResultTtlInSeconds")?;
    let authorizer = Authorizer {
        id: new_id(RESOURCE_ID_CHARS),
        name,
        authorizer_type: kind.to_owned(),
        provider_arns: members.texts("providerARNs")?.unwrap_or_default(),
        auth_type: Some(members.text("authType")?.unwrap_or_else(|| default_auth_type.to_owned())),
        authorizer_uri: members.text("authorizerUri")?,
        authorizer_credentials: members.text("authorizerCredentials")?,
        identity_source: members.text("identitySource")?,
        identity_validation_expression: members.text("identityValidationExpression")?,
        authorizer_result_ttl_in_seconds: ttl.or_else(|| (!is_pool).then_some(RESULT_TTL_SECONDS_DEFAULT)),
    };
    members.finish()?;
    check(&authorizer)?;
    check_credentials(call, &authorizer)?;
    call.edit_api(|edit| {
        if edit.api.authorizers.values().any(|known| known.name == authorizer.name) {
            let name = &authorizer.name;
            return Err(ControlError::conflict(format!(
                "Authorizer name must be unique. Authorizer {name} already exists in this RestApi."
            )));
        }
        if edit.api.authorizers.len() >= AUTHORIZERS_MAX {
            return Err(ControlError::limit_exceeded(format!(
                "Maximum number of Authorizers for this API has been reached: {AUTHORIZERS_MAX}"
            )));
        }
        let answer = Answer::Json(views::authorizer(&authorizer));
        edit.api.authorizers.insert(authorizer.id.clone(), authorizer);
        Ok(answer)
    })
}

fn check(authorizer: &Authorizer) -> Result<(), ControlError> {
    if authorizer.name.is_empty() {
        return Err(ControlError::bad_request("Authorizer name cannot be empty"));
    }
    if authorizer.authorizer_type == "COGNITO_USER_POOLS" && authorizer.provider_arns.is_empty() {
        return Err(ControlError::bad_request("COGNITO_USER_POOLS authorizers must have a provider ARN"));
    }
    if authorizer.authorizer_type != "COGNITO_USER_POOLS" && authorizer.authorizer_uri.is_none() {
        return Err(ControlError::bad_request("Authorizer URI cannot be empty"));
    }
    check_ttl(authorizer.authorizer_result_ttl_in_seconds)
}
